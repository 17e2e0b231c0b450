"""Step 3: the owner's signed law, checked and folded for one question."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.errors import LawUnavailableError
from comity.exchange.open_query import Opened
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.law.facts import Parties, request_facts
from comity.law.fold import Folded, fold
from comity.model.agency import Directory
from comity.model.canon import digest
from comity.model.law_text import LawText, signed_bytes
from comity.ports import World


@dataclass(frozen=True, slots=True)
class LawInForce:
    """The folded law and the hash over all texts it was made of."""

    folded: Folded
    hash: str


def law_in_force(world: World, opened: Opened) -> LawInForce:
    """The owner's packs, policy and agreements, every signature checked, folded for this question.

    Raises LawUnavailableError when a text is unsigned or differs from its hash: then nothing is released.
    """
    texts, law = read_law(world, opened.directory, opened.owner.id)
    parties = Parties(opened.asker, opened.member, opened.owner, opened.beneficiary, opened.directory)
    facts = request_facts(opened.query, parties, opened.now_ms)
    return LawInForce(fold(law, facts), digest(tuple(text.hash for text in texts)))


def read_law(world: World, directory: Directory, agency: str) -> tuple[tuple[LawText, ...], Law]:
    """An agency's texts in force, every signature checked, and the law they make. Raises LawUnavailableError."""
    texts = world.laws.texts_of(agency)
    for text in texts:
        check_signatures(text, directory, agency)
    return texts, compile_law(texts)


def check_signatures(text: LawText, directory: Directory, owner: str) -> None:
    """Every signature over a law text verifies and the owner's own is among them. Raises LawUnavailableError."""
    signers = {signature.agency for signature in text.signatures}
    if owner not in signers:
        raise LawUnavailableError(
            f"`{text.name}` is not signed by `{owner}`; have its counsel sign and activate it"
        )
    for signature in text.signatures:
        agency = directory.find_agency(signature.agency)
        if agency is None or not agency.public_key:
            raise LawUnavailableError(
                f"`{text.name}` is signed by `{signature.agency}`, which the directory does not list"
            )
        try:
            key = Ed25519PublicKey.from_public_bytes(base64.b64decode(agency.public_key))
            key.verify(base64.b64decode(signature.value), signed_bytes(text.kind, text.name, text.hash))
        except (InvalidSignature, ValueError, binascii.Error) as error:
            raise LawUnavailableError(
                f"the signature of `{signature.agency}` under `{text.name}` does not verify; have it signed again"
            ) from error
