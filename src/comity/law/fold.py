"""Folding: the request part of every rule is decided once, what is left waits for each record.

A request is folded once per standpoint (asker, beneficiary, agencies acted for). Rules of other parties, other
days and conditions that the question already fails disappear; what remains is kept per data class with its mask.
Kleene's logic was translated away by `code`, so folding is partial evaluation and any order gives one result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import itemgetter
from types import MappingProxyType
from typing import NamedTuple

from comity.errors import NounError
from comity.law.asked import answers_of_class, answers_of_question, entity_of, stages_of
from comity.law.atoms import FactMap, FactValue
from comity.law.code import ALWAYS, NEVER, Node, atoms_of, fold_node, literal_values
from comity.law.compiled import WIDENING, Deed, Election, Law, Residual, RuleCode, Source
from comity.law.election import why_lapsed
from comity.law.facts import RECORD_ENTITIES, Facts, Standing
from comity.law.rows import Sheet
from comity.model.decision import Reason
from comity.model.law_text import LawKind

Known = list[bool | None]
TRUTHS = (None, True, False)  # by the two bits of an answer
CLASSES_GIVEN = "agreement's data-classes"
MOST_REMEMBERED = 4_096  # of one kind in one question; the records port is bounded well below
# What a law keeps of the questions it was folded for. Owners of one kind need on a day one `OwnersRules` for each of three
# points, some 230 kB; a question goes to as many kinds at once as agencies differ, and each of them forgotten costs 6 ms.
MOST_OWNERS = 96
MOST_STANDINGS = 256  # askers under their ORIs; more than ask one owner in a day
MOST_RESIDUALS = 32  # of one rule in one class: what its few tests of the question may answer together


@dataclass(frozen=True, slots=True, eq=False)
class ClassView:
    """The rules left for one data class, at `ask` and at `release`."""

    data_class: str
    all_mask: int
    ask: tuple[Residual, ...]
    release: tuple[Residual, ...]


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One standpoint's residual: a view for every data class asked for."""

    facts: Facts
    classes: Mapping[str, ClassView]
    elections: Mapping[str, Election]


@dataclass(frozen=True, slots=True, eq=False)
class Memo:
    """What one folded question remembers: a sheet for each data class, with what it met, and reasons by rule.

    Lives with the question. Never keyed on concealed records: those are decided anew each time.
    """

    sheets: dict[str, Sheet] = field(default_factory=dict)
    reasons: dict[tuple[int, int], Reason] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A law folded for one question: the input of `decide`."""

    law: Law
    facts: Facts
    views: tuple[View, ...]
    memo: Memo = field(default_factory=Memo)

    @property
    def reads(self) -> Mapping[str, tuple[str, ...]]:
        """The record's paths that the rules left for each class still read, in every standpoint. Worked out anew."""
        return MappingProxyType({name: paths_read(self.law, self.views, name) for name in self.facts.data_classes})


def fold(law: Law, facts: Facts, relying_on: str = "") -> Folded:
    """Fold a law for one question, in every standpoint. Raises NounError for a data class that does not exist.

    With `relying_on` that one agreement alone permits anything, and its own terms are the terms: what others permit stays
    shut, what they forbid stays forbidden.
    """
    for name in facts.data_classes:
        law.vocabulary.class_fields(name)
    return Folded(law, facts, tuple(_view(law, seen, relying_on) for seen in facts.standpoints()))


def literals(law: Law, facts: FactMap, indices: Sequence[int]) -> Known:
    """The truth of every literal of the atoms at `indices` from facts; of the others it is open."""
    known: Known = [None] * (4 * len(law.atoms))
    atoms = law.atoms
    for index in indices:
        known[4 * index : 4 * index + 4] = literal_values(atoms[index].truth(facts))
    return known


def applies_between(code: RuleCode, standing: Standing) -> bool:
    """Whether a rule's text speaks to these two at all.

    A clause needs its giver as owner and its taker as asker, by ORI; a policy's permits need the owner's own
    members, its match permits the owner's records; whatever widens must stand in the owner's own texts.
    """
    source = code.source
    if code.giver and (code.giver not in standing.owner_oris or code.taker not in standing.asker_oris):
        return False
    if code.giver and code.deed in WIDENING and standing.named_ori not in {"", code.taker}:
        return False
    if code.deed is Deed.CONFLICT:
        return source.may_widen
    if code.deed not in {Deed.PERMIT, Deed.MATCH}:
        return True
    if not source.may_widen or source.kind is LawKind.PACK or not code.verified:
        return False
    if source.kind is LawKind.AGREEMENT:
        return bool(code.giver)
    own = bool(standing.owner) and source.policy_of == standing.owner
    return own and (code.deed is Deed.MATCH or standing.asker == standing.owner)


def in_force(code: RuleCode, today: date) -> bool:
    """Whether a rule, and the agreement it stands in, is in force on a day; first and last day included."""
    spans = [code.rule.dates]
    if code.source.agreement is not None:
        spans.append(code.source.agreement.dates)
    return all(
        dates is None
        or ((dates.first is None or dates.first <= today) and (dates.last is None or today <= dates.last))
        for dates in spans
    )


class Waiting(NamedTuple):
    """A rule folded by what is known of the owner, in one data class: `mask` the fields it covers there.

    `asks` are its tests of the question, and `tests` their bits. `known` is what is left of it by their answers, if anything
    is. `relies_on` is the agreement without which it permits nothing.
    """

    code: RuleCode
    node: Node
    mask: int
    asks: tuple[int, ...]
    tests: int
    relies_on: Source | None
    known: dict[int, tuple[Residual, ...]]


Kept = tuple[tuple[RuleCode, Node], ...]
ByClass = Mapping[str, tuple[Waiting, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class OwnersRules:
    """The rules at a point that could bind an owner on a day, and the same by data class.

    `between` are those that speak to owner and asker at all, by where these stand.
    """

    kept: Kept
    by_class: ByClass
    between: dict[Standing, ByClass] = field(default_factory=dict)


def rules_for(law: Law, point: str, facts: Facts) -> Kept:
    """The rules at a point that could bind this owner today, folded by what is known of the owner."""
    return _rules_for_owner(law, point, _of_owner(facts), facts.calendar.today()).kept


def _of_owner(facts: Facts) -> tuple[tuple[str, FactValue], ...]:
    return tuple(
        sorted([one for one in facts.values_by_path.items() if entity_of(one[0]) == "owner"], key=itemgetter(0))
    )


@lru_cache(maxsize=MOST_OWNERS)
def _rules_for_owner(law: Law, point: str, owner: tuple[tuple[str, FactValue], ...], today: date) -> OwnersRules:
    facts: dict[str, FactValue] = {**dict(owner), "now": today}
    known: Known = []
    for atom in law.atoms:
        settled = all(path == "now" or entity_of(path) == "owner" for path in atom.reads())
        known += literal_values(atom.truth(facts)) if settled else (None, None, None, None)
    kept = []
    for code in law.at_point.get(point, ()):
        if in_force(code, today):
            node = fold_node(code.hit, known)
            if node != NEVER:
                kept.append((code, node))
    return OwnersRules(tuple(kept), _by_class(law, kept))


def _by_class(law: Law, kept: Iterable[tuple[RuleCode, Node]]) -> ByClass:
    settled = stages_of(law).settled
    found: dict[str, list[Waiting]] = {}
    for code, node in kept:
        read = atoms_of(node) | (atoms_of(code.sure) if code.rule.duties else frozenset())
        asks = tuple([index for index in read if settled >> 2 * index & 1])
        tests = sum(3 << 2 * index for index in asks)
        relies_on = code.source if code.giver and code.deed in {Deed.PERMIT, Deed.MATCH} else None
        for name, mask in code.masks.items():
            if mask:
                found.setdefault(name, []).append(Waiting(code, node, mask, asks, tests, relies_on, {}))
    return {name: tuple(waiting) for name, waiting in found.items()}


def _between_parties(law: Law, point: str, facts: Facts, owner: tuple[tuple[str, FactValue], ...]) -> ByClass:
    """The rules at a point that could bind this owner today and speak to these two, by data class."""
    rules = _rules_for_owner(law, point, owner, facts.calendar.today())
    found = rules.between.get(facts.standing)
    if found is None:
        speaking = {code.index for code, _ in rules.kept if applies_between(code, facts.standing)}
        found = {
            name: tuple(one for one in waiting if one.code.index in speaking)
            for name, waiting in rules.by_class.items()
        }
        if len(rules.between) < MOST_STANDINGS:
            rules.between[facts.standing] = found
    return found


def _view(law: Law, facts: Facts, relying_on: str) -> View:
    candidates = agreements_between(law, facts)
    if relying_on:
        candidates = tuple(source for source in candidates if source.name == relying_on)
    settled = facts.having(agreement_facts(candidates)) if candidates else facts
    active = frozenset(source for source in candidates if not _barred(law, source, facts))
    told = answers_of_question(law, settled.values_by_path)
    owner = _of_owner(settled)
    asked, released = (_between_parties(law, point, settled, owner) for point in ("ask", "release"))
    elections = {e.conflict: e for e in law.elections if not why_lapsed(law, e, facts.calendar.today())}
    classes = {}
    for name in facts.data_classes:
        answers = told | answers_of_class(law, settled.values_by_path, name)
        classes[name] = ClassView(
            data_class=name,
            all_mask=law.vocabulary.class_fields(name).all_mask,
            ask=_residuals(law, asked.get(name, ()), answers, active),
            release=_residuals(law, released.get(name, ()), answers, active),
        )
    return View(settled, MappingProxyType(classes), MappingProxyType(elections))


def _residuals(
    law: Law, waiting: tuple[Waiting, ...], answers: int, active: frozenset[Source]
) -> tuple[Residual, ...]:
    """What a question leaves of rules. `active` are the agreements that may be relied on."""
    kept: list[Residual] = []
    for one in waiting:
        _, _, _, _, tests, relies_on, known = one
        if relies_on is not None and relies_on not in active:
            continue
        left = known.get(answers & tests)
        if left is None:
            left = _residual(law, one, answers & tests)
            if len(known) < MOST_RESIDUALS:
                known[answers & tests] = left
        kept += left
    return tuple(kept)


def _residual(law: Law, waiting: Waiting, answers: int) -> tuple[Residual, ...]:
    """What is left of a rule by what its tests of the question answered."""
    code = waiting.code
    known: Known = [None] * (4 * len(law.atoms))
    for index in waiting.asks:
        known[4 * index : 4 * index + 4] = literal_values(TRUTHS[answers >> 2 * index & 3])
    left = fold_node(waiting.node, known)
    if left == NEVER:
        return ()
    sure = fold_node(code.sure, known) if code.rule.duties else ALWAYS
    return (Residual(code, waiting.mask, left, sure),)


def agreements_between(law: Law, facts: Facts) -> tuple[Source, ...]:
    """The agreements between owner and asker whose days include today, those that a rule at `activate` bars too.

    An owner asking itself stands under its policy alone: its agreements with others are not about it. A text that
    came with the asker is no agreement of the owner's, and settles no term.
    """
    return _agreements_between(law, facts.standing, facts.calendar.today())


@lru_cache(maxsize=MOST_STANDINGS)
def _agreements_between(law: Law, standing: Standing, today: date) -> tuple[Source, ...]:
    if standing.owner == standing.asker:
        return ()
    return tuple(
        source
        for source in law.agreements
        if source.may_widen and _between(source, standing) and _dated(source, today)
    )


def _between(source: Source, standing: Standing) -> bool:
    assert source.agreement is not None
    oris = {str(party.ori) for party in source.agreement.parties}
    return bool(oris & standing.owner_oris) and bool(oris & standing.asker_oris)


def _dated(source: Source, today: date) -> bool:
    dates = source.agreement.dates if source.agreement is not None else None
    if dates is None or dates.first is None:
        return False
    return dates.first <= today and (dates.last is None or today <= dates.last)


def _barred(law: Law, source: Source, facts: Facts) -> bool:
    """Whether a rule at `activate` forbids this agreement, unknown facts included."""
    nodes, read = _barring(law, source, _of_owner(facts), facts.standing, facts.calendar.today())
    known = literals(law, {**facts.values_by_path, **source.terms}, read) if nodes else []
    return any(fold_node(node, known) == ALWAYS for node in nodes)


@lru_cache(maxsize=MOST_STANDINGS)
def _barring(
    law: Law, source: Source, owner: tuple[tuple[str, FactValue], ...], standing: Standing, today: date
) -> tuple[tuple[Node, ...], tuple[int, ...]]:
    """The rules at `activate` that may bar an agreement between these two, folded as far, and the atoms they read."""
    nodes = tuple(
        node
        for code, node in _rules_for_owner(law, "activate", owner, today).kept
        if code.act == "activation"
        and applies_between(code, standing)
        and (code.source.agreement is None or code.source is source)
        and gives_its_class(code, source.terms) is not False
    )
    return nodes, tuple(sorted(frozenset[int]().union(*map(atoms_of, nodes))))


def gives_its_class(code: RuleCode, terms: FactMap) -> bool | None:
    """Whether an agreement gives a class that a rule at `activate` is about; None when what it gives is not known."""
    given = terms.get(CLASSES_GIVEN)
    if not code.rule.classes:
        return True
    return not given.isdisjoint(code.rule.classes) if isinstance(given, frozenset) else None


def agreement_facts(candidates: tuple[Source, ...]) -> FactMap:
    """What the agreements between two say of themselves; where all agree on a term, that term, else unknown.

    A barred agreement counts here: were it left out, a rule that bars it would settle a term that was unknown, and a
    permit of another agreement that turns on the term would open. Adding a forbid must never widen.
    """
    if not candidates:
        return MappingProxyType({})
    first, *rest = (source.terms for source in candidates)
    return MappingProxyType(
        {path: value for path, value in first.items() if all(terms.get(path) == value for terms in rest)}
    )


def class_view(view: View, data_class: str) -> ClassView:
    """A standpoint's view of a class. Raises NounError for a class that was not asked for."""
    found = view.classes.get(data_class)
    if found is None:
        raise NounError(f"`{data_class}` was not asked for in this question")
    return found


def paths_read(law: Law, views: tuple[View, ...], data_class: str) -> tuple[str, ...]:
    """The record's paths that the release rules of a class still read, in every standpoint."""
    indices = {
        index
        for view in views
        for left in view.classes[data_class].release
        for index in atoms_of(left.hit) | atoms_of(left.sure)
    }
    paths = {path for index in indices for path in law.atoms[index].reads()}
    return tuple(sorted(path for path in paths if entity_of(path) in RECORD_ENTITIES))
