"""Correcting a record: found by what it says now, one entry, who was told, and what custodians declared of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from duty_stage import COUNSEL, CUSTODIAN, OFFICER, OWNER, WAITING, Desk, always_older, make_desk
from msgspec.structs import replace
from person_stage import BORN, RECORDS, merge, overrule, split, together
from person_stage import booking as booking_of
from record_stage import WHOLE, asked, booking, entry
from region_stage import make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.errors import DutyChangedError, NounError, RecordChangedError, RecordFileError, WrongUseError
from comity.exchange.person.person_acts import history
from comity.exchange.records.correct import correct_record
from comity.exchange.records.corrected_record import corrected_record, public_no_more
from comity.ledger.append import append_entry
from comity.match.compare import Scale, prepare
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import load_weights
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass
from comity.model.correction import Corrected, Correction, FieldChanged, GivenField
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.person_act import ActKind
from comity.model.query import PersonSubject

WHY = "the booking desk misread it"
NEW = "1961-07-08"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    staged = make_desk(tmp_path, records=RECORDS)
    yield staged
    staged.federation.close()


def correct(
    desk: Desk, record_id: str, name: str, *values: str, person: str = "p", trial: bool = False
) -> Corrected:
    field = GivenField(person=person, name=name, values=values)
    return correct_record(
        desk.world, CUSTODIAN, Correction(record_id=record_id, reason=WHY, fields=(field,)), trial=trial
    )


def found(desk: Desk, birth_date: str, family: str = "Marsh", given: str = "Rosa") -> set[str]:
    """Ids of the bookings whose own birth date a look-up by this one leads to."""
    subject = PersonSubject(family=family, given=given, birth_date=birth_date)
    records, classes = desk.world.records, (DataClass.BOOKING,)
    numbers = records.find(
        OWNER, prepare(subject, frozenset({"birth-date"})), classes, 100, Scale(load_weights())
    ).numbers
    return {record.id for record, _ in records.people(OWNER, numbers)}


def test_a_record_is_found_by_what_it_says_now_and_no_more_by_what_it_said(desk: Desk) -> None:
    """The old birth date finds everybody else, the new one this record, as soon as the command is done."""
    before = found(desk, BORN)
    assert "a" in before
    assert found(desk, NEW) == set()
    done = correct(desk, "a", "birth-date", NEW)
    assert done.changed == (FieldChanged(person="p", field="birth-date"),)
    assert found(desk, BORN) == before - {"a"}
    assert found(desk, NEW) == {"a"}
    assert desk.world.records.check_index(OWNER, lambda _: None).faults == ()
    desk.reopen()
    assert found(desk, NEW) == {"a"}


def test_a_correction_is_one_entry_without_a_particular(desk: Desk) -> None:
    """The public part holds counts; who, why and where stand in the record of the entry, values nowhere."""
    done = correct(desk, "a", "birth-date", NEW)
    assert desk.kinds() == [EntryKind.RECORD_CORRECTED]
    assert done.entry == 0
    content, record = desk.world.journal.content(0) or b"", desk.world.journal.record(0) or b""
    for word in (b"birth-date", b'"a"', WHY.encode()):
        assert word not in content
        assert word in record or word == b"birth-date"
    assert b"p.birth-date" in record
    for value in (BORN.encode(), NEW.encode()):
        assert value not in content + record


def test_what_is_said_already_changes_nothing(desk: Desk) -> None:
    """No entry, no release, and the day the owner last touched the record stays."""
    before = desk.world.records.get(OWNER, "a")
    assert correct(desk, "a", "birth-date", BORN).entry is None
    assert (desk.kinds(), desk.world.records.get(OWNER, "a")) == ([], before)


def test_a_field_without_a_key_is_that_of_its_one_bearer(desk: Desk) -> None:
    """The old value is gone and not joined by another beside it; what may be of several people is of nobody."""
    assert correct(desk, "a", "birth-date", NEW, person="").changed == (
        FieldChanged(person="p", field="birth-date"),
    )
    stored = desk.world.records.get(OWNER, "a")
    assert stored is not None
    assert BORN.encode() not in canonical_bytes(stored)
    two = replace(stored, people=(*stored.people, replace(stored.people[0], key="q", fields=())))
    given = GivenField(person="", name="ssn", values=("520054367",))
    correction = Correction(record_id="a", reason=WHY, fields=(given,))
    with pytest.raises(WrongUseError, match=r"may be of several people of record `a`; write `p.ssn`, `q.ssn`"):
        corrected_record(two, correction, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("birth-date", "1978-13-99", "`1978-13-99` is no birth date; write it as 1984-03-12"),
        ("birth-date", "next May", "`next May` is no birth date; write it as 1984-03-12"),
        ("birth-date", "04/20/1987", "`04/20/1987` is no birth date; write it as 1984-03-12"),
        ("birth-date", "2096-04-19", "a birth date is after today"),
        ("sex", "banana", "`banana` is no sex that is recorded; write F, M or X"),
        ("name", "Rosa Marsh", "a name has no comma; write it as `Family, Given`"),
        ("booking-date", "yesterday", "`yesterday` is no date; write it as 2024-03-12"),
    ],
)
def test_what_cannot_stand_in_a_field_is_refused(desk: Desk, name: str, value: str, told: str) -> None:
    """With the way to write it, in a trial too, beside a value that can stand there too; the record stands."""
    before = desk.world.records.get(OWNER, "a")
    assert before is not None
    person = "" if name == "booking-date" else "p"
    good = {"birth-date": NEW, "sex": "X", "name": "Marsh, Ro", "booking-date": "2024-03-12"}[name]
    for trial in (True, False):
        for values in ((value,), (good, value)):
            with pytest.raises(WrongUseError, match=re.escape(told)):
                correct(desk, "a", name, *values, person=person, trial=trial)
    assert (desk.kinds(), desk.world.records.get(OWNER, "a")) == ([], before)


def test_a_fault_that_stands_there_keeps_no_other_value_from_being_put_right(desk: Desk) -> None:
    """Only what is new is asked about; and the fault itself is put right, or taken out."""
    before = desk.world.records.get(OWNER, "a")
    assert before is not None
    person = before.people[0]
    faulty = tuple(replace(one, value="Rosa Marsh") if one.name == "name" else one for one in person.fields)
    desk.world.records.correct([replace(before, people=(replace(person, fields=faulty),))])
    assert correct(desk, "a", "birth-date", NEW).changed
    assert correct(desk, "a", "name", "Rosa Marsh", "Marsh, Rosa").changed
    assert correct(desk, "a", "name", "Marsh, Rosa").changed
    assert correct(desk, "a", "name").changed


def test_a_file_is_held_to_the_same(desk: Desk) -> None:
    """A document read anew brings no birth date of the future either; its name is as its source has it."""
    wrong = Correction(record_id="a", reason=WHY, whole=booking_of("a", birth_date="2096-04-19"))
    with pytest.raises(WrongUseError, match="a birth date is after today"):
        correct_record(desk.world, CUSTODIAN, wrong)
    person = booking_of("a").people[0]
    full = tuple(replace(one, value="Rosa Marsh") if one.name == "name" else one for one in person.fields)
    as_written = replace(booking_of("a"), people=(replace(person, fields=full),))
    assert correct_record(desk.world, CUSTODIAN, Correction(record_id="a", reason=WHY, whole=as_written)).changed


def test_a_trial_enters_nothing(desk: Desk) -> None:
    """What would change is told, the record stands."""
    assert correct(desk, "a", "birth-date", NEW, trial=True).changed
    assert (desk.kinds(), found(desk, NEW)) == ([], set())


def test_a_record_is_named_by_its_reference_too(desk: Desk) -> None:
    """As the owner writes it; one that nobody has is wrong use."""
    assert correct(desk, "REF-a", "birth-date", NEW).record_id == "a"
    with pytest.raises(WrongUseError, match="no record `nowhere`"):
        correct(desk, "nowhere", "birth-date", NEW)


def test_only_a_custodian_corrects_and_says_why(desk: Desk) -> None:
    """Counsel and officers may not; a reason of one word is none."""
    correction = Correction(
        record_id="a", reason=WHY, fields=(GivenField(person="p", name="birth-date", values=(NEW,)),)
    )
    for member in (COUNSEL, OFFICER):
        with pytest.raises(WrongUseError, match="records-custodian"):
            correct_record(desk.world, member, correction)
    with pytest.raises(NounError, match="3 words"):
        correct_record(desk.world, CUSTODIAN, replace(correction, reason="typo"))
    assert desk.kinds() == []


def test_a_field_or_person_that_is_not_there_is_refused(desk: Desk) -> None:
    """Unknown fields are errors here as at a load, and so is a person the record does not have."""
    with pytest.raises(RecordFileError, match="shoe-size"):
        correct(desk, "a", "shoe-size", "9")
    with pytest.raises(WrongUseError, match="has nobody `q`; it has `p`"):
        correct(desk, "a", "birth-date", NEW, person="q")


def test_the_law_keeps_out_what_a_correction_would_bring_in(tmp_path: Path, region: Region) -> None:
    """An intelligence entry nobody vouches for is refused as at a load, and entered; vouched for it is corrected."""
    stage = make_stage(tmp_path, region, (entry(1),))
    world, custodian = stage.federation.world_of(WA_POLICE), stage.member(f"{WA_POLICE}-custodian")
    field = GivenField(person="p1", name="birth-date", values=(NEW,))
    correction = Correction(record_id="intel-1", reason=WHY, fields=(field,))
    with pytest.raises(RecordFileError, match="us/P23-01"):
        correct_record(world, custodian, correction)
    assert world.records.get(WA_POLICE, "intel-1") == entry(1)
    correct_record(world, custodian, replace(correction, attested=WHOLE))
    kinds = [one.kind for one in stage.entries(WA_POLICE)]
    assert kinds == [EntryKind.RECORDS_REFUSED, EntryKind.RECORD_CORRECTED]
    stage.federation.close()


def test_releases_of_what_stood_there_are_told_and_kept(tmp_path: Path, region: Region) -> None:
    """Who has the old value, by entry and item; a field that never left is out with nobody. The entry keeps the list."""
    stage = make_stage(tmp_path, region, (booking(1, "Vandermolen, Ruth", "1980-02-03"),))
    answer = stage.answer(stage.query(asked(region), CA_SHERIFF))
    assert "birth-date" in [field.field for field in answer.items[0].fields]
    world, custodian = stage.federation.world_of(CA_SHERIFF), stage.member(f"{CA_SHERIFF}-custodian")

    def change(name: str, person: str = "p1", *, value: str = NEW, trial: bool = False) -> Corrected:
        field = GivenField(person=person, name=name, values=(value,))
        correction = Correction(record_id="crowd-00001", reason=WHY, fields=(field,))
        return correct_record(world, custodian, correction, trial=trial)

    assert change("sex", value="X", trial=True).releases == ()
    done = change("birth-date")
    (release,) = done.releases
    assert (release.entry, release.item_id) == (0, answer.items[0].item_id)
    assert (release.asker, release.fields) == (WA_POLICE, ("birth-date",))
    assert done.entry is not None
    assert f'[[0,"{release.item_id}"]]'.encode() in (world.journal.record(done.entry) or b"")
    stage.federation.close()


def test_clocks_that_waited_for_a_change_start(desk: Desk) -> None:
    """The duty a release left for this record runs from now; one for another record waits on."""
    mine, other = desk.put(WAITING, record_id="a"), desk.put(WAITING, record_id="b")
    done = correct(desk, "a", "birth-date", NEW)
    assert done.duties == (mine.id,)
    assert (desk.get(mine).started_ms, desk.get(other).started_ms) == (desk.now_ms, None)


def test_a_merge_the_rule_speaks_against_since_is_undone(desk: Desk) -> None:
    """The birth date that tied them is another now: two people, by an act that says why, in the correction's entry."""
    act = merge(desk, "a", "b")
    done = correct(desk, "a", "birth-date", NEW)
    assert done.undone == (act.id,)
    assert (together(desk, "a"), together(desk, "b")) == ("a", "b")
    last = history(desk.world, CUSTODIAN)[-1].act
    assert (last.kind, last.undoes) == (ActKind.UNDONE, act.id)
    assert "the record was corrected (birth-date)" in last.words
    assert desk.kinds() == [EntryKind.PERSON_ACT, EntryKind.RECORD_CORRECTED]


def test_a_merge_that_the_rule_still_bears_stands_and_is_looked_at(desk: Desk) -> None:
    """A fuller name changes what was looked at and not what follows: a review for the custodian, with the act's id."""
    act = merge(desk, "a", "b")
    done = correct(desk, "a", "name", "Marsh, Rosa Pia")
    assert (done.undone, done.to_review) == ((), (act.id,))
    assert together(desk, "a") == "ab"
    (task,) = [one for one in desk.world.journal.duties(OWNER) if one.id in done.duties]
    assert (task.duty.kind, task.duty.to, task.duty.rule) == ("review", "records-custodian", "comity/CORRECTED")
    assert act.id in task.duty.text
    assert task.duty.due_ms == desk.now_ms + 7 * 86_400_000


def test_what_identifies_nobody_touches_no_act(desk: Desk) -> None:
    """A charge that is corrected says nothing about who it is."""
    merge(desk, "a", "b")
    done = correct(desk, "a", "charge", "trespass")
    assert "charge" not in MATCHABLE_FIELDS
    assert (done.undone, done.to_review, done.duties) == ((), (), ())


def test_a_merge_two_members_confirmed_against_it_stands(desk: Desk) -> None:
    """They knew that the birth dates differ; another that differs is looked at again, and joins or parts nobody."""
    act = overrule(desk, "a", "d")
    done = correct(desk, "d", "birth-date", "1955-11-03")
    assert (done.undone, done.to_review) == ((), (act.id,))
    assert together(desk, "a") == "ad"


def test_a_split_is_never_undone(desk: Desk) -> None:
    """Doubt never joins two people: whoever was declared somebody else stays so."""
    act = split(desk, "a", others=("b",))
    done = correct(desk, "a", "name", "Marsh, Rosa P")
    assert (done.undone, done.to_review) == ((), (act.id,))


def test_somebody_who_is_faster_is_not_overwritten(desk: Desk) -> None:
    """A record that changed between look and commit keeps the other change; nothing of this one is stored."""
    before = desk.world.records.get(OWNER, "a")
    assert before is not None
    correct(desk, "a", "birth-date", NEW)
    unit = Unit(
        facts=EntryFacts(kind=EntryKind.RECORD_CORRECTED, at_ms=desk.now_ms),
        content=b"{}",
        record=canonical_bytes({}),
        corrects=((before, replace(before, reference="OTHER")),),
    )
    with pytest.raises(RecordChangedError, match="somebody changed the record"):
        append_entry(desk.world, unit)
    assert len(desk.kinds()) == 1
    desk.put(WAITING, record_id="a")
    with pytest.raises(DutyChangedError):
        correct_record(
            always_older(desk),
            CUSTODIAN,
            Correction(record_id="a", reason=WHY, fields=(GivenField(person="p", name="sex", values=("F",)),)),
        )


def test_a_restricted_record_stays_unfound(desk: Desk) -> None:
    """A hold is no field: a correction does not lift it."""
    correct(desk, "z", "birth-date", NEW)
    record = desk.world.records.get(OWNER, "z")
    assert record is not None
    assert record.state.restricted
    assert found(desk, NEW) == set()


def test_a_whole_record_takes_the_place_and_keeps_what_it_does_not_say(desk: Desk) -> None:
    """A document read anew has another id and no word on holds; the record's id, state and facts stay the owner's."""
    stored = desk.world.records.get(OWNER, "a")
    assert stored is not None
    held = replace(stored, state=replace(stored.state, legal_hold=True))
    desk.world.records.correct([held])
    sent = booking_of("document-7", birth_date=NEW)
    correct_record(desk.world, CUSTODIAN, Correction(record_id="a", reason=WHY, whole=sent))
    after = desk.world.records.get(OWNER, "a")
    assert after is not None
    assert (after.id, after.state.legal_hold, after.reference) == ("a", True, "REF-document-7")
    assert found(desk, NEW) == {"a"}
    other = replace(sent, data_class=DataClass.CASE)
    with pytest.raises(WrongUseError, match="the file's record is a `case`"):
        correct_record(desk.world, CUSTODIAN, Correction(record_id="a", reason=WHY, whole=other))


def test_several_values_of_one_field_stand_together_and_none_takes_it_out(desk: Desk) -> None:
    """Order and other fields stay; what was known of a value that stays is still known."""
    correct(desk, "c", "name", "Marsh, Rosa", "Marsh, Rosalind")
    record = desk.world.records.get(OWNER, "c")
    assert record is not None
    assert [field.value for field in record.people[0].fields][:2] == ["Marsh, Rosa", "Marsh, Rosalind"]
    correct(desk, "c", "ssn")
    record = desk.world.records.get(OWNER, "c")
    assert record is not None
    assert record.people[0].values("ssn") == ()


def test_a_correction_is_a_file_or_fields() -> None:
    """Never both, and never neither."""
    for more in ({}, {"whole": booking_of("a"), "fields": (GivenField(person="p", name="sex", values=()),)}):
        with pytest.raises(NounError, match="a file or single fields"):
            Correction(record_id="a", reason=WHY, **more)  # type: ignore[arg-type]


def test_a_new_value_is_not_public_because_the_old_one_was() -> None:
    """The flag goes with its value, and the correction names where one went; what stays, or had none, is not named."""
    before = booking(1, "MARSH, ROSA", BORN)
    fields = tuple(replace(one, public=one.name == "name" or None) for one in before.people[0].fields)
    before = replace(before, people=(replace(before.people[0], fields=fields), *before.people[1:]))
    key, name = before.people[0].key, before.people[0].values("name")

    def flagged(*values: str, field: str = "name") -> tuple[FieldChanged, ...]:
        given = GivenField(person=key, name=field, values=values)
        correction = Correction(record_id=before.id, reason=WHY, fields=(given,))
        after = corrected_record(before, correction, date(2026, 1, 5))
        changed = (FieldChanged(person=key, field=field),)
        return public_no_more(before, after, changed)

    assert flagged("MARSH, ROSE") == (FieldChanged(person=key, field="name"),)
    assert flagged(*name, "MARSH, ROSE") == (FieldChanged(person=key, field="name"),)
    assert flagged() == ()
    assert flagged(NEW, field="birth-date") == ()
