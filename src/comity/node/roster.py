"""Members of a node's agencies as they stand on disk: who is listed, and what is kept of each beside it.

`members.json` lists them; `roster.json` says who of them is suspended. Where a change narrows, its file is written before the
log's entry, so that trouble with the log never leaves somebody in; where it widens, the entry is there first.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Lock

from msgspec.structs import replace

from comity.exchange.log.member_acts import enter_member_act
from comity.exchange.owners import owner_day, owner_here, owners_here
from comity.model.agency import Member
from comity.model.roster import MemberAct, RosterLine
from comity.ports import World
from comity.settings import MEMBERS_FILE, ROSTER_FILE, read_listed, read_roster, write_noun

CHANGING = Lock()  # one change of the two files at a time: a node is one process
NOT_USED = "not used for 90 days (CJIS Security Policy 6.0, AC-2(3))"


def find_line(folder: Path, member_id: str) -> RosterLine | None:
    """What is kept of a member; None where nothing is yet."""
    return next((one for one in read_roster(folder) if one.member == member_id), None)


def write_line(folder: Path, line: RosterLine) -> None:
    """Put a member's line in the place of the one before. The caller holds `CHANGING`."""
    others = tuple(one for one in read_roster(folder) if one.member != line.member)
    write_noun(folder / ROSTER_FILE, tuple(sorted((*others, line), key=lambda one: one.member)))


def write_listed(folder: Path, member: Member) -> None:
    """Put a member in the place of the one of the same id, or behind all others. The caller holds `CHANGING`."""
    listed = read_listed(folder)
    known = any(one.id == member.id for one in listed)
    changed = tuple(member if one.id == member.id else one for one in listed)
    write_noun(folder / MEMBERS_FILE, changed if known else (*listed, member))


def note_use(world: World, folder: Path, member: Member) -> None:
    """Note that a member used the node today; once a day, and only of a member that is kept already."""
    day = owner_day(owner_here(world, member.agency), world.clock.now_ms())
    line = find_line(folder, member.id)
    if line is None or (line.used_on is not None and line.used_on >= day):
        return
    with CHANGING:
        line = find_line(folder, member.id)
        if line is not None:
            write_line(folder, replace(line, used_on=day))


def keep_roster(world: World, folder: Path) -> int:
    """Begin to keep whoever is listed and not yet kept, and suspend whoever was not used for 90 days; how many of those."""
    days = {one.id: owner_day(one, world.clock.now_ms()) for one in owners_here(world)}
    with CHANGING:
        kept = {one.member: one for one in read_roster(folder)}
        listed = [one for one in read_listed(folder) if one.agency in days]
        new = [RosterLine(member=one.id, since=days[one.agency]) for one in listed if one.id not in kept]
        idle = [one for one in listed if one.id in kept and _is_idle(kept[one.id], days[one.agency])]
        if new or idle:
            suspended = [_suspended(world, kept[one.id]) for one in idle]
            kept |= {one.member: one for one in (*new, *suspended)}
            write_noun(folder / ROSTER_FILE, tuple(kept[name] for name in sorted(kept)))
    for member in idle:
        enter_member_act(world, member.agency, MemberAct.IDLE, {"by": world.node, "member": member.id})
    return len(idle)


def _is_idle(line: RosterLine, day: date) -> bool:
    return line.suspended_ms is None and line.is_idle(day)


def _suspended(world: World, line: RosterLine) -> RosterLine:
    return replace(line, suspended_ms=world.clock.now_ms(), suspended_by=world.node, why=NOT_USED)
