"""What members of an owner do about its duties. Every act is one log entry and one changed duty, in one transaction.

What several rules demand of one act is done together (`owed_acts.py`): one entry, and each rule's duty changed by it.

An act that was done already changes nothing and makes no entry. Two members acting at once: the second looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from comity.errors import (
    DeliveryChangedError,
    DutyChangedError,
    DutyRefusedError,
    NounError,
    PersonsChangedError,
    RecordChangedError,
    StandingChangedError,
    WrongUseError,
)
from comity.exchange.duty.duty_state import deferred_until_ms, is_deferred, is_done, is_waiting, needs_confirmation
from comity.exchange.duty.owed_acts import done_with
from comity.exchange.owners import owner_facts, owner_here
from comity.law.calendar import add_span, end_of_day_ms, last_day_of, local_time
from comity.law.defer import LONGEST, NOTICES
from comity.law.duty import INSIDERS
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.base import Noun, check_hash, check_text
from comity.model.canon import canonical_bytes, normal
from comity.model.disclosure import CounselDeferral, EntryFacts, EntryKind, Said, StoredDuty, Unit
from comity.model.query import FEWEST_REASON_WORDS, LONGEST_NOTE
from comity.model.refused import tell_refused
from comity.ports import World

DESK = frozenset({"records-custodian", "privacy-officer", "counsel", "agency-head"})
COUNSEL = frozenset({"counsel"})
DONE_ELSEWHERE = {
    "comity/PETITION": "whoever asked waits for a decision; decide it with `comity oversight access decide`",
    "comity/REPORT": "the log is to hold what was filed; file it with `comity oversight filing make`",
    "comity/RECALLED": "confirming a recall tells its owner too; confirm it with `comity recalls confirm`",
    "comity/CONFIRM-HIT": "whoever asked waits for the owner's word; answer it with `comity hit answer`",
}
HELD_KINDS = ("review", "attestation", "conflict")  # how the task of a hold begins; see `raised.py`
HELD_REMEDY = "what is held is decided, not only done; decide it with `comity held decide`"
MOST_LOOKS = 3  # how often an act looks again after somebody else's; more means the desk argues with itself

T = TypeVar("T")
Change = Callable[[StoredDuty, Agency, int], StoredDuty]


class SealedOrder(Noun, frozen=True, kw_only=True):
    """The order by which counsel defers a notice: the hash of its document, and the last day it is sealed."""

    document: str
    last_day: date

    def __post_init__(self) -> None:
        check_hash(self.document)


def finish_duty(world: World, member: Member, duty_id: str, evidence: str) -> StoredDuty:
    """Say that a duty is done, with evidence in at least three words.

    1 the evidence   2 the duty, once more if somebody was faster   3 done already: nothing changes
    4 who may say so   5 what stands against it: a deferral, an unlooked-at notice, an event or period to come
    6 the changed duty, those that the same act fulfils, and their entry

    Raises WrongUseError for an unknown duty or a member who may not, DutyRefusedError for what stands against it.
    """
    words = said_words("evidence", evidence)  # 1

    def change(stored: StoredDuty, owner: Agency, now_ms: int) -> StoredDuty:
        if is_done(stored):  # 3
            return stored
        _check_role(member, finishers(stored), stored)  # 4
        _check_may_go_out(stored, owner, now_ms)  # 5
        return replace(stored, done_ms=now_ms, done_by=member.id, evidence=words)

    return _act(world, member, duty_id, change, EntryKind.DUTY_DONE, together=True)  # 2, 6


def confirm_duty(world: World, member: Member, duty_id: str, reason: str) -> StoredDuty:
    """Let a notice to an outsider go out that rests on an unread rule or an unknown fact.

    1 the reason   2 the duty   3 confirmed already, or nothing to confirm: nothing changes   4 who may   5 the entry
    """
    words = said_words("reason", reason)  # 1

    def change(stored: StoredDuty, owner: Agency, now_ms: int) -> StoredDuty:
        if not needs_confirmation(stored) or is_done(stored):  # 3
            return stored
        _check_role(member, DESK, stored)  # 4
        return replace(stored, confirmed=Said(by=member.id, at_ms=now_ms, words=words))

    return _act(world, member, duty_id, change, EntryKind.DUTY_RAISED)  # 2, 5


def lift_deferral(world: World, member: Member, duty_id: str, reason: str) -> StoredDuty:
    """End a deferral: the notice is due at its own time. Counsel's word, since counsel has looked at the order.

    1 the reason   2 the duty   3 not deferred: nothing changes   4 counsel only   5 the entry
    """
    words = said_words("reason", reason)  # 1

    def change(stored: StoredDuty, owner: Agency, now_ms: int) -> StoredDuty:
        if not is_deferred(stored, now_ms) or is_done(stored):  # 3
            return stored
        _check_role(member, COUNSEL, stored)  # 4
        return replace(
            stored, counsel=CounselDeferral(until_ms=None, said=Said(by=member.id, at_ms=now_ms, words=words))
        )

    return _act(world, member, duty_id, change, EntryKind.DUTY_DEFERRED)  # 2, 5


def defer_duty(world: World, member: Member, duty_id: str, order: SealedOrder, reason: str) -> StoredDuty:
    """Defer a notice until the last day of a sealed order that counsel has seen.

    1 the reason   2 the duty   3 deferred by that order already: nothing changes   4 counsel only
    5 a notice to an outsider that did not go out, an order whose last day is ahead   6 the entry
    """
    words = said_words("reason", reason)  # 1

    def change(stored: StoredDuty, owner: Agency, now_ms: int) -> StoredDuty:
        until_ms = _last_ms(order, owner, now_ms)
        said = Said(by=member.id, at_ms=now_ms, words=words)
        wanted = CounselDeferral(until_ms=until_ms, said=said, order=order.document)
        if stored.counsel is not None and replace(stored.counsel, said=said) == wanted:  # 3
            return stored
        _check_role(member, COUNSEL, stored)  # 4
        _check_is_notice(stored)  # 5
        return replace(stored, counsel=wanted)

    return _act(world, member, duty_id, change, EntryKind.DUTY_DEFERRED)  # 2, 6


def changed_once(stored: StoredDuty) -> StoredDuty:
    """The duty as its next change."""
    return replace(stored, changed=stored.changed + 1)


def look_again(act: Callable[[], T]) -> T:
    """Do something that looks first and then changes; once more where somebody else changed it between the two."""
    for _ in range(MOST_LOOKS - 1):
        try:
            return act()
        except (
            DutyChangedError,
            DeliveryChangedError,
            PersonsChangedError,
            RecordChangedError,
            StandingChangedError,
        ):
            continue
    return act()


def _act(
    world: World, member: Member, duty_id: str, change: Change, kind: EntryKind, *, together: bool = False
) -> StoredDuty:
    """Change a duty and enter it, `together` with what the same act fulfils; nothing where the change leaves it as it is."""
    owner = owner_here(world, member.agency)

    def act() -> StoredDuty:
        now_ms = world.clock.now_ms()
        stored = world.journal.find_duty(owner.id, duty_id)
        if stored is None:
            raise WrongUseError(tell_refused("duty.none", agency=owner.id, duty=duty_id[:64]))
        changed = change(stored, owner, now_ms)
        if changed == stored:
            return stored
        others = done_with(world.journal.duties(owner.id), stored) if together else ()
        changes = tuple(changed_once(one) for one in (changed, *(change(one, owner, now_ms) for one in others)))
        append_entry(world, _changed_unit(owner_facts(kind, owner, now_ms), changes))
        return changes[0]

    return look_again(act)


def _changed_unit(facts: EntryFacts, changes: tuple[StoredDuty, ...]) -> Unit:
    """The entry of changed duties. Those that the first one's act fulfils too are named beside it."""
    first, *others = changes
    content: dict[str, object] = {"duty": first.id, "changed": first.changed}
    if others:
        content["with"] = [[one.id, one.changed] for one in others]
    return Unit(
        facts=facts,
        content=canonical_bytes(content),
        record=canonical_bytes(changes if others else first),
        changed_duties=changes,
    )


def said_words(name: str, text: str) -> str:
    """What a member says, in words, and is kept. Raises NounError for fewer than three."""
    said = check_text(name, normal(text), LONGEST_NOTE)
    if len(said.split()) < FEWEST_REASON_WORDS:
        raise NounError(f"the {name} needs at least {FEWEST_REASON_WORDS} words; say what was done or why")
    return said


def is_held_task(stored: StoredDuty) -> bool:
    """Whether a duty is the task of a hold on a question."""
    kind, colon, _ = stored.duty.text.partition(": ")
    return stored.duty.kind == "review" and bool(colon and stored.query_id) and kind in HELD_KINDS


def finishers(stored: StoredDuty) -> frozenset[str]:
    """The roles that may say that a duty is done. A review is the word of the role it names, or of the agency's head."""
    named = frozenset({stored.duty.to}) & INSIDERS
    return named | {"agency-head"} if stored.duty.kind == "review" and named else named | DESK


def _check_role(member: Member, roles: frozenset[str], stored: StoredDuty) -> None:
    if not roles & set(member.roles):
        raise WrongUseError(
            f"`{member.id}` may not do this for duty `{stored.id}`; it needs {', '.join(sorted(roles))}"
        )


def _check_may_go_out(stored: StoredDuty, owner: Agency, now_ms: int) -> None:
    other = DONE_ELSEWHERE.get(stored.duty.rule) or (HELD_REMEDY if is_held_task(stored) else "")
    if other:
        raise DutyRefusedError(other)
    until_ms = deferred_until_ms(stored)
    if until_ms is not None and is_deferred(stored, now_ms):
        day = local_time(until_ms, owner.zone).date()
        raise DutyRefusedError(tell_refused("duty.deferred", day=str(day)))
    if is_waiting(stored):
        raise DutyRefusedError(tell_refused("duty.waits", event=stored.duty.after))
    if needs_confirmation(stored):
        raise DutyRefusedError(tell_refused("duty.confirm-first"))
    if stored.duty.period and local_time(now_ms, owner.zone).date() < last_day_of(stored.duty.period):
        raise DutyRefusedError(tell_refused("duty.period-runs", period=stored.duty.period))


def _check_is_notice(stored: StoredDuty) -> None:
    if is_done(stored):
        raise DutyRefusedError(tell_refused("duty.went-out"))
    if stored.duty.kind not in NOTICES or not stored.duty.to or stored.duty.to in INSIDERS:
        raise DutyRefusedError(tell_refused("duty.not-outside"))


def _last_ms(order: SealedOrder, owner: Agency, now_ms: int) -> int:
    """The last millisecond of an order. Raises DutyRefusedError for a day that is past or no real end."""
    today = local_time(now_ms, owner.zone).date()
    if not today <= order.last_day <= add_span(today, LONGEST):
        raise DutyRefusedError(
            f"`{order.last_day}` is not a last day from today to {LONGEST.count} years on; give the order's own"
        )
    return end_of_day_ms(order.last_day, owner.zone)
