"""What is said of a way that data takes, for its reader: in their language where the software wrote it, agencies by name.

The node says it in English and with codes. Each sentence that the software makes of its own has its shape here; what a
directory, a list or a declared flow says stands in those words, and so does what no shape knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from comity.web.times import dated
from comity.web.words import Words

AND = "; "  # between what several papers say of one step
SHAPES = (
    (re.compile(r"law and agreements in force on (?P<day>\d{4}-\d\d-\d\d) of (?P<agencies>.+)"), "law-on"),
    (re.compile(r"law and agreements on any day of (?P<agencies>.+)"), "law-any"),
    (re.compile(r"the law of (?P<agencies>.+) was not read: what they pass on by agreements .+"), "unread"),
    (re.compile(r"(?P<count>\d+) hops? (?P<told>declared|listed|recorded), not decided by law"), "not-decided"),
    (re.compile(r"left out at your word: (?P<papers>.+)"), "left-out"),
    (re.compile(r"what nobody declared is not here"), "undeclared"),
    (re.compile(r"suspend (?P<paper>\S+), or strike (?P<clauses>[^;]+) of it"), "suspend"),
    (re.compile(r"move (?P<first>.+) or (?P<second>.+) to a node of its own"), "move"),
    (
        re.compile(r"forbid (?P<first>.+)'s questions that are brokered by (?P<second>.+), or list a way .+"),
        "forbid",
    ),
    (re.compile(r"(?P<first>.+) takes (?P<second>.+) off its sharing list"), "take-off"),
    (re.compile(r"nobody of (?P<first>.+) acts for (?P<second>.+)"), "nobody-acts"),
    (re.compile(r"agreement (?P<paper>\S+), signed by (?P<agencies>[^;]+)"), "agreement-for"),
    (re.compile(r"agreement (?P<paper>\S+), (?P<clauses>[^;]+), signed by (?P<agencies>[^;]+)"), "clauses-for"),
    (re.compile(r"agreement (?P<paper>[^\s,;]+)"), "agreement"),
    (re.compile(r"agreement (?P<paper>[^\s,;]+), (?P<clauses>[^;]+)"), "clauses"),
)


def way_said(words: Words, names: Mapping[str, str], text: str) -> str:
    """A text in the reader's language; empty where a part of it is not the software's own."""
    whole = _said(words, names, text)
    if whole:
        return whole
    parts = [_said(words, names, one) for one in text.split(AND)]
    return AND.join(parts) if all(parts) else ""


def _said(words: Words, names: Mapping[str, str], text: str) -> str:
    for shape, name in SHAPES:
        found = shape.fullmatch(text)
        if found is not None:
            parts = {group: _spoken(words, group, value, names) for group, value in found.groupdict().items()}
            return words(f"way-says.{name}", **parts)
    return ""


def _spoken(words: Words, group: str, value: str, names: Mapping[str, str]) -> str:
    """One part of a sentence: names for ids, days as days are said, and how a step was told."""
    if group == "told":
        return words(f"way-says.told.{value}")
    if group == "day":
        return dated(value, words.language)
    if group in ("agencies", "first", "second"):
        return ", ".join(names.get(one, one) for one in value.split(", "))
    return value
