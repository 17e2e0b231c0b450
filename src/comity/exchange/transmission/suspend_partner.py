"""Suspending one foreign partner: nothing leaves for it any more, on no channel, from the entry on; and resuming.

The suspension and every queued delivery are changed in one transaction. A sender that looked before cannot let anything
out after it, because each attempt changes its delivery first, on disk (`push_abroad.py`). What was let out before may arrive.
Recalls go on: they carry no value, and take back what the partner has.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.delivery.put_off import changed
from comity.exchange.duty.duties import DESK, look_again, said_words
from comity.exchange.owners import owner_facts, owner_here
from comity.exchange.transmission.transmission_law import partner_of
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryKind, Unit
from comity.model.transmission import Suspension, TransmissionDue
from comity.ports import World

SUSPENDERS = DESK | {"supervisor"}  # whoever sees harm stops it; starting again is the head's
RESUMERS = frozenset({"agency-head"})


def suspend_partner(world: World, member: Member, partner: str, reason: str) -> Suspension:
    """Stop both channels to a partner at once. Raises WrongUseError; changes nothing where it is suspended already."""
    return _set(world, member, partner, reason, suspended=True)


def resume_partner(world: World, member: Member, partner: str, reason: str) -> Suspension:
    """Let what waits go on; each is decided again before it leaves. Raises WrongUseError."""
    return _set(world, member, partner, reason, suspended=False)


def _set(world: World, member: Member, partner: str, reason: str, *, suspended: bool) -> Suspension:
    words = said_words("reason", reason)
    owner = owner_here(world, member.agency)
    roles = SUSPENDERS if suspended else RESUMERS
    if not roles & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not do this; it needs {', '.join(sorted(roles))}")
    found = partner_of(world, partner)

    def act() -> Suspension:
        before = world.journal.transmissions.suspension(owner.id, found.id)
        if before is not None and before.suspended is suspended:
            return before
        if before is None and not suspended:
            raise WrongUseError(f"transmissions to `{found.id}` are not suspended; there is nothing to resume")
        now_ms = world.clock.now_ms()
        stands = Suspension(
            owner=owner.id,
            partner=found.id,
            suspended=suspended,
            by=member.id,
            at_ms=now_ms,
            reason=words,
            changed=0 if before is None else before.changed + 1,
        )
        append_entry(world, _unit(world, owner, stands))
        return stands

    return look_again(act)


def _unit(world: World, owner: Agency, stands: Suspension) -> Unit:
    kind = EntryKind.TRANSMISSIONS_SUSPENDED if stands.suspended else EntryKind.TRANSMISSIONS_RESUMED
    return Unit(
        facts=owner_facts(kind, owner, stands.at_ms),
        content=canonical_bytes({"owner": owner.id, "partner": stands.partner, "suspended": stands.suspended}),
        record=canonical_bytes(stands),
        suspensions=(stands,),
        changed_deliveries=tuple(_halted(one, stands) for one in _queued(world, stands)),
    )


def _queued(world: World, stands: Suspension) -> tuple[StoredDelivery, ...]:
    """What the act changes: on suspending all that is still sent, on resuming all that a suspension stopped."""
    return tuple(
        one
        for one in world.journal.deliveries(stands.owner)
        if one.recipient == stands.partner
        and isinstance(one.due, TransmissionDue)
        and one.arrived_ms is None
        and (one.next_ms is not None if stands.suspended else one.suspended)
    )


def _halted(one: StoredDelivery, stands: Suspension) -> StoredDelivery:
    next_ms = None if stands.suspended else stands.at_ms
    trouble = f"suspended: {stands.reason}"[:300] if stands.suspended else ""
    return replace(changed(one, next_ms=next_ms, trouble=trouble), suspended=stands.suspended)
