"""A petition step by step: clocks, withholding and its end, disputes and statements that travel, decisions and reviews."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from feed_stage import copies, running, turn
from msgspec.structs import replace
from prune_stage import keep_by_month
from recall_stage import push
from redress_stage import DAY_MS, Desk
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE, member_of
from comity.errors import DutyRefusedError, PetitionRefusedError, WrongUseError
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.log.prune_log import prune_log
from comity.exchange.records.correct import correct_record
from comity.ledger.entry import decode_entry
from comity.model.answer import Item
from comity.model.canon import canonical_bytes
from comity.model.correction import Correction, GivenField
from comity.model.delivery import Recall
from comity.model.disclosure import EntryKind, StoredDuty
from comity.model.outcome import Outcome as AskedOutcome
from comity.model.petition import Capacity, Channel, Outcome, Petition, PetitionKind, Seen
from comity.model.query import PersonSubject
from comity.oversight.redress.dispute import ToDispute, dispute
from comity.oversight.redress.outward import MAY_BE_KEPT, NOTHING
from comity.oversight.redress.petitions import read_particulars
from comity.oversight.redress.read_petitions import SawInPerson, list_petitions, show_petition, tell_in_person
from comity.oversight.redress.subject import find_own
from comity.oversight.redress.withhold import ToWithhold, withhold

ON_BOTH_ENGINES = True
SAYS = "It was my cousin who was booked that night, and I said so then."


def of_petition(desk: Desk, petition: Petition) -> tuple[StoredDuty, ...]:
    return tuple(one for one in desk.world.journal.duties(desk.owner_id) if one.query_id == petition.id)


def items(outcome: AskedOutcome, owner: str = CA_SHERIFF) -> tuple[Item, ...]:
    return next(one.answer.items for one in outcome.sources if one.agency == owner and one.answer is not None)


def theirs(desk: Desk, outcome: AskedOutcome) -> Item:
    """An item of the desk's owner that is of a record in which the petitioner is the subject."""
    places = {one.record_id for one in desk.opened(desk.account(desk.identified())).records}
    return next(
        one
        for one in items(outcome, desk.owner_id)
        if (minted := desk.world.journal.find_item(one.item_id)) is not None and minted.record_id in places
    )


def record_id(desk: Desk, item: Item) -> str:
    minted = desk.world.journal.find_item(item.item_id)
    assert minted is not None
    return minted.record_id


# ---------------------------------------------------------------- duties


def test_nothing_is_decided_by_saying_that_a_duty_is_done(own_stage: Stage) -> None:
    """The duty to decide ends with the decision alone; the duty to acknowledge with evidence, as any."""
    desk = Desk(own_stage)
    petition = desk.open()
    told, decide = of_petition(desk, petition)
    assert (told.duty.to, decide.duty.to) == ("person", "records-custodian")
    with pytest.raises(DutyRefusedError, match="comity oversight access decide"):
        finish_duty(desk.world, desk.custodian, decide.id, "decided it by word")
    finish_duty(desk.world, desk.custodian, told.id, "letter of the same day")
    desk.decide(petition, Outcome.WITHDRAWN)
    now_ms = desk.world.clock.now_ms()
    assert [state_of(one, now_ms) for one in of_petition(desk, petition)[:2]] == [DutyState.DONE, DutyState.DONE]
    assert of_petition(desk, petition)[2].duty.text.startswith("tell whoever asked")


def test_h20_no_petition_is_forgotten(own_stage: Stage) -> None:
    """H20: public-records requests and complaints stand on the same list; what nobody answers is overdue on it and the log
    counts as many as are listed."""
    desk = Desk(own_stage)
    for kind in (PetitionKind.PUBLIC_RECORDS, PetitionKind.COMPLAINT):
        particulars = replace(desk.wanted().particulars, subject=None)
        desk.open(kind=kind, capacity=Capacity.ANYBODY, particulars=particulars)
    found = list_petitions(desk.world, desk.privacy)
    assert [one.overdue for one in found.petitions] == [False, False]
    own_stage.federation.advance(31 * DAY_MS)
    late = list_petitions(desk.world, desk.privacy)
    assert [one.overdue for one in late.petitions] == [True, True]
    assert all(one.unacknowledged for one in late.petitions)
    assert late.entered == 2


# ---------------------------------------------------------------- withholding


def looked(stage: Stage) -> tuple[Desk, Petition]:
    """A petition whose look-ups were opened: two agencies asked."""
    desk = Desk(stage)
    stage.ask(stage.region.scene.detective_question)
    stage.ask(stage.region.scene.investigator_question)
    return desk, desk.account(desk.identified())


def test_a_withheld_row_comes_out_after_its_date(own_stage: Stage) -> None:
    """Until the end of its last day a row is nowhere online and the answer does not say that anything is missing; a
    millisecond later it is there, and the desk owes the person word of it."""
    desk, petition = looked(own_stage)
    everything = desk.opened(petition).rows
    today = date(2026, 11, 18)
    desk.withhold(petition, 1, ground="active-investigation", last_day=today + timedelta(days=10))
    desk.decide(petition)
    first = desk.online(petition)
    assert len(first.rows) == len([row for row in everything if not row.in_person]) - 1
    assert MAY_BE_KEPT in first.sentences
    (news,) = [one for one in of_petition(desk, petition) if one.duty.rule == "comity/WITHHELD-ENDS"]
    clock = desk.world.clock.now_ms()
    until_ms = desk.world.journal.petitions.find(CA_SHERIFF, petition.id).withheld[0].until_ms  # type: ignore[union-attr]
    own_stage.federation.advance(until_ms - clock)
    assert desk.online(petition) == first
    own_stage.federation.advance(1)
    after = desk.online(petition)
    assert len(after.rows) == len(first.rows) + 1
    assert after.sentences == first.sentences
    assert news.duty.due_ms is not None
    assert news.duty.due_ms > until_ms
    assert state_of(news, news.duty.due_ms + 1) is DutyState.OVERDUE


def test_an_answer_that_is_all_withheld_reads_as_one_about_nobody(own_stage: Stage) -> None:
    """Everything kept back and nothing there are the same bytes but for the reference: the sentence stands on both."""
    desk, petition = looked(own_stage)
    rows = range(1, petition.rows + 1)
    desk.withhold(petition, *rows, ground="active-investigation", last_day=date(2027, 1, 31))
    desk.decide(petition)
    other = desk.answered(replace(desk.subject, family="Nobodyson", birth_date="1950-01-02"))
    assert replace(desk.online(petition), reference="") == replace(desk.online(other), reference="")
    assert NOTHING in desk.online(petition).sentences


def test_withholding_has_a_ground_a_reviewer_and_an_end(own_stage: Stage) -> None:
    """No ground that is not this owner's, no end that is past or too far, no row that is not there, and never a custodian."""
    desk, petition = looked(own_stage)
    for given_, sentence in (
        ({"ground": "us-exempt-system", "last_day": date(2027, 1, 1)}, "no ground of this owner"),
        ({"ground": "active-investigation", "last_day": date(2026, 11, 18)}, "no last day"),
        ({"ground": "active-investigation", "last_day": date(2027, 5, 19)}, "no last day"),
        ({"ground": "active-investigation"}, "rows, a ground and a last day"),
    ):
        with pytest.raises(WrongUseError, match=sentence):
            desk.withhold(petition, 1, **given_)
    with pytest.raises(WrongUseError, match="has look-ups 1 to"):
        desk.withhold(petition, 99, ground="active-investigation", last_day=date(2027, 1, 1))
    with pytest.raises(WrongUseError, match="needs counsel, privacy-officer"):
        withhold(desk.world, desk.custodian, petition.id, ToWithhold(rows=(), reason="looked at it myself"))
    with pytest.raises(PetitionRefusedError, match="nobody looked through"):
        desk.decide(petition)


def test_what_is_out_is_not_taken_back(own_stage: Stage) -> None:
    """After the answer a row that was shown cannot be kept back; one that is kept back may be longer, with a word for it."""
    desk, petition = looked(own_stage)
    desk.withhold(petition, 1, ground="active-investigation", last_day=date(2026, 12, 1))
    desk.decide(petition)
    with pytest.raises(PetitionRefusedError, match="the answer is out"):
        desk.withhold(petition, 2, ground="active-investigation", last_day=date(2026, 12, 1))
    desk.withhold(petition, 1, ground="active-investigation", last_day=date(2026, 12, 20))
    own_stage.federation.advance(20 * DAY_MS)
    shown = show_petition(desk.world, desk.custodian, petition.id)
    assert shown.withheld == (1,)
    owed = [one for one in of_petition(desk, petition) if one.duty.rule == "comity/WITHHELD-ENDS"]
    assert [one.done_ms is not None for one in owed] == [True, False]


# ---------------------------------------------------------------- disputes and statements


def test_a_dispute_and_its_statement_reach_every_past_recipient(own_stage: Stage) -> None:
    """Over their own nodes two agencies that were shown the record hear of the dispute and read the statement; one that was
    shown nothing hears nothing; and both logs hold it."""
    desk = Desk(own_stage)
    scene = own_stage.region.scene
    asked = {
        WA_POLICE: own_stage.ask(scene.detective_question),
        FEDERAL_INVESTIGATIONS: own_stage.ask(scene.investigator_question),
    }
    item = theirs(desk, asked[WA_POLICE])
    shown_to = {one.asker for one, _ in desk.world.journal.items_of(CA_SHERIFF, record_id(desk, item))}
    assert {WA_POLICE, FEDERAL_INVESTIGATIONS} <= shown_to
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    wanted = ToDispute(record=record_id(desk, item), reason="says it was somebody else", statement=SAYS)
    done = dispute(desk.world, desk.custodian, petition.id, wanted)
    assert [record for record, _ in done.stated] == [record_id(desk, item)]
    assert desk.online(petition).status == "DISPUTE OPEN"
    push(own_stage)
    for agency, outcome in asked.items():
        kept = get_outcome(own_stage.federation.world_of(agency), agency, outcome.query_id)
        said = {marker.statement for marker in kept.markers if marker.owner == CA_SHERIFF}
        assert SAYS in said
    for agency in (WA_POLICE, FEDERAL_INVESTIGATIONS, IL_POLICE):
        journal = own_stage.federation.world_of(agency).journal
        heard = [one for one in journal.deliveries(agency) if one.incoming and isinstance(one.due, Recall)]
        assert bool(heard) == (agency in shown_to)


def test_a_statement_goes_with_every_later_answer_and_no_other_persons(own_stage: Stage) -> None:
    """The next answer, and its detail, carry the person's words as a label; a correction does not take them away, and
    a file brings no other."""
    desk = Desk(own_stage)
    question = own_stage.region.scene.detective_question
    item = theirs(desk, own_stage.ask(question))
    record = record_id(desk, item)
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    dispute(
        desk.world,
        desk.custodian,
        petition.id,
        ToDispute(record=record, reason="says it was another", statement=SAYS),
    )
    label = f"the person concerned says: {SAYS}"

    def labelled() -> set[str]:
        found = items(own_stage.ask(question))
        return {record_id(desk, one) for one in found if label in one.labels}

    assert labelled() == {record}
    charge = GivenField(person="", name="charge", values=("trespass",))
    correct_record(
        desk.world, desk.custodian, Correction(record_id=record, reason="booked it wrongly", fields=(charge,))
    )
    assert labelled() == {record}
    stored = desk.world.records.get(CA_SHERIFF, record)
    assert stored is not None
    people = tuple(replace(person, statement="I agree with all of it.") for person in stored.people)
    whole = replace(stored, people=people, source="")
    correct_record(
        desk.world, desk.custodian, Correction(record_id=record, reason="loaded it once more", whole=whole)
    )
    assert labelled() == {record}


def somebody_fed(desk: Desk, feed: str) -> PersonSubject:
    """The first person that a feed carries with a whole birth date, as they write themselves."""
    for copy in copies(desk.stage, feed):
        item = desk.world.journal.find_item(copy.item_id)
        record = desk.world.records.get(CA_SHERIFF, item.record_id) if item is not None else None
        if item is None or record is None or record.state.disputed:
            continue
        person = record.get_person(item.person_key)
        family, _, given_name = person.values("name")[0].partition(", ")
        born = (*person.values("birth-date"), "")[0]
        subject = PersonSubject(family=family, given=given_name, birth_date=born)
        if len(born) == 10 and find_own(desk.world, desk.owner, subject, record) == person:
            return subject
    raise AssertionError("the feed carries nobody with a whole birth date")


def test_a_statement_reaches_a_feed_and_the_feed_stands_in_the_accounting(own_stage: Stage) -> None:
    """What a feed carries of the person says it from the next batch on; that a feed brought it is a look-up like any."""
    desk = Desk(own_stage)
    feed = running(own_stage)
    turn(own_stage)
    petition = desk.identified(somebody_fed(desk, feed), kind=PetitionKind.AMENDMENT)
    account = desk.opened(desk.account(petition))
    fed = [row for row in account.rows if row.channel is Channel.FEED]
    held = {(one.record_id, one.person_key) for one in account.records}
    journal = desk.world.journal
    brought = [journal.find_item(copy.item_id) for copy in copies(own_stage, feed)]
    mine = {one.record_id for one in brought if one is not None and (one.record_id, one.person_key) in held}
    assert {record for row in fed for record in row.records} == mine
    assert {row.asker for row in fed} == {WA_POLICE}
    record = min(mine)
    dispute(
        desk.world,
        desk.custodian,
        petition.id,
        ToDispute(record=record, reason="says it was another", statement=SAYS),
    )
    turn(own_stage)
    labels = {
        item.record_id: copy.content.labels
        for copy in copies(own_stage, feed)
        if (item := journal.find_item(copy.item_id)) is not None
    }
    assert [name for name, told in labels.items() if any(SAYS in label for label in told)] == [record]


def test_nobody_who_said_nothing_has_a_trace_of_a_statement(own_stage: Stage) -> None:
    """A record without one is stored and hashed as before there were any, so that what was stored then can be corrected."""
    for record in own_stage.region.records[:50]:
        assert b'"statement":' not in canonical_bytes(record)


def test_a_correction_is_shown_by_its_entry_and_by_who_hears_of_it(own_stage: Stage) -> None:
    """`corrected` needs the entry of a correction of a record disputed in the petition; the person reads how many agencies
    were told, and they were."""
    desk = Desk(own_stage)
    item = theirs(desk, own_stage.ask(own_stage.region.scene.detective_question))
    record = record_id(desk, item)
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    with pytest.raises(WrongUseError, match="shown by its entries"):
        desk.decide(petition, Outcome.CORRECTED)
    fields = (GivenField(person="", name="charge", values=("trespass, 602(m) PC",)),)
    stored = desk.world.records.get(CA_SHERIFF, record)
    assert stored is not None
    if not any(field.name == "charge" for field in stored.fields):
        person = next(one.key for one in stored.people if one.values("name"))
        fields = (GivenField(person=person, name="name", values=("Cahoon, Tomas",)),)
    done = correct_record(
        desk.world,
        desk.custodian,
        Correction(record_id=record, reason="booked under the wrong charge", fields=fields),
    )
    assert done.entry is not None
    with pytest.raises(WrongUseError, match="nobody disputed"):
        desk.decide(petition, Outcome.CORRECTED, (done.entry,))
    with pytest.raises(WrongUseError, match="corrects no record"):
        desk.decide(petition, Outcome.CORRECTED, (0,))


def test_a_disputed_record_that_is_corrected_ends_the_petition(own_stage: Stage) -> None:
    """Disputed, corrected, decided: the desk knows how many agencies hear of it, and online stands no number."""
    desk = Desk(own_stage)
    item = theirs(desk, own_stage.ask(own_stage.region.scene.detective_question))
    record = record_id(desk, item)
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    dispute(desk.world, desk.custodian, petition.id, ToDispute(record=record, reason="says the date is wrong"))
    stored = desk.world.records.get(CA_SHERIFF, record)
    assert stored is not None
    both = {field.field for field in item.fields} & {field.name for field in stored.fields}
    name = min(one for one in both if not one.endswith("-date"))
    fields = (GivenField(person="", name=name, values=("set right",)),)
    done = correct_record(
        desk.world, desk.custodian, Correction(record_id=record, reason="set right as asked", fields=fields)
    )
    assert done.entry is not None
    decided = desk.decide(petition, Outcome.CORRECTED, (done.entry,))
    assert decided.decided is not None
    assert decided.decided.told == len({one.asker for one in done.releases}) >= 1
    settled = desk.world.records.get(CA_SHERIFF, record)
    assert settled is not None
    assert settled.state.disputed is False
    assert desk.online(petition).status == "CORRECTED AND SENT TO WHOEVER WAS SHOWN IT"
    assert not any(char.isdigit() for char in desk.online(petition).status)


def test_a_demand_for_the_log_goes_to_counsel_and_is_counted(own_stage: Stage) -> None:
    """A subpoena for the log is counsel's alone to decide, opens nothing, and stands in the month's count."""
    desk = Desk(own_stage)
    particulars = replace(desk.wanted().particulars, subject=None)
    demand = desk.open(kind=PetitionKind.DEMAND, capacity=Capacity.ANYBODY, particulars=particulars)
    with pytest.raises(WrongUseError, match="it needs counsel"):
        desk.decide(demand, Outcome.REFUSED)
    desk.decide(demand, Outcome.REFUSED, by="counsel")
    (count,) = list_petitions(desk.world, desk.privacy).demands
    assert (count.month, count.came, count.decided) == ("2026-11", 1, 1)
    desk.open()
    journal = desk.world.journal
    entered = [
        json.loads(journal.content(index) or b"{}").get("kind")
        for index, facts in enumerate(own_stage.entries(CA_SHERIFF))
        if facts.kind is EntryKind.PETITION_OPENED
    ]
    assert entered.count("demand") == count.came == 1, "what the log committed counts the same, row or no row"
    refused = journal.petitions.find(CA_SHERIFF, demand.id)
    assert refused is not None
    assert refused.decided is not None
    assert refused.decided.appeal == "the court or body that made it"
    kinds = [facts.kind for facts in own_stage.entries(CA_SHERIFF)]
    assert EntryKind.LOG_OPENED not in kinds


# ---------------------------------------------------------------- forgetting


def test_who_asked_is_forgotten_with_the_month_and_kept_while_anything_is_owed(
    own_stage: Stage, tmp_path: Path
) -> None:
    """While the petition is open, or a row is still withheld, who asked stays; after that it goes with the month's key, and
    the petition and its count stay."""
    keep_by_month(own_stage, tmp_path / "months")
    desk, petition = looked(own_stage)
    desk.withhold(petition, 1, ground="sealed-order", last_day=date(2028, 1, 31))
    desk.decide(petition)
    own_stage.federation.advance(300 * DAY_MS)
    prune_log(desk.world, 31)
    assert read_particulars(desk.world, desk.owner, petition) is not None
    own_stage.federation.advance(300 * DAY_MS)
    for duty in of_petition(desk, petition):
        if state_of(duty, desk.world.clock.now_ms()) is not DutyState.DONE:
            finish_duty(desk.world, desk.custodian, duty.id, "told by a letter")
    own_stage.federation.advance(100 * DAY_MS)
    prune_log(desk.world, 31)
    assert read_particulars(desk.world, desk.owner, petition) is None
    found = list_petitions(desk.world, desk.privacy)
    assert (len(found.petitions), found.entered) == (1, 1)
    assert desk.online(petition).rows == ()


def test_no_step_leaves_anybodys_name_in_its_row(own_stage: Stage) -> None:
    """What is stored of a petition beside its entries names neither who asked nor about whom, nor how they are reached."""
    desk, petition = looked(own_stage)
    desk.withhold(petition)
    desk.decide(petition)
    row = canonical_bytes(desk.world.journal.petitions.find(CA_SHERIFF, petition.id))
    asked = desk.wanted().particulars
    for word in (asked.petitioner, asked.contact, asked.words, desk.subject.family, desk.subject.birth_date):
        assert word.encode() not in row
    for index in range(desk.world.journal.size()):
        if decode_entry(desk.world.journal.entry(index)).facts.kind is EntryKind.PETITION_OPENED:
            assert asked.petitioner.encode() not in (desk.world.journal.content(index) or b"")


def test_every_step_is_an_entry(own_stage: Stage) -> None:
    """One entry a step, of its own kind, that names the owner and nobody else."""
    before = own_stage.size(CA_SHERIFF)
    desk = Desk(own_stage)
    desk.answered()
    entered = own_stage.entries(CA_SHERIFF, before)
    assert [facts.kind for facts in entered] == [
        EntryKind.PETITION_OPENED,
        EntryKind.PETITION_CHECKED,
        EntryKind.LOG_OPENING_ASKED,
        EntryKind.LOG_OPENED,
        EntryKind.PETITION_REVIEWED,
        EntryKind.PETITION_DECIDED,
    ]
    assert {facts.asker_ori for facts in entered} == {""}


def test_only_the_desk_takes_steps(own_stage: Stage) -> None:
    """A detective, and another owner's custodian, open, see and list nothing here."""
    desk = Desk(own_stage)
    petition = desk.open()
    detective = desk.member("detective")
    with pytest.raises(WrongUseError, match="may not do this"):
        show_petition(desk.world, detective, petition.id)
    with pytest.raises(WrongUseError, match="may not do this"):
        list_petitions(desk.world, detective)
    other = own_stage.member(member_of(WA_POLICE, "custodian"))
    with pytest.raises(WrongUseError, match="not held at this node"):
        show_petition(desk.world, other, petition.id)


@pytest.mark.parametrize("outcome", [Outcome.ANSWERED, Outcome.REFUSED])
def test_who_is_told_the_answer_in_person_is_told_what_was_decided(own_stage: Stage, outcome: Outcome) -> None:
    """The duty to tell ends with it; of a refusal its reasons and the way to a review are still owed."""
    desk = Desk(own_stage)
    petition = desk.withhold(desk.account(desk.identified()))
    desk.decide(petition, outcome)
    (owed,) = (one for one in of_petition(desk, petition) if "what was decided" in one.duty.text)
    assert state_of(owed, desk.world.clock.now_ms()) is not DutyState.DONE
    saw = SawInPerson(seen=(Seen.PASSPORT,), reason="told at the desk today")
    tell_in_person(desk.world, desk.custodian, petition.id, saw)
    (told,) = (one for one in of_petition(desk, petition) if "what was decided" in one.duty.text)
    assert (told.done_ms is not None) == (outcome is Outcome.ANSWERED)
    assert not told.done_by or told.done_by == desk.custodian.id
