"""A request about an item is brought to the item's owner: who may, and what it leaves here, whatever it asks."""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.asking.asker import check_trained
from comity.exchange.asking.kept_outcome import DELIVERY_KEY
from comity.exchange.owners import owner_day, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest
from comity.model.confirmation import ConfirmationAsked
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, Unit
from comity.model.mistake import MistakeReported
from comity.model.onward import OnwardAsked
from comity.ports import World

AskedOfOwner = ConfirmationAsked | OnwardAsked | MistakeReported


def agency_of_trained(world: World, member: Member, now_ms: int) -> Agency:
    """The agency here for which a member asks. Raises WrongUseError for one that is not here, or training that ended."""
    agency = owner_here(world, member.agency)
    check_trained(member, now_ms)
    return agency


def bring_asked(
    world: World, agency: Agency, way: tuple[str, str], asked: AskedOfOwner, codes: EntryFacts
) -> None:
    """Enter a request and put it on its `way`: the item's owner, and the delivery's id. `codes` lack who asks.

    It is kept with its question, so that a withdrawal of the item reaches this too.
    """
    owner, name = way
    delivery = StoredDelivery(
        id=name,
        sender=agency.id,
        recipient=owner,
        due=asked,
        made_ms=asked.asked_ms,
        next_ms=asked.asked_ms,
    )
    append_entry(
        world,
        Unit(
            facts=replace(codes, asker_ori=agency.ori_on(owner_day(agency, asked.asked_ms))),
            content=canonical_bytes(asked),
            record=canonical_bytes({"by": asked.by}),
            answer_to=(agency.id, asked.query_id or name, f"{DELIVERY_KEY}:{name}", digest(asked)),
            deliveries=(delivery,),
        ),
    )
