"""Flows of data that Comity does not carry: declared by hand, or read from another system's sharing list.

Neither opens anything: they stand on the map and in reach, so that the picture is whole. Agencies stand in them as their
source writes them; `comity.oversight.names` says which agency of a directory that is.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_period, check_text
from comity.model.codes import DataClass, Purpose

LONGEST_PARTY = 200  # characters; the longest spelling in a real sharing list has 75
LONGEST_SYSTEM = 120
LONGEST_SOURCE = 400  # a title, an office and an address
MOST_LINES = 10_000_000  # far above the largest list that is read; a line number beyond it is a mistake


class Access(StrEnum):
    """By which kind of system the recipient comes to the data. There is no catch-all: a new kind is added here."""

    BIOMETRIC_CHECK = "biometric-check"
    PLATE_NETWORK = "plate-network"
    DMV_SWITCH = "dmv-switch"
    COMMERCIAL_BROKER = "commercial-broker"
    GANG_FILE = "gang-file"
    REGIONAL_POOL = "regional-pool"
    DIRECT_ACCOUNT = "direct-account"
    BULK_COPY = "bulk-copy"
    PUBLISHED_ROSTER = "published-roster"


class Authority(StrEnum):
    """What a flow rests on. `none-known` is written, never implied."""

    STATUTE = "statute"
    REGULATION = "regulation"
    AGREEMENT = "agreement"
    CONTRACT = "contract"
    COURT_ORDER = "court-order"
    POLICY = "policy"
    NONE_KNOWN = "none-known"


class Evidence(StrEnum):
    """How it is known that a flow exists, from the strongest to the weakest."""

    SIGNED_PAPER = "signed-paper"  # the agreement, contract or order itself was read
    RELEASED_RECORD = "released-record"  # a log or list that an agency released
    OWN_STATEMENT = "own-statement"  # a party says so: a privacy assessment, a portal, testimony
    AUDIT = "audit"  # an auditor, inspector or court found it
    REPORT = "report"  # press or research
    INFERRED = "inferred"  # nobody says so; it follows from other facts, which the note names


class Onward(StrEnum):
    """Whether the recipient may pass on what it gets. Reach counts `unknown` as `may`: absence closes no path."""

    MAY = "may"
    FORBIDDEN = "forbidden"
    UNKNOWN = "unknown"


class Teller(StrEnum):
    """Whose list a sharing edge stands in."""

    OWNER = "owner"
    RECIPIENT = "recipient"
    OTHER = "other"


class DeclaredFlow(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """One way by which data of `owner` comes to `recipient` through a `system` that Comity does not run.

    `owner` and `recipient` are an agency id, an ORI, or a name as the source writes it. `purposes` is empty where the source
    states none, which reach reads as any. `citation` names the section or paper of the authority, empty only where none is
    known. `dated` is the day of the source; `first` and `last` are the days the flow begins and ends, where they are known.
    """

    id: str
    owner: str
    recipient: str
    system: str
    access: Access
    data_classes: tuple[DataClass, ...]
    purposes: tuple[Purpose, ...]
    onward: Onward
    authority: Authority
    citation: str = ""
    source: str
    dated: date
    evidence: Evidence
    note: str = ""
    first: date | None = None
    last: date | None = None

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text(f"the owner of flow `{self.id}`", self.owner, LONGEST_PARTY)
        check_text(f"the recipient of flow `{self.id}`", self.recipient, LONGEST_PARTY)
        check_text(f"the system of flow `{self.id}`", self.system, LONGEST_SYSTEM)
        check_text(f"the source of flow `{self.id}`", self.source, LONGEST_SOURCE)
        if self.owner.casefold() == self.recipient.casefold():
            raise NounError(f"flow `{self.id}` goes from `{self.owner}` to itself; name two parties")
        if not self.data_classes or len(set(self.data_classes)) != len(self.data_classes):
            raise NounError(f"flow `{self.id}` names no data class, or one twice; name each once")
        if len(set(self.purposes)) != len(self.purposes):
            raise NounError(f"flow `{self.id}` names a purpose twice; name each once")
        check_period(self.first, self.last, f"flow `{self.id}`")
        self._check_grounds()

    def _check_grounds(self) -> None:
        known = self.authority is not Authority.NONE_KNOWN
        if known:
            check_text(f"the citation of flow `{self.id}`", self.citation, LONGEST_SOURCE)
        elif self.citation:
            raise NounError(
                f"flow `{self.id}` cites `{self.citation[:60]}` and says that no authority is known; name one"
            )
        if self.note or self.evidence is Evidence.INFERRED:
            check_text(f"the note of flow `{self.id}`, which says what an inference rests on,", self.note)

    def runs_on(self, day: date) -> bool:
        """Whether it runs on a day, as far as is known: an end or a beginning that nobody states closes nothing."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


class SharingEdge(Noun, frozen=True, kw_only=True):
    """A line of a sharing list: `owner` lets `recipient` search its data. Names as the list writes them.

    `as_of` is the day the list shows, None where the list has no day; `teller` says whose list it is; `file` and `line` (from
    1, as an editor counts) say where it stands.
    """

    owner: str
    recipient: str
    as_of: date | None
    teller: Teller
    file: str
    line: int

    def __post_init__(self) -> None:
        check_text("the owner of a sharing edge", self.owner, LONGEST_PARTY)
        check_text("the recipient of a sharing edge", self.recipient, LONGEST_PARTY)
        if not 1 <= self.line <= MOST_LINES:
            raise NounError(f"line {self.line} of `{self.file[:60]}` is no line of a list; count from 1")


class Change(StrEnum):
    """What became of an edge between two lists."""

    ADDED = "added"
    REMOVED = "removed"


class SharingChange(Noun, frozen=True, kw_only=True):
    """An edge that stands in one of two successive lists: absent or present on `before`, the other on `edge.as_of`."""

    edge: SharingEdge
    change: Change
    before: date

    def __post_init__(self) -> None:
        if self.edge.as_of is None:
            raise NounError("a change of sharing has no day; give the day of the later list")
        check_period(self.before, self.edge.as_of, "a change of sharing")
