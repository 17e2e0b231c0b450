"""What is owed where nobody asks: reports for a period, nil included, and duties of an event."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import HEADING, agreement, law_of, pack

from comity.law.calendar import end_of_day_ms, end_of_period, last_day_of, local_time, period_of, start_of_period
from comity.law.facts import Facts, facts_of_owner
from comity.law.owed import MOST_PERIODS, event_duties, periodic_duties, series_of
from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.decision import Duty

PERIODS = ("week", "month", "quarter", "year", "calendar-year")
REPORT = "duty report to city-council for ccops-annual every calendar-year due 03-01"
YEARLY = f'rule Y-1 "Yearly" {HEADING} at ask {REPORT}'
MONTHLY = f"""rule M-1 "Monthly" {HEADING} at release
  when query is for-money duty report to city-council for audit-review every month"""
DEFINE = 'define for-money of query "t" cite "Act 1" status verified means query\'s purpose is licensing\n'


def owner(state: str = "WA", zone: str = "America/Los_Angeles", holidays: tuple[date, ...] = ()) -> Agency:
    """A city police department."""
    return Agency(
        id="ccpd",
        name="Cascade City Police",
        oris=(DatedOri(ori="WA0179900", first=date(2000, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state=state,
        kind=AgencyKind.POLICE,
        zone=zone,
        holidays=holidays,
    )


def seen(day: date, more: dict[str, object] | None = None, state: str = "WA") -> Facts:
    """The owner at noon of a day."""
    return facts_of_owner(
        owner(state), int(datetime(day.year, day.month, day.day, 20, tzinfo=UTC).timestamp() * 1000), more
    )  # type: ignore[arg-type]


def periods(duties: tuple[Duty, ...]) -> list[str]:
    return [duty.period for duty in duties]


def test_a_nil_report_is_owed_though_nothing_was_asked() -> None:
    """The running year's report is owed, certain, due on the first of March after it."""
    (duty,) = periodic_duties(law_of(pack(YEARLY)), seen(date(2026, 11, 20)), {})
    assert (duty.period, duty.report, duty.confirm) == ("2026", "ccops-annual", False)
    assert duty.due_ms == end_of_day_ms(date(2027, 3, 1), "America/Los_Angeles")


def test_a_report_on_an_outcome_needs_a_question() -> None:
    """`every month on any-outcome` is owed by the question that brings it, not by the month."""
    assert periodic_duties(law_of(pack(f"{YEARLY} on any-outcome")), seen(date(2026, 11, 20)), {}) == ()


def test_whom_the_rule_does_not_bind_owes_nothing() -> None:
    """A rule of another state's owners is not this owner's; one not yet in force neither."""
    bound = YEARLY.replace("at ask", "binds owner where owner's state is OR at ask")
    assert periodic_duties(law_of(pack(bound)), seen(date(2026, 11, 20)), {}) == ()
    assert periodic_duties(law_of(pack(YEARLY)), seen(date(2019, 12, 31)), {}) == ()


def test_the_year_before_is_owed_while_it_is_not_due() -> None:
    """A node that opens in January owes last year's report, and one that opens in April no more."""
    law = law_of(pack(YEARLY))
    assert periods(periodic_duties(law, seen(date(2027, 1, 10)), {})) == ["2026", "2027"]
    assert periods(periodic_duties(law, seen(date(2027, 4, 10)), {})) == ["2027"]


def test_a_rule_that_began_this_year_owes_nothing_for_the_last() -> None:
    """No report for a period in which the rule was not in force at its end."""
    law = law_of(pack(YEARLY.replace("2020-01-01", "2027-01-01")))
    assert periods(periodic_duties(law, seen(date(2027, 1, 10)), {})) == ["2027"]


def test_nothing_is_lost_while_a_node_is_away_and_nothing_is_raised_twice() -> None:
    """Every period since the last that was raised is owed, late or not; what was raised is not owed again."""
    law = law_of(pack(DEFINE + MONTHLY))
    (first,) = periodic_duties(law, seen(date(2026, 8, 3)), {})
    raised = {series_of(first): {first.period}}
    assert periods(periodic_duties(law, seen(date(2026, 11, 20)), raised)) == ["2026-09", "2026-10", "2026-11"]
    assert periodic_duties(law, seen(date(2026, 8, 31)), raised) == ()


def test_looking_back_ends() -> None:
    """After ten years of weeks a node looks back no further."""
    law = law_of(pack(MONTHLY.replace("when query is for-money ", "").replace("every month", "every week")))
    (first,) = periodic_duties(law, seen(date(2026, 8, 3)), {})
    owed = periodic_duties(law, seen(date(2026, 8, 3)), {series_of(first): {"1990-W01"}})
    assert len(owed) <= MOST_PERIODS
    assert owed[0].period.startswith("2019-W5") or owed[0].period.startswith("2020-W01")


def test_a_clause_binds_its_giver() -> None:
    """What an agreement makes its giver report is not owed by the taker."""
    clause = 'clause G-02 "Report" gives {} at release duty report to city-council for ccops-annual every year'
    for sides, owed in (("ccpd to fia", 1), ("fia to ccpd", 0)):
        law = law_of(agreement(clause.format(sides)))
        assert len(periodic_duties(law, seen(date(2026, 11, 20)), {})) == owed


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.sampled_from(PERIODS))
def test_a_day_lies_in_its_period(day: date, every: str) -> None:
    """First and last day frame it, the name leads back to the last day, the day before belongs to another."""
    first, last = start_of_period(day, every), end_of_period(day, every)
    assert first <= day <= last
    assert last_day_of(period_of(day, every)) == last
    assert period_of(first, every) == period_of(last, every) == period_of(day, every)
    assert period_of(first - timedelta(days=1), every) != period_of(day, every)


@given(
    st.dates(date(2020, 6, 1), date(2040, 1, 1)),
    st.sampled_from(PERIODS),
    st.sampled_from([None, "02-29", "01-15"]),
)
@settings(max_examples=60)
def test_a_period_is_due_when_it_has_ended(day: date, every: str, due: str | None) -> None:
    """Never before the owner's local day on which the period ends."""
    named = f" due {due}" if due else ""
    text = YEARLY.replace("every calendar-year due 03-01", f"every {every}{named}")
    duties = periodic_duties(law_of(pack(text)), seen(day), {})
    assert duties
    for duty in duties:
        assert duty.due_ms is not None
        assert local_time(duty.due_ms, "America/Los_Angeles").date() >= last_day_of(duty.period)


EVENT = (
    f'rule E-1 "Event" {HEADING} at {{at}} {{when}} duty notify subject within 10 working-days of amendment-asked'
)


@pytest.mark.parametrize(
    ("at", "when", "confirm"),
    [
        ("ingest", "", (False,)),
        ("purge", "when record is disputed", (False,)),
        ("purge", "when record is reviewed", ()),
        ("purge", "when record is certified", (True,)),  # unknown: a person looks first
        ("purge", "data case", (False,)),
        ("purge", "data gang", ()),
        ("release", "when record is disputed", (False,)),
        ("release", "when asker's level is federal", ()),  # that waits with the question
    ],
)
def test_an_event_on_a_record_brings_what_its_rules_demand(at: str, when: str, confirm: tuple[bool, ...]) -> None:
    """By the owner and the record alone; what depends on a question was stored with it."""
    law = law_of(pack(EVENT.format(at=at, when=when)))
    facts = seen(
        date(2026, 11, 20),
        {"record's data-class": "case", "record is disputed": True, "record is reviewed": False},
    )
    duties = event_duties(law, "amendment-asked", facts)
    assert tuple(duty.confirm for duty in duties) == confirm
    assert all(duty.due_ms == end_of_day_ms(date(2026, 12, 4), "America/Los_Angeles") for duty in duties)
    assert event_duties(law, "breach-found", facts) == ()


def test_an_event_on_the_agency_brings_a_class_bound_duty_for_a_person_to_look_at() -> None:
    """Without a record nobody knows the class: the rule narrows as if it were of it, and waits for a human."""
    law = law_of(pack(EVENT.format(at="configure", when="data gang")))
    (duty,) = event_duties(law, "amendment-asked", seen(date(2026, 11, 20)))
    assert duty.confirm


def test_what_is_owed_on_an_outcome_waits_with_its_question() -> None:
    """A recall is owed to those who received: where nothing was released, the change of a record brings none."""
    law = law_of(pack(EVENT.format(at="release", when="") + " on release"))
    assert event_duties(law, "amendment-asked", seen(date(2026, 11, 20), {"record's data-class": "case"})) == ()


def test_a_clause_on_an_event_binds_its_giver() -> None:
    """The taker owes nothing by a clause of the giver."""
    clause = 'clause G-02 "Told" gives {} at onward duty notify subject within 1 day of breach-found'
    for sides, owed in (("ccpd to fia", 1), ("fia to ccpd", 0)):
        law = law_of(agreement(clause.format(sides)))
        assert len(event_duties(law, "breach-found", seen(date(2026, 11, 20)))) == owed
