"""What an owner's desk asks of its node before anything opens: agreements offered, what they open, signed, switched on."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from comity.errors import WrongUseError
from comity.exchange.answering.wanted import has_lapsed
from comity.exchange.owners import owner_day, owner_here
from comity.law.calendar import end_of_day_ms
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.foreseen import AgreementForeseen, AgreementUse
from comity.model.law_state import AgreementChange
from comity.model.law_text import LawKind, Signature
from comity.model.refused import tell_refused
from comity.node.foresee import foresee_agreement, ways_over
from comity.node.offered_agreements import (
    OfferedAgreement,
    activate_offered,
    discard_offered,
    list_offered,
    offer_agreement,
    sign_offered_agreement,
)
from comity.oversight.reports.register import count_use, log_begun
from comity.ports import World
from comity.settings import get_member

USED_DAYS = 365


class OfferAgreement(Noun, frozen=True, kw_only=True, tag="offer-agreement"):
    """Bring an agreement's text to the node, with the signatures others gave."""

    member: str
    text: str
    signatures: tuple[Signature, ...] = ()


class ListOffered(Noun, frozen=True, kw_only=True, tag="list-offered"):
    """List the agreements that are offered to the member's agency."""

    member: str


class ForeseeAgreement(Noun, frozen=True, kw_only=True, tag="foresee-agreement"):
    """Say what an offered agreement would open for the member's agency."""

    member: str
    agreement: str


class SignOffered(Noun, frozen=True, kw_only=True, tag="sign-offered"):
    """Sign an offered agreement for the member's agency, in the member's role, the text of this hash."""

    member: str
    agreement: str
    hash: str


class ActivateOffered(Noun, frozen=True, kw_only=True, tag="activate-offered"):
    """Switch an offered agreement on, the text of this hash."""

    member: str
    agreement: str
    hash: str


class DiscardOffered(Noun, frozen=True, kw_only=True, tag="discard-offered"):
    """Forget an offered agreement."""

    member: str
    agreement: str


class ShowUse(Noun, frozen=True, kw_only=True, tag="show-use"):
    """Say how often an agreement in force was used in a year, and by which ways data leaves over it."""

    member: str
    agreement: str


OfferRequest = (
    OfferAgreement | ListOffered | ForeseeAgreement | SignOffered | ActivateOffered | DiscardOffered | ShowUse
)
OfferResult = OfferedAgreement | tuple[OfferedAgreement, ...] | AgreementForeseen | AgreementChange | AgreementUse


def run_offer(world: World, folder: Path, members: tuple[Member, ...], request: OfferRequest) -> OfferResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case OfferAgreement(text=text, signatures=signatures):
            return offer_agreement(world, folder, member, text, signatures)
        case ListOffered():
            return list_offered(world, folder, member)
        case ForeseeAgreement(agreement=agreement):
            found = [one for one in list_offered(world, folder, member) if one.text.name == agreement]
            if not found:
                raise WrongUseError(tell_refused("offered.none", agreement=agreement[:64], agency=member.agency))
            return foresee_agreement(world, folder, member.agency, found[0].offered)
        case SignOffered(agreement=agreement, hash=law_hash):
            return sign_offered_agreement(world, folder, member, agreement, law_hash)
        case ActivateOffered(agreement=agreement, hash=law_hash):
            return activate_offered(world, folder, member, agreement, law_hash)
        case DiscardOffered(agreement=agreement):
            return discard_offered(world, folder, member, agreement)
        case ShowUse(agreement=agreement):
            return _use(world, owner_here(world, member.agency), agreement)


def _use(world: World, owner: Agency, agreement: str) -> AgreementUse:
    """Counted from the codes of entries; some seconds where the owner's data may go far."""
    law = world.laws.law_of(owner.id)
    found = [one for one in law.texts if (one.kind, one.name) == (LawKind.AGREEMENT, agreement)]
    if not found:
        raise WrongUseError(tell_refused("agreement.none", agency=owner.id, agreement=agreement[:64]))
    now_ms = world.clock.now_ms()
    first = owner_day(owner, now_ms) - timedelta(days=USED_DAYS - 1)
    begins_ms = end_of_day_ms(first - timedelta(days=1), owner.zone) + 1
    begun = log_begun(world, owner)
    asked, released, refused = count_use(world, owner, found[0], begins_ms)
    return AgreementUse(
        agreement=agreement,
        first=max(first, begun),
        since_log=begun > first,
        asked=asked,
        released=released,
        refused=refused,
        ways=() if has_lapsed(law, owner, found[0], now_ms) else ways_over(world, owner.id, found[0]),
    )
