"""What an owner is told of ways that are open although its law forbids them: a sentence, and a task for the same day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from comity.exchange.duty.act_duties import Act, duties_of_text
from comity.exchange.owners import owner_day
from comity.law.calendar import end_of_day_ms
from comity.model.agency import Agency, Directory
from comity.model.canon import digest
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_text import OwnerLaw
from comity.oversight.reach.open_now import open_ways, present
from comity.ports import World
from comity.settings import read_members

MOST_TASKS = 100  # ways of one change that become tasks, one each; the entry's record has them all


def ways_under(world: World, folder: Path, owner: Agency, law: OwnerLaw) -> tuple[ForbiddenWay, ...]:
    """The ways that are open at this node and that an owner's law, as it would be, forbids."""
    return open_ways(present(world, read_members(folder)).under(owner.id, law), owner)


def ways_opened(
    world: World, folder: Path, before: Directory, after: Directory
) -> tuple[tuple[Agency, tuple[ForbiddenWay, ...]], ...]:
    """For each owner held here the ways that one version of the directory opens and the version before did not."""
    seen = present(world, read_members(folder))
    found = []
    for owner in after.agencies:
        if owner.node != world.node:
            continue
        known = before.find_agency(owner.id)
        already = open_ways(replace(seen, directory=before), known) if known is not None else ()
        had = {(way.recipient, way.reason.rule) for way in already}
        ways = open_ways(replace(seen, directory=after), owner)
        new = tuple(way for way in ways if (way.recipient, way.reason.rule) not in had)
        if new:
            found.append((owner, new))
    return tuple(found)


def say_open(way: ForbiddenWay) -> str:
    """A way that is open, with the rule that forbids it, every step, and what would close it, in one line."""
    reason = way.reason
    told = f"open from {way.owner} to {way.recipient} though {reason.rule} forbids it ({reason.title}; {reason.citation}): "
    told += "; ".join(way.steps)
    told += f". To close it: {'; and '.join(way.closing)}" if way.closing else ". Nothing known here closes it"
    if way.alone and way.alone != way.closing:
        told += f". What {way.owner} can do alone: {'; and '.join(way.alone)}"
    return told


def tasks_of(world: World, owner: Agency, ways: tuple[ForbiddenWay, ...], change: str) -> tuple[StoredDuty, ...]:
    """A task for each way, to be looked at the same day by whoever answers for the owner; `change` is what found it."""
    now_ms = world.clock.now_ms()
    found: list[StoredDuty] = []
    for way in ways[:MOST_TASKS]:
        duty = Duty(
            kind="review",
            rule=way.reason.rule,
            citation=way.reason.citation,
            to="agency-head",
            due_ms=end_of_day_ms(owner_day(owner, now_ms), owner.zone),
            text=say_open(way),
        )
        about = digest((change, way.recipient))
        found += duties_of_text(Act(owner, "activate", "", now_ms, now_ms), about, (duty,))
    return tuple(found)
