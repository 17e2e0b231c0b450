"""A question that was found, in the vocabulary's phrases: what stands for what, and as plain values."""

from __future__ import annotations

from datetime import date
from typing import Any

from comity.law.analyse.example import Example
from comity.law.atoms import FactValue
from comity.law.vocabulary import load_vocabulary


def said_facts(example: Example) -> tuple[tuple[str, str], ...]:
    """Every fact that had to be chosen: what it is about, and what it is."""
    vocabulary = load_vocabulary()
    found = []
    for path, value in sorted(example.facts.items()):
        if isinstance(value, bool):
            found.append((path.split(" is ")[0], f"{'' if value else 'not '}{vocabulary.phrase_of(path)}"))
        else:
            said = vocabulary.phrase_of_value(path, value) if isinstance(value, str) else plain_value(value)
            found.append((vocabulary.phrase_of(path), str(said)))
    return tuple(found)


def plain_value(value: FactValue) -> Any:
    """A fact as JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [{path: plain_value(one) for path, one in item.items()} for item in value]
    return value if isinstance(value, bool | int) else str(value)
