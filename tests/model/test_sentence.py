"""A sentence is a code and facts: made once, told in any language, and found again where it was kept without its code."""

from __future__ import annotations

import pytest

from comity.model.sentence import Said, Sentence, english, fill, read_back, say

ENGLISH = {
    "counted.days.one": "one day",
    "counted.days.other": "{n} days",
    "word.paper.none": "no paper",
    "late.days": "late by {days_said}, with {paper}",
    "late.why": "it was late: {why}",
    "late.entry": "entry {entry} is of {first} to {last}",
}
SPANISH = {
    "counted.days.one": "un día",
    "counted.days.other": "{n} días",
    "word.paper.none": "ningún documento",
    "late.days": "tarde por {days_said}, con {paper}",
    "late.why": "llegó tarde: {why}",
}


@pytest.mark.parametrize(
    ("days", "paper", "said", "told"),
    [
        (1, "none", "late by one day, with no paper", "tarde por un día, con ningún documento"),
        (2, "a warrant", "late by 2 days, with a warrant", "tarde por 2 días, con a warrant"),
    ],
)
def test_a_number_takes_its_noun_and_a_known_word_is_said(days: int, paper: str, said: str, told: str) -> None:
    """What is no word of the table stands as it is."""
    sentence = Sentence(code="late.days", facts={"days": days, "paper": paper})
    assert (english(ENGLISH, sentence), fill(SPANISH.get, sentence)) == (said, told)


def test_what_is_said_is_a_text_that_knows_its_sentence() -> None:
    """Also where a fact of it was said itself."""
    late = say(ENGLISH, "late.why", why=say(ENGLISH, "late.days", days=2, paper="none"))
    assert late == "it was late: late by 2 days, with no paper"
    assert isinstance(late, Said)
    assert type(str(late)) is str
    assert fill(SPANISH.get, late.sentence) == "llegó tarde: tarde por 2 días, con ningún documento"


@pytest.mark.parametrize(("code", "facts"), [("late.unknown", {}), ("late.days", {"paper": "none"})])
def test_nothing_is_said_in_part(code: str, facts: dict[str, int | str | Sentence]) -> None:
    """Neither a code that is unknown nor one whose facts are not all there."""
    with pytest.raises(KeyError):
        english(ENGLISH, Sentence(code=code, facts=facts))


def test_a_sentence_is_found_again_by_its_table() -> None:
    """With its facts, numbers as numbers; what no sentence of that part says is nothing."""
    kept = "entry 41 is of 2026-01-01 to 2026-01-31"
    found = read_back(ENGLISH, "late.", kept)
    assert found == Sentence(code="late.entry", facts={"entry": 41, "first": "2026-01-01", "last": "2026-01-31"})
    for days, said in ((1, "late by one day, with no paper"), (40, "late by 40 days, with no paper")):
        found = read_back(ENGLISH, "late.", said)
        assert found is not None
        assert fill(SPANISH.get, found).startswith("tarde por un día" if days == 1 else "tarde por 40 días")
    assert read_back(ENGLISH, "early.", kept) is None
    assert read_back(ENGLISH, "late.", kept + " and more\n") is None
    assert read_back(ENGLISH, "late.", "entry 007 is of 2026-01-01 to 2026-01-31") is None


def test_a_sentence_in_a_sentence_is_found_too_or_nothing_is() -> None:
    """Half a sentence that nobody knows is not told as one that somebody does."""
    table = {**ENGLISH, "late.because": "late: {because}"}
    found = read_back(table, "late.", "late: entry 1 is of a to b")
    inner = Sentence(code="late.entry", facts={"entry": 1, "first": "a", "last": "b"})
    assert found == Sentence(code="late.because", facts={"because": inner})
    assert read_back(table, "late.", "late: of something else") is None
