"""A node that stops while a question is taken back: it still waits, or it is taken back, and never anything between."""

from __future__ import annotations

from contextlib import suppress

import pytest
from msgspec.structs import replace
from sim_stage import NORTH, SOUTH, finish

from comity.errors import ComityError
from comity.exchange.asking.approval import list_approvals
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.withdraw_waiting import withdraw_waiting
from comity.ledger.entry import decode_entry
from comity.model.approval import ApprovalState
from comity.model.disclosure import EntryKind
from comity.model.finding import Relation
from comity.oversight.findings.circle import add_to_circle
from comity.sim.faults import Crash
from comity.sim.node import CrashedError
from comity.sim.play import Play
from comity.sim.scene import EVERYWHERE, member_of, request_of
from comity.store.writer import CRASH_POINTS

REASON = "asked under the wrong case"


@pytest.mark.parametrize("power", [False, True])
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_stopped_while_a_question_is_taken_back(play: Play, point: str, power: bool) -> None:
    """Between entry and row there is nothing: after the restart either both are there or neither, and again is once."""
    detective, supervisor = member_of(NORTH, "detective"), member_of(NORTH, "supervisor")
    privacy = replace(supervisor, id=f"{NORTH}-privacy", roles=("privacy-officer",))
    add_to_circle(play.world(NORTH), privacy, Relation.STAFF, "", EVERYWHERE.subject)
    question = ask_query(play.world(NORTH), request_of(NORTH, EVERYWHERE, (SOUTH,)), detective).query_id
    node = play.node(NORTH)
    node.arm(Crash(node.id, point, 1, power))
    with suppress(ComityError, CrashedError):
        withdraw_waiting(node.world, detective, question, REASON)
    with suppress(CrashedError):
        node.settle()
    if not node.dead:
        node.kill(Crash(node.id, point, 1, power))
    node.restart()
    journal = node.world.journal
    kinds = [decode_entry(journal.entry(index)).facts.kind for index in range(journal.size())]
    approval = journal.approvals.find(NORTH, question)
    assert approval is not None
    assert kinds.count(EntryKind.APPROVAL_WITHDRAWN) == approval.is_withdrawn
    assert [one.approval.id for one in list_approvals(node.world, supervisor)] == [question] * (
        not approval.is_withdrawn
    )
    again = withdraw_waiting(node.world, detective, question, REASON)
    assert again.state(node.world.clock.now_ms()) is ApprovalState.WITHDRAWN
    assert decode_entry(journal.entry(journal.size() - 1)).facts.kind is EntryKind.APPROVAL_WITHDRAWN
    assert finish(play) == []
