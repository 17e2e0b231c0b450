"""Reach over several hops: may what an owner gives to one agency come, passed on, to a purpose it is closed to?

A hop is a release: the holder's law lets the next agency see the field. From the second hop on the holder passes on
what it received, so the law of whoever gave it, and of the owner it began with, decides at `onward` as well: a rule
there that is not certainly false stops the hop. Consent of the originator is a fact of the record and open.

Data is followed as it was given: the same class and field. What an agency does with a copy inside its own walls is not
a hop; neither is what it learns and writes into a record of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from comity.law.analyse.cut_points import CutPoints, cut_points
from comity.law.analyse.encode import Encoder, View
from comity.law.analyse.example import Example, read_example, replay
from comity.law.analyse.ground import Given, Ground, Requester, contradicts, view_of
from comity.law.analyse.logic import Formula, Solver, Verdict, analysis, both, either, negate
from comity.law.analyse.outcome import class_outcome, counted_rules
from comity.law.analyse.reach import Wanted, limiting, narrowing, target
from comity.law.analyse.search import Search, find_dated, limits_of, may_give
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.calendar import OwnerCalendar
from comity.law.compiled import Deed
from comity.law.decide_point import decide_point
from comity.law.facts import RECORD_ENTITIES, Facts, Standing
from comity.model.codes import Level

OWN = "record is own-record"
MOST_HOPS = 12  # no route through more agencies is looked for; a longer one passes some agency twice
# Entities that belong to one hop's question; record, subject and field are the same on every hop.
OF_QUESTION = ("query", "order", "member", "session", "agreement", "asker", "recipient", "owner", "entry")


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Every owner's ground by agency id, and the cut points of all their laws together."""

    grounds: Mapping[str, Ground]
    cuts: CutPoints


@dataclass(frozen=True, slots=True)
class Hop:
    """One release on a route: who gives to whom, and from whom the giver has it (empty: it is the owner)."""

    giver: str
    taker: Requester
    had_from: str


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A hop with a question that makes it, the level that leaves and the rules it leaves by."""

    giver: str
    taker: str
    example: Example
    level: Level
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Stopped:
    """A hop that no question can make, with the rules it founders on; none: no permit can count."""

    giver: str
    taker: str
    data_class: str
    field: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RegionReach:
    """The answer: a route, or that there is none, with the last hops that founder. `holders` come to hold the data."""

    verdict: Verdict
    field: str
    data_class: str
    route: tuple[Step, ...]
    stopped: tuple[Stopped, ...]
    holders: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """A hop laid out: the release as the taker asks for it, and the decisions at `onward` it must pass."""

    hop: Hop
    search: Search
    opens: Formula
    onward: tuple[tuple[str, View, tuple[tuple[str, Formula], ...]], ...]
    limits: tuple[Formula, ...]

    def possible(self) -> Formula:
        """That the hop is made."""
        stops = [when for _, _, stopping in self.onward for _, when in stopping]
        return both((self.opens, negate(either(stops)), *self.limits))


def region_of(grounds: Mapping[str, Ground], given: Given) -> Region:
    """A region over the grounds of its owners."""
    first = next(iter(grounds.values()))
    atoms = [atom for ground in grounds.values() for atom in ground.law.atoms]
    return Region(grounds, cut_points((*atoms, *limiting(given)), first.law.vocabulary))


@analysis()
def reach_region(region: Region, origin: str, given: Given, wanted: Wanted) -> tuple[RegionReach, ...]:
    """For each field wanted, whether any route brings it to a question with what is given, the shortest if so."""
    return tuple(
        _Follow(region, origin, given, wanted, data_class, field).answer()
        for data_class, fields in wanted.fields.items()
        for field in fields
    )


@dataclass(frozen=True, slots=True, eq=False)
class HopAnswer:
    """Whether a hop can be made with a field of a class: FOUND with the question that makes it, and the field."""

    verdict: Verdict
    data_class: str = ""
    field: str = ""
    step: Step | None = None


NO_HOP = HopAnswer(Verdict.NONE)


@analysis()
def decide_hop(region: Region, origin: str, hop: Hop, given: Given, wanted: Wanted) -> HopAnswer:
    """Whether any question makes one hop with any field wanted, of data that began at `origin`.

    Where `hop.had_from` is not empty the law of that giver and of the origin decides at `onward` as well, as far as the
    region has it. UNDECIDED where no field is found and some could not be decided.
    """
    if contradicts(hop.taker, given):
        return NO_HOP
    undecided = NO_HOP
    for data_class, fields in wanted.fields.items():
        owners = [name for name in (hop.giver, hop.had_from, origin) if name in region.grounds]
        for field in _one_of_each(region, owners, data_class, fields):
            if not _may_give(region, hop, data_class, field):
                continue
            follow = _Follow(region, origin, given, wanted, data_class, field)
            verdict, steps = follow.alone(hop)
            if steps:
                return HopAnswer(verdict, data_class, field, steps[0])
            if verdict is not Verdict.NONE:
                undecided = HopAnswer(Verdict.UNDECIDED, data_class, field)
    return undecided


@analysis()
def follow_hops(
    region: Region, hops: tuple[Hop, ...], given: Given, wanted: Wanted
) -> tuple[Verdict, tuple[Step, ...], str]:
    """Whether one record can go all the way, and the field it goes with: hops may each be possible for another record."""
    undecided = False
    for data_class, fields in wanted.fields.items():
        owners = [name for hop in hops for name in (hop.giver, hop.had_from) if name in region.grounds]
        for field in _one_of_each(region, owners, data_class, fields):
            if not all(_may_give(region, hop, data_class, field) for hop in hops):
                continue
            follow = _Follow(region, hops[0].giver, given, wanted, data_class, field)
            verdict, steps = follow.together(hops)
            if steps:
                return verdict, steps, f"{data_class}, {field}"
            undecided |= verdict is not Verdict.NONE
    return (Verdict.UNDECIDED if undecided else Verdict.NONE), (), ""


def _may_give(region: Region, hop: Hop, data_class: str, field: str) -> bool:
    ground = region.grounds[hop.giver]
    return may_give(ground.law, hop.taker, data_class, _bit(ground, data_class, field))


def _bit(ground: Ground, data_class: str, field: str) -> int:
    return ground.law.vocabulary.class_fields(data_class).bits[field]


def _one_of_each(
    region: Region, owners: Sequence[str], data_class: str, fields: tuple[str, ...]
) -> tuple[str, ...]:
    """One field of each group that no rule of these owners tells apart: what one of them may do, all may."""
    codes = [code for name in dict.fromkeys(owners) for code in region.grounds[name].law.codes]
    masks = [mask for code in codes if (mask := code.masks.get(data_class, 0))]
    ground = region.grounds[owners[0]]
    found: dict[tuple[bool, ...], str] = {}
    for field in fields:
        bit = _bit(ground, data_class, field)
        found.setdefault(tuple(bool(mask & bit) for mask in masks), field)
    return tuple(found.values())


class _Follow:
    """Follows one field of one class from its owner, hop by hop, shortest routes first."""

    def __init__(
        self, region: Region, origin: str, given: Given, wanted: Wanted, data_class: str, field: str
    ) -> None:
        self._region, self._origin, self._given, self._wanted = region, origin, given, wanted
        self._class, self._field = data_class, field
        self._route_to: dict[tuple[str, str], tuple[Hop, ...]] = {(origin, ""): ()}
        self._stopped: list[Stopped] = []

    def alone(self, hop: Hop) -> tuple[Verdict, tuple[Step, ...]]:
        """Whether a hop can be made under what is given."""
        return self._solve((hop,), self._given)

    def together(self, hops: tuple[Hop, ...]) -> tuple[Verdict, tuple[Step, ...]]:
        """Whether hops can be made one after the other about one record, the last under what is given."""
        return self._solve(hops, self._given)

    def answer(self) -> RegionReach:
        """The shortest route, or that there is none."""
        waiting = [(self._origin, "")]
        undecided = False
        while waiting:  # ends: a holder is entered once for each agency it may have the data from
            state = waiting.pop(0)
            route = self._route_to[state]
            for hop in self._hops(*state):
                verdict, steps = self._made((*route, hop), self._given)
                if steps:
                    return self._told(verdict, steps)
                undecided |= verdict is Verdict.UNDECIDED
                following = (hop.taker.name, hop.giver)
                if following in self._route_to or len(route) + 1 >= MOST_HOPS or not self._holds_on(hop):
                    continue
                passing, _ = self._made((hop,), of_record(self._given))
                undecided |= passing is Verdict.UNDECIDED
                if passing is not Verdict.NONE:
                    self._route_to[following] = (*route, hop)
                    waiting.append(following)
        return self._told(Verdict.UNDECIDED if undecided else Verdict.NONE, ())

    def _told(self, verdict: Verdict, steps: tuple[Step, ...]) -> RegionReach:
        holders = tuple(dict.fromkeys(name for name, _ in self._route_to if name != self._origin))
        return RegionReach(
            verdict, self._field, self._class, steps, () if steps else tuple(self._stopped), holders
        )

    def _holds_on(self, hop: Hop) -> bool:
        """Whether the taker could pass it on: it has law of its own, and does not stand earlier on the way."""
        return hop.taker.name in self._region.grounds and hop.taker.name != self._origin

    def _hops(self, holder: str, had_from: str) -> Iterator[Hop]:
        ground = self._region.grounds[holder]
        bit = ground.law.vocabulary.class_fields(self._class).bits[self._field]
        for taker in ground.requesters:
            passed = not taker.is_owner and taker.name != self._origin
            if passed and may_give(ground.law, taker, self._class, bit):
                yield Hop(holder, taker, had_from)

    def _made(self, hops: tuple[Hop, ...], last: Given) -> tuple[Verdict, tuple[Step, ...]]:
        """Whether hops can be made one after the other, about one record; the last under what is given.

        Where the last hop cannot be made even by itself it founders, and why is noted.
        """
        if contradicts(hops[-1].taker, last):
            return Verdict.NONE, ()
        alone = self._solve(hops[-1:], last)
        if alone[0] is not Verdict.FOUND or len(hops) == 1:
            if alone[0] is Verdict.NONE and last is self._given:
                self._note(hops[-1])
            return alone
        verdict, steps = self._solve(hops, last)
        return (Verdict.UNDECIDED if verdict is Verdict.NONE else verdict), steps

    def _solve(self, hops: tuple[Hop, ...], last: Given) -> tuple[Verdict, tuple[Step, ...]]:
        unknowns, solver = Unknowns(self._region.cuts), Solver()
        laid = [
            self._lay(hop, last if hop is hops[-1] else of_record(self._given), unknowns, place)
            for place, hop in enumerate(hops)
        ]
        verdict = find_dated(solver, unknowns, both([one.possible() for one in laid]))
        if verdict is not Verdict.FOUND:
            return verdict, ()
        steps = [self._step(one, solver, unknowns) for one in laid]
        kept = tuple(step for step in steps if step is not None)
        return (verdict, kept) if len(kept) == len(steps) else (Verdict.UNDECIDED, ())

    def _lay(self, hop: Hop, given: Given, unknowns: Unknowns, place: int) -> _Laid:
        ground = self._region.grounds[hop.giver]
        keys = dict.fromkeys(OF_QUESTION, f"hop {place}: ")
        view = replace(view_of(ground, hop.taker, given, unknowns, self._class), keys=MappingProxyType(keys))
        if hop.had_from:
            view = view.having({OWN: False})
        outcome = class_outcome(ground, hop.taker, given, view, self._class)
        opens = target(outcome.unit_of(self._field), self._wanted)
        onward = []
        for owner in dict.fromkeys(name for name in (hop.had_from, self._origin) if hop.had_from):
            seen = self._onward_view(view, owner, hop, f"hop {place}, {owner}: ")
            onward.append((owner, seen, tuple(self._stopping(owner, seen, hop))))
        search = Search(ground, hop.taker, view, unknowns, Solver(), outcome)
        return _Laid(hop, search, opens, tuple(onward), tuple(limits_of(given, view)))

    def _onward_view(self, view: View, owner: str, hop: Hop, prefix: str) -> View:
        """The same question as the law of an earlier owner sees it: the holder asks, the taker would receive."""
        asked = {
            path: value for path, value in view.known.items() if entity_of(path) in {"query", "order", "record"}
        }
        about = {
            path: value for path, value in view.known.items() if entity_of(path) in {"subject", "field", "now"}
        }
        holder = self._requester(owner, hop.giver)
        recipient = {path.replace("asker", "recipient", 1): value for path, value in hop.taker.facts.items()}
        known = {**self._region.grounds[owner].owner_facts, **holder.facts, **recipient, **asked, **about}
        keys = {**view.keys, "asker": prefix, "member": prefix, "agreement": prefix, "owner": prefix}
        return replace(view, known=known, silent=frozenset(), keys=MappingProxyType(keys))

    def _requester(self, owner: str, holder: str) -> Requester:
        """How the holder stands towards an owner: by its agreement, or, where there is none, by the directory."""
        ground = self._region.grounds[owner]
        listed = next((one for one in ground.requesters if one.name == holder), None)
        if listed is not None:
            return listed
        own = self._region.grounds[holder].requesters[0].standing
        standing = Standing(holder, own.owner_oris, owner, ground.requesters[0].standing.owner_oris, own.named_ori)
        known = self._region.grounds[holder].owner_facts
        return Requester(holder, standing, {path.replace("owner", "asker", 1): v for path, v in known.items()})

    def _stopping(self, owner: str, view: View, hop: Hop) -> Iterator[tuple[str, Formula]]:
        """The rules of an owner that stop a hop at `onward`, and when."""
        law = self._region.grounds[owner].law
        bit = law.vocabulary.class_fields(self._class).bits[self._field]
        for one in counted_rules(law, self._requester(owner, hop.giver), Encoder(law.atoms, view), "onward"):
            closes = one.code.deed in {Deed.FORBID, Deed.KEEP} or (
                one.code.deed is Deed.HOLD and not self._wanted.held
            )
            if one.code.act or (closes and one.code.masks.get(self._class, 0) & bit):
                yield one.code.id, one.when

    def _step(self, laid: _Laid, solver: Solver, unknowns: Unknowns) -> Step | None:
        """The hop as the evaluator decides it; None when it does not replay."""
        example = read_example(solver, laid.search.view, laid.hop.taker, unknowns)
        seen = replay(laid.search.ground.law, example)
        level = seen.level(self._field, held=self._wanted.held)
        passed = all(self._passes(name, view, solver, example, laid.hop) for name, view, _ in laid.onward)
        if level < self._wanted.least or not passed:
            return None
        rules = tuple(reason.rule for reason in seen.fields[self._field].reasons)
        return Step(laid.hop.giver, laid.hop.taker.name, example, level, rules)

    def _passes(self, owner: str, view: View, solver: Solver, example: Example, hop: Hop) -> bool:
        """Whether the evaluator lets a hop pass at `onward` of an owner."""
        unknowns = view.unknowns
        facts = {p: unknowns.read(solver, key) for p, key in view.open_paths(unknowns.keys()).items()}
        known = {path: value for path, value in facts.items() if value is not None}
        values = {**known, **view.known, "now": example.today, **dict.fromkeys(CLASS_PATHS, self._class)}
        noon = datetime(*example.today.timetuple()[:3], 12, tzinfo=UTC)
        calendar = OwnerCalendar(int(noon.timestamp() * 1000))
        standing = self._requester(owner, hop.giver).standing
        asked = Facts(MappingProxyType(values), standing, calendar, (self._class,))
        decided = decide_point(self._region.grounds[owner].law, "onward", asked)
        held = bool(decided.holds) and not self._wanted.held
        return not decided.forbidden and self._field not in decided.closed and not held

    def _note(self, hop: Hop) -> None:
        """Why the last hop founders: a smallest set of rules that stop it, at release and onward."""
        unknowns, solver = Unknowns(self._region.cuts), Solver()
        laid = self._lay(hop, self._given, unknowns, 0)
        stops: dict[str, list[Formula]] = {}
        for _, _, stopping in laid.onward:
            for name, when in stopping:
                stops.setdefault(name, []).append(when)
        unit = laid.search.outcome.unit_of(self._field)
        parts = narrowing(laid.search, unit, self._wanted, self._given)
        for name, when in stops.items():
            parts[name] = both((parts.get(name, True), negate(either(when))))
        permits = [one.when for one in unit.rules if one.code.deed is Deed.PERMIT]
        solver.require(*unknowns.every_rule(), *laid.limits, either(permits))
        self._stopped.append(Stopped(hop.giver, hop.taker.name, self._class, self._field, solver.core(parts)))


def of_record(given: Given) -> Given:
    """What is given of the record alone: earlier questions on a route may be any."""
    facts = {path: value for path, value in given.facts.items() if entity_of(path) in RECORD_ENTITIES}
    unknown = frozenset(path for path in given.unknown if entity_of(path) in RECORD_ENTITIES)
    limits = tuple(
        (atom, wanted) for atom, wanted in given.limits if {entity_of(p) for p in atom.reads()} <= RECORD_ENTITIES
    )
    return Given(facts, unknown, limits, given.today, given.any_election)


def shortest(found: Sequence[RegionReach]) -> RegionReach | None:
    """The answer with the shortest route, if any has one."""
    return min((one for one in found if one.route), key=lambda one: len(one.route), default=None)
