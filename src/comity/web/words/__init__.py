"""Every word on every page, from one catalogue a language (`en.yaml`, `es.yaml`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import yaml
from markupsafe import Markup

LANGUAGES = MappingProxyType({"en": "English", "es": "Español"})
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language, by their dotted names."""

    language: str
    sentences: MappingProxyType[str, str]

    def __call__(self, name: str, /, **values: object) -> str:
        """One sentence with its values in place. Raises KeyError for a name or a value it does not have."""
        return self.sentences[name].format_map({key: _plain(value) for key, value in values.items()})

    def has(self, name: str) -> bool:
        """Whether there is a sentence of this name."""
        return name in self.sentences


def _plain(value: object) -> str:
    """A value as text. What a macro gave back is escaped already, and the whole sentence is escaped once more."""
    return value.unescape() if isinstance(value, Markup) else str(value)


@cache
def words_of(language: str) -> Words:
    """The catalogue of a language; English for one that there is none of."""
    known = language if language in LANGUAGES else ENGLISH
    raw = yaml.safe_load(files(__package__).joinpath(f"{known}.yaml").read_text("utf-8"))
    return Words(known, MappingProxyType(dict(_flat("", raw))))


def _flat(above: str, tree: dict[str, Any]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in tree.items():
        pairs += _flat(f"{above}{name}.", value) if isinstance(value, dict) else [(f"{above}{name}", str(value))]
    return pairs
