"""A correction of one record: what is to stand there, and what stands outside that no longer fits."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass
from comity.model.record import MOST_FIELDS, FieldValue, Record


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
    """A release that showed what was corrected since: the log's entry and the item, who has it, and which fields."""

    entry: int
    query_id: str
    item_id: str
    asker: str
    member: str
    at_ms: int
    fields: tuple[str, ...]


class Corrected(Noun, frozen=True, kw_only=True):
    """What a correction did, or would do: where values changed, and who has what they were.

    `undone` are merges of persons that the rule of the second identifier speaks against since; `to_review` the other
    acts on persons, by id, that rested on what changed. `duties` were raised or started; `entry` is None where nothing
    differs, and for a trial. `unread` counts answers whose disclosure is no longer kept: who was told what is not known.
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
