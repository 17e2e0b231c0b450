"""Values of fields as pages say them: codes of known lists with their words, anything else as its owner wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import comity.web
from comity.formats.incident import _VEHICLE_WORDS
from comity.formats.niem_person import _DESCRIPTIONS
from comity.model.codes import Disposition, Sex
from comity.web.value_words import GROUPS, value_said
from comity.web.words import LANGUAGES, words_of

LOOP = re.compile(r"""in (?:one|conflict)\["values"\]|in one\.before|in holder\.fields""")


@pytest.mark.parametrize(
    ("field", "value", "english", "spanish"),
    [
        ("sex", "F", "female (F)", "femenino (F)"),
        ("outcome", "convicted", "convicted", "condenado (convicted)"),
        ("outcome", "not-filed", "no charge filed (not-filed)", "sin cargos presentados (not-filed)"),
        ("outcome", "charge 1: convicted", "charge 1: convicted", "charge 1: convicted"),
        ("description", "eyes BRO", "brown eyes (BRO)", "ojos cafés (BRO)"),
        ("description", "eyes brown", "eyes brown", "eyes brown"),
        ("description", "race W", "White (W)", "blanco (W)"),
        ("vehicle", "2011, colour code BLK/WHI, make FORD", "2011, black (BLK)/white (WHI), make FORD",
         "2011, negro (BLK)/blanco (WHI), make FORD"),
        ("vehicle", "colour code BLK/QQQ", "colour code BLK/QQQ", "colour code BLK/QQQ"),
        ("description", "a scar, hair RED above it", "a scar, hair RED above it", "a scar, hair RED above it"),
        ("birth-date", "1984-03-04", "Mar 4, 1984", "4 de mar. de 1984"),
        ("other-id", "F", "F", "F"),
        ("story", "sex.F", "sex.F", "sex.F"),
    ],
)  # fmt: skip
def test_a_code_of_a_known_list_has_its_word_and_nothing_else_changes(
    field: str, value: str, english: str, spanish: str
) -> None:
    """The code stays beside the word; a text that only looks like one is its owner's own."""
    assert value_said(words_of("en"), field, value) == english
    assert value_said(words_of("es"), field, value) == spanish


def test_every_code_that_an_owner_may_record_has_a_word() -> None:
    """In both languages; and the groups are words that readers of documents write before a code."""
    for language in LANGUAGES:
        words = words_of(language)
        assert all(words.has(f"value.sex.{one.value}") for one in Sex)
        assert all(words.has(f"value.outcome.{one.value}") for one in Disposition)
    assert set(GROUPS) <= {word for word, _ in (*_DESCRIPTIONS, *_VEHICLE_WORDS)}


def test_no_page_writes_a_value_of_a_record_beside_this_way() -> None:
    """Whatever loops over values of a field says each by its field."""
    templates = Path(comity.web.__file__).parent / "templates"
    lines = [line for path in templates.rglob("*.html") for line in path.read_text(encoding="utf-8").splitlines()]
    loops = [line for line in lines if LOOP.search(line)]
    assert len(loops) >= 5
    assert [line for line in loops if "value_said(" not in line] == []
    assert [line for line in lines if re.search(r"\[.values.\]\s*\|", line)] == []
