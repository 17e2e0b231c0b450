"""Who looked: an accounting for one person equals what the log says, read without the code under test."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace
from prune_stage import keep_by_month, months_later
from redress_stage import Desk
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE
from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.desk.disclose import record_disclosure
from comity.exchange.log.prune_log import prune_log
from comity.ledger.entry import decode_entry
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Instrument, Purpose
from comity.model.disclosure import EntryKind
from comity.model.petition import AccountRow, Capacity, Channel, PetitionKind, Seen
from comity.model.query import LegalBasis
from comity.model.told import Channel as ToldChannel
from comity.model.told import Told
from comity.oversight.redress.open_log import open_log
from comity.oversight.redress.read_petitions import SawInPerson, tell_in_person
from comity.ports import World

ON_BOTH_ENGINES = True


def look(stage: Stage) -> None:
    """Three agencies ask about the subject, one of them once more and in vain; one asks about the namesake."""
    scene = stage.region.scene
    for question in (scene.detective_question, scene.investigator_question, scene.removal_question):
        stage.ask(question)
    stage.ask(scene.detective_question, data_classes=(DataClass.FIREARM,))
    stage.ask(scene.namesake_question)


def entries_about(world: World, places: set[tuple[str, str]], asked: dict[str, str]) -> list[tuple[Any, ...]]:
    """An independent reading: every entry of the log with its plain JSON, kept where it shows one of these people of a
    record, or asks for exactly this name and birth date."""
    found = []
    for index in range(world.journal.size()):
        facts = decode_entry(world.journal.entry(index)).facts
        raw = world.journal.record(index)
        if facts.kind not in (EntryKind.ANSWERED, EntryKind.DISCLOSED) or raw is None:
            continue
        record = json.loads(raw)
        query = record["query"]
        shown = [one for one in record["shown"] if (one["record_id"], one["person_key"]) in places]
        names = {key: query["subject"].get(key, "").lower() for key in asked}
        if query["owner"] == CA_SHERIFF and (shown or names == asked):
            fields = tuple(sorted({name for one in shown for name in one["fields"]}))
            found.append((index, query["asker"], query["purpose"], fields))
    return found


def told_of(rows: tuple[AccountRow, ...]) -> list[tuple[Any, ...]]:
    """The rows as the independent reading writes them, what one entry shows online and in person taken together."""
    found: dict[int, tuple[Any, ...]] = {}
    for row in rows:
        _, asker, purpose, fields = found.get(row.entry, (row.entry, row.asker, row.purpose, ()))
        found[row.entry] = (row.entry, asker, purpose, tuple(sorted({*fields, *row.fields})))
    return [found[index] for index in sorted(found)]


def test_an_accounting_equals_an_independent_reading_of_the_log(own_stage: Stage) -> None:
    """Every look-up about the person, refused ones too, each with what it showed of this person; nobody else's."""
    desk = Desk(own_stage)
    look(own_stage)
    record = next(
        one
        for one in own_stage.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.BOOKING and desk.subject.birth_date in one.people[0].values("birth-date")
    )
    told = Told(
        recipient=WA_POLICE,
        person="Det. Ines Marlow",
        channel=ToldChannel.CALL,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="CC-2026-04417",
        records=(record.id,),
        fields=("charge",),
        whom=record.people[0].key,
    )
    record_disclosure(desk.world, desk.member("detective"), told)
    petition = desk.account(desk.identified())
    account = desk.opened(petition)
    places = {(one.record_id, one.person_key) for one in account.records}
    subject = desk.subject
    asked = {"family": subject.family.lower(), "given": subject.given.lower(), "birth_date": subject.birth_date}
    expected = entries_about(desk.world, places, asked)
    assert told_of(account.rows) == expected
    assert len(expected) >= 4
    assert petition.rows == len(account.rows)
    assert {row.channel for row in account.rows} == {Channel.QUESTION, Channel.TOLD}
    assert {row.asker for row in account.rows} >= {WA_POLICE, FEDERAL_INVESTIGATIONS}
    assert any(not row.fields for row in account.rows), "a look-up that saw nothing is told too"


def test_the_records_are_those_in_which_the_person_is_the_subject(own_stage: Stage) -> None:
    """Every record of that name and birth date, none of the namesake's, none in which they are a third party."""
    desk = Desk(own_stage)
    account = desk.opened(desk.account(desk.identified()))
    by_id = {record.id: record for record in own_stage.region.records_of(CA_SHERIFF)}
    assert account.records
    for one in account.records:
        person = by_id[one.record_id].get_person(one.person_key)
        assert desk.subject.birth_date in person.values("birth-date")
        assert any(desk.subject.family.lower() in name.lower() for name in person.values("name"))


def test_two_people_open_the_log_and_never_one(own_stage: Stage) -> None:
    """The first opens nothing; the same person again, or a second of the same role, opens nothing; each is an entry."""
    desk = Desk(own_stage)
    look(own_stage)
    petition = desk.identified()
    before = own_stage.size(CA_SHERIFF)
    first = open_log(desk.world, desk.custodian, petition.id, "the person asked for it")
    again = open_log(desk.world, desk.custodian, petition.id, "asked for it once more")
    assert first == again
    assert first.opening is not None
    assert first.opening.agreed is None
    assert [facts.kind for facts in own_stage.entries(CA_SHERIFF, before)] == [EntryKind.LOG_OPENING_ASKED]
    both = replace(desk.custodian, id="another-custodian")
    with pytest.raises(WrongUseError, match="the second person is a privacy-officer"):
        open_log(desk.world, both, petition.id, "agreed and looked at")
    with pytest.raises(WrongUseError, match="needs privacy-officer, records-custodian"):
        open_log(desk.world, desk.member("detective"), petition.id, "curious about this one")
    opened = open_log(desk.world, desk.privacy, petition.id, "agreed and looked at")
    assert opened.rows > 0
    assert own_stage.entries(CA_SHERIFF, before)[-1].kind is EntryKind.LOG_OPENED
    one = replace(desk.custodian, id="both-in-one", roles=("records-custodian", "privacy-officer"))
    other = desk.identified()
    open_log(desk.world, one, other.id, "the person asked for it")
    assert open_log(desk.world, one, other.id, "agreed by myself then").rows == 0


def test_nothing_is_opened_for_whoever_did_not_show_who_they_are(own_stage: Stage) -> None:
    """No record and no entry of the log is looked at before a custodian says who asks; a demand never opens it."""
    desk = Desk(own_stage)
    petition = desk.open()
    for _ in range(2):
        with pytest.raises(PetitionRefusedError, match="nobody has said yet who asks"):
            open_log(desk.world, desk.custodian, petition.id, "the person asked for it")
        petition = desk.identify(petition, (), shown=False)
    demand = desk.open(kind=PetitionKind.DEMAND, capacity=Capacity.ANYBODY)
    with pytest.raises(WrongUseError, match="a demand goes to counsel"):
        open_log(desk.world, desk.custodian, demand.id, "the subpoena asks for it")


def test_what_was_shown_in_a_forgotten_month_is_told_by_the_index(own_stage: Stage, tmp_path: Any) -> None:
    """After the month's key is destroyed the accounting still says who was shown the record and when, not which fields."""
    keep_by_month(own_stage, tmp_path / "months")
    desk = Desk(own_stage)
    scene = own_stage.region.scene
    own_stage.ask(scene.investigator_question)
    before = desk.opened(desk.account(desk.identified()))
    shown = [row for row in before.rows if row.fields]
    months_later(own_stage, 2_000)
    prune_log(desk.world, 31)
    after = desk.opened(desk.account(desk.identified()))
    kept = {(row.entry, row.asker, record) for row in after.rows for record in row.records}
    assert shown
    assert {(row.entry, row.asker, record) for row in shown for record in row.records} <= kept


def test_agencies_are_named_in_person_alone_and_that_is_entered(own_stage: Stage) -> None:
    """The custodian tells which agencies, with identification, after the decision; each telling is an entry."""
    desk = Desk(own_stage)
    look(own_stage)
    petition = desk.identified()
    desk.account(petition)
    desk.withhold(petition)
    with pytest.raises(PetitionRefusedError, match="not decided yet"):
        tell_in_person(
            desk.world, desk.custodian, petition.id, SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
        )
    desk.decide(petition)
    with pytest.raises(PetitionRefusedError, match="shows who somebody is"):
        tell_in_person(desk.world, desk.custodian, petition.id, SawInPerson(seen=(), reason="came to the desk"))
    told = tell_in_person(
        desk.world, desk.custodian, petition.id, SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
    )
    names = {own_stage.federation.directory.get_agency(one).name for one in (WA_POLICE, FEDERAL_INVESTIGATIONS)}
    assert {row.agency for row in told.rows} >= names
    assert own_stage.entries(CA_SHERIFF)[-1].kind is EntryKind.PETITION_TOLD
    online = canonical_bytes(desk.online(petition)).decode()
    directory = own_stage.federation.directory
    for agency in directory.agencies:
        for word in (agency.id, agency.name, agency.oris[0].ori, *agency.name.split()[:1]):
            assert word not in online
    assert "California" not in online
    assert '"CA' not in online
