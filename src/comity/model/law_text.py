"""Signed law: packs, owner policies and agreements as texts with hashes and signatures."""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id, check_hash
from comity.model.canon import text_digest


class LawKind(StrEnum):
    """What a text of law is."""

    PACK = "pack"
    POLICY = "policy"
    AGREEMENT = "agreement"


class Signature(Noun, frozen=True, kw_only=True):
    """One agency's signature over a law text's hash. `value` is base64 Ed25519 over `signed_bytes`."""

    agency: str
    role: str
    value: str

    def __post_init__(self) -> None:
        check_agency_id(self.agency)


class LawText(Noun, frozen=True, kw_only=True):
    """One text of law with its content hash. `tables` are the closed lists it names (file name, text)."""

    kind: LawKind
    name: str
    version: int
    text: str
    hash: str
    signatures: tuple[Signature, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()

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
