"""Out-of-hours spikes: questions at hours at which this member never works, under cases nobody works on by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from comity.model.finding import FindingKind
from comity.oversight.findings.uses import (
    DAY_MS,
    HOUR_MS,
    MET_ON_DUTY,
    Pattern,
    Use,
    by_member,
    grouped,
    told_number,
)

LEAST_USES, LEAST_DAYS = 40, 10  # from which a member's hours are known; a newcomer has none yet
USUAL_PERMILLE = (
    50  # of the uses of other days within an hour of it: whoever is called out twice a quarter stays below
)
SPIKE, SPIKE_IN_ONE_CASE = (
    6,
    12,
)  # who is called out at night asks a handful in one case, which another may then take over
NIGHT_STARTS_MS = 12 * HOUR_MS  # a night is one night from noon to noon
AROUND_MS = 14 * DAY_MS  # a case that is worked on by day within a fortnight is a case


def find_out_of_hours(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Nights and days with a spike outside the member's own hours. Whom somebody meets on duty is left out."""
    asked = [one for one in uses if not one.told]
    known = _Known(grouped(asked, lambda one: (one.asker, one.case)), grouped(asked, lambda one: one.subject))
    for own in by_member(asked).values():
        if len(own) < LEAST_USES or len({one.day for one in own}) < LEAST_DAYS:
            continue
        hours = Counter(one.hour for one in own)
        for night in grouped(own, lambda one: (one.local_ms - NIGHT_STARTS_MS) // DAY_MS).values():
            if len(night) < SPIKE:
                continue
            unusual = _unusual_hours(hours, night, len(own))
            late = [one for one in night if one.hour in unusual and one.purpose not in MET_ON_DUTY]
            spike = [one for one in late if not known.is_worked_on(one, unusual)]
            if len(spike) >= (SPIKE if len({one.case for one in spike}) > 1 else SPIKE_IN_ONE_CASE):
                yield _pattern(spike)


def _unusual_hours(hours: Counter[int], night: Sequence[Use], total: int) -> frozenset[int]:
    """Hours at which, an hour to either side, the member asks next to nothing on all other days."""
    own = Counter(one.hour for one in night)
    rest = max(1, total - len(night))
    return frozenset(
        hour
        for hour in own
        if 1_000 * sum(hours[near % 24] - own[near % 24] for near in (hour - 1, hour, hour + 1))
        <= USUAL_PERMILLE * rest
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """Everybody's uses by case, and by subject."""

    cases: Mapping[tuple[str, str], Sequence[Use]]
    subjects: Mapping[str, Sequence[Use]]

    def is_worked_on(self, one: Use, unusual: frozenset[int]) -> bool:
        """Whether anybody of the agency asks under the case number, or about the subject, at other hours around that night.

        The subject too, because what begins at night may get its number in the morning.
        """
        about = (use for use in self.subjects[one.subject] if use.asker == one.asker)
        return any(
            use.hour not in unusual and abs(use.at_ms - one.at_ms) <= AROUND_MS
            for use in chain(self.cases[one.asker, one.case], about)
        )


def _pattern(spike: Sequence[Use]) -> Pattern:
    hours = sorted({one.hour for one in spike})
    counts = {
        "questions": len(spike),
        "subjects": len({one.subject for one in spike}),
        "cases": len({one.case for one in spike}),
        "hours": len(hours),
    }
    return Pattern(
        FindingKind.HOURS,
        tuple(spike),
        f"{counts['questions']} questions about {told_number(counts['subjects'], 'subject')} in one night or day off, in "
        f"{told_number(counts['hours'], 'hour')} at which the member never asks, under "
        f"{told_number(counts['cases'], 'case number')} not worked on at other times",
        counts,
    )
