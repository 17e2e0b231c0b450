"""Random questions by seed: every proof is tried against them, so that a fault of the encoding does not pass for one.

The draw is a hash counted up from the seed: the law package reaches no randomness, and a seed gives the same questions
everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from comity.law.analyse.cut_points import CutPoints, near_days
from comity.law.analyse.encode import View
from comity.law.analyse.example import ANY_DAY, Example
from comity.law.analyse.ground import Given, Requester, within
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.atoms import ApartAtom, Atom, FactValue, InForceAtom, OrderAtom, reads_of
from comity.law.calendar import add_span
from comity.law.facts import RECORD_ENTITIES

T = TypeVar("T")

UNKNOWN_OF = 5  # one in so many attributes that may be unknown is
MOST_ITEMS = 3  # in a list drawn; more change nothing that rules with a few list forms could see
MOST_TRIES = 40  # of drawing a question within limits; limits leave most values of an attribute
FAR = timedelta(days=4_000)  # a day that lies far from every cut point


class Draw:
    """A stream of choices from one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0

    def below(self, most: int) -> int:
        """A number from 0 to `most - 1`."""
        self._count += 1
        text = f"{self._seed} {self._count}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") % most

    def pick(self, values: Sequence[T]) -> T:
        """One of several."""
        return values[self.below(len(values))]


@dataclass(frozen=True, slots=True, eq=False)
class Sampler:
    """Draws questions about one class as one requester may put them, near the cut points of a law."""

    cuts: CutPoints
    days: tuple[date, ...]
    given: Given

    def draw(self, draw: Draw, view: View, requester: Requester, data_class: str) -> Example | None:
        """One question with its record, within the limits given as far as a bounded number of tries finds one."""
        for _ in range(MOST_TRIES):
            example = self._drawn(draw, view, requester, data_class)
            if within(self.given, example.all_facts()):
                return example
        return None

    def _drawn(self, draw: Draw, view: View, requester: Requester, data_class: str) -> Example:
        today = self.given.today or draw.pick(self.days)
        facts: dict[str, FactValue] = {}
        for path in (*self.cuts.groups, *self.cuts.words, *self.cuts.days, *self.cuts.inner):
            if view.is_settled(path) or path in CLASS_PATHS or self._is_of_item(path) or path == "now":
                continue
            if self._may_be_unknown(path) and draw.below(UNKNOWN_OF) == 0:
                continue
            facts[path] = self._items(draw, path) if path in self.cuts.inner else self._value(draw, path)
        settled = {path: value for path, value in view.known.items() if path not in {"now", *CLASS_PATHS}}
        return Example(requester, data_class, today, settled, facts, {})

    def _value(self, draw: Draw, path: str) -> FactValue:
        if path in self.cuts.days:
            return draw.pick(self.days)
        if path in self.cuts.words:
            return frozenset(word for word in self.cuts.words[path] if draw.below(2))
        return draw.pick(draw.pick(self.cuts.groups[path]))

    def _items(self, draw: Draw, path: str) -> FactValue:
        inside = sorted({read for atom in self.cuts.inner[path] for read in reads_of(atom.inner)})
        own = [read for read in inside if self._is_of_item(read)]
        return tuple(
            {read: self._value(draw, read) for read in own if draw.below(UNKNOWN_OF)}
            for _ in range(draw.below(MOST_ITEMS + 1))
        )

    def _is_of_item(self, path: str) -> bool:
        return entity_of(path) in self.cuts.vocabulary.items

    def _may_be_unknown(self, path: str) -> bool:
        declared = self.cuts.vocabulary.attributes.get(path)
        return declared is None or not declared.required or entity_of(path) in RECORD_ENTITIES


def sampler(atoms: Iterable[Atom], cuts: CutPoints, given: Given) -> Sampler:
    """A sampler near the cut points of some atoms."""
    return Sampler(cuts, cut_days(atoms, given.today), given)


def cut_days(atoms: Iterable[Atom], today: date | None) -> tuple[date, ...]:
    """Days that rules tell apart, with their neighbours: those named, today, and either moved by every span."""
    named = {today or ANY_DAY}
    spans = []
    for atom in atoms:
        if isinstance(atom, InForceAtom):
            named |= {day for day in (atom.first, atom.last) if day is not None}
        elif isinstance(atom, OrderAtom | ApartAtom) and isinstance(atom.moment, date):
            named.add(atom.moment)
        if isinstance(atom, ApartAtom):
            spans.append(atom.span)
    moved = {add_span(day, span, forward=forward) for day in named for span in spans for forward in (True, False)}
    far = {day + step for day in named for step in (FAR, -FAR)}
    return near_days(named | moved | far)
