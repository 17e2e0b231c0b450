"""The way to the node: its local socket, and nothing else. The pages' process opens no store and holds no key.

A node that does not serve is never opened from here: pages would then hold its store, and its other nodes none of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from comity.errors import ClosedError
from comity.exchange.messages.suspended import suspension_among
from comity.model.agency import Agency, Directory, Member
from comity.model.refused import tell_refused
from comity.node.adopted import FileDirectories
from comity.node.local import SOCKET_FILE, LocalRequest, Narrowed, Progress, at_node, is_served
from comity.settings import read_members, read_settings


def untold(_agency: str, _status: str) -> None:
    """Progress nobody waits for."""


class Door:
    """Puts requests to one node; every call is one request on a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._directories: FileDirectories | None = None

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """What the node answers, of the kind named. Raises ClosedError where it is not there, or what the verb raises."""
        if not is_served(self._folder / SOCKET_FILE):
            raise ClosedError(tell_refused("node.not-served"))
        with at_node(self._folder) as put:
            return put(request, kind, progress)

    def narrowed(self, member: Member, statements: tuple[int, ...] = ()) -> Door:
        """The same way, on which the node takes this member for no more than is said here; `statements` are the entries of
        what they signed in this session.
        """
        return NarrowDoor(self, member, statements)

    def members(self) -> tuple[Member, ...]:
        """The members of this node as listed now, without those of an agency that the directory suspends."""
        directory = self.directory()
        return tuple(one for one in read_members(self._folder) if suspension_among(directory, one.agency) is None)

    def cut_off(self) -> tuple[Agency, ...]:
        """Agencies of this node that the directory suspends, by name."""
        directory, held = self.directory(), read_settings(self._folder).agencies
        found = (one for one in directory.agencies if one.id in held and directory.suspension_of(one.id))
        return tuple(sorted(found, key=lambda one: one.name))

    def directory(self) -> Directory:
        """The newest version that the node adopted, read anew when there is another. Raises as `read_adopted`."""
        if self._directories is None:
            self._directories = FileDirectories(self._folder, read_settings(self._folder))
        return self._directories()

    def find_member(self, member_id: str) -> Member | None:
        """A member of this node as listed now; None for one who is no longer."""
        return next((one for one in self.members() if one.id == member_id), None)


class NarrowDoor(Door):
    """A way on which one member counts as their session has them: for no more than the node lists, with what they signed."""

    def __init__(self, whole: Door, member: Member, statements: tuple[int, ...]) -> None:
        super().__init__(whole._folder)
        self._whole, self._member, self._statements = whole, member, statements

    def directory(self) -> Directory:
        """As the whole way reads it."""
        return self._whole.directory()

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """As `Door`; the node narrows the member before it decides."""
        narrow = Narrowed(
            member=self._member.id,
            roles=self._member.roles,
            trained_until=self._member.trained_until,
            request=msgspec.Raw(msgspec.json.encode(request)),
            statements=self._statements,
        )
        return self._whole.ask(narrow, kind, progress)
