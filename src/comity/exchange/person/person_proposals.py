"""Proposals: which records of an owner tell of one person and are not declared so yet, page by page.

 1 now               the place of the next act, read first
 2 reach             from each person of a record those that share a second identifier, and on from them, bounded
 3 propose           by the rule of the second identifier, beginning with the persons that stand
 4 append_entry      one entry for all proposals of a page; none where there is nothing new

Candidates come from one look-up of birth dates and numbers (`second_identifier.py`), never from all pairs.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from msgspec.structs import replace

from comity.exchange.duty.duties import look_again
from comity.exchange.person.person_acts import NextAct, enter_acts, next_act
from comity.exchange.person.person_state import custodian_of, find_stored, load_state
from comity.exchange.person.second_identifier import Stored, find_sharing
from comity.match.proposals import Proposal, propose, read_appearance
from comity.match.relation import JOINED, Reading, relate
from comity.model.agency import Member
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.person_act import MOST_APPEARANCES, ActKind, Appearance, PersonAct, Proposals
from comity.ports import World

PAGE = 200  # records of one request: with a hundred candidates each about ten seconds at the slowest
MOST_REACHED = 60  # appearances one person is followed to; a longer chain is somebody's placeholder
PROPOSED_WORDS = "a second identifier agrees and nothing conflicts"


@dataclass(slots=True)
class _Page:
    """What was seen of one page of records: appearances followed already, those with too many candidates, proposals."""

    followed: set[Appearance] = field(default_factory=set)
    crowded: int = 0
    found: list[Proposal] = field(default_factory=list)


def propose_persons(world: World, member: Member, after: str = "", *, trial: bool = False) -> Proposals:
    """Propose persons among the records behind the id `after`; a trial enters nothing. Raises WrongUseError."""
    owner = custodian_of(world, member)

    def act() -> Proposals:
        following = next_act(world, owner, member)  # 1
        records = world.records.page_of(owner.id, after, PAGE)
        page = _Page()
        for record in records:
            for person in record.people:
                if person.role in SEARCHABLE_ROLES and not record.state.restricted:
                    _follow(world, (record, person), page)  # 2, 3
        acts = tuple(_proposed(following, place, one) for place, one in enumerate(page.found))
        if acts and not trial:
            enter_acts(world, owner, acts)  # 4
        return Proposals(
            owner=owner.id,
            acts=acts,
            looked_at=len(records),
            after=records[-1].id if len(records) == PAGE else "",
            crowded=page.crowded,
        )

    return look_again(act)


def _proposed(following: NextAct, place: int, proposal: Proposal) -> PersonAct:
    own = NextAct(following.owner, following.by, following.number + place, following.at_ms)
    return replace(own.make(ActKind.PROPOSED, PROPOSED_WORDS, proposal.people), reasons=proposal.reasons)


def _follow(world: World, seed: Stored, page: _Page) -> None:
    """Propose from one appearance on, unless an earlier one led to it."""
    start = _appearance(seed)
    if start in page.followed:
        return
    owner = seed[0].owner
    readings = _reach(world, seed, page)
    state = load_state(world, owner, readings)
    for one in state.whole(readings):
        stored = find_stored(world, owner, one) if one not in readings else None
        if stored is not None and len(readings) < MOST_APPEARANCES:
            readings[one] = read_appearance(*stored)
    page.followed |= set(readings)
    if min(readings) < start:
        return  # an earlier record of the file leads here too, and proposed it
    known = {act.people for act in state.acts if act.kind is ActKind.PROPOSED}
    page.found += [one for one in propose(readings, state.grouping) if one.people not in known]


def _reach(world: World, seed: Stored, page: _Page) -> dict[Appearance, Reading]:
    """The appearances to which a chain of joining relations leads, with their readings."""
    reached = {_appearance(seed): read_appearance(*seed)}
    waiting = [seed]
    while waiting and len(reached) < MOST_REACHED:
        at = waiting.pop(0)
        for other in _candidates(world, at, page):
            one = _appearance(other)
            if one in reached or len(reached) >= MOST_REACHED:
                continue
            reading = read_appearance(*other)
            if relate(reached[_appearance(at)], reading) >= JOINED:
                reached[one] = reading
                waiting.append(other)
    return reached


def _candidates(world: World, at: Stored, page: _Page) -> tuple[Stored, ...]:
    """The other people of the owner that share a second identifier with one of them; nobody under a hold."""
    found = find_sharing(world, *at)
    page.crowded += found.crowded
    return tuple(other for other in found.people if not other[0].state.restricted)


def _appearance(at: Stored) -> Appearance:
    return Appearance(record_id=at[0].id, person_key=at[1].key)
