"""Reason poverty: case numbers that are none, and one reason for everything (harms H15). About agencies, not members."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from comity.match.fold import listed
from comity.model.finding import FindingKind
from comity.oversight.findings.uses import (
    DAY_MS,
    MET_ON_DUTY,
    Pattern,
    Use,
    days_of,
    grouped,
    merged,
    windows,
)

MONTH_MS, STEP_MS = (
    30 * DAY_MS,
    10 * DAY_MS,
)  # looked at by tens of days, so that no first of a month halves a habit
LEAST_EMPTY, EMPTY_PERMILLE = (
    5,
    5,
)  # in a month: below it, or below one in two hundred, they are slips of single days
LEAST_QUESTIONS = 50  # of an agency in a month: a share of fewer says nothing
# A killing in a small town is a quarter of its questions for a month; a third of them and by several members is a habit.
COMMONEST_CASE_PERCENT = 33
LEAST_SUBJECTS = 25
LEAST_MEMBERS = 3
COMMONEST_NOTE_PERCENT = 60  # of the questions that were not asked on the street, where everybody writes "stop"
_WORDS = listed(
    "NA N/A NONE NIL NULL NO TEST TESTING TBD UNKNOWN UNK X PENDING ONGOING INVESTIGATION INVEST CASE MISC OTHER VARIOUS "
    "CHECK QUERY SEARCH INFO INTEL LE LEO POLICE OFFICIAL ASDF QWERTY"
)
_RUNS = ("0123456789", "1234567890", "9876543210", "ABCDEFGHIJ")  # from their first sign on
SHORTEST = 3  # letters and digits: no agency numbers its cases with two


def is_empty_case(text: str) -> bool:
    """Whether what stands in place of a case number is none: a filler, one sign again and again, digits in a row."""
    folded = text.upper().strip(" .-_#*?")
    if folded in _WORDS:
        return True
    signs = re.sub(r"[^A-Z0-9]", "", folded)
    return len(signs) < SHORTEST or len(set(signs)) == 1 or any(run.startswith(signs) for run in _RUNS)


def find_poor_reasons(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Agencies' months with case numbers that are none, or with one reason for a great part of the questions."""
    asked = [one for one in uses if not one.told]
    for own in grouped(asked, lambda one: one.asker).values():
        months = list(windows(own, MONTH_MS, STEP_MS))
        for what, poor_of in HABITS:
            for poor in merged(poor_of(month) for month in months):
                yield _pattern(poor, own, what)


def _empty(month: Sequence[Use]) -> Sequence[Use]:
    empty = [one for one in month if one.empty_case]
    return empty if len(empty) >= max(LEAST_EMPTY, len(month) * EMPTY_PERMILLE // 1_000) else ()


def _same_case(month: Sequence[Use]) -> Sequence[Use]:
    real = [one for one in month if not one.empty_case]
    same, share = commonest(real, [one.case for one in real])
    return same if share > COMMONEST_CASE_PERCENT and _is_habit(same) else ()


def _same_note(month: Sequence[Use]) -> Sequence[Use]:
    noted = [one for one in month if one.note and one.purpose not in MET_ON_DUTY]
    same, share = commonest(noted, [one.note for one in noted])
    return same if share > COMMONEST_NOTE_PERCENT and _is_habit(same) else ()


HABITS: tuple[tuple[str, Callable[[Sequence[Use]], Sequence[Use]]], ...] = (
    ("seen.poor-reasons.no-case", _empty),
    ("seen.poor-reasons.one-case", _same_case),
    ("seen.poor-reasons.one-note", _same_note),
)


def commonest(uses: Sequence[Use], reasons: Sequence[str]) -> tuple[list[Use], int]:
    """The uses with the commonest reason, and their share in per cent; 0 of fewer than fifty."""
    if len(uses) < LEAST_QUESTIONS:
        return [], 0
    (reason, count), *_ = Counter(reasons).most_common(1)
    return [use for use, text in zip(uses, reasons, strict=True) if text == reason], 100 * count // len(uses)


def _is_habit(uses: Sequence[Use]) -> bool:
    subjects, members = {one.subject for one in uses}, {one.member for one in uses}
    return len(subjects) >= LEAST_SUBJECTS and len(members) >= LEAST_MEMBERS


def _pattern(poor: Sequence[Use], own: Sequence[Use], what: str) -> Pattern:
    first, last = poor[0].local_ms, poor[-1].local_ms
    asked = sum(1 for one in own if first <= one.local_ms <= last)
    counts = {
        "questions": asked,
        "days": days_of(poor),
        "poor": len(poor),
        "members": len({one.member for one in poor}),
    }
    return Pattern(
        FindingKind.REASONS,
        tuple(poor),
        what,
        counts,
    )
