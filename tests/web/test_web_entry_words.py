"""What lies behind an entry, in words: parts and codes in the reader's language, what was typed as it was typed."""

from __future__ import annotations

import msgspec
import pytest

from comity.web.oversight.entry_words import Reader
from comity.web.oversight.flat import MOST_LINES, flat
from comity.web.words import words_of

KEPT = {
    "query": {
        "asker": "wa-police",
        "purpose": "missing-person",
        "basis": {"instrument": "nothing"},
        "data_classes": ["case", "booking"],
        "subject": {"family": "nothing", "birth_date": "1990-01-02", "sex": ""},
        "asked_ms": 1_764_359_080_000,
    },
    "status": "nothing-releasable",
    "shown": [{"fields": ["name", "no-such-field"], "person_key": "p1"}],
    "released": 2,
    "refused": False,
}


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            {
                "question, asking agency": "Cascade City Police Department",
                "question, legal basis, paper": "Agreement alone",
                "question, kinds of record": "Cases, Bookings",
                "question, about whom, family name": "nothing",
                "question, about whom, birth date": "Jan 2, 1990",
                "question, asked at": "Nov 28, 2025, 11:44 a.m. PST",
                "shown, 1, fields": "name, no-such-field",
                "released": "2",
            },
        ),
        (
            "es",
            {
                "consulta, agencia que consulta": "Cascade City Police Department",
                "consulta, sobre quién, fecha de nacimiento": "2 de ene. de 1990",
                "mostrado, 1, persona del registro": "p1",
            },
        ),
    ],
)
def test_parts_and_codes_are_said_in_words(language: str, lines: dict[str, str]) -> None:
    """A code is one by where it stands: a family name that reads like a code stays a name."""
    reader = Reader(words_of(language), {"wa-police": "Cascade City Police Department"}, "America/Los_Angeles")
    found = dict(reader.line(one) for one in flat(msgspec.json.encode(KEPT).decode()))
    assert lines.items() <= found.items()
    assert not any("refused" in where or "sex" in where for where in found)


def test_a_text_without_end_is_cut() -> None:
    """Two thousand lines of one text, and no page of more."""
    long = msgspec.json.encode([{"n": n} for n in range(MOST_LINES + 5)]).decode()
    assert len(flat(long)) == MOST_LINES
