"""A segment holds what was indexed: keys, people, packed traits and words."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from made_files import index, make_file, seeds

from comity.match.one_person import keys_of, packed_words
from comity.match.segment import Segment, build_segment, named_arrays
from comity.match.traits import read_traits


def arrays(segment: Segment) -> list[np.ndarray]:
    return list(named_arrays(segment).values())


@settings(max_examples=15)
@given(seeds)
def test_the_same_people_give_the_same_bytes(seed: int) -> None:
    """Built twice, equal array by array, types included."""
    one, other = index(make_file(seed).held), index(make_file(seed).held)
    for first, second in zip(arrays(one), arrays(other), strict=True):
        assert first.dtype == second.dtype
        assert first.tobytes() == second.tobytes()


@settings(max_examples=15)
@given(seeds)
def test_everybody_has_their_keys_and_no_others(seed: int) -> None:
    """Under each key its people, in order, each once; and no other pair of key and person."""
    held = make_file(seed).held
    postings, alone = index(held).postings, [keys_of(read_traits(values)) for values in held]
    keys = np.array(sorted(set().union(*alone)), dtype=np.uint64)
    starts, counts = postings.lists(keys)
    for key, start, count in zip(keys.tolist(), starts.tolist(), counts.tolist(), strict=True):
        people = postings.people(np.array([start]), np.array([count])).tolist()
        assert people == [person for person, own in enumerate(alone) if key in own]
    assert len(postings.keys) == len(keys)


@settings(max_examples=15)
@given(seeds, st.integers(0, 63))
def test_people_keep_their_number_class_and_traits(seed: int, data_class: int) -> None:
    """Ordinals as given; packed words are those of each person read alone, with the words of the vocabulary for tokens."""
    held = make_file(seed).held
    segment = index(held, [(data_class + place) % 64 for place in range(len(held))])
    assert segment.people == len(held)
    assert segment.ordinals.tolist() == list(range(100, 100 + len(held)))
    number = {segment.vocabulary.word(at): at for at in range(segment.vocabulary.size)}
    for place, values in enumerate(held):
        words, counts = segment.packed(np.array([place]))
        expected = packed_words(read_traits(values), (data_class + place) % 64, number.__getitem__)
        assert words.tolist() == expected
        assert counts.tolist() == [len(expected)]


@settings(max_examples=15)
@given(seeds, st.lists(st.integers(0, 59), min_size=1, max_size=9))
def test_several_people_come_one_after_the_other(seed: int, places: list[int]) -> None:
    """In the order asked, repeated where asked twice."""
    segment = index(make_file(seed).held)
    words, counts = segment.packed(np.array(places))
    each = [segment.packed(np.array([place]))[0] for place in places]
    assert words.tolist() == np.concatenate(each).tolist()
    assert counts.tolist() == [len(one) for one in each]


def test_a_segment_of_nobody() -> None:
    """Empty, and every key leads to nobody."""
    empty = build_segment([])
    assert empty.people == 0
    assert empty.vocabulary.size == 0
    assert empty.postings.lists(np.array([1, 2], dtype=np.uint64))[1].tolist() == [0, 0]


def test_people_without_any_trait_are_there_and_not_found() -> None:
    """A record that gives nothing searchable takes its place; no key leads to it."""
    segment = index([{}, {"name": ("Smith, John",)}, {"hair": ("brown",)}])
    assert segment.people == 3
    assert set(segment.postings.low.tolist()) == {1}


def test_its_size_is_that_of_its_arrays() -> None:
    """Nothing that is held is left out of the count."""
    segment = index(make_file(3).held)
    assert segment.nbytes == sum(len(one.tobytes()) for one in arrays(segment))
