"""Birth dates: whole, partial, mistyped, swapped, and the 1 January that stands for `unknown`."""

from __future__ import annotations

import re
from calendar import monthrange
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1850, 2150
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_AMERICAN = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")

AGREEING_BIRTHS = frozenset({"exact", "january-exact", "year-month", "year"})
CONFLICTING_BIRTHS = frozenset({"near", "different"})  # no single slip explains them


class Birth(NamedTuple):
    """A birth date; month and day are 0 where unknown."""

    year: int
    month: int = 0
    day: int = 0


def read_birth(text: str) -> Birth | None:
    """Read `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, `YYYYMMDD` or `MM/DD/YYYY`; None for what is no date."""
    text = text.strip()
    if len(text) == 10 and text[4] == "-" and text[7] == "-":
        digits = text[:4] + text[5:7] + text[8:]
        if not text.isascii() or not digits.isdigit():
            return None
        return _checked(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    found = _ISO.fullmatch(text) or _COMPACT.fullmatch(text)
    if found is not None:
        return _checked(int(found[1]), int(found[2] or 0), int(found[3] or 0))
    found = _AMERICAN.fullmatch(text)
    return _checked(int(found[3]), int(found[1]), int(found[2])) if found else None


def _checked(year: int, month: int, day: int) -> Birth | None:
    if not FIRST_YEAR <= year <= LAST_YEAR or month > 12 or day > 31 or (day and not month):
        return None
    return Birth(year, month, day)


def compare_births(one: Birth, other: Birth) -> str:
    """The level at which two birth dates agree.

    `exact`; `january-exact` (both 1 January of one year, often a default given to people without papers);
    `swapped` (day and month); `typo` (one digit, or two neighbours exchanged); `year-month` and `year` (one date
    is partial); `january` (same year, one is 1 January); `january-typo` (both 1 January, the years a slip apart, which
    of two defaults says little either way); `near` (two of three parts agree); `different`.
    """
    if one == other:
        return _equal_level(one)
    year, month, day = one
    other_year, other_month, other_day = other
    if not day or not other_day:
        return _partial_level(one, other)
    same = (year == other_year) + (month == other_month) + (day == other_day)
    if not same:  # not even a slip apart: that leaves one part whole
        return "different"
    if year == other_year:
        if month == other_day and day == other_month:
            return "swapped"
        if is_default(one) or is_default(other):
            return "january"
    elif same == 2 and is_default(one):
        return "january-typo" if is_slip(one, other) else "different"
    if is_slip(one, other):
        return "typo"
    return "near" if same == 2 else "different"


def is_default(birth: Birth) -> bool:
    """Whether a date is 1 January, often given to people without papers."""
    return (birth.month, birth.day) == (1, 1)


def _equal_level(birth: Birth) -> str:
    if birth.day:
        return "january-exact" if is_default(birth) else "exact"
    return "year-month" if birth.month else "year"


def _partial_level(one: Birth, other: Birth) -> str:
    if one.year != other.year:
        return "near" if abs(one.year - other.year) == 1 else "different"
    if one.month and other.month:
        if one.month == other.month:
            return "year-month"
        return "january" if is_default(one) or is_default(other) else "near"
    return "year"


# by what a number of eight digits changes with one of them, or with two neighbours exchanged
_SLIP_STEPS = frozenset(
    step * digit * 10**place for step in (1, 9) for digit in range(1, 10) for place in range(8)
)


def _number(birth: Birth) -> int:
    return birth.year * 10_000 + birth.month * 100 + birth.day


def _digits(birth: Birth) -> str:
    return str(_number(birth))


def is_slip(one: Birth, other: Birth) -> bool:
    """Whether one digit of two whole dates differs, or two neighbouring digits are exchanged."""
    if abs(_number(one) - _number(other)) not in _SLIP_STEPS:
        return False
    ones, others = _digits(one), _digits(other)
    places = [place for place in range(8) if ones[place] != others[place]]
    if len(places) == 1:
        return True
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    first, second = places
    return ones[first] == others[second] and ones[second] == others[first]


# of a number of two digits those that differ in one digit, and the one with its digits exchanged
_DIGIT_WRONG = tuple(
    tuple(other for other in range(100) if (number // 10 == other // 10) != (number % 10 == other % 10))
    for number in range(100)
)
_EXCHANGED = tuple(number % 10 * 10 + number // 10 for number in range(100))


def slip_variants(birth: Birth) -> tuple[Birth, ...]:
    """Dates one slip from a whole date: day and month swapped, the next years, one digit, exchanged digits.

    The century is taken as it is. Only dates of the calendar.
    """
    year, month, day = birth
    if not day:
        return ()
    century, short = year - year % 100, year % 100
    found = [(year, day, month), (year - 1, month, day), (year + 1, month, day)]
    found += [(century + other, month, day) for other in (*_DIGIT_WRONG[short], _EXCHANGED[short])]
    found += [(year, other, day) for other in (*_DIGIT_WRONG[month], _EXCHANGED[month])]
    found += [(year, month, other) for other in (*_DIGIT_WRONG[day], _EXCHANGED[day])]
    found.append((year - year % 10 + month // 10, year % 10 * 10 + month % 10, day))
    found.append((year, month // 10 * 10 + day // 10, month % 10 * 10 + day % 10))
    return tuple([Birth(*one) for one in dict.fromkeys(found) if one != birth and _is_on_calendar(*one)])


def _is_on_calendar(year: int, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= 31 and (day < 29 or day <= monthrange(year, month)[1])
