"""One concrete question, and what the evaluator decides of it: no example is believed that does not replay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType

from comity.law import ast
from comity.law.analyse.cut_points import CutPoints
from comity.law.analyse.encode import View
from comity.law.analyse.ground import Requester
from comity.law.analyse.logic import Solver
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.atoms import FactMap, FactValue
from comity.law.calendar import OwnerCalendar
from comity.law.compiled import Election, Law
from comity.law.decide_question import decide_query
from comity.law.decide_record import decide_values
from comity.law.facts import RECORD_ENTITIES, Facts
from comity.law.fold import fold
from comity.law.rows import PUBLIC
from comity.model.codes import Level
from comity.model.decision import FieldDecision

SEALED = "record is sealed"
ANY_DAY = date(2026, 1, 1)  # of an example in which no rule asks for the day
# What a reader takes for the usual case, where the law leaves a required attribute open.
PLAIN_WORDS = ("records-query", "nothing", "nobody", "none", "digest", "criminal-investigation", "local", "police")
MOST_REPLAYS = 200  # of one example while it is made shorter; a question has some sixty attributes


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """A question about one class, with the record it meets. `settled` was given, `facts` is what had to be chosen.

    `elections` are the owner's choices assumed, by conflict.
    """

    requester: Requester
    data_class: str
    today: date
    settled: FactMap
    facts: FactMap
    elections: Mapping[str, str]

    def all_facts(self) -> dict[str, FactValue]:
        """Every fact of question and record by path."""
        return {**self.settled, **self.facts, "now": self.today, **dict.fromkeys(CLASS_PATHS, self.data_class)}


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What the evaluator decides of an example: whether the class may be asked for, and each field."""

    asked: bool
    fields: Mapping[str, FieldDecision]
    concealed: bool

    def level(self, field: str, *, held: bool) -> Level:
        """The level at which a field leaves at once, or with `held` also after a person's decision."""
        found = self.fields[field]
        return found.level if self.asked and (held or not found.held) else Level.NOTHING


def read_example(solver: Solver, view: View, requester: Requester, unknowns: Unknowns) -> Example:
    """The question that the solver's last example describes."""
    facts = {}
    for path, key in view.open_paths(unknowns.keys()).items():
        value = unknowns.read(solver, key)
        if value is not None:
            facts[path] = value
    today = view.known.get("now", facts.pop("now", ANY_DAY))
    assert isinstance(today, date)
    chosen = {
        conflict: choice
        for conflict, choices in unknowns.elections.items()
        for choice, formula in choices.items()
        if solver.holds(formula)
    }
    settled = {path: value for path, value in view.known.items() if path not in {"now", *CLASS_PATHS}}
    data_class = view.known["record's data-class"]
    assert isinstance(data_class, str)
    return Example(requester, data_class, today, settled, facts, chosen)


def replay(law: Law, example: Example) -> Seen:
    """Put an example to the evaluator: the question is folded, the class asked for, the record decided."""
    everything = example.all_facts()
    record = {path: value for path, value in everything.items() if entity_of(path) in RECORD_ENTITIES}
    question = {path: value for path, value in everything.items() if path not in record}
    question.pop("query's data-class")
    calendar = OwnerCalendar(int(datetime(*example.today.timetuple()[:3], 12, tzinfo=UTC).timestamp() * 1000))
    standing = example.requester.standing
    facts = Facts(MappingProxyType(question), standing, calendar, (example.data_class,))
    folded = fold(_electing(law, example), facts)
    public = record.pop(PUBLIC, None)
    every = law.vocabulary.class_fields(example.data_class).all_mask
    flags = (every, 0) if public is True else (0, every) if public is False else (0, 0)
    decision = decide_values(folded, example.data_class, record, flags)
    asked = example.data_class in decide_query(folded).allowed and record.get(SEALED) is not True
    return Seen(asked, {one.field: one for one in decision.fields}, decision.concealed)


def _electing(law: Law, example: Example) -> Law:
    """The law with the elections that an example assumes, signed that day over the texts as they are."""
    if not example.elections:
        return law
    made = []
    for code in law.codes:
        choice = example.elections.get(code.id)
        first = [law.codes[index].id for index in code.suspends]
        if choice is not None and first:
            hashes = (law.hashes[first[0]][0], law.hashes[code.id][0])
            made.append(Election(code.id, choice, example.today, hashes))
    return replace(law, elections=tuple(made))


def shortened(example: Example, cuts: CutPoints, still: Callable[[Example], bool]) -> Example:
    """The example without what it does not need, and plain words where any would do. `still` says if it holds.

    All is tried at once, then by halves: most of what a solver chooses does not matter.
    """
    fewer = replace(example, elections={})
    if example.elections and still(fewer):
        example = fewer
    waiting = [tuple(sorted(example.facts))]
    for _ in range(MOST_REPLAYS):
        if not waiting:
            break
        paths = waiting.pop(0)
        other = _plainer(example, paths, cuts)
        if other.facts == example.facts:
            continue
        if still(other):
            example = other
        elif len(paths) > 1:
            waiting += [paths[: len(paths) // 2], paths[len(paths) // 2 :]]
    return example


def _plainer(example: Example, paths: Sequence[str], cuts: CutPoints) -> Example:
    """The example without some facts, or, where they are required, with the plain value of each."""
    facts = dict(example.facts)
    for path in paths:
        declared = cuts.vocabulary.attributes.get(path)
        if declared is None or not declared.required or entity_of(path) in RECORD_ENTITIES:
            del facts[path]
        else:
            facts[path] = _plain_value(facts[path], declared.kind, cuts)
    return replace(example, facts=facts)


def _plain_value(value: FactValue, kind: ast.Kind, cuts: CutPoints) -> FactValue:
    if kind.name == "flag":
        return False
    if kind.name == "set":
        return frozenset()
    if kind.name == "enum" and kind.type is not None:
        return next((word for word in PLAIN_WORDS if word in cuts.vocabulary.types[kind.type]), value)
    return value
