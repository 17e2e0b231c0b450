"""Reach: may any question with given attributes ever see given fields of an owner? A proof, or a question that does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from comity.law.analyse.cut_points import cut_points
from comity.law.analyse.encode import Encoder, living_atoms
from comity.law.analyse.example import Example, Seen, replay, shortened
from comity.law.analyse.ground import Given, Ground, Requester, contradicts
from comity.law.analyse.logic import Formula, Solver, Verdict, analysis, either, negate
from comity.law.analyse.outcome import LEVELS, Choices, Counted, Unit, standing_when
from comity.law.analyse.sample import Draw, sampler
from comity.law.analyse.search import Search, Searches, limits_of, may_give
from comity.law.atoms import Atom
from comity.law.compiled import Deed
from comity.law.vocabulary import Vocabulary
from comity.model.codes import Level
from comity.model.decision import FieldDecision


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question would see: fields by class, at a level or more. `held` counts what a person may still open."""

    fields: dict[str, tuple[str, ...]]
    least: Level = Level.POINTER
    held: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """Fields of one class that one requester never reaches: the rules this rests on, and the permits that give way.

    `rules` is minimal: without any one of them the proof fails. It is empty where no permit can count at all.
    """

    requester: str
    data_class: str
    fields: tuple[str, ...]
    rules: tuple[str, ...]
    permits: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """A question that reaches a field, as the evaluator decided it."""

    example: Example
    field: str
    decided: FieldDecision


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """The answer. `sampled` random questions were put to the evaluator beside a proof; `tried` counts requesters."""

    verdict: Verdict
    reached: Reached | None
    closed: tuple[Closed, ...]
    sampled: int
    tried: int


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many random questions a proof is tried against, by which seed."""

    questions: int = 300
    seed: int = 1


USUAL = Sampling()


class DisprovedError(AssertionError):
    """A random question reached what was proved closed: the analysis is wrong, and nothing of it may be believed."""


def fields_wanted(
    ground: Ground, classes: tuple[str, ...], names: tuple[str, ...], label: str
) -> dict[str, tuple[str, ...]]:
    """The fields named of a ground's vocabulary."""
    return fields_named(ground.law.vocabulary, classes, names, label)


def fields_named(
    vocabulary: Vocabulary, classes: tuple[str, ...], names: tuple[str, ...], label: str
) -> dict[str, tuple[str, ...]]:
    """Fields by class: those named, those under a label, all where neither is given; classes without any left out."""
    found = {}
    for data_class in classes or tuple(vocabulary.classes):
        fields = vocabulary.class_fields(data_class)
        chosen = tuple(
            name
            for name in fields.names
            if (not names or name in names) and (not label or label in fields.labels[name])
        )
        if chosen:
            found[data_class] = chosen
    return found


def searches_of(ground: Ground, given: Given) -> Searches:
    """The searches of a ground under what is given."""
    return Searches(ground, given, cut_points(living(ground, given), ground.law.vocabulary))


def living(ground: Ground, given: Given) -> tuple[Atom, ...]:
    """The atoms that can bear on a question to this owner, and those it is limited by."""
    return (*living_atoms(ground.law, ground.owner_facts), *limiting(given))


def limiting(given: Given) -> tuple[Atom, ...]:
    """The tests a question is limited by: their words are told apart like those of rules."""
    return tuple(atom for atom, _ in given.limits)


@analysis()
def reach(
    ground: Ground, given: Given, wanted: Wanted, sampling: Sampling = USUAL, searches: Searches | None = None
) -> Reach:
    """Whether any question can see what is wanted. Raises DisprovedError when sampling contradicts a proof.

    Whoever asks several things of one ground under the same given makes its `searches` once.
    """
    searches = searches if searches is not None else searches_of(ground, given)
    requesters = tuple(one for one in ground.requesters if not contradicts(one, given))
    closed: list[Closed] = []
    undecided = False
    for requester, data_class in product(requesters, wanted.fields):
        if not may_give(ground.law, requester, data_class, _mask(ground, wanted, data_class)):
            closed.append(Closed(requester.name, data_class, wanted.fields[data_class], (), ()))
            continue
        search = searches.fresh(requester, data_class)
        verdict, found = find_reached(search, wanted, searches)
        if found is not None:
            return Reach(verdict, found, (), 0, len(requesters))
        undecided |= verdict is Verdict.UNDECIDED
        if verdict is Verdict.NONE:
            closed += proofs_of(search, wanted, given)
    if undecided:
        return Reach(Verdict.UNDECIDED, None, (), 0, len(requesters))
    sampled = try_proof(searches, requesters, wanted, sampling)
    return Reach(Verdict.NONE, None, tuple(closed), sampled, len(requesters))


def _mask(ground: Ground, wanted: Wanted, data_class: str) -> int:
    bits = ground.law.vocabulary.class_fields(data_class).bits
    return sum(bits[name] for name in wanted.fields[data_class])


def find_reached(search: Search, wanted: Wanted, searches: Searches) -> tuple[Verdict, Reached | None]:
    """A question of one requester that sees a wanted field of one class, made as short as it can be."""
    fields = wanted.fields[search.outcome.data_class]

    def sees(seen: Seen) -> bool:
        return any(seen.level(name, held=wanted.held) >= wanted.least for name in fields)

    verdict, example = search.find(either(targets(search, wanted)), sees)
    if example is None:
        return verdict, None
    law = search.ground.law
    example = shortened(example, searches.cuts, lambda other: sees(replay(law, other)))
    seen = replay(law, example)
    name = next(name for name in fields if seen.level(name, held=wanted.held) >= wanted.least)
    return verdict, Reached(example, name, seen.fields[name])


def targets(search: Search, wanted: Wanted) -> list[Formula]:
    """For each unit of wanted fields, that it is seen."""
    fields = set(wanted.fields[search.outcome.data_class])
    return [target(unit, wanted) for unit in search.outcome.units if fields & set(unit.names)]


def target(unit: Unit, wanted: Wanted) -> Formula:
    """That the fields of a unit are seen at the level wanted."""
    return (unit.level if wanted.held else unit.released)[LEVELS.index(wanted.least)]


def proofs_of(search: Search, wanted: Wanted, given: Given) -> Iterator[Closed]:
    """Why each unit of wanted fields is closed, units with one reason together."""
    found: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    fields = wanted.fields[search.outcome.data_class]
    for unit in search.outcome.units:
        names = [name for name in unit.names if name in fields]
        if names:
            found.setdefault(_reason(search, unit, wanted, given), []).extend(names)
    for (rules, permits), names in found.items():
        yield Closed(search.requester.name, search.outcome.data_class, tuple(names), rules, permits)


def _reason(search: Search, unit: Unit, wanted: Wanted, given: Given) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The rules that close a unit, and the permits they close: those that can count at all."""
    permits = [one for one in unit.rules if one.code.deed is Deed.PERMIT and one.code.level >= wanted.least]
    solver = Solver()
    permitted = either([one.when for one in permits])
    solver.require(*search.unknowns.every_rule(), *limits_of(given, search.view), permitted)
    parts = narrowing(search, unit, wanted, given)
    rules = solver.core(parts)
    counting = [one for one in permits if one.when is not False]
    return rules, tuple(dict.fromkeys(one.code.id for one in counting))


def narrowing(search: Search, unit: Unit, wanted: Wanted, given: Given) -> dict[str, Formula]:
    """For each rule that might close a unit, that it does not. Versions of one rule stand together."""
    encoder = Encoder(search.ground.law.atoms, search.view)
    choices = Choices(search.ground.law, encoder, any_election=given.any_election)
    closing: dict[str, list[Formula]] = {}

    def add(one: Counted, when: Formula) -> None:
        closing.setdefault(one.code.id, []).append(when)

    for one in search.outcome.asked:
        add(one, one.when)
    for one in unit.rules:
        if one.code.deed in {Deed.FORBID, Deed.KEEP}:
            add(one, standing_when(one, unit.rules, choices))
        elif (one.code.deed is Deed.CAP and one.code.level < wanted.least) or (
            one.code.deed is Deed.HOLD and not wanted.held
        ):
            add(one, one.when)
        elif one.code.deed is Deed.CONFLICT and not wanted.held:
            add(one, choices.waits(one, unit.rules))
    parts = {name: negate(either(when)) for name, when in closing.items()}
    if not wanted.held:
        parts["a rule that conceals the record"] = negate(search.outcome.hidden)
    parts["sealed records"] = negate(search.outcome.sealed)
    return parts


def try_proof(searches: Searches, requesters: tuple[Requester, ...], wanted: Wanted, sampling: Sampling) -> int:
    """Put random questions to the evaluator; how many were put. Raises DisprovedError when one sees a wanted field."""
    pairs = list(product(requesters, wanted.fields))
    if not pairs:
        return 0
    draw = Draw(sampling.seed)
    drawer = sampler(searches.ground.law.atoms, searches.cuts, searches.given)
    put = 0
    for _ in range(sampling.questions):
        requester, data_class = draw.pick(pairs)
        view = searches.view_of(requester, data_class)
        example = drawer.draw(draw, view, requester, data_class)
        if example is None:
            continue
        put += 1
        seen = replay(searches.ground.law, example)
        for name in wanted.fields[data_class]:
            if seen.level(name, held=wanted.held) >= wanted.least:
                raise DisprovedError(
                    f"a random question saw `{name}` of a `{data_class}`, which was proved closed"
                )
    return put
