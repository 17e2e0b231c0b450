"""A correction of one record: what is to stand there, and what stands outside that no longer fits."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass
from comity.model.record import MOST_FIELDS, FieldValue, Record

RECORD_ACTS = ("seal", "expunge", "dispute", "hold", "lift", "review")


class GivenField(Noun, frozen=True, kw_only=True):
    """All values a field is to have from now on; none takes it out. `person` is a key, empty for the event's own."""

    person: str
    name: str
    values: tuple[str, ...]

    def fields(self) -> tuple[FieldValue, ...]:
        """The values as the record holds them; that one is public is known of none of them."""
        return tuple(FieldValue(name=self.name, value=value) for value in self.values)


class Correction(Noun, frozen=True, kw_only=True):
    """What a custodian says of a record: a whole record read from a file, or single fields; and why.

    `whole` is taken under the stored record's id. `record_id` may be the owner's own reference too. `attested` is what
    the custodian vouches for of the record's coming in, `NAME` or `NAME=VALUE`.
    """

    record_id: str
    reason: str
    whole: Record | None = None
    fields: tuple[GivenField, ...] = ()
    attested: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.whole is None) == (not self.fields):
            raise NounError("a correction is a file or single fields; give one of them")
        if len(self.fields) > MOST_FIELDS:
            raise NounError(f"more than {MOST_FIELDS} fields; no record has so many")


class FieldChanged(Noun, frozen=True, kw_only=True, order=True):
    """Where a value is not what it was; `person` is a key, empty for the event's own."""

    person: str
    field: str

    def __str__(self) -> str:
        return f"{self.person}.{self.field}" if self.person else self.field


class StandingRelease(Noun, frozen=True, kw_only=True):
    """A release that showed a record: the log's entry (-1 where it is not known), the item, who has it, which fields.

    `person_key` is the person of the record the item is about; `at_ms` is 0 where the answer is no longer kept. `told` says
    how and when what nobody queried was told, in words its recipient knows it by; `reached` is false for an agency at no node.
    `feed` is the feed that brought it, which takes it away or brings what it says now by itself; empty where it was an answer.
    `by_mail` is a transmission abroad: its recall goes on both channels; `left` is false where nothing of it can have left.
    """

    entry: int
    query_id: str
    item_id: str
    asker: str
    member: str
    at_ms: int
    fields: tuple[str, ...]
    person_key: str = ""
    told: str = ""
    reached: bool = True
    feed: str = ""
    by_mail: bool = False
    left: bool = True


class Corrected(Noun, frozen=True, kw_only=True):
    """What a correction did, or would do: where values changed, and who has what they were.

    `undone` are merges of persons that the rule of the second identifier speaks against since; `to_review` the other
    acts on persons, by id, that rested on what changed. `duties` were raised or started; `entry` is None where nothing
    differs, and for a trial. `unread` counts releases of which it is no longer kept what they showed: whoever has them is
    told as if they showed everything. `recalls` are the deliveries that tell. `public_no_more` are the fields of which a value
    was flagged as already public and whose new value is not: nobody said of it that it is public.
    """

    owner: str
    record_id: str
    data_class: DataClass
    reference: str
    changed: tuple[FieldChanged, ...]
    releases: tuple[StandingRelease, ...] = ()
    unread: int = 0
    undone: tuple[str, ...] = ()
    to_review: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    entry: int | None = None
    recalls: tuple[str, ...] = ()
    public_no_more: tuple[FieldChanged, ...] = ()


class RecordAct(Noun, frozen=True, kw_only=True):
    """What a custodian does with a whole record: `act` is one of `RECORD_ACTS`; and why."""

    record_id: str
    act: str
    reason: str

    def __post_init__(self) -> None:
        if self.act not in RECORD_ACTS:
            raise NounError(
                f"`{self.act[:40]}` is nothing to do with a record; write one of {', '.join(RECORD_ACTS)}"
            )


class RecordHappened(Noun, frozen=True, kw_only=True):
    """Something that was done with a record: when (UTC milliseconds), what, by whom and why; `entry` is the log's."""

    entry: int
    at_ms: int
    act: str
    by: str
    reason: str


class RecordRead(Noun, frozen=True, kw_only=True):
    """A record as its custodian reads it: who was shown it, what was done with it, and the entry of this reading."""

    record: Record
    releases: tuple[StandingRelease, ...]
    happened: tuple[RecordHappened, ...]
    entry: int


class RecordActed(Noun, frozen=True, kw_only=True):
    """What was done with a record: who has it, the deliveries that tell them, the duties raised, the log's entry.

    `kept_by_hold` says that a legal hold keeps the record and the keys of what was disclosed: it is found by nobody, and
    is expunged when the hold has ended. `entry` is None where it stood so already.
    """

    owner: str
    record_id: str
    act: str
    releases: tuple[StandingRelease, ...] = ()
    recalls: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    kept_by_hold: bool = False
    entry: int | None = None
