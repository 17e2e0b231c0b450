"""Fishing: many subjects under few cases (harms H6). One case has its people; a list has one number for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.model.finding import FindingKind
from comity.oversight.findings.uses import (
    DAY_MS,
    HOUR_MS,
    Pattern,
    Use,
    by_member,
    days_of,
    grouped,
    merged,
    windows,
)

# A day of an operation, a crash of several cars or a party brings one member some twenty people under one number.
SUBJECTS_A_DAY, A_CASE_A_DAY = 25, 8
# The largest case one detective works alone (a gang, a fraud) brings forty to fifty people in a week, and not every week.
SUBJECTS_A_WEEK, A_CASE_A_WEEK = 60, 20
SPANS = (
    (DAY_MS, 12 * HOUR_MS, SUBJECTS_A_DAY, A_CASE_A_DAY),  # by half days, so that no midnight cuts a night in two
    (7 * DAY_MS, DAY_MS, SUBJECTS_A_WEEK, A_CASE_A_WEEK),
)


def find_fishing(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Members' days and weeks in which the cases with most subjects have too many of them; each use counts once."""
    for own in by_member(uses).values():
        taken: set[int] = set()
        for span_ms, step_ms, least, a_case in SPANS:
            left = [one for one in own if one.entry not in taken]
            crowds = (_crowded(window, least, a_case) for window in windows(left, span_ms, step_ms))
            for caught in merged(crowds):
                taken |= {one.entry for one in caught}
                yield _pattern(caught)


def _crowded(window: Sequence[Use], least: int, a_case: int) -> list[Use]:
    """The uses of the cases with `a_case` subjects and more, where together they have `least`; none where they have not."""
    if len(window) < least:
        return []
    cases = grouped(window, lambda one: one.case).values()
    crowded = [one for case in cases if len({use.subject for use in case}) >= a_case for one in case]
    return crowded if len({one.subject for one in crowded}) >= least else []


def _pattern(caught: Sequence[Use]) -> Pattern:
    counts = {
        "questions": len(caught),
        "subjects": len({one.subject for one in caught}),
        "cases": len({one.case for one in caught}),
        "days": days_of(caught),
    }
    return Pattern(
        FindingKind.FISHING,
        tuple(caught),
        "seen.fishing",
        counts,
    )
