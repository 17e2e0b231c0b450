"""A feed's round at its owner: what its recipient should have and has not, as the next batch.

For each feed of an owner here, as long as there is something to bring and it arrives:

1 law              the owner's, now, for this feed; what is shut empties the recipient's copy and brings nothing
2 one at a time    a batch that is on its way is proved taken first
3 what to look at  records that changed since; everything, where law or day are others than when everything was looked at
4 decide, compare  each record anew, against the hash of what stands at the recipient
5 append_entry     batch, items, duties and delivery in one transaction; no value is stored
6 push             put together when it is sent (`feed_due.py`); here alone, so that its editions leave in their order

What it costs: 3 and 4 read the records that changed, which the store marks in the transaction that changes them. Under another
law, and on another day, any record may be decided otherwise: then all of them are read.

Where a batch ends follows from what it carries alone, and none is made because of a record that is not carried: how many of
those there are, or that one of them changed, is told by nothing that leaves.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from comity.errors import DeliveryChangedError, DutyChangedError, LawUnavailableError
from comity.exchange.delivery.push import push_delivery
from comity.exchange.feed.feed_content import Carried, carried_of
from comity.exchange.feed.feed_due import NOT_TAKEN, late_duty
from comity.exchange.feed.feed_law import FeedLaw, law_of_feed, sent_feed
from comity.exchange.feed.feed_unit import Looked, batch_unit, delivery_id
from comity.exchange.owners import owner_day, owners_here
from comity.ledger.append import append_entry
from comity.model.canon import canonical_bytes
from comity.model.delivery import StoredDelivery
from comity.model.feed import (
    BatchHead,
    Cadence,
    DueOp,
    Feed,
    FeedChange,
    FeedDue,
    FeedItem,
    FeedState,
    OpKind,
    batch_hash,
    item_hash,
)
from comity.ports import World

MOST_BATCHES = 16  # of one feed in one turn: other feeds and what members ask are not kept waiting
PAGE = 500  # records read at once
DAY_MS = 86_400_000
HEARTBEAT_MS = 900_000  # a continuous feed says this often that nothing changed, so that its copy's age is known


def run_feeds(world: World) -> int:
    """Bring every feed here as far as it goes now; how many batches arrived. Raises ClosedError in trouble.

    An owner whose law cannot be read brings nothing, and keeps no other owner's feeds back; it is told at the end.
    """
    arrived, unread = 0, None
    for owner in owners_here(world):
        try:
            for feed in world.journal.feeds.sent_by(owner.id):
                arrived += _run(world, feed)
        except LawUnavailableError as error:
            unread = error
    if unread is not None:
        raise unread
    return arrived


def _run(world: World, feed: Feed) -> int:
    for done in range(MOST_BATCHES):
        try:
            delivery = next_batch(world, feed)
            if delivery is None or not push_delivery(world, delivery):
                return done
        except (DeliveryChangedError, DutyChangedError):
            return done  # suspended, pushed or closed by somebody else between our look and our commit
        found = sent_feed(world, feed.owner, feed.id)
        assert found is not None, "a feed is never taken away"
        feed = found
    return MOST_BATCHES


def next_batch(world: World, feed: Feed) -> StoredDelivery | None:
    """Commit the next batch of a feed; the delivery to push, or None where there is nothing to bring now."""
    now_ms = world.clock.now_ms()
    before = world.journal.find_delivery(feed.owner, delivery_id(feed.id), incoming=False)
    on_its_way = before is not None and before.next_ms is not None
    if feed.cleared and feed.state is not FeedState.RUNNING and not on_its_way:
        return None
    law = law_of_feed(world, feed, now_ms)  # 1
    if before is not None and on_its_way:  # 2
        late_duty(world, feed, before, now_ms)
        due = before.next_ms is not None and before.next_ms <= now_ms
        if not (_may_begin(before, due=due) and _something_goes(world, feed, law, before)):
            return before if due else None
        # Refused, and something must go: an epoch begins by taking everything away, and cannot be refused as out of order.
        # It has no value in it yet: a recipient that knows a party to be suspended takes nothing else.
        return _clear(world, begun_anew(feed), before, now_ms)
    if isinstance(law, str) or feed.state is not FeedState.RUNNING:
        return None if feed.cleared else _clear(world, feed, before, now_ms)
    return _bring(world, feed, law, before)


def begun_anew(feed: Feed) -> Feed:
    """The feed as a new epoch begins: nothing is taken to stand, everything is looked at again."""
    return replace(
        feed, epoch=feed.epoch + 1, number=0, head="", law="", day=None, sweep_after=None, cleared=False
    )


def _may_begin(before: StoredDelivery, *, due: bool) -> bool:
    """Whether a batch was refused that a new epoch may go past; one that only empties the copy, when it is due again."""
    assert isinstance(before.due, FeedDue), "a feed's delivery is of a batch"
    only_empties = before.due.head.number == 1 and not before.due.ops
    return before.trouble.startswith(NOT_TAKEN) and (due or not only_empties)


def _something_goes(world: World, feed: Feed, law: FeedLaw | str, before: StoredDelivery) -> bool:
    """Whether the recipient may have something that it must not have: by a change since, or by what the refused batch took."""
    if isinstance(law, str) or feed.state is not FeedState.RUNNING:
        return True
    assert isinstance(before.due, FeedDue), "a feed's delivery is of a batch"
    head, ops = before.due.head, before.due.ops
    if any(op.kind is OpKind.TAKE for op in ops) or (head.empties and ops):
        return True
    return bool(world.journal.feeds.changed(feed.owner, feed.id, ("", 1), standing=True))


def _clear(world: World, feed: Feed, before: StoredDelivery | None, now_ms: int) -> StoredDelivery:
    """Take everything away from the recipient: one batch without items."""
    head = _head(feed, now_ms, whole=True, empties=True)
    after = replace(
        feed,
        number=head.number,
        head=batch_hash(head, ()),
        cleared=True,
        law="",
        day=None,
        sweep_after=None,
        sent_ms=now_ms,
        changed=feed.changed + 1,
    )
    unit = batch_unit(world, (after, head), Looked(), before, law=None)
    append_entry(world, unit)  # 5
    return _delivery(world, feed)


def _bring(world: World, feed: Feed, law: FeedLaw, before: StoredDelivery | None) -> StoredDelivery | None:
    now_ms = law.query.asked_ms
    feed, due = _sweeping(feed, law, now_ms)  # 3
    # A daily feed between its rounds brings what goes and what became otherwise, not what is new.
    standing = feed.terms.cadence is Cadence.DAILY and feed.sweep_after is None and not due
    looked = Looked()
    rest = _look_at_changed(world, feed, law, (looked, standing))  # 4
    sweep_after = feed.sweep_after
    if not rest and sweep_after is not None:
        sweep_after = _sweep(world, feed, law, looked)
    whole = not rest and sweep_after is None and not standing
    quiet = not looked.ops and sweep_after == feed.sweep_after and feed.number > 0
    beat = whole and feed.terms.cadence is Cadence.CONTINUOUS and now_ms - feed.sent_ms >= HEARTBEAT_MS
    if quiet and not beat:
        if looked.seen:  # nothing that is carried changed: nothing leaves, and no entry tells of it
            world.journal.note_feed(_noted(feed, looked))
        return None
    head = _head(feed, now_ms, whole=whole, empties=False)
    after = replace(
        feed,
        number=head.number,
        head=batch_hash(head, looked.ops),
        sweep_after=sweep_after,
        cleared=False,
        sent_ms=now_ms,
        changed=feed.changed + 1,
    )
    append_entry(world, batch_unit(world, (after, head), looked, before, law))  # 5
    return _delivery(world, feed)


def _noted(feed: Feed, looked: Looked) -> FeedChange:
    return FeedChange(agency=feed.owner, feed=feed.id, gone=tuple(looked.gone), seen=tuple(looked.seen))


def _sweeping(feed: Feed, law: FeedLaw, now_ms: int) -> tuple[Feed, bool]:
    """The feed with a look at everything begun where one is due: another law at once, another day when its turn comes."""
    today = owner_day(law.owner, now_ms)
    daily = feed.terms.cadence is Cadence.DAILY
    due = now_ms >= feed.asks_ms if daily else feed.day != today
    if feed.law == law.regime and not due:
        return feed, False
    begun = replace(feed, law=law.regime, day=today, sweep_after="")
    return (replace(begun, asks_ms=now_ms + DAY_MS) if due and daily else begun), due


def _look_at_changed(world: World, feed: Feed, law: FeedLaw, into: tuple[Looked, bool]) -> bool:
    """Look at records that changed, what stands at the recipient first; whether some are left for the next batch."""
    looked, standing = into
    for only in (True,) if standing else (True, False):
        after = ""
        while page := world.journal.feeds.changed(feed.owner, feed.id, (after, PAGE), standing=only):
            for record_id, number in page:  # ends: pages go on, or the batch is full
                if looked.is_full:
                    return True
                if record_id not in looked.touched:
                    record = world.records.get(feed.owner, record_id)
                    now = carried_of(law, record) if record is not None else ()
                    _compare(world, feed, record_id, now, looked)
                    looked.saw(record_id, number)
            after = page[-1][0]
    return False


def _sweep(world: World, feed: Feed, law: FeedLaw, looked: Looked) -> str | None:
    """Look at everything from where the last batch ended; how far this one came, None at the end."""
    after = feed.sweep_after or ""
    while True:  # ends: pages go on, or the batch is full
        page = world.records.page_of(feed.owner, after, PAGE)
        for record in page:
            if looked.is_full:
                return after
            if record.id not in looked.touched:
                _compare(world, feed, record.id, carried_of(law, record), looked)
            after = record.id
        if len(page) < PAGE:
            return None


def _compare(world: World, feed: Feed, record_id: str, now: tuple[Carried, ...], looked: Looked) -> None:
    """What must be brought so that the recipient has of a record exactly what it may have now."""
    stands = {one.person_key: one for one in _standing(world, feed, record_id)}
    for one in now:
        item = stands.pop(one.person_key, None)
        if item is not None and item.hash == item_hash(item.salt, one.content):
            continue
        _put(world, feed, (one, item), looked)
    for item in stands.values():
        looked.gone.append(item.item_id)
        looked.ops.append(DueOp(kind=OpKind.TAKE, item_id=item.item_id, record_id=record_id))


def _standing(world: World, feed: Feed, record_id: str) -> Iterator[FeedItem]:
    """What stands at the recipient; nothing in an epoch that has not begun."""
    if feed.number:
        yield from world.journal.feeds.items_of(feed.owner, feed.id, record_id)


def _put(world: World, feed: Feed, what: tuple[Carried, FeedItem | None], looked: Looked) -> None:
    one, before = what
    salt = world.randomness.take(16).hex()
    item = FeedItem(
        feed=feed.id,
        item_id=before.item_id if before is not None else world.randomness.take(16).hex(),
        record_id=one.record_id,
        person_key=one.person_key,
        hash=item_hash(salt, one.content),
        salt=salt,
        fields=tuple(released.field for released in one.content.fields),
        sent_ms=world.clock.now_ms(),
    )
    looked.ops.append(
        DueOp(
            kind=OpKind.PUT,
            item_id=item.item_id,
            record_id=item.record_id,
            person_key=item.person_key,
            hash=item.hash,
            salt=salt,
        )
    )
    looked.items.append(item)
    looked.put.append((one, item, before is None))
    looked.values += len(canonical_bytes(one.content))


def _head(feed: Feed, now_ms: int, *, whole: bool, empties: bool) -> BatchHead:
    return BatchHead(
        feed=feed.id,
        epoch=feed.epoch,
        number=feed.number + 1,
        before=feed.head,
        as_of_ms=now_ms,
        whole=whole,
        empties=empties or feed.number == 0,
    )


def _delivery(world: World, feed: Feed) -> StoredDelivery:
    found = world.journal.find_delivery(feed.owner, delivery_id(feed.id), incoming=False)
    assert found is not None, "a batch is committed with its delivery"
    return found
