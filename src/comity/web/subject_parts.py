"""Who or what was asked about, in parts with a word each, for the pages of those who decide about the question."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from comity.model.query import Subject


def subject_parts(subject: Subject) -> Iterator[tuple[str, str]]:
    """What a question says of its subject, each with the name of its word; without what was left out."""
    for name, value in msgspec.to_builtins(subject).items():
        if isinstance(value, str) and value and name != "type":
            yield name, value
        elif isinstance(value, dict):
            yield "identifier", f"{value['kind']} {value['value']}"
        elif isinstance(value, list | tuple):
            yield from ((name, one if isinstance(one, str) else f"{one['kind']} {one['value']}") for one in value)
