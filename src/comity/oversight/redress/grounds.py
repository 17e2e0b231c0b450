"""On which grounds a look-up may be kept from the person for a time, and for how long at most. Rules as data.

Nothing is kept for good: every ground has an end, and whoever wants a longer time looks again and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import NounError
from comity.law.ast import Span
from comity.law.calendar import add_span
from comity.model.codes import GovernmentLevel


@dataclass(frozen=True, slots=True)
class Ground:
    """A ground for withholding: who may name it (empty: every owner), its citation, and the longest time from the review."""

    id: str
    citation: str
    status: str
    says: str
    longest: Span
    levels: frozenset[GovernmentLevel] = frozenset()


GROUNDS: tuple[Ground, ...] = (
    Ground(
        id="us-law-enforcement-request",
        citation="5 USC 552a(c)(3), (b)(7)",
        status="verified",
        says="made on the written request of an agency's head for a law-enforcement activity",
        longest=Span(2, "year"),
        levels=frozenset({GovernmentLevel.FEDERAL}),
    ),
    Ground(
        id="us-exempt-system",
        citation="5 USC 552a(j), (k)",
        status="verified",
        says="the system is exempted from (c)(3) by a published rule",
        longest=Span(2, "year"),
        levels=frozenset({GovernmentLevel.FEDERAL}),
    ),
    Ground(
        id="active-investigation",
        citation="Cal. Penal Code 13324(b); the owner's own law elsewhere",
        status="verified",
        says="telling would interfere with an authorised investigation that goes on",
        longest=Span(6, "month"),
    ),
    Ground(
        id="sealed-order",
        citation="the order itself; law.md C-06",
        status="verified",
        says="a court ordered that it is not told before a day",
        longest=Span(5, "year"),
    ),
    Ground(
        id="danger-to-a-person",
        citation="no statute read; the owner's counsel answers for it",
        status="unverified",
        says="telling now would endanger a named person",
        longest=Span(3, "month"),
    ),
)


def get_ground(name: str, level: GovernmentLevel) -> Ground:
    """A ground by its id. Raises NounError for none, or one that this owner may not name."""
    found = next((one for one in GROUNDS if one.id == name and (not one.levels or level in one.levels)), None)
    if found is None:
        known = ", ".join(one.id for one in GROUNDS if not one.levels or level in one.levels)
        raise NounError(f"`{name[:60]}` is no ground of this owner; write one of {known}")
    return found


def check_last_day(ground: Ground, last_day: date, today: date) -> date:
    """The last day a look-up is withheld. Raises NounError for one that is past, or later than the ground allows."""
    latest = add_span(today, ground.longest)
    if not today < last_day <= latest:
        raise NounError(
            f"`{last_day}` is no last day on the ground `{ground.id}`; give one after today and until {latest}, "
            "and look again when it comes"
        )
    return last_day
