"""Sign-ins in the log: that one happened can be read by whoever watches it, and not whose it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from region_stage import Stage
from session_stage import IN_ORDER, TWO, node_folder

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
    page = "GET /duties" if act is SessionAct.REFUSED else ""
    return SessionTold(
        act=act,
        means="passkey",
        page=page,
        more=3,
        by="wa-police-administrator" if act is SessionAct.UNLOCKED else "",
    )


def administrator(stage: Stage, **other: object) -> Member:
    """Whoever administers the detective's agency, as changed."""
    first = replace(detective(stage), id="wa-police-administrator", roles=("agency-administrator",))
    return replace(first, **other)


@pytest.mark.parametrize("act", SessionAct)
def test_each_act_is_an_entry_whose_codes_name_nobody(stage: Stage, act: SessionAct, tmp_path: Path) -> None:
    """Kind, agency and minute stand in the entry; member, means, page and how many more in the record alone."""
    world, member = stage.federation.world_of(WA_POLICE), detective(stage)
    listed = (member, administrator(stage))
    asked = EnterSession(member=member.id, told=told_of(act), known=TWO)
    index = run_session(world, node_folder(tmp_path, IN_ORDER), listed, asked).entry
    raw = world.journal.entry(index)
    facts = decode_entry(raw).facts
    assert facts.kind is KINDS[act]
    assert (facts.asker_ori, facts.purpose, facts.decision, facts.pair) == ("", None, "", "")
    assert member.id.encode() not in raw + (world.journal.content(index) or b"")
    record = from_canonical(world.journal.record(index) or b"", dict)
    assert (record["member"], record["means"], record["page"]) == (member.id, "passkey", told_of(act).page)
    assert (record["more"], record["by"]) == (3, told_of(act).by)


@pytest.mark.parametrize(
    ("other", "may"),
    [
        ({}, True),
        ({"agency": "ca-sheriff", "roles": ("node-administrator",)}, True),
        ({"agency": "ca-sheriff"}, False),
        ({"roles": ("supervisor", "records-custodian")}, False),
    ],
)
def test_an_administrator_of_the_member_ends_a_lockout_and_nobody_else(
    stage: Stage, other: dict[str, object], may: bool, tmp_path: Path
) -> None:
    """Of the member's own agency, or of the node; another agency's and any other role do not."""
    world, member, by = stage.federation.world_of(WA_POLICE), detective(stage), administrator(stage, **other)
    asked = EnterSession(member=member.id, told=told_of(SessionAct.UNLOCKED))
    size = world.journal.size()
    if may:
        assert run_session(world, tmp_path, (member, by), asked).entry == size
        return
    with pytest.raises(WrongUseError, match="does not administer"):
        run_session(world, tmp_path, (member, by), asked)
    assert world.journal.size() == size


def test_nobody_unlocks_themselves(stage: Stage, tmp_path: Path) -> None:
    """Not an administrator either: whoever guessed theirs would let themselves in."""
    world, by = stage.federation.world_of(WA_POLICE), administrator(stage)
    with pytest.raises(WrongUseError, match="ask another administrator"):
        run_session(world, tmp_path, (by,), EnterSession(member=by.id, told=told_of(SessionAct.UNLOCKED)))


def test_an_administrator_does_only_what_can_be_done_to_another() -> None:
    """Nobody signs in for a member, and a lockout ends by somebody."""
    with pytest.raises(NounError, match="nothing an administrator does"):
        SessionTold(act=SessionAct.SIGNED_IN, by="wa-police-administrator")
    with pytest.raises(NounError, match="name who"):
        SessionTold(act=SessionAct.UNLOCKED)


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
