"""What a node keeps of how its members sign in: public keys of their passkeys, failed tries, lockouts.

One file in the node's folder, `access.json`, readable by the node's account alone; it holds no secret. The pages' process and
commands change it under one lock of the file system and put a whole new file in its place, so that a lockout outlasts both.
A file that cannot be read signs nobody in.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock

import msgspec
from msgspec.structs import replace

from comity.errors import NounError
from comity.model.agency import Member
from comity.model.base import Noun, check_agency_id, check_instant, check_text
from comity.settings import read_noun, write_whole

ACCESS_FILE = "access.json"
LOCK_FILE = "access.lock"
MOST_PASSKEYS = 10  # of one member: a desk, a car, a telephone, and their successors
LONGEST_KEY = 2_000  # characters of base64; an RSA key of 4096 bits is a third of it
LONGEST_ID = 1_400  # characters of base64: 1,023 bytes (WebAuthn level 2, 4)
LONGEST_NAME = 60
MOST_NEWS = 20  # twice the passkeys one person can have
OWNERS_ONLY = 0o600


class Passkey(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """A member's passkey. `id` and `public_key` (COSE) are base64url; `count` is its signature counter as last seen;
    `stopped` one whose counter went back, so that a copy of it may exist.
    """

    id: str
    public_key: str
    count: int
    name: str
    added_ms: int
    used_ms: int = 0
    stopped: bool = False

    def __post_init__(self) -> None:
        check_text("a passkey's id", self.id, LONGEST_ID)
        check_text("a passkey's key", self.public_key, LONGEST_KEY)
        check_text("a passkey's name", self.name, LONGEST_NAME)
        check_instant("when it was added", self.added_ms)


class PasskeyNews(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """That a passkey of a member was added or removed, when, and by which administrator: empty where they did it."""

    added: bool
    at_ms: int
    by: str = ""


class Access(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """How one member stands. `handle` is what passkeys know the member by, random; `failed_ms` are the tries that failed since
    the last that did not; `locked_ms` is when they locked the member out, 0 for not; sessions that began up to `ended_ms` are
    over. `roles` and `trained_until` are what the agency's sign-in said last, None where it says none. `news` are changes of
    their passkeys that the member has not said to have read.
    """

    member: str
    handle: str = ""
    passkeys: tuple[Passkey, ...] = ()
    failed_ms: tuple[int, ...] = ()
    locked_ms: int = 0
    ended_ms: int = 0
    roles: tuple[str, ...] | None = None
    trained_until: date | None = None
    news: tuple[PasskeyNews, ...] = ()

    def __post_init__(self) -> None:
        check_agency_id(self.member)
        if len(self.passkeys) > MOST_PASSKEYS:
            raise NounError(f"a member has at most {MOST_PASSKEYS} passkeys; remove one first")

    def passkey(self, passkey_id: str) -> Passkey | None:
        """One of the member's passkeys by its id."""
        return next((one for one in self.passkeys if one.id == passkey_id), None)

    def told(self, *, added: bool, at_ms: int, by: str = "") -> Access:
        """The same with one more change of passkeys to tell the member of; the oldest is left out where there are too many."""
        news = (*self.news, PasskeyNews(added=added, at_ms=at_ms, by=by))
        return replace(self, news=news[-MOST_NEWS:])

    def news_since(self, began_ms: int) -> tuple[PasskeyNews, ...]:
        """What a session that began then is told of: changes from before it."""
        return tuple(one for one in self.news if one.at_ms < began_ms)

    def narrow(self, member: Member) -> Member | None:
        """The member as the agency's sign-in confirmed it: never more than is listed. None where no role is left."""
        roles = tuple(one for one in member.roles if self.roles is None or one in self.roles)
        if not roles:
            return None
        ends = (
            member.trained_until if self.trained_until is None else min(member.trained_until, self.trained_until)
        )
        return replace(member, roles=roles, trained_until=ends)


class AccessFile(Noun, frozen=True, kw_only=True):
    """All members of whom there is anything to keep."""

    members: tuple[Access, ...] = ()


class AccessStore:
    """The file of one node, read again whenever it was changed, by whomever."""

    def __init__(self, folder: Path) -> None:
        self._path, self._guard = folder / ACCESS_FILE, folder / LOCK_FILE
        self._seen: tuple[int, int, int] | None = None
        self._members: dict[str, Access] = {}
        self._lock = Lock()

    def of(self, member: str) -> Access:
        """How a member stands now. Raises SettingsError where the file cannot be read."""
        with self._lock:
            return self._read().get(member, Access(member=member))

    def every(self) -> tuple[Access, ...]:
        """All members of whom something is kept, by their ids."""
        with self._lock:
            return tuple(self._read().values())

    def find(self, passkey_id: str) -> Access | None:
        """Whose passkey has this id; None where it is nobody's."""
        with self._lock:
            return next((one for one in self._read().values() if one.passkey(passkey_id)), None)

    def change(self, member: str, how: Callable[[Access], Access]) -> Access:
        """Change how a member stands, whole or not at all, and on the disk when this returns."""
        with self._lock, self._alone():
            members = self._read()
            changed = how(members.get(member, Access(member=member)))
            kept = sorted({**members, member: changed}.values(), key=lambda one: one.member)
            raw = msgspec.json.format(msgspec.json.encode(AccessFile(members=tuple(kept))), indent=2)
            write_whole(self._path, raw + b"\n", OWNERS_ONLY)
            return changed

    def confirm(self, member: str, roles: tuple[str, ...] | None, trained_until: date | None) -> None:
        """Keep what the agency's sign-in confirms of a member, where it is not what is kept already."""
        kept = self.of(member)
        if (kept.roles, kept.trained_until) != (roles, trained_until):
            self.change(member, lambda one: replace(one, roles=roles, trained_until=trained_until))

    def _read(self) -> dict[str, Access]:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            self._seen, self._members = None, {}
            return self._members
        seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if seen != self._seen:
            self._members = {one.member: one for one in read_noun(self._path, AccessFile).members}
            self._seen = seen
        return self._members

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process changes the file meanwhile."""
        descriptor = os.open(self._guard, os.O_RDWR | os.O_CREAT, OWNERS_ONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
