"""The people of a segment as columns: what every trait reads as, by number, in the order of the people.

Texts are gathered person by person and read column by column; every row of a column is one value of one person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Places
from comity.match.hashes import Hashes, text_hashes
from comity.match.packed import SEX_BITS
from comity.match.readings import NONE, AddressReadings, BirthReadings, Births, NameReadings
from comity.match.traits import MOST_OF_FIELD, NUMBER_FIELDS, PLACES, TraitKind, issued_forms

READ_AT_ONCE = 20_000  # people whose texts are held before they are read: some 20 MB
FIELD_BITS = 4  # of a row's owner: the place of its field among those of its kind

Values = Mapping[str, Iterable[str]]


class Gathered(NamedTuple):
    """Texts of one kind, and of each the person with the place of the field: `person << FIELD_BITS | place`."""

    texts: list[str]
    owners: list[int]


class Taker(NamedTuple):
    """Where the texts of one field go: its place, how many of one person, and the lists of its kind."""

    at: int
    most: int
    texts: list[str]
    owners: list[int]


class Column:
    """Rows of one kind: owners, and one or more numbers for each."""

    def __init__(self, width: int) -> None:
        self._owners: list[NDArray[np.int64]] = []
        self._rows: list[NDArray[Any]] = []
        self._width = width

    def extend(self, owners: Places, rows: NDArray[Any]) -> None:
        """Take more rows, in the order of people."""
        self._owners.append(owners)
        self._rows.append(rows.reshape(-1, self._width))

    def read(self) -> Rows:
        """All rows."""
        owners = np.concatenate([*self._owners, np.empty(0, dtype=np.int64)])
        kind = self._rows[0].dtype if self._rows else np.dtype(np.uint32)
        return Rows(owners, np.concatenate([*self._rows, np.empty((0, self._width), dtype=kind)]))


class Rows(NamedTuple):
    """Rows of one kind in the order of their people: owners, and the values of each."""

    owners: Places
    values: NDArray[Any]

    @property
    def people(self) -> Places:
        """The person of each row."""
        return self.owners >> FIELD_BITS

    @property
    def fields(self) -> Hashes:
        """The place of each row's field."""
        return (self.owners & (1 << FIELD_BITS) - 1).astype(np.uint64)

    def where(self, kept: NDArray[np.bool_]) -> Rows:
        """Some of the rows."""
        return Rows(self.owners[kept], self.values[kept])


class Everyone(NamedTuple):
    """People by place: data classes, the rows of each kind of trait, and what the numbers in the rows stand for.

    `places` are the hashes of the texts that addresses are made of.
    """

    classes: NDArray[np.uint32]
    rows: Mapping[TraitKind, Rows]
    names: NameReadings
    births: Births
    places: Hashes

    @property
    def people(self) -> int:
        """How many there are."""
        return len(self.classes)


class Columns:
    """Reads people one after the other, in the order of their places."""

    def __init__(self) -> None:
        self._gathered = {kind: Gathered([], []) for kind in TraitKind}
        self._takers = {
            field: Taker(at, MOST_OF_FIELD[kind], *self._gathered[kind]) for field, (kind, at) in PLACES.items()
        }
        self._names, self._births, self._addresses = NameReadings(), BirthReadings(), AddressReadings()
        self._rows = {
            TraitKind.NAME: Column(2), TraitKind.BIRTH: Column(1), TraitKind.SEX: Column(1),
            TraitKind.ADDRESS: Column(5), TraitKind.NUMBER: Column(1),
        }  # fmt: skip
        self._classes: list[int] = []

    def add(self, data_class: int, values: Values) -> None:
        """Take one person."""
        person = len(self._classes)
        self._classes.append(data_class)
        takers = self._takers
        for field, held in values.items():
            if field in takers:
                at, most, texts, owners = takers[field]
                owner = person << FIELD_BITS | at
                for text in tuple(held)[:most]:
                    texts.append(text)
                    owners.append(owner)
        if len(self._classes) % READ_AT_ONCE == 0:
            self._read()

    def _read(self) -> None:
        for kind, (texts, owners) in self._gathered.items():
            if texts:
                self._rows[kind].extend(*self._read_kind(kind, texts, np.array(owners, dtype=np.int64)))
            texts.clear()
            owners.clear()

    def _read_kind(self, kind: TraitKind, texts: list[str], owners: Places) -> tuple[Places, NDArray[Any]]:
        if kind == TraitKind.NAME:
            rows = np.stack(self._names.read(texts), axis=1)
            order = np.argsort(owners, kind="stable")  # the fields of names have an order
            return owners[order], rows[order]
        if kind == TraitKind.BIRTH:
            read = self._births.read(texts)
            return owners[read != NONE], read[read != NONE]
        if kind == TraitKind.SEX:
            return owners, np.array([SEX_BITS.get(text.strip()[:1].upper(), 0) for text in texts], dtype=np.uint32)
        if kind == TraitKind.ADDRESS:
            return owners, self._addresses.read(texts)
        return _read_numbers(texts, owners)

    def read(self) -> Everyone:
        """All people taken so far."""
        self._read()
        rows = {kind: column.read() for kind, column in self._rows.items()}
        classes = np.array(self._classes, dtype=np.uint32)
        return Everyone(classes, rows, self._names, self._births.table(), self._addresses.texts.hashes())


def _read_numbers(texts: list[str], owners: Places) -> tuple[Places, Hashes]:
    """The hash of every form of every number, with its owner."""
    forms: list[str] = []
    counts: list[int] = []
    fields = [NUMBER_FIELDS[at] for at in (owners & (1 << FIELD_BITS) - 1).tolist()]
    for field, text in zip(fields, texts, strict=True):
        found = issued_forms(field, text)
        forms += found
        counts.append(len(found))
    return np.repeat(owners, counts), text_hashes(forms)
