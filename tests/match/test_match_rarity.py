"""Which words of a name are looked for alone: what the weights' table says few bear."""

from __future__ import annotations

import msgspec
import pytest

from comity.match.compare import Scale
from comity.match.names import Name, asked_names
from comity.match.rarity import MOST_BEARERS, rare_words
from comity.match.weights import load_weights
from comity.model.query import PersonSubject


def rare(family: str, given: str, population: int = 1_000_000) -> set[str]:
    """The rare words of an asked name in a file of so many people."""
    name: Name = asked_names(PersonSubject(family=family, given=given, birth_date="1984"))[0]
    return set(rare_words(name, Scale(msgspec.structs.replace(load_weights(), population=population))))


@pytest.mark.parametrize(
    ("family", "given", "expected"),
    [
        ("Smith", "Michael", set()),
        ("Smith", "Quillon", {"QUILLON"}),
        ("Zyskowski", "Michael", {"ZYSKOWSKI"}),
        ("Zyskowski", "M", {"ZYSKOWSKI"}),
        ("Smith", "Bo-Joo", {"BO", "JOO", "BOJOO"}),
        ("Smith", "Quillon J", {"QUILLON"}),
        ("Smith Zyskowski", "Michael", {"ZYSKOWSKI", "SMITHZYSKOWSKI"}),
        ("Zyskow*", "Michael", set()),
        ("Zyskowski", "Mich*", {"ZYSKOWSKI"}),
    ],
)
def test_rare_words_of_a_name(family: str, given: str, expected: set[str]) -> None:
    """Of either part, and joined; no initials; nothing of a part of which only a beginning is asked."""
    assert rare(family, given) == expected


def test_the_only_word_may_be_less_rare() -> None:
    """Beside an initial nothing else of the name leads to anybody, so ten times as many are read."""
    assert "MURRAY" not in rare("Murray", "Michael", population=5_000_000)
    assert "MURRAY" in rare("Murray", "M", population=5_000_000)
    assert "SMITH" not in rare("Smith", "M", population=5_000_000)


def test_the_only_part_is_looked_for_in_all_its_forms() -> None:
    """Doug of no known family is Douglas too; beside a family name the sounds of both lead there."""
    assert {"DOUG", "DOUGLAS"} <= rare("LNU", "Doug", population=50_000)
    assert {"DOUG", "DOUGLAS"} <= rare("LNU", "Doug H", population=50_000)
    assert "DOUGLAS" not in rare("Smith", "Doug", population=50_000)
    assert rare("LNU", "Doug", population=50_000_000) == set()


def test_what_is_rare_depends_on_how_many_people_there_are() -> None:
    """In a small file every word is; in a large one only those of few."""
    assert rare("Smith", "Michael", population=5_000) == {"SMITH", "MICHAEL"}
    assert rare("Smith", "Michael", population=100_000_000) == set()
    assert MOST_BEARERS < 1_000
