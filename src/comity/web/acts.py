"""What becomes of sessions, told to the node's log: who signed in, left, was locked, failed, or met a closed page.

Nobody is signed in whom the log does not take. What ends or refuses happens all the same: it is told to the administrator
where the log does not take it, and the next entry says how many are missing. Of each act of each member at most thirty an
hour are entered; no member has so many doings by hand, and whoever tries all addresses fills no log. More sign-ins than that
are refused; more of anything else is counted, and the next entry says how many.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable
from threading import Lock

from msgspec.structs import replace

from comity.errors import ClosedError, ComityError
from comity.model.agency import Member
from comity.model.refused import tell_refused
from comity.model.session_act import (
    MOST_MORE,
    SessionAct,
    SessionEntered,
    SessionKnown,
    SessionRefusal,
    SessionTold,
)
from comity.node.session_requests import EnterSession
from comity.web.door import Door

MOST_AN_HOUR = 30
HOUR_MS = 3_600_000
NOTHING_KNOWN = SessionKnown()


class SessionActs:
    """The way of sessions' acts into the log. `tell` says a sentence to the administrator."""

    def __init__(self, door: Door, tell: Callable[[str], None]) -> None:
        self._door, self._tell = door, tell
        self._entered: dict[tuple[str, SessionAct], deque[int]] = {}  # of members of this node alone, thirty each
        self._missing: Counter[tuple[str, SessionAct]] = Counter()
        self._lock = Lock()

    def signed_in(
        self, member: Member, means: str, now_ms: int, known: SessionKnown = NOTHING_KNOWN
    ) -> tuple[SessionRefusal, ...]:
        """Have the node decide and enter a sign-in, before its session begins; with refusals it does not.

        Raises ClosedError where it may not begin for another reason.
        """
        return self._begins(member, SessionTold(act=SessionAct.SIGNED_IN, means=means), now_ms, known).refused

    def begins(self, member: Member, told: SessionTold, now_ms: int) -> None:
        """Enter what opens something to a member, before it does. Raises ClosedError where it may not."""
        self._begins(member, told, now_ms, NOTHING_KNOWN)

    def _begins(self, member: Member, told: SessionTold, now_ms: int, known: SessionKnown) -> SessionEntered:
        if not self._has_room(member, told.act, now_ms):
            self._miss(member, told.act)
            raise ClosedError(tell_refused("act.too-often", act=told.act, member=member.id, most=MOST_AN_HOUR))
        return self._put(member, told, known)

    def happened(self, member: Member, told: SessionTold, now_ms: int) -> None:
        """Enter what ended, failed or was refused. It stays ended or refused where it cannot be entered."""
        if not self._has_room(member, told.act, now_ms):
            self._miss(member, told.act)
            return
        try:
            self._put(member, told)
        except ComityError as error:
            self._tell(f"`{told.act}` of a session is not in the log: {error}")

    def _put(self, member: Member, told: SessionTold, known: SessionKnown = NOTHING_KNOWN) -> SessionEntered:
        key = (member.id, told.act)
        with self._lock:
            more = self._missing.pop(key, 0)
        try:
            asked = EnterSession(member=member.id, told=replace(told, more=min(more, MOST_MORE)), known=known)
            entered: SessionEntered = self._door.ask(asked, SessionEntered)
            return entered
        except ComityError:
            with self._lock:
                self._missing[key] += more + 1
            raise

    def _has_room(self, member: Member, act: SessionAct, now_ms: int) -> bool:
        """Whether one more may be entered within the hour; it counts from here on, entered or not."""
        with self._lock:
            lately = self._entered.setdefault((member.id, act), deque(maxlen=MOST_AN_HOUR))
            while lately and not 0 <= now_ms - lately[0] < HOUR_MS:
                lately.popleft()
            if len(lately) >= MOST_AN_HOUR:
                return False
            lately.append(now_ms)
            return True

    def _miss(self, member: Member, act: SessionAct) -> None:
        with self._lock:
            self._missing[member.id, act] += 1
