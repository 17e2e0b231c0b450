"""A node's folder as the node reads of accounts from it, and sessions begun over a federation."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import WA_POLICE
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.roster import CheckFound, RosterLine
from comity.model.session_act import SessionAct, SessionEntered, SessionKnown, SessionTold, WentOn
from comity.node.session_requests import EnterSession, GoOn, run_session
from comity.settings import ROSTER_FILE, SETTINGS_FILE, NodeSettings

DAY = date(2026, 11, 18)  # the day the simulated clock starts
MINUTE_MS = 60_000
TWO = SessionKnown(factors=2, idle_ms=0, age_ms=0, failures=0)
IN_ORDER = RosterLine(
    member="wa-police-detective", since=DAY, checked_on=DAY, found=CheckFound.NO_FELONY, reviewed_on=DAY
)


def node_folder(folder: Path, *lines: RosterLine, invented: bool = False) -> Path:
    """The files of a node that say of a session what pages cannot."""
    settings = NodeSettings(
        id="wa-node",
        host="127.0.0.1",
        port=8400,
        agencies=(WA_POLICE,),
        directory_hash="sha256:" + "0" * 64,
        invented=invented,
    )
    (folder / SETTINGS_FILE).write_bytes(canonical_bytes(settings))
    (folder / ROSTER_FILE).write_bytes(canonical_bytes(lines))
    return folder


def detective(stage: Stage, **changes: object) -> Member:
    """The detective of the region's scene, as changed."""
    return replace(stage.member(stage.region.scene.detective_question.member), **changes)


def begin(stage: Stage, folder: Path, known: SessionKnown, member: Member | None = None) -> SessionEntered:
    """A sign-in of the detective, by a passkey as it says."""
    who = member or detective(stage)
    told = SessionTold(act=SessionAct.SIGNED_IN, means="passkey")
    world = stage.federation.world_of(WA_POLICE)
    entered = run_session(world, folder, (who,), EnterSession(member=who.id, told=told, known=known))
    assert isinstance(entered, SessionEntered)
    return entered


def go_on(stage: Stage, folder: Path, known: SessionKnown) -> WentOn:
    """A session of the detective that is used again."""
    who = detective(stage)
    asked = GoOn(member=who.id, means="passkey", known=known)
    went = run_session(stage.federation.world_of(WA_POLICE), folder, (who,), asked)
    assert isinstance(went, WentOn)
    return went


def rules(entered: SessionEntered | WentOn) -> list[str]:
    """The rules that refuse, sorted."""
    return sorted(one.reason.rule for one in entered.refused)
