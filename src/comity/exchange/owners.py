"""The owners a node holds, and their own day: what an entry about one of them says of who and when."""

from __future__ import annotations

from datetime import UTC, date, datetime

from comity.errors import WrongUseError
from comity.law.calendar import local_time
from comity.model.agency import Agency
from comity.model.disclosure import EntryFacts, EntryKind
from comity.ports import World


def owner_here(world: World, agency_id: str) -> Agency:
    """An agency whose records, law and duties this node holds. Raises WrongUseError for any other."""
    agency = world.directory().find_agency(agency_id)
    if agency is None or agency.node != world.node:
        raise WrongUseError(
            f"`{agency_id}` is not held at this node; name an agency that is, or do this at its own node"
        )
    return agency


def owners_here(world: World) -> tuple[Agency, ...]:
    """Every agency this node holds, in the directory's order."""
    return tuple(agency for agency in world.directory().agencies if agency.node == world.node)


def owner_day(owner: Agency, at_ms: int) -> date:
    """The day an instant (UTC milliseconds) falls on where the owner is."""
    return local_time(at_ms, owner.zone).date()


def paper_day(at_ms: int) -> date:
    """The day by which papers, training and standing questions are in force, the same for everybody: UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()


def owner_facts(kind: EntryKind, owner: Agency, at_ms: int) -> EntryFacts:
    """The plain codes of an entry about an owner: who and when, never about whom."""
    return EntryFacts(kind=kind, at_ms=at_ms, owner_ori=owner.ori_on(owner_day(owner, at_ms)))
