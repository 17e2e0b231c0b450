"""The word lists of the audit, read once from `words.yaml` and checked whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import cast

from comity.formats.yaml_tree import Entries, Items, Word, parse_yaml
from comity.model.codes import Purpose

FILE = "words.yaml"
MARK = re.compile(r"\[(?:word|num|id)\]")
TOKEN = re.compile(r"[a-z0-9]+")
SPECIFIC = "*"  # stands where scrubbing took something out


@dataclass(frozen=True, slots=True)
class SideDoor:
    """Phrases that name somebody else than the agency that searches, and where the list comes from."""

    kind: str
    source: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A use that portals promise not to make: how policies word it, and how a reason or an offence would.

    `purpose` is the purpose of the law that the words suggest, None where no rule knows one.
    """

    topic: str
    source: str
    forbids: tuple[str, ...]
    reasons: tuple[str, ...]
    offences: tuple[str, ...]
    purpose: Purpose | None


@dataclass(frozen=True, slots=True)
class WordLists:
    """All lists."""

    bare: frozenset[str]
    bare_source: str
    side_doors: tuple[SideDoor, ...]
    topics: tuple[Topic, ...]


@lru_cache(maxsize=1)
def word_lists() -> WordLists:
    """The lists that ship. Raises RecordFileError for a file that is no such list."""
    text = (files("comity.oversight.audit") / FILE).read_text(encoding="utf-8")
    top = parse_yaml(text, FILE)
    bare = cast(Entries, top.find("bare"))
    return WordLists(
        bare=frozenset(_words(bare, "words")),
        bare_source=_word(bare, "source"),
        side_doors=tuple(
            SideDoor(_word(one, "kind"), _word(one, "source"), _words(one, "phrases"))
            for one in _items(top, "side_doors")
        ),
        topics=tuple(_topic(one) for one in _items(top, "topics")),
    )


def plain(text: str) -> tuple[str, ...]:
    """Lower-case words and numbers of a text; `*` where scrubbing took something out."""
    found: list[str] = []
    for piece in re.split(r"(\[(?:word|num|id)\])", text.casefold()):
        found += [SPECIFIC] if MARK.fullmatch(piece) else TOKEN.findall(piece)
    return tuple(found)


def found_in(phrases: tuple[str, ...], words: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some phrases that stand in a text's words, whole; one inside a longer one found is left out."""
    text = f" {' '.join(words)} "
    hits = [phrase for phrase in phrases if f" {' '.join(plain(phrase))} " in text]
    return tuple(hit for hit in hits if not any(hit != other and f" {hit} " in f" {other} " for other in hits))


def _topic(node: Entries) -> Topic:
    purpose = node.find("purpose")
    return Topic(
        topic=_word(node, "topic"),
        source=_word(node, "source"),
        forbids=_words(node, "forbids"),
        reasons=_words(node, "reasons"),
        offences=_words(node, "offences"),
        purpose=Purpose(_word(node, "purpose")) if purpose is not None else None,
    )


def _items(node: Entries, key: str) -> tuple[Entries, ...]:
    return tuple(cast(Entries, one) for one in cast(Items, node.find(key)).values)


def _word(node: Entries, key: str) -> str:
    return " ".join(cast(Word, node.find(key)).text.split())


def _words(node: Entries, key: str) -> tuple[str, ...]:
    return tuple(cast(Word, one).text.casefold() for one in cast(Items, node.find(key)).values)
