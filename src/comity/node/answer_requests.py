"""What a member may ask of the node about an answer that is there: its receipt, and why an owner answered so."""

from __future__ import annotations

from pathlib import Path

from comity.model.agency import Member
from comity.model.asked import ShownReceipt
from comity.model.explained import AnswerExplained
from comity.node.explain_past import ExplainPast, run_explain
from comity.node.receipt_requests import ShowReceipt, run_receipt
from comity.ports import World

AnswerVerb = ExplainPast | ShowReceipt
AnswerResult = tuple[AnswerExplained, ...] | ShownReceipt


def run_answer(world: World, folder: Path, members: tuple[Member, ...], request: AnswerVerb) -> AnswerResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    match request:
        case ExplainPast():
            return run_explain(world, folder, members, request)
        case ShowReceipt():
            return run_receipt(world, folder, members, request)
