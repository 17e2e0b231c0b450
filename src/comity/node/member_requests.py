"""What an agency's administrator asks of the node about its members.

Nobody grants anything to themselves. An administrator adds and changes members of their own agency; the roles that answer for
the agency or administer it only its head gives or takes. Whoever sees may read the list: head, privacy officer and auditor.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.log.member_acts import enter_member_act
from comity.exchange.owners import owner_day, owner_here
from comity.model.agency import Member
from comity.model.base import Noun, check_text
from comity.model.refused import tell_refused
from comity.model.roster import LONGEST_WHY, CheckFound, MemberAct, MemberShown, RosterLine
from comity.node.roster import CHANGING, find_line, write_line, write_listed
from comity.ports import World
from comity.settings import get_member, read_listed, read_roster

ADMINISTRATOR, HEAD = "agency-administrator", "agency-head"
CHANGES = frozenset({ADMINISTRATOR, HEAD})
SEES = CHANGES | {"privacy-officer", "auditor"}
OF_THE_HEAD = frozenset(
    {HEAD, ADMINISTRATOR, "node-administrator"}
)  # roles that only an agency's head gives or takes
ROLES = (
    "member",
    "supervisor",
    "records-custodian",
    "counsel",
    "privacy-officer",
    "auditor",
    "training-officer",
    "officer-1367",
    "agency-administrator",
    "node-administrator",
    "agency-head",
)


class ListMembers(Noun, frozen=True, kw_only=True, tag="list-members"):
    """List the members of the member's agency, suspended ones too, with what is kept of each."""

    member: str


class AddMember(Noun, frozen=True, kw_only=True, tag="add-member"):
    """Add a member to the member's own agency; `checked_on` is the day of the fingerprint-based check and `found` what it
    found (CJIS 6.0, PS-3). Where the law asks for either, no session of theirs begins without it.
    """

    member: str
    id: str
    name: str
    roles: tuple[str, ...]
    trained_until: date
    checked_on: date
    found: CheckFound | None = None


class ChangeMember(Noun, frozen=True, kw_only=True, tag="change-member"):
    """Give a member other roles, another training date, or another check; one whose finding is left out has none."""

    member: str
    id: str
    roles: tuple[str, ...]
    trained_until: date
    checked_on: date
    found: CheckFound | None = None


class SuspendMember(Noun, frozen=True, kw_only=True, tag="suspend-member"):
    """Take a member's access away at once; `left` for one who leaves or moves to another agency, for good."""

    member: str
    id: str
    why: str
    left: bool = False

    def __post_init__(self) -> None:
        check_text("the reason", self.why, LONGEST_WHY)


class RestoreMember(Noun, frozen=True, kw_only=True, tag="restore-member"):
    """Give a suspended member the same access back."""

    member: str
    id: str
    why: str

    def __post_init__(self) -> None:
        check_text("the reason", self.why, LONGEST_WHY)


class ReviewMember(Noun, frozen=True, kw_only=True, tag="review-member"):
    """Say that a member's access is still needed (yearly: CJIS 6.0, AC-2)."""

    member: str
    id: str


MemberRequest = ListMembers | AddMember | ChangeMember | SuspendMember | RestoreMember | ReviewMember
MemberResult = tuple[MemberShown, ...] | MemberShown


def run_member(world: World, folder: Path, members: tuple[Member, ...], request: MemberRequest) -> MemberResult:
    """Carry out one request. Raises WrongUseError for whoever may not, and for a change that cannot be."""
    by = get_member(members, request.member)
    if isinstance(request, ListMembers):
        return _listed(folder, by)
    if not CHANGES & set(by.roles):
        raise WrongUseError(tell_refused("member.may-not", member=by.id))
    if by.id == request.id:
        raise WrongUseError(tell_refused("member.own", member=by.id))
    with CHANGING:
        return _change(world, folder, by, request)


def _change(
    world: World,
    folder: Path,
    by: Member,
    request: AddMember | ChangeMember | SuspendMember | RestoreMember | ReviewMember,
) -> MemberShown:
    today = owner_day(owner_here(world, by.agency), world.clock.now_ms())
    if isinstance(request, AddMember):
        return _add(world, folder, by, request, today)
    member = _colleague(folder, by, request.id)
    line = find_line(folder, member.id) or RosterLine(member=member.id, since=today)
    match request:
        case ChangeMember():
            return _given(world, folder, by, (member, line), request, today)
        case SuspendMember():
            return _suspend(world, folder, by, (member, line), request)
        case RestoreMember():
            return _restore(world, folder, by, (member, line), request, today)
        case ReviewMember():
            enter_member_act(world, by.agency, MemberAct.REVIEWED, _told(by, member.id))
            return _kept(folder, member, replace(line, reviewed_on=today))


def _listed(folder: Path, by: Member) -> tuple[MemberShown, ...]:
    if not SEES & set(by.roles):
        raise WrongUseError(tell_refused("member.not-list", member=by.id))
    lines = {one.member: one for one in read_roster(folder)}
    mine = (one for one in read_listed(folder) if one.agency == by.agency)
    return tuple(MemberShown(member=one, line=lines.get(one.id)) for one in sorted(mine, key=lambda one: one.name))


def _add(world: World, folder: Path, by: Member, request: AddMember, today: date) -> MemberShown:
    known = next((one for one in read_listed(folder) if one.id == request.id), None)
    line = find_line(folder, request.id)
    back = known is not None and known.agency == by.agency and line is not None and line.left
    if known is not None and not back:
        raise WrongUseError(tell_refused("member.known", member=request.id))
    _check_given(by, frozenset(known.roles if known else ()), request, today)
    member = Member(
        id=request.id,
        name=request.name,
        agency=by.agency,
        roles=request.roles,
        trained_until=request.trained_until,
    )
    line = RosterLine(
        member=member.id, since=today, checked_on=request.checked_on, found=request.found, reviewed_on=today
    )
    enter_member_act(world, by.agency, MemberAct.ADDED, _told(by, member.id, roles=request.roles))
    if back:  # under a listed id nobody acts before the list has the new roles
        write_listed(folder, member)
        return _kept(folder, member, line)
    shown = _kept(folder, member, line)
    write_listed(folder, member)
    return shown


def _given(
    world: World,
    folder: Path,
    by: Member,
    kept: tuple[Member, RosterLine],
    request: ChangeMember,
    today: date,
) -> MemberShown:
    member, line = kept
    _check_given(by, frozenset(member.roles), request, today)
    changed = replace(member, roles=request.roles, trained_until=request.trained_until)
    told = _told(by, member.id, roles=request.roles, before=member.roles)
    enter_member_act(world, by.agency, MemberAct.CHANGED, told)
    write_listed(folder, changed)
    return _kept(folder, changed, replace(line, checked_on=request.checked_on, found=request.found))


def _suspend(
    world: World, folder: Path, by: Member, kept: tuple[Member, RosterLine], request: SuspendMember
) -> MemberShown:
    member, line = kept
    if line.left or (line.suspended_ms is not None and not request.left):
        raise WrongUseError(tell_refused("member.suspended", member=member.id))
    if HEAD in member.roles and HEAD not in by.roles:
        raise WrongUseError(tell_refused("member.head", member=member.id))
    act = MemberAct.LEFT if request.left else MemberAct.SUSPENDED
    suspended = replace(
        line, suspended_ms=world.clock.now_ms(), suspended_by=by.id, why=request.why, left=request.left
    )
    shown = _kept(folder, member, suspended)  # from here on nobody acts as them, whatever the log says
    enter_member_act(world, by.agency, act, _told(by, member.id, why=request.why))
    return shown


def _restore(
    world: World,
    folder: Path,
    by: Member,
    kept: tuple[Member, RosterLine],
    request: RestoreMember,
    today: date,
) -> MemberShown:
    member, line = kept
    if line.suspended_ms is None or line.left:
        raise WrongUseError(tell_refused("member.not-suspended", member=member.id))
    if line.checked_on is None:
        raise WrongUseError(tell_refused("member.unchecked", member=member.id))
    if OF_THE_HEAD & set(member.roles) and HEAD not in by.roles:
        raise WrongUseError(tell_refused("member.of-head", member=member.id))
    enter_member_act(world, by.agency, MemberAct.RESTORED, _told(by, member.id, why=request.why))
    restored = replace(line, suspended_ms=None, suspended_by="", why="", used_on=today, reviewed_on=today)
    return _kept(folder, member, restored)


def _check_given(by: Member, before: frozenset[str], request: AddMember | ChangeMember, today: date) -> None:
    """That these roles and days may be given by this member. Raises WrongUseError where not."""
    unknown = [one for one in request.roles if one not in ROLES]
    if unknown or not request.roles or len(set(request.roles)) != len(request.roles):
        raise WrongUseError(f"give each role once, of these: {', '.join(ROLES)}")
    if HEAD not in by.roles and OF_THE_HEAD & (frozenset(request.roles) ^ before):
        raise WrongUseError(
            f"only the agency's head gives or takes {', '.join(sorted(OF_THE_HEAD))}; ask the head to do it"
        )
    if request.checked_on > today:
        raise WrongUseError(tell_refused("member.check-to-come"))


def _colleague(folder: Path, by: Member, member_id: str) -> Member:
    found = next((one for one in read_listed(folder) if one.id == member_id), None)
    if found is None or found.agency != by.agency:
        raise WrongUseError(tell_refused("member.none", member=member_id[:64], agency=by.agency))
    return found


def _kept(folder: Path, member: Member, line: RosterLine) -> MemberShown:
    write_line(folder, line)
    return MemberShown(member=member, line=line)


def _told(by: Member, member_id: str, **told: Any) -> Mapping[str, Any]:
    return {"by": by.id, "member": member_id, **told}
