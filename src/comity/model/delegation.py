"""Delegation: an agency lets another sign some agreements for it, within a scope, and may veto each."""

from __future__ import annotations

from datetime import date

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash, check_period, check_text
from comity.model.canon import digest
from comity.model.codes import DataClass, GovernmentLevel, Purpose

SHORTEST_VETO_DAYS = (
    14  # a council or a sheriff's counsel meets once in that time; a delegation may name a longer one
)
LONGEST_VETO_DAYS = 365
MOST_PARTIES = 500  # named in one delegation; more are named by their level of government


class Delegation(Noun, frozen=True, kw_only=True):
    """Which agreements `signer` may sign for `member`, as which roles, and how long the member may say no.

    An agreement is within it if all that the member gives by it is of these classes for these purposes, every other
    party is one of `parties` or of one of `levels`, and it is signed and ends within `first` and `until`.
    """

    member: str
    signer: str
    roles: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    data_classes: tuple[DataClass, ...]
    first: date
    until: date
    parties: tuple[str, ...] = ()
    levels: tuple[GovernmentLevel, ...] = ()
    veto_days: int = SHORTEST_VETO_DAYS
    authority: str

    def __post_init__(self) -> None:
        for agency in (self.member, self.signer, *self.parties):
            check_agency_id(agency)
        if self.member == self.signer:
            raise NounError(f"`{self.member}` needs no delegation to sign for itself")
        check_period(self.first, self.until, "the delegation")
        check_text("the authority of the delegation", self.authority, 300)
        for what, named in (("role", self.roles), ("purpose", self.purposes), ("data class", self.data_classes)):
            if not named or len(set(named)) != len(named):
                raise NounError(f"a delegation names at least one {what}, each once")
        if not self.parties and not self.levels:
            raise NounError("a delegation names the parties it is for, or their levels of government")
        if len(self.parties) > MOST_PARTIES:
            raise NounError(f"a delegation names at most {MOST_PARTIES} parties; name their level instead")
        if not SHORTEST_VETO_DAYS <= self.veto_days <= LONGEST_VETO_DAYS:
            raise NounError(
                f"the days for a veto are {SHORTEST_VETO_DAYS} to {LONGEST_VETO_DAYS}; `{self.veto_days}` is neither"
            )


class SignedDelegation(Noun, frozen=True, kw_only=True):
    """A delegation and the member's own signature over it (base64 Ed25519), which goes with whatever is signed under it."""

    delegation: Delegation
    value: str

    @property
    def hash(self) -> str:
        """What names it: SHA-256 over the delegation, the signature left out."""
        return digest(self.delegation)

    @property
    def signed_bytes(self) -> bytes:
        """What the member signs."""
        return f"comity delegation v1\n{self.hash}\n".encode()


class KeptDelegation(Noun, frozen=True, kw_only=True):
    """A delegation as its member keeps it: the entry that it was signed by and, where it is over, the one that ended it.

    `vetoed` are the hashes of agreements that were signed under it and that the member does not want.
    """

    signed: SignedDelegation
    entry: int
    withdrawn: int | None = None
    vetoed: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in self.vetoed:
            check_hash(one)


def delegated_bytes(signed: bytes, under: SignedDelegation) -> bytes:
    """What the signer signs for the member: the text, for whom, and under which delegation."""
    return signed + f"for {under.delegation.member}\nunder {under.hash}\n".encode()
