"""The order of a list by one of its columns, as a code in its address: `sort=due`, and `sort=-due` the other way round.

A page names its columns and the order its rows come in; whoever reads chooses among those. Rows that a column does not tell
apart stay as they came, and those of which it says nothing stand last, whichever way round the list is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from operator import itemgetter
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from comity.web.call import Call, Form
from comity.web.chosen import NotOfferedError
from comity.web.words import LANGUAGES

Row = TypeVar("Row")
Key = str | int | date | None
DOWN = "-"  # before the code of a column: the other way round
LANGUAGE = "language"
TILDE, AFTER_N = "n\u0303", "n\U0010ffff"  # ñ is a letter of its own, behind every n
_PARTS = re.compile(
    r"([0-9]{1,18})|([^0-9]+)"
)  # longer rows of digits are read in pieces: a number is no text without end


class Kind(StrEnum):
    """What a column holds, by which its two directions are named."""

    NAME = "name"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """What one column holds, and what of a row it is compared by; None and empty text say nothing."""

    kind: Kind
    key: Callable[[Row], Key]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """The columns of a list that sort, by their codes. `default` is its order where the address says none; empty for the one
    its rows come in. `name` stands before the code in the address, `keeps` are what else of the address stays."""

    columns: Mapping[str, Column[Row]]
    default: str = ""
    name: str = "sort"
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How a list is sorted, as its headings say it. `asked` is the code where the address says it; `offered` is false for a
    list of one row, which no order changes."""

    name: str
    chosen: str
    down: bool
    kinds: Mapping[str, Kind]
    keeps: tuple[tuple[str, str], ...]
    asked: str
    offered: bool = True

    def has(self, code: str) -> bool:
        """Whether a heading is a link that sorts."""
        return self.offered and code in self.kinds

    def sign(self, code: str) -> str:
        """What `aria-sort` says of a column; empty for every other than the chosen one."""
        if not self.offered or not code or code != self.chosen:
            return ""
        return "descending" if self.down else "ascending"

    def now(self, code: str) -> str:
        """The name of the words for how the list stands by its column."""
        return f"{self.kinds[code]}-{'down' if self.down else 'up'}"

    def would(self, code: str) -> str:
        """The same, for what choosing a column does: the other way round where it is chosen already."""
        return f"{self.kinds[code]}-{'down' if self._turns(code) else 'up'}"

    def to(self, code: str) -> str:
        """The address that sorts by a column, with the filters of this one."""
        return f"?{urlencode([*self.keeps, (self.name, (DOWN if self._turns(code) else '') + code)])}"

    @property
    def first(self) -> str:
        """What a filter's address begins with, so that the order stays; empty where none was asked for."""
        return f"?{urlencode([(self.name, self.asked)])}" if self.asked else ""

    @property
    def beside(self) -> str:
        """The same behind other codes of an address."""
        return f"&{urlencode([(self.name, self.asked)])}" if self.asked else ""

    def _turns(self, code: str) -> bool:
        return code == self.chosen and not self.down


def by_word(key: Callable[[Row], str]) -> Column[Row]:
    """A column of names and words."""
    return Column(Kind.NAME, key)


def by_time(key: Callable[[Row], int | date | None]) -> Column[Row]:
    """A column of times (UTC milliseconds) or of days."""
    return Column(Kind.TIME, key)


def by_number(key: Callable[[Row], int | None]) -> Column[Row]:
    """A column of numbers."""
    return Column(Kind.NUMBER, key)


def ordered(call: Call, table: Table[Row], rows: Iterable[Row]) -> tuple[tuple[Row, ...], Order]:
    """All rows of a list in the order its address asks for. Raises NotOfferedError where it names no column."""
    order = read_order(table, call.query)
    return sort_rows(table, order, rows)


def sort_rows(table: Table[Row], order: Order, rows: Iterable[Row]) -> tuple[tuple[Row, ...], Order]:
    """Rows in an order, and the order as it is shown over so many."""
    found = tuple(rows)
    if order.chosen:
        found = in_order(found, table.columns[order.chosen].key, down=order.down)
    return found, shown_over(order, len(found))


def read_order(table: Table[Any], query: Form) -> Order:
    """The order that an address asks for. Raises NotOfferedError for a code of no column."""
    asked = query.one(table.name)
    code = asked or table.default
    chosen = code.removeprefix(DOWN)
    if code and chosen not in table.columns:
        raise NotOfferedError(table.name, ((f"{way}{one}",) * 2 for one in table.columns for way in ("", DOWN)))
    kept = [(name, query.one(name)) for name in table.keeps]
    if query.one(LANGUAGE) in LANGUAGES:
        kept.append((LANGUAGE, query.one(LANGUAGE)))
    return Order(
        name=table.name,
        chosen=chosen,
        down=code.startswith(DOWN),
        kinds={name: column.kind for name, column in table.columns.items()},
        keeps=tuple((name, value) for name, value in kept if value),
        asked=asked,
    )


def in_order(rows: Iterable[Row], key: Callable[[Row], Key], *, down: bool) -> tuple[Row, ...]:
    """Rows by a key, smallest first or largest first. Ties stay as they came; rows without a key stand last either way."""
    pairs = [(_compared(key(one)), one) for one in rows]
    said = sorted((pair for pair in pairs if pair[0] is not None), key=itemgetter(0), reverse=down)
    return (*(one for _, one in said), *(one for found, one in pairs if found is None))


def by_name(text: str) -> tuple[tuple[int, int, str], ...]:
    """What a name is compared by, as a person looks one up: neither case nor accents count, ñ follows n, 9 comes before 10."""
    plain = unicodedata.normalize("NFKD", " ".join(text.split()).casefold()).casefold().replace(TILDE, AFTER_N)
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return tuple((0, int(digits), "") if digits else (1, 0, words) for digits, words in _PARTS.findall(letters))


def _compared(key: Key) -> Any:
    if isinstance(key, str):
        return by_name(key) or None
    return key


def shown_over(order: Order, rows: int) -> Order:
    """The order as a page shows it over so many rows."""
    return (
        order
        if rows > 1
        else Order(order.name, order.chosen, order.down, order.kinds, order.keeps, order.asked, False)
    )
