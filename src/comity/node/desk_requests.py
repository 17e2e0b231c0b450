"""What a member may ask of the node about what waits for a decision, what was recalled, and what was answered."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.asking.copies import without_receipts
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.my_questions import my_questions
from comity.exchange.asking.sources import open_owners
from comity.exchange.desk.confirmations import with_confirmations
from comity.exchange.owners import owner_here
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.recalls.recalls_shown import recalls_shown
from comity.exchange.records.record_act import act_on_record
from comity.model.agency import Member
from comity.model.asked import AskedLine, OpenOwner
from comity.model.base import Noun
from comity.model.correction import RecordAct, RecordActed
from comity.model.delivery import StoredDelivery
from comity.model.held import HeldDecided, HeldTask
from comity.model.outcome import RevisedOutcome
from comity.model.recalled import RecallShown
from comity.ports import World
from comity.settings import get_member


class ListHeld(Noun, frozen=True, kw_only=True, tag="list-held"):
    """List the holds that wait for a decision at the member's agency; those decided too where asked.

    Only one where `task` names it. `foresee` false leaves out what each would let go, for which an answer is worked out.
    """

    member: str
    decided: bool = False
    task: str = ""
    foresee: bool = True


class DecideHeld(Noun, frozen=True, kw_only=True, tag="decide-held"):
    """Decide one hold."""

    member: str
    task: str
    grant: bool
    reason: str


class ShowRecalls(Noun, frozen=True, kw_only=True, tag="show-recalls"):
    """Show the recalls that the member's agency sent and got: of which record, where it is used, until when it is owed."""

    member: str


class ConfirmRecall(Noun, frozen=True, kw_only=True, tag="confirm-recall"):
    """Confirm a recall that came in."""

    member: str
    recall: str
    words: str


class ActOnRecord(Noun, frozen=True, kw_only=True, tag="act-on-record"):
    """Seal, expunge, dispute or hold a whole record."""

    member: str
    wanted: RecordAct


class ShowAnswer(Noun, frozen=True, kw_only=True, tag="show-answer"):
    """Show a kept outcome, as it stands now, to a member of the agency that asked."""

    asker: str
    member: str
    query_id: str


class MyQuestions(Noun, frozen=True, kw_only=True, tag="my-questions"):
    """List the member's own questions of the last month."""

    member: str


class ListOpenOwners(Noun, frozen=True, kw_only=True, tag="list-open-owners"):
    """List the owners that agreements in force let the member's agency ask, and the data classes these name."""

    member: str


DeskRequest = (
    MyQuestions | ListOpenOwners | ListHeld | DecideHeld | ShowRecalls | ConfirmRecall | ActOnRecord | ShowAnswer
)
DeskResult = (
    tuple[HeldTask, ...]
    | HeldDecided
    | StoredDelivery
    | tuple[RecallShown, ...]
    | RecordActed
    | RevisedOutcome
    | tuple[AskedLine, ...]
    | tuple[OpenOwner, ...]
)


def run_desk(world: World, members: tuple[Member, ...], request: DeskRequest) -> DeskResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    member = get_member(members, request.member)
    match request:
        case MyQuestions():
            return my_questions(world, member)
        case ListOpenOwners():
            return open_owners(world, owner_here(world, member.agency), world.clock.now_ms())
        case ListHeld(decided=decided, task=task, foresee=foresee):
            return list_held(world, member, task, decided=decided, foresee=foresee)
        case DecideHeld(task=task, grant=grant, reason=reason):
            return decide_held(world, member, task, grant=grant, reason=reason)
        case ShowRecalls():
            return recalls_shown(world, member)
        case ConfirmRecall(recall=recall, words=words):
            return confirm_recall(world, member, recall, words)
        case ActOnRecord(wanted=wanted):
            return act_on_record(world, member, wanted)
        case ShowAnswer(asker=asker, query_id=query_id):
            return _shown(world, member, asker, query_id)


def _shown(world: World, member: Member, asker: str, query_id: str) -> RevisedOutcome:
    if member.agency != asker:
        raise WrongUseError(f"`{member.id}` is not of `{asker}`; opening its answer is a new request")
    return without_receipts(
        with_confirmations(world, owner_here(world, asker), get_outcome(world, asker, query_id))
    )
