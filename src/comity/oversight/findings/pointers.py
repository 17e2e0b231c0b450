"""Pointer answers without a recorded follow-up (harms H25): "ask the owner", and nobody wrote down that they asked.

What a member did not need is not followed either. So it is the agency of which nothing is ever recorded that is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.model.finding import FindingKind
from comity.oversight.findings.uses import DAY_MS, Pattern, Use

TIME_TO_RECORD_MS = 14 * DAY_MS  # a week to record a call (`disclose.py`), and a week to make it
LEAST_POINTERS = 12  # where a third is followed up, twelve without any come once in a hundred and thirty
MANY_POINTERS, FEW_PERCENT = 40, 5  # of many, one or two recorded calls are no practice either


def pointed_and_followed(uses: Sequence[Use]) -> dict[str, tuple[list[Use], list[Use]]]:
    """By asking agency: uses whose answer pointed at a record and whose time to record is over, and those followed up."""
    if not uses:
        return {}
    now_ms = max(one.at_ms for one in uses)
    told: dict[tuple[str, str], list[int]] = {}
    for one in uses:
        if one.told:
            told.setdefault((one.asker, one.told), []).append(one.at_ms)
    found: dict[str, tuple[list[Use], list[Use]]] = {}
    for one in uses:
        if one.pointed and one.at_ms <= now_ms - TIME_TO_RECORD_MS:
            pointed, followed = found.setdefault(one.asker, ([], []))
            pointed.append(one)
            times = [at_ms for record in one.pointed for at_ms in told.get((one.asker, record), ())]
            if any(one.at_ms <= at_ms for at_ms in times):
                followed.append(one)
    return found


def find_unfollowed(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Agencies with many pointer answers of which none, or hardly one, has a recorded follow-up."""
    for pointed, followed in pointed_and_followed(uses).values():
        none = not followed and len(pointed) >= LEAST_POINTERS
        few = len(pointed) >= MANY_POINTERS and 100 * len(followed) < FEW_PERCENT * len(pointed)
        if none or few:
            left = [one for one in pointed if one not in followed]
            counts = {"pointers": len(pointed), "followed": len(followed)}
            yield Pattern(
                FindingKind.POINTERS,
                tuple(left),
                "seen.pointers-not-followed",
                counts,
            )


def followed_of_agencies(uses: Sequence[Use]) -> tuple[int, int]:
    """All answers that pointed, and those followed up: the share that is reported."""
    sums = pointed_and_followed(uses).values()
    return sum(len(pointed) for pointed, _ in sums), sum(len(followed) for _, followed in sums)
