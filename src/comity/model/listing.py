"""What a directory says beside who takes part: how long keys count, where agencies were before, who signs next."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash, check_instant, check_text

LONGEST_KEY = 500  # characters; a verifier key of the longest log name has 300
MOST_KEYS = 200  # former or revoked keys of one holder: one a month for sixteen years
MOST_SEATS = 200  # agencies that sign; the largest real compacts have about sixty members
MOST_SUSPENDED = 1_000  # agencies and nodes at a time: a sixth of the largest real list of parties
LONGEST_REASON = 300  # characters of why; every node has it, so it names no person
MOST_JOINS = 100  # directories that end in one version; each brings its own quorum's signatures


class FormerKey(Noun, frozen=True, kw_only=True):
    """A key that was replaced, and until when what it signs still counts (UTC milliseconds)."""

    key: str
    until_ms: int

    def __post_init__(self) -> None:
        check_text("a former key", self.key, LONGEST_KEY)
        check_instant("the end of a former key", self.until_ms)


class RevokedKey(Noun, frozen=True, kw_only=True):
    """A key from which nothing is believed that was signed at or after `from_ms` (UTC milliseconds)."""

    key: str
    from_ms: int

    def __post_init__(self) -> None:
        check_text("a revoked key", self.key, LONGEST_KEY)
        check_instant("the beginning of a revocation", self.from_ms)


class FormerNode(Noun, frozen=True, kw_only=True):
    """A node an agency was at, and until when its answers for the agency counted (UTC milliseconds)."""

    node: str
    until_ms: int

    def __post_init__(self) -> None:
        check_agency_id(self.node)
        check_instant("the end of a former node", self.until_ms)


class AgencyPast(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """An agency's keys and nodes of before. It stays when the agency goes: a revoked key never comes back."""

    agency: str
    former_keys: tuple[FormerKey, ...] = ()
    revoked_keys: tuple[RevokedKey, ...] = ()
    former_nodes: tuple[FormerNode, ...] = ()

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        check_keys(self.agency, self.former_keys, self.revoked_keys)
        if len(self.former_nodes) > MOST_KEYS:
            raise NounError(f"`{self.agency}` has more than {MOST_KEYS} former nodes; leave out the oldest")


class AgencyPacks(Noun, frozen=True, kw_only=True):
    """The hashes of the law packs an agency has in force: what another owner may narrow its answers by."""

    agency: str
    hashes: tuple[str, ...]

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        for one in self.hashes:
            check_hash(one)
        if len(self.hashes) > MOST_KEYS:
            raise NounError(f"`{self.agency}` lists more than {MOST_KEYS} packs; name those in force")


class Quorum(Noun, frozen=True, kw_only=True):
    """How many of which agencies must sign the next version."""

    count: int
    seats: tuple[str, ...]

    def __post_init__(self) -> None:
        for seat in self.seats:
            check_agency_id(seat)
        if len(set(self.seats)) != len(self.seats) or len(self.seats) > MOST_SEATS:
            raise NounError(f"a quorum seats each agency once, at most {MOST_SEATS} of them")
        if not 1 <= self.count <= len(self.seats):
            raise NounError(
                f"{self.count} of {len(self.seats)} agencies is no quorum; ask for one at least, all at most"
            )


class Suspended(Noun, frozen=True, kw_only=True):
    """An agency, a department or a node that is cut off, and why. A department's components go with it, a node's agencies."""

    id: str
    reason: str

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text("the reason of a suspension", self.reason, LONGEST_REASON)


class Joined(Noun, frozen=True, kw_only=True):
    """A directory that was kept apart and ends in this version: its hash and version."""

    hash: str
    version: int

    def __post_init__(self) -> None:
        check_hash(self.hash)


def check_keys(holder: str, former: tuple[FormerKey, ...], revoked: tuple[RevokedKey, ...]) -> None:
    """Each key stands once, as former or as revoked, and there are not too many. Raises NounError."""
    keys = [*(one.key for one in former), *(one.key for one in revoked)]
    if len(set(keys)) != len(keys):
        raise NounError(f"a key of `{holder}` is listed twice; a key is former or revoked, once")
    if len(keys) > MOST_KEYS:
        raise NounError(f"`{holder}` lists more than {MOST_KEYS} keys of before; leave out the oldest former ones")
