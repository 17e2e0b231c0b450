"""When somebody looked for misuse last, and over how many questions: in the memory of this process, by agency.

A look leaves its findings in the node's log and nothing where it found none, so that it is told here until a restart.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Look:
    """One look: when (UTC milliseconds), over how many questions, and how many entries kept nothing to open."""

    at_ms: int
    questions: int
    forgotten: int


class Looks:
    """The last look of each agency here."""

    def __init__(self) -> None:
        self._last: dict[str, Look] = {}
        self._lock = Lock()

    def keep(self, agency: str, look: Look) -> None:
        """Remember it in place of the one before."""
        with self._lock:
            self._last[agency] = look

    def last(self, agency: str) -> Look | None:
        """The last one; None where nobody looked since this process began."""
        with self._lock:
            return self._last.get(agency)
