"""Columns: what the attributes of a record say of the rules left for it, as marks.

An attribute's value answers the atoms that read it, and each answer sets marks (see `rows`). What a value sets is
worked out once per question, so that a record takes one look-up for each attribute, whatever their combination.
The items of a list (convictions) are taken apart the same way: what each attribute of an item answers, what these
answers say of the item, and what all items say together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any, NamedTuple

from comity.law.atoms import (
    ApartAtom,
    Atom,
    FactMap,
    FactValue,
    FlagAtom,
    Inner,
    One,
    OrderAtom,
    SomeAtom,
    ValueAtom,
    inner_truth,
)
from comity.law.facts import PERSON_ATTRIBUTES, READ_AS_HELD, RECORD_ATTRIBUTES, RECORD_READERS
from comity.law.levels import union
from comity.model.record import MOST_CONVICTIONS, Conviction, PersonInRecord, Record

ByTruth = Mapping[bool | None, int]  # marks by an atom's truth
Known = dict[object, int]  # marks of what was met before
Fresh = tuple[dict[Any, Any], object, object]  # where to keep what was met for the first time, and what it says
Attribute = tuple[str, Known]  # the name it is held under, and what is known of it
Block = Callable[[object], int]  # the marks of attributes of one noun; KeyError for a value not met before

# The list that rules read, and the attributes of its items as the model holds them.
CONVICTIONS = "subject's convictions"
CONVICTION_ATTRIBUTES = {f"conviction's {name}": name for name in Conviction.__struct_fields__}
LONGEST_BLOCK = 6  # as many attributes as `_block` is written out for
NOUNS = (
    "record",
    "record.state",
    "person",
    "person.facts",
)  # what attributes are read from, in the order of reading
WHOLE = len(NOUNS)  # the place of what is seen as a whole


class Reading(NamedTuple):
    """An atom in one standpoint: what the question says of what it reads, and the marks of its truths."""

    atom: Atom
    facts: FactMap
    marks: ByTruth


class Seen(NamedTuple):
    """One person's view of one record."""

    record: Record
    person: PersonInRecord


class Column(NamedTuple):
    """The atoms that read the same attributes: `paths`, which `pick` takes from the noun at place `noun` of `NOUNS`.

    Where they are of several nouns, `noun` is `WHOLE`: `pick` takes them from all that is seen. `known` are the marks
    of the values in `closed`, which no record needs to show first, and of those met before; it is only ever added to.
    `as_held` tells that the attributes are facts as they stand.
    """

    paths: tuple[str, ...]
    readings: tuple[Reading, ...]
    noun: int
    names: tuple[str, ...]
    pick: Callable[[Any], object]
    known: Known
    closed: Mapping[object, int]
    as_held: bool

    @property
    def is_single(self) -> bool:
        """Whether it is one attribute of one noun."""
        return self.noun != WHOLE and len(self.names) == 1

    def days(self) -> tuple[Days, ...]:
        """Its comparisons, where it holds nothing else than two dates of one noun."""
        if self.noun == WHOLE or len(self.names) != 2 or not self.as_held:
            return ()
        atoms = [reading.atom for reading in self.readings]
        if not all(isinstance(atom, OrderAtom | ApartAtom) for atom in atoms):
            return ()
        return tuple([_days(self, reading) for reading in self.readings])

    def learn(self, value: object, seen: Seen, fresh: list[Fresh]) -> int:
        """The marks of a value that was not met before, which is added to `fresh`."""
        marks = marks_of(
            self.readings, facts_held(self.paths, value) if self.as_held else facts_read(self.paths, seen)
        )
        fresh.append((self.known, value, marks))
        return marks


# A rule's comparison of two dates of one noun, made anew for each record: there are nearly as many pairs as records.
# The noun's place in `NOUNS`, and what takes both dates from it; the edges that second dates met before set, and what
# makes one (None: the edge is the date itself); what must hold of the first date and the edge; marks by yes, no, unknown.
# A plain tuple, like all that is taken apart for each record: one with names takes thrice as long (bench/law.py).
Days = tuple[
    int,
    Callable[[Any], tuple[date | None, date | None]],
    dict[date, date],
    Callable[[date], date] | None,
    Callable[[date, date], bool],
    int,
    int,
    int,
]


class Answers(NamedTuple):
    """The tests of one attribute of a list's items, at `path`. `known` is what the values in `closed` and those met before
    answer."""

    path: str
    readings: tuple[Reading, ...]
    pick: Callable[[object], FactValue | None]
    known: Known
    closed: Mapping[object, int]


class ItemTest(NamedTuple):
    """A list form: `cover` are the answers its inner condition turns on, `says` what an item says by its truth.

    `known` is what an item says by the answers met before.
    """

    reading: Reading
    cover: int
    says: ByTruth
    known: Known


@dataclass(frozen=True, slots=True, eq=False)
class ListColumn:
    """The list forms that read nothing of a record but its convictions.

    `answers` are the tests of their attributes, and `block` what the values of an item answered. `said` is what an
    item says by its answers, `known` the marks by what all items say; `unknown` are the marks of a list that is not
    known.
    """

    answers: tuple[Answers, ...]
    block: Block
    tests: tuple[ItemTest, ...]
    said: Known
    known: Known
    unknown: int

    def marks(self, items: tuple[Conviction, ...] | None, fresh: list[Fresh]) -> int:
        """The marks of a list; what was not met before is added to `fresh`."""
        if items is None:
            return self.unknown
        read, says = self.block, self.said
        said = 0
        for item in items:  # the model bounds them
            try:
                answers = read(item)
            except KeyError:
                answers = self._learn_values(item, fresh)
            told = says.get(answers)
            said |= self._learn_item(answers, item, fresh) if told is None else told
        marks = self.known.get(said)
        return self._learn_list(said, fresh) if marks is None else marks

    def renewed(self) -> ListColumn:
        """The same with nothing met."""
        answers = tuple([one._replace(known=dict(one.closed)) for one in self.answers])
        tests = tuple([one._replace(known={}) for one in self.tests])
        return ListColumn(answers, _block_of_items(answers), tests, {}, {}, self.unknown)

    def marks_of(self, values: FactMap) -> int:
        """The marks that a list sets, worked out anew."""
        return marks_of([test.reading for test in self.tests], values)

    def _learn_list(self, said: int, fresh: list[Fresh]) -> int:
        """The marks of a list by what its items say: one is enough, else one that is not known leaves it open."""
        total = 0
        for test in self.tests:
            truth = True if said & test.says[True] else None if said & test.says[None] else False
            total |= test.reading.marks[truth]
        fresh.append((self.known, said, total))
        return total

    def _learn_values(self, item: Conviction, fresh: list[Fresh]) -> int:
        """What the values of an item answer where one of them was not met before."""
        total = 0
        for path, readings, pick, known, _ in self.answers:
            value = pick(item)
            answer = known.get(value)
            if answer is None:
                answer = marks_of(readings, {path: value} if value is not None else {})
                fresh.append((known, value, answer))
            total |= answer
        return total

    def _learn_item(self, answers: int, item: Conviction, fresh: list[Fresh]) -> int:
        """What one item says of every list form."""
        said = 0
        for test in self.tests:
            says = test.known.get(answers & test.cover)
            said |= self._says(test, answers & test.cover, item, fresh) if says is None else says
        fresh.append((self.said, answers, said))
        return said

    def _says(self, test: ItemTest, answers: int, item: Conviction, fresh: list[Fresh]) -> int:
        atom, facts, _ = test.reading
        assert isinstance(atom, SomeAtom)
        read = {answer.path: value for answer in self.answers if (value := answer.pick(item)) is not None}
        says = test.says[inner_truth(atom.inner, {**facts, **read})]
        fresh.append((test.known, answers, says))
        return says


def marks_of(readings: Sequence[Reading], values: FactMap) -> int:
    """The marks that values by path set, worked out anew."""
    total = 0
    for atom, facts, marks in readings:
        total |= marks[atom.truth({**facts, **values} if facts else values)]
    return total


def facts_read(paths: tuple[str, ...], seen: Seen) -> dict[str, FactValue]:
    """The known facts at some paths."""
    found = {}
    for path in paths:
        value = RECORD_READERS[path](*seen)
        if value is not None:
            found[path] = value
    return found


def facts_held(paths: tuple[str, ...], value: Any) -> dict[str, FactValue]:
    """The known facts at some paths, from the attribute (or attributes) of a column that holds them as they are."""
    values = (value,) if len(paths) == 1 else value
    return {path: one for path, one in zip(paths, values, strict=True) if one is not None}


def _days(column: Column, reading: Reading) -> Days:
    atom, _, marks = reading
    assert isinstance(atom, OrderAtom | ApartAtom)
    assert isinstance(atom.moment, str)
    names = dict(zip(column.paths, column.names, strict=True))
    pick = attrgetter(names[atom.path], names[atom.moment])
    edge = atom.edge if isinstance(atom, ApartAtom) else None
    return column.noun, pick, {}, edge, atom.test, marks[True], marks[False], marks[None]


def column_of(paths: tuple[str, ...], readings: Sequence[Reading]) -> Column:
    """The column of the atoms that read the attributes at some paths."""
    noun, names, pick = _picked(paths)
    as_held = READ_AS_HELD.issuperset(paths)
    closed = closed_marks(paths[0], readings) if as_held and len(paths) == 1 else {}
    return Column(paths, tuple(readings), noun, names, pick, dict(closed), closed, as_held=as_held)


def closed_marks(path: str, readings: Sequence[Reading]) -> dict[object, int]:
    """The marks of the values of an attribute that are known before any is met: words of a closed list, yes, no, unknown."""
    values: set[str | bool] = set()
    for atom, _, _ in readings:
        if isinstance(atom, FlagAtom):
            values |= {True, False}
        elif isinstance(atom, ValueAtom):
            values |= atom.domain
    return {None: marks_of(readings, {}), **{value: marks_of(readings, {path: value}) for value in values}}


@lru_cache(maxsize=256)  # few rules compare several attributes, so there are hardly more than attributes
def _picked(paths: tuple[str, ...]) -> tuple[int, tuple[str, ...], Callable[[Any], object]]:
    """Where attributes are held: the place of their noun, their names there, and what takes them from it."""
    held = [_held_as(path) for path in paths]
    nouns = {name.rpartition(".")[0] for name in held}
    noun = NOUNS.index(nouns.pop()) if len(nouns) == 1 else WHOLE
    names = tuple(held if noun == WHOLE else [name.removeprefix(f"{NOUNS[noun]}.") for name in held])
    return noun, names, attrgetter(*names) if names else _nothing


def _held_as(path: str) -> str:
    of_record = RECORD_ATTRIBUTES.get(path)
    return f"record.{of_record}" if of_record is not None else f"person.{PERSON_ATTRIBUTES[path]}"


def blocks_by_noun(columns: Sequence[Column]) -> tuple[Block | None, ...]:
    """For each noun what reads all columns of a single attribute of it; None where there is none."""
    return tuple(
        [
            _block(
                [(column.names[0], column.known) for column in columns if column.noun == noun and column.is_single]
            )
            for noun in range(WHOLE)
        ]
    )


def days_of(columns: Sequence[Column]) -> tuple[Days, ...]:
    """The comparisons of dates, none of which met any yet."""
    return tuple([one for column in columns for one in column.days()])


def looked_up_together(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns that look several attributes (or none) up together."""
    return tuple([column for column in columns if not column.is_single and not column.days()])


def _block(attributes: Sequence[Attribute]) -> Block | None:
    """All attributes of a noun, a few at a time."""
    if not attributes:
        return None
    first = _short_block(attributes[:LONGEST_BLOCK])
    others = _block(attributes[LONGEST_BLOCK:])
    if others is None:
        return first
    then = others

    def of_more(noun: object) -> int:
        return first(noun) | then(noun)

    return of_more


def _short_block(attributes: Sequence[Attribute]) -> Block:
    """One to six attributes. Written out, because a loop over them takes half as long again (bench/law.py)."""
    get = attrgetter(*[name for name, _ in attributes])
    known = [known for _, known in attributes]
    padded: list[Known] = [*known, *[{}] * (LONGEST_BLOCK - len(known))]
    one, two, three, four, five, six = padded

    def of_one(noun: object) -> int:
        return one[get(noun)]

    def of_two(noun: object) -> int:
        a, b = get(noun)
        return one[a] | two[b]

    def of_three(noun: object) -> int:
        a, b, c = get(noun)
        return one[a] | two[b] | three[c]

    def of_four(noun: object) -> int:
        a, b, c, d = get(noun)
        return one[a] | two[b] | three[c] | four[d]

    def of_five(noun: object) -> int:
        a, b, c, d, e = get(noun)
        return one[a] | two[b] | three[c] | four[d] | five[e]

    def of_six(noun: object) -> int:
        a, b, c, d, e, f = get(noun)
        return one[a] | two[b] | three[c] | four[d] | five[e] | six[f]

    return (of_one, of_two, of_three, of_four, of_five, of_six)[len(known) - 1]


def apart(atom: Atom) -> bool:
    """Whether an atom is a list form that turns on its items' attributes one by one, so that a `ListColumn` can hold it."""
    return (
        isinstance(atom, SomeAtom)
        and atom.path == CONVICTIONS
        and atom.at_most >= MOST_CONVICTIONS  # else a list of a record may be too long to be known
        and all(len(set(leaf.reads()) & CONVICTION_ATTRIBUTES.keys()) == 1 for leaf in _leaves(atom.inner))
    )


def list_column(readings: Sequence[Reading]) -> ListColumn:
    """The column of list forms that can be taken apart."""
    leaves: dict[str, list[Reading]] = {}
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
                leaves.setdefault(path, []).append(Reading(leaf, facts, _two_bits(bits[key])))
            cover |= 3 * bits[key]
        tests.append(ItemTest(reading, cover, _two_bits(1 << 2 * number), {}))
    answers = tuple([_answers(path, tuple(found)) for path, found in leaves.items()])
    return ListColumn(
        answers=answers,
        block=_block_of_items(answers),
        tests=tuple(tests),
        said={},
        known={},
        unknown=union(reading.marks[None] for reading in readings),
    )


def _answers(path: str, readings: tuple[Reading, ...]) -> Answers:
    closed = closed_marks(path, readings)
    return Answers(path, readings, attrgetter(CONVICTION_ATTRIBUTES[path]), dict(closed), closed)


def _block_of_items(answers: Sequence[Answers]) -> Block:
    return _block([(CONVICTION_ATTRIBUTES[answer.path], answer.known) for answer in answers]) or _no_marks


def _leaves(inner: Inner) -> Iterator[Atom]:
    if isinstance(inner, One):
        yield inner.atom
    else:
        for part in inner.parts:
            yield from _leaves(part)


def _two_bits(bit: int) -> ByTruth:
    """An answer as two bits: that it is yes, and above it that it is not known."""
    return {True: bit, None: bit << 1, False: 0}


def _no_marks(noun: object) -> int:
    return 0


def _nothing(noun: object) -> tuple[object, ...]:
    return ()
