"""The sealed list: members' own persons, their households and the staff, which look-ups are held against.

The whole list is what one entry keeps: wrapped like everything the log keeps, bound by a commitment, shown by no command. A
change is a new entry; the one before is forgotten in the same transaction, keys and all. Of two who change it at once the
second reads it again and changes what the first left, so that no line is lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from comity.errors import DeliveryChangedError, RejectedMessageError, WrongUseError
from comity.exchange.asking.circle import CIRCLE_KEY, LIST_STEP, read_circle
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.finding import Circle, CircleLine, CircleTold, Relation
from comity.model.query import Subject
from comity.oversight.findings.reviewers import reviewed_owner
from comity.ports import World

Lines = tuple[CircleLine, ...]


def add_to_circle(world: World, member: Member, relation: Relation, whose: str, subject: Subject) -> CircleTold:
    """Put a person or thing on the list. Raises WrongUseError for who is no reviewer, NounError for too vague a line."""
    owner = reviewed_owner(world, member)
    line = CircleLine(id=world.randomness.take(6).hex(), relation=relation, member=whose, subject=subject)
    _change(world, owner, lambda lines: (*lines, line))
    return circle_told(world, member, added=line.id)


def remove_from_circle(world: World, member: Member, name: str) -> CircleTold:
    """Take a line off the list, by the id it was given. Raises WrongUseError for one that is not there."""
    owner = reviewed_owner(world, member)

    def without(lines: Lines) -> Lines:
        left = tuple(line for line in lines if line.id != name)
        if len(left) == len(lines):
            raise WrongUseError(f"the sealed list has no line `{name[:64]}`; its id was told when it was added")
        return left

    _change(world, owner, without)
    return circle_told(world, member)


def circle_told(world: World, member: Member, added: str = "") -> CircleTold:
    """How many lines the list has, by relation; never whom."""
    owner = reviewed_owner(world, member)
    lines = Counter(str(line.relation) for line in read_circle(world, owner)[1].lines)
    return CircleTold(owner=owner.id, lines=dict(sorted(lines.items())), added=added)


def _change(world: World, owner: Agency, change: Callable[[Lines], Lines]) -> None:
    """Put what a change makes of the list in its place; of the list as it is then, where somebody else changed it meanwhile.

    Raises DeliveryChangedError where somebody did each time it was looked at.
    """

    def act() -> None:
        index, circle = read_circle(world, owner)
        _keep(world, owner, index, Circle(owner=owner.id, lines=change(circle.lines)))

    look_again(act)


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
    try:
        append_entry(world, unit)
    except RejectedMessageError as error:
        raise DeliveryChangedError(
            "somebody else changed the sealed list at the same moment, and theirs stands; do yours again"
        ) from error
