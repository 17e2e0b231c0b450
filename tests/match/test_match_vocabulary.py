"""The words of a segment: found by number, by beginning, and by what is near."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import WORDS, slips, words

from comity.match import vocabulary
from comity.match.names import without_article
from comity.match.phonetics import skeleton
from comity.match.variants import all_forms, are_variants
from comity.match.vocabulary import LONGEST_LISTED, Vocabulary, build_vocabulary, entries_of, wanted_of

LISTED = build_vocabulary(sorted(set(WORDS)))
several = st.sets(words, max_size=25).map(sorted)


def reached(listed: Vocabulary, asked: str) -> set[str]:
    return set(listed.words(listed.near([wanted_of(asked)])[0]))


@given(several)
def test_words_keep_their_letters_and_order(found: list[str]) -> None:
    """A word's number is its place among the sorted words, in any script."""
    listed = build_vocabulary(found)
    assert listed.size == len(found)
    assert [listed.word(number) for number in range(listed.size)] == found
    assert listed.words(listed.numbers_of(found)) == found


@pytest.mark.parametrize("most", [len(WORDS), 40])
def test_words_are_listed_as_each_alone_is(most: int) -> None:
    """Under the same entries, however many words of its length there are; with an article, without it as well."""
    listed = build_vocabulary(sorted({*WORDS[:most], "LL", "ALMASRI", "A" * (LONGEST_LISTED + 1)}))
    for number, word in enumerate(listed.words(np.arange(listed.size, dtype=np.uint32))):
        bare = without_article(word)
        expected = entries_of(word) | entries_of(bare) if bare else entries_of(word)
        assert listed.entries[listed.entry_words == number].tolist() == sorted(expected)


@given(st.data())
def test_every_word_a_letter_away_is_reached(data: st.DataObject) -> None:
    """Dropped, added, wrong, or exchanged with its neighbour: whichever of the two is asked."""
    word = data.draw(words)
    slipped = data.draw(slips(word))
    listed = build_vocabulary(sorted({word, *WORDS[:20]}))
    assert word in reached(listed, slipped)
    assert word in reached(listed, word)


@given(several, words)
def test_the_same_sound_and_the_same_name_are_reached(found: list[str], asked: str) -> None:
    """Whatever sounds like the asked word, or is a known form of it, with or without an Arabic article."""
    near = reached(build_vocabulary(found), asked)
    for word in found:
        bare = without_article(word)
        if skeleton(asked) in {skeleton(word), skeleton(bare) if bare else ""} or are_variants(asked, word):
            assert word in near
        if bare and (asked == bare or are_variants(asked, bare)):
            assert word in near


@given(st.sampled_from(WORDS))
def test_all_listed_forms_are_reached(asked: str) -> None:
    """Of the shipped forms, every one that a file holds."""
    forms = set(all_forms(asked))
    assert forms <= reached(build_vocabulary(sorted({*forms, *WORDS})), asked)


@given(st.text("ABEL", max_size=4), st.sets(st.text("ABEL", min_size=1, max_size=6), max_size=30).map(sorted))
def test_beginnings(prefix: str, found: list[str]) -> None:
    """The words that begin with a prefix, in order."""
    listed = build_vocabulary(found)
    assert listed.words(listed.beginning_with(prefix)) == [word for word in found if word.startswith(prefix)]


@given(st.lists(words, max_size=8))
def test_numbers_of_listed_words_only(asked: list[str]) -> None:
    """A word that is not there has no number, and does not disturb the others."""
    assert LISTED.words(LISTED.numbers_of(asked)) == [word for word in asked if word in set(WORDS)]


def test_an_empty_vocabulary_knows_nothing() -> None:
    """A file without names answers every way of asking with nothing."""
    empty = build_vocabulary([])
    assert empty.size == 0
    for found in (
        *empty.near([wanted_of("SMITH")]),
        empty.beginning_with("S"),
        empty.beginning_with(""),
        empty.numbers_of(["A"]),
    ):
        assert found.tolist() == []


def test_a_word_too_long_is_reached_by_itself_and_its_sound() -> None:
    """Words of more letters than are listed letter by letter are not lost."""
    long = "BARTHOLOMEW" * 3
    assert len(long) > LONGEST_LISTED
    listed = build_vocabulary(sorted([long, "SMITH"]))
    assert reached(listed, long) == {long}
    assert long in reached(listed, long + "E")


def test_work_for_one_word_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """No more words than the limit, however many are near."""
    monkeypatch.setattr(vocabulary, "MOST_NEAR", 3)
    listed = build_vocabulary(sorted(f"LE{letter}" for letter in "ABCDEFG"))
    assert len(listed.near([wanted_of("LE")])[0]) == len(listed.beginning_with("LE")) == 3
