"""A segment holds what was indexed: keys, people, packed traits and words."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import index, make_file, seeds

from comity.match.keys import keys_of
from comity.match.packed import PAYLOAD, PAYLOAD_BITS, WordKind, pack
from comity.match.segment import Segment, build_segment, renumber
from comity.match.traits import read_traits


def arrays(segment: Segment) -> list[np.ndarray]:
    return [*segment[:6], *segment.vocabulary]


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_the_same_people_give_the_same_bytes(seed: int) -> None:
    """Built twice, equal array by array, types included."""
    one, other = index(make_file(seed).held), index(make_file(seed).held)
    for first, second in zip(arrays(one), arrays(other), strict=True):
        assert first.dtype == second.dtype
        assert first.tobytes() == second.tobytes()


@settings(deadline=None, max_examples=15)
@given(seeds)
def test_keys_are_sorted_and_lead_to_each_person_once(seed: int) -> None:
    """Every key once, in order; under each its people, in order, each once; and no other pair of key and person."""
    held = make_file(seed).held
    segment = index(held)
    assert np.all(segment.keys[1:] > segment.keys[:-1])
    found = set()
    for place, key in enumerate(segment.keys.tolist()):
        people = segment.postings[segment.spans[place] : segment.spans[place + 1]].tolist()
        assert people == sorted(set(people))
        assert people
        found |= {(key, person) for person in people}
    keys, people = keys_of(read_traits(values) for values in held)
    assert found == set(zip(keys.tolist(), people.tolist(), strict=True))


@settings(deadline=None, max_examples=15)
@given(seeds, st.integers(0, 63))
def test_people_keep_their_number_class_and_traits(seed: int, data_class: int) -> None:
    """Ordinals as given; packed words are those of `pack`, with the words of the vocabulary for tokens."""
    held = make_file(seed).held
    segment = index(held, [(data_class + place) % 64 for place in range(len(held))])
    assert segment.people == len(held)
    assert segment.ordinals.tolist() == list(range(100, 100 + len(held)))
    number = {segment.vocabulary.word(at): at for at in range(segment.vocabulary.size)}
    for place, values in enumerate(held):
        words, counts = segment.packed(np.array([place]))
        expected = pack(read_traits(values), (data_class + place) % 64, number.__getitem__)
        assert words.tolist() == expected
        assert counts.tolist() == [len(expected)]


@settings(deadline=None, max_examples=15)
@given(seeds, st.lists(st.integers(0, 59), min_size=1, max_size=9))
def test_several_people_come_one_after_the_other(seed: int, places: list[int]) -> None:
    """In the order asked, repeated where asked twice."""
    segment = index(make_file(seed).held)
    words, counts = segment.packed(np.array(places))
    each = [segment.packed(np.array([place]))[0] for place in places]
    assert words.tolist() == np.concatenate(each).tolist()
    assert counts.tolist() == [len(one) for one in each]


@settings(deadline=None, max_examples=15)
@given(seeds, st.lists(st.integers(0, (1 << 64) - 1), max_size=5))
def test_lists_tell_where_a_key_leads(seed: int, strangers: list[int]) -> None:
    """As many people as the key has; none for a key that is not here."""
    segment = index(make_file(seed).held)
    wanted = np.array(sorted({*segment.keys[::7].tolist(), *strangers}), dtype=np.uint64)
    first, counts = segment.lists(wanted)
    for key, start, count in zip(wanted.tolist(), first.tolist(), counts.tolist(), strict=True):
        at = np.flatnonzero(segment.keys == np.uint64(key))
        expected = segment.postings[segment.spans[at[0]] : segment.spans[at[0] + 1]].tolist() if len(at) else []
        assert segment.postings[start : start + count].tolist() == expected


def test_a_segment_of_nobody() -> None:
    """Empty, and every key leads to nobody."""
    empty = build_segment([])
    assert empty.people == 0
    assert empty.vocabulary.size == 0
    assert empty.lists(np.array([1, 2], dtype=np.uint64))[1].tolist() == [0, 0]


def test_people_without_any_trait_are_there_and_not_found() -> None:
    """A record that gives nothing searchable takes its place; no key leads to it."""
    segment = index([{}, {"name": ("Smith, John",)}, {"hair": ("brown",)}])
    assert segment.people == 3
    assert set(segment.postings.tolist()) == {1}


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(list(WordKind)), st.integers(0, 20)), max_size=30),
    st.permutations(range(21)),
)
def test_renumbering_touches_tokens_alone(words: list[tuple[WordKind, int]], rank: list[int]) -> None:
    """Surnames and given names get their new numbers; dates, hashes and fields stay."""
    packed = np.array([kind << PAYLOAD_BITS | payload for kind, payload in words], dtype=np.uint32)
    tokens = {WordKind.SURNAME, WordKind.GIVEN, WordKind.JOINED_SURNAME, WordKind.JOINED_GIVEN}
    found = renumber(packed, np.array(rank, dtype=np.uint32))
    assert (found >> np.uint32(PAYLOAD_BITS)).tolist() == [kind for kind, _ in words]
    assert (found & np.uint32(PAYLOAD)).tolist() == [rank[one] if kind in tokens else one for kind, one in words]


def test_its_size_is_that_of_its_arrays() -> None:
    """Nothing that is held is left out of the count."""
    segment = index(make_file(3).held)
    assert segment.nbytes == sum(len(one.tobytes()) for one in arrays(segment))
