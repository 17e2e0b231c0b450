"""YAML text into a frozen tree that remembers its lines. Words stay words: `N` is no boolean, `01` no number.

Aliases, tags and repeated keys are refused; nothing of YAML beyond maps, lists and words is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from comity.errors import Finding, RecordFileError

LARGEST_MAPPING = 200_000  # characters; a mapping of 256 columns with long code tables is a tenth of this
DEEPEST = 12  # a mapping file needs five levels; more is a mistake


_PLAIN = frozenset(
    {"str", "int", "float", "bool", "null", "timestamp", "merge", "value"}
)  # what bare words look like


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the mapping file and where it stands."""

    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Entries:
    """A map, as (key, value) pairs in the order of the file."""

    pairs: tuple[tuple[Word, Node], ...]
    line: int
    column: int

    def find(self, key: str) -> Node | None:
        return next((value for word, value in self.pairs if word.text == key), None)


@dataclass(frozen=True, slots=True)
class Items:
    """A list of the mapping file and where it stands."""

    values: tuple[Node, ...]
    line: int
    column: int


Node = Word | Entries | Items


def parse_yaml(text: str, file: str, what: str = "mapping", most: int = LARGEST_MAPPING) -> Entries:
    """The map at the top of a YAML text, of at most `most` characters; `what` is what messages call the file.

    Raises RecordFileError with file, line and remedy.
    """
    if len(text) > most:
        raise _refuse(file, 1, 1, f"the {what} has {len(text)} characters, more than {most}", "shorten it")
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                fault = "an alias repeats another part of the file"
                raise _refuse(file, *_place(event.start_mark), fault, "write the part out")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _syntax(file, error) from error
    if not isinstance(root, yaml.MappingNode):
        raise _refuse(file, 1, 1, f"the {what} is not a map of keys and values", "begin with `version: 1`")
    tree = _freeze(root, file, 1)
    assert isinstance(tree, Entries)
    return tree


def _freeze(node: yaml.Node, file: str, depth: int) -> Node:
    line, column = _place(node.start_mark)
    if depth > DEEPEST:
        raise _refuse(file, line, column, f"nested more than {DEEPEST} levels deep", "flatten it")
    if isinstance(node, yaml.ScalarNode):
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN:
            raise _refuse(file, line, column, f"`{node.tag[:40]}` is a tag", "write the plain word")
        return Word(str(node.value), line, column)
    if isinstance(node, yaml.SequenceNode):
        return Items(tuple(_freeze(value, file, depth + 1) for value in node.value), line, column)
    pairs = []
    seen: set[str] = set()
    for key, value in node.value:
        word = _freeze(key, file, depth + 1)
        if not isinstance(word, Word):
            raise _refuse(file, line, column, "a key is not a word", "write `key: value`")
        if word.text in seen:
            raise _refuse(file, word.line, word.column, f"`{word.text[:60]}` stands twice", "keep one of them")
        seen.add(word.text)
        pairs.append((word, _freeze(value, file, depth + 1)))
    return Entries(tuple(pairs), line, column)


def _syntax(file: str, error: yaml.YAMLError) -> RecordFileError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", "") or getattr(error, "reason", "") or "not readable")
    return _refuse(file, *_place(mark), f"not YAML: {problem[:1].lower()}{problem[1:]}", "correct the line")


def _place(mark: Any) -> tuple[int, int]:
    """Line and column from 1; the parser leaves the mark out for faults of the whole text."""
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _refuse(file: str, line: int, column: int, fault: str, remedy: str) -> RecordFileError:
    return RecordFileError((Finding(file=file, line=line, column=column, fault=fault, remedy=remedy),))
