"""Out-of-hours spikes: questions at hours at which this member hardly ever works, under cases nobody works on by day."""

from __future__ import annotations

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
)

LEAST_USES, LEAST_DAYS = 40, 10  # from which a member's hours are known; a newcomer has none yet
# Of the member's other nights and days: whoever is called out twice a month stays below.
USUAL_PERCENT = 10
# Who is called out at night asks a handful in one case, which another may then take over.
SPIKE, SPIKE_IN_ONE_CASE = 6, 12
NIGHT_STARTS_MS = 12 * HOUR_MS  # a night is one night from noon to noon
AROUND_MS = 14 * DAY_MS  # a case that is worked on by day within a fortnight is a case


def find_out_of_hours(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Nights and days with a spike outside the member's own hours. Whom somebody meets on duty is left out."""
    asked = [one for one in uses if not one.told]
    known = _Known(grouped(asked, lambda one: (one.asker, one.case)), grouped(asked, lambda one: one.subject))
    for own in by_member(asked).values():
        if len(own) < LEAST_USES or len({one.day for one in own}) < LEAST_DAYS:
            continue
        nights = grouped(own, _night_of)
        by_hour = grouped(own, lambda one: one.hour)
        hours = {hour: frozenset(map(_night_of, by_hour.get(hour, ()))) for hour in range(24)}
        for night in nights.values():
            if len(night) < SPIKE:
                continue
            unusual = _unusual_hours(hours, night, len(nights))
            late = [one for one in night if one.hour in unusual and one.purpose not in MET_ON_DUTY]
            spike = [one for one in late if not known.is_worked_on(one, unusual)]
            if len(spike) >= (SPIKE if len({one.case for one in spike}) > 1 else SPIKE_IN_ONE_CASE):
                yield _pattern(spike)


def _unusual_hours(hours: Mapping[int, frozenset[int]], night: Sequence[Use], nights: int) -> frozenset[int]:
    """Hours at which, an hour to either side, the member asks on next to no other night. `hours` has the nights of each."""
    this = _night_of(night[0])
    return frozenset(
        hour
        for hour in {one.hour for one in night}
        if 100 * len((hours[(hour - 1) % 24] | hours[hour] | hours[(hour + 1) % 24]) - {this})
        <= USUAL_PERCENT * (nights - 1)
    )


def _night_of(one: Use) -> int:
    return (one.local_ms - NIGHT_STARTS_MS) // DAY_MS


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
        "seen.out-of-hours",
        counts,
    )
