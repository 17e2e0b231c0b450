"""What may be asked of the node about transmissions to foreign partners."""

from __future__ import annotations

from base64 import b64decode

from comity.errors import WrongUseError
from comity.exchange.transmission.mail_receipt import take_mail_receipt
from comity.exchange.transmission.suspend_partner import resume_partner, suspend_partner
from comity.exchange.transmission.transmissions import list_taken, list_transmissions, on_channel
from comity.exchange.transmission.transmit import prepare_transmission, release_transmission
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.transmission import (
    Channel,
    OnChannel,
    ShownTransmission,
    Suspension,
    TakenTransmission,
    Transmission,
    TransmissionWanted,
)
from comity.ports import World
from comity.settings import get_member


class PrepareTransmission(Noun, frozen=True, kw_only=True, tag="prepare-transmission"):
    """Prepare one."""

    member: str
    wanted: TransmissionWanted


class ReleaseTransmission(Noun, frozen=True, kw_only=True, tag="release-transmission"):
    """Release one as the second person."""

    member: str
    transmission: str


class ListTransmissions(Noun, frozen=True, kw_only=True, tag="list-transmissions"):
    """List what the member's agency transmits."""

    member: str


class ListTaken(Noun, frozen=True, kw_only=True, tag="list-taken"):
    """List what was transmitted to the member's agency."""

    member: str


class SuspendPartner(Noun, frozen=True, kw_only=True, tag="suspend-partner"):
    """Suspend a partner, or resume."""

    member: str
    partner: str
    reason: str
    suspend: bool


class TakeMailReceipt(Noun, frozen=True, kw_only=True, tag="take-mail-receipt"):
    """Take in a partner's signed receipt, in base64."""

    member: str
    partner: str
    signed: str


TransmitRequest = (
    PrepareTransmission | ReleaseTransmission | ListTransmissions | ListTaken | SuspendPartner | TakeMailReceipt
)
TransmitResult = (
    Transmission | tuple[ShownTransmission, ...] | tuple[TakenTransmission, ...] | Suspension | OnChannel
)


def run_transmit(world: World, members: tuple[Member, ...], request: TransmitRequest) -> TransmitResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case PrepareTransmission(wanted=wanted):
            return prepare_transmission(world, member, wanted)
        case ReleaseTransmission(transmission=transmission):
            return release_transmission(world, member, transmission)
        case ListTransmissions():
            return list_transmissions(world, member)
        case ListTaken():
            return list_taken(world, member)
        case SuspendPartner(partner=partner, reason=reason, suspend=suspend):
            act = suspend_partner if suspend else resume_partner
            return act(world, member, partner, reason)
        case TakeMailReceipt(partner=partner, signed=signed):
            return on_channel(Channel.MAIL, take_mail_receipt(world, member, partner, _bytes(signed)))


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise WrongUseError("the receipt is not base64; send the file's bytes") from error
