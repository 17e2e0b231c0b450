"""The two deliveries of a released transmission, and what becomes of them when its record changes."""

from __future__ import annotations

from comity.exchange.answering.raised import duty_id
from comity.exchange.delivery.put_off import changed
from comity.model.agency import Agency
from comity.model.correction import StandingRelease
from comity.model.delivery import StoredDelivery
from comity.model.transmission import Channel
from comity.ports import World

RECORD_CHANGED = "the record is no longer what was released"


def delivery_id(transmission_id: str, channel: Channel) -> str:
    """The id of what brings a transmission on one channel."""
    return duty_id("transmission", transmission_id, channel)


def has_left(world: World, owner: str, transmission: str) -> bool:
    """Whether anything of a transmission can have left on any channel."""
    return any(one.begun_ms is not None for one in channels_of(world, owner, transmission))


def stopped_by(world: World, owner: Agency, releases: tuple[StandingRelease, ...]) -> tuple[StoredDelivery, ...]:
    """What is still queued of these releases, as it stands when the record changed: it is sent on no channel any more.

    Committed with the change itself: a sender that looked before cannot let it out afterwards.
    """
    return tuple(
        changed(one, next_ms=None, trouble=RECORD_CHANGED)
        for release in releases
        if release.by_mail
        for one in channels_of(world, owner.id, release.query_id)
        if one.arrived_ms is None
    )


def channels_of(world: World, owner: str, transmission: str) -> tuple[StoredDelivery, ...]:
    """Its deliveries, one a channel; none where nothing was released."""
    found = (world.journal.find_delivery(owner, delivery_id(transmission, one), incoming=False) for one in Channel)
    return tuple(one for one in found if one is not None)
