"""Who was shown a record: the accounting that a recall goes by."""

from __future__ import annotations

from datetime import UTC, datetime

from comity.exchange.feed.feed_law import standing_item
from comity.exchange.transmission.transmission_channels import has_left
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.correction import FieldChanged, StandingRelease
from comity.model.disclosure import Disclosure, EntryKind, MintedItem, Shown
from comity.model.feed import FEED_MEMBER
from comity.model.notice import EventNotice
from comity.model.transmission import Transmitted
from comity.ports import World

TOLD_BY = "told-by-"  # before the channel, in the place of a member's id: whoever was told signed in nowhere
TRANSMITTED_BY = f"{TOLD_BY}transmission"  # whoever was told abroad, on both channels (`transmit.py`)
EVERY_FIELD = ("",)  # shown by an answer that is no longer kept, so that which fields is not known


def standing_releases(world: World, owner: Agency, record_id: str) -> tuple[StandingRelease, ...]:
    """Every item that showed this record, newest first, with the fields it showed; of a feed what stands at its recipient."""
    found = (
        _fed(world, item, index) if item.member == FEED_MEMBER else _release(world, item, index)
        for item, index in world.journal.items_of(owner.id, record_id)
    )
    return tuple(one for one in found if one is not None)


def showed(release: StandingRelease, changed: tuple[FieldChanged, ...]) -> tuple[str, ...]:
    """Which of the changed fields an item showed: the event's, and those of its own person.

    Every one of them where the answer is no longer kept: who may have been told is told.
    """
    about = {one.field for one in changed if one.person in ("", release.person_key)}
    if release.fields == EVERY_FIELD:
        return tuple(sorted(about))
    return tuple(name for name in release.fields if name in about)


def _fed(world: World, item: MintedItem, index: int) -> StandingRelease | None:
    """An item of a feed as it was sent last; None for one that its recipient does not hold any more."""
    stands = standing_item(world, item.owner, item.query_id, (item.record_id, item.item_id))
    if stands is None:
        return None
    return StandingRelease(
        entry=index,
        query_id=item.query_id,
        item_id=item.item_id,
        asker=item.asker,
        member=item.member,
        at_ms=stands.sent_ms,
        fields=stands.fields,
        person_key=item.person_key,
        feed=item.query_id,
    )


def _release(world: World, item: MintedItem, index: int) -> StandingRelease:
    shown, at_ms = _kept(world, item, index)
    asker = world.directory().find_agency(item.asker)
    return StandingRelease(
        entry=index,
        query_id=item.query_id,
        item_id=item.item_id,
        asker=item.asker,
        member=item.member,
        at_ms=at_ms,
        fields=shown.fields if shown is not None else EVERY_FIELD,
        person_key=item.person_key,
        told=_told(world, item, index),
        reached=asker is not None and bool(asker.node),
        by_mail=item.member == TRANSMITTED_BY,
        left=item.member != TRANSMITTED_BY or has_left(world, item.owner, item.query_id),
    )


def _kept(world: World, item: MintedItem, index: int) -> tuple[Shown | None, int]:
    """What the item's answer showed, and when; nothing of an answer that is no longer kept."""
    if index < 0:
        return None, 0
    record, content = world.journal.record(index), world.journal.content(index)
    if record is None or content is None:
        return None, 0
    shown = next(one for one in from_canonical(record, Disclosure).shown if one.item_id == item.item_id)
    if decode_entry(world.journal.entry(index)).facts.kind is EntryKind.NOTICED:
        return shown, from_canonical(content, EventNotice).made_ms
    if item.member == TRANSMITTED_BY:
        return shown, from_canonical(content, Transmitted).released_ms
    return shown, from_canonical(content, Answer).answered_ms


def _told(world: World, item: MintedItem, index: int) -> str:
    """How and when what nobody queried was told; empty for an item of an answer."""
    if not item.member.startswith(TOLD_BY):
        return ""
    channel = item.member.removeprefix(TOLD_BY)
    record = world.journal.record(index) if index >= 0 else None
    if record is None:
        return channel
    query = from_canonical(record, Disclosure).query
    return f"{channel} of {datetime.fromtimestamp(query.asked_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC, case {query.case_number}"
