"""The holder's side of passing on: it asks the owner, and is told. The item itself never leaves the holder."""

from __future__ import annotations

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.answering.raised import duty_id
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.revise import shown_items
from comity.exchange.delivery.bring_asked import agency_of_trained, bring_asked
from comity.exchange.messages.wire import Delivered
from comity.model.agency import Agency, Member
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.onward import OnwardAsked, OnwardRequest, OnwardSaid, OnwardWanted
from comity.ports import World


def ask_onward(world: World, member: Member, wanted: OnwardWanted) -> OnwardRequest:
    """Ask an item's owner to answer another agency.

    1 who asks: a trained member of an agency here   2 an item that the kept answer shows, for another agency
    3 one entry: the request, on its way

    Raises WrongUseError for a member who may not, an item that is not shown, or an agency that is no third.
    """
    now_ms = world.clock.now_ms()
    agency = agency_of_trained(world, member, now_ms)  # 1
    owner = _owner_of(world, agency, wanted)  # 2
    third = world.directory().find_agency(wanted.to)
    if third is None or not third.node or third.id in (agency.id, owner):
        raise WrongUseError(f"`{wanted.to}` is no third agency at a node of the directory; name one that is")
    asked = OnwardAsked(
        query_id=wanted.query_id,
        item_id=wanted.item_id,
        to=third.id,
        purpose=wanted.purpose,
        basis=wanted.basis,
        case_number=wanted.case_number,
        by=member.id,
        asked_ms=now_ms,
        note=wanted.note,
    )
    name = duty_id("onward", agency.id, asked.query_id, asked.item_id, asked.to, asked.asked_ms)
    codes = EntryFacts(
        kind=EntryKind.ONWARD, at_ms=now_ms, purpose=asked.purpose, instrument=asked.basis.instrument
    )
    bring_asked(world, agency, (owner, name), asked, codes)  # 3
    return next(one for one in list_onward(world, agency) if one.id == name)


def take_onward_said(world: World, delivered: Delivered, said: OnwardSaid, now_ms: int) -> StoredDelivery:
    """The owner's word, kept. Raises RejectedMessageError for one about no request of this agency to that owner."""
    asked = world.journal.find_delivery(delivered.recipient, said.request, incoming=False)
    if asked is None or not isinstance(asked.due, OnwardAsked) or asked.recipient != delivered.sender:
        raise RejectedMessageError("this agency asked nothing of the kind; answer a request that it made")
    return StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=said,
        made_ms=said.said_ms,
        incoming=True,
        arrived_ms=now_ms,
    )


def list_onward(world: World, agency: Agency) -> tuple[OnwardRequest, ...]:
    """What an agency asked to have passed on, and was asked to pass on, with what was said; the newest first."""
    every = world.journal.deliveries(agency.id)
    said = {one.due.request: one.due for one in every if isinstance(one.due, OnwardSaid)}
    found = []
    for one in every:
        asked = one.due
        if not isinstance(asked, OnwardAsked):
            continue
        word = said.get(one.id)
        found.append(
            OnwardRequest(
                id=one.id,
                owner=one.recipient,
                holder=one.sender,
                to=asked.to,
                query_id=asked.query_id,
                item_id=asked.item_id,
                purpose=asked.purpose,
                case_number=asked.case_number,
                asked_ms=asked.asked_ms,
                trouble=one.trouble,
                passed=None if word is None else word.passed,
                reasons=() if word is None else word.reasons,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.asked_ms, one.id)))


def _owner_of(world: World, agency: Agency, wanted: OnwardWanted) -> str:
    """Whose item it is. Raises WrongUseError for one that is not shown, or was recalled."""
    revised = get_outcome(world, agency.id, wanted.query_id)
    for source in revised.outcome.sources:
        if wanted.item_id in shown_items(revised, source.agency):
            if any(marker.item_id == wanted.item_id for marker in revised.markers):
                break
            return source.agency
    raise WrongUseError(
        f"the answer shows no item `{wanted.item_id[:64]}` as it stands; `comity answer show` lists those it has"
    )
