"""The sealed list: members' own persons, their households and the staff, which look-ups are held against.

The whole list is what one entry keeps: wrapped like everything the log keeps, bound by a commitment, shown by no command. A
change is a new entry; the one before is forgotten in the same transaction, keys and all.
"""

from __future__ import annotations

from collections import Counter

from comity.errors import WrongUseError
from comity.exchange.asking.circle import CIRCLE_KEY, LIST_STEP, read_circle
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.finding import Circle, CircleLine, CircleTold, Relation
from comity.model.query import Subject
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World


def add_to_circle(world: World, member: Member, relation: Relation, whose: str, subject: Subject) -> CircleTold:
    """Put a person or thing on the list. Raises WrongUseError for who is no reviewer, NounError for too vague a line."""
    owner = reviewed_owner(world, member)
    index, circle = read_circle(world, owner)
    line = CircleLine(id=world.randomness.take(6).hex(), relation=relation, member=whose, subject=subject)
    _keep(world, owner, index, Circle(owner=owner.id, lines=(*circle.lines, line)))
    return circle_told(world, member, added=line.id)


def remove_from_circle(world: World, member: Member, name: str) -> CircleTold:
    """Take a line off the list, by the id it was given. Raises WrongUseError for one that is not there."""
    owner = reviewed_owner(world, member)
    index, circle = read_circle(world, owner)
    left = tuple(line for line in circle.lines if line.id != name)
    if len(left) == len(circle.lines):
        raise WrongUseError(f"the sealed list has no line `{name[:64]}`; its id was told when it was added")
    _keep(world, owner, index, Circle(owner=owner.id, lines=left))
    return circle_told(world, member)


def circle_told(world: World, member: Member, added: str = "") -> CircleTold:
    """How many lines the list has, by relation; never whom."""
    owner = reviewed_owner(world, member)
    lines = Counter(str(line.relation) for line in read_circle(world, owner)[1].lines)
    return CircleTold(owner=owner.id, lines=dict(sorted(lines.items())), added=added)


def _keep(world: World, owner: Agency, before: int | None, circle: Circle) -> None:
    now_ms = world.clock.now_ms()
    gone = () if before is None else (before,)
    unit = Unit(
        facts=owner_facts(EntryKind.CIRCLE_CHANGED, owner, now_ms),
        content=canonical_bytes(circle),
        record=canonical_bytes({"lines": len(circle.lines)}),
        answer_to=(owner.id, CIRCLE_KEY, LIST_STEP, ""),
        supersedes=gone,
        forgets=gone,
    )
    append_entry(world, unit)
