"""Who reviews findings: privacy officers and auditors, and never whoever is in one."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.owners import owner_here
from comity.model.agency import Agency, Member
from comity.model.finding import Finding
from comity.model.refused import tell_refused
from comity.oversight.findings.opened import DOES_NOT_OPEN, open_one
from comity.ports import World

REVIEWERS = frozenset({"privacy-officer", "auditor"})
UNKNOWN = "unknown"  # in place of a member whom an entry that does not open would name


def reviewed_owner(world: World, member: Member) -> Agency:
    """The owner whose findings a member reviews. Raises WrongUseError for anybody without the role."""
    owner = owner_here(world, member.agency)
    if not REVIEWERS & set(member.roles):
        raise WrongUseError(
            f"`{member.id}` does not review findings; it needs one of {', '.join(sorted(REVIEWERS))}"
        )
    return owner


def get_finding(world: World, member: Member, name: str) -> Finding:
    """A finding for its reviewer. One that the reviewer is in is not there for them. Raises WrongUseError."""
    owner = reviewed_owner(world, member)
    found = world.journal.findings.find(owner.id, name)
    if found is None or not may_see(world, member, found):
        raise WrongUseError(tell_refused("finding.none", agency=owner.id, finding=name[:64]))
    return found


def may_see(world: World, member: Member, finding: Finding) -> bool:
    """Whether none of the questions is the reader's own."""
    return (member.agency, member.id) not in members_in(world, finding)


def members_in(world: World, finding: Finding) -> tuple[tuple[str, str], ...]:
    """Whose questions a finding rests on, as (agency, member), read from the entries; `unknown` for one that does not open."""
    found: set[tuple[str, str]] = set()
    for index in finding.entries:
        try:
            opened = open_one(world, index)
        except DOES_NOT_OPEN:
            found.add((UNKNOWN, UNKNOWN))
            continue
        found |= {(one.member.agency, one.member.id) for one in opened}
    return tuple(sorted(found))
