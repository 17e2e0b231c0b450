"""Versions of the directory: signed, judged, changed, and shown."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.base import Noun, check_agency_id, check_hash, check_instant
from comity.model.canon import digest
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_text import Signature
from comity.model.listing import MOST_JOINS, MOST_SEATS, AgencyPacks, Quorum, Suspended

MOST_SIGNATURES = 5 * MOST_SEATS  # a quorum's, and those of the directories that join
PART_BYTES = (
    524_288  # of a version, in one message: base64 and all that is around it stay below the largest message
)
LONGEST_PART = 4 * -(-PART_BYTES // 3)  # characters of base64
MOST_PARTS = (
    32  # 16 MB: three times a directory of every agency of a country, with nodes and certificates of their own
)


class SignedDirectory(Noun, frozen=True, kw_only=True):
    """A version of the directory and the agencies' signatures over it.

    An agency that moves may sign twice: with the key of the node it leaves and with that of the node it comes to.
    """

    directory: Directory
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        signed = [(one.agency, one.value) for one in self.signatures]
        if len(set(signed)) != len(signed):
            raise NounError("a signature stands twice under this version; keep it once")
        if len(signed) > MOST_SIGNATURES:
            raise NounError(f"the version has more than {MOST_SIGNATURES} signatures; keep those of its quorum")

    @property
    def hash(self) -> str:
        """What the next version and the log's entry name: SHA-256 over the directory, signatures left out."""
        return digest(self.directory)

    @property
    def signed_bytes(self) -> bytes:
        """What an agency signs."""
        return directory_bytes(self.directory.version, self.hash)


def directory_bytes(version: int, directory_hash: str) -> bytes:
    """What an agency signs when it signs a version of the directory."""
    return f"comity directory v1\n{version}\n{directory_hash}\n".encode()


class FaultKind(StrEnum):
    """Why a version does not count. Each is a condition of `exchange/messages/directory.py` that fails."""

    DOWNGRADE = "downgrade"
    GAP = "gap"
    OTHER_PREVIOUS = "other-previous"
    TOO_FEW_SIGNATURES = "too-few-signatures"
    FORK = "fork"
    SEAT_NOT_LISTED = "seat-not-listed"
    NODE_NOT_LISTED = "node-not-listed"
    KEY_UNUSABLE = "key-unusable"
    KEY_TWICE = "key-twice"
    KEY_REVOKED = "key-revoked"
    KEY_LOST = "key-lost"
    REVOCATION_LOST = "revocation-lost"
    MOVE_UNSAID = "move-unsaid"
    OWN_NODE = "own-node"


class DirectoryFault(Noun, frozen=True, kw_only=True):
    """One condition that fails, in one sentence."""

    kind: FaultKind
    sentence: str


class KeyUse(StrEnum):
    """What a key signs: a node's messages, a node's log, an agency's word."""

    MESSAGE = "message"
    LOG = "log"
    AGENCY = "agency"


class AddNode(Noun, frozen=True, kw_only=True, tag="add-node"):
    """List a node."""

    node: NodeListing


class AddAgency(Noun, frozen=True, kw_only=True, tag="add-agency"):
    """List an agency."""

    agency: Agency


class JoinDirectory(Noun, frozen=True, kw_only=True, tag="join-directory"):
    """Take in everybody of a directory that was kept apart; it ends in the version this makes.

    `moving` are agencies of both that move to the joining node, with the key they have there; what their old node and
    key sign counts until `until_ms`.
    """

    directory: Directory
    moving: tuple[str, ...] = ()
    until_ms: int = 0


class MoveAgency(Noun, frozen=True, kw_only=True, tag="move-agency"):
    """Let another node answer for an agency; what the old one answers counts until `until_ms`."""

    agency: str
    node: str
    until_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        check_agency_id(self.node)
        check_instant("the end of the old node", self.until_ms)


class ReplaceKey(Noun, frozen=True, kw_only=True, tag="replace-key"):
    """List a new key of a node or agency; what the old one signs counts until `until_ms`."""

    use: KeyUse
    of: str
    key: str
    until_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.of)
        check_instant("the end of the old key", self.until_ms)


class RevokeKey(Noun, frozen=True, kw_only=True, tag="revoke-key"):
    """Believe nothing that a key signed from `from_ms` on; `instead` takes its place where it is the current one."""

    use: KeyUse
    of: str
    key: str
    from_ms: int
    instead: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.of)
        check_instant("the beginning of the revocation", self.from_ms)


class AmendNode(Noun, frozen=True, kw_only=True, tag="amend-node"):
    """Say something else of a node than its keys for messages and log; what is None stays as it is."""

    node: str
    address: str | None = None
    certificate: str | None = None
    witness_key: str | None = None
    broker: bool | None = None
    via: str | None = None


class AmendAgency(Noun, frozen=True, kw_only=True, tag="amend-agency"):
    """Say something else of an agency: ORIs, certificates, contact. Its node and key stay as they are listed."""

    agency: Agency


class Remove(Noun, frozen=True, kw_only=True, tag="remove"):
    """Take an agency or a node out; the agency's seat in the quorum goes with it.

    Law that the agency signed and that was put in force until `until_ms` stays signed.
    """

    id: str
    until_ms: int = 0


class SetQuorum(Noun, frozen=True, kw_only=True, tag="set-quorum"):
    """Say who must sign the version after the one this makes."""

    quorum: Quorum


class ListPacks(Noun, frozen=True, kw_only=True, tag="list-packs"):
    """List the packs an agency has in force."""

    packs: AgencyPacks


class Suspend(Noun, frozen=True, kw_only=True, tag="suspend"):
    """Cut an agency, a department or a node off, and say why: nothing is asked by it, of it or through it."""

    suspended: Suspended


class LiftSuspension(Noun, frozen=True, kw_only=True, tag="lift-suspension"):
    """Let whoever was cut off take part again."""

    id: str

    def __post_init__(self) -> None:
        check_agency_id(self.id)


DirectoryChange = (
    AddNode
    | AddAgency
    | JoinDirectory
    | MoveAgency
    | ReplaceKey
    | RevokeKey
    | AmendNode
    | AmendAgency
    | Remove
    | SetQuorum
    | ListPacks
    | Suspend
    | LiftSuspension
)


class VersionChecked(Noun, frozen=True, kw_only=True):
    """What adopting a version here would come to: faults, who signed, who could still, and what it changes.

    `ways` are those that it opens and an owner held here forbids: they are told, and adopted all the same.
    """

    version: int
    hash: str
    faults: tuple[DirectoryFault, ...]
    signed: tuple[str, ...]
    unsigned: tuple[str, ...]
    needed: int
    changes: tuple[str, ...]
    adopted: bool = False
    ways: tuple[ForbiddenWay, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether it could not be adopted even if everybody signed it."""
        return any(fault.kind is not FaultKind.TOO_FEW_SIGNATURES for fault in self.faults)


class AdoptionResult(Noun, frozen=True, kw_only=True):
    """What came of an offer: the version was judged as `checked` says; `entry` is the log's."""

    checked: VersionChecked
    entry: int


class AdoptedVersion(Noun, frozen=True, kw_only=True):
    """A version a node adopted, and its log entry; None for the one its settings pin."""

    version: int
    hash: str
    entry: int | None


class WaitingVersion(Noun, frozen=True, kw_only=True):
    """A version that another node brought and nobody here adopted yet: the entry that says so, and what it changes."""

    version: int
    hash: str
    entry: int
    changes: tuple[str, ...]


class DirectoryState(Noun, frozen=True, kw_only=True):
    """The directory in force at a node, the versions that led to it, and forks that were refused (their hashes).

    `waiting` are those behind it that were brought; whom the last of them suspends is cut off already.
    """

    directory: Directory
    versions: tuple[AdoptedVersion, ...]
    forks: tuple[str, ...]
    waiting: tuple[WaitingVersion, ...] = ()


class VersionBrought(Noun, frozen=True, kw_only=True, tag="version-brought"):
    """A version of the directory that one node brings to another. Its quorum vouches for it, and not whoever brings it."""

    offered: SignedDirectory


class VersionHeld(Noun, frozen=True, kw_only=True, tag="version-held"):
    """How far a node is: its newest version, adopted or waiting. `refused` is why it does not take the one it was brought."""

    version: int
    hash: str
    refused: str = ""


class VersionHead(Noun, frozen=True, kw_only=True, tag="version-head"):
    """The head of a version that is larger than a message: what its quorum signed, and the SHA-256 of each of its parts.

    The parts, one behind the other, are the directory's canonical bytes, so that `hash` is over exactly what they make.
    `behind` are the hashes of the versions it names as those it comes behind.
    """

    version: int
    hash: str
    behind: tuple[str, ...]
    signatures: tuple[Signature, ...]
    parts: tuple[str, ...]

    def __post_init__(self) -> None:
        for one in (self.hash, *self.behind, *self.parts):
            check_hash(one)
        if len(self.behind) > 1 + MOST_JOINS:
            raise NounError(
                f"a version comes behind at most {1 + MOST_JOINS} others; join them one after the other"
            )
        if not 1 <= len(self.parts) <= MOST_PARTS:
            raise NounError(f"a version comes in at most {MOST_PARTS} parts; bring a larger one by hand")
        if len(self.signatures) > MOST_SIGNATURES:
            raise NounError(f"the version has more than {MOST_SIGNATURES} signatures; keep those of its quorum")


class VersionPart(Noun, frozen=True, kw_only=True, tag="version-part"):
    """One part of the version whose head came before, in base64; `number` counts from 0."""

    hash: str
    number: int
    content: str

    def __post_init__(self) -> None:
        check_hash(self.hash)
        if not 0 <= self.number < MOST_PARTS:
            raise NounError(f"a version comes in at most {MOST_PARTS} parts, numbered from 0")
        if len(self.content) > LONGEST_PART:
            raise NounError(f"a part has at most {PART_BYTES} bytes; send smaller ones")


class VersionComing(Noun, frozen=True, kw_only=True, tag="version-coming"):
    """How many parts of a version a node holds, from the first on: the next one is wanted."""

    hash: str
    held: int
