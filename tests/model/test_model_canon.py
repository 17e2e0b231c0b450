"""Canonical bytes: one value, one encoding."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import NounError
from comity.model.base import check_hash
from comity.model.canon import canonical_bytes, digest, from_canonical, normal, text_digest
from comity.model.codes import IdentifierKind
from comity.model.query import Identifier, PersonSubject

names = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=1, max_size=20).map(normal)


@given(family=names, given_name=names)
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


def test_a_digest_names_its_function_and_follows_the_content() -> None:
    """Equal content has one digest, other content another; text and values are hashed apart."""
    one = digest({"a": 1})
    assert one == digest({"a": 1}) != digest({"a": 2})
    assert check_hash(one) == one
    assert check_hash(text_digest("rule")) != text_digest("rules")


def test_normal_text_has_one_form() -> None:
    """Composed letters and single blanks, whatever came in."""
    assert normal("  Mun\u0303oz \t Ortiz\n") == "Mu\u00f1oz Ortiz"


@pytest.mark.parametrize("value", [0.5, {"a": [1, {"b": 0.5}]}, [1e3], {"e": "e.E", "n": [1, "2.5", None, 1.0]}])
def test_a_float_anywhere_inside_is_refused(value: object) -> None:
    """However deep it lies, and beside text that only looks like a number."""
    with pytest.raises(NounError, match="floating-point"):
        canonical_bytes(value)
    assert canonical_bytes({"text": "1.5e3", "list": [1, "2.5", {"deep": "e"}]})


TEXTS = st.sampled_from(["1.5", "a,2.5", 'x":3.5', "sha256:92e1", "[4e2", "-0.1"])
INTEGERS = st.recursive(
    st.integers(-(2**40), 2**40) | TEXTS | st.none() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@given(value=INTEGERS, number=st.floats(allow_nan=False, allow_infinity=False), name=TEXTS)
def test_texts_are_no_floats_and_floats_are_found_beside_them(value: object, number: float, name: str) -> None:
    """Whatever stands before or behind, and however it is written."""
    assert msgspec.json.decode(canonical_bytes(value)) == value
    for held in ([value, number], [number, value], {name: number, "z": value}, {"a": value, name: [number]}):
        with pytest.raises(NounError, match="floating-point"):
            canonical_bytes(held)


def test_nesting_without_end_is_refused() -> None:
    """Brackets that never close do not exhaust the reader."""
    with pytest.raises(NounError, match="nested too deeply"):
        from_canonical(b"[" * 100_000, list)
