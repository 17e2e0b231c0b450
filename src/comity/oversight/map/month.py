"""Calendar months, as the map counts them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from comity.errors import WrongUseError
from comity.law.calendar import end_of_period

WRITTEN = re.compile(r"(\d{4})-(\d{2})")
EARLIEST_YEAR = 1900  # before any record that is kept; a smaller number is a mistake


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year; `str` writes it as `2026-11`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return end_of_period(self.first, "month")

    def back(self, months: int = 1) -> Month:
        """The month so many months before."""
        place = self.year * 12 + self.number - 1 - months
        return Month(place // 12, place % 12 + 1)


def month_of_day(day: date) -> Month:
    """The month a day lies in."""
    return Month(day.year, day.month)


def read_month(written: str) -> Month:
    """A month as `2026-11`. Raises WrongUseError for what is none."""
    found = WRITTEN.fullmatch(written)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < EARLIEST_YEAR:
        raise WrongUseError(f"`{written[:40]}` is no month; write YYYY-MM, for instance 2026-11")
    return Month(int(found[1]), int(found[2]))
