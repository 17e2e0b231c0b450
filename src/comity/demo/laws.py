"""The region's own law texts: agreements between its agencies and each owner's policy, with who signs them.

Texts lie in `law/*.agr` and `law/*.policy`, in the rule language; the assessments that agreements name by hash lie
in `law/assessments/`. Which shipped packs bind which owner stands in `packs_of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
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
from comity.law.shipped import shipped_pack
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText

Signers = tuple[tuple[str, str], ...]  # agency id and role

OWN_SIGNERS = ("agency-head", "counsel")  # of a policy
PACK_SIGNER = "counsel"

_PACKS = {
    CA_SHERIFF: ("us", "us-ca", "model"),
    WA_POLICE: ("us", "us-wa", "model"),
    IL_POLICE: ("us", "us-il", "model"),
    NY_DMV: ("us", "us-ny", "model"),
    FEDERAL_INVESTIGATIONS: ("us", "model"),
    REMOVAL_OPERATIONS: ("us", "model"),
}


@dataclass(frozen=True, slots=True)
class DemoText:
    """A law text nobody has signed yet. `parties` are agency ids; `signers` say who must sign, as which role."""

    law: LawText
    parties: tuple[str, ...]
    signers: Signers


@cache
def agreements() -> tuple[DemoText, ...]:
    """The region's agreements, by id. Raises LawTextError for a text that does not parse."""
    return tuple(_agreement(name, text) for name, text in _texts(".agr"))


@cache
def policies() -> tuple[DemoText, ...]:
    """One policy for each owner. Raises LawTextError for a text that does not parse."""
    return tuple(_policy(name, text) for name, text in _texts(".policy"))


def packs_of(owner: str) -> tuple[str, ...]:
    """Names of the shipped packs that bind an owner. Raises KeyError for an agency outside the region."""
    return _PACKS[owner]


def texts_for(owner: str) -> tuple[tuple[LawText, Signers], ...]:
    """All law of an owner, unsigned, with who must sign each: packs, policy and agreements."""
    packs = ((shipped_pack(name), ((owner, PACK_SIGNER),)) for name in packs_of(owner))
    own = ((text.law, text.signers) for text in (*policies(), *agreements()) if owner in text.parties)
    return (*packs, *own)


def assessment_of(agreement_id: str) -> str:
    """The privacy impact assessment an agreement names. Raises FileNotFoundError when there is none."""
    folder = files("comity.demo") / "law" / "assessments"
    return (folder / f"{agreement_id.lower()}.txt").read_text(encoding="utf-8")


def _texts(suffix: str) -> tuple[tuple[str, str], ...]:
    folder = files("comity.demo") / "law"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(suffix))
    return tuple((name, (folder / name).read_text(encoding="utf-8")) for name in names)


def _agreement(file: str, text: str) -> DemoText:
    parsed = parse_agreement(text, file)
    return DemoText(
        law=_unsigned(LawKind.AGREEMENT, str(parsed.id), 1, text),
        parties=tuple(str(party.name) for party in parsed.parties),
        signers=tuple((str(signing.party), str(role)) for signing in parsed.signings for role in signing.roles),
    )


def _policy(file: str, text: str) -> DemoText:
    parsed = parse_policy(text, file)
    owner = str(parsed.agency)
    return DemoText(
        law=_unsigned(LawKind.POLICY, str(parsed.name), parsed.version, text),
        parties=(owner,),
        signers=tuple((owner, role) for role in OWN_SIGNERS),
    )


def _unsigned(kind: LawKind, name: str, version: int, text: str) -> LawText:
    return LawText(kind=kind, name=name, version=version, text=text, hash=text_digest(text))
