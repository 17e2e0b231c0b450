"""On which grounds a look-up may be kept from the person for a time, and for how long at most.

Nothing is kept for good: every ground has an end, and whoever wants a longer time looks again and says why.
"""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.law.calendar import add_span
from comity.model.codes import GovernmentLevel
from comity.oversight.redress.clauses import Ground, clauses


def get_ground(name: str, level: GovernmentLevel) -> Ground:
    """A ground by its id. Raises NounError for none, or one that this owner may not name."""
    open_to = tuple(one for one in clauses().ground if not one.levels or level in one.levels)
    found = next((one for one in open_to if one.id == name), None)
    if found is None:
        known = ", ".join(one.id for one in open_to)
        raise NounError(f"`{name[:60]}` is no ground of this owner; write one of {known}")
    return found


def ground_words(name: str) -> str:
    """A ground as it is told at the desk: what it says, its source, and how far that was read."""
    found = next((one for one in clauses().ground if one.id == name), None)
    return f"{found.says} ({name}, {found.citation}, {found.status})" if found is not None else name


def check_last_day(ground: Ground, last_day: date, today: date) -> date:
    """The last day a look-up is withheld. Raises NounError for one that is past, or later than the ground allows."""
    latest = add_span(today, ground.span)
    if not today < last_day <= latest:
        raise NounError(
            f"`{last_day}` is no last day on the ground `{ground.id}`; give one after today and until {latest}, "
            "and look again when it comes"
        )
    return last_day
