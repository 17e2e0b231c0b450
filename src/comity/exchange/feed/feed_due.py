"""A batch as it leaves, put together anew each time it is sent; what follows when it arrived, and when it is late.

No value is stored with a batch. Each time, every record in it is read and decided again: what would not be exactly what was
hashed when the batch was made stays, as `closed`, and goes from the recipient's copy too. The batch keeps its name, so that
a recipient who has it already takes it as the same, in a later edition.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.duties import changed_once
from comity.exchange.duty.duty_state import is_done
from comity.exchange.feed.feed_content import carried_of
from comity.exchange.feed.feed_law import FeedLaw, law_of_feed, sent_feed, standing_item
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.ledger.witnessed import check_witnessed
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.feed import (
    Cadence,
    DueOp,
    Feed,
    FeedBatch,
    FeedChange,
    FeedContent,
    FeedDue,
    FeedItem,
    FeedOp,
    FeedState,
    OpKind,
    item_hash,
)
from comity.ports import World

NOT_TAKEN = (
    "it was not taken: "  # how a refusal by the recipient's node begins, beside what was not reached at all
)
# How long something that goes may take to arrive, where nothing shorter is agreed: harms H18 wants a time, measured.
AGREED_MS = {Cadence.CONTINUOUS: 3_600_000, Cadence.DAILY: 86_400_000}


def due_batch(world: World, delivery: StoredDelivery, due: FeedDue) -> FeedBatch | None:
    """The batch as it may leave now; None where its feed began anew meanwhile.

    Raises UnwitnessedError for values while the log's witnesses are away for too long.
    """
    feed = sent_feed(world, delivery.sender, due.head.feed)
    if feed is None or (feed.epoch, feed.number) != (due.head.epoch, due.head.number):
        return None
    now_ms = world.clock.now_ms()
    law = law_of_feed(world, feed, now_ms)
    shut = isinstance(law, str) or feed.state is not FeedState.RUNNING
    ops = tuple(_op(world, feed, None if shut else law, op) for op in due.ops)
    if any(op.kind is OpKind.PUT for op in ops):
        check_witnessed(world, now_ms)
    state = FeedState.SUSPENDED if shut and feed.state is FeedState.RUNNING else feed.state
    return FeedBatch(head=due.head, edition=delivery.changed, terms=feed.terms, state=state, ops=ops)


def _op(world: World, feed: Feed, law: FeedLaw | str | None, op: DueOp) -> FeedOp:
    if op.kind is OpKind.TAKE:
        return FeedOp(kind=OpKind.TAKE, item_id=op.item_id)
    content = None if law is None or isinstance(law, str) else _content(world, feed, law, op)
    if content is None or item_hash(op.salt, content) != op.hash:
        return FeedOp(kind=OpKind.CLOSED, item_id=op.item_id, hash=op.hash)
    return FeedOp(kind=OpKind.PUT, item_id=op.item_id, hash=op.hash, salt=op.salt, content=content)


def _content(world: World, feed: Feed, law: FeedLaw, op: DueOp) -> FeedContent | None:
    record = world.records.get(feed.owner, op.record_id)
    if record is None:
        return None
    return next((one.content for one in carried_of(law, record) if one.person_key == op.person_key), None)


def batch_arrived(world: World, delivery: StoredDelivery, batch: FeedBatch, now_ms: int) -> Unit:
    """What follows where the recipient's log proves a batch: what it has whole, what it does not hold, a late duty done.

    The rest of the unit is the delivery's own.
    """
    due, feed = delivery.due, sent_feed(world, delivery.sender, batch.head.feed)
    assert isinstance(due, FeedDue), "a batch is due as one"
    assert feed is not None, "a batch is of a feed"
    owner = world.directory().get_agency(feed.owner)
    bare = Unit(facts=owner_facts(EntryKind.DELIVERED, owner, now_ms), content=b"", record=b"")
    if (feed.epoch, feed.number) != (batch.head.epoch, batch.head.number):
        return bare
    closed = tuple(_closed(world, feed, due, batch))
    after = replace(
        feed,
        as_of_ms=batch.head.as_of_ms if batch.is_whole else feed.as_of_ms,
        changed=feed.changed + 1,
    )
    late = world.journal.find_duty(feed.owner, _late_id(feed))
    done = () if late is None or is_done(late) else (_finished(late, now_ms),)
    change = FeedChange(
        agency=feed.owner,
        feed=feed.id,
        sent=after,
        items=closed,
        again=tuple(item.record_id for item in closed),
    )
    return replace(bare, feeds=(change,), changed_duties=done)


def _closed(world: World, feed: Feed, due: FeedDue, batch: FeedBatch) -> Iterator[FeedItem]:
    """The items whose values stayed: the recipient does not hold them, and their records are looked at again."""
    stayed = {op.item_id for op in batch.ops if op.kind is OpKind.CLOSED}
    for op in due.ops:
        names = (op.record_id, op.item_id)
        item = standing_item(world, feed.owner, feed.id, names) if op.item_id in stayed else None
        if item is not None:
            yield replace(item, hash="")


def late_duty(world: World, feed: Feed, delivery: StoredDelivery, now_ms: int) -> None:
    """Raise the desk's duty for a batch that is on its way for longer than was agreed; once."""
    due_ms = delivery.made_ms + AGREED_MS[feed.terms.cadence]
    if now_ms < due_ms or world.journal.find_duty(feed.owner, _late_id(feed)) is not None:
        return
    rule = builtin_reason("comity/FEED-LATE")
    owed = StoredDuty(
        id=_late_id(feed),
        owner=feed.owner,
        query_id="",
        duty=Duty(
            kind="recall",
            rule=rule.rule,
            citation=rule.citation,
            to=feed.recipient,
            due_ms=due_ms,
            text=f"what went may still stand in the copy of {feed.recipient}: {delivery.trouble or 'nothing was heard'}",
        ),
        raised_ms=now_ms,
        asker=feed.recipient,
    )
    unit = Unit(
        facts=owner_facts(EntryKind.DUTY_RAISED, world.directory().get_agency(feed.owner), now_ms),
        content=canonical_bytes({"duty": owed.id}),
        record=canonical_bytes({"feed": feed.id}),
        duties=(owed,),
    )
    append_entry(world, unit)


def _late_id(feed: Feed) -> str:
    return duty_id("feed-late", feed.id, feed.epoch, feed.number)


def _finished(late: StoredDuty, now_ms: int) -> StoredDuty:
    return changed_once(replace(late, done_ms=now_ms, done_by="the exchange", evidence="the batch arrived"))
