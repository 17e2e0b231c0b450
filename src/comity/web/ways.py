"""Ways of data, and changes of law, as pages draw them: those alike but for their end together, words in one's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.model.forbidden_way import OpenedWay, WayStep
from comity.model.foreseen import CellsChanged
from comity.web.words import Words


@dataclass(frozen=True, slots=True)
class WayGroup:
    """A way, and whom its last step reaches: several agencies by one authority are one way with several ends."""

    hops: tuple[WayStep, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClassOfFields:
    """Fields of one kind of record, by their names."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change as `parts/change_list.html` draws it."""

    who: str
    purposes: tuple[str, ...]
    what: tuple[ClassOfFields, ...]
    before: str
    after: str
    rules: tuple[str, ...]


def grouped(ways: Iterable[OpenedWay]) -> tuple[WayGroup, ...]:
    """Ways that differ in their last agency only, as one; the shortest first."""
    found: dict[tuple[object, ...], list[OpenedWay]] = {}
    for way in ways:
        last = way.hops[-1]
        found.setdefault((way.hops[:-1], last.giver, last.door, last.authority), []).append(way)
    groups = [WayGroup(alike[0].hops, tuple(one.recipient for one in alike)) for alike in found.values()]
    return tuple(sorted(groups, key=lambda one: (len(one.hops), one.ends)))


def change_lines(
    words: Words, names: Mapping[str, str], changes: Iterable[CellsChanged]
) -> tuple[ChangeLine, ...]:
    """Changes by who asks for what kind of record, in words. A name that the catalogue has no word for stays as it is."""
    return tuple(
        ChangeLine(
            who=names.get(one.requester, one.requester),
            purposes=tuple(_word(words, "purpose", name) for name in one.purposes),
            what=(ClassOfFields(_word(words, "class", one.data_class), tuple(map(_plain, one.fields))),),
            before=_outcome(words, one.before),
            after=_outcome(words, one.after),
            rules=one.rules,
        )
        for one in changes
    )


def _outcome(words: Words, said: str) -> str:
    """`nothing`, `full`, or `held at full`: what a question gets."""
    held, _, level = said.rpartition("held at ") if said.startswith("held at ") else ("", "", said)
    told = words(f"desk.level.{level}")
    return words("changes.held", level=told) if held or said != level else told


def _word(words: Words, kind: str, name: str) -> str:
    return words(f"{kind}.{name}") if words.has(f"{kind}.{name}") else _plain(name)


def _plain(name: str) -> str:
    return name.replace("-", " ")
