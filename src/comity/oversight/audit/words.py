"""The word lists of the audit, read once from `words.yaml` and checked whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from comity.errors import RecordFileError
from comity.formats.yaml_reader import YamlReader
from comity.formats.yaml_tree import Entries, Items, parse_yaml
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
    """The lists that ship."""
    return parse_words((files("comity.oversight.audit") / FILE).read_text(encoding="utf-8"))


def parse_words(text: str) -> WordLists:
    """The lists of a text. Raises RecordFileError for an unknown key, a list that is missing or empty, or no such purpose."""
    top, read = parse_yaml(text, FILE), YamlReader(FILE, text)
    read.check_keys(top, ("version", "bare", "side_doors", "topics"), "the word lists")
    bare = read.entries(top, "bare")
    read.check_keys(bare, ("source", "words"), "`bare`")
    found = WordLists(
        bare=frozenset(_words(read, bare, "words")),
        bare_source=_word(read, bare, "source"),
        side_doors=tuple(_side_door(read, one) for one in _items(read, top, "side_doors")),
        topics=tuple(_topic(read, one) for one in _items(read, top, "topics")),
    )
    if read.findings:
        raise RecordFileError(tuple(read.findings))
    return found


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


def _side_door(read: YamlReader, node: Entries) -> SideDoor:
    read.check_keys(node, ("kind", "source", "phrases"), "a side door")
    return SideDoor(_word(read, node, "kind"), _word(read, node, "source"), _words(read, node, "phrases"))


def _topic(read: YamlReader, node: Entries) -> Topic:
    read.check_keys(node, ("topic", "source", "forbids", "reasons", "offences", "purpose"), "a topic")
    purpose = read.closed(node, "purpose", [one.value for one in Purpose])
    return Topic(
        topic=_word(read, node, "topic"),
        source=_word(read, node, "source"),
        forbids=_words(read, node, "forbids"),
        reasons=_words(read, node, "reasons"),
        offences=_words(read, node, "offences"),
        purpose=Purpose(purpose) if purpose else None,
    )


def _items(read: YamlReader, node: Entries, key: str) -> tuple[Entries, ...]:
    found = node.find(key)
    if not isinstance(found, Items) or not all(isinstance(one, Entries) for one in found.values):
        read.add(
            found, f"`{key}` is not a list of maps", f"write `{key}:` and below it lines that begin with `- `"
        )
        return ()
    return tuple(one for one in found.values if isinstance(one, Entries))


def _word(read: YamlReader, node: Entries, key: str) -> str:
    text = " ".join(read.word(node, key).split())
    if not text:
        read.add(node.find(key), f"`{key}` is missing", f"write `{key}: ...`")
    return text


def _words(read: YamlReader, node: Entries, key: str) -> tuple[str, ...]:
    found = tuple(word.text.casefold() for word in read.words(node, key))
    if not found:
        read.add(node.find(key), f"`{key}` is missing or empty", f"write `{key}: [one, another]`")
    return found
