"""Duties and their clocks: in the owner's zone and calendar, from the event the rule names."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from law_samples import HEADING, agreement, facts_of, folded_of, pack, record_of, rule

from comity.law.ast import DutySpec, Span, Word
from comity.law.calendar import OwnerCalendar, add_span, add_working_days, end_of_day_ms, end_of_period
from comity.law.decide import decide_query, decide_record
from comity.law.duty import after_ms, due_ms, falls_due, is_outward

PACIFIC = "America/Los_Angeles"
RECEIVED = frozenset({"query-received"})


def instant(text: str, zone: str = "UTC") -> int:
    """UTC milliseconds of a local time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def local(at_ms: int, zone: str) -> str:
    """Local time to the second."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


@pytest.mark.parametrize(
    ("day", "span", "forward", "expected"),
    [
        (date(2024, 2, 29), Span(5, "year"), True, date(2029, 2, 28)),
        (date(2024, 2, 29), Span(4, "year"), True, date(2028, 2, 29)),
        (date(2024, 2, 29), Span(1, "year"), False, date(2023, 2, 28)),
        (date(2026, 1, 31), Span(1, "month"), True, date(2026, 2, 28)),
        (date(2026, 3, 31), Span(1, "month"), False, date(2026, 2, 28)),
        (date(2026, 11, 20), Span(12, "month"), True, date(2027, 11, 20)),
        (date(2026, 12, 31), Span(1, "day"), True, date(2027, 1, 1)),
        (date(2026, 12, 31), Span(3, "hour"), True, date(2026, 12, 31)),
        (date(9999, 12, 31), Span(1, "day"), True, date.max),
        (date(1, 1, 1), Span(1, "year"), False, date.min),
    ],
)
def test_spans_on_days(day: date, span: Span, forward: bool, expected: date) -> None:
    """Years and months are never days; a day that does not exist is the last of its month."""
    assert add_span(day, span, forward=forward) == expected


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(0, 60), st.sampled_from(["day", "month", "year"]))
def test_longer_spans_never_end_earlier(day: date, count: int, unit: str) -> None:
    """Adding more time never gives an earlier day."""
    assert add_span(day, Span(count, unit)) <= add_span(day, Span(count + 1, unit))
    assert add_span(day, Span(count, unit), forward=False) <= day


def test_working_days_skip_weekends_and_holidays() -> None:
    """Three working days from a Friday before a Monday holiday end on Thursday."""
    friday = date(2026, 11, 20)
    assert add_working_days(friday, 1, frozenset()) == date(2026, 11, 23)
    assert add_working_days(friday, 3, frozenset({date(2026, 11, 23)})) == date(2026, 11, 26)
    assert add_working_days(friday, 0, frozenset()) == friday


def test_days_end_with_the_owners_local_day() -> None:
    """Three days from a question late on 20 November in California end with 23 November there."""
    calendar = OwnerCalendar(instant("2026-11-20T23:30:00", PACIFIC), PACIFIC)
    assert local(after_ms(Span(3, "day"), calendar), PACIFIC) == "2026-11-23T23:59:59-08:00"
    assert calendar.today() == date(2026, 11, 20)


def test_days_count_local_days_across_a_clock_change() -> None:
    """A day with 23 or 25 hours is one day; hours run exactly."""
    calendar = OwnerCalendar(instant("2026-10-31T12:00:00", PACIFIC), PACIFIC)
    assert local(after_ms(Span(1, "day"), calendar), PACIFIC) == "2026-11-01T23:59:59-08:00"
    assert after_ms(Span(24, "hour"), calendar) - calendar.at_ms == 24 * 3_600_000
    assert after_ms(Span(10, "minute"), calendar) - calendar.at_ms == 600_000


def test_working_days_follow_the_owners_holidays() -> None:
    """The calendar of the owner, not of the asker, says what a working day is."""
    calendar = OwnerCalendar(instant("2026-11-25T10:00:00", PACIFIC), PACIFIC, frozenset({date(2026, 11, 26)}))
    assert local(after_ms(Span(2, "working-day"), calendar), PACIFIC) == "2026-11-30T23:59:59-08:00"


@pytest.mark.parametrize(
    ("every", "due", "expected"),
    [
        ("calendar-year", "03-01", date(2027, 3, 1)),
        ("year", None, date(2026, 12, 31)),
        ("month", None, date(2026, 11, 30)),
        ("quarter", None, date(2026, 12, 31)),
        ("month", "11-15", date(2027, 11, 15)),
        ("year", "02-29", date(2027, 2, 28)),
    ],
)
def test_periodic_duties_fall_due_after_their_period(every: str, due: str | None, expected: date) -> None:
    """The end of the period, or the first named day after it."""
    spec = DutySpec(Word("report"), every=Word(every), due=Word(due) if due else None)
    calendar = OwnerCalendar(instant("2026-11-20T12:00:00"))
    assert due_ms(spec, calendar, RECEIVED) == end_of_day_ms(expected, "UTC")


def test_a_week_ends_on_its_sunday() -> None:
    """Friday's week ends two days later; a Sunday is the end of its own."""
    assert end_of_period(date(2026, 11, 20), "week") == date(2026, 11, 22)
    assert end_of_period(date(2026, 11, 22), "week") == date(2026, 11, 22)


def test_other_periods_end_at_once() -> None:
    """A period that is none of the known ones is the day itself."""
    assert end_of_period(date(2026, 11, 20), "day") == date(2026, 11, 20)


def test_a_clock_waits_for_its_event() -> None:
    """Before a release nothing is due; the duty names what it waits for."""
    within = DutySpec(Word("notify"), Word("subject"), within=Span(1, "day"), of=Word("released"))
    calendar = OwnerCalendar(instant("2026-11-20T12:00:00"))
    assert due_ms(within, calendar, RECEIVED) is None
    assert due_ms(within, calendar, frozenset({"released"})) == end_of_day_ms(date(2026, 11, 21), "UTC")
    assert due_ms(DutySpec(Word("log")), calendar, RECEIVED) is None


def test_outcomes() -> None:
    """`on release` and `on refusal` are owed for theirs alone; without a word for both."""
    assert falls_due(DutySpec(Word("log")), released=False)
    assert falls_due(DutySpec(Word("log"), on=Word("any-outcome")), released=True)
    assert falls_due(DutySpec(Word("log"), on=Word("release")), released=True)
    assert not falls_due(DutySpec(Word("log"), on=Word("release")), released=False)
    assert not falls_due(DutySpec(Word("log"), on=Word("refusal")), released=True)


def test_who_is_an_outsider() -> None:
    """Telling one's own counsel stays inside; telling the subject does not; a count tells nobody."""
    assert is_outward(DutySpec(Word("notify"), Word("subject")))
    assert not is_outward(DutySpec(Word("forward"), Word("request"), to=Word("counsel")))
    assert not is_outward(DutySpec(Word("count"), report=Word("ca-ice-access")))
    assert is_outward(DutySpec(Word("report"), to=Word("criminal-justice-commission")))


ASK = f'rule A-1 "t" {HEADING} at ask '


def test_a_refused_question_still_owes_its_duties() -> None:
    """Notice is due in three days though nothing is released."""
    text = (
        ASK + "forbid query duty notify subject within 3 days of query-received on any-outcome duty log on release"
    )
    decision = decide_query(folded_of(pack(text), agreement()))
    assert decision.allowed == ()
    (duty,) = decision.duties
    assert (duty.kind, duty.to, duty.confirm) == ("notify", "subject", False)
    assert duty.due_ms == end_of_day_ms(date(2026, 11, 23), "UTC")


@pytest.mark.parametrize(
    ("text", "confirm"),
    [
        (ASK + "duty notify subject", False),
        (ASK.replace("verified", "unverified") + "duty notify subject", True),
        (ASK + "when order is approved-1367 duty notify subject", True),
        (ASK + "when order is approved-1367 duty forward request to counsel", False),
    ],
)
def test_doubtful_duties_to_outsiders_wait_for_a_human(text: str, confirm: bool) -> None:
    """An unverified rule or an unknown condition never tells a third party by itself."""
    (duty,) = decide_query(folded_of(pack(text), agreement())).duties
    assert duty.confirm is confirm


def test_duties_of_a_record_follow_its_outcome() -> None:
    """What is owed on release is owed when something leaves, and its clock runs; labels go with the record."""
    body = (
        "duty notify records-custodian within 1 hour of released on release duty log on refusal "
        'duty label on release "not certified"'
    )
    released = decide_record(folded_of(pack(rule("A-1", body)), agreement()), record_of(), "p")
    facts = facts_of()
    assert [(duty.kind, duty.due_ms) for duty in released.duties] == [("notify", facts.calendar.at_ms + 3_600_000)]
    assert released.labels == ("not certified",)
    refused = decide_record(
        folded_of(pack(rule("A-1", "forbid all fields " + body)), agreement()), record_of(), "p"
    )
    assert [duty.kind for duty in refused.duties] == ["log"]
    assert refused.labels == ()


def test_a_release_rules_duty_on_any_outcome_is_owed_once_by_the_question() -> None:
    """A duty that needs no record is the question's; it is not repeated with every record."""
    folded = folded_of(
        pack(rule("A-1", "duty count for ca-ice-access on any-outcome until 2030-01-01")), agreement()
    )
    (duty,) = decide_query(folded).duties
    assert (duty.report, duty.text) == ("ca-ice-access", "until 2030-01-01")
    assert decide_record(folded, record_of(), "p").duties == ()
