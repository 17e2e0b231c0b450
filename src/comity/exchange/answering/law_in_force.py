"""Step 4: the owner's signed law, checked and folded for one question."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from msgspec.structs import replace

from comity.errors import LawUnavailableError
from comity.exchange.answering.open_query import Opened
from comity.exchange.answering.wanted import while_wanted
from comity.exchange.messages.listed_keys import agency_keys, is_law_signed_by
from comity.exchange.messages.suspended import suspension_among
from comity.exchange.owners import owner_day
from comity.law.compile import compile_law
from comity.law.compiled import Election, Law
from comity.law.facts import Parties, request_facts
from comity.law.fold import Folded, fold
from comity.model.agency import Agency, Directory
from comity.model.delegation import delegated_bytes
from comity.model.faults import fault
from comity.model.held import Ruling
from comity.model.law_text import LawKind, LawText, OwnerLaw, Signature, SignedElection, signed_bytes
from comity.ports import World

ELECTING_ROLE = "agency-head"  # who answers for a choice between two laws
MOST_LAWS = 64  # of the agencies at a node, today's and the next


@dataclass(frozen=True, slots=True)
class LawInForce:
    """The folded law and the hash over all texts and elections it was made of; what people decided of its holds."""

    folded: Folded
    hash: str
    rulings: tuple[Ruling, ...] = ()


def law_in_force(world: World, opened: Opened, rulings: tuple[Ruling, ...] = ()) -> LawInForce:
    """The owner's packs, policy and agreements, every signature checked, folded for this question.

    With it come the rulings on this question, those that are stored and those given. Where a party is suspended no agreement
    counts, whatever is decided: an answer, a notice, a transmission, what was told by telephone.
    Raises LawUnavailableError when a text is unsigned or differs from its hash: then nothing is released.
    """
    own, law = read_law(world, opened.directory, opened.owner.id)
    if suspension_among(opened.directory, opened.asker.id, opened.beneficiary.id, opened.owner.id) is not None:
        law = make_law(without_agreements(own), opened.directory, opened.owner.id)
    parties = Parties(opened.asker, opened.member, opened.owner, opened.beneficiary, opened.directory)
    facts = request_facts(opened.query, parties, opened.now_ms)
    stored = world.journal.rulings(opened.owner.id, opened.query.id)
    return LawInForce(fold(law, facts), own.hash, (*stored, *rulings))


def without_agreements(own: OwnerLaw) -> OwnerLaw:
    """The law of an owner without anything that permits another agency something; what forbids stays."""
    texts = tuple(text for text in own.texts if text.kind is not LawKind.AGREEMENT)
    return replace(own, texts=texts, elections=())


def read_law(world: World, directory: Directory, agency: str) -> tuple[OwnerLaw, Law]:
    """What an agency has in force, every signature checked, and the law it makes. Raises LawUnavailableError."""
    own = world.laws.law_of(agency)
    return own, make_law(own, directory, agency)


@lru_cache(maxsize=MOST_LAWS)
def make_law(own: OwnerLaw, directory: Directory, agency: str) -> Law:
    """The law that texts and elections make, every signature checked. Raises LawUnavailableError, LawTextError.

    It follows from the three alone and is remembered by their content; another text, election or version of the directory
    is checked anew, and what is refused is refused each time.
    """
    for text in own.texts:
        check_signatures(text, directory, agency, own.since_ms(text.hash))
    wanted = while_wanted(own, directory.get_agency(agency)).texts
    texts = tuple(_with_veto(text, own.since_ms(text.hash), directory, agency) for text in wanted)
    for election in own.elections:
        check_election(election, directory, agency, own.since_ms(election.hash))
    return compile_law(texts, (), tuple(compiled_election(election) for election in own.elections))


def _with_veto(text: LawText, since_ms: int | None, directory: Directory, owner: str) -> LawText:
    """A text with the first day it counts on, where somebody signed for a party that may veto it."""
    days = veto_days(text.signatures)
    if not days or since_ms is None:
        return text
    return replace(text, begins=counts_from(directory.get_agency(owner), since_ms, days))


def veto_days(signatures: tuple[Signature, ...]) -> int:
    """How long the longest time for a veto is among the delegations an agreement was signed under; 0 for none."""
    return max(
        (one.delegation.delegation.veto_days for one in signatures if one.delegation is not None), default=0
    )


def counts_from(owner: Agency, since_ms: int, days: int) -> date:
    """The first day behind a time for a veto that began at an instant (UTC milliseconds)."""
    return owner_day(owner, since_ms) + timedelta(days=days + 1)


def compiled_election(election: SignedElection) -> Election:
    """A signed election as the law engine takes it. Whether it still stands is for the day of the question."""
    hashes = (election.suspended_hash, election.conflict_hash)
    return Election(election.conflict, election.choice, election.day, hashes)


def check_signatures(text: LawText, directory: Directory, owner: str, since_ms: int | None = None) -> None:
    """Every signature over a law text verifies and the owner's own is among them. Raises LawUnavailableError.

    `since_ms` is when the text was put in force; None where it is now.
    """
    signers = {signature.agency for signature in text.signatures}
    if owner not in signers:
        raise LawUnavailableError(fault("law.not-signed", text=text.name, owner=owner))
    for signature in text.signatures:
        signed = signed_bytes(text.kind, text.name, text.hash)
        check_signature(signature, signed, text.name, directory, since_ms)


def check_election(
    election: SignedElection, directory: Directory, owner: str, since_ms: int | None = None
) -> None:
    """The owner's head signed exactly this choice. Raises LawUnavailableError."""
    name = f"the election on {election.conflict}"
    if (election.signature.agency, election.signature.role) != (owner, ELECTING_ROLE):
        raise LawUnavailableError(fault("law.not-signed-by-head", text=name, owner=owner))
    check_signature(election.signature, election.signed_bytes, name, directory, since_ms)


def check_signature(
    signature: Signature, signed: bytes, name: str, directory: Directory, since_ms: int | None = None
) -> None:
    """A signature verifies under a key the directory lists for its agency. Raises LawUnavailableError."""
    under, signer = signature.delegation, signature.agency
    if under is not None:
        if signature.role not in under.delegation.roles:
            raise LawUnavailableError(
                f"nobody may sign `{name}` as {signature.role} of `{signature.agency}` for it"
            )
        own = Signature(agency=signature.agency, role=signature.role, value=under.value)
        check_signature(own, under.signed_bytes, f"the delegation of {signature.agency}", directory, since_ms)
        signed, signer = delegated_bytes(signed, under), under.delegation.signer
    keys = agency_keys(directory, signer, since_ms)
    if not keys:
        raise LawUnavailableError(fault("law.signer-unlisted", text=name, signer=signer))
    unverified = fault("law.signature", signer=signer, text=name)
    try:
        value = base64.b64decode(signature.value)
    except (ValueError, binascii.Error) as error:
        raise LawUnavailableError(unverified) from error
    if not any(is_law_signed_by(key, value, signed) for key in keys):
        raise LawUnavailableError(unverified)
