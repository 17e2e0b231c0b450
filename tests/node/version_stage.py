"""Two nodes of one directory, in this process, and a line between them that tests hold down or look into."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from msgspec.structs import replace

from comity.errors import PeerUnreachableError
from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.directory import (
    DirectoryChange,
    JoinDirectory,
    LiftSuspension,
    SetQuorum,
    SignedDirectory,
    Suspend,
)
from comity.model.disclosure import EntryKind
from comity.model.law_text import Signature
from comity.model.listing import Quorum, Suspended
from comity.model.peer_state import PeerState
from comity.node.adopted import read_newest
from comity.node.directory import adopt_directory, sign_directory
from comity.node.init import NodePlan, make_node
from comity.node.keys import signing_agency_key
from comity.node.open_world import open_world
from comity.node.versions import Versions, receive_here
from comity.ports import World
from comity.settings import SETTINGS_FILE, read_settings, write_noun

NAMES = ("ash", "birch")
SEATS = ("ash-police", "birch-police")
CUT = Suspend(suspended=Suspended(id="ash-police", reason="finding 26-7"))
LIFT = LiftSuspension(id="ash-police")
KINDS = {EntryKind.DIRECTORY_ADOPTED, EntryKind.DIRECTORY_REFUSED, EntryKind.DIRECTORY_BROUGHT, EntryKind.REJECTED}


def make_joined(home: Path, ports: tuple[int, int] = (8401, 8402)) -> dict[str, Path]:
    """Two nodes whose directories ended in one, which either agency's signature continues."""
    folders = {name: home / name for name in NAMES}
    for number, (name, folder) in enumerate(folders.items()):
        held = Agency(
            id=f"{name}-police",
            name=f"{name.title()} Police",
            oris=(DatedOri(ori=f"WA01798{number:02}", first=date(2026, 1, 1)),),
            level=GovernmentLevel.LOCAL,
            state="WA",
            kind=AgencyKind.POLICE,
        )
        make_node(NodePlan(folder, f"{name}-node", ports[number], (held,), invented=True), ())
    ash, birch = folders["ash"], folders["birch"]
    joint = draft(
        ash,
        JoinDirectory(directory=read_newest(birch, read_settings(birch))),
        SetQuorum(quorum=Quorum(count=1, seats=SEATS)),
    )
    both = sign_directory(birch, joint, "birch-police")
    for folder in folders.values():
        with open_world(folder) as world:
            assert adopt_directory(world, folder, both).checked.faults == ()
    return folders


def draft(folder: Path, *changes: DirectoryChange, behind: SignedDirectory | None = None) -> SignedDirectory:
    """The version behind the one in force at a node, or behind another, with changes, signed by the node's agency."""
    settings = read_settings(folder)
    newest = read_newest(folder, settings)
    link = Link.of(newest if behind is None else behind.directory)
    plain = SignedDirectory(directory=next_version(link, changes))
    (agency,) = settings.agencies
    value = base64.b64encode(signing_agency_key(folder, newest, agency).sign(plain.signed_bytes)).decode()
    return replace(plain, signatures=(Signature(agency=agency, role="agency-head", value=value),))


@dataclass
class Line:
    """The `Peers` port of one node to the other; `sent` is what went over it."""

    deliver: Callable[[bytes], bytes]
    down: bool = False
    sent: list[bytes] = field(default_factory=list)

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        """What the other node answers."""
        if self.down:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        self.sent.append(message)
        return self.deliver(message)

    def states(self) -> tuple[PeerState, ...]:
        """Nothing is known of a line."""
        return ()


@dataclass(frozen=True)
class Pair:
    """Both nodes open: their folders, worlds, lines, and what each brings."""

    folders: dict[str, Path]
    worlds: dict[str, World]
    lines: dict[str, Line]
    versions: dict[str, Versions]

    def bring(self, name: str) -> int:
        """One round of a node; how many versions the other took."""
        return self.versions[name].bring(self.worlds[name])

    def adopt(self, name: str, offered: SignedDirectory) -> None:
        """A node's administrator adopts a version."""
        assert adopt_directory(self.worlds[name], self.folders[name], offered).checked.faults == ()

    def entered(self, name: str, since: int = 0) -> list[EntryKind]:
        """What a node's log has of versions, and of messages turned away."""
        journal = self.worlds[name].journal
        kinds = (decode_entry(journal.entry(index)).facts.kind for index in range(since, journal.size()))
        return [kind for kind in kinds if kind in KINDS]

    def is_cut_off(self, name: str, agency: str = "ash-police") -> bool:
        """Whether a node goes by the agency's suspension now."""
        return self.worlds[name].directory().suspension_of(agency) is not None


@contextmanager
def paired(folders: dict[str, Path], **settings: bool) -> Iterator[Pair]:
    """Both nodes opened, with a line to each other; `settings` are changed at birch's."""
    held = read_settings(folders["birch"])
    write_noun(folders["birch"] / SETTINGS_FILE, replace(held, **settings))
    with ExitStack() as stack:
        bare = {name: stack.enter_context(open_world(folder)) for name, folder in folders.items()}
        worlds: dict[str, World] = {}
        other = {"ash": "birch", "birch": "ash"}

        def answering(name: str) -> Callable[[bytes], bytes]:
            return lambda raw: receive_here(worlds[name], folders[name], raw).raw

        lines = {name: Line(answering(other[name])) for name in NAMES}
        worlds |= {name: dataclasses.replace(bare[name], peers=lines[name]) for name in NAMES}
        yield Pair(folders, worlds, lines, {name: Versions(folder) for name, folder in folders.items()})
