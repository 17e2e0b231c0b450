"""When a hold runs out, in the owner's zone and calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from comity.exchange.answering.hold_deadline import hold_deadline_ms
from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.decision import Hold

WEDNESDAY = datetime(2026, 11, 18, 17, 30, tzinfo=UTC)
NOW_MS = int(WEDNESDAY.timestamp() * 1000)
OWNER = Agency(
    id="alder-sheriff",
    name="Sheriff",
    oris=(DatedOri(ori="CA0990000", first=date(1990, 1, 1)),),
    level=GovernmentLevel.LOCAL,
    state="CA",
    kind=AgencyKind.SHERIFF,
    zone="America/Los_Angeles",
    holidays=(date(2026, 11, 20),),
)


def hold(within: str) -> Hold:
    return Hold(kind="review", rule="x/R", what="w", role="counsel", within=within, citation="c")


def local(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, ZoneInfo(OWNER.zone))


@pytest.mark.parametrize(
    ("within", "day"),
    [
        ("2 days", date(2026, 11, 20)),
        ("1 day", date(2026, 11, 19)),
        ("2 working days", date(2026, 11, 23)),  # the holiday and the weekend do not count
        ("1 working day", date(2026, 11, 19)),
        ("1 month", date(2026, 12, 18)),
        ("", date(2026, 11, 26)),  # no time named: five working days
    ],
)
def test_a_hold_ends_with_the_owners_day(within: str, day: date) -> None:
    """Days end in the owner's zone; working days leave out its holidays."""
    assert local(hold_deadline_ms((hold(within),), OWNER, NOW_MS) - 1).date() == day


@pytest.mark.parametrize(("within", "minutes"), [("90 minutes", 90), ("1 minute", 1), ("36 hours", 2_160)])
def test_minutes_and_hours_run_exactly(within: str, minutes: int) -> None:
    """Short spans run from the question, not to the end of a day."""
    assert hold_deadline_ms((hold(within),), OWNER, NOW_MS) == NOW_MS + minutes * 60_000


def test_of_several_holds_the_latest_counts() -> None:
    """Until the last one runs out something may still be decided."""
    both = (hold("1 day"), hold("3 days"))
    assert hold_deadline_ms(both, OWNER, NOW_MS) == hold_deadline_ms(both[1:], OWNER, NOW_MS)


def test_a_time_nobody_can_read_stops() -> None:
    """An unknown span is a fault of the program, never a default."""
    with pytest.raises(AssertionError, match="span"):
        hold_deadline_ms((hold("soon"),), OWNER, NOW_MS)
