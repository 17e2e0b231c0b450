"""Uses by a few words, for tests of single patterns."""

from __future__ import annotations

from itertools import count
from typing import Any

from comity.model.codes import Purpose, Status
from comity.oversight.findings.uses import DAY_MS, HOUR_MS, Use

MONDAY_MS = 1_793_577_600_000  # 2026-11-02, midnight UTC
POLICE, SHERIFF, TASK_FORCE, REMOVALS = "wa-police", "ca-sheriff", "north-task-force", "removal-operations"
_numbers = count()


def use(day: float = 0, hour: float = 10, **given: Any) -> Use:
    """A question of the detective's on a day, counted from a Monday, at an hour of the clock."""
    number = next(_numbers)
    at_ms = round(MONDAY_MS + day * DAY_MS + hour * HOUR_MS)
    asker = given.pop("asker", POLICE)
    return Use(
        **{
            "entry": number,
            "query_id": f"{number:032x}",
            "at_ms": at_ms,
            "local_ms": at_ms,
            "asker": asker,
            "member": f"{asker}/detective",
            "homes": (asker,),
            "beneficiary": asker,
            "purpose": Purpose.CRIMINAL_INVESTIGATION,
            "case": "case-1",
            "subject": f"subject-{number}",
            "status": Status.ANSWERED,
            **given,
        }
    )


def removal(day: float = 0, hour: float = 10, **given: Any) -> Use:
    """A question of the immigration authority's own."""
    words = {"purpose": Purpose.CIVIL_IMMIGRATION, "immigration": True, "authority": True, "case": "A-1"}
    return use(day, hour, asker=REMOVALS, **{**words, **given})
