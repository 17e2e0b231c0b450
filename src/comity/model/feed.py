"""Feeds: what one agency brings another under one agreement for one purpose, again and again, as batches of differences.

A batch is named by a hash over its number, the one before it, the time it shows, and a salted hash of every item in it. A
value that may not leave any more is left out of a batch that is sent again, and the batch keeps its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.answer import ReleasedField
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_text
from comity.model.canon import digest
from comity.model.codes import DataClass, Purpose
from comity.model.query import LegalBasis

MOST_OPS = 500  # items of one batch: a few hundred kilobytes, well below the largest message
FEED_MEMBER = "by-feed"  # in the place of a member's id: nobody of the recipient is shown anything by a feed


class Cadence(StrEnum):
    """How often what came new is brought. What must go from a recipient goes at once under either."""

    DAILY = "daily"
    CONTINUOUS = "continuous"


class FeedState(StrEnum):
    """Where a feed stands. A proposed one waits for its second signer."""

    PROPOSED = "proposed"
    RUNNING = "running"
    SUSPENDED = "suspended"
    CLOSED = "closed"


class FeedTerms(Noun, frozen=True, kw_only=True):
    """For whom, for what and of what a feed is: one recipient, one purpose, one beneficiary, under one agreement.

    `case_number` is the recipient's own number of the case or programme, `basis` the paper it rests on.
    """

    agreement: str
    recipient: str
    beneficiary: str
    purpose: Purpose
    basis: LegalBasis
    case_number: str
    data_classes: tuple[DataClass, ...]
    cadence: Cadence

    def __post_init__(self) -> None:
        check_text("the agreement", self.agreement, 120)
        check_text("case number", self.case_number, 64)
        check_agency_id(self.recipient)
        check_agency_id(self.beneficiary)
        if not self.data_classes or len(set(self.data_classes)) != len(self.data_classes):
            raise NounError("name the data classes of the feed, each once")


class FeedSigned(Noun, frozen=True, kw_only=True):
    """Who of the owner signed for a feed, in which role, when (UTC milliseconds), and in which words."""

    member: str
    role: str
    at_ms: int
    words: str


class Feed(Noun, frozen=True, kw_only=True):
    """A feed as its owner keeps it; times are UTC milliseconds.

    `epoch` counts how often it began anew, `number` the batches of the epoch, `head` names the last of them. `as_of_ms` is the
    newest state that the recipient is known to have whole. `law` and `day` are what everything was last looked at under;
    `sweep_after` is how far a look at everything is, by record id, None where none is going on. `cleared` is true where the
    recipient was told to hold nothing. `asks_ms` is when a daily feed brings what is new next.
    """

    id: str
    owner: str
    terms: FeedTerms
    state: FeedState
    signed: tuple[FeedSigned, ...]
    opened_ms: int
    epoch: int = 1
    number: int = 0
    head: str = ""
    as_of_ms: int = 0
    law: str = ""
    day: date | None = None
    sweep_after: str | None = None
    cleared: bool = True
    asks_ms: int = 0
    sent_ms: int = 0
    changed: int = 0

    @property
    def recipient(self) -> str:
        """To whom it goes."""
        return self.terms.recipient


class FeedContent(Noun, frozen=True, kw_only=True):
    """What a feed carries of one person of one record: fields in full, the answer's labels, the owner's day."""

    data_class: DataClass
    fields: tuple[ReleasedField, ...]
    labels: tuple[str, ...]
    as_of: date


class FeedItem(Noun, frozen=True, kw_only=True):
    """What an owner keeps of an item that stands at the recipient: never a value.

    `hash` is over salt and content as they were sent; empty where the recipient is known not to hold it.
    """

    feed: str
    item_id: str
    record_id: str
    person_key: str
    hash: str
    salt: str
    fields: tuple[str, ...]
    sent_ms: int


class OpKind(StrEnum):
    """`put` an item or its newer state, `take` it away; `closed` is a put whose values may not leave any more."""

    PUT = "put"
    CLOSED = "closed"
    TAKE = "take"


class DueOp(Noun, frozen=True, kw_only=True):
    """One operation of a batch as the owner keeps it until the batch arrived: which record it is of, and no value."""

    kind: OpKind
    item_id: str
    record_id: str
    person_key: str = ""
    hash: str = ""
    salt: str = ""


class FeedOp(Noun, frozen=True, kw_only=True):
    """One operation as it leaves. Salt and content come with a `put` alone."""

    kind: OpKind
    item_id: str
    hash: str = ""
    salt: str = ""
    content: FeedContent | None = None

    def __post_init__(self) -> None:
        if (self.kind is OpKind.PUT) != (self.content is not None and bool(self.salt)):
            raise NounError("an item that is put has its content, any other has none")
        if (self.kind is OpKind.TAKE) != (not self.hash):
            raise NounError("an item that is taken away has no hash, any other has one")
        if self.hash:
            check_hash(self.hash)
        if self.content is not None and item_hash(self.salt, self.content) != self.hash:
            raise NounError("an item of the batch does not fit its hash; it was altered")


class BatchHead(Noun, frozen=True, kw_only=True):
    """What names a batch beside its operations: its feed, epoch and number, the hash of the batch before.

    `as_of_ms` is the state of the owner's store that it shows; `whole` is true where the recipient, having taken it, has all
    of that state. `empties` takes away everything that came before.
    """

    feed: str
    epoch: int
    number: int
    before: str
    as_of_ms: int
    whole: bool
    empties: bool

    def __post_init__(self) -> None:
        check_instant("the time a batch shows", self.as_of_ms)
        if self.epoch < 1 or self.number < 1 or (self.number == 1) != (not self.before):
            raise NounError("the first batch of an epoch has number 1 and none before it; every other has one")
        if self.number == 1 and not self.empties:
            raise NounError("the first batch of an epoch takes away what came before it")


class FeedDue(Noun, frozen=True, kw_only=True, tag="feed-due"):
    """A batch to be brought; once it arrived, its head alone."""

    head: BatchHead
    ops: tuple[DueOp, ...]


class FeedBatch(Noun, frozen=True, kw_only=True, tag="feed-batch"):
    """A batch as it leaves, put together when it is sent; with the terms and the state of its feed.

    `edition` grows each time it is sent: of one batch that came in several, the last counts, in whatever order they came.
    """

    head: BatchHead
    edition: int
    terms: FeedTerms
    state: FeedState
    ops: tuple[FeedOp, ...]

    def __post_init__(self) -> None:
        if len(self.ops) > MOST_OPS:
            raise NounError(f"a batch has at most {MOST_OPS} items; send several")
        if len({op.item_id for op in self.ops}) != len(self.ops):
            raise NounError("a batch names an item twice")
        if self.head.number == 1 and any(op.kind is OpKind.TAKE for op in self.ops):
            raise NounError("the first batch of an epoch has nothing to take away singly")

    @property
    def is_whole(self) -> bool:
        """Whether its recipient, having taken it as it is here, has all of the state it shows."""
        return self.head.whole and all(op.kind is not OpKind.CLOSED for op in self.ops)


class TakenFeed(Noun, frozen=True, kw_only=True):
    """A feed as its recipient keeps it. `as_of_ms` is the newest state it has whole, 0 before the first.

    `trouble` says why the last batch was refused; empty where it was taken.
    """

    id: str
    owner: str
    terms: FeedTerms
    state: FeedState
    epoch: int
    number: int
    head: str
    edition: int
    as_of_ms: int
    taken_ms: int
    trouble: str = ""
    changed: int = 0

    @property
    def recipient(self) -> str:
        """Whose copy it is."""
        return self.terms.recipient


class Copy(Noun, frozen=True, kw_only=True):
    """One item of a feed at its recipient: a way to know which owner to ask, and never an answer."""

    feed: str
    item_id: str
    owner: str
    content: FeedContent


class FeedChange(Noun, frozen=True, kw_only=True):
    """What one entry changes of one feed, at either end. `agency` is whose rows they are.

    `empties` takes every item and copy away before the others are put. `seen` are (record id, count) that were looked at as
    they were; `again` are records to look at once more.
    """

    agency: str
    feed: str
    sent: Feed | None = None
    taken: TakenFeed | None = None
    empties: bool = False
    items: tuple[FeedItem, ...] = ()
    copies: tuple[Copy, ...] = ()
    gone: tuple[str, ...] = ()
    seen: tuple[tuple[str, int], ...] = ()
    again: tuple[str, ...] = ()


class FeedShown(Noun, frozen=True, kw_only=True):
    """A feed as either end shows it. `lag_ms` is how old the state is that the recipient has whole; -1 before the first.

    `waits` is true where the owner knows of something that did not arrive; `trouble` says why.
    """

    id: str
    owner: str
    incoming: bool
    terms: FeedTerms
    state: FeedState
    signed: tuple[FeedSigned, ...]
    epoch: int
    number: int
    as_of_ms: int
    lag_ms: int
    waits: bool = False
    trouble: str = ""
    entry: int | None = None


class FeedLag(Noun, frozen=True, kw_only=True):
    """How old a running feed's copy is at its `end`, owner or recipient (milliseconds)."""

    feed: str
    end: str
    lag_ms: int


class CopyMark(Noun, frozen=True, kw_only=True):
    """Which copy led to an owner, and how old it was then."""

    owner: str
    feed: str
    as_of_ms: int
    lag_ms: int


def item_hash(salt: str, content: FeedContent) -> str:
    """What stands for an item in the hash of its batch. The salt keeps a short value from being guessed by it."""
    return digest([salt, digest(content)])


def batch_hash(head: BatchHead, ops: Sequence[DueOp | FeedOp]) -> str:
    """The name of a batch: the same whether the values of an item left with it or had to stay."""
    listed = [["take" if op.kind is OpKind.TAKE else "put", op.item_id, op.hash] for op in ops]
    return digest([digest(head), listed])
