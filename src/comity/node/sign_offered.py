"""Signing what is offered: with the signatures it came with, or the key of the owner's counsel at this node."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.errors import Finding, KeyUnavailableError, LawTextError, LawUnavailableError
from comity.exchange.answering.law_in_force import check_signatures
from comity.model.agency import Directory
from comity.model.law_text import LawText
from comity.node.change_law import sign_as
from comity.node.keys import signing_agency_key
from comity.node.offered_law import Before, Offer

SIGNING_ROLE = "counsel"


def sign_offered(
    folder: Path, directory: Directory, before: Before, offers: tuple[Offer, ...]
) -> tuple[LawText, ...]:
    """The offered texts that are not in force already, each with the owner's signature that verifies.

    Raises LawTextError where the owner's key is not at the node or a signature it came with does not count.
    """
    known = {text.hash for text in before.law.texts}
    owner = before.owner.id
    return tuple(_signed(folder, directory, owner, one) for one in offers if one.text.hash not in known)


def _signed(folder: Path, directory: Directory, owner: str, one: Offer) -> LawText:
    try:
        text = one.text
        if not one.signed_elsewhere:
            key = signing_agency_key(folder, directory, owner)
            text = replace(text, signatures=(*text.signatures, sign_as(text, owner, SIGNING_ROLE, key)))
        check_signatures(text, directory, owner)
    except (LawUnavailableError, KeyUnavailableError) as error:
        fault, _, remedy = str(error).partition("; ")
        raise LawTextError((Finding(one.tree.file, 1, 1, fault, remedy=remedy),)) from error
    return text
