"""What whoever asks learns of others: nothing. Outward answers are the same bytes whether somebody is in the file or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from redress_stage import DAY_MS, Desk
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS
from comity.demo.records import Region
from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.records.record_act import act_on_record
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, IdentifierKind, PersonRole
from comity.model.correction import RecordAct
from comity.model.petition import Capacity, Outcome, Petition, PetitionKind, Seen
from comity.model.query import Identifier, PersonSubject
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.oversight.redress.dispute import ToDispute, dispute
from comity.oversight.redress.outward import MAY_BE_KEPT, NOTHING, WHERE
from comity.oversight.redress.read_petitions import SawInPerson, look_up, tell_in_person

ON_BOTH_ENGINES = True

Ask = Callable[[Desk], list[bytes]]


def in_world(folder: Path, region: Region, records: tuple[Record, ...], ask: Ask, owner: str) -> list[bytes]:
    """What stands online after each step of asking, in a world of its own with these records."""
    stage = make_stage(folder, region, records)
    try:
        return ask(Desk(stage, owner))
    finally:
        stage.federation.close()


def steps(desk: Desk, subject: PersonSubject, *, shown: bool) -> list[bytes]:
    """One petition through all its steps; what stands online after each."""
    seen = []

    def look(petition: Petition) -> Petition:
        seen.append(canonical_bytes(desk.online(petition)))
        return petition

    petition = look(desk.open(subject))
    look(desk.identify(petition, shown=shown))
    if shown:
        look(desk.account(petition))
        look(desk.withhold(petition))
        look(desk.decide(petition))
    else:
        look(desk.decide(petition, Outcome.NOT_IDENTIFIED))
    return seen


@pytest.mark.parametrize("shown", [False, True], ids=["a stranger", "the person"])
def test_a_protected_person_is_answered_as_one_who_is_not_there(
    tmp_path: Path, region: Region, *, shown: bool
) -> None:
    """C-16, H33: with and without the only record, under 8 USC 1367, every outward byte of every step is the same."""
    question = region.scene.protected_question
    without = tuple(record for record in region.records if record.data_class is not DataClass.VICTIM_1367)
    assert len(without) < len(region.records)

    def ask(desk: Desk) -> list[bytes]:
        desk.stage.ask(question)  # which meets the record, where there is one, and shows nothing of it
        return steps(desk, question.subject, shown=shown)

    there = in_world(tmp_path / "with", region, region.records, ask, FEDERAL_INVESTIGATIONS)
    assert there == in_world(tmp_path / "without", region, without, ask, FEDERAL_INVESTIGATIONS)
    assert len(there) == (5 if shown else 3)
    assert (b"NOTHING SHOWN" in there[-1]) == shown, "that somebody asked is told, in the words for nobody"


@pytest.mark.parametrize("steps_at_the_desk", [False, True], ids=["online", "in person"])
def test_a_withheld_look_up_reads_as_one_that_never_was(
    tmp_path: Path, region: Region, *, steps_at_the_desk: bool
) -> None:
    """Until its last day is over every byte of the answer, online and at the desk, is that of a world in which the agency
    never asked; then it is there without anybody's act."""
    scene = region.scene
    last_day = date(2026, 12, 1)

    def read(desk: Desk, petition: Petition) -> bytes:
        if not steps_at_the_desk:
            return canonical_bytes(desk.online(petition)).replace(petition.id.encode(), b"R")
        told = tell_in_person(desk.world, desk.custodian, petition.id, came)
        return canonical_bytes(told).replace(petition.id.encode(), b"R")

    def told_of(*, asked: bool) -> Ask:
        def ask(desk: Desk) -> list[bytes]:
            desk.stage.ask(scene.detective_question)
            if asked:
                desk.stage.ask(scene.investigator_question)
            petition = desk.account(desk.identified())
            secret = [one.number for one in desk.opened(petition).rows if one.asker == FEDERAL_INVESTIGATIONS]
            assert bool(secret) == asked
            if asked:
                desk.withhold(petition, *secret, ground="active-investigation", last_day=last_day)
            else:
                desk.withhold(petition)
            desk.decide(petition)
            found = [read(desk, petition)]
            for days in (10, 10):
                desk.stage.federation.advance(days * DAY_MS)
                found.append(read(desk, petition))
            return found

        return ask

    came = SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
    withheld = in_world(tmp_path / "withheld", region, region.records, told_of(asked=True), CA_SHERIFF)
    never = in_world(tmp_path / "never", region, region.records, told_of(asked=False), CA_SHERIFF)
    assert withheld[:2] == never[:2]
    assert len(withheld[2]) > len(never[2])


def test_what_is_kept_back_online_is_told_in_person(own_stage: Stage) -> None:
    """The protected person themself, identified at the desk, hears of the record and of who was shown it there alone."""
    desk = Desk(own_stage, FEDERAL_INVESTIGATIONS)
    petition = desk.answered(own_stage.region.scene.protected_question.subject, kind=PetitionKind.ACCESS)
    assert desk.online(petition).rows == ()
    saw = SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
    told = tell_in_person(desk.world, desk.custodian, petition.id, saw)
    assert [one.data_class for one in told.records] == [DataClass.VICTIM_1367]
    assert told.records[0].in_person


def test_what_a_sealed_record_showed_is_told_in_person_alone(own_stage: Stage) -> None:
    """Of a record that was shown and then sealed, online nothing is left of what it showed; at the desk it is told."""
    desk = Desk(own_stage)
    asked = own_stage.ask(own_stage.region.scene.detective_question)
    whole = desk.opened(desk.account(desk.identified()))
    record = next(one.record_id for one in whole.records)
    act_on_record(
        desk.world, desk.custodian, RecordAct(record_id=record, act="seal", reason="by order of the court")
    )
    petition = desk.answered()
    account = desk.opened(petition)
    kept_apart = [row for row in account.rows if row.in_person]
    assert [row.records for row in kept_apart] == [(record,)]
    assert len(desk.online(petition).rows) == len(account.rows) - len(kept_apart)
    assert all(record not in row.records for row in account.rows if not row.in_person)
    saw = SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
    told = tell_in_person(desk.world, desk.custodian, petition.id, saw)
    assert any(one.fields == kept_apart[0].fields for one in told.rows)
    assert len(told.rows) == len(account.rows)
    assert asked.sources


def test_a_stranger_learns_nothing_of_whoever_they_name(own_stage: Stage) -> None:
    """A request by somebody not identified about nobody, about a known person and about a protected one: the same bytes."""
    desk = Desk(own_stage)
    own_stage.ask(own_stage.region.scene.detective_question)
    people = (
        PersonSubject(family="Nobodyson", given="Nemo", birth_date="1950-01-02"),
        desk.subject,
        own_stage.region.scene.protected_question.subject,
    )
    told = []
    for subject in people:
        petition = desk.open(subject)
        desk.identify(petition, shown=False)
        desk.decide(petition, Outcome.NOT_IDENTIFIED)
        told.append(canonical_bytes(desk.online(petition)).replace(petition.id.encode(), b"R"))
    assert len(set(told)) == 1


def relative(region: Region, role: PersonRole) -> tuple[PersonSubject, tuple[Record, ...]]:
    """A relative of the scene's subject (their family name and address, their own name and date), put into the
    subject's records in a role."""
    mine = region.scene.detective_question
    who = PersonSubject(family=mine.family, given="Rosamund", birth_date="1990-02-03")
    records = []
    for record in region.records:
        about = record.owner == CA_SHERIFF and mine.birth_date in record.people[0].values("birth-date")
        if about:
            fields = (
                FieldValue(name="name", value=f"{mine.family}, Rosamund"),
                FieldValue(name="birth-date", value="1990-02-03"),
            )
            added = PersonInRecord(key="kin", role=role, fields=fields)
            record = replace(record, people=(*record.people, added))
        records.append(record)
    return who, tuple(records)


def test_a_relative_in_the_same_record_learns_nothing_of_the_person(tmp_path: Path, region: Region) -> None:
    """Where relatives share a record, the accounting of one has no look-up of the other: not one row, not one record."""
    who, records = relative(region, PersonRole.WITNESS)
    stage = make_stage(tmp_path, region, records)
    try:
        desk = Desk(stage)
        stage.ask(region.scene.detective_question)
        petition = desk.answered(who)
        assert desk.opened(petition).rows == ()
        assert desk.opened(petition).records == ()
        online = desk.online(petition)
        assert (online.rows, online.sentences) == ((), (NOTHING, WHERE, MAY_BE_KEPT))
        told = tell_in_person(
            desk.world, desk.custodian, petition.id, SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
        )
        assert (told.rows, told.records) == ((), ())
    finally:
        stage.federation.close()


def test_a_suspect_in_the_same_record_sees_their_own_alone(tmp_path: Path, region: Region) -> None:
    """Two suspects of one record: a look-up of one is no row of the other's accounting."""
    who, records = relative(region, PersonRole.SUSPECT)
    stage = make_stage(tmp_path, region, records)
    try:
        desk = Desk(stage)
        stage.ask(region.scene.detective_question)
        account = desk.opened(desk.answered(who))
        assert {one.person_key for one in account.records} == {"kin"}
        shown = [
            one
            for row in account.rows
            for item, index in (
                pair for record in row.records for pair in desk.world.journal.items_of(CA_SHERIFF, record)
            )
            if index == row.entry
            for one in (item.person_key,)
        ]
        assert set(shown) <= {"kin"}
        mine = desk.opened(desk.answered())
        assert mine.rows
        assert not {row.entry for row in account.rows} & {row.entry for row in mine.rows if row.fields}
    finally:
        stage.federation.close()


NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=12).map(str.title)


@settings(max_examples=15)
@given(family=NAMES, given_name=NAMES, year=st.integers(1930, 2008), number=st.integers(10_000, 999_999))
def test_an_answer_about_nobody_is_the_answer_about_whoever_is_kept_back(
    desk_of_all: Desk, family: str, given_name: str, year: int, number: int
) -> None:
    """Property: whoever is identified and is in no record reads what the protected person reads, byte for byte."""
    subject = PersonSubject(
        family=family,
        given=given_name,
        birth_date=f"{year}-05-06",
        identifiers=(Identifier(kind=IdentifierKind.OTHER_ID, value=f"ZZ{number}"),),
    )
    told = []
    for who in (subject, desk_of_all.stage.region.scene.protected_question.subject):
        petition = desk_of_all.answered(who)
        online = replace(desk_of_all.online(petition), reference="R")
        told.append(canonical_bytes(online))
    assert told[0] == told[1]


@pytest.fixture(scope="module")
def desk_of_all(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Desk]:
    """One federal desk for all examples of the property; nobody asks about anybody there."""
    stage = make_stage(tmp_path_factory.mktemp("desk"), region)
    yield Desk(stage, FEDERAL_INVESTIGATIONS)
    stage.federation.close()


def test_nothing_anybody_wrote_stands_online(own_stage: Stage) -> None:
    """A reason names a place sooner or later: whatever was asked and decided, no word of the desk's own is online."""
    desk = Desk(own_stage)
    particulars = replace(desk.wanted().particulars, subject=None)
    for kind, by in (
        (PetitionKind.PUBLIC_RECORDS, "custodian"),
        (PetitionKind.COMPLAINT, "privacy"),
        (PetitionKind.DEMAND, "counsel"),
    ):
        petition = desk.open(kind=kind, capacity=Capacity.ANYBODY, particulars=particulars)
        decided = desk.decide(petition, Outcome.REFUSED, by=by)
        assert decided.decided is not None
        online = canonical_bytes(desk.online(petition)).decode()
        assert decided.decided.said.words not in online
        assert particulars.words not in online


def test_a_wrong_reference_differs_in_no_way_from_none(own_stage: Stage) -> None:
    """A reference nobody has, one of another owner and one that is none read the same."""
    desk, other = Desk(own_stage), Desk(own_stage, FEDERAL_INVESTIGATIONS)
    theirs = other.open()
    told = set()
    for reference in ("R-2222-2222-2222", theirs.id, "anything"):
        told.add(canonical_bytes(replace(look_up(desk.world, CA_SHERIFF, reference), reference="")))
    assert len(told) == 1


def test_nobody_disputes_a_record_that_is_not_theirs(own_stage: Stage) -> None:
    """Somebody else's record and one that does not exist are refused in the same words."""
    desk = Desk(own_stage)
    theirs = next(
        record
        for record in own_stage.region.records_of(CA_SHERIFF)
        if desk.subject.birth_date not in record.people[0].values("birth-date")
    )
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    told = set()
    for name in (theirs.id, theirs.reference, "NO-SUCH-RECORD"):
        with pytest.raises(WrongUseError) as refused:
            dispute(desk.world, desk.custodian, petition.id, ToDispute(record=name, reason="it is not about me"))
        told.add(str(refused.value))
    assert len(told) == 1


def test_a_parent_asks_for_a_child_and_shows_that_it_is_theirs(own_stage: Stage) -> None:
    """For somebody of age a parent is refused at once; for a child the capacity is shown by a paper of its own."""
    desk = Desk(own_stage)
    with pytest.raises(WrongUseError, match="under eighteen"):
        desk.open(capacity=Capacity.PARENT)
    child = PersonSubject(family="Small", given="Pia", birth_date="2015-03-04")
    petition = desk.open(child, capacity=Capacity.PARENT)
    with pytest.raises(PetitionRefusedError, match="one of birth-certificate, court-order"):
        desk.identify(petition)
    done = desk.identify(petition, (Seen.PASSPORT, Seen.BIRTH_CERTIFICATE))
    assert done.check is not None
    assert done.check.shown
