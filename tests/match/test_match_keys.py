"""Lookup keys: each names its kind and field, and comes only from what it says."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import field_sets, index, make_file, of_fields, seeds, words

from comity.match.addresses import Address, read_address
from comity.match.columns import Values
from comity.match.compare import Scale, prepare
from comity.match.dates import Birth
from comity.match.hashes import text_hash
from comity.match.keys import (
    KEY_BITS,
    TAG,
    KeyKind,
    address_key,
    birth_number,
    date_keys,
    form_keys,
    initial_keys,
    is_telling,
    pair_keys,
    place_keys,
    places,
    street_keys,
    word_keys,
    year_keys,
)
from comity.match.one_person import keys_of as keys_of_traits
from comity.match.seek import seek, sounds_of, wanted_keys
from comity.match.traits import ADDRESS_FIELDS, NAME_FIELDS, NUMBER_FIELDS, read_traits
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

HOME = read_address("123 Main St, Fresno, CA 93701")
hashes = st.integers(0, (1 << 64) - 1)


def one(number: int) -> np.ndarray:
    return np.array([number], dtype=np.uint64)


def sources(key: int) -> tuple[KeyKind, frozenset[str]]:
    """The kind of a key and the fields that it comes from, read from its tag alone."""
    kind = max(one for one in KeyKind if one <= key & TAG)
    field = (key & TAG) - kind
    if kind in (KeyKind.PAIR, KeyKind.YEAR, KeyKind.INITIAL, KeyKind.WORD):
        dated = {"birth-date"} if kind in (KeyKind.YEAR, KeyKind.INITIAL) else set()
        return kind, frozenset({NAME_FIELDS[field], *dated})
    if kind == KeyKind.PLACE:
        return kind, frozenset({NAME_FIELDS[field >> 1], ADDRESS_FIELDS[field & 1]})
    if kind in (KeyKind.ADDRESS, KeyKind.STREET):
        return kind, frozenset({ADDRESS_FIELDS[field]})
    return kind, frozenset({NUMBER_FIELDS[field] if kind == KeyKind.NUMBER else "birth-date"})


def keys_of(values: Values) -> set[int]:
    return keys_of_traits(read_traits(values))


def asked_keys(
    subject: PersonSubject, allowed: frozenset[str], held: tuple[dict[str, tuple[str, ...]], ...]
) -> list[int]:
    question, scale = prepare(subject, allowed), Scale(load_weights())
    vocabulary = index(held).vocabulary
    sounds = [sounds_of([seek(vocabulary, name, scale)]) for name in question.names]
    found: list[int] = wanted_keys(question, sounds, scale).tolist()
    return found


def test_a_key_names_its_kind_and_field() -> None:
    """Every kind of every field has a tag of its own, and every key fits."""
    kinds = (KeyKind.PAIR, KeyKind.YEAR, KeyKind.INITIAL, KeyKind.WORD)
    fields = [(kind, one(field)) for kind in kinds for field in range(len(NAME_FIELDS))]
    found = [(kind, field, pair_keys(field, one(5), one(6))) for kind, field in fields if kind == KeyKind.PAIR]
    found += [(kind, field, word_keys(field, one(5))) for kind, field in fields if kind == KeyKind.WORD]
    found += [(kind, field, year_keys(field, one(5), one(1984))) for kind, field in fields if kind == KeyKind.YEAR]
    found += [
        (kind, field, initial_keys(field, one(19840312), one(65)))
        for kind, field in fields
        if kind == KeyKind.INITIAL
    ]
    found.append((KeyKind.DATE, one(0), date_keys(one(19840312))))
    for at in range(len(ADDRESS_FIELDS)):
        found.append((KeyKind.ADDRESS, one(at), one(address_key(at, HOME))))
        found += [(KeyKind.STREET, one(at), one(key)) for key in street_keys(at, HOME, places(HOME))]
    for at in range(len(NAME_FIELDS) << 1):
        found.append((KeyKind.PLACE, one(at), place_keys(one(at), one(5), one(6))))
    for at in range(len(NUMBER_FIELDS)):
        found.append((KeyKind.NUMBER, one(at), one(form_keys(at, ("D1234567",))[0])))
    tags = {(kind, int(field[0])): int(key[0]) & TAG for kind, field, key in found}
    assert tags == {(kind, field): kind + field for kind, field in tags}
    assert len(set(tags.values())) == len(tags)
    assert max(int(key[0]) for _, _, key in found) < 1 << KEY_BITS


@settings(max_examples=40)
@given(seeds, field_sets)
def test_a_question_asks_for_no_key_of_a_field_it_may_not_match_on(seed: int, allowed: frozenset[str]) -> None:
    """Whatever is permitted: every key asked for comes from permitted fields alone."""
    made = make_file(seed)
    for subject in made.asked:
        for key in asked_keys(subject, allowed, made.held):
            assert sources(key)[1] <= allowed


@settings(max_examples=25)
@given(seeds, field_sets)
def test_held_keys_come_from_the_fields_they_name(seed: int, allowed: frozenset[str]) -> None:
    """The keys of a record with some fields are exactly those of its keys that name these fields."""
    for values in make_file(seed).held[:15]:
        kept = keys_of(of_fields(values, allowed))
        assert kept == {key for key in keys_of(values) if sources(key)[1] <= allowed}


@given(hashes, hashes, st.integers(0, 2))
def test_a_pair_has_no_order(first: int, second: int, field: int) -> None:
    """Family and given name get swapped; the key stays."""
    assert pair_keys(one(field), one(first), one(second)) == pair_keys(one(field), one(second), one(first))


@given(words, words, words)
def test_pairs_of_other_sounds_are_other_keys(first: str, second: str, third: str) -> None:
    """A key of one pair is not that of another."""
    sounding = [one(text_hash(word)) for word in (first, second, third)]
    keys = {int(pair_keys(one(0), sounding[i], sounding[j])[0]) for i, j in ((0, 1), (0, 2), (1, 2), (0, 0))}
    assert len(keys) == len(
        {frozenset(pair) for pair in ((first, second), (first, third), (second, third), (first,))}
    )


@given(st.integers(1900, 2020))
def test_1_january_gives_no_key_of_its_own(year: int) -> None:
    """It stands for `unknown`: a date key would lead to everybody without papers. With a name it finds."""
    kinds = {sources(key)[0] for key in keys_of({"birth-date": (f"{year}-01-01",)})}
    assert kinds == set()
    assert not is_telling(Birth(year, 1, 1))
    named = {"birth-date": (f"{year}-01-01",), "name": ("Kelly, Ann",)}
    assert {sources(key)[0] for key in keys_of(named)} == {
        KeyKind.PAIR,
        KeyKind.YEAR,
        KeyKind.INITIAL,
        KeyKind.WORD,
    }
    subject = PersonSubject(family="Kelly", given="Ann", birth_date=f"{year}-01-01")
    asked = {sources(key)[0] for key in asked_keys(subject, frozenset({"birth-date"}), ())}
    assert KeyKind.DATE not in asked


@pytest.mark.parametrize("known", ["1984", "1984-03"])
def test_a_partial_date_gives_a_year_only(known: str) -> None:
    """Without a day there is no date to find anybody by."""
    held = {"birth-date": (known,), "name": ("Kelly, Ann",)}
    assert {sources(key)[0] for key in keys_of(held)} == {KeyKind.PAIR, KeyKind.YEAR, KeyKind.WORD}


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
def test_dates_are_numbers_of_eight_digits(day: date) -> None:
    """YYYYMMDD, zeros for what is unknown."""
    assert str(birth_number(Birth(day.year, day.month, day.day))) == day.strftime("%Y%m%d")
    assert birth_number(Birth(day.year)) == day.year * 10_000


def test_addresses_by_what_they_give() -> None:
    """Number and street; number and place where there is no street; street and place; no key of nothing."""
    assert places(HOME) == ("93701", places(HOME)[1])
    assert len(street_keys(0, HOME, places(HOME))) == 2
    assert address_key(0, HOME) == address_key(0, read_address("123 Main Street, Clovis, CA 93612"))
    assert address_key(0, HOME) != address_key(1, HOME)
    assert address_key(0, Address("12", "", "", "1234")) != 0
    assert address_key(0, Address("", "MAIN", "", "93701")) == 0
    assert address_key(0, Address("12", "", "", "")) == 0
    assert street_keys(0, Address("12", "", "", "93701"), places(Address("12", "", "", "93701"))) == []
    assert street_keys(0, Address("12", "MAIN", "", ""), places(Address("12", "MAIN", "", ""))) == []


def test_the_same_number_of_two_kinds_is_two_keys() -> None:
    """A licence number that happens to be somebody's SSN leads to nobody else."""
    assert len({form_keys(field, ("512346789",))[0] for field in range(len(NUMBER_FIELDS))}) == len(NUMBER_FIELDS)


def test_nobody_has_no_keys() -> None:
    """No traits, no keys."""
    assert keys_of({}) == set()
