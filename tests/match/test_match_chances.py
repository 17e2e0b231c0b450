"""How often a stranger's name stands at a level: sums of shares, remembered for one question."""

from __future__ import annotations

import inspect

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_files import WORDS, words
from test_match_nearness import literal_level

from comity.match import chances
from comity.match.chances import Chances, Frequencies, shipped_frequencies
from comity.match.frequencies import given_shares, surname_shares
from comity.match.name_levels import NameJudge
from comity.match.nearness import ALIKE, is_near

shares = st.dictionaries(st.sampled_from(WORDS), st.floats(1e-6, 0.1), max_size=25)


@settings(max_examples=60)
@given(shares, shares, st.one_of(st.sampled_from(WORDS), words), st.sampled_from(("surname", "given")))
@example({"SIKORA": 0.1}, {}, "SHIRA", "surname")
def test_a_level_has_the_shares_of_all_names_at_it(
    surnames: dict[str, float], givens: dict[str, float], asked: str, part: str
) -> None:
    """Summed name by name over the names near it in the table of the part that is asked; nothing there, nothing."""
    table = surnames if part == "surname" else givens
    found = Chances(Frequencies(surnames, givens))
    for level in ALIKE:
        near = {name: share for name, share in table.items() if is_near(asked, name)}
        expected = sum(share for name, share in near.items() if literal_level(asked, name) == level)
        assert found.at_level(part, asked, level) == pytest.approx(expected)
    assert found.at_level(part, asked, "different") == 0.0


def test_an_empty_table_lists_nobody() -> None:
    """No share at any level: what is left is the u of the weights."""
    found = Chances(Frequencies({}, {}))
    assert [found.at_level(part, "SMITH", level) for part in ("surname", "given") for level in ALIKE] == [0.0] * 8


def test_the_shipped_table_is_the_census() -> None:
    """One object, the shares of the shipped lists, all their words in one vocabulary."""
    shipped = shipped_frequencies()
    assert shipped is shipped_frequencies()
    assert shipped.shares("surname") == surname_shares()
    assert shipped.share("given", "MARIA") == given_shares()["MARIA"]
    assert shipped.share("given", "QQQQ") == 0.0
    assert shipped.vocabulary() is shipped.vocabulary()
    assert shipped.vocabulary().size == len({*surname_shares(), *given_shares()})


def test_a_name_a_letter_from_many_says_less() -> None:
    """KIM has frequent neighbours, ZYSKOWSKI next to none."""
    found = Chances(shipped_frequencies())
    assert found.at_level("surname", "MARTINS", "close") > 100 * found.at_level("surname", "ZYSKOWSKI", "close")


def test_asked_names_are_remembered_for_one_question_only() -> None:
    """A second question knows nothing of the first, and no function here keeps what it was asked."""
    first, second = NameJudge(), NameJudge()
    first.chance("surname", "QUAXTERLY", "close")
    first.token_level("QUAXTERLY", "QUAXTERLEY")
    for remembered in (second._tokens, second._chances._known):
        assert remembered == {}
    cached = [
        name for name, one in vars(chances).items()
        if hasattr(one, "cache_info") and inspect.signature(one).parameters
    ]  # fmt: skip
    assert cached == []
