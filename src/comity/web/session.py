"""Who is signed in: sessions in the memory of this process, known by the hash of a random token, and nowhere else.

A restart signs everybody out. A session locks after thirty minutes without use (CJIS Security Policy 6.0, AC-11), ends
after twelve hours, and can be ended by an administrator. Its token changes whenever somebody signs in, so that one set
beforehand is worth nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from threading import Lock

from comity.model.session_act import SessionRefusal
from comity.model.statement import SignedStatement

IDLE_MS = 30 * 60_000
WARNED_MS = 2 * 60_000  # before it locks a page that is open says so
LONGEST_MS = 12 * 3_600_000  # a shift
FRESH_MS = 5 * 60_000  # how long one sign-in counts for what asks to sign in again
MOST_SESSIONS = 10_000  # of one node's members; each is some hundred bytes


@dataclass(frozen=True, slots=True)
class Proved:
    """What a sign-in proved: when it was (UTC milliseconds, 0 where that is not said), by how many factors, None where nobody
    said; `until_ms` is when what proves it ends, 0 for never.
    """

    at_ms: int
    factors: int | None = None
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in, locked until its member signs in again. Times are UTC milliseconds; `csrf` is what its forms carry;
    `lock_told` says that the log has its lock. An access token's session has an end of its own, `until_ms`, and ended before
    stays known, locked, until then: the token could begin it again. `factors` are those its sign-in proved, None where nobody
    said; `decided_ms` when the node last let it go on, `refused` why it did not; `signed` the statements that were signed
    in it. A sign-in of which it is not known when it was has 0 as `fresh_ms`.
    """

    id: str
    member: str
    began_ms: int
    seen_ms: int
    fresh_ms: int
    csrf: str
    means: str
    language: str = "en"
    locked: bool = False
    lock_told: bool = False
    until_ms: int = 0
    factors: int | None = None
    decided_ms: int = 0
    refused: tuple[SessionRefusal, ...] = ()
    signed: tuple[SignedStatement, ...] = ()

    @property
    def statements(self) -> tuple[int, ...]:
        """The entries of what its member signed in it."""
        return tuple(one.entry for one in self.signed)

    def is_fresh(self, now_ms: int) -> bool:
        """Whether its member signed in so lately that a grave act may follow."""
        return 0 <= now_ms - self.fresh_ms <= FRESH_MS

    def answers(self, given: str) -> bool:
        """Whether a form carries this session's value."""
        return hmac.compare_digest(self.csrf.encode(), given.encode())


class Sessions:
    """All sessions of this process. `token` makes a random one; every use of a session is under one lock."""

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self._kept: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self, member: str, means: str, now_ms: int, language: str, proved: Proved | None = None) -> str:
        """Begin a session and return its token, which is kept nowhere here. The oldest ends where there are too many.

        Without `proved` its member signed in now, by nobody knows how many factors.
        """
        token = self._token()
        begun = self._begun(token, member, means, now_ms, proved or Proved(now_ms))
        self._keep(replace(begun, language=language))
        return token

    def adopt(self, token: str, member: str, means: str, now_ms: int, proved: Proved) -> Session:
        """Begin the session of an access token."""
        session = self._begun(token, member, means, now_ms, proved)
        self._keep(session)
        return session

    def _begun(self, token: str, member: str, means: str, now_ms: int, proved: Proved) -> Session:
        return Session(
            id=_name(token),
            member=member,
            began_ms=now_ms,
            seen_ms=now_ms,
            fresh_ms=proved.at_ms,
            csrf=self._token(),
            means=means,
            until_ms=proved.until_ms,
            factors=proved.factors,
            decided_ms=now_ms,
        )

    def _keep(self, session: Session) -> None:
        with self._lock:
            if len(self._kept) >= MOST_SESSIONS:
                del self._kept[min(self._kept.values(), key=lambda one: one.seen_ms).id]
            self._kept[session.id] = session

    def find(self, token: str, now_ms: int) -> Session | None:
        """The session of a token as it stands now: locked when it was idle too long, gone when it is over."""
        with self._lock:
            session = self._kept.get(_name(token))
            if session is None:
                return None
            over = session.until_ms and now_ms >= session.until_ms
            if over or not 0 <= now_ms - session.began_ms < LONGEST_MS:
                del self._kept[session.id]
                return None
            if not session.locked and now_ms - session.seen_ms >= IDLE_MS:
                session = self._kept[session.id] = replace(session, locked=True)
            return session

    def touch(self, session: Session, now_ms: int) -> None:
        """Count a use by its member; what a page does by itself is none."""
        self._change(session.id, seen_ms=now_ms)

    def lock(self, session: Session) -> None:
        """Lock it, as after thirty minutes."""
        self._change(session.id, locked=True)

    def let_on(self, session: Session, now_ms: int) -> None:
        """Note that the node let it go on."""
        self._change(session.id, decided_ms=now_ms)

    def refuse(self, session: Session, refused: tuple[SessionRefusal, ...]) -> None:
        """Lock it, because the law does not let it go on; the node has entered that already."""
        self._change(session.id, locked=True, lock_told=True, refused=refused)

    def sign(self, session: Session, signed: SignedStatement) -> None:
        """Keep that its member signed a statement in it, in the place of one of the same name."""
        with self._lock:
            kept = self._kept.get(session.id)
            if kept is not None:
                others = tuple(one for one in kept.signed if one.name is not signed.name)
                self._kept[session.id] = replace(kept, signed=(*others, signed))

    def tell_lock(self, session: Session) -> bool:
        """Whether this lock is told here for the first time; from now on it is told."""
        with self._lock:
            kept = self._kept.get(session.id)
            if kept is None or not kept.locked or kept.lock_told:
                return False
            self._kept[session.id] = replace(kept, lock_told=True)
            return True

    def speak(self, session: Session, language: str) -> None:
        """Show it another language from now on."""
        self._change(session.id, language=language)

    def end(self, session_id: str) -> None:
        """End one session."""
        with self._lock:
            self._forget(session_id)

    def end_all_of(self, member: str) -> int:
        """End every session of a member; how many there were."""
        with self._lock:
            ids = [one.id for one in self._kept.values() if one.member == member]
            for one in ids:
                self._forget(one)
        return len(ids)

    def end_others_of(self, member: str, session_id: str) -> int:
        """End every session of a member but one; how many there were."""
        with self._lock:
            ids = [one.id for one in self._kept.values() if one.member == member and one.id != session_id]
            for one in ids:
                del self._kept[one]
        return len(ids)

    def of(self, member: str) -> tuple[Session, ...]:
        """A member's sessions, the last used first."""
        with self._lock:
            mine = [one for one in self._kept.values() if one.member == member]
        return tuple(sorted(mine, key=lambda one: -one.seen_ms))

    def _forget(self, session_id: str) -> None:
        session = self._kept.pop(session_id, None)
        if session is not None and session.until_ms:
            self._kept[session_id] = replace(session, locked=True, lock_told=True)

    def _change(self, session_id: str, **values: object) -> None:
        with self._lock:
            session = self._kept.get(session_id)
            if session is not None:
                self._kept[session_id] = replace(session, **values)  # type: ignore[arg-type]


def _name(token: str) -> str:
    """What a session is kept under: who reads this process's memory dump or a log learns no token."""
    return sha256(token.encode()).hexdigest()
