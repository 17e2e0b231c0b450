"""Sentences, days and lists in a language, from its table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import ModuleType

from comity.oversight.texts import en, es

TABLES: Mapping[str, ModuleType] = {"en": en, "es": es}
LANGUAGES = tuple(TABLES)


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code, `en` or `es`."""

    code: str

    def say(self, key: str, **words: object) -> str:
        """A text with its words put in. Where `n` is one and there is a text for one, that."""
        texts = TABLES[self.code].TEXTS
        chosen = f"{key}.one" if words.get("n") == 1 and f"{key}.one" in texts else key
        return str(texts[chosen]).format(**{name: self.number(word) for name, word in words.items()})

    def number(self, word: object) -> object:
        """A number as the United States write it, in both languages; anything else as it is."""
        return f"{word:,}" if isinstance(word, int) else word

    def day(self, day: date) -> str:
        """`Nov 27, 2026`, `27 de nov. de 2026`."""
        short = self.say("months.short").split()[day.month - 1]
        return self.say("day", day=str(day.day), short=short, year=str(day.year))

    def month(self, day: date) -> str:
        """`November 2026`, `noviembre de 2026`."""
        return self.say("month", name=self.say("months").split()[day.month - 1], year=str(day.year))

    def listed(self, words: Iterable[str]) -> str:
        """`a, b and c`, `a, x; b` where some have commas of their own; the word for nothing where there is none."""
        found = list(words)
        if len(found) < 2:
            return found[0] if found else self.say("nothing")
        if any("," in word for word in found):
            return "; ".join(found)
        return f"{', '.join(found[:-1])} {self.say('and')} {found[-1]}"

    def purposes(self, codes: Iterable[str]) -> str:
        """Purposes in plain words; any where none is stated."""
        return self._coded("PURPOSES", codes) or self.say("any-purpose")

    def classes(self, codes: Iterable[str]) -> str:
        """Data classes in plain words; all where none is named."""
        return self._coded("CLASSES", codes) or self.say("all-classes")

    def label(self, code: str) -> str:
        """A label of fields in plain words."""
        return str(TABLES[self.code].LABELS[code])

    def _coded(self, table: str, codes: Iterable[str]) -> str:
        words: Mapping[str, str] = getattr(TABLES[self.code], table)
        return ", ".join(words.get(code, code) for code in codes)
