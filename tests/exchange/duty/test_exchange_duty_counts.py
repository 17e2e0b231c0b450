"""Counts of acts by register and period, stops by hour, emergency uses nobody attested: never a name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from comity.exchange.duty.duty_counts import UNATTESTED, Counted, Unattested, count_duties, unattested
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty

EASTERN = "America/New_York"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(EASTERN)).timestamp() * 1000)


def stored(number: int, duty: Duty, raised: str, asker: str = "wa-police") -> StoredDuty:
    return StoredDuty(
        id=f"{number}", owner="ny-dmv", query_id=f"q-{number}", duty=duty, raised_ms=at(raised), asker=asker
    )


NOTICES = Duty(kind="count", rule="us-ny/NY-02", citation="c", report="ny-dmv-notices")
STOPS = Duty(kind="count", rule="us/ST-01", citation="c", report="stop-hourly")
USE = Duty(kind="review", rule="us/EM-01", citation="c", to="supervisor", report="emergency-unattested")


def counted(found: tuple[Counted, ...]) -> list[tuple[str, str, str, int]]:
    return [(one.report, one.period, one.asker, one.number) for one in found]


def test_acts_are_counted_by_register_and_period() -> None:
    """The owner's local year or month decides; notices and unregistered logs are no counts."""
    duties = [
        stored(1, NOTICES, "2026-12-31T23:59:59"),
        stored(2, NOTICES, "2027-01-01T00:00:00"),
        stored(3, NOTICES, "2027-01-31T12:00:00"),
        stored(4, replace(NOTICES, kind="notify", report=""), "2027-01-31T12:00:00"),
        stored(5, replace(NOTICES, kind="log", report=""), "2027-01-31T12:00:00"),
        stored(6, replace(NOTICES, kind="report", period="2026"), "2027-02-01T12:00:00"),
    ]
    assert counted(count_duties(duties, EASTERN, "year")) == [
        ("ny-dmv-notices", "2026", "", 1),
        ("ny-dmv-notices", "2026", "", 1),
        ("ny-dmv-notices", "2027", "", 2),
    ]
    months = count_duties(duties[:3], EASTERN, "month")
    assert counted(months) == [("ny-dmv-notices", "2026-12", "", 1), ("ny-dmv-notices", "2027-01", "", 2)]
    assert (months[0].owner, months[0].rule, months[0].kind) == ("ny-dmv", "us-ny/NY-02", "count")


def test_stops_are_counted_by_agency_and_hour() -> None:
    """The hour that comes twice when the clocks go back is two hours."""
    duties = [stored(number, STOPS, "2026-11-01T00:10:00") for number in range(3)]
    later = [replace(duties[0], raised_ms=duties[0].raised_ms + hours * 3_600_000) for hours in (1, 2)]
    other = stored(9, STOPS, "2026-11-01T00:50:00", asker="ca-sheriff")
    assert counted(count_duties([*duties, *later, other], EASTERN, "year")) == [
        ("stop-hourly", "2026-11-01T00-04:00", "ca-sheriff", 1),
        ("stop-hourly", "2026-11-01T00-04:00", "wa-police", 3),
        ("stop-hourly", "2026-11-01T01-04:00", "wa-police", 1),
        ("stop-hourly", "2026-11-01T01-05:00", "wa-police", 1),
    ]


def test_emergency_uses_nobody_attested_are_published_without_names() -> None:
    """Owner, hour and rule of what is past its hour; what was attested, or still may be, is not there."""
    due = replace(USE, due_ms=at("2026-11-20T15:20:00"))
    late = stored(1, due, "2026-11-20T14:20:00")
    duties = [
        replace(late, id="2", started_ms=at("2026-11-20T13:59:00")),
        late,
        replace(late, done_ms=1),
        replace(late, duty=replace(due, to="counsel")),
        replace(late, duty=replace(due, kind="document")),
        replace(late, duty=replace(due, report=""), query_id="q-other"),
        replace(late, duty=replace(due, report=""), query_id="q-2", id="3"),
        stored(2, Duty(kind="count", rule="model/EM-03", citation="c", report=UNATTESTED), "2026-11-20T14:20:00"),
    ]
    found = unattested(duties, EASTERN, at("2026-11-20T15:20:01"))
    assert found == (
        Unattested(owner="ny-dmv", hour="2026-11-20T13-05:00", rule="us/EM-01"),
        Unattested(owner="ny-dmv", hour="2026-11-20T14-05:00", rule="us/EM-01"),
        Unattested(owner="ny-dmv", hour="2026-11-20T14-05:00", rule="us/EM-01"),
    )
    assert set(msgspec.to_builtins(found[0])) == {"owner", "hour", "rule"}
    assert unattested(duties, EASTERN, at("2026-11-20T15:20:00")) == ()


def test_hours_ahead_of_utc_carry_their_sign() -> None:
    """East of Greenwich the offset is ahead."""
    (one,) = count_duties([stored(1, STOPS, "2026-07-01T00:10:00")], "Asia/Kolkata", "year")
    assert one.period == "2026-07-01T09+05:30"
