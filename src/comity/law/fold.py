"""Folding: the request part of every rule is decided once, what is left waits for each record.

A request is folded once per standpoint (asker, beneficiary, agencies acted for). Rules of other parties, other
days and conditions that the question already fails disappear; what remains is kept per data class with its mask.
Kleene's logic was translated away by `code`, so folding is partial evaluation and any order gives one result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from comity.errors import NounError
from comity.law.atoms import FactMap, FactValue
from comity.law.code import ALWAYS, NEVER, Node, atoms_of, fold_node, literal_values
from comity.law.compiled import WIDENING, Deed, Election, Law, Residual, RuleCode, Source
from comity.law.election import why_lapsed
from comity.law.facts import RECORD_ENTITIES, Facts, Standing
from comity.law.rows import Sheet
from comity.model.decision import Reason
from comity.model.law_text import LawKind

Known = list[bool | None]
CLASS_PATHS = frozenset({"query's data-class", "record's data-class"})
CLASSES_GIVEN = "agreement's data-classes"
MOST_REMEMBERED = 4_096  # of one kind in one question; the records port is bounded well below


@dataclass(frozen=True, slots=True, eq=False)
class ClassView:
    """The rules left for one data class, at `ask` and at `release`. `atoms` are those the release rules read."""

    data_class: str
    all_mask: int
    ask: tuple[Residual, ...]
    release: tuple[Residual, ...]
    atoms: tuple[int, ...]


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
    reads: Mapping[str, tuple[str, ...]]
    memo: Memo = field(default_factory=Memo)


def fold(law: Law, facts: Facts) -> Folded:
    """Fold a law for one question, in every standpoint. Raises NounError for a data class that does not exist."""
    for name in facts.data_classes:
        law.vocabulary.class_fields(name)
    views = tuple(_view(law, seen) for seen in facts.standpoints())
    reads = {name: _paths_read(law, views, name) for name in facts.data_classes}
    return Folded(law, facts, views, MappingProxyType(reads))


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """A law's atoms by when they can be known: with the question, with the data class, with the record."""

    request: tuple[int, ...]
    of_class: tuple[int, ...]
    record: tuple[int, ...]


@lru_cache(maxsize=64)
def stages_of(law: Law) -> Stages:
    """Sort a law's atoms by stage, once."""
    found: tuple[list[int], list[int], list[int]] = ([], [], [])
    for index, atom in enumerate(law.atoms):
        reads = atom.reads()
        if any(path not in CLASS_PATHS and entity_of(path) in RECORD_ENTITIES for path in reads):
            found[2].append(index)
        elif any(path in CLASS_PATHS for path in reads):
            found[1].append(index)
        else:
            found[0].append(index)
    return Stages(*(tuple(indices) for indices in found))


def literals(law: Law, facts: FactMap, indices: Sequence[int], base: Sequence[bool | None] = ()) -> Known:
    """The truth of every literal: of the atoms at `indices` from facts, of the others as `base` has it."""
    known: Known = list(base) or [None] * (4 * len(law.atoms))
    atoms = law.atoms
    for index in indices:
        known[4 * index : 4 * index + 4] = literal_values(atoms[index].truth(facts))
    return known


def entity_of(path: str) -> str:
    """The entity a path speaks of: `asker` of `asker's level`, `field` of `field is public`."""
    return path.split(" ", 1)[0].removesuffix("'s")


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


def rules_for(law: Law, point: str, facts: Facts) -> tuple[tuple[RuleCode, Node], ...]:
    """The rules at a point that could bind this owner today, folded by what is known of the owner."""
    known = tuple(sorted((path, value) for path, value in facts.items() if entity_of(path) == "owner"))
    return _rules_for_owner(law, point, known, facts.calendar.today())


@lru_cache(maxsize=256)
def _rules_for_owner(
    law: Law, point: str, owner: tuple[tuple[str, FactValue], ...], today: date
) -> tuple[tuple[RuleCode, Node], ...]:
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
    return tuple(kept)


def _view(law: Law, facts: Facts) -> View:
    candidates = agreements_between(law, facts)
    settled = facts.having(agreement_facts(candidates))
    active = [source for source in candidates if not _barred(law, source, facts)]
    known = literals(law, settled, stages_of(law).request)
    usable = {id(source) for source in active}
    asked = _fold_point(law, "ask", settled, known, usable)
    released = _fold_point(law, "release", settled, known, usable)
    elections = {e.conflict: e for e in law.elections if not why_lapsed(law, e, facts.calendar.today())}
    classes = {name: _class_view(law, name, (asked, released), settled, known) for name in facts.data_classes}
    return View(settled, MappingProxyType(classes), MappingProxyType(elections))


def _fold_point(
    law: Law, point: str, facts: Facts, known: Sequence[bool | None], usable: set[int]
) -> list[tuple[RuleCode, Node]]:
    kept = []
    for code, node in rules_for(law, point, facts):
        if not applies_between(code, facts.standing):
            continue
        if code.deed in {Deed.PERMIT, Deed.MATCH} and code.giver and id(code.source) not in usable:
            continue
        folded = fold_node(node, known)
        if folded != NEVER:
            kept.append((code, folded))
    return kept


def _class_view(
    law: Law,
    name: str,
    points: tuple[list[tuple[RuleCode, Node]], list[tuple[RuleCode, Node]]],
    facts: Facts,
    base: Sequence[bool | None],
) -> ClassView:
    of_class = {**facts, **dict.fromkeys(CLASS_PATHS, name)}
    known = literals(law, of_class, stages_of(law).of_class, base)
    ask, release = (_residuals(folded, name, known) for folded in points)
    atoms = frozenset().union(*(atoms_of(left.hit) | atoms_of(left.sure) for left in release))
    all_mask = law.vocabulary.class_fields(name).all_mask
    return ClassView(name, all_mask, ask, release, tuple(sorted(atoms)))


def _residuals(
    folded: list[tuple[RuleCode, Node]], name: str, known: Sequence[bool | None]
) -> tuple[Residual, ...]:
    kept = []
    for code, node in folded:
        mask = code.masks.get(name, 0)
        if not mask:
            continue
        left = fold_node(node, known)
        if left != NEVER:
            sure = fold_node(code.sure, known) if code.rule.duties else ALWAYS
            kept.append(Residual(code, mask, left, sure))
    return tuple(kept)


def agreements_between(law: Law, facts: Facts) -> tuple[Source, ...]:
    """The agreements between owner and asker whose days include today, those that a rule at `activate` bars too.

    An owner asking itself stands under its policy alone: its agreements with others are not about it. A text that
    came with the asker is no agreement of the owner's, and settles no term.
    """
    if facts.standing.owner == facts.standing.asker:
        return ()
    today = facts.calendar.today()
    return tuple(
        source
        for source in law.agreements
        if source.may_widen and _between(source, facts.standing) and _dated(source, today)
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
    rules = rules_for(law, "activate", facts)
    if not rules:
        return False
    known = literals(law, {**facts, **source.terms}, range(len(law.atoms)))
    for code, node in rules:
        if code.act != "activation" or not applies_between(code, facts.standing):
            continue
        if code.source.agreement is not None and code.source is not source:
            continue
        if gives_its_class(code, source.terms) is not False and fold_node(node, known) == ALWAYS:
            return True
    return False


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


def _paths_read(law: Law, views: tuple[View, ...], data_class: str) -> tuple[str, ...]:
    """The record's paths that the release rules of a class still read, in every standpoint."""
    indices = {index for view in views for index in view.classes[data_class].atoms}
    paths = {path for index in indices for path in law.atoms[index].reads()}
    return tuple(sorted(path for path in paths if entity_of(path) in RECORD_ENTITIES))
