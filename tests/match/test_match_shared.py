"""The tables of others as an independent check: never copied, only compared with."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from comity.match.names import canonical_token
from comity.match.phonetics import sound_codes
from comity.match.tokens import compare_tokens

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def pairs(name: str, one: str, other: str) -> list[tuple[str, str]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the repository; the check against others' tables did not run")
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            (canonical_token(row[one].upper()), canonical_token(row[other].upper()))
            for row in csv.DictReader(lines)
        ]


def test_published_spellings_of_one_person_meet() -> None:
    """Of 98 token pairs that a sanctions list gives for one person, most share a code, nearly all are alike."""
    found = pairs("names_transliteration_variants_ofac_2022.csv", "token_a", "token_b")
    meeting = sum(bool(set(sound_codes(one)) & set(sound_codes(other))) for one, other in found)
    alike = sum(one == other or compare_tokens(one, other) != "different" for one, other in found)
    assert meeting >= 0.85 * len(found)
    assert alike >= 0.95 * len(found)


def test_common_nicknames_of_a_public_list_are_known() -> None:
    """The familiar forms of frequent names in a public nickname list are forms of one name here too."""
    found = pairs("names_nicknames_carltonnorthern.csv", "name1", "name2")
    common = {"ROBERT", "WILLIAM", "JAMES", "MICHAEL", "RICHARD", "THOMAS", "ELIZABETH", "JENNIFER", "PATRICIA"}
    chosen = [(one, other) for one, other in found if one in common]
    alike = sum(one == other or compare_tokens(one, other) != "different" for one, other in chosen)
    assert len(chosen) > 50
    assert alike >= 0.7 * len(chosen)
