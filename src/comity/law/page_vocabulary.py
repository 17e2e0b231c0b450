"""The vocabulary at a glance: decision points, entities, types, attributes, labels and classes as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from comity.law import ast
from comity.law.vocabulary import Vocabulary

LISTS = {
    "levels": "Levels, from least to most",
    "roles": "Roles: who reviews, attests, is told",
    "duties": "Duties",
    "events": "Events from which a time runs",
    "reports": "Reports and registers",
}


def vocabulary_page(vocabulary: Vocabulary, head: str) -> str:
    """The whole vocabulary as one page; `head` is a line below its title."""
    text = vocabulary.text
    lines = [f"# The vocabulary `{text.name}` {text.version}", "", head, ""]
    lines += ["Every word a pack, policy or agreement may use. Anything else is a finding, with the nearest word."]
    lines += _table(
        "Entities and where they are known", ("entity", "spoken as", "known at"), _entities(vocabulary)
    )
    for name, title in LISTS.items():
        lines += ["", f"## {title}", "", ", ".join(f"`{word}`" for word in vocabulary.lists[name])]
    lines += _table("Attributes and flags", ("written", "spoken as", "takes", "known"), _attributes(vocabulary))
    lines += _table("List items", ("item", "of", "at most"), _items(vocabulary))
    lines += ["", "## Types and their words"]
    for decl in text.types:
        lines += ["", f"**`{decl.name}`**: " + "; ".join(_word(word) for word in decl.words)]
    lines += _table("Labels", ("label", "covers", "within"), _labels(vocabulary))
    shared = ", ".join(f"`{field.name}` ({', '.join(field.labels)})" for field in text.shared)
    lines += ["", "## Data classes", "", f"Every class carries {shared}."]
    lines += _rows(("class", "code", "its own fields", "digest"), _classes(vocabulary))
    return "\n".join(lines) + "\n"


def _table(title: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    return ["", f"## {title}", *_rows(heads, rows)]


def _rows(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = ["", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    return lines + [f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows]


def _entities(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for decl in vocabulary.text.entities:
        yield f"`{decl.name}`", decl.phrase, ", ".join(decl.points)


def _attributes(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    yield "`now`", "today", "a date", "always"
    every = [*vocabulary.text.attributes]
    every += [attribute for item in vocabulary.text.items for attribute in item.attributes]
    for decl in every:
        known = "always" if decl.required else "may be unknown"
        yield f"`{decl.path}`", decl.phrase, _kind(decl.kind), known


def _kind(kind: ast.Kind) -> str:
    spoken = {
        "date": "a date",
        "text": "a text; only `has` and `has no`",
        "listed": "a code; only `is listed in`",
        "flag": "yes or no",
        "duration": "a length of time in minutes, hours or days",
        "number": f"a number from {kind.low} to {kind.high}",
        "enum": f"one `{kind.type}`",
        "set": f"a set of `{kind.type}`",
    }
    return spoken[kind.name]


def _items(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for item in vocabulary.text.items:
        yield f"`{item.name}`", f"`{item.of}`", str(item.at_most)


def _word(word: ast.TypeWord) -> str:
    return f"`{word.name}`" + (f" {word.phrase}" if word.phrase else "")


def _labels(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for decl in vocabulary.text.labels:
        yield f"`{decl.name}`", decl.phrase, f"`{decl.within}`" if decl.within is not None else ""


def _classes(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    for decl in vocabulary.text.classes:
        own = ", ".join(f"`{field.name}` ({', '.join(field.labels)})" for field in decl.fields)
        yield f"`{decl.name}`", decl.code, own, ", ".join(f"`{name}`" for name in decl.digest)
