"""What a person attests on the command line or in a settings file, as facts: `NAME`, or `NAME=VALUE`.

Names are the vocabulary's short ones. A flag is `yes` or `no`; sets are words with commas between them; durations
are written `31 minutes` or `2 hours`. A name or value nobody declared is refused: what is misspelt attests nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType

from comity.errors import NounError
from comity.law import ast
from comity.law.atoms import MINUTES, FactMap, FactValue
from comity.law.check_condition import suggest
from comity.law.point_facts import short_paths
from comity.law.vocabulary import load_vocabulary

YES_NO = {"yes": True, "no": False}


def parse_attested(written: Iterable[str]) -> dict[str, str]:
    """`NAME` or `NAME=VALUE`, each name once; a bare name is a yes. Raises NounError."""
    found: dict[str, str] = {}
    for one in written:
        name, given, value = one.partition("=")
        if name in found:
            raise NounError(f"`{name[:80]}` is attested twice; attest it once")
        found[name] = value.strip() if given else "yes"
    return found


def attested_facts(entity: str, given: Mapping[str, str]) -> FactMap:
    """The facts of an entity that a person attests. Raises NounError for an unknown name or an impossible value."""
    paths = short_paths(load_vocabulary(), entity)
    found: dict[str, FactValue] = {}
    for name, text in given.items():
        if name not in paths:
            raise NounError(f"`{name[:80]}` is nothing one can attest of {entity}; {suggest(name, paths)}")
        found[paths[name]] = _value(paths[name], text)
    return MappingProxyType(found)


def _value(path: str, text: str) -> FactValue:
    vocabulary = load_vocabulary()
    kind = vocabulary.attributes[path].kind
    words = vocabulary.types.get(str(kind.type), {})
    if kind.name == "flag" and text in YES_NO:
        return YES_NO[text]
    if kind.name in {"text", "listed"} and text:
        return text
    if kind.name == "enum" and text in words:
        return text
    chosen = frozenset(word.strip() for word in text.split(",") if word.strip())
    if kind.name == "set" and chosen <= set(words):
        return chosen
    number = _day(text) if kind.name == "date" else _amount(kind, text)
    if number is None:
        known = f"; {suggest(text, words)}" if words else ""
        raise NounError(f"`{text[:80]}` is not a value of `{path}`{known}")
    return number


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _amount(kind: ast.Kind, text: str) -> int | None:
    count, _, unit = text.partition(" ")
    factor = MINUTES.get(unit.removesuffix("s")) if kind.name == "duration" else (None if unit else 1)
    return int(count) * factor if count.isascii() and count.isdigit() and factor is not None else None
