"""Canonical bytes: one value, one encoding."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import NounError
from comity.model.canon import canonical_bytes, from_canonical, normal
from comity.model.codes import IdentifierKind
from comity.model.query import Identifier, PersonSubject

names = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=1, max_size=20).map(normal)


@given(family=names, given_name=names)
@settings(deadline=None)
def test_what_is_written_is_read_back_equal(family: str, given_name: str) -> None:
    """Canonical bytes decode to the same noun."""
    subject = PersonSubject(family=family, given=given_name, birth_date="1984-03")
    assert from_canonical(canonical_bytes(subject), PersonSubject) == subject


@pytest.mark.parametrize(
    "raw",
    [
        b'{"type":"person", "family":"Ortiz"}',
        b'{"family":"Ortiz","type":"person"}',
        b'{"type":"person","family":"Ortiz","colour":"red"}',
        b'{"type":"person","family":"Ortiz"}',
        b"[]",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_other_encodings_are_refused(raw: bytes) -> None:
    """Another order, a blank, an unknown field, a left-out default: none of them is the signed form."""
    with pytest.raises(NounError):
        from_canonical(raw, PersonSubject)


def test_floats_and_loose_unicode_cannot_be_signed() -> None:
    """A float or text outside NFC has no canonical bytes."""
    with pytest.raises(NounError):
        canonical_bytes({"probability": 0.5})
    with pytest.raises(NounError):
        canonical_bytes({"name": "n\u0303"})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"family": "***"}, "letters"),
        ({"family": "Or*", "birth_date": "1984"}, "fewer than three"),
        ({"family": "Orti*"}, "wildcard needs a birth date"),
        ({"family": "O*tiz", "birth_date": "1984"}, "trailing"),
        ({"family": "Ortiz", "birth_date": "1984-13"}, "not a day"),
        ({"family": "Ortiz", "birth_date": "12/03/1984"}, "not a birth date"),
        ({"family": "Ortiz, Lopez"}, "one person at a time"),
        ({"family": ""}, "empty"),
        (
            {
                "family": "Ortiz",
                "identifiers": (
                    Identifier(kind=IdentifierKind.SSN, value="900-11-2222"),
                    Identifier(kind=IdentifierKind.SSN, value="900-11-3333"),
                ),
            },
            "two identifiers of one kind",
        ),
    ],
)
def test_a_subject_is_one_findable_person(fields: dict[str, object], sentence: str) -> None:
    """Wildcards alone, impossible dates and hidden second people are refused with one clear sentence."""
    with pytest.raises(NounError, match=sentence):
        PersonSubject(**fields)  # type: ignore[arg-type]
