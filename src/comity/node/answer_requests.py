"""What a member may ask of the node about an answer that is there: receipt, copy, why, to ask again, a note beside it."""

from __future__ import annotations

from pathlib import Path

from comity.errors import NounError
from comity.exchange.asking.ask_again import ask_again
from comity.exchange.asking.copies import copy_answer
from comity.exchange.asking.put import Progress
from comity.exchange.asking.told_note import note_told, told_fields
from comity.model.agency import Member
from comity.model.asked import ShownReceipt
from comity.model.base import Noun
from comity.model.copied import CopiedAnswer, CopyForm
from comity.model.explained import AnswerExplained
from comity.model.outcome import Outcome
from comity.model.query import QUERY_ID_PATTERN
from comity.model.told_note import ToldNote, ToldWanted
from comity.node.explain_past import ExplainPast, run_explain
from comity.node.receipt_requests import ShowReceipt, run_receipt
from comity.node.roster import note_use
from comity.ports import World
from comity.settings import get_member


class CopyAnswer(Noun, frozen=True, kw_only=True, tag="copy-answer"):
    """Print or export an answer of the member's own; it is entered first."""

    member: str
    query_id: str
    form: CopyForm


class AskAgain(Noun, frozen=True, kw_only=True, tag="ask-again"):
    """Put a question of the member's own again to one owner it did not reach, under a number of the caller's where it has one
    (32 hexadecimal digits)."""

    member: str
    query_id: str
    owner: str
    anew: str = ""

    def __post_init__(self) -> None:
        if self.anew and not QUERY_ID_PATTERN.fullmatch(self.anew):
            raise NounError("a question's number is 32 hexadecimal digits")


class NoteTold(Noun, frozen=True, kw_only=True, tag="note-told"):
    """Write down what an owner told of a field that the answer says to ask it for."""

    member: str
    wanted: ToldWanted


class ShowToldFields(Noun, frozen=True, kw_only=True, tag="show-told-fields"):
    """Show the fields of an item of which a call to its owner may be written down now."""

    member: str
    query_id: str
    item_id: str


AnswerVerb = ExplainPast | ShowReceipt | CopyAnswer | AskAgain | NoteTold | ShowToldFields
AnswerResult = tuple[AnswerExplained, ...] | ShownReceipt | CopiedAnswer | Outcome | ToldNote | tuple[str, ...]


def run_answer(
    world: World, folder: Path, members: tuple[Member, ...], request: AnswerVerb, progress: Progress
) -> AnswerResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    match request:
        case ExplainPast():
            return run_explain(world, folder, members, request)
        case ShowReceipt():
            return run_receipt(world, folder, members, request)
        case CopyAnswer(query_id=query_id, form=form):
            return copy_answer(world, get_member(members, request.member), query_id, form, progress)
        case ShowToldFields(query_id=query_id, item_id=item_id):
            return told_fields(world, get_member(members, request.member), query_id, item_id)
        case NoteTold(wanted=wanted):
            return note_told(world, get_member(members, request.member), wanted)
        case AskAgain(query_id=query_id, owner=owner, anew=anew):
            member = get_member(members, request.member)
            note_use(world, folder, member)
            return ask_again(world, member, query_id, owner, anew=anew, progress=progress)
