"""The question: one subject, one purpose, one member; subjects, papers and every field checked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import NounError
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass, IdentifierKind, Instrument, Issuer, Level, Purpose, Step
from comity.model.outcome import MOST_SOURCES, AskRequest
from comity.model.query import (
    AddressSubject,
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    LegalBasis,
    PersonSubject,
    PhoneSubject,
    PlateSubject,
    Query,
    VehicleSubject,
    check_partial_date,
)

NOTHING = LegalBasis(instrument=Instrument.NOTHING)
PARTS: dict[str, object] = {
    "id": "0" * 32,
    "step": Step.DIGEST,
    "asker": "wa-police",
    "asker_ori": "WA0179900",
    "member": "wa-police-detective",
    "owner": "ca-sheriff",
    "beneficiary": "wa-police",
    "purpose": Purpose.CRIMINAL_INVESTIGATION,
    "basis": NOTHING,
    "case_number": "CC-1",
    "data_classes": (DataClass.CASE,),
    "subject": PersonSubject(family="Ortiz"),
    "asked_ms": 1,
    "pair": "0" * 64,
}
REQUEST: dict[str, object] = {
    name: PARTS[name]
    for name in ("asker", "member", "beneficiary", "purpose", "basis", "case_number", "data_classes", "subject")
}


def query(**changes: object) -> Query:
    return Query(**(PARTS | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "0" * 31}, "query id"),
        ({"pair": "0" * 63}, "pairing value"),
        ({"asker_ori": "WA"}, "not an ORI"),
        ({"beneficiary": "Nobody"}, "not an id"),
        ({"case_number": ""}, "case number is empty"),
        ({"case_number": "x" * 65}, "longer than 64"),
        ({"data_classes": ()}, "no data class"),
        ({"data_classes": (DataClass.CASE, DataClass.CASE)}, "named twice"),
        ({"step": Step.DETAIL}, "names an item"),
        ({"item_id": "a"}, "names an item"),
        ({"note": "x" * 501}, "longer than 500"),
        ({"identified_by": "\x07"}, "control character"),
        ({"dppa_use": "x" * 17}, "longer than 16"),
        ({"asked_ms": -1}, "not a time"),
    ],
)
def test_a_query_is_accountable_or_is_not_built(changes: dict[str, object], sentence: str) -> None:
    """Each part that makes a question accountable is checked when it is built."""
    with pytest.raises(NounError, match=sentence):
        query(**changes)


@pytest.mark.parametrize("left_out", sorted(PARTS))
def test_no_part_of_a_query_is_optional(left_out: str) -> None:
    """Without any one of its parts the bytes are no query."""
    decoded = msgspec.json.decode(canonical_bytes(query()))
    del decoded[left_out]
    with pytest.raises(NounError, match=left_out):
        from_canonical(msgspec.json.encode(decoded), Query)


def test_an_unknown_field_is_refused_everywhere() -> None:
    """In the query itself, its basis and its subject."""
    for path in ((), ("basis",), ("subject",)):
        decoded = msgspec.json.decode(canonical_bytes(query()))
        place = decoded
        for step in path:
            place = place[step]
        place["colour"] = "red"
        with pytest.raises(NounError, match="unknown field `colour`"):
            from_canonical(msgspec.json.encode(decoded), Query)


SUBJECTS = (
    PersonSubject(family="Ortiz", given="Maria", birth_date="1984-03-12", sex="F"),  # type: ignore[arg-type]
    IdentifierSubject(identifier=Identifier(kind=IdentifierKind.SSN, value="900-11-2222")),
    PlateSubject(plate="ABC1234", state="WA"),
    VehicleSubject(vin="1HGCM82633A004352"),
    FirearmSubject(serial="KX20771", make="Sturm"),
    PhoneSubject(number="+15551234567"),
    AddressSubject(address="12 Elm Street"),
)


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: type(subject).__name__)
def test_every_kind_of_subject_has_its_own_tag_and_comes_back(subject: object) -> None:
    """One subject, named by its kind; decoding gives the very same."""
    sent = query(subject=msgspec.convert(msgspec.to_builtins(subject), type(subject)))
    assert from_canonical(canonical_bytes(sent), Query) == sent


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: PlateSubject(plate="A", state="WA"), "2 to 8"),
        (lambda: PlateSubject(plate="ABC*", state="WA"), "without wildcards"),
        (lambda: PlateSubject(plate="ABC1234", state="W"), "two-letter state"),
        (lambda: VehicleSubject(vin="1HGCM82633A00435"), "17"),
        (lambda: VehicleSubject(vin="IHGCM82633A004352"), "without I"),
        (lambda: FirearmSubject(serial="KX*", make="Sturm"), "without wildcards"),
        (lambda: FirearmSubject(serial="", make="Sturm"), "firearm serial is empty"),
        (lambda: PhoneSubject(number="555-1234"), "7 to 15 digits"),
        (lambda: AddressSubject(address=""), "address is empty"),
        (lambda: Identifier(kind=IdentifierKind.SSN, value="9*0-11-2222"), "hyphens only"),
        (lambda: Identifier(kind=IdentifierKind.SSN, value="9-1-2"), "at least four"),
        (lambda: Identifier(kind=IdentifierKind.SSN, value="x" * 65), "longer"),
    ],
)
def test_objects_and_numbers_are_whole(build: Callable[[], object], sentence: str) -> None:
    """No partial plate, no wildcard in a number, no list in an identifier."""
    with pytest.raises(NounError, match=sentence):
        build()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"given": "Maria; Jose"}, "one person at a time"),
        ({"given": "Maria\nJose"}, "one person at a time"),
        ({"middle": "Ana, Eva"}, "one person at a time"),
        ({"given": "x" * 121}, "longer than 120"),
        ({"suffix": "x" * 121}, "longer than 120"),
        ({"other_names": ("x" * 121,)}, "longer than 120"),
        ({"other_names": ("A",) * 5}, "too many"),
        ({"address": "x" * 201}, "longer than 200"),
        ({"given": "Ma*"}, "fewer than three"),
        ({"other_names": ("Orti*",)}, "needs a birth date"),
        ({"family": "Ort%", "birth_date": "1984"}, "trailing"),
        ({"birth_date": "1849"}, "plausible"),
        ({"birth_date": "2151-01"}, "plausible"),
    ],
)
def test_a_person_is_one_person(changes: dict[str, object], sentence: str) -> None:
    """No list hidden in a name part, no part without end, no date outside a life."""
    with pytest.raises(NounError, match=sentence):
        PersonSubject(**({"family": "Ortiz"} | changes))  # type: ignore[arg-type]


def test_a_trailing_wildcard_with_a_birth_date_or_number_is_allowed() -> None:
    """After three letters, beside something that identifies."""
    number = Identifier(kind=IdentifierKind.STATE_ID, value="WA123456")
    assert PersonSubject(family="Ort*", birth_date="1984")
    assert PersonSubject(family="Ort*", identifiers=(number,))


@given(text=st.text(alphabet="0123456789-", max_size=11))
def test_a_partial_date_is_a_day_month_or_year_that_exists(text: str) -> None:
    """Whatever is accepted is a calendar day, month or year of a plausible life."""
    try:
        check_partial_date(text)
    except NounError:
        return
    year, month, day = ([int(part) for part in text.split("-")] + [1, 1])[:3]
    assert 1850 <= date(year, month, day).year <= 2150


@pytest.mark.parametrize("text", ["1984-02-30", "1984-13", "0000", "1984-3-2", "84", "1984-00"])
def test_what_is_no_date_is_told_with_its_form(text: str) -> None:
    """The sentence names the forms that are accepted."""
    with pytest.raises(NounError, match=r"YYYY-MM-DD|plausible"):
        check_partial_date(text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"document": "abc"}, "not a hash"),
        ({"issuer": Issuer.STATE_JUDGE}, "no document and no issuer"),
        ({"document": "sha256:" + "0" * 64}, "no document and no issuer"),
        ({"portion": "x" * 501}, "longer than 500"),
        ({"activity": "\x00"}, "control"),
    ],
)
def test_a_paper_is_a_paper_or_nothing(changes: dict[str, object], sentence: str) -> None:
    """`nothing` has neither document nor issuer; a document is named by its hash."""
    with pytest.raises(NounError, match=sentence):
        LegalBasis(**({"instrument": Instrument.NOTHING} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"wait_ms": 0}, "the wait is between"),
        ({"wait_ms": 30_001}, "the wait is between"),
        ({"sources": ("a", "a")}, "each once"),
        ({"sources": tuple(f"a-{number}" for number in range(MOST_SOURCES + 1))}, "at most"),
        ({"data_classes": ()}, "no data class"),
        ({"case_number": " "}, "empty"),
        ({"sources": ("Not An Id",)}, "not an id"),
    ],
)
def test_a_request_is_bounded(changes: dict[str, object], sentence: str) -> None:
    """Waits, sources and classes have limits; each fault has its sentence."""
    assert AskRequest(**REQUEST)  # type: ignore[arg-type]
    with pytest.raises(NounError, match=sentence):
        AskRequest(**(REQUEST | changes))  # type: ignore[arg-type]


def test_levels_have_words_in_order() -> None:
    """From nothing to full, each one word."""
    assert [level.word for level in sorted(Level)] == ["nothing", "pointer", "masked", "full"]
