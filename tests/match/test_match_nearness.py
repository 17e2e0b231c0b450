"""Many words against one say exactly what one pair says."""

from __future__ import annotations

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_files import WORDS, slips, words

from comity.match.name_levels import NameJudge
from comity.match.names import Name, without_article
from comity.match.nearness import ALIKE, find_exact, find_near, is_near, levels_of
from comity.match.phonetics import skeleton
from comity.match.tokens import compare_tokens
from comity.match.variants import are_variants
from comity.match.vocabulary import build_vocabulary


def literal_level(one: str, other: str) -> str:
    """The level of two words by `compare_tokens`, and the rule of the Arabic article, word by word."""
    if one == other:
        return "exact"
    bare_one, bare_other = without_article(one), without_article(other)
    if bare_one or bare_other:
        first, second = bare_one or one, bare_other or other
        if first == second or are_variants(first, second):
            return "variant"
    return compare_tokens(one, other)


def levels_at_once(asked: str, found: list[str]) -> list[str]:
    same = np.array([skeleton(word) == skeleton(asked) for word in found], dtype=bool)
    return [(*ALIKE, "different")[level] for level in levels_of(asked, found, same).tolist()]


@st.composite
def slipped_words(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A word; itself, its slips and their slips, its forms with an article, and strangers."""
    asked = draw(words)
    found = [asked, f"AL{asked}", f"EL{asked}"]
    for _ in range(draw(st.integers(1, 8))):
        found.append(draw(slips(found[draw(st.integers(0, len(found) - 1))])))
    return draw(st.sampled_from(found)), [*found, *draw(st.lists(words, max_size=8))]


@settings(max_examples=300)
@given(slipped_words())
@example(
    ("AALCCACCCCCCAAA", ["ABLCCBCCCCCCAAA"])
)  # on the very threshold, where half the digits of a number are too few
def test_levels_of_many_words_are_those_of_each_pair(drawn: tuple[str, list[str]]) -> None:
    """Whatever the slips: the array and the pair never differ."""
    asked, found = drawn
    assert levels_at_once(asked, found) == [literal_level(asked, word) for word in found]


def test_levels_of_the_shipped_names_are_those_of_each_pair() -> None:
    """Names as they are, all against all."""
    for asked in WORDS[::9]:
        assert levels_at_once(asked, list(WORDS)) == [literal_level(asked, word) for word in WORDS]


@settings(max_examples=40)
@given(slipped_words())
def test_family_names_compare_at_the_same_level(drawn: tuple[str, list[str]]) -> None:
    """What the index takes for near is what the comparison of two names shows."""
    asked, found = drawn
    judge = NameJudge()
    one = Name((asked,), (), "", asked, "")
    terms = [judge.surname_term(one, Name((word,), (), "", word, "")) for word in found]
    assert levels_at_once(asked, found) == [term.level for term in terms if term is not None]


@settings(max_examples=100)
@given(st.data())
def test_near_words_are_those_that_are_not_different(data: st.DataObject) -> None:
    """Nothing different is found; what is a letter away, a form or of the same sound is found with its level."""
    word = data.draw(words)
    asked = data.draw(st.one_of(st.just(word), slips(word)))
    listed = build_vocabulary(sorted({word, f"AL{word}", *WORDS[:60], *WORDS[-34:]}))
    near = find_near(listed, asked)
    assert near.words == tuple(listed.words(near.numbers))
    assert near.numbers.tolist() == sorted(set(near.numbers.tolist()))
    assert near.levels == tuple(literal_level(asked, one) for one in near.words)
    assert set(near.levels) <= set(ALIKE)
    assert (word in near.words) == is_near(asked, word) == (literal_level(asked, word) != "different")


@settings(max_examples=300)
@given(slipped_words())
def test_a_pair_is_near_where_a_vocabulary_says_so(drawn: tuple[str, list[str]]) -> None:
    """One word against one is what a vocabulary of this word alone would find."""
    asked, found = drawn
    for word in found:
        assert is_near(asked, word) == bool(find_near(build_vocabulary([word]), asked).words)


def test_a_word_taken_as_it_is_finds_itself_alone() -> None:
    """Listed, it is exact; not listed, nobody is found, however near others are."""
    listed = build_vocabulary(["MARTHA", "MARTIN"])
    found = find_exact(listed, "MARTHA")
    assert (found.numbers.tolist(), found.words, found.levels) == ([0], ("MARTHA",), ("exact",))
    assert find_exact(listed, "MARTINA").words == ()


def test_nothing_is_near_in_nothing() -> None:
    """No words, no levels; an empty vocabulary, nobody near."""
    assert levels_of("SMITH", [], np.empty(0, dtype=bool)).tolist() == []
    assert find_near(build_vocabulary([]), "SMITH").words == ()
