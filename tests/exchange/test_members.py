"""Members of an agency and their access: who may change whose, in which order, and what a year and 90 days do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import TODAY, Stage

from comity.demo.agencies import WA_POLICE, members
from comity.errors import ClosedError, SettingsError, WrongUseError
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryKind
from comity.model.roster import IDLE_DAYS, MemberShown, RosterLine
from comity.node.member_requests import (
    OF_THE_HEAD,
    ROLES,
    AddMember,
    ChangeMember,
    ListMembers,
    RestoreMember,
    ReviewMember,
    SuspendMember,
    run_member,
)
from comity.node.roster import find_line, keep_roster, note_use
from comity.ports import World
from comity.settings import MEMBERS_FILE, ROSTER_FILE, read_listed, read_members, write_noun

ADMINISTRATOR, CHIEF, DETECTIVE = "wa-police-administrator", "wa-police-chief", "wa-police-detective"
LATER = TODAY + timedelta(days=300)
DAY_MS = 86_400_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A node's folder with the members of the region's police and of the sheriff."""
    write_noun(tmp_path / MEMBERS_FILE, members())
    return tmp_path


def world_of(stage: Stage) -> World:
    return stage.federation.world_of(WA_POLICE)


def put(stage: Stage, folder: Path, request: object) -> MemberShown:
    shown = run_member(world_of(stage), folder, read_members(folder), request)  # type: ignore[arg-type]
    assert isinstance(shown, MemberShown)
    return shown


def newcomer(by: str = ADMINISTRATOR, member_id: str = "wa-police-reyes", **changes: object) -> AddMember:
    values = {"name": "Ola Reyes", "roles": ("member",), "trained_until": LATER, "checked_on": TODAY}
    return AddMember(member=by, id=member_id, **{**values, **changes})  # type: ignore[arg-type]


def may_act(folder: Path, member_id: str) -> bool:
    return any(one.id == member_id for one in read_members(folder))


def last_entry(world: World) -> tuple[EntryKind, dict[str, object]]:
    index = world.journal.size() - 1
    raw = world.journal.entry(index)
    return decode_entry(raw).facts.kind, from_canonical(world.journal.record(index) or b"", dict)


def test_a_member_is_added_suspended_restored_and_leaves(own_stage: Stage, folder: Path) -> None:
    """Each step is an entry that names in its codes nobody, and takes effect with the next request."""
    added = put(own_stage, folder, newcomer())
    assert may_act(folder, added.member.id)
    kind, record = last_entry(world_of(own_stage))
    assert kind is EntryKind.MEMBER_CHANGED
    assert (record["act"], record["by"], record["member"]) == ("added", ADMINISTRATOR, "wa-police-reyes")
    put(own_stage, folder, SuspendMember(member=ADMINISTRATOR, id=added.member.id, why="on leave"))
    assert not may_act(folder, added.member.id)
    with pytest.raises(WrongUseError, match="is not a member at this node"):
        run_member(world_of(own_stage), folder, read_members(folder), ListMembers(member=added.member.id))
    put(own_stage, folder, RestoreMember(member=ADMINISTRATOR, id=added.member.id, why="back"))
    assert may_act(folder, added.member.id)
    left = SuspendMember(member=ADMINISTRATOR, id=added.member.id, why="moves to the county", left=True)
    put(own_stage, folder, left)
    with pytest.raises(WrongUseError, match="whoever left is added anew"):
        put(own_stage, folder, RestoreMember(member=ADMINISTRATOR, id=added.member.id, why="back"))
    put(own_stage, folder, newcomer(roles=("supervisor",)))
    (again,) = (one for one in read_members(folder) if one.id == added.member.id)
    assert again.roles == ("supervisor",)


def test_nobody_changes_their_own_access(own_stage: Stage, folder: Path) -> None:
    """Neither more nor less, neither the administrator nor the head."""
    for by in (ADMINISTRATOR, CHIEF):
        for request in (
            ChangeMember(member=by, id=by, roles=ROLES[:2], trained_until=LATER, checked_on=TODAY),
            SuspendMember(member=by, id=by, why="on leave"),
            RestoreMember(member=by, id=by, why="back"),
            ReviewMember(member=by, id=by),
            newcomer(by, by),
        ):
            with pytest.raises(WrongUseError, match="cannot change their own access"):
                put(own_stage, folder, request)


@given(
    by=st.sampled_from([one for one in members() if one.agency == WA_POLICE]),
    roles=st.lists(st.sampled_from([*ROLES, "sheriff-of-all"]), max_size=4).map(tuple),
    target=st.sampled_from(["wa-police-reyes", *(one.id for one in members())]),
    adding=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_may_not_changes_nothing(
    stage: Stage, folder: Path, by: Member, roles: tuple[str, ...], target: str, adding: bool
) -> None:
    """By whomever, to whomever, with whatever roles: only colleagues are changed, and only a head makes administrators."""
    write_noun(folder / MEMBERS_FILE, members())
    (folder / ROSTER_FILE).unlink(missing_ok=True)
    before = {one.id: one for one in read_listed(folder)}
    request = (
        newcomer(by.id, target, roles=roles)
        if adding
        else ChangeMember(member=by.id, id=target, roles=roles, trained_until=LATER, checked_on=TODAY)
    )
    try:
        put(stage, folder, request)
    except WrongUseError:
        assert {one.id: one for one in read_listed(folder)} == before
        return
    after = {one.id: one for one in read_listed(folder)}
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed <= {target} - {by.id}
    assert after[target].agency == by.agency
    assert {"agency-administrator", "agency-head"} & set(by.roles)
    moved = set(after[target].roles) ^ set(before[target].roles if target in before else ())
    assert "agency-head" in by.roles or not moved & OF_THE_HEAD


def test_a_head_is_suspended_by_no_administrator(own_stage: Stage, folder: Path) -> None:
    """Who administers the list does not take the agency over."""
    with pytest.raises(WrongUseError, match="only another head suspends them"):
        put(own_stage, folder, SuspendMember(member=ADMINISTRATOR, id=CHIEF, why="on leave"))


def test_without_a_recorded_check_nobody_comes_back(own_stage: Stage, folder: Path) -> None:
    """PS-3: somebody who was listed before lists were kept is restored once the day of the check stands there."""
    put(own_stage, folder, SuspendMember(member=ADMINISTRATOR, id=DETECTIVE, why="on leave"))
    back = RestoreMember(member=ADMINISTRATOR, id=DETECTIVE, why="back")
    with pytest.raises(WrongUseError, match="is not recorded; record its day first"):
        put(own_stage, folder, back)
    with pytest.raises(WrongUseError, match="the day of the check has not come"):
        put(own_stage, folder, newcomer(checked_on=TODAY + timedelta(days=2)))
    given_day = ChangeMember(
        member=ADMINISTRATOR, id=DETECTIVE, roles=("member",), trained_until=LATER, checked_on=TODAY
    )
    put(own_stage, folder, given_day)
    assert not may_act(folder, DETECTIVE)
    put(own_stage, folder, back)
    assert may_act(folder, DETECTIVE)


def test_ninety_days_without_use_suspend(own_stage: Stage, folder: Path) -> None:
    """AC-2(3): counted from the last use, or from when the node first kept the member; whoever uses it stays."""
    world = world_of(own_stage)
    assert keep_roster(world, folder) == 0
    detective = next(one for one in read_listed(folder) if one.id == DETECTIVE)
    own_stage.federation.advance((IDLE_DAYS - 1) * DAY_MS)
    note_use(world, folder, detective)
    assert keep_roster(world, folder) == 0
    own_stage.federation.advance(DAY_MS)
    held = [one for one in read_listed(folder) if one.agency == WA_POLICE]
    assert keep_roster(world, folder) == len(held) - 1
    assert [one.id for one in read_members(folder) if one.agency == WA_POLICE] == [DETECTIVE]
    kind, record = last_entry(world)
    assert (kind, record["act"], record["by"]) == (EntryKind.MEMBER_CHANGED, "idle", world.node)
    assert keep_roster(world, folder) == 0


def test_a_year_without_review_is_told(own_stage: Stage, folder: Path) -> None:
    """Who says that it is still needed is entered; the line says when it is owed again."""
    put(own_stage, folder, ReviewMember(member=ADMINISTRATOR, id=DETECTIVE))
    line = find_line(folder, DETECTIVE)
    assert line is not None
    assert line.reviewed_on == TODAY
    assert not line.needs_review(TODAY + timedelta(days=365))
    assert line.needs_review(TODAY + timedelta(days=366))


def test_where_the_log_is_closed_access_is_taken_and_not_given(own_stage: Stage, folder: Path) -> None:
    """What narrows happens first; what widens waits for its entry."""
    put(own_stage, folder, newcomer())
    own_stage.federation.close()
    with pytest.raises(ClosedError):
        put(own_stage, folder, SuspendMember(member=ADMINISTRATOR, id="wa-police-reyes", why="at once"))
    assert not may_act(folder, "wa-police-reyes")
    for request in (
        RestoreMember(member=ADMINISTRATOR, id="wa-police-reyes", why="back"),
        newcomer(member_id="wa-police-another"),
        ChangeMember(
            member=ADMINISTRATOR, id=DETECTIVE, roles=("supervisor",), trained_until=LATER, checked_on=TODAY
        ),
    ):
        before = read_members(folder)
        with pytest.raises(ClosedError):
            put(own_stage, folder, request)
        assert read_members(folder) == before


def test_a_roster_that_cannot_be_read_lets_nobody_act(folder: Path) -> None:
    """Whoever was suspended is not let in by damage."""
    (folder / ROSTER_FILE).write_bytes(b"[{")
    with pytest.raises(SettingsError, match="cannot be used"):
        read_members(folder)


def test_a_suspension_has_its_time_and_its_reason() -> None:
    """A line is one or the other."""
    line = RosterLine(member=DETECTIVE, since=TODAY)
    for broken in ({"why": "on leave"}, {"suspended_ms": 1}, {"left": True}):
        with pytest.raises(WrongUseError, match="with a time and a reason"):
            replace(line, **broken).__post_init__()


def test_only_who_answers_for_the_list_sees_it(own_stage: Stage, folder: Path) -> None:
    """The privacy officer and the auditor read it; a detective does not, and no other agency's members are in it."""
    world, listed = world_of(own_stage), read_members(folder)
    for by in (ADMINISTRATOR, CHIEF, "wa-police-privacy", "wa-police-auditor"):
        shown = run_member(world, folder, listed, ListMembers(member=by))
        assert isinstance(shown, tuple)
        assert {one.member.agency for one in shown} == {WA_POLICE}
    with pytest.raises(WrongUseError, match="may not see the list"):
        run_member(world, folder, listed, ListMembers(member=DETECTIVE))
