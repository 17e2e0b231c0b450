"""What one batch of a feed commits at its owner: its entry, what stands from then on, duties, and the delivery."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.feed.feed_content import Carried
from comity.exchange.feed.feed_law import FeedLaw, parties_of, terms_hash
from comity.exchange.owners import owner_day
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, MintedItem, StoredDuty, Unit
from comity.model.feed import (
    FEED_MEMBER,
    MOST_OPS,
    BatchHead,
    DueOp,
    Feed,
    FeedChange,
    FeedDue,
    FeedItem,
)
from comity.model.record import MOST_PEOPLE
from comity.ports import World

LARGEST_VALUES = 400_000  # bytes of items in one batch: the largest message holds it twice


@dataclass(slots=True)
class Looked:
    """What one batch is made of, as it grows: operations, items that stand from then on, what was looked at.

    `put` says of each item whether it is new at the recipient; `gone` are items that stand no more.
    """

    ops: list[DueOp] = field(default_factory=list)
    items: list[FeedItem] = field(default_factory=list)
    put: list[tuple[Carried, FeedItem, bool]] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    values: int = 0

    @property
    def is_full(self) -> bool:
        """Whether one more record might not fit, by what it carries alone."""
        return len(self.ops) + MOST_PEOPLE > MOST_OPS or self.values > LARGEST_VALUES

    def saw(self, record_id: str, number: int) -> None:
        """A change that was looked at."""
        self.seen.append((record_id, number))
        self.touched.add(record_id)


def delivery_id(feed: str) -> str:
    """The id of a feed's one delivery: each batch takes the place of the one before, which arrived."""
    return duty_id("feed-batch", feed)


def batch_unit(
    world: World,
    batch: tuple[Feed, BatchHead],
    made: Looked,
    before: StoredDelivery | None,
    law: FeedLaw | None,
) -> Unit:
    """Everything a batch commits. The public part names the batch; neither part holds a value or a record's id."""
    after, head = batch
    now_ms = head.as_of_ms
    due = FeedDue(head=head, ops=tuple(made.ops))
    delivery, is_new = _delivery(after, due, before, now_ms)
    kept = {"feed": after.id, "terms": terms_hash(after.terms), "put": len(made.put), "gone": len(made.gone)}
    return Unit(
        facts=_facts(world, after, (now_ms, len(made.put)), law),
        content=canonical_bytes(
            {"feed": after.id, "epoch": head.epoch, "number": head.number, "hash": after.head}
        ),
        record=canonical_bytes(kept),
        items=tuple(_minted(after, item) for _, item, fresh in made.put if fresh),
        duties=tuple(_duties(after, made, law, now_ms)),
        deliveries=(delivery,) if is_new else (),
        changed_deliveries=() if is_new else (delivery,),
        feeds=(
            FeedChange(
                agency=after.owner,
                feed=after.id,
                sent=after,
                empties=head.empties,
                items=tuple(made.items),
                gone=tuple(made.gone),
                seen=tuple(made.seen),
            ),
        ),
    )


def _facts(world: World, feed: Feed, at: tuple[int, int], law: FeedLaw | None) -> EntryFacts:
    """One that puts nothing lets nothing out: it may be entered, and leave, while the log's witnesses are away."""
    now_ms, put = at
    owner, recipient = parties_of(world.directory(), feed)
    return EntryFacts(
        kind=EntryKind.FEED_BATCH if put else EntryKind.FEED_WITHDREW,
        at_ms=now_ms,
        owner_ori=owner.ori_on(owner_day(owner, now_ms)),
        asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
        purpose=feed.terms.purpose,
        instrument=feed.terms.basis.instrument,
        class_mask=class_mask(feed.terms.data_classes),
        released=put,
        law=law.law.hash if law is not None else "",
    )


def _delivery(feed: Feed, due: FeedDue, before: StoredDelivery | None, now_ms: int) -> tuple[StoredDelivery, bool]:
    if before is not None:
        return replace(
            before,
            due=due,
            made_ms=now_ms,
            next_ms=now_ms,
            tried=0,
            trouble="",
            arrived_ms=None,
            changed=before.changed + 1,
        ), False
    made = StoredDelivery(
        id=delivery_id(feed.id),
        sender=feed.owner,
        recipient=feed.recipient,
        due=due,
        made_ms=now_ms,
        next_ms=now_ms,
    )
    return made, True


def _minted(feed: Feed, item: FeedItem) -> MintedItem:
    """By what the accounting of a record finds this recipient; no question's item, so nobody fetches its detail."""
    return MintedItem(
        item_id=item.item_id,
        query_id=feed.id,
        asker=feed.recipient,
        member=FEED_MEMBER,
        owner=feed.owner,
        purpose=feed.terms.purpose,
        beneficiary=feed.terms.beneficiary,
        record_id=item.record_id,
        person_key=item.person_key,
        question=terms_hash(feed.terms),
    )


def _duties(feed: Feed, made: Looked, law: FeedLaw | None, now_ms: int) -> Iterator[StoredDuty]:
    """What an answer would owe: of the request with an epoch's first batch, of a record when it is first put."""
    if law is None:
        return
    found: list[tuple[Duty, str]] = []
    if feed.number == 1:
        found += [(duty, "") for duty in law.asked.duties]
    found += [(duty, one.record_id) for one, _, fresh in made.put if fresh for duty in one.duties]
    for at, (duty, record_id) in enumerate(dict.fromkeys(found)):
        if duty.period:
            yield periodic_duty(feed.owner, duty, now_ms)
            continue
        yield StoredDuty(
            id=duty_id("feed", feed.id, feed.epoch, feed.number, at),
            owner=feed.owner,
            query_id=feed.id,
            duty=duty,
            raised_ms=now_ms,
            asker=feed.recipient,
            record_id=record_id,
        )
