"""Signed law: packs, owner policies and agreements as texts with hashes and signatures, and signed elections."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

import msgspec

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash
from comity.model.canon import digest, text_digest
from comity.model.delegation import SignedDelegation


class LawKind(StrEnum):
    """What a text of law is."""

    PACK = "pack"
    POLICY = "policy"
    AGREEMENT = "agreement"


class Signature(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """One agency's signature over a law text's hash. `value` is base64 Ed25519 over `signed_bytes`.

    Where another signed for it, `delegation` is what allows that, and `value` the signer's over `delegated_bytes`.
    """

    agency: str
    role: str
    value: str
    delegation: SignedDelegation | None = None

    def __post_init__(self) -> None:
        check_agency_id(self.agency)
        if self.delegation is not None and self.delegation.delegation.member != self.agency:
            raise NounError(f"the delegation is not one of `{self.agency}`; sign for whom it is")


class LawText(Noun, frozen=True, kw_only=True):
    """One text of law with its content hash. `tables` are the closed lists it names (file name, text).

    `begins` is the first day on which it counts, where that is later than its own: a veto was possible until then. `ends` is
    the last day on which it counts unless its owner says again that it is wanted.
    """

    kind: LawKind
    name: str
    version: int
    text: str
    hash: str
    signatures: tuple[Signature, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()
    begins: date | msgspec.UnsetType = msgspec.UNSET  # no part of a file: it follows from the entry
    ends: date | msgspec.UnsetType = msgspec.UNSET  # likewise

    def __post_init__(self) -> None:
        check_hash(self.hash)
        if text_digest(whole_text(self.text, self.tables)) != self.hash:
            raise NounError(f"`{self.name}` differs from its hash; it was changed after it was signed")


def whole_text(text: str, tables: tuple[tuple[str, str], ...]) -> str:
    """The text that is hashed: the law's text followed by each table under its name."""
    return "".join([text, *(f"\n--- {name}\n{rows}" for name, rows in tables)])


def signed_bytes(kind: LawKind, name: str, law_hash: str) -> bytes:
    """What an agency signs when it signs a law text."""
    return f"comity law v1\n{kind}\n{name}\n{law_hash}\n".encode()


class SignedElection(Noun, frozen=True, kw_only=True):
    """An owner's signed choice that ends a conflict, `send` or `withhold`, from a day on.

    `conflict` is the conflict rule's full id (`us-wa/WA-05`); `suspended_hash` and `conflict_hash` are the rule
    hashes it was signed over: when either text changes, the choice lapses.
    """

    conflict: str
    choice: str
    day: date
    suspended_hash: str
    conflict_hash: str
    signature: Signature

    def __post_init__(self) -> None:
        check_hash(self.suspended_hash)
        check_hash(self.conflict_hash)
        if self.choice not in ("send", "withhold"):
            raise NounError(f"`{self.choice[:80]}` ends no conflict; choose `send` or `withhold`")

    @property
    def hash(self) -> str:
        """What the log's entry names: SHA-256 over the whole election, signature included."""
        return digest(self)

    @property
    def signed_bytes(self) -> bytes:
        """What the agency's head signs."""
        hashes = f"{self.suspended_hash}\n{self.conflict_hash}"
        return f"comity election v1\n{self.conflict}\n{self.choice}\n{self.day}\n{hashes}\n".encode()


class OwnerLaw(Noun, frozen=True, kw_only=True):
    """Everything an owner has switched on, read at once: a question meets all of one version, never a mixture.

    `since` is when each text and election was switched on, by its hash (UTC milliseconds); what has none is new. `kept` is
    when the owner last said of an agreement that it is still wanted.
    """

    texts: tuple[LawText, ...]
    elections: tuple[SignedElection, ...] = ()
    since: tuple[tuple[str, int], ...] = ()
    kept: tuple[tuple[str, int], ...] = ()

    def wanted_ms(self, law_hash: str) -> int | None:
        """When the owner last said that it wants a text: when it switched it on, or kept it; None for a new one."""
        kept = next((at_ms for known, at_ms in self.kept if known == law_hash), None)
        return kept if kept is not None else self.since_ms(law_hash)

    def since_ms(self, law_hash: str) -> int | None:
        """When a text or election was switched on; None for one that is new."""
        return next((at_ms for known, at_ms in self.since if known == law_hash), None)

    @property
    def hash(self) -> str:
        """What an answer names as the law it was given under: over the hashes of all texts and elections.

        An agreement that was kept lasts longer than one that was not, so which were, and when, is part of it.
        """
        kept = tuple(f"{law_hash} {at_ms}" for law_hash, at_ms in self.kept)
        return digest(
            (*(text.hash for text in self.texts), *(election.hash for election in self.elections), *kept)
        )
