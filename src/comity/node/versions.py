"""Versions of the directory on their way between nodes: each brings what it holds to the others, adopted or waiting.

Who brings a version needs no trust: its quorum signed it, and it is judged here as an administrator's is. What it changes
waits for the administrator, unless the node's settings adopt it as it comes; whom it suspends is cut off at once either way
(`adopted.py`). A node that is reached only through a broker is brought it by that broker.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from comity.errors import MessageError, PeerError, RejectedMessageError
from comity.exchange.answering.turn_away import turn_away
from comity.exchange.messages.directory import Chain, Link
from comity.exchange.messages.open_message import Rejected, open_message, rejected
from comity.exchange.messages.relay import way_to
from comity.exchange.messages.wire import (
    LARGEST_MESSAGE,
    Reply,
    Turned,
    authenticate,
    check_fresh,
    read_message,
    said_addressee,
    said_kind,
    seal_message,
)
from comity.exchange.receive import receive_message
from comity.model.agency import NodeListing
from comity.model.directory import (
    PART_BYTES,
    SignedDirectory,
    VersionBrought,
    VersionComing,
    VersionHead,
    VersionHeld,
    VersionPart,
)
from comity.node.adopted import ADOPTED_FILE, BROUGHT_FILE, FOLDER, Mark, lists_mark, read_adopted, read_adoptions
from comity.node.directory import Fault, adopt_waiting, bring_directory, no_fault
from comity.node.fault import tell_administrator
from comity.node.version_parts import split_version, take_head, take_part
from comity.ports import World
from comity.settings import read_noun, read_settings

MOST_IN_A_ROUND = 16  # versions brought to one node before the others have their turn
SEND_MS = 10_000  # a node reads its chain, checks two hundred signatures and commits
FIRST_WAIT_MS = 1_000  # a node that restarts is back in seconds
LONGEST_WAIT_MS = 3_600_000  # one that is gone for days is tried hourly
SOMETHING_ELSE = "it answers a version of the directory with something else"
BRINGS = frozenset({"version-brought", "version-head", "version-part"})
LONGEST_SENTENCE = 300  # characters of another node's refusal that are told


def receive_here(world: World, folder: Path, raw: bytes, fault: Fault = no_fault) -> Reply:
    """What comes in at this node's door; a version of the directory is for the node itself, anything else for the exchange.

    Raises as `receive_message`.
    """
    if said_addressee(raw) in ("", world.node) and said_kind(raw) in BRINGS:
        return take_version(world, folder, raw, fault)
    return receive_message(world, raw)


def take_version(world: World, folder: Path, raw: bytes, fault: Fault = no_fault) -> Reply:
    """Take a version that another node brings: how far this node is then goes back.

    1 now   2 open_message   3 judge, enter and keep it, or what came of it   4 adopt, where the settings say so   5 seal

    Raises UnauthenticatedError for what nobody listed signed, ClosedError in trouble.
    """
    now_ms = world.clock.now_ms()  # 1
    opened = open_message(world, raw, now_ms)  # 2
    if isinstance(opened, Rejected):
        return turn_away(world, opened, now_ms)
    body, sender = opened.message.body, opened.message.sender
    if not isinstance(body, VersionBrought | VersionHead | VersionPart) or opened.via:
        return turn_away(world, rejected(opened, "versions of the directory are brought directly"), now_ms)
    try:
        held = _take(world, folder, body, (sender, opened.message.nonce), fault)  # 3
    except RejectedMessageError as error:
        return turn_away(world, rejected(opened, str(error)), now_ms)
    if isinstance(held, VersionComing):
        return Reply(seal_message(world, sender, held, now_ms))
    if held.refused:
        tell_administrator(f"`{sender}` brought a version of the directory that was refused: {held.refused}")
    elif read_settings(folder).adopts_brought:
        adopt_waiting(world, folder, fault)  # 4
    return Reply(seal_message(world, sender, held, now_ms))  # 5


def _take(
    world: World,
    folder: Path,
    body: VersionBrought | VersionHead | VersionPart,
    brought: tuple[str, str],
    fault: Fault,
) -> VersionHeld | VersionComing:
    match body:
        case VersionHead():
            return take_head(world, folder, body, brought, fault)
        case VersionPart():
            return take_part(world, folder, body, brought, fault)
        case VersionBrought(offered=offered):
            return bring_directory(world, folder, offered, brought, fault)


@dataclass(frozen=True, slots=True)
class _With:
    """How it stands with one node: the newest version it was last brought to the end of, and when to try again."""

    settled: str = ""
    next_ms: int = 0
    tried: int = 0


@dataclass(slots=True)
class Versions:
    """Bringing this node's versions to the others, in the memory of the served node: a restart brings them once more.

    A version whose message would be larger than `largest` goes in parts of `part_bytes`.
    """

    folder: Path
    largest: int = LARGEST_MESSAGE
    part_bytes: int = PART_BYTES
    _nodes: dict[str, _With] = field(default_factory=dict)
    _mark: Mark = ()
    _held: Chain = ()
    _files: dict[str, str] = field(default_factory=dict)

    def bring(self, world: World) -> int:
        """One round: every node that may lack the newest version is brought it; how many took one. Raises ClosedError."""
        self._look()
        newest = self._held[-1].hash
        if newest not in self._files:
            return 0  # the pinned one, which nobody signed
        now_ms = world.clock.now_ms()
        taken = 0
        for listing in world.directory().nodes:
            so_far = self._nodes.get(listing.id, _With())
            due = so_far.settled != newest and so_far.next_ms <= now_ms
            if listing.id != world.node and due and not self._is_behind_broker(world, listing):
                taken += self._bring_to(world, listing)
        return taken

    def _look(self) -> None:
        """Read the versions here, where one came since: an idle round is two looks at two files."""
        mark = lists_mark(self.folder)
        if self._held and mark == self._mark:
            return
        adopted = read_adopted(self.folder, read_settings(self.folder))
        names = (BROUGHT_FILE, ADOPTED_FILE)
        self._files = {one.hash: one.file for name in names for one in read_adoptions(self.folder, name)}
        self._held, self._mark = (*adopted.chain, *adopted.waiting), mark

    def _is_behind_broker(self, world: World, listing: NodeListing) -> bool:
        try:
            return bool(way_to(world, listing.id))
        except PeerError:
            return True

    def _bring_to(self, world: World, listing: NodeListing) -> int:
        """Bring a node what it lacks, the newest first: it says how far it is, and the next one follows from that."""
        newest, link, taken = self._held[-1], self._held[-1], 0
        so_far = self._nodes.get(listing.id, _With())
        try:
            for _ in range(MOST_IN_A_ROUND):
                file = self.folder / FOLDER / self._files[link.hash]
                said = self._put(world, listing, read_noun(file, SignedDirectory))
                if said.refused:
                    tell_administrator(f"`{listing.id}` refused a directory: {said.refused[:LONGEST_SENTENCE]}")
                taken += said.hash == link.hash
                following = None if said.refused or said.hash == newest.hash else _behind(self._held, said.hash)
                if following is None or following.hash not in self._files:
                    self._nodes[listing.id] = _With(settled=newest.hash)
                    return taken
                link = following
        except (PeerError, MessageError) as error:
            wait_ms = min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(so_far.tried, 20))
            if so_far.tried == 0 and isinstance(error, MessageError):
                tell_administrator(f"`{listing.id}` could not be brought the directory: {error}")
            next_ms = world.clock.now_ms() + wait_ms
            self._nodes[listing.id] = _With(so_far.settled, next_ms, so_far.tried + 1)
        return taken

    def _put(self, world: World, listing: NodeListing, offered: SignedDirectory) -> VersionHeld:
        """Bring one version, whole or in parts. Raises PeerError, MessageError for no answer, or one that is none."""
        raw = seal_message(world, listing.id, VersionBrought(offered=offered), world.clock.now_ms())
        said = _say(world, listing, raw) if len(raw) <= self.largest else self._put_parts(world, listing, offered)
        if isinstance(said, VersionComing):
            raise RejectedMessageError(SOMETHING_ELSE)
        return said

    def _put_parts(
        self, world: World, listing: NodeListing, offered: SignedDirectory
    ) -> VersionHeld | VersionComing:
        """The head, and each part that the other node says it lacks, in order."""
        head, parts = split_version(offered, self.part_bytes)
        said = _say(world, listing, seal_message(world, listing.id, head, world.clock.now_ms()))
        for part in parts:
            if not isinstance(said, VersionComing):
                break  # it has the version, lacks one before it, or refuses this one
            if said.hash != head.hash or said.held > len(parts):
                raise RejectedMessageError(SOMETHING_ELSE)
            if part.number < said.held:
                continue
            if part.number > said.held:
                raise RejectedMessageError("it lost parts of a version that it had taken")
            said = _say(world, listing, seal_message(world, listing.id, part, world.clock.now_ms()))
            if isinstance(said, VersionHeld) and said.refused and not said.hash:
                raise RejectedMessageError(
                    said.refused
                )  # turned away: it wants the head again, and the next round has it
        return said


def _say(world: World, listing: NodeListing, raw: bytes) -> VersionHeld | VersionComing:
    """What a node says to a version, or to what comes of one. Raises as `Versions._put`."""
    reply = world.peers.send(listing.id, raw, world.clock.now_ms() + SEND_MS)
    sender, payload = authenticate(reply, world.directory(), world.clock.now_ms())
    message = read_message(payload)
    check_fresh(message, world.node, world.clock.now_ms())
    if sender == listing.id and isinstance(message.body, Turned):
        return VersionHeld(version=0, hash="", refused=message.body.sentence)
    if sender != listing.id or not isinstance(message.body, VersionHeld | VersionComing):
        raise RejectedMessageError(SOMETHING_ELSE)
    return message.body


def _behind(held: Chain, known: str) -> Link | None:
    """The version that comes right behind the one a node says it has; None where it has none of ours."""
    for link in held:
        if link.directory.previous == known or any(one.hash == known for one in link.directory.joins):
            return link
    return None
