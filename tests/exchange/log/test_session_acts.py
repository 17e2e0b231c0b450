"""Sign-ins in the log: that one happened can be read by whoever watches it, and not whose it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from region_stage import Stage

from comity.demo.agencies import WA_POLICE
from comity.errors import ClosedError, NounError, WrongUseError
from comity.exchange.log.session_acts import KINDS, enter_session_act
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.canon import from_canonical
from comity.model.session_act import SessionAct, SessionTold
from comity.node.session_requests import EnterSession, run_session


def detective(stage: Stage) -> Member:
    return stage.member(stage.region.scene.detective_question.member)


def told_of(act: SessionAct) -> SessionTold:
    return SessionTold(act=act, means="passkey", page="GET /duties" if act is SessionAct.REFUSED else "", more=3)


@pytest.mark.parametrize("act", SessionAct)
def test_each_act_is_an_entry_whose_codes_name_nobody(stage: Stage, act: SessionAct, tmp_path: Path) -> None:
    """Kind, agency and minute stand in the entry; member, means, page and how many more in the record alone."""
    world, member = stage.federation.world_of(WA_POLICE), detective(stage)
    index = run_session(world, tmp_path, (member,), EnterSession(member=member.id, told=told_of(act))).entry
    raw = world.journal.entry(index)
    facts = decode_entry(raw).facts
    assert facts.kind is KINDS[act]
    assert (facts.asker_ori, facts.purpose, facts.decision, facts.pair) == ("", None, "", "")
    assert member.id.encode() not in raw + (world.journal.content(index) or b"")
    record = from_canonical(world.journal.record(index) or b"", dict)
    assert (record["member"], record["means"], record["page"]) == (member.id, "passkey", told_of(act).page)
    assert record["more"] == 3


def test_nobody_elses_session_is_entered(stage: Stage, tmp_path: Path) -> None:
    """A member this node does not have, or whose agency is held elsewhere, has no session here."""
    world, member = stage.federation.world_of(WA_POLICE), detective(stage)
    with pytest.raises(WrongUseError, match="is not a member at this node"):
        run_session(world, tmp_path, (), EnterSession(member=member.id, told=told_of(SessionAct.SIGNED_IN)))
    elsewhere = stage.federation.world_of("ca-sheriff")
    with pytest.raises(WrongUseError, match="is not held at this node"):
        enter_session_act(elsewhere, member, told_of(SessionAct.SIGNED_IN))


def test_a_page_is_named_where_it_was_refused_and_nowhere_else() -> None:
    """A record of a sign-in cannot carry an address, and a refusal says of what."""
    with pytest.raises(NounError, match="a page is named where it was refused"):
        SessionTold(act=SessionAct.SIGNED_IN, page="GET /duties")
    with pytest.raises(NounError, match="a page is named where it was refused"):
        SessionTold(act=SessionAct.REFUSED)


def test_a_log_that_is_closed_takes_no_sign_in(own_stage: Stage) -> None:
    """Who signs in could act; what could not be entered does not begin."""
    world, member = own_stage.federation.world_of(WA_POLICE), detective(own_stage)
    own_stage.federation.close()
    with pytest.raises(ClosedError):
        enter_session_act(world, member, told_of(SessionAct.SIGNED_IN))
