"""Every word on every page: a folder a language (`en`, `es`), a file for each part of the site.

Names in braces are values. Both folders hold the same names. Where one and many read differently, a name has two forms, `one`
and `other`; where one sentence has several numbers, they stand behind their words ("Records: 1."). Before use, the Spanish
of pages for anybody is signed by a translator certified for courts.

Sentences that the software says of its own, on pages and elsewhere, have their English where they are said, once; it is taken
from there, and only the other languages stand in `said.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml
from markupsafe import Markup

from comity.model import field_values
from comity.model.faults import FAULTS
from comity.model.refused import REFUSED
from comity.oversight.audit import sentences as audit
from comity.oversight.findings import seen
from comity.oversight.names import sentences as names
from comity.oversight.reports import sentences as reports

LANGUAGES = MappingProxyType({"en": "English", "es": "Español"})
ENGLISH = "en"
SAID = "said."
_BaseLoader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts alone, in a tenth of the time where libyaml is


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, by their dotted names."""

    language: str
    sentences: MappingProxyType[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """One sentence with its values in place. Raises KeyError for a name or a value it does not have."""
        return self.sentences[name].format_map({key: _plain(value) for key, value in values.items()})

    def many(self, name: str, number: int, /, **values: object) -> str:
        """The form of a sentence that this number takes."""
        return self(f"{name}.{'one' if number == 1 else 'other'}", **values)

    def has(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self.sentences


def _plain(value: object) -> str:
    """A value as text. What a macro gave back is escaped already, and the whole sentence is escaped once more."""
    return value.unescape() if isinstance(value, Markup) else str(value)


def said_in_english() -> tuple[Mapping[str, str], ...]:
    """The tables of whoever says something; what two of them name alike they say alike."""
    return (
        FAULTS,
        REFUSED,
        field_values.SENTENCES,
        seen.SENTENCES,
        names.SENTENCES,
        audit.SENTENCES,
        reports.SENTENCES,
        reports.said_of_kinds(),
    )


@cache
def words_of(language: str) -> Words:
    """The catalogue of a language; English for one that there is none of."""
    known = language if language in LANGUAGES else ENGLISH
    parts = sorted(files(__package__).joinpath(known).iterdir(), key=lambda one: one.name)
    pairs = [pair for part in parts for pair in _flat("", yaml.load(part.read_text("utf-8"), _BaseLoader))]
    if known == ENGLISH:
        pairs += [(SAID + name, text) for name, text in {i for table in said_in_english() for i in table.items()}]
    sentences = dict(pairs)
    assert len(sentences) == len(pairs), "a name stands in two files of one language"
    return Words(known, MappingProxyType(sentences))


def _flat(above: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in tree.items():
        pairs += _flat(f"{above}{name}.", value) if isinstance(value, dict) else [(f"{above}{name}", str(value))]
    return pairs
