"""What is due to be purged, by rule and day, what holds keep, how long the log is kept; and what a purge can prove."""

from __future__ import annotations

from datetime import date

from comity.model.base import Noun
from comity.model.codes import DataClass
from comity.model.disclosure import EntryKind


class DueRecord(Noun, frozen=True, kw_only=True):
    """A record that rules say goes, from which day on; `state` is `goes`, `held` by a legal hold, or `custodian`.

    `custodian` waits for a person, because a fact is not known.
    """

    reference: str
    data_class: DataClass
    rules: tuple[str, ...]
    first_day: date
    state: str


class RuleDue(Noun, frozen=True, kw_only=True):
    """How many records one rule reaches by the day of the schedule, and the first day of any."""

    rule: str
    citation: str
    goes: int
    held: int
    custodian: int
    first_day: date


class HeldBack(Noun, frozen=True, kw_only=True):
    """A record under a legal hold, and the rules by which it would go without; none where none reaches it."""

    reference: str
    data_class: DataClass
    rules: tuple[str, ...]


class LogObligation(Noun, frozen=True, kw_only=True):
    """How long a law wants the log kept for an owner: at least (`floor`) or at most so many days."""

    rule: str
    citation: str
    status: str
    days: int
    floor: bool
    says: str


class LogMonth(Noun, frozen=True, kw_only=True):
    """A month whose key is there, and the first day on which it may be destroyed; `ready` where that day has come."""

    month: str
    from_day: date
    ready: bool


class LogLife(Noun, frozen=True, kw_only=True):
    """How long the log is kept: the node's setting, what binds the owner, and the longer of the two, which counts.

    `conflict` says where a law's most is less than another's least, empty where none is.
    """

    log_days: int
    obligations: tuple[LogObligation, ...]
    days: int
    conflict: str
    months: tuple[LogMonth, ...]


class Schedule(Noun, frozen=True, kw_only=True):
    """What of an owner is due by a day. `records` are the first of them, the soonest first, `unlisted` how many more.

    Of `holds` too the first, and `unlisted_holds`. `endless` counts by class the records that no rule ever ends, whether they
    have a last day or not.
    """

    owner: str
    by: date
    looked_at: int
    rules: tuple[RuleDue, ...]
    records: tuple[DueRecord, ...]
    unlisted: int
    holds: tuple[HeldBack, ...]
    unlisted_holds: int
    endless: dict[DataClass, int]
    log: LogLife


class PurgeProof(Noun, frozen=True, kw_only=True):
    """What can be shown of a purge or a pruning, and whether it holds.

    `counted` is what the entry says went; `named` how many records its own record names, None where that was forgotten;
    `left` what is still there, or still readable, of it; `keys` the keys it destroyed. `unproved` says what cannot be shown.
    """

    entry: int
    kind: EntryKind
    at_ms: int
    counted: int | None
    named: int | None
    restricted: int
    left: tuple[str, ...]
    keys: tuple[str, ...]
    unproved: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        agrees = self.named is None or self.counted is None or self.named == self.counted
        return agrees and not self.left
