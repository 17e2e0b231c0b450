"""Ways that are open already and that an owner's law forbids: looked for when that law changes, or the directory does.

An agreement that would open such a way is refused (`foreseen.py`). A rule that comes later finds it open, and a directory
moves agencies whoever forbade it: there is nothing to refuse any more, so the owner is told, with what would close it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from comity.errors import LawUnavailableError
from comity.exchange.answering.wanted import while_wanted
from comity.exchange.owners import owner_day, owners_here
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.reach import Wanted, fields_wanted
from comity.law.atoms import FactMap
from comity.law.calendar import end_of_day_ms
from comity.law.fold import CLASSES_GIVEN
from comity.law.standing import Opening, decide_opening, speaks_of_recipient
from comity.model.agency import Agency, Directory, Member
from comity.model.decision import Reason
from comity.model.forbidden_way import ForbiddenWay
from comity.model.law_text import OwnerLaw
from comity.oversight.reach.answer import Reached, reach, way_of_hops
from comity.oversight.reach.directory_hops import broker_hops, pool_hops
from comity.oversight.reach.foreseen import classes_spoken_of, grounds_here, may_speak
from comity.oversight.reach.hop import Hop, Known
from comity.oversight.reach.law_hops import agreement_hops, decider
from comity.oversight.reach.lay import Passes
from comity.oversight.reach.opened import Steps, opened_by
from comity.oversight.reach.outside_hops import acting_hops
from comity.oversight.reach.say import say_step, step_value
from comity.oversight.reach.ways import Limits
from comity.ports import World

MOST_DAYS = 8  # days on which rules of a text that is put in force today begin; law is announced for one or two
MOST_CLOSED = 100  # recipients for which it is told what would close the ways; whoever has more begins with these
ONE_WAY = Limits(ways=1)  # what closes them is computed from the whole network, not from the ways that are told


@dataclass(frozen=True, slots=True, eq=False)
class Present:
    """What a node knows: the directory, the law of each owner held here, the accounts held here, the time."""

    directory: Directory
    laws: Mapping[str, OwnerLaw]
    members: tuple[Member, ...]
    now_ms: int

    def under(self, owner: str, law: OwnerLaw) -> Present:
        """The same with other law of one owner."""
        return replace(self, laws={**self.laws, owner: law})


def present(world: World, members: tuple[Member, ...]) -> Present:
    """What is so at this node. An owner whose law cannot be read answers nothing: nothing of its data is open."""
    laws = {}
    for agency in owners_here(world):
        try:
            law = while_wanted(world.laws.law_of(agency.id), agency)
        except LawUnavailableError:
            continue
        if law.texts:
            laws[agency.id] = law
    return Present(world.directory(), laws, members, world.clock.now_ms())


def open_ways(seen: Present, owner: Agency) -> tuple[ForbiddenWay, ...]:
    """Every way to an agency that rules of an owner's law forbid, the shortest for each recipient and rule.

    It is looked at as of today, and of each later day on which a rule that speaks of a recipient begins. Without such a rule
    there is none, at no cost; else it takes about a second for each day, and more for each class of which a way is found.
    """
    law = seen.laws.get(owner.id)
    if law is None or not any(may_speak(text) for text in law.texts):
        return ()
    found: dict[tuple[str, str], ForbiddenWay] = {}
    today = owner_day(owner, seen.now_ms)
    grounds = grounds_here(seen.directory, seen.laws, today)
    for day in _days(grounds[owner.id], today):
        if day != today:
            grounds = grounds_here(seen.directory, seen.laws, day)
        for one in _Look(seen, owner, grounds, day).ways():
            key = (one.recipient, one.reason.rule)
            if key not in found or len(one.agencies) < len(found[key].agencies):
                found[key] = one
    return tuple(found.values())


def _days(ground: Ground, today: date) -> tuple[date, ...]:
    """Today, and each later day on which a rule that speaks of a recipient begins; the first of them where there are many."""
    codes = [code for code in ground.law.at_point.get("activate", ()) if speaks_of_recipient(ground.law, code)]
    firsts = {code.rule.dates.first for code in codes if code.rule.dates is not None}
    return (today, *sorted(first for first in firsts if first is not None and first > today)[: MOST_DAYS - 1])


@dataclass(frozen=True, slots=True, eq=False)
class _Door:
    """An agreement of the owner by which its data leaves, or (no `agreement`) whatever leaves by none of them."""

    agreement: str
    terms: FactMap
    silent: frozenset[str]
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """One owner's data on one day. `laid` keeps hops and what law says of them, by classes."""

    seen: Present
    owner: Agency
    grounds: Mapping[str, Ground]
    day: date
    laid: dict[tuple[str, ...], tuple[tuple[Hop, ...], Passes]] = field(default_factory=dict)

    def ways(self) -> Iterator[ForbiddenWay]:
        """The forbidden ways, by every door."""
        closings: dict[str, Reached] = {}
        doors = tuple(self._doors())
        every = tuple(dict.fromkeys(name for door in doors for name in door.classes))
        for door in doors:
            for one in self._forbidden(door, every):
                if one.recipient not in closings and len(closings) < MOST_CLOSED:
                    hops, passes = self._hops(door.classes)
                    to = frozenset({one.recipient})
                    closings[one.recipient] = reach(hops, self.owner.id, to, passes, ONE_WAY)
                yield _with_closing(one, closings.get(one.recipient))

    def _doors(self) -> Iterator[_Door]:
        law = self.grounds[self.owner.id].law
        names = frozenset(source.name for source in law.agreements)
        doors = [(source.name, source.terms) for source in law.agreements]
        nothing: FactMap = MappingProxyType({})
        for name, terms in (*doors, ("", nothing)):
            silent = names - {name}
            classes = classes_spoken_of(law, silent, terms.get(CLASSES_GIVEN))
            if classes:
                yield _Door(name, terms, silent, classes)

    def _forbidden(self, door: _Door, every: tuple[str, ...]) -> Iterator[ForbiddenWay]:
        """What a door opens that is forbidden, class by class, where all classes together open something forbidden.

        Together they open no less than each alone, and they are decided once for all doors.
        """
        together = self._opened(door, every)
        for data_class in door.classes:
            if not any(self._reasons(door, data_class, one, steps) for one, steps in together.items()):
                continue
            for recipient, steps in self._opened(door, (data_class,)).items():
                way = way_of_hops(steps)
                for reason in self._reasons(door, data_class, recipient, steps):
                    yield ForbiddenWay(
                        owner=self.owner.id,
                        recipient=recipient,
                        agencies=way.agencies,
                        steps=tuple(say_step(step) for step in way.steps),
                        hops=tuple(map(step_value, way.steps)),
                        reason=reason,
                    )

    def _reasons(self, door: _Door, data_class: str, recipient: str, steps: Steps) -> tuple[Reason, ...]:
        """The owner's rules that forbid a way for one class; none for an agency that the directory does not list."""
        agency, holder = (self.seen.directory.find_agency(name) for name in (recipient, steps[0].taker))
        if agency is None or holder is None:
            return ()
        about = MappingProxyType({**door.terms, CLASSES_GIVEN: frozenset({data_class})})
        opening = Opening(self.owner, holder, agency, door.silent)
        return decide_opening(self.grounds[self.owner.id].law, about, opening, self._at_ms())

    def _at_ms(self) -> int:
        first_ms = end_of_day_ms(self.day - timedelta(days=1), self.owner.zone) + 1
        return max(self.seen.now_ms, first_ms)

    def _opened(self, door: _Door, classes: tuple[str, ...]) -> dict[str, Steps]:
        hops, passes = self._hops(classes)

        def is_door(hop: Hop) -> bool:
            if door.agreement:
                return door.agreement in hop.agreements
            return hop.giver == self.owner.id and hop.known is not Known.LAW

        if not any(map(is_door, hops)):  # then nothing need be asked of the law
            return {}
        return opened_by(hops, self.owner.id, passes, is_door)

    def _hops(self, classes: tuple[str, ...]) -> tuple[tuple[Hop, ...], Passes]:
        if classes not in self.laid:
            directory = self.seen.directory
            asked = agreement_hops(self.grounds, classes)
            shown = (*broker_hops(directory, asked), *pool_hops(directory), *acting_hops(self.seen.members))
            wanted = Wanted(fields_wanted(self.grounds[self.owner.id], classes, (), ""), held=True)
            decided = decider(self.grounds, self.owner.id, frozenset(), Given(today=self.day), wanted)
            self.laid[classes] = ((*asked, *shown), decided.passes)
        return self.laid[classes]


def _with_closing(way: ForbiddenWay, reached: Reached | None) -> ForbiddenWay:
    """The way with what would close it and every other to its recipient."""
    if reached is None:
        return way
    closing = reached.closings[0].ends if reached.closings else ()
    alone = reached.own.ends if reached.own is not None else ()
    return ForbiddenWay(
        owner=way.owner,
        recipient=way.recipient,
        agencies=way.agencies,
        steps=way.steps,
        reason=way.reason,
        closing=closing,
        alone=alone,
        hops=way.hops,
    )
