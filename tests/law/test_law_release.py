"""The cut: values leave at the decided level and no further; what stays is listed with its rule."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.law.release import MASKED_TEXT, mask, release_fields, values_of
from comity.model.codes import DataClass, Disposition, Level, PersonRole
from comity.model.decision import FieldDecision, Reason, RecordDecision
from comity.model.record import FieldValue, PersonInRecord, Record

LATER = Reason(rule="comity/DETAIL", title="later", citation="design", status="verified", effect="forbid")
FORBIDS = Reason(rule="us-xx/F-1", title="closed", citation="Act 1", status="verified", effect="forbid")
HOLDS = Reason(rule="us-xx/H-1", title="waits", citation="Act 2", status="unverified", effect="hold")
PERMITS = Reason(rule="agreement/G-1", title="open", citation="agreement", status="verified", effect="permit")


def person(key: str, role: PersonRole, **values: str) -> PersonInRecord:
    fields = tuple(FieldValue(name=name.replace("_", "-"), value=value) for name, value in values.items())
    return PersonInRecord(key=key, role=role, fields=fields)


SUSPECT = person("p1", PersonRole.SUSPECT, name="Ortiz, Maria", birth_date="1984-03-12", ssn="900-11-2222")
VICTIM = person("p2", PersonRole.VICTIM, name="Lindqvist, Ove", phone="5551234567")
RECORD = Record(
    id="r1",
    owner="ca-sheriff",
    data_class=DataClass.CASE,
    reference="C-1",
    event_date=None,
    as_of=date(2026, 1, 2),
    people=(SUSPECT, VICTIM),
    fields=(FieldValue(name="story", value="A door was forced."),),
    disposition=Disposition.PENDING,
)


def decide(field: str, level: Level, *reasons: Reason, held: bool = False) -> FieldDecision:
    return FieldDecision(field=field, level=level, held=held, reasons=reasons or (PERMITS,))


def cut(*fields: FieldDecision, shown: frozenset[str] | None = None) -> tuple[dict[str, object], dict[str, str]]:
    """Released values by field and the withholding rule by field."""
    released, withheld = release_fields(RECORD, SUSPECT, RecordDecision(fields=fields), shown, LATER)
    return {one.field: (one.level, one.values) for one in released}, {one.field: one.rule for one in withheld}


def test_each_level_leaves_as_much_as_it_says() -> None:
    """Full whole, masked cut, a pointer without a value, nothing with its rule."""
    released, withheld = cut(
        decide("name", Level.FULL),
        decide("birth-date", Level.MASKED),
        decide("ssn", Level.POINTER),
        decide("story", Level.NOTHING, PERMITS, FORBIDS),
    )
    assert released == {
        "name": (Level.FULL, ("Ortiz, Maria",)),
        "birth-date": (Level.MASKED, ("1984",)),
        "ssn": (Level.POINTER, ()),
    }
    assert withheld == {"story": "us-xx/F-1"}


def test_a_pointer_leaves_without_looking_whether_there_is_a_value() -> None:
    """A pointer says that the owner may be asked, whether or not this record has the field."""
    released, _ = cut(decide("passport", Level.POINTER))
    assert released == {"passport": (Level.POINTER, ())}


def test_a_full_field_without_a_value_is_neither_released_nor_withheld() -> None:
    """Nothing is said of an open field the record does not have."""
    assert cut(decide("passport", Level.FULL)) == ({}, {})


def test_a_held_field_is_withheld_with_the_rule_that_holds_it() -> None:
    """However wide the level under a hold, nothing leaves."""
    released, withheld = release_fields(
        RECORD, SUSPECT, RecordDecision(fields=(decide("name", Level.FULL, HOLDS, held=True),)), None, LATER
    )
    assert released == ()
    assert (withheld[0].rule, withheld[0].held, withheld[0].status) == ("us-xx/H-1", True, "unverified")


def test_the_step_narrows_what_the_law_opened() -> None:
    """A field this step does not show waits with the step's own reason; the law's forbid comes first."""
    released, withheld = cut(
        decide("name", Level.FULL),
        decide("story", Level.FULL),
        decide("ssn", Level.NOTHING, FORBIDS),
        shown=frozenset({"name", "ssn"}),
    )
    assert set(released) == {"name"}
    assert withheld == {"story": "comity/DETAIL", "ssn": "us-xx/F-1"}


def test_withheld_fields_are_listed_whether_or_not_there_is_a_value() -> None:
    """The list of what is withheld tells nothing about the record."""
    closed = (decide("ssn", Level.NOTHING, FORBIDS), decide("passport", Level.NOTHING, FORBIDS))
    _, withheld = cut(*closed)
    assert withheld == {"ssn": "us-xx/F-1", "passport": "us-xx/F-1"}


def test_a_withheld_field_names_the_paper_that_lifts_its_rule() -> None:
    """What would help against the law goes with the field, a step of the exchange or a person's decision does not."""
    lifted = replace(FORBIDS, remedy="a court order")
    no_agreement = replace(FORBIDS, rule="comity/NO-AGREEMENT", effect="refuse", remedy="an agreement")
    fields = (
        decide("ssn", Level.NOTHING, PERMITS, lifted),
        decide("passport", Level.NOTHING, FORBIDS),
        decide("phone", Level.NOTHING, no_agreement),
        decide("email", Level.FULL, replace(HOLDS, remedy="a court order"), held=True),
        decide("story", Level.FULL),
    )
    step = replace(LATER, remedy="request the detail of this item")
    _, withheld = release_fields(RECORD, SUSPECT, RecordDecision(fields=fields), frozenset(), step)
    assert {one.field: one.would_help for one in withheld} == {
        "ssn": "a court order", "passport": "", "phone": "", "email": "", "story": "",
    }  # fmt: skip


def test_third_parties_are_named_only_under_their_own_field() -> None:
    """Other people of the record appear with role and name when `third-party` is decided, never otherwise."""
    assert values_of(RECORD, SUSPECT, "third-party") == ("victim: Lindqvist, Ove",)
    assert values_of(RECORD, VICTIM, "third-party") == ("suspect: Ortiz, Maria",)
    assert values_of(RECORD, SUSPECT, "name") == ("Ortiz, Maria",)
    assert values_of(RECORD, SUSPECT, "phone") == ()
    assert values_of(RECORD, SUSPECT, "story") == ("A door was forced.",)


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ("1984-03-12", "1984"),
        ("1984-03", "1984"),
        ("900-11-2222", "****2222"),
        ("WDL1234567", "****4567"),
        ("12345", MASKED_TEXT),
        ("1234567", MASKED_TEXT),
        ("12345678", "****5678"),
        ("Ortiz", MASKED_TEXT),
        ("12 Elm Street", MASKED_TEXT),
        ("A door was forced.", MASKED_TEXT),
        ("", MASKED_TEXT),
    ],
)
def test_masks(value: str, masked: str) -> None:
    """A date keeps its year, a number of at least eight characters its last four, everything else nothing."""
    assert mask("any", value) == masked


@given(value=st.text(max_size=40))
def test_a_mask_never_shows_more_than_half(value: str) -> None:
    """Whatever the text, at most a year or four characters of it remain, and never the value itself."""
    shown = mask("any", value)
    if shown != MASKED_TEXT:
        assert shown.isdigit() or (shown.startswith("****") and len(shown) == 8)
        assert len(value) >= 7
    assert shown != value or value == MASKED_TEXT
