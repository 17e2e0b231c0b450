"""A batch of a feed comes in: in its order, its last edition, and never what its owner took away.

A batch that is not the next one (a gap), that does not follow from the one before, or that differs from one taken under the
same number (a fork) changes nothing but what both sides see of it. The remedy is the owner's: `comity feed replay`.

Copies lie in a table of their own. They are no records: no question of another agency finds them, nothing is answered from
them, and a member is shown none.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import FeedBrokenError, RejectedMessageError
from comity.exchange.feed.feed_law import CLOSED_CLASSES, MOST_FEEDS
from comity.exchange.messages.wire import Delivered
from comity.model.agency import Agency
from comity.model.feed import (
    BatchHead,
    Copy,
    FeedBatch,
    FeedChange,
    FeedOp,
    FeedState,
    OpKind,
    TakenFeed,
    batch_hash,
)
from comity.ports import World

MOST_TAKEN = 2 * MOST_FEEDS  # of one owner, closed ones too, which are kept here
REMEDY = "the owner sends it all again with `comity feed replay`"


def take_batch(world: World, delivered: Delivered, batch: FeedBatch, recipient: Agency, now_ms: int) -> FeedChange:
    """What a batch changes here. Raises RejectedMessageError for what is no batch to us, FeedBrokenError out of its order."""
    if batch.terms.recipient != recipient.id:
        raise RejectedMessageError("the batch is of a feed to another agency; send it there")
    held = _taken_feed(world, recipient.id, batch.head.feed)
    if held is not None and held.owner != delivered.sender:
        raise RejectedMessageError("the feed is another owner's; give each its own id")
    _check_takeable(world, batch, delivered.sender, recipient.id, is_new=held is None)
    name = batch_hash(batch.head, batch.ops)
    repeated = held is not None and _is_repeated(held, batch.head, name)
    if held is not None and repeated and batch.edition <= held.edition:
        return FeedChange(agency=recipient.id, feed=held.id)  # a later edition of it came before this one
    fault = "" if repeated else _fault(held, batch.head)
    if fault:
        _refuse(held, fault)
    return _taken(delivered, batch, held, (name, now_ms))


def _check_takeable(world: World, batch: FeedBatch, sender: str, recipient: str, *, is_new: bool) -> None:
    """Raise RejectedMessageError for what no feed may bring, and for one more feed of an owner who has too many here."""
    closed = sorted(
        {*batch.terms.data_classes, *(op.content.data_class for op in batch.ops if op.content)} & CLOSED_CLASSES
    )
    if closed:
        raise RejectedMessageError(f"no feed may bring {', '.join(closed)}; take them out")
    if is_new and sum(one.owner == sender for one in world.journal.feeds.taken_by(recipient)) >= MOST_TAKEN:
        raise RejectedMessageError(f"you have {MOST_TAKEN} feeds here already; send on one of these")


def _taken_feed(world: World, recipient: str, feed: str) -> TakenFeed | None:
    return next((one for one in world.journal.feeds.taken_by(recipient) if one.id == feed), None)


def _is_repeated(held: TakenFeed, head: BatchHead, name: str) -> bool:
    return (held.epoch, held.number, held.head) == (head.epoch, head.number, name)


def _fault(held: TakenFeed | None, head: BatchHead) -> str:
    """Why a batch is not the next; empty where it is. One without a feed here must begin an epoch."""
    if held is None:
        return "" if head.number == 1 else f"gap: batch {head.number} came first; {REMEDY}"
    if head.epoch != held.epoch:
        if head.epoch < held.epoch:
            return f"epoch {head.epoch} is over; the feed is in epoch {held.epoch}; {REMEDY}"
        return "" if head.number == 1 else f"gap: epoch {head.epoch} came with batch {head.number} first; {REMEDY}"
    if head.number == held.number:
        return f"fork: batch {head.number} was taken with other content; {REMEDY}"
    if head.number < held.number:
        return f"batch {head.number} is over; {held.number} was taken; {REMEDY}"
    if head.number > held.number + 1:
        return f"gap: batch {head.number} came after {held.number}; {REMEDY}"
    return (
        "" if head.before == held.head else f"chain: batch {head.number} does not follow {held.number}; {REMEDY}"
    )


def _refuse(held: TakenFeed | None, fault: str) -> None:
    """Raises. What is over, or begins with a gap, is turned away; the rest stops a feed that is here."""
    if held is None or " is over" in fault:
        raise RejectedMessageError(fault)
    raise FeedBrokenError(fault)


def broken_feed(world: World, batch: FeedBatch, fault: str) -> FeedChange | None:
    """What a batch out of its order changes: why the feed stands still; None where that is known."""
    held = _taken_feed(world, batch.terms.recipient, batch.head.feed)
    if held is None or held.trouble == fault:
        return None
    after = replace(held, trouble=fault, changed=held.changed + 1)
    return FeedChange(agency=held.recipient, feed=held.id, taken=after)


def _taken(delivered: Delivered, batch: FeedBatch, held: TakenFeed | None, named: tuple[str, int]) -> FeedChange:
    """The copy as the batch leaves it, also where an earlier edition of the same batch was taken."""
    name, now_ms = named
    head = batch.head
    as_of_ms = held.as_of_ms if held is not None else 0
    after = TakenFeed(
        id=head.feed,
        owner=delivered.sender,
        terms=batch.terms,
        state=batch.state,
        epoch=head.epoch,
        number=head.number,
        head=name,
        edition=batch.edition,
        as_of_ms=head.as_of_ms if batch.is_whole else as_of_ms,
        taken_ms=now_ms,
        changed=held.changed + 1 if held is not None else 0,
    )
    return FeedChange(
        agency=delivered.recipient,
        feed=head.feed,
        taken=after,
        empties=head.empties,
        copies=tuple(_copy(after, op) for op in batch.ops if op.content is not None),
        gone=tuple(op.item_id for op in batch.ops if op.kind is not OpKind.PUT),
    )


def _copy(feed: TakenFeed, op: FeedOp) -> Copy:
    assert op.content is not None, "an item that is put has its content"
    return Copy(feed=feed.id, item_id=op.item_id, owner=feed.owner, content=op.content)


def is_usable(feed: TakenFeed) -> bool:
    """Whether a copy may lead to its owner: of a feed that runs and has been whole once."""
    return feed.state is FeedState.RUNNING and feed.as_of_ms > 0
