"""A mistake in another's record is reported to its owner and lands on its custodian's desk, with a clock and no word."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from recall_stage import act, push, shown
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, NY_DMV, WA_POLICE, member_of
from comity.errors import NounError, WrongUseError
from comity.exchange.desk.mistakes import LOOK_WITHIN, mistake_duty, mistakes, report_mistake
from comity.exchange.duty.duties import finish_duty
from comity.exchange.messages.wire import Delivered, Taken, Turned, seal_message
from comity.exchange.records.correct import correct_record
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.canon import canonical_bytes
from comity.model.correction import Correction, GivenField
from comity.model.disclosure import EntryKind
from comity.model.mistake import MOST_FIELDS, Mistake, MistakeKind, MistakeReported, MistakeWanted

ON_BOTH_ENGINES = True
DAY_MS = 86_400_000


def an_item(stage: Stage) -> MistakeWanted:
    """An item of the sheriff's that the detective was shown, and its name is wrong."""
    outcome = stage.ask(stage.region.scene.detective_question, sources=(CA_SHERIFF,))
    item = shown(outcome)[0]
    return MistakeWanted(
        kind=MistakeKind.VALUE_WRONG, query_id=outcome.query_id, item_id=item.item_id, fields=("birth-date",)
    )


def report(stage: Stage, wanted: MistakeWanted, post: str = "detective", agency: str = WA_POLICE) -> Mistake:
    return report_mistake(stage.federation.world_of(agency), stage.member(member_of(agency, post)), wanted)


def at_the_desk(stage: Stage, owner: str = CA_SHERIFF) -> tuple[Mistake, ...]:
    world = stage.federation.world_of(owner)
    found = mistakes(world, stage.federation.directory.get_agency(owner))
    return tuple(one for one in found if one.incoming)


def test_a_report_lands_on_the_owners_desk_with_its_record_and_its_time(own_stage: Stage) -> None:
    """Entered on both sides, a duty of the custodian in ten working days of the owner's calendar."""
    wanted = an_item(own_stage)
    before = own_stage.size(WA_POLICE), own_stage.size(CA_SHERIFF)
    made = report(own_stage, wanted)
    assert (made.owner, made.incoming, made.arrived_ms) == (CA_SHERIFF, False, None)
    assert push(own_stage) == 1
    assert [one.kind for one in own_stage.entries(WA_POLICE, before[0])] == [
        EntryKind.MISTAKE_REPORTED,
        EntryKind.DELIVERED,
    ]
    assert [one.kind for one in own_stage.entries(CA_SHERIFF, before[1])] == [EntryKind.TAKEN]
    (found,) = at_the_desk(own_stage)
    world, owner = own_stage.federation.world_of(CA_SHERIFF), own_stage.federation.directory.get_agency(CA_SHERIFF)
    minted = world.journal.find_item(wanted.item_id)
    assert minted is not None
    record = world.records.get(CA_SHERIFF, minted.record_id)
    assert record is not None
    assert (found.record_id, found.reference) == (record.id, record.reference)
    assert (found.reporter, found.kind, found.fields) == (WA_POLICE, MistakeKind.VALUE_WRONG, ("birth-date",))
    now_ms = world.clock.now_ms()
    assert found.due_ms == after_ms(LOOK_WITHIN, OwnerCalendar(now_ms, owner.zone, frozenset(owner.holidays)))
    duty = world.journal.find_duty(CA_SHERIFF, mistake_duty(made.id))
    assert duty is not None
    assert (duty.duty.kind, duty.duty.to, duty.record_id) == ("review", "records-custodian", record.id)
    assert not found.overdue
    own_stage.federation.advance(30 * DAY_MS)
    assert at_the_desk(own_stage)[0].overdue


def test_what_is_kept_of_a_report_has_no_value_of_the_record(own_stage: Stage) -> None:
    """Neither the duty nor the delivery nor either log's content says a name, a date or a number of the person."""
    wanted = an_item(own_stage)
    made = report(own_stage, wanted)
    push(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    record = world.records.get(CA_SHERIFF, at_the_desk(own_stage)[0].record_id)
    assert record is not None
    values = {value.value for person in record.people for value in person.fields if len(value.value) > 3}
    duty = world.journal.find_duty(CA_SHERIFF, mistake_duty(made.id))
    stored = world.journal.find_delivery(CA_SHERIFF, made.id, incoming=True)
    kept = canonical_bytes(duty).decode() + canonical_bytes(stored).decode()
    assert values
    assert not [one for one in values if one in kept]


def test_the_same_report_again_is_the_same(own_stage: Stage) -> None:
    """Nothing more is entered or brought; of another kind it is another."""
    wanted = an_item(own_stage)
    made = report(own_stage, wanted)
    push(own_stage)
    size = own_stage.size(WA_POLICE)
    again = report(own_stage, wanted)
    assert (again.id, own_stage.size(WA_POLICE)) == (made.id, size)
    assert again.arrived_ms is not None
    assert report(own_stage, replace(wanted, kind=MistakeKind.TWICE)).id != made.id


def test_the_desk_says_what_came_of_it_and_a_correction_reaches_whoever_reported(own_stage: Stage) -> None:
    """The duty done by the custodian closes the report; the correction is a recall like any other."""
    wanted = an_item(own_stage)
    report(own_stage, wanted)
    push(own_stage)
    (found,) = at_the_desk(own_stage)
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "custodian"))
    record = world.records.get(CA_SHERIFF, found.record_id)
    assert record is not None
    person = next(one for one in record.people if one.values("birth-date"))
    fields = (GivenField(person=person.key, name="birth-date", values=("1961-01-02",)),)
    done = correct_record(
        world, keeper, Correction(record_id=record.id, reason="compared with the card", fields=fields)
    )
    assert WA_POLICE in {one.asker for one in done.releases}
    assert push(own_stage) >= 1
    finish_duty(world, keeper, found.duty, "corrected by the card on file")
    (found,) = at_the_desk(own_stage)
    assert (found.done, found.overdue) == ("corrected by the card on file", False)
    assert found.done_ms is not None


def test_another_custodian_reports_by_the_owners_number_and_learns_nothing(own_stage: Stage) -> None:
    """A report of a record that exists and of one that does not are taken alike, to the bytes that whoever reports can see."""
    record = own_stage.region.records_of(CA_SHERIFF)[0]
    seen = []
    for reference in (record.reference, "X" * len(record.reference)):
        wanted = MistakeWanted(kind=MistakeKind.OTHER_PERSON, owner=CA_SHERIFF, reference=reference)
        made = report(own_stage, wanted, "custodian", NY_DMV)
        push(own_stage)
        told = next(
            one
            for one in mistakes(
                own_stage.federation.world_of(NY_DMV), own_stage.federation.directory.get_agency(NY_DMV)
            )
            if one.id == made.id
        )
        seen.append(replace(told, id="", reference="", asked_ms=0, arrived_ms=0))
        assert told.arrived_ms is not None
    assert seen[0] == seen[1]
    assert [bool(one.record_id) for one in sorted(at_the_desk(own_stage), key=lambda one: one.asked_ms)] == [
        True,
        False,
    ]


def test_who_may_report_what(own_stage: Stage) -> None:
    """An item by whoever's agency was shown it, a number by a custodian; training counts; nobody invents an item."""
    wanted = an_item(own_stage)
    by_number = MistakeWanted(kind=MistakeKind.TWICE, owner=CA_SHERIFF, reference="CU-1")
    with pytest.raises(WrongUseError, match="a record's number is for a records-custodian"):
        report(own_stage, by_number)
    with pytest.raises(WrongUseError, match="is at no node of the directory"):
        report(own_stage, replace(by_number, owner="nobody"), "custodian")
    with pytest.raises(WrongUseError, match="shows no item"):
        report(own_stage, replace(wanted, item_id="0" * 32))
    with pytest.raises(WrongUseError):
        report(own_stage, wanted, "custodian", NY_DMV)
    own_stage.federation.advance(20 * 365 * DAY_MS)
    with pytest.raises(WrongUseError, match="the training of"):
        report(own_stage, wanted)


def test_an_item_shown_to_another_is_turned_away_by_its_owner(own_stage: Stage) -> None:
    """A message made by hand about somebody else's item changes nothing and is entered."""
    wanted = an_item(own_stage)
    world = own_stage.federation.world_of(NY_DMV)
    forged = MistakeReported(
        kind=MistakeKind.TWICE,
        by="x",
        asked_ms=world.clock.now_ms(),
        query_id=wanted.query_id,
        item_id=wanted.item_id,
    )
    size = own_stage.size(CA_SHERIFF)
    for sender, answer in ((NY_DMV, Turned), (WA_POLICE, Taken)):
        here = own_stage.federation.world_of(sender)
        body = Delivered(id=f"{len(sender):032x}", sender=sender, recipient=CA_SHERIFF, parcel=forged)
        raw = seal_message(here, "ca-node", body, here.clock.now_ms())
        assert isinstance(own_stage.deliver(CA_SHERIFF, raw), answer)
    assert own_stage.size(CA_SHERIFF) == size + 2
    assert len(at_the_desk(own_stage)) == 1


def test_a_withdrawn_item_is_forgotten_in_what_was_reported_of_it(own_stage: Stage) -> None:
    """After a seal nobody at whoever reported sees of which record it was; the owner's desk still has its own."""
    wanted = an_item(own_stage)
    report(own_stage, wanted)
    push(own_stage)
    act(own_stage, wanted.item_id, "seal")
    push(own_stage)
    world = own_stage.federation.world_of(WA_POLICE)
    assert mistakes(world, own_stage.federation.directory.get_agency(WA_POLICE)) == ()
    assert len(at_the_desk(own_stage)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"item_id": "a" * 32, "reference": "CU-1"},
        {"item_id": "a" * 32},
        {"reference": "C" * 65},
        {"fields": ("birth-date", "birth-date")},
        {"fields": ("Thomas Cahoon",)},
        {"fields": tuple(f"f-{number}" for number in range(MOST_FIELDS + 1))},
    ],
)
def test_a_report_that_is_none_is_no_value(changes: dict[str, object]) -> None:
    """An item goes with its question and without a number; fields are names, each once, and no value fits among them."""
    with pytest.raises(NounError):
        MistakeReported(**{"kind": MistakeKind.TWICE, "by": "x", "asked_ms": 1, **changes})


@pytest.mark.parametrize(
    "given", [{}, {"query_id": "q"}, {"owner": "o"}, {"query_id": "q", "item_id": "i", "owner": "o"}]
)
def test_what_is_wanted_names_one_record(given: dict[str, str]) -> None:
    """An item with its question, or an owner with its number; not both, and neither half of one."""
    with pytest.raises(NounError, match="name an item with its question, or a record by its owner"):
        MistakeWanted(kind=MistakeKind.TWICE, **given)
