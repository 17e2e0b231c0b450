"""Searching for a question: the solver proposes, the calendar corrects, the evaluator confirms.

An example is reported only when the evaluator decides it as the formulas say. One that keeps to the calendar and yet
does not replay is barred and the search goes on, a bounded number of times; then the answer is `undecided`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from comity.law.analyse.cut_points import CutPoints
from comity.law.analyse.encode import View, truth_of
from comity.law.analyse.example import Example, Seen, read_example, replay
from comity.law.analyse.ground import Given, Ground, Requester, view_of
from comity.law.analyse.logic import Formula, Solver, Verdict, negate
from comity.law.analyse.outcome import ClassOutcome, class_outcome
from comity.law.analyse.unknowns import Unknowns
from comity.law.compiled import Deed, Law
from comity.law.fold import applies_between

MOST_CORRECTIONS = 200  # of the calendar in one search; each moves one bound, and a few suffice for one span
MOST_BARRED = 20  # examples that do not replay: more than terms of two agreements can be mixed in


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """One requester and one class, ready to be searched."""

    ground: Ground
    requester: Requester
    view: View
    unknowns: Unknowns
    solver: Solver
    outcome: ClassOutcome

    def find(self, wanted: Formula, confirm: Callable[[Seen], bool]) -> tuple[Verdict, Example | None]:
        """A question in which something wanted holds, which the evaluator confirms; or that there is none."""
        for _ in range(MOST_BARRED):
            verdict = find_dated(self.solver, self.unknowns, wanted)
            if verdict is not Verdict.FOUND:
                return verdict, None
            example = read_example(self.solver, self.view, self.requester, self.unknowns)
            if confirm(replay(self.ground.law, example)):
                return verdict, example
            self.solver.require(self.unknowns.bar(self.solver))
        return Verdict.UNDECIDED, None


def find_dated(solver: Solver, unknowns: Unknowns, *wanted: Formula) -> Verdict:
    """Whether everything wanted can hold at once on days of the calendar."""
    for _ in range(MOST_CORRECTIONS):
        solver.require(*unknowns.take_rules())
        verdict = solver.find(*wanted)
        if verdict is not Verdict.FOUND:
            return verdict
        near = unknowns.near_days()
        if near and solver.find(*wanted, *near) is not Verdict.FOUND:  # a reader expects days of our time
            solver.find(*wanted)
        learned = unknowns.tighten(solver)
        if not learned or solver.find(*wanted, *unknowns.repaired(solver)) is Verdict.FOUND:
            return verdict
        solver.require(*learned)
    return Verdict.UNDECIDED


def limits_of(given: Given, view: View) -> list[Formula]:
    """What a question is limited to, as formulas."""
    found = []
    for atom, wanted in given.limits:
        true, _ = truth_of(atom, view, "")
        found.append(true if wanted else negate(true))
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """The searches of one ground, made at first need."""

    ground: Ground
    given: Given
    cuts: CutPoints
    made: dict[tuple[str, str], Search] = field(default_factory=dict)

    def view_of(self, requester: Requester, data_class: str) -> View:
        """One requester's questions about one class, without their formulas."""
        return view_of(self.ground, requester, self.given, Unknowns(self.cuts), data_class)

    def of(self, requester: Requester, data_class: str) -> Search:
        """The search over one requester's questions about one class."""
        key = (requester.standing.named_ori, data_class)
        found = self.made.get(key)
        if found is None:
            unknowns = Unknowns(self.cuts)
            view = view_of(self.ground, requester, self.given, unknowns, data_class)
            outcome = class_outcome(self.ground, requester, self.given, view, data_class)
            found = Search(self.ground, requester, view, unknowns, Solver(), outcome)
            found.solver.require(*limits_of(self.given, view), *unknowns.take_rules())
            self.made[key] = found
        return found

    def fresh(self, requester: Requester, data_class: str) -> Search:
        """The same with a solver of its own: what is barred while one thing is searched binds no other."""
        search = self.of(requester, data_class)
        solver = Solver()
        solver.require(*limits_of(self.given, search.view), *search.unknowns.every_rule())
        return replace(search, solver=solver)


def may_give(law: Law, requester: Requester, data_class: str, mask: int = -1) -> bool:
    """Whether some permit speaks of the fields of a class to this requester at all: a look before formulas are made."""
    return any(
        code.deed is Deed.PERMIT
        and code.masks.get(data_class, 0) & mask
        and applies_between(code, requester.standing)
        for code in law.at_point.get("release", ())
    )
