"""What may be asked of the node about petitions: subject access and redress."""

from __future__ import annotations

from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.petition import Petition, PetitionWanted
from comity.oversight.redress.decide_petition import ToDecide, decide_petition
from comity.oversight.redress.dispute import ToDispute, dispute
from comity.oversight.redress.identify import IdentityShown, identify
from comity.oversight.redress.open_log import open_log
from comity.oversight.redress.open_petition import ask_online, open_petition
from comity.oversight.redress.outward import OutwardPetition
from comity.oversight.redress.read_petitions import (
    PetitionList,
    PetitionShown,
    SawInPerson,
    ToldInPerson,
    list_petitions,
    look_up,
    show_petition,
    tell_in_person,
)
from comity.oversight.redress.withhold import ToWithhold, withhold
from comity.ports import World
from comity.settings import get_member


class OpenPetition(Noun, frozen=True, kw_only=True, tag="open-petition"):
    """Take a petition in."""

    member: str
    wanted: PetitionWanted


class AskOnline(Noun, frozen=True, kw_only=True, tag="ask-online"):
    """Take a petition in from anybody."""

    agency: str
    wanted: PetitionWanted


class IdentifyPetitioner(Noun, frozen=True, kw_only=True, tag="identify-petitioner"):
    """Say who asks."""

    member: str
    reference: str
    told: IdentityShown


class OpenLog(Noun, frozen=True, kw_only=True, tag="open-log"):
    """Ask for the opening of the log by subject, or agree to it."""

    member: str
    reference: str
    reason: str


class WithholdRows(Noun, frozen=True, kw_only=True, tag="withhold-rows"):
    """Look through the look-ups."""

    member: str
    reference: str
    wanted: ToWithhold


class DisputeRecord(Noun, frozen=True, kw_only=True, tag="dispute-record"):
    """Mark a record as disputed, with a statement."""

    member: str
    reference: str
    wanted: ToDispute


class DecidePetition(Noun, frozen=True, kw_only=True, tag="decide-petition"):
    """Decide a petition."""

    member: str
    reference: str
    wanted: ToDecide


class TellInPerson(Noun, frozen=True, kw_only=True, tag="tell-in-person"):
    """Tell whoever asked, face to face."""

    member: str
    reference: str
    saw: SawInPerson


class ShowPetition(Noun, frozen=True, kw_only=True, tag="show-petition"):
    """Show one petition to the desk."""

    member: str
    reference: str


class ListPetitions(Noun, frozen=True, kw_only=True, tag="list-petitions"):
    """List petitions."""

    member: str


class LookUpPetition(Noun, frozen=True, kw_only=True, tag="look-up-petition"):
    """What whoever has a reference sees online."""

    agency: str
    reference: str


RedressRequest = (
    OpenPetition
    | AskOnline
    | IdentifyPetitioner
    | OpenLog
    | WithholdRows
    | DisputeRecord
    | DecidePetition
    | TellInPerson
    | ShowPetition
    | ListPetitions
    | LookUpPetition
)
RedressResult = Petition | ToldInPerson | PetitionShown | PetitionList | OutwardPetition


def run_redress(world: World, members: tuple[Member, ...], request: RedressRequest) -> RedressResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    if isinstance(request, LookUpPetition):
        return look_up(world, request.agency, request.reference)
    if isinstance(request, AskOnline):
        return ask_online(world, request.agency, request.wanted)
    member = get_member(members, request.member)
    match request:
        case OpenPetition(wanted=wanted):
            return open_petition(world, member, wanted)
        case IdentifyPetitioner(told=told):
            return identify(world, member, request.reference, told)
        case OpenLog(reason=reason):
            return open_log(world, member, request.reference, reason)
        case WithholdRows(wanted=rows):
            return withhold(world, member, request.reference, rows)
        case DisputeRecord(wanted=disputed):
            return dispute(world, member, request.reference, disputed)
        case DecidePetition(wanted=decision):
            return decide_petition(world, member, request.reference, decision)
        case TellInPerson(saw=saw):
            return tell_in_person(world, member, request.reference, saw)
        case ShowPetition():
            return show_petition(world, member, request.reference)
        case ListPetitions():
            return list_petitions(world, member)
