"""Checks of other systems' logs that are under way: in the memory of this process, never on disk, each its own member's.

A file holds plates and names until its columns are settled. It is dropped then; what is read of it has neither.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Lock

from comity.oversight.audit.audit import AuditReport
from comity.oversight.audit.check import Check

KEPT_MS = 30 * 60_000  # since it was looked at last
MOST_OF_ONE = 3  # of one member; the oldest goes
MOST = 12  # of this process: each may hold some fifty megabytes


@dataclass(frozen=True, slots=True)
class Job:
    """One check and whose it is. `entry` is where the log has that its file was read; `report` the result by the decisions so
    far, None until somebody asks for it."""

    id: str
    member: str
    begun_ms: int
    seen_ms: int
    check: Check
    entry: int = 0
    report: AuditReport | None = None

    def at(self, check: Check) -> Job:
        """The same after another step; a result of before it counts no more."""
        return replace(self, check=check, report=None)


class Jobs:
    """All checks of this process. `working` is held while one is read or judged, which may take seconds of a processor."""

    def __init__(self) -> None:
        self._kept: dict[str, Job] = {}
        self._lock = Lock()
        self.working = Lock()

    def has_room(self, member: str, now_ms: int) -> bool:
        """Whether one more of this member can be kept: others' are never forgotten for it."""
        with self._lock:
            self._forget(now_ms)
            others = sum(one.member != member for one in self._kept.values())
            return others + MOST_OF_ONE <= MOST

    def begin(self, job: Job) -> Job:
        """Keep a new one under its id."""
        with self._lock:
            self._forget(job.begun_ms)
            mine = [one for one in self._kept.values() if one.member == job.member]
            if len(mine) >= MOST_OF_ONE:
                del self._kept[min(mine, key=lambda one: one.seen_ms).id]
            self._kept[job.id] = job
        return job

    def find(self, job_id: str, member: str, now_ms: int) -> Job | None:
        """A member's own; None for any other and for one that is gone."""
        with self._lock:
            self._forget(now_ms)
            found = self._kept.get(job_id)
            if found is None or found.member != member:
                return None
            self._kept[job_id] = replace(found, seen_ms=now_ms)
            return self._kept[job_id]

    def all_of(self, member: str, now_ms: int) -> tuple[Job, ...]:
        """A member's, the newest first."""
        with self._lock:
            self._forget(now_ms)
            mine = [one for one in self._kept.values() if one.member == member]
        return tuple(sorted(mine, key=lambda one: -one.begun_ms))

    def keep(self, job: Job) -> Job:
        """Keep it as it stands now; one that was deleted meanwhile stays deleted."""
        with self._lock:
            if job.id in self._kept:
                self._kept[job.id] = job
        return job

    def drop(self, job: Job) -> None:
        """Forget it."""
        with self._lock:
            self._kept.pop(job.id, None)

    def drop_all_of(self, member: str) -> None:
        """Forget everything of a member who signed out."""
        with self._lock:
            for one in [one.id for one in self._kept.values() if one.member == member]:
                del self._kept[one]

    def _forget(self, now_ms: int) -> None:
        for one in [one.id for one in self._kept.values() if now_ms - one.seen_ms >= KEPT_MS]:
            del self._kept[one]
