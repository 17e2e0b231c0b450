"""Records, decisions, answers and law texts: bounded, whole, and frozen."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import NounError
from comity.model.answer import Answer, Item, ReleasedField
from comity.model.base import LONGEST_TEXT, check_text, is_plain
from comity.model.canon import canonical_bytes, from_canonical, text_digest
from comity.model.codes import DataClass, Disposition, Level, PersonRole, Status
from comity.model.decision import FieldDecision, RecordDecision
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.record import (
    MOST_CONVICTIONS,
    MOST_FIELDS,
    MOST_PEOPLE,
    Conviction,
    FieldValue,
    PersonInRecord,
    Record,
    SubjectFacts,
)

DAY = date(2026, 11, 18)
NAME = FieldValue(name="name", value="Ortiz, Maria")


def person(key: str = "p1", *fields: FieldValue) -> PersonInRecord:
    return PersonInRecord(key=key, role=PersonRole.SUBJECT, fields=fields or (NAME,))


def record(**changes: object) -> Record:
    parts: dict[str, object] = {
        "id": "r1",
        "owner": "ca-sheriff",
        "data_class": DataClass.CASE,
        "reference": "C-1",
        "event_date": None,
        "as_of": DAY,
        "people": (person(),),
        "disposition": Disposition.UNKNOWN,
    }
    return Record(**(parts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ""}, "record id is empty"),
        ({"reference": "x" * 121}, "longer than 120"),
        ({"owner": "Sheriff"}, "not an id"),
        ({"people": (person(), person())}, "two people with one key"),
        ({"people": tuple(person(f"p{number}") for number in range(MOST_PEOPLE + 1))}, "it is a list"),
        ({"fields": (NAME,) * MOST_FIELDS}, "more than 400 values"),
    ],
)
def test_a_record_is_one_record(changes: dict[str, object], sentence: str) -> None:
    """A list of people, a value store without end, or a record without number is not built."""
    with pytest.raises(NounError, match=sentence):
        record(**changes)


def test_people_are_found_by_key_and_values_by_name() -> None:
    """Several values of one field keep their order; an unknown key is an error."""
    alias = FieldValue(name="alias", value="Mari Ortiz")
    other = FieldValue(name="alias", value="M. Ortiz")
    one = record(people=(person("p1", NAME, alias, other), person("p2")))
    assert one.get_person("p1").values("alias") == ("Mari Ortiz", "M. Ortiz")
    assert one.get_person("p2").values("alias") == ()
    with pytest.raises(NounError, match="no person `p3`"):
        one.get_person("p3")


@pytest.mark.parametrize(
    ("name", "value"), [("Shoe Size", "44"), ("name", ""), ("name", "a\x00"), ("name", "x" * 4_001)]
)
def test_a_field_has_a_plain_name_and_a_value(name: str, value: str) -> None:
    """An empty value is not stored; a name is lower-case words."""
    with pytest.raises(NounError):
        FieldValue(name=name, value=value)


def test_no_convictions_and_unknown_convictions_differ() -> None:
    """An empty list says there are none; None says the file is incomplete; beyond the bound it is refused."""
    assert SubjectFacts().convictions is None
    assert SubjectFacts(convictions=()).convictions == ()
    with pytest.raises(NounError, match="convictions"):
        SubjectFacts(convictions=(Conviction(),) * (MOST_CONVICTIONS + 1))


def test_nouns_are_frozen() -> None:
    """A noun is never changed; a changed copy is checked like a new one."""
    one = record()
    with pytest.raises(AttributeError):
        one.owner = "other"  # type: ignore[misc]
    with pytest.raises(NounError):
        msgspec.structs.replace(one, owner="Not An Id")


def test_a_record_comes_back_from_its_bytes() -> None:
    """Stored and read again it is the same record."""
    assert from_canonical(canonical_bytes(record()), Record) == record()


def test_the_level_of_a_field_counts_holds_as_nothing() -> None:
    """Held or not decided: nothing may leave."""
    decision = RecordDecision(
        fields=(
            FieldDecision(field="name", level=Level.FULL),
            FieldDecision(field="ssn", level=Level.FULL, held=True),
        )
    )
    assert decision.level_of("name") is Level.FULL
    assert decision.level_of("ssn") is Level.NOTHING
    assert decision.level_of("photo") is Level.NOTHING


@pytest.mark.parametrize(
    ("level", "values"), [(Level.NOTHING, ()), (Level.NOTHING, ("a",)), (Level.POINTER, ("a",))]
)
def test_nothing_is_not_released_and_a_pointer_has_no_value(level: Level, values: tuple[str, ...]) -> None:
    """A released field has a level and, below masked, no value."""
    with pytest.raises(NounError, match="cannot be released"):
        ReleasedField(field="name", level=level, values=values)


@pytest.mark.parametrize("probability", [-1, 1_000_001])
def test_a_probability_is_one(probability: int) -> None:
    """In parts per million, between none and all."""
    with pytest.raises(NounError, match="probability"):
        Item(
            item_id="0" * 32,
            data_class=DataClass.CASE,
            reference="",
            probability_ppm=probability,
            second_identifier=False,
            evidence=(),
            fields=(),
            withheld=(),
            labels=(),
            as_of=DAY,
        )


@pytest.mark.parametrize(("answered", "deadline"), [(-1, None), (0, 10**30), (10**30, None)])
def test_an_answers_times_can_be_shown(answered: int, deadline: int | None) -> None:
    """A time outside the calendar, from whatever peer, is no answer."""
    with pytest.raises(NounError, match="not a time"):
        Answer(
            query_id="0" * 32,
            number=1,
            owner="ca-sheriff",
            status=Status.HELD,
            reasons=(),
            items=(),
            answered_ms=answered,
            deadline_ms=deadline,
        )


def test_a_law_text_is_its_hash() -> None:
    """Text or table changed after signing: the value cannot be built."""
    tables = (("felonies.csv", "code\nPC211\n"),)
    law_hash = text_digest(whole_text("rule", tables))
    law = LawText(kind=LawKind.PACK, name="us-ca", version=1, text="rule", hash=law_hash, tables=tables)
    for changes in ({"text": "rules"}, {"tables": ()}, {"hash": "sha256:" + "0" * 64}):
        with pytest.raises(NounError, match="differs from its hash"):
            msgspec.structs.replace(law, **changes)


def test_bytes_that_are_not_unicode_are_no_noun() -> None:
    """Broken text is a fault of the noun, not of the reader."""
    for raw in (b'{"name":"\xed\xa0\x80"}', b"\xff", b'{"name":"\\ud800"}', b"[" * 100_000):
        with pytest.raises(NounError):
            from_canonical(raw, FieldValue)


@given(
    st.text(max_size=8)
    | st.sampled_from(["x" * LONGEST_TEXT, "x" * (LONGEST_TEXT + 1), "a\nb", "a\tb", " ", "\u00a0"])
)
def test_a_value_stands_where_its_text_may(text: str) -> None:
    """Whatever is passed without looking closely is what a close look passes; what is refused is refused each time."""
    for _ in range(2):
        try:
            check_text("a value", text)
        except NounError:
            with pytest.raises(NounError, match="field `name`"):
                FieldValue(name="name", value=text)
            assert not is_plain(text)
        else:
            assert FieldValue(name="name", value=text).value == text


def test_a_field_name_that_is_none_is_refused_each_time() -> None:
    """What is remembered of names is that they are names."""
    for _ in range(2):
        with pytest.raises(NounError, match="not an id"):
            FieldValue(name="Birth Date", value="1961-04-05")
