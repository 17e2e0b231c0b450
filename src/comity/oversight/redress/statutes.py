"""Which statute times a petition, and where its answer may be taken further.

The desk is one and everybody's; which remedy there is follows from the owner's government and state, from what is asked,
and from what the person says of residence. It never follows from whether there is a record: the clock would tell.

A rule that nobody here has read is `unverified`: it is shown as such, and where two rules time the same step the
sooner one counts, read or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.agency import Agency
from comity.model.petition import Clock, Petition, PetitionKind, Residence
from comity.oversight.redress.clauses import HOUSE, STEPS, Statute, clauses

HOUSE_APPEAL = "the agency's head"
HOUSE_APPEALS = {
    PetitionKind.REVIEW: "whoever the agency answers to; no statute was read",
    PetitionKind.DEMAND: "the court or body that made it",
}


@dataclass(frozen=True, slots=True)
class Matter:
    """What a statute turns on: what is asked, of a review what was decided first, and what the person says of residence."""

    kind: PetitionKind
    residence: Residence = Residence.NOT_SAID
    first: PetitionKind | None = None


def matter_of(petition: Petition) -> Matter:
    """What statutes turn on of a petition."""
    return Matter(petition.kind, petition.residence, petition.first)


def statutes_on(owner: Agency, matter: Matter) -> tuple[Statute, ...]:
    """The rules that bind an owner for a petition of a kind by such a person, in the order of the file."""
    return tuple(one for one in clauses().statute if _binds(one, owner, matter))


def clocks_of(owner: Agency, matter: Matter, opened_ms: int) -> tuple[Clock, ...]:
    """The steps of a petition with their due times, the soonest rule of each; the desk's own where no statute has one."""
    calendar = OwnerCalendar(opened_ms, owner.zone, frozenset(owner.holidays))
    found: dict[str, Clock] = {}
    for one in statutes_on(owner, matter):
        if one.span is not None:
            clock = _clock(one.step, (one.id, one.citation, one.status), one.span, calendar)
            found[one.step] = min(clock, found.get(one.step, clock), key=lambda each: each.due_ms)
    for promise in clauses().promise:
        if matter.kind in promise.kinds and promise.step not in found:
            rule = ("comity/PETITION", "no statute gives a time; the desk's own", HOUSE)
            found[promise.step] = _clock(promise.step, rule, promise.span, calendar)
    return tuple(found[step] for step in STEPS if step in found)


def appeal_of(owner: Agency, matter: Matter) -> str:
    """Where a refusal may be taken, with the statutes that say so and how far they were read; a house rule where none does."""
    ways = [
        f"{one.appeal} [{one.id}, {one.appeal_status or one.status}]"
        for one in statutes_on(owner, matter)
        if one.appeal
    ]
    return "; ".join(ways) or HOUSE_APPEALS.get(matter.kind, HOUSE_APPEAL)


def _binds(one: Statute, owner: Agency, matter: Matter) -> bool:
    return (
        one.binds(matter.kind, matter.first)
        and (not one.levels or owner.level in one.levels)
        and (not one.states or owner.state in one.states)
        and (not one.agencies or owner.kind in one.agencies)
        and (not one.residences or matter.residence in one.residences)
    )


def _clock(step: str, rule: tuple[str, str, str], within: Span, calendar: OwnerCalendar) -> Clock:
    name, citation, status = rule
    return Clock(step=step, statute=name, citation=citation, status=status, due_ms=after_ms(within, calendar))
