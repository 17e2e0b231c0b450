"""Columns: what the attributes of a record say of the rules left for it, as marks.

An attribute's value answers the atoms that read it, and each answer sets marks (see `rows`). What a value sets is
worked out once per question, so that a record takes one look-up for each attribute, whatever their combination.
The items of a list (convictions) are taken apart the same way: what each attribute of an item answers, what these
answers say of the item, and what all items say together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import reduce
from operator import attrgetter, getitem, itemgetter, or_
from typing import NamedTuple

from comity.law.atoms import Atom, FactMap, FactValue, Inner, One, SomeAtom, inner_truth
from comity.law.code import literal_values
from comity.law.levels import union
from comity.model.record import MOST_CONVICTIONS, Conviction

Plain = tuple[object, ...]  # attributes in the order of a sheet's paths, as the record holds them
ByTruth = Mapping[bool | None, int]  # marks by an atom's truth
Known = dict[object, int]  # marks of what was met before
Fresh = tuple[Known, object, int]  # what was met for the first time, and where to keep its marks

# The list that rules read, and the attributes of its items as the model holds them.
CONVICTIONS = "subject's convictions"
CONVICTION_ATTRIBUTES = {f"conviction's {name}": name for name in Conviction.__struct_fields__}
TRUTHS = (None, True, False)


class Reading(NamedTuple):
    """An atom in one standpoint: what the question says of what it reads, and the marks of its truths."""

    atom: Atom
    facts: FactMap
    marks: ByTruth


class Column(NamedTuple):
    """The atoms that read the same attributes of a record: `paths`, which `pick` takes from all attributes.

    `known` are the marks of values met before. It is empty at first and is only ever added to.
    """

    paths: tuple[str, ...]
    readings: tuple[Reading, ...]
    pick: Callable[[Plain], object]
    known: Known

    def marks_of(self, values: FactMap) -> int:
        """The marks that the values at these paths set, worked out anew."""
        total = 0
        for atom, facts, marks in self.readings:
            total |= marks[atom.truth({**facts, **values} if facts else values)]
        return total

    def marks_met(self, plain: Plain, read: Callable[[tuple[str, ...]], FactMap], fresh: list[Fresh]) -> int:
        """The marks of a record's value; one not met before is added to `fresh`. `read` gives facts by path."""
        value = self.pick(plain)
        marks = self.known.get(value)
        if marks is None:
            marks = self.marks_of(read(self.paths))
            fresh.append((self.known, value, marks))
        return marks


class ItemTest(NamedTuple):
    """A list form: `cover` are the answers its inner condition turns on, `says` what an item says by its truth.

    `known` is what an item says by the answers met before.
    """

    reading: Reading
    cover: int
    says: ByTruth
    known: Known


class ListColumn(NamedTuple):
    """The list forms that read nothing of a record but the convictions.

    `read` takes from an item the attributes that any form reads, `answers` are their columns and `met` what their
    values answered. `said` is what an item says by its answers, `known` the marks by what all items say; `unknown`
    are the marks of a list that is not known.
    """

    pick: Callable[[Plain], object]
    read: Callable[[object], Plain]
    answers: tuple[Column, ...]
    met: tuple[Known, ...]
    tests: tuple[ItemTest, ...]
    said: Known
    known: Known
    unknown: int

    def marks_known(self, plain: Plain) -> int:
        """The marks of a record's list. Raises KeyError for what was not met before."""
        items = self.pick(plain)
        if items is None:
            return self.unknown
        assert isinstance(items, tuple)
        said = 0
        for item in items:  # the model bounds them
            said |= self.said[reduce(or_, map(getitem, self.met, self.read(item)), 0)]
        return self.known[said]

    def marks_met(self, plain: Plain, fresh: list[Fresh]) -> int:
        """The marks of a record's list; what was not met before is added to `fresh`."""
        items = self.pick(plain)
        if items is None:
            return self.unknown
        assert isinstance(items, tuple)
        said = 0
        for item in items:
            said |= self._said_by(self.read(item), fresh)
        marks = self.known.get(said)
        if marks is None:
            marks = self._marks(said)
            fresh.append((self.known, said, marks))
        return marks

    def marks_of(self, values: FactMap) -> int:
        """The marks that a list sets, worked out anew."""
        total = 0
        for test in self.tests:
            atom, facts, marks = test.reading
            total |= marks[atom.truth({**facts, **values})]
        return total

    def _marks(self, said: int) -> int:
        """The marks of a list by what its items say: one is enough, else one that is not known leaves it open."""
        total = 0
        for test in self.tests:
            truth = True if said & test.says[True] else None if said & test.says[None] else False
            total |= test.reading.marks[truth]
        return total

    def _said_by(self, item: Plain, fresh: list[Fresh]) -> int:
        """What one item says of every list form."""
        answers = 0
        for column in self.answers:
            answers |= column.marks_met(item, lambda _: self._facts_of(item), fresh)
        said = self.said.get(answers)
        if said is None:
            said = 0
            for test in self.tests:
                said |= self._says(test, answers & test.cover, item, fresh)
            fresh.append((self.said, answers, said))
        return said

    def _says(self, test: ItemTest, answers: int, item: Plain, fresh: list[Fresh]) -> int:
        says = test.known.get(answers)
        if says is None:
            atom, facts, _ = test.reading
            assert isinstance(atom, SomeAtom)
            says = test.says[inner_truth(atom.inner, {**facts, **self._facts_of(item)})]
            fresh.append((test.known, answers, says))
        return says

    def _facts_of(self, item: Plain) -> dict[str, FactValue]:
        """An item's known facts; its attributes are of types that rules read as they are."""
        read = zip(self.answers, item, strict=True)
        return {column.paths[0]: value for column, value in read if value is not None}  # type: ignore[misc]


def by_truth(marks: Sequence[int]) -> ByTruth:
    """The marks of an atom's four literals, by its truth."""
    return {truth: marks_at(truth, marks) for truth in TRUTHS}


def marks_at(truth: bool | None, marks: Sequence[int]) -> int:
    """Those of the marks of an atom's four literals that its truth sets."""
    total = 0
    for holds, mark in zip(literal_values(truth), marks, strict=True):
        if holds:
            total |= mark
    return total


def column_of(places: tuple[int, ...], paths: tuple[str, ...], readings: Sequence[Reading]) -> Column:
    """The column of the atoms that read the attributes at some places."""
    pick: Callable[[Plain], object] = itemgetter(*places) if places else _nothing
    return Column(tuple(paths[place] for place in places), tuple(readings), pick, {})


def apart(atom: Atom) -> bool:
    """Whether an atom is a list form that turns on its items' attributes one by one, so that a `ListColumn` can hold it."""
    return (
        isinstance(atom, SomeAtom)
        and atom.path == CONVICTIONS
        and atom.at_most >= MOST_CONVICTIONS  # else a list of a record may be too long to be known
        and all(len(set(leaf.reads()) & CONVICTION_ATTRIBUTES.keys()) == 1 for leaf in _leaves(atom.inner))
    )


def list_column(place: int, readings: Sequence[Reading]) -> ListColumn:
    """The column of list forms that can be taken apart, over the list at a place."""
    answers: dict[str, list[Reading]] = {}
    bits: dict[tuple[Atom, int], int] = {}
    tests = []
    for number, reading in enumerate(readings):
        assert isinstance(reading.atom, SomeAtom)
        cover = 0
        for leaf in _leaves(reading.atom.inner):
            facts = {path: reading.facts[path] for path in leaf.reads() if path in reading.facts}
            key = (leaf, number if facts else -1)  # the question may say another thing in each standpoint
            if key not in bits:
                bits[key] = 1 << 2 * len(bits)
                (path,) = CONVICTION_ATTRIBUTES.keys() & set(leaf.reads())
                answers.setdefault(path, []).append(Reading(leaf, facts, _two_bits(bits[key])))
            cover |= 3 * bits[key]
        tests.append(ItemTest(reading, cover, _two_bits(1 << 2 * number), {}))
    columns = tuple(column_of((at,), tuple(answers), found) for at, found in enumerate(answers.values()))
    return ListColumn(
        pick=itemgetter(place),
        read=getter([CONVICTION_ATTRIBUTES[path] for path in answers]),
        answers=columns,
        met=tuple(column.known for column in columns),
        tests=tuple(tests),
        said={},
        known={},
        unknown=union(reading.marks[None] for reading in readings),
    )


def getter(names: Sequence[str]) -> Callable[[object], Plain]:
    """Reads attributes by dotted name as a tuple, however few they are."""
    if not names:
        return _nothing
    get: Callable[[object], object] = attrgetter(*names)
    if len(names) == 1:
        return lambda noun: (get(noun),)
    return get  # type: ignore[return-value]  # of several names it makes a tuple


def _leaves(inner: Inner) -> Iterator[Atom]:
    if isinstance(inner, One):
        yield inner.atom
    else:
        for part in inner.parts:
            yield from _leaves(part)


def _two_bits(bit: int) -> ByTruth:
    """An answer as two bits: that it is yes, and above it that it is not known."""
    return {True: bit, None: bit << 1, False: 0}


def _nothing(noun: object) -> Plain:
    return ()
