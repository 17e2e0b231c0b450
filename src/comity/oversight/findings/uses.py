"""A use: one question as the patterns see it, without anybody's particulars, and how uses are put together.

Subjects, case numbers and notes are keyed hashes under a key drawn for one look: equal or not is all a pattern may know.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from comity.model.codes import Purpose, Status
from comity.model.finding import MOST_ENTRIES, FindingKind, Relation
from comity.model.sentence import Sentence
from comity.oversight.findings.seen import sentence_of

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
SITTING_MS = (
    30 * MINUTE_MS
)  # asked again within half an hour under one case: typed anew, or more owners; one look-up
# What comes in by itself: whom somebody meets on duty is not whom they chose to look up.
MET_ON_DUTY = frozenset({Purpose.STOP, Purpose.OFFICER_SAFETY, Purpose.EMERGENCY_LIFE, Purpose.CUSTODY})
CRIMINAL = frozenset(
    {Purpose.CRIMINAL_INVESTIGATION, Purpose.CRIMINAL_PROSECUTION, Purpose.FEDERAL_CRIME, Purpose.TASK_FORCE}
)
IMMIGRATION = frozenset({Purpose.CIVIL_IMMIGRATION, Purpose.IMMIGRATION_ENTRY_CRIME})

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Use:
    """One question. `at_ms` is UTC, `local_ms` the clock on the asker's wall, counted as if it were UTC.

    `member` is unique over all agencies; `homes` are the agencies the member belongs to or acts for. `immigration` says that
    asker, purpose, beneficiary or whom the member acts for is an immigration authority's; `authority` that the asker is one.
    `empty_case` is true of a case number that is none. `came_by` is the node and the brokers it came through. `circle` is the
    line of the sealed list it is about, with the relation. `pointed` are records an answer only pointed at, `told` the
    record of a disclosure recorded later.
    """

    entry: int
    query_id: str
    at_ms: int
    local_ms: int
    asker: str
    member: str
    homes: tuple[str, ...]
    beneficiary: str
    purpose: Purpose
    case: str
    subject: str
    immigration: bool = False
    authority: bool = False
    status: Status | None = None
    empty_case: bool = False
    note: str = ""
    came_by: str = ""
    circle: tuple[Relation, str] | None = None
    pointed: tuple[str, ...] = ()
    told: str = ""

    @property
    def day(self) -> int:
        """The local day, counted from 1970."""
        return self.local_ms // DAY_MS

    @property
    def hour(self) -> int:
        """The hour on the asker's clock, 0 to 23."""
        return self.local_ms // HOUR_MS % 24


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a detector saw: the uses it rests on, which sentence of figures alone says so (`seen.py`), and those figures by
    name; `more` are figures of the sentence that are no counts.
    """

    kind: FindingKind
    uses: tuple[Use, ...]
    seen: str
    counts: dict[str, int] = field(default_factory=dict)
    more: Mapping[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        return sentence_of(Sentence(code=self.seen, facts={**self.counts, **self.more}))

    @property
    def entries(self) -> tuple[int, ...]:
        return tuple(sorted({one.entry for one in self.uses}))[:MOST_ENTRIES]


Detector = Callable[[Sequence[Use]], Iterable[Pattern]]


def grouped(uses: Iterable[Use], key: Callable[[Use], Key]) -> dict[Key, list[Use]]:
    """Uses by a key, in their order."""
    found: dict[Key, list[Use]] = defaultdict(list)
    for one in uses:
        found[key(one)].append(one)
    return dict(found)


def by_member(uses: Iterable[Use]) -> dict[str, list[Use]]:
    """Uses by member. What was told without a question has no asking member and is left out."""
    return grouped((one for one in uses if not one.told), lambda one: one.member)


def windows(uses: Sequence[Use], span_ms: int, step_ms: int) -> Iterator[list[Use]]:
    """Every window of so long, in steps, that holds a use; `uses` in the order of their local time."""
    first, last = 0, 0
    end_ms = 0
    for one in uses:
        if one.local_ms < end_ms:
            continue  # this window was given already
        end_ms = (one.local_ms // step_ms + 1) * step_ms
        while last < len(uses) and uses[last].local_ms < end_ms:
            last += 1
        while uses[first].local_ms < end_ms - span_ms:
            first += 1
        yield list(uses[first:last])


def merged(caught: Iterable[Sequence[Use]]) -> list[list[Use]]:
    """What neighbouring windows caught, those that share a use as one; in the order of their uses."""
    found: list[dict[int, Use]] = []
    for one in caught:
        if one:
            own = {use.entry: use for use in one}
            if found and own.keys() & found[-1].keys():
                found[-1].update(own)
            else:
                found.append(own)
    return [sorted(own.values(), key=lambda use: (use.at_ms, use.entry)) for own in found]


def sittings(uses: Sequence[Use]) -> list[Use]:
    """Look-ups of one subject, those of one sitting once: the first of each."""
    kept: list[Use] = []
    for one in uses:
        if not any(
            other.case == one.case and one.at_ms - other.at_ms < SITTING_MS for other in reversed(kept[-3:])
        ):
            kept.append(one)
    return kept


def days_of(uses: Sequence[Use]) -> int:
    """How many days lie between the first and the last use, both counted."""
    return max(one.day for one in uses) - min(one.day for one in uses) + 1
