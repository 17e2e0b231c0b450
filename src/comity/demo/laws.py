"""The region's own law texts: agreements between its agencies and each owner's policy, with who signs them.

Texts lie in `law/*.agr` and `law/*.policy`, in the rule language; the assessments that agreements name by hash lie
in `law/assessments/`. Which shipped packs bind which owner stands in `packs_of`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
)
from comity.law.parse import parse_agreement, parse_policy
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, Signature, signed_bytes

POLICY_SIGNERS = ("agency-head", "counsel")

_PACKS = {
    CA_SHERIFF: ("us", "us-ca"),
    WA_POLICE: ("us", "us-wa"),
    IL_POLICE: ("us", "us-il"),
    NY_DMV: ("us", "us-ny"),
    FEDERAL_INVESTIGATIONS: ("us",),
    REMOVAL_OPERATIONS: ("us",),
}


@dataclass(frozen=True, slots=True)
class DemoText:
    """A law text before it is signed. `parties` are agency ids; `signers` pairs of agency id and role that must sign."""

    kind: LawKind
    name: str
    version: int
    text: str
    parties: tuple[str, ...]
    signers: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        return text_digest(self.text)


def agreements() -> tuple[DemoText, ...]:
    """The region's agreements, by id. Raises LawTextError for a text that does not parse."""
    return tuple(_agreement(name, text) for name, text in _texts(".agr"))


def policies() -> tuple[DemoText, ...]:
    """One policy for each owner. Raises LawTextError for a text that does not parse."""
    return tuple(_policy(name, text) for name, text in _texts(".policy"))


def packs_of(owner: str) -> tuple[str, ...]:
    """Names of the shipped packs that bind an owner. Raises KeyError for an agency outside the region."""
    return _PACKS[owner]


def texts_of(owner: str) -> tuple[DemoText, ...]:
    """The owner's policy and every agreement it is a party of."""
    return tuple(text for text in (*policies(), *agreements()) if owner in text.parties)


def assessment_of(agreement_id: str) -> str:
    """The privacy impact assessment an agreement names. Raises FileNotFoundError when there is none."""
    folder = files("comity.demo") / "law" / "assessments"
    return (folder / f"{agreement_id.lower()}.txt").read_text(encoding="utf-8")


def sign_text(text: DemoText, sign: Callable[[str, bytes], bytes]) -> LawText:
    """The text with the signatures it asks for. `sign(agency, payload)` gives 64 bytes of Ed25519 signature."""
    payload = signed_bytes(text.kind, text.name, text.hash)
    signatures = tuple(
        Signature(agency=agency, role=role, value=b64encode(sign(agency, payload)).decode())
        for agency, role in text.signers
    )
    return LawText(
        kind=text.kind,
        name=text.name,
        version=text.version,
        text=text.text,
        hash=text.hash,
        signatures=signatures,
    )


def _texts(suffix: str) -> tuple[tuple[str, str], ...]:
    folder = files("comity.demo") / "law"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(suffix))
    return tuple((name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _agreement(file: str, text: str) -> DemoText:
    parsed = parse_agreement(text, file)
    return DemoText(
        kind=LawKind.AGREEMENT,
        name=str(parsed.id),
        version=1,
        text=text,
        parties=tuple(str(party.name) for party in parsed.parties),
        signers=tuple((str(signing.party), str(role)) for signing in parsed.signings for role in signing.roles),
    )


def _policy(file: str, text: str) -> DemoText:
    parsed = parse_policy(text, file)
    owner = str(parsed.agency)
    return DemoText(
        kind=LawKind.POLICY,
        name=str(parsed.name),
        version=parsed.version,
        text=text,
        parties=(owner,),
        signers=tuple((owner, role) for role in POLICY_SIGNERS),
    )
