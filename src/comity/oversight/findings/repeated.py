"""Repeat look-ups of one subject by one member without one continuing case (harms H12).

Who is sought, met on the beat or worked on is asked about by others too, and in one case. Who is watched is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from comity.model.finding import FindingKind
from comity.oversight.findings.uses import (
    DAY_MS,
    MET_ON_DUTY,
    Pattern,
    Use,
    by_member,
    days_of,
    grouped,
    sittings,
)

WITHIN_MS = 90 * DAY_MS  # a quarter: what is rarer than monthly is no watching
LEAST, LEAST_DAYS = 5, 4  # two linked cases bring a member to one person four times, and to it on three days
LEAST_CASES = 3  # one case is work; two are linked cases
ONE_CASE_PERCENT = 70  # of the look-ups: then it is that case that goes on, and the others are slips of typing
LINKED_PERCENT = 90  # under two numbers: linked cases, and the others are slips of typing, each of them once
OTHERS_PERCENT = 50  # as many look-ups by others as half of the member's: somebody the agency deals with
MET_LEAST = 11  # the same person on the same beat: a patrol meets a regular every nine days
# Even one case, with nobody else in it and nobody else asking. A fugitive, a missing person or the one suspect of a long case
# is looked up on four days of a working week, fifty of a quarter.
LEAST_DAYS_ONE_CASE = 55


def find_repeated(uses: Sequence[Use]) -> Iterator[Pattern]:
    """One member's look-ups of one subject under changing case numbers, or very many in a case that is about nobody else."""
    asked = [one for one in uses if not one.told]
    about = grouped(asked, lambda one: one.subject)
    case_subjects: dict[str, set[str]] = {}
    for one in asked:
        case_subjects.setdefault(one.case, set()).add(one.subject)
    for own in by_member(asked).values():
        for subject, mine in grouped(own, lambda one: one.subject).items():
            if len(mine) < LEAST:
                continue
            recent = _busiest(sittings(mine))
            others = _others(about[subject], recent)
            if _is_watching(recent, others) or _is_one_sided(recent, others, case_subjects):
                yield _pattern(recent)


def _busiest(lookups: Sequence[Use]) -> list[Use]:
    """The look-ups of the quarter that has most of them."""
    best: list[Use] = []
    first = 0
    for last, one in enumerate(lookups):
        while one.at_ms - lookups[first].at_ms > WITHIN_MS:
            first += 1
        if last - first + 1 > len(best):
            best = list(lookups[first : last + 1])
    return best


def _others(about: Sequence[Use], recent: Sequence[Use]) -> int:
    """Look-ups of the same subject by anybody else in that time."""
    member = recent[0].member
    first_ms, last_ms = recent[0].at_ms, recent[-1].at_ms
    return sum(1 for one in about if one.member != member and first_ms <= one.at_ms <= last_ms)


def _is_watching(recent: Sequence[Use], others: int) -> bool:
    cases = Counter(one.case for one in recent if not one.empty_case)
    caseless = 100 * cases.total() < (100 - ONE_CASE_PERCENT) * len(
        recent
    )  # a filler goes on for ever and is no case
    changing = len(cases) >= LEAST_CASES and not _goes_on(cases)
    met = all(one.purpose in MET_ON_DUTY for one in recent)
    return (
        len(recent) >= (MET_LEAST if met else LEAST)
        and len({one.day for one in recent}) >= LEAST_DAYS
        and (caseless or changing)
        and 100 * others <= OTHERS_PERCENT * len(recent)
    )


def _goes_on(cases: Counter[str]) -> bool:
    """Whether one case goes on, or two linked ones do."""
    largest = [count for _, count in cases.most_common(2)]
    return (
        100 * largest[0] > ONE_CASE_PERCENT * cases.total() or 100 * sum(largest) > LINKED_PERCENT * cases.total()
    )


def _is_one_sided(recent: Sequence[Use], others: int, case_subjects: dict[str, set[str]]) -> bool:
    return (
        len({one.day for one in recent}) >= LEAST_DAYS_ONE_CASE
        and not others
        and all(len(case_subjects[case]) == 1 for case in {one.case for one in recent})
    )


def _pattern(recent: Sequence[Use]) -> Pattern:
    counts = {"look-ups": len(recent), "days": days_of(recent), "cases": len({one.case for one in recent})}
    return Pattern(
        FindingKind.REPEATED,
        tuple(recent),
        "seen.repeated-look-ups.cases" if counts["cases"] > 1 else "seen.repeated-look-ups.one-case",
        counts,
    )
