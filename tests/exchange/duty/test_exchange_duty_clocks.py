"""Clocks without a question: events start them or bring duties, periods bring reports; nothing twice, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from duty_stage import (
    CUSTODIAN,
    HEADING,
    OWNER,
    PACIFIC,
    WAITING,
    Desk,
    agency,
    always_older,
    local,
    make_desk,
    record,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import DutyChangedError, WrongUseError
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_clocks import Happening, happen, raise_periodic
from comity.exchange.duty.duty_state import DutyState, due_of, state_of
from comity.model.disclosure import EntryKind, StoredDuty

TOLD = f"""rule E-1 "Told" {HEADING} at purge when record is disputed
  duty notify subject within 10 working-days of amendment-asked
"""
BREACH = (
    f'rule E-2 "Breach" {HEADING} at configure duty report to state-repository within 48 hours of breach-found\n'
)
YEARLY = f'rule Y-1 "Yearly" {HEADING} at ask duty report to city-council for ccops-annual every calendar-year due 03-01\n'
MONTHLY = f'rule M-1 "Monthly" {HEADING} at ask duty report to city-council for audit-review every month\n'
RULES = TOLD + BREACH
Make = Callable[..., Desk]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A maker of owners; their stores are closed in the end."""
    made: list[Desk] = []

    def make(rules: str = RULES, **given: object) -> Desk:
        made.append(make_desk(tmp_path / str(len(made)), rules, **given))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for desk in made:
        desk.federation.close()


def report(desk: Desk, event: str, **more: object) -> tuple[StoredDuty, ...]:
    return happen(desk.world, Happening(owner=OWNER, event=event, **more))  # type: ignore[arg-type]


def test_an_event_starts_the_clock_that_waited_for_it(make: Make) -> None:
    """Three days from the event, in the owner's zone; one entry; reported again it changes nothing."""
    desk = make()
    one = desk.put(WAITING, record_id="r-1")
    desk.at("2026-11-20T23:30:00")
    (started,) = report(desk, "record-changed", record_id="r-1")
    assert started == desk.get(one)
    assert local(started.duty.due_ms) == "2026-11-23T23:59:59-08:00"
    assert started.started_ms == desk.now_ms
    assert report(desk, "record-changed", record_id="r-1") == ()
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_RAISED]
    assert desk.world.journal.waiting_duties(OWNER, "record-changed") == ()


@pytest.mark.parametrize(
    ("about", "started"),
    [
        ({"query_id": "q-1"}, 2),
        ({"record_id": "r-1"}, 1),
        ({"query_id": "q-1", "record_id": "r-2"}, 1),
        ({"query_id": "q-2"}, 0),
        ({"record_id": "r-3"}, 0),
        ({}, 0),
    ],
)
def test_a_clock_starts_for_what_it_is_about_alone(make: Make, about: dict[str, str], started: int) -> None:
    """By question, by record, by both; an event on neither starts no clock of either."""
    desk = make()
    for record_id in ("r-1", "r-2"):
        desk.put(WAITING, record_id=record_id)
    assert len(report(desk, "record-changed", **about)) == started
    assert report(desk, "record-purged", **about) == ()


def test_a_clock_of_unknown_length_ends_with_the_day(make: Make) -> None:
    """A duty stored before lengths were kept is due at the soonest."""
    desk = make()
    desk.put(replace(WAITING, within=""), record_id="r-1")
    desk.at("2026-11-20T09:00:00")
    (started,) = report(desk, "record-changed", record_id="r-1")
    assert local(started.duty.due_ms) == "2026-11-20T23:59:59-08:00"


def test_an_event_brings_what_a_rule_demands_at_it(make: Make) -> None:
    """Ten working days of the owner's calendar; once for each event, again for another request or another day."""
    desk = make(
        owner=agency(holidays=(date(2026, 11, 26),)),
        records=(record("r-1", disputed=True), record("r-2", disputed=False)),
    )
    desk.at("2026-11-20T09:00:00")
    (raised,) = report(desk, "amendment-asked", record_id="r-1", reference="A-1")
    assert local(raised.duty.due_ms) == "2026-12-07T23:59:59-08:00"
    assert (raised.record_id, raised.duty.confirm) == ("r-1", False)
    assert report(desk, "amendment-asked", record_id="r-1", reference="A-1") == ()
    assert len(report(desk, "amendment-asked", record_id="r-1", reference="A-2")) == 1
    assert report(desk, "amendment-asked", record_id="r-2") == ()
    desk.at("2026-11-21T00:00:00")
    assert len(report(desk, "amendment-asked", record_id="r-1", reference="A-1")) == 1
    assert len(desk.world.journal.duties(OWNER)) == 3


def test_an_event_on_a_record_that_is_gone_leaves_doubt_to_a_person(make: Make) -> None:
    """Of a record that was purged nothing is known: the duty is raised and a person looks first."""
    desk = make()
    (raised,) = report(desk, "amendment-asked", record_id="gone")
    assert state_of(raised, desk.now_ms) is DutyState.TO_CONFIRM


def test_a_record_is_named_by_the_owners_own_reference_too(make: Make) -> None:
    """The same clock, and the same event: by id afterwards it is not a second one."""
    desk = make(records=(replace(record("r-1", disputed=True), reference="26-0417"),))
    waiting = desk.put(WAITING, record_id="r-1")
    (started,) = report(desk, "record-changed", record_id="26-0417")
    assert started.id == waiting.id
    (raised,) = report(desk, "amendment-asked", record_id="26-0417", reference="A-1")
    assert (raised.record_id, raised.duty.confirm) == ("r-1", False)
    assert report(desk, "amendment-asked", record_id="r-1", reference="A-1") == ()


def test_a_reference_of_several_records_starts_no_clock(make: Make) -> None:
    """Two records under one number, or the number of one as the id of another: refused, and nothing runs."""
    both = (replace(record("r-1"), reference="26-0417"), replace(record("r-2"), reference="26-0417"))
    desk = make(records=(*both, replace(record("r-3"), reference="r-4"), record("r-4")))
    desk.put(WAITING, record_id="r-1")
    for named in ("26-0417", "r-4"):
        with pytest.raises(WrongUseError, match=f"`{named}` is the reference or number of several records"):
            report(desk, "record-changed", record_id=named)
    (started,) = report(desk, "record-changed", record_id="r-1")
    assert started.record_id == "r-1"


def test_a_clock_of_a_record_that_went_is_not_mistaken_for_anothers(make: Make) -> None:
    """What is purged is still waited for under its id: another record with that reference is another thing."""
    desk = make(records=(replace(record("r-2"), reference="r-1"),))
    waiting = desk.put(WAITING, record_id="r-1")
    with pytest.raises(WrongUseError, match="several records"):
        report(desk, "record-changed", record_id="r-1")
    assert desk.get(waiting) == waiting


def test_an_event_on_the_agency_brings_its_duties(make: Make) -> None:
    """Forty-eight hours run exactly, from when it was found and not from when it was told."""
    desk = make()
    found = desk.at("2026-11-20T09:00:00")
    desk.at("2026-11-20T21:00:00")
    (raised,) = report(desk, "breach-found", reference="B-1", at_ms=found)
    assert raised.duty.due_ms == found + 48 * 3_600_000


def test_a_started_clock_is_not_raised_beside(make: Make) -> None:
    """A rule whose duty waited since the question brings no second one at the event."""
    desk = make(TOLD.replace("at purge", "at release"), records=(record("r-1", disputed=True),))
    waiting = replace(WAITING, rule="test/E-1", text="", after="amendment-asked", within="10 working days")
    desk.put(waiting, record_id="r-1")
    (started,) = report(desk, "amendment-asked", record_id="r-1")
    assert started.changed == 1
    assert len(desk.world.journal.duties(OWNER)) == 1


@pytest.mark.parametrize("event", ["query-received", "decision-made", "moon-full", ""])
def test_only_events_that_are_reported_are_taken(make: Make, event: str) -> None:
    """What the answer itself starts, and what nobody knows, is refused with the list."""
    with pytest.raises(WrongUseError, match="is no event that is reported; write one of released"):
        report(make(), event)


def test_an_event_to_come_or_elsewhere_is_refused(make: Make) -> None:
    """A clock cannot start tomorrow, nor for an agency of another node."""
    desk = make()
    with pytest.raises(WrongUseError, match="lies in the future"):
        report(desk, "breach-found", at_ms=desk.now_ms + 1)
    with pytest.raises(WrongUseError, match="not held at this node"):
        happen(desk.world, Happening(owner="elsewhere", event="breach-found"))
    with pytest.raises(WrongUseError):
        Happening(owner=OWNER, event="breach-found", at_ms=-1)
    with pytest.raises(WrongUseError):
        Happening(owner=OWNER, event="breach-found", reference="x" * 121)


def test_an_event_gives_up_after_looking_thrice(make: Make) -> None:
    """A journal in which somebody is always faster ends in a sentence; nothing was stored."""
    desk = make()
    desk.put(WAITING, record_id="r-1")
    with pytest.raises(DutyChangedError):
        happen(always_older(desk), Happening(owner=OWNER, event="record-changed", record_id="r-1"))
    assert desk.kinds() == [EntryKind.ANSWERED]


ZONES = (PACIFIC, "America/New_York", "America/Chicago", "Pacific/Auckland", "UTC")
SPANS = ("1 day", "3 days", "10 working days", "1 month", "1 year", "48 hours", "10 minutes")
# Around clock changes, a leap day and the turn of a year, where days are not what they seem.
DAYS = st.sampled_from(
    [
        date(2026, 3, 8),
        date(2026, 11, 1),
        date(2028, 2, 28),
        date(2028, 2, 29),
        date(2026, 12, 31),
        date(2026, 4, 5),
    ]
)


@given(DAYS, st.integers(0, 1_439), st.sampled_from(ZONES), st.sampled_from(SPANS))
@settings(max_examples=30)
def test_a_due_time_never_precedes_its_event(
    tmp_path_factory: pytest.TempPathFactory, day: date, minute: int, zone: str, within: str
) -> None:
    """On days of 23 and 25 hours and leap days too; days end with the owner's local day."""
    desk = make_desk(tmp_path_factory.mktemp("clock"), RULES, agency(zone=zone))
    local_time = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=ZoneInfo(zone))
    at_ms = int(local_time.timestamp() * 1000)
    desk.federation.clocks["river-node"].at_ms = at_ms
    desk.put(replace(WAITING, within=within), record_id="r-1")
    (started,) = report(desk, "record-changed", record_id="r-1")
    desk.federation.close()
    due_ms = due_of(started)
    assert due_ms is not None
    assert due_ms >= at_ms
    if not within.endswith(("hours", "minutes")):
        assert local(due_ms, zone)[11:19] == "23:59:59"
        assert local(due_ms, zone)[:10] > day.isoformat()


EVENTS = ("record-changed", "record-purged", "made-public", "refusal-contested")


@given(st.permutations(EVENTS), st.data())
@settings(max_examples=10)
def test_the_order_of_events_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, order: list[str], data: st.DataObject
) -> None:
    """Reported in any order, some of them twice, each at its own time: the same duties in the same states."""
    again = data.draw(st.lists(st.sampled_from(EVENTS), max_size=2))
    ends = []
    for number, events in enumerate((list(EVENTS), [*order, *again])):
        desk = make_desk(tmp_path_factory.mktemp(f"order-{number}"))
        for event in EVENTS:
            desk.put(replace(WAITING, after=event, within=f"{len(event)} days"), record_id="r-1")
        start = desk.now_ms
        desk.federation.advance(100_000_000)
        for event in events:
            report(desk, event, record_id="r-1", at_ms=start + len(event) * 1_000)
        desk.reopen()
        ends.append(desk.world.journal.duties(OWNER))
        desk.federation.close()
    assert ends[0] == ends[1]


# ---------------------------------------------------------------- periods


def test_a_report_is_raised_once_for_a_period(make: Make) -> None:
    """However often the node looks; one entry; done in its time, and the next year brings the next."""
    desk = make(YEARLY)
    desk.at("2026-11-20T09:00:00")
    (raised,) = raise_periodic(desk.world)
    assert raise_periodic(desk.world) == ()
    desk.reopen()
    assert raise_periodic(desk.world) == ()
    assert desk.kinds() == [EntryKind.DUTY_RAISED]
    assert (raised.duty.period, raised.query_id) == ("2026", "")
    desk.at("2027-01-05T09:00:00")
    finish_duty(desk.world, CUSTODIAN, raised.id, "nil report certified and sent")
    (following,) = raise_periodic(desk.world)
    assert following.duty.period == "2027"
    assert [one.duty.period for one in desk.world.journal.periodic_duties(OWNER)] == ["2026", "2027"]


def test_a_node_that_was_away_raises_what_it_missed(make: Make) -> None:
    """Months without the node bring their reports when it opens, each once, the late ones late."""
    desk = make(MONTHLY)
    desk.at("2026-08-10T09:00:00")
    raise_periodic(desk.world)
    desk.at("2026-11-20T09:00:00")
    raised = raise_periodic(desk.world)
    assert [one.duty.period for one in raised] == ["2026-09", "2026-10", "2026-11"]
    assert [state_of(one, desk.now_ms) for one in raised] == [DutyState.OVERDUE, DutyState.OVERDUE, DutyState.OPEN]
    assert desk.kinds() == [EntryKind.DUTY_RAISED] * 2


def test_an_owner_without_law_owes_what_was_raised_before(make: Make) -> None:
    """Trouble with the law keeps nobody from seeing the desk."""
    desk = make(MONTHLY)
    desk.federation.laws.lost = True
    assert raise_periodic(desk.world) == ()
