"""What a question looks for in a segment: words weighed, sounds gathered, keys bounded."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_files import ALL, WORDS, index, make_file, seeds, words

from comity.match.compare import Scale, prepare
from comity.match.hashes import text_hash
from comity.match.name_levels import NameJudge, Term
from comity.match.names import Name, asked_names, without_article
from comity.match.nearness import find_near
from comity.match.phonetics import skeleton
from comity.match.seek import MOST_CODES, MOST_CROSSED, MOST_WILD, Weighed, seek, sounds_of, wanted_keys
from comity.match.vocabulary import build_vocabulary
from comity.match.weights import load_weights
from comity.model.query import PersonSubject

VOCABULARY = build_vocabulary(sorted(set(WORDS)))
EVERY = np.arange(VOCABULARY.size)


@given(
    st.lists(st.tuples(st.sets(st.integers(0, 19)), st.integers(-9_000, 9_000)), max_size=40),
    st.integers(-9_000, 9_000),
)
def test_a_weight_is_only_ever_raised(steps: list[tuple[set[int], int]], different: int) -> None:
    """Each word ends with the highest weight it was given, and never had less than before."""
    weights, expected = Weighed(20, different), dict.fromkeys(range(20), different)
    everyone = np.arange(20)
    for numbers, weight in steps:
        before = weights.of(everyone)
        weights.raise_to(np.array(sorted(numbers), dtype=np.uint32), weight)
        expected |= {number: max(expected[number], weight) for number in numbers}
        assert np.all(weights.of(everyone) >= before)
    assert weights.of(everyone).tolist() == [expected[number] for number in range(20)]


@settings(max_examples=60)
@given(st.one_of(st.sampled_from(WORDS), words), st.one_of(st.sampled_from(WORDS), words))
@example("SMITH", "OH")  # of which O is a form, and as a given name an initial
def test_every_word_weighs_what_its_level_weighs(surname: str, given_name: str) -> None:
    """As a family and as a given name: near words as the two names compared would weigh, all others `different`.

    A name with an Arabic article is also looked for without it, and may then weigh more.
    """
    name, scale = Name((surname,), (given_name,), "", surname, given_name), Scale(load_weights())
    sought = seek(VOCABULARY, name, scale)
    near = {
        part: frozenset(find_near(VOCABULARY, asked).words) for part, asked in (("s", surname), ("g", given_name))
    }
    for number, family, first in zip(
        range(VOCABULARY.size), sought.surname.of(EVERY).tolist(), sought.given.of(EVERY).tolist(), strict=True
    ):
        word = VOCABULARY.word(number)
        held = Name((word,), (word,), "", word, word)
        one, other = NameJudge().surname_term(name, held), NameJudge().given_term(name, held)
        assert one is not None
        assert other is not None
        if other.level == "initial":
            assert first == scale.weigh(other)
        if word in near["s"] or one.level == "different":
            assert family == scale.weigh(one) or (without_article(surname) and family > scale.weigh(one))
        article = without_article(given_name) or without_article(word)
        if word in near["g"] or other.level in ("different", "initial"):
            assert first == scale.weigh(other) or (article and first > scale.weigh(other))


def test_an_initial_weighs_as_an_initial() -> None:
    """Asked or held as one letter: whatever begins with it; two equal letters are no more than that."""
    scale = Scale(load_weights())
    initial, other = (scale.weigh(Term("given", level)) for level in ("initial", "different"))
    listed = build_vocabulary(["J", "JANE", "JOHN", "K", "KIM"])
    for asked, expected in (("J", [initial] * 3 + [other] * 2), ("KEN", [other] * 3 + [initial, other])):
        weights = seek(listed, Name(("SMITH",), (asked,), "", "SMITH", asked), scale).given
        assert weights.of(np.arange(5)).tolist() == expected


def test_what_is_not_asked_weighs_nothing() -> None:
    """Without a given name no held one speaks for or against anybody."""
    sought = seek(VOCABULARY, Name(("SMITH",), (), "", "SMITH", ""), Scale(load_weights()))
    assert set(sought.given.of(EVERY).tolist()) == {0.0}
    assert sounds_of([sought]).given.tolist() == []


def test_a_beginning_weighs_as_one_and_gives_its_sounds() -> None:
    """A trailing star: every word that begins so, and no other."""
    subject = PersonSubject(family="MAR*", given="KAT*", birth_date="1984")
    scale = Scale(load_weights())
    sought = seek(VOCABULARY, asked_names(subject)[0], scale)
    for number, weight in enumerate(sought.surname.of(EVERY).tolist()):
        level = "prefix" if VOCABULARY.word(number).startswith("MAR") else "different"
        assert weight == scale.weigh(Term("surname", level))
    begun = {text_hash(skeleton(word)) for word in WORDS if word.startswith("KAT")}
    assert set(sounds_of([sought]).given.tolist()) == begun


@settings(max_examples=40)
@given(seeds)
def test_keys_are_sorted_once_each_and_bounded(seed: int) -> None:
    """However many words are near: no more sounds, and no more pairs of them, than the limits say."""
    made = make_file(seed)
    vocabulary = index(made.held).vocabulary
    for subject in made.asked:
        question, scale = prepare(subject, ALL), Scale(load_weights())
        sounds = [sounds_of([seek(vocabulary, name, scale)]) for name in question.names]
        keys = wanted_keys(question, sounds, scale)
        assert keys.tolist() == sorted(set(keys.tolist()))
        for one in sounds:
            assert len(one.surname) <= MOST_CODES
            assert len(one.given) <= MOST_CODES


def test_the_nearest_sounds_come_first() -> None:
    """Where many words are near, the word itself and its forms are asked for before what only looks alike."""
    crowded = sorted({f"MARTIN{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"} | {"MARTIN"})
    sought = seek(
        build_vocabulary(crowded), Name(("MARTIN",), ("MARTIN",), "", "MARTIN", "MARTIN"), Scale(load_weights())
    )
    sounds = sounds_of([sought])
    assert sounds.surname[0] == text_hash(skeleton("MARTIN"))
    question = prepare(PersonSubject(family="Martin", given="Martin"), frozenset({"name"}))
    most = 2 * MOST_WILD * MOST_CODES + MOST_CROSSED**2
    assert 0 < len(wanted_keys(question, [sounds], Scale(load_weights()))) <= most
