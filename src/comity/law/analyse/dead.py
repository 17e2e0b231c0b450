"""Dead rules: those that can never matter, whatever the question, the record, the owner and the day.

A rule that carries duties, that another rule names, or that conceals a record, matters beyond the fields it closes and
is never called shadowed. An `unless` is judged as if counsel had read the definitions it leans on: one that only waits
for that is not dead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from comity.law import ast
from comity.law.analyse.cut_points import CutPoints, cut_points
from comity.law.analyse.encode import Encoder, View
from comity.law.analyse.ground import Given, Ground, Requester, agreements_between
from comity.law.analyse.logic import Formula, Solver, Verdict, analysis, both, either, negate
from comity.law.analyse.outcome import Choices, Counted, class_outcome, counted_rules, standing_when
from comity.law.analyse.search import find_dated
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS
from comity.law.code import AtomTable, Reading, Translator, days_of
from comity.law.compile import parse_text
from comity.law.compiled import NEEDS_TRUE, Deed, Law, RuleCode
from comity.law.facts import Standing
from comity.model.law_text import LawText

CLOSING = frozenset({Deed.FORBID, Deed.KEEP})


@dataclass(frozen=True, slots=True)
class Dead:
    """A rule, part of a rule, or definition that can never matter. `by` are the rules that make it so.

    `kind` is `never-true`, `shadowed`, `no-request`, `never-lifts` or `never-used`; `what` names the `unless` (by its
    place, from 1) or the definition or table.
    """

    kind: str
    rule: str
    what: str = ""
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Deaths:
    """All that is dead; `undecided` are rules of which the solver could not tell."""

    dead: tuple[Dead, ...]
    undecided: tuple[str, ...]
    rules: int


@analysis()
def find_dead(ground: Ground, texts: Iterable[LawText], own: frozenset[str] = frozenset()) -> Deaths:
    """What is dead in the texts named in `own` (all when empty); the others stand beside them and may shadow."""
    named = tuple(text for text in texts if not own or text.name in own)
    looking = _Looking(ground)
    found: list[Dead] = []
    oris = ground.requesters[0].standing.owner_oris  # what others give is dead or alive in their law, not in this
    codes = [
        code
        for code in ground.law.codes
        if (not own or code.source.name in own) and (not code.giver or code.giver in oris)
    ]
    for name in dict.fromkeys(code.id for code in codes if code.source.name != "ANY-1"):
        versions = [code for code in codes if code.id == name]
        found += looking.of_rule(name, versions)
    for text in named:
        found += unused(text)
    return Deaths(tuple(found), tuple(looking.undecided), len({code.id for code in codes}))


class _Looking:
    """Looks at rules one after another, over one ground."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._given = Given()
        self._cited = {
            f"{ref.pack or code.source.name}/{ref.rule}"
            for code in ground.law.codes
            if isinstance(code.rule.effect, ast.Conflict)
            for ref in (code.rule.effect.first, code.rule.effect.second)
        }
        self.undecided: list[str] = []

    def of_rule(self, name: str, versions: list[RuleCode]) -> Iterator[Dead]:
        """What is dead of one rule, all its dated versions together."""
        living = [code for code in versions if code.deed is not Deed.NONE or code.rule.duties]
        if living and not any(self._may_count(code) for code in living):
            yield Dead("never-true", name)
            return
        yield from self._parts(name, versions)
        if any(code.deed is Deed.PERMIT for code in versions):
            blocking = self._refused_everywhere(versions)
            if blocking is not None:
                yield Dead("no-request", name, by=blocking)
        elif name not in self._cited and all(self._only_closes(code) for code in versions):
            by = self._shadow(versions)
            if by is not None:
                yield Dead("shadowed", name, by=by)

    def _only_closes(self, code: RuleCode) -> bool:
        return code.deed in {*CLOSING, Deed.CAP, Deed.HOLD} and not code.rule.duties and not code.rule.conceal

    def _decide(self, name: str, formula: Formula, unknowns: Unknowns) -> bool:
        """Whether a formula can hold; what is not decided counts as yes, and is told."""
        solver = Solver()
        solver.require(*unknowns.every_rule())
        verdict = find_dated(solver, unknowns, formula)
        if verdict is Verdict.UNDECIDED:
            self.undecided.append(name)
        return verdict is not Verdict.NONE

    def _may_count(self, code: RuleCode) -> bool:
        """Whether the rule's own condition can ever count, in some class it covers."""
        for data_class in code.masks:
            view = self._view(self._any_requester(code), data_class)
            encoder = Encoder(self._ground.law.atoms, view)
            when = both((_dated(code, encoder), encoder.node(code.hit)))
            if when is True or self._decide(code.id, when, view.unknowns):
                return True
        return not code.masks

    def _shadow(self, versions: list[RuleCode]) -> tuple[str, ...] | None:
        """The rules that always close or narrow as far whenever this rule counts; None when it matters somewhere."""
        by: dict[str, None] = {}
        for code in versions:
            for point in code.rule.points:
                for data_class in code.masks:
                    found = self._shadow_in(code, str(point), data_class)
                    if found is None:
                        return None
                    by.update(dict.fromkeys(found))
        return tuple(by)

    def _shadow_in(self, code: RuleCode, point: str, data_class: str) -> tuple[str, ...] | None:
        view = self._view(self._any_requester(code), data_class)
        law = self._ground.law
        encoder = Encoder(law.atoms, view)
        counted = list(counted_rules(law, self._any_requester(code), encoder, point))
        choices = Choices(law, encoder, any_election=False)
        by: dict[str, None] = {}
        own = [one for one in counted if one.code.id == code.id]
        bits = [
            bit for bit in law.vocabulary.class_fields(data_class).bits.values() if code.masks[data_class] & bit
        ]
        for covering in _coverings(counted, bits, data_class):
            if code.act:
                covering = tuple(one for one in covering if one.code.act == code.act or not one.code.act)
            others = [one for one in covering if one.code.id != code.id and _narrows_as_far(one.code, code)]
            parts = {one.code.id: negate(standing_when(one, covering, choices)) for one in others}
            solver = Solver()
            mine = either([one.when for one in own if one.code.index == code.index])
            solver.require(mine, *view.unknowns.every_rule())
            if not parts or find_dated(solver, view.unknowns, *parts.values()) is not Verdict.NONE:
                return None
            by.update(dict.fromkeys(solver.core(parts)))
        return tuple(by) or None

    def _refused_everywhere(self, versions: list[RuleCode]) -> tuple[str, ...] | None:
        """The rules that close a permit wherever it counts; None when some question is given something by it."""
        by: dict[str, None] = {}
        for code in versions:
            for requester in self._ground.requesters:
                for data_class in code.masks:
                    found = self._refused_in(code, requester, data_class)
                    if found is None:
                        return None
                    by.update(dict.fromkeys(found))
        return tuple(by)

    def _refused_in(self, code: RuleCode, requester: Requester, data_class: str) -> tuple[str, ...] | None:
        view = self._view(requester, data_class)
        outcome = class_outcome(self._ground, requester, self._given, view, data_class)
        by: dict[str, None] = {}
        for unit in outcome.units:
            mine = either([one.when for one in unit.rules if one.code.index == code.index])
            if mine is False:
                continue
            if self._decide(code.id, both((mine, unit.level[0])), view.unknowns):
                return None
            by.update(dict.fromkeys(one.code.id for one in unit.rules if one.code.deed in CLOSING))
        return tuple(by)

    def _parts(self, name: str, versions: list[RuleCode]) -> Iterator[Dead]:
        """The exceptions of a rule that can never lift it."""
        for place in range(max((len(code.rule.unless) for code in versions), default=0)):
            having = [code for code in versions if place < len(code.rule.unless)]
            if not any(self._can_lift(code, place) for code in having):
                yield Dead("never-lifts", name, f"unless {place + 1}")

    def _can_lift(self, code: RuleCode, place: int) -> bool:
        """Whether an exception can be certainly true, or possible for what opens, while the rest of the rule counts."""
        table = AtomTable()
        read = {
            n: tuple(replace(one, status=ast.Word("verified")) for one in v)
            for n, v in code.source.defines.items()
        }
        translator = Translator(self._ground.law.vocabulary, table, read, code.source.codes)
        opens = code.deed in NEEDS_TRUE
        conditions = [code.rule.binds.where] if code.rule.binds is not None else []
        conditions += [code.rule.when] if code.rule.when is not None else []
        nodes = [translator.node(one, Reading(opens)) for one in conditions]
        nodes.append(translator.node(code.rule.unless[place], Reading(not opens)))
        cuts = cut_points(table.atoms(), self._ground.law.vocabulary)
        for data_class in code.masks:
            unknowns = Unknowns(cuts)
            known = {**self._ground.owner_facts, **dict.fromkeys(CLASS_PATHS, data_class)}
            encoder = Encoder(table.atoms(), View(unknowns, known))
            if self._decide(code.id, both([encoder.node(node) for node in nodes]), unknowns):
                return True
        return not code.masks

    def _any_requester(self, code: RuleCode) -> Requester:
        """Who stands under a rule: the taker of a clause, else any requester there is."""
        for one in self._ground.requesters:
            if code.taker in one.standing.asker_oris:
                return one
        if code.giver:  # a clause that runs towards this owner: seen from the other side
            return Requester(
                "", Standing("", frozenset({code.taker}), self._ground.owner, frozenset({code.giver}))
            )
        return self._ground.requesters[-1]

    def _view(self, requester: Requester, data_class: str) -> View:
        unknowns = Unknowns(_cuts(self._ground.law))
        known = {**self._ground.owner_facts, **requester.facts, **dict.fromkeys(CLASS_PATHS, data_class)}
        terms = agreements_between(self._ground.law, requester.standing)
        known.update(terms[0].terms if len(terms) == 1 else {})
        return View(unknowns, known)


@cache
def _cuts(law: Law) -> CutPoints:
    return cut_points(law.atoms, law.vocabulary)


def _dated(code: RuleCode, encoder: Encoder) -> Formula:
    spans = [days_of(code.rule.dates)]
    if code.source.agreement is not None:
        spans.append(days_of(code.source.agreement.dates))
    return both([encoder.in_force(*span) for span in spans])


def _coverings(counted: list[Counted], bits: list[int], data_class: str) -> set[tuple[Counted, ...]]:
    """For each field the rules that cover it, each set of rules once."""
    return {tuple(one for one in counted if one.code.masks.get(data_class, 0) & bit) for bit in bits}


def _narrows_as_far(other: RuleCode, code: RuleCode) -> bool:
    """Whether another rule that counts leaves no more than this one does."""
    if code.act:
        return other.act == code.act
    if other.act:
        return False
    if other.deed in CLOSING:
        return True
    return other.deed is Deed.CAP and other.level <= (code.level if code.deed is Deed.CAP else 0)


# ---------------------------------------------------------------- words that nothing uses


def unused(text: LawText) -> Iterator[Dead]:
    """Definitions and tables of a text that no rule or definition of it names."""
    tree = parse_text(text)
    if isinstance(tree, ast.Agreement):
        return
    conditions = [condition for rule in tree.rules for condition in _conditions(rule)]
    used = {word for condition in conditions for word in _words(condition)}
    waiting = list(used)
    means = {str(define.name): define.means for define in tree.defines}
    while waiting:  # ends: each definition is opened once
        word = waiting.pop()
        fresh = set(_words(means[word])) - used if word in means else set()
        used |= fresh
        waiting += fresh
    for define in dict.fromkeys(str(define.name) for define in tree.defines):
        if define not in used:
            yield Dead("never-used", text.name, f"definition {define}")
    for table in tree.tables:
        if str(table.name) not in used:
            yield Dead("never-used", text.name, f"table {table.name}")


def _conditions(rule: ast.Rule) -> list[ast.Condition]:
    found = [*rule.unless]
    found += [rule.when] if rule.when is not None else []
    return found + ([rule.binds.where] if rule.binds is not None else [])


def _words(condition: ast.Condition) -> Iterator[str]:
    """The words a condition tests for, definitions and tables among them."""
    if isinstance(condition, ast.AllOf | ast.AnyOf):
        for part in condition.parts:
            yield from _words(part)
    elif isinstance(condition, ast.Is):
        yield str(condition.word)
    elif isinstance(condition, ast.Listed):
        yield str(condition.table)
    elif isinstance(condition, ast.Some):
        yield from _words(condition.inner)
