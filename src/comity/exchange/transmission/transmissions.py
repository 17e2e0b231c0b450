"""How transmissions stand: at their owner by channel, at their partner by what came."""

from __future__ import annotations

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.asking.kept_outcome import DELIVERY_KEY
from comity.exchange.messages.wire import Delivered
from comity.exchange.owners import owner_here
from comity.exchange.person.person_state import READERS
from comity.exchange.transmission.transmission_channels import channels_of
from comity.model.agency import Member
from comity.model.canon import digest, from_canonical
from comity.model.delivery import StoredDelivery
from comity.model.transmission import (
    Channel,
    ChannelState,
    OnChannel,
    ShownTransmission,
    TakenTransmission,
    Transmission,
    TransmissionDue,
    TransmissionTaken,
    Transmitted,
)
from comity.ports import World

SEERS = READERS | {"supervisor"}  # supervisors release; the desk and auditors look


def list_transmissions(world: World, member: Member) -> tuple[ShownTransmission, ...]:
    """Transmissions of the member's agency, the newest first: all to desk and supervisors, one's own to anybody."""
    owner = owner_here(world, member.agency)
    found = world.journal.transmissions.of(owner.id)
    seen = [one for one in found if one.prepared_by == member.id or SEERS & set(member.roles)]
    newest = sorted(seen, key=lambda one: (-one.prepared_ms, one.id))
    return tuple(ShownTransmission(transmission=one, channels=_channels(world, one)) for one in newest)


def list_taken(world: World, member: Member) -> tuple[TakenTransmission, ...]:
    """What foreign owners told the member's agency here, the newest first. Raises WrongUseError for who is not of the desk."""
    partner = owner_here(world, member.agency)
    if not SEERS & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not read transmissions; it needs {', '.join(sorted(SEERS))}")
    found = [
        _taken(world, one, one.due)
        for one in world.journal.deliveries(partner.id)
        if one.incoming and isinstance(one.due, TransmissionTaken)
    ]
    return tuple(sorted(found, key=lambda one: (-one.taken_ms, one.transmission)))


def take_transmission(delivered: Delivered, document: Transmitted, now_ms: int) -> StoredDelivery:
    """A transmission as its partner keeps it. Raises RejectedMessageError for one between others than who brought it."""
    if (document.owner, document.partner) != (delivered.sender, delivered.recipient):
        raise RejectedMessageError("the transmission is of another owner or for another partner; send your own")
    return StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=delivered.recipient,
        due=TransmissionTaken(transmission=document.id, item_id=document.item_id, hash=digest(document)),
        made_ms=document.released_ms,
        incoming=True,
        arrived_ms=now_ms,
    )


def _channels(world: World, one: Transmission) -> tuple[OnChannel, ...]:
    return tuple(
        on_channel(stored.due.channel, stored)
        for stored in channels_of(world, one.owner, one.id)
        if isinstance(stored.due, TransmissionDue)
    )


def on_channel(channel: Channel, stored: StoredDelivery) -> OnChannel:
    """How a delivery stands on its channel."""
    sent_ms = stored.sent_ms if channel is Channel.MAIL else stored.begun_ms
    at_ms = sent_ms
    if stored.arrived_ms is not None:
        state, at_ms = ChannelState.RECEIVED, stored.arrived_ms
    elif stored.suspended:
        state = ChannelState.SUSPENDED
    elif stored.next_ms is None:
        state = ChannelState.STOPPED
    elif sent_ms is not None:
        state = ChannelState.SENT
    else:
        state = ChannelState.WAITING
    return OnChannel(channel=channel, state=state, at_ms=at_ms, tried=stored.tried, trouble=stored.trouble)


def _taken(world: World, stored: StoredDelivery, due: TransmissionTaken) -> TakenTransmission:
    found = world.journal.find_answer(stored.recipient, due.transmission, f"{DELIVERY_KEY}:{stored.id}")
    document = None
    if found is not None and found[1]:
        parcel = from_canonical(found[1], Delivered).parcel
        document = parcel if isinstance(parcel, Transmitted) else None
    assert stored.arrived_ms is not None, "what came in has come"
    return TakenTransmission(
        transmission=due.transmission,
        owner=stored.sender,
        hash=due.hash,
        taken_ms=stored.arrived_ms,
        document=document,
    )
