"""What lies behind an entry, for its reader: names of parts and codes in words, agencies by name, instants in local time.

What was typed, and what no word is known for, stands as it was kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from comity.web.oversight.flat import Line
from comity.web.times import dated, time_words
from comity.web.words import Words

CODES = MappingProxyType(  # by the last name above a value: where the words of its codes stand, and how they end
    {
        "purpose": ("purpose", ""),
        "instrument": ("instrument", ""),
        "issuer": ("issuer", ""),
        "data-class": ("class", ""),
        "data-classes": ("class", ""),
        "fields": ("field", ""),
        "roles": ("desk.role", ""),
        "status": ("status", ".label"),
    }
)
AGENCIES = frozenset({"asker", "owner", "beneficiary", "agency", "via"})
DAYS = frozenset({"birth-date", "expires", "trained-until", "as-of"})
INSTANT = "_ms"


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a line is for: words, the names of agencies by id, and the time zone of the reader's agency."""

    words: Words
    names: Mapping[str, str]
    zone: str

    def line(self, line: Line) -> tuple[str, str]:
        """Where a value stands, and the value."""
        above, value = line
        last = next((one for one in reversed(above) if not one.isdigit()), "")
        where = ", ".join(self._part(one) for one in above)
        if isinstance(value, int):
            instant = last.endswith(INSTANT)
            return where, time_words(value, self.zone, self.words.language) if instant else str(value)
        parts = value if isinstance(value, tuple) else (value,)
        return where, ", ".join(self._value(_code(last), one) for one in parts)

    def _part(self, name: str) -> str:
        code = _code(name)
        if self.words.has(f"entry-part.{code}"):
            return self.words(f"entry-part.{code}")
        return self.words(f"field.{code}") if self.words.has(f"field.{code}") else code.replace("-", " ")

    def _value(self, last: str, value: str) -> str:
        if last in AGENCIES:
            return self.names.get(value, value)
        if last in DAYS:
            return dated(value, self.words.language)
        group, end = CODES.get(last, ("", ""))
        name = f"{group}.{value}{end}"
        return self.words(name) if group and self.words.has(name) else value


def _code(name: str) -> str:
    return name.removesuffix(INSTANT).replace("_", "-")
