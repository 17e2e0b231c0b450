"""Keys and packed words of many people at once: the rows of their columns, crossed by numpy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import Lists, Places, runs
from comity.match.columns import Everyone, Rows
from comity.match.keys import (
    Keys,
    along_keys,
    building_keys,
    date_keys,
    initial_keys,
    number_keys,
    pair_keys,
    place_keys,
    word_keys,
    year_keys,
)
from comity.match.packed import (
    WordKind,
    building_payloads,
    number_payloads,
    street_payloads,
    word,
)
from comity.match.postings import entries_of
from comity.match.readings import NONE
from comity.match.sounds import Sounds
from comity.match.traits import TraitKind

Numbers = NDArray[np.uint32]


class Beside(NamedTuple):
    """Rows, each repeated for every value that stands beside it."""

    rows: Places
    values: NDArray[Any]


def beside(lists: Lists, numbers: Places) -> Beside:
    """For each number all values of its list: which of the numbers, and the values."""
    sizes = lists.sizes(numbers)
    return Beside(np.repeat(np.arange(len(numbers)), sizes), lists.values[runs(lists.starts[numbers], sizes)])


def together(ones: Rows, others: Rows, people: int) -> tuple[Places, Places]:
    """Every row of one column with every row of another that is of the same person, as places."""
    counts = np.bincount(others.people, minlength=people)
    firsts = np.cumsum(counts) - counts
    sizes = counts[ones.people]
    return np.repeat(np.arange(len(ones.owners)), sizes), runs(firsts[ones.people], sizes)


# ---------------------------------------------------------------- keys


def entries_for(everyone: Everyone, sounds: Sounds) -> Keys:
    """Every key of every person as an entry, in no order; some come twice."""
    found = [
        *_pair_entries(everyone, sounds),
        *_word_entries(everyone, sounds),
        *_date_entries(everyone, sounds),
        *_address_entries(everyone),
        *_place_entries(everyone, sounds),
    ]
    numbers = everyone.rows[TraitKind.NUMBER]
    found.append(entries_of(number_keys(numbers.fields, numbers.values[:, 0]), numbers.people))
    return np.concatenate(found)


def _pair_entries(everyone: Everyone, sounds: Sounds) -> Iterator[Keys]:
    names = everyone.rows[TraitKind.NAME]
    one = beside(sounds.families, names.values[:, 0])
    other = beside(sounds.givens, names.values[one.rows, 1])
    rows = one.rows[other.rows]
    yield entries_of(pair_keys(names.fields[rows], one.values[other.rows], other.values), names.people[rows])


def _word_entries(everyone: Everyone, sounds: Sounds) -> Iterator[Keys]:
    names = everyone.rows[TraitKind.NAME]
    for part, words in enumerate((sounds.family_words, sounds.given_words)):
        one = beside(words, names.values[:, part])
        yield entries_of(word_keys(names.fields[one.rows], one.values), names.people[one.rows])


def _date_entries(everyone: Everyone, sounds: Sounds) -> Iterator[Keys]:
    """By dates alone, by surname and year, by date and first letter."""
    names, births, table = everyone.rows[TraitKind.NAME], everyone.rows[TraitKind.BIRTH], everyone.births
    numbers = births.values[:, 0]
    telling = table.telling[numbers]
    yield entries_of(date_keys(table.days[numbers[telling]]), births.people[telling])
    name, birth = together(names, births, everyone.people)
    days = table.days[numbers[birth]]
    one = beside(sounds.families, names.values[name, 0])
    years = days // np.uint64(10_000)
    yield entries_of(
        year_keys(names.fields[name[one.rows]], one.values, years[one.rows]), names.people[name[one.rows]]
    )
    whole = table.whole[numbers[birth]]
    name, days = name[whole], days[whole]
    for part, letters in enumerate((sounds.family_letters, sounds.given_letters)):
        first = beside(letters, names.values[name, part])
        rows = name[first.rows]
        keys = initial_keys(names.fields[rows], days[first.rows], first.values.astype(np.uint64))
        yield entries_of(keys, names.people[rows])


def _address_entries(everyone: Everyone) -> Iterator[Keys]:
    """By house, and by street and place."""
    rows = everyone.rows[TraitKind.ADDRESS]
    hashes = everyone.places
    number, _, street, postcode, town = rows.values.T
    where = np.where(street != NONE, street, np.where(postcode != NONE, postcode, town))
    here = (number != NONE) & (where != NONE)
    keys = building_keys(rows.fields[here], hashes[number[here]], hashes[where[here]])
    yield entries_of(keys, rows.people[here])
    for place in (postcode, town):
        here = (street != NONE) & (place != NONE)
        keys = along_keys(rows.fields[here], hashes[street[here]], hashes[place[here]])
        yield entries_of(keys, rows.people[here])


def _place_entries(everyone: Everyone, sounds: Sounds) -> Iterator[Keys]:
    """By surname and place."""
    names, rows = everyone.rows[TraitKind.NAME], everyone.rows[TraitKind.ADDRESS]
    hashes = everyone.places
    names_at, rows_at = together(names, rows, everyone.people)
    for column in (3, 4):
        place = rows.values[rows_at, column]
        name, at, place = names_at[place != NONE], rows_at[place != NONE], place[place != NONE]
        one = beside(sounds.families, names.values[name, 0])
        field = names.fields[name] << np.uint64(1) | rows.fields[at]
        keys = place_keys(field[one.rows], one.values, hashes[place[one.rows]])
        yield entries_of(keys, names.people[name[one.rows]])


# ---------------------------------------------------------------- packed words


class Block(NamedTuple):
    """Packed words of one kind of trait: the people in order, how many words each row has, all words."""

    people: Places
    sizes: Places
    words: Numbers


def pack_words(everyone: Everyone, families: Lists, givens: Lists) -> tuple[Numbers, Numbers]:
    """The packed words of all people, and where each person's begin; `families` and `givens` are those of names."""
    blocks = (
        _class_block(everyone),
        _name_block(everyone, families, givens),
        _birth_block(everyone),
        _address_block(everyone),
        _number_block(everyone),
    )
    counts = [_by_person(block, everyone.people) for block in blocks]
    starts = np.zeros(everyone.people + 1, dtype=np.int64)
    np.cumsum(sum(counts), out=starts[1:])
    words = np.empty(starts[-1], dtype=np.uint32)
    free = starts[:-1].copy()
    for block, count in zip(blocks, counts, strict=True):
        words[runs(free, count)] = block.words
        free += count
    return words, starts.astype(np.uint32)


def _by_person(block: Block, people: int) -> Places:
    return np.bincount(block.people, weights=block.sizes, minlength=people).astype(np.int64)


def _single(people: Places, words: NDArray[Any]) -> Block:
    return Block(people, np.ones(len(people), dtype=np.int64), words.astype(np.uint32))


def _class_block(everyone: Everyone) -> Block:
    words = everyone.classes | np.uint32(word(WordKind.CLASS))
    sexes = everyone.rows[TraitKind.SEX]
    np.bitwise_or.at(words, sexes.people, sexes.values[:, 0])
    return _single(np.arange(everyone.people), words)


def _name_block(everyone: Everyone, families: Lists, givens: Lists) -> Block:
    rows, names = everyone.rows[TraitKind.NAME], everyone.names
    family, given = rows.values[:, 0], rows.values[:, 1]
    told = np.array(names.families.generations, dtype=np.uint64)[family]
    generation = np.array(names.givens.generations, dtype=np.uint64)[given]
    generation[generation == 0] = told[generation == 0]
    heads = np.uint64(word(WordKind.NAME)) | rows.fields << np.uint64(3) | generation
    parts = (families, family), (givens, given)
    sizes = 1 + families.sizes(family) + givens.sizes(given)
    free = np.cumsum(sizes) - sizes
    words = np.empty(int(sizes.sum()), dtype=np.uint32)
    words[free] = heads
    free += 1
    for lists, numbers in parts:
        count = lists.sizes(numbers)
        words[runs(free, count)] = lists.values[runs(lists.starts[numbers], count)]
        free += count
    return Block(rows.people, sizes, words)


def _birth_block(everyone: Everyone) -> Block:
    rows = everyone.rows[TraitKind.BIRTH]
    return _single(rows.people, everyone.births.words[rows.values[:, 0]])


def _address_block(everyone: Everyone) -> Block:
    rows = everyone.rows[TraitKind.ADDRESS]
    rows = rows.where(rows.values[:, 1] != NONE)
    hashes = everyone.places
    number, street = hashes[rows.values[:, 0]], hashes[rows.values[:, 1]]
    buildings = np.uint64(word(WordKind.BUILDING)) | building_payloads(rows.fields, number, street)
    streets = np.uint64(word(WordKind.STREET)) | street_payloads(rows.fields, street)
    words = np.stack([buildings, streets], axis=1).ravel().astype(np.uint32)
    return Block(rows.people, np.full(len(rows.owners), 2), words)


def _number_block(everyone: Everyone) -> Block:
    rows = everyone.rows[TraitKind.NUMBER]
    payloads = number_payloads(rows.fields, rows.values[:, 0])
    return _single(rows.people, np.uint64(word(WordKind.NUMBER)) | payloads)
