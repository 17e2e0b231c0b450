"""Joining by relations alone: who is joined does not hang on a name, and ranked candidates on their rank."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.match.grouping import DECLARED, DECLARED_APART
from comity.match.join import cluster, join_all, join_ranked, relate_all, relate_tied
from comity.match.relation import JOINED, WEAK_LINK, read_values, relate

KEYS = "abcdef"
PAIRS = tuple(combinations(KEYS, 2))
STRENGTHS = (DECLARED_APART, 0, 0, WEAK_LINK, JOINED, JOINED, JOINED + 1, DECLARED)


def test_a_chain_between_two_people_who_conflict_joins_nobody() -> None:
    """Four records, each tied to the next alike, the ends in conflict: where to cut is not for the machine to choose."""
    relations = {(a, b): 0 for a in "abcd" for b in "abcd" if a < b}
    relations |= dict.fromkeys((("a", "b"), ("b", "c"), ("c", "d")), JOINED)
    assert join_all(tuple("abcd"), relations) == (("a", "b", "c", "d"),)
    assert join_all(tuple("abcd"), {**relations, ("a", "d"): -1}) == (("a",), ("b",), ("c",), ("d",))
    stronger = {**relations, ("a", "d"): -1, ("a", "b"): JOINED + 1, ("c", "d"): JOINED + 1}
    assert join_all(tuple("abcd"), stronger) == (("a", "b"), ("c", "d"))


def test_what_was_declared_is_the_strongest_tie() -> None:
    """A record tied to two by evidence, of whom one is declared to be the same: it goes there."""
    relations = {("a", "b"): -1, ("a", "c"): JOINED + 3, ("b", "c"): DECLARED}
    assert join_all(tuple("abc"), relations) == (("a",), ("b", "c"))
    assert join_ranked("abc", relations) == ((("a",), ("b", "c")), (("b", "c"),))


def test_among_equals_the_rank_decides() -> None:
    """Of two that conflict a ranked record goes with the better one; weaker ties join where they are asked for."""
    relations = {("a", "b"): -1, ("a", "c"): JOINED, ("b", "c"): JOINED}
    assert join_all(tuple("abc"), relations) == (("a",), ("b",), ("c",))
    assert join_ranked("abc", relations)[0] == (("a", "c"), ("b",))
    weak = {("a", "b"): WEAK_LINK}
    assert join_ranked("ab", weak)[0] == (("a",), ("b",))
    assert join_ranked("ab", weak, WEAK_LINK)[0] == (("a", "b"),)


def test_what_was_declared_takes_the_place_of_what_two_tell() -> None:
    """Either way."""
    born = {"name": ("Smith, John",), "birth-date": ("1961-04-05",)}
    readings = {
        "a": read_values("o", born),
        "b": read_values("o", born),
        "c": read_values("o", {"name": ("Jones, Ann",)}),
    }
    assert cluster(readings) == (("a", "b"), ("c",))
    assert cluster(readings, declared={("a", "b"): DECLARED_APART, ("b", "c"): DECLARED}) == (("a",), ("b", "c"))


@settings(max_examples=300)
@given(
    strengths=st.lists(st.sampled_from(STRENGTHS), min_size=len(PAIRS), max_size=len(PAIRS)),
    names=st.permutations(KEYS),
)
def test_any_relations_join_the_same_under_any_names(strengths: Sequence[int], names: list[str]) -> None:
    """Every key in one group, none across a conflict, and the groups follow from the relations alone."""
    relations = dict(zip(PAIRS, strengths, strict=True))
    renamed = dict(zip(KEYS, names, strict=True))
    others = {
        (min(renamed[one], renamed[other]), max(renamed[one], renamed[other])): strength
        for (one, other), strength in relations.items()
    }
    groups = join_all(tuple(KEYS), relations)
    assert sorted(key for group in groups for key in group) == list(KEYS)
    for found in (groups, join_ranked(KEYS, relations)[0]):
        assert all(relations[pair] >= 0 for group in found for pair in combinations(group, 2))
    assert {frozenset(renamed[key] for key in group) for group in groups} == {
        frozenset(group) for group in join_all(tuple(names), others)
    }


RECORDS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from([("Smith, John",), ("John Smith", "Smyth, Jon"), ("Jones, Ann",)])},
        optional={
            "birth-date": st.sampled_from([("1961-04-05",), ("1961-05-04",), ("1972-11-30",)]),
            "state-id": st.sampled_from([("A1234567",), ("B7654321",)]),
        },
    ),
    max_size=len(KEYS),
)


@settings(max_examples=120)
@given(records=RECORDS)
def test_records_that_say_the_same_are_related_as_if_each_were_compared(
    records: list[dict[str, tuple[str, ...]]],
) -> None:
    """What several owners hold alike is compared once, and says what it says pair by pair, owner by owner."""
    readings = {
        key: read_values(f"o{place % 2}", record)
        for place, (key, record) in enumerate(zip(KEYS, records, strict=False))
    }
    literal = {(one, other): relate(readings[one], readings[other]) for one, other in combinations(readings, 2)}
    assert relate_all(readings, {}) == literal


@settings(max_examples=300)
@given(
    records=RECORDS,
    said=st.dictionaries(st.sampled_from(PAIRS), st.sampled_from([DECLARED_APART, DECLARED]), max_size=2),
)
def test_who_is_tied_to_nobody_need_not_be_compared(
    records: list[dict[str, tuple[str, ...]]], said: dict[tuple[str, str], int]
) -> None:
    """Ranked records join by those who may be one person alone as they do when every two are compared."""
    readings = {key: read_values("o", record) for key, record in zip(KEYS, records, strict=False)}
    said = {pair: told for pair, told in said.items() if readings.keys() >= set(pair)}
    every = relate_all(readings, said)
    tied = relate_tied(readings, said)
    assert tied.items() <= every.items()
    assert all(strength < WEAK_LINK for pair, strength in every.items() if pair not in tied)
    for least in (WEAK_LINK, JOINED):
        assert cluster(readings, least, said) == join_ranked(readings, every, least)[0]
