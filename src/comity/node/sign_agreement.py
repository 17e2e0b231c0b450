"""Agreements signed: each party with its own key at its own node, in a file beside the text."""

from __future__ import annotations

from pathlib import Path

from comity.errors import LawTextError, WrongUseError
from comity.law.check import check_texts
from comity.law.check_condition import suggest
from comity.law.parse import parse_agreement
from comity.law.vocabulary import load_vocabulary
from comity.model.base import Noun, check_hash
from comity.model.canon import text_digest
from comity.model.delegation import SignedDelegation
from comity.model.law_text import Signature
from comity.node.adopted import read_newest
from comity.node.change_law import sign_as
from comity.node.keys import signing_agency_key
from comity.node.plan_agreement import unsigned_text
from comity.node.sign_delegation import sign_for
from comity.settings import read_noun, read_settings, write_noun

SIDECAR_SUFFIX = ".sig"


class SignatureFile(Noun, frozen=True, kw_only=True):
    """Signatures beside an agreement's text, over exactly the text of this hash."""

    agreement: str
    hash: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_hash(self.hash)


def read_sidecar(path: Path) -> tuple[Signature, ...]:
    """The signatures beside an agreement's file, none when there is no such file. Raises SettingsError, WrongUseError."""
    beside = sidecar_of(path)
    if not beside.exists():
        return ()
    held = read_noun(beside, SignatureFile)
    if held.hash != text_digest(path.read_text(encoding="utf-8")):
        raise WrongUseError(
            f"`{beside}` was signed over another text than `{path}` has; a changed text is signed anew by every party: "
            "remove the file first"
        )
    return held.signatures


def sidecar_of(path: Path) -> Path:
    """Where the signatures of an agreement's file lie."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def sign_agreement(
    folder: Path, path: Path, agency: str, role: str, under: SignedDelegation | None = None
) -> tuple[Signature, ...]:
    """Add a signature with an agency's key at this node to the file beside the text; all signatures there are then.

    With `under` the agency signs for the member that delegated it; whether the text is within is for the member's node.
    Raises LawTextError for a faulty text, WrongUseError for an agency or role that does not sign it.
    """
    text = unsigned_text(path.read_text(encoding="utf-8"), str(path))
    tree = parse_agreement(text.text, str(path))
    findings = check_texts(((tree, ()),), load_vocabulary())
    if findings:
        raise LawTextError(findings)
    settings = read_settings(folder)
    if agency not in settings.agencies:
        raise WrongUseError(f"`{agency}` is not held at this node; sign at its own")
    if under is not None and under.delegation.signer != agency:
        raise WrongUseError(f"the delegation lets `{under.delegation.signer}` sign, not `{agency}`")
    party = agency if under is None else under.delegation.member
    wanted = {str(one.party): tuple(str(name) for name in one.roles) for one in tree.signings}
    if party not in wanted:
        raise WrongUseError(f"`{party}` does not sign `{tree.id}`; {suggest(party, wanted)}")
    if role not in wanted[party] or (under is not None and role not in under.delegation.roles):
        raise WrongUseError(f"`{role}` does not sign for `{party}`; {suggest(role, wanted[party])}")
    key = signing_agency_key(folder, read_newest(folder, settings), agency)
    mine = sign_as(text, agency, role, key) if under is None else sign_for(text, role, under, key)
    others = tuple(one for one in read_sidecar(path) if (one.agency, one.role) != (party, role))
    signatures = (*others, mine)
    write_noun(sidecar_of(path), SignatureFile(agreement=text.name, hash=text.hash, signatures=signatures))
    return signatures
