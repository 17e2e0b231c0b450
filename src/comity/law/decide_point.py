"""Deciding at the other doors: activation, intake, session, setting, onward sharing and purge."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from comity.errors import NounError
from comity.law.atoms import FactValue, FieldFlags, FlagAtom
from comity.law.code import NEVER, Node, fold_node, literal_values, mask_of_node
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.decide_record import flag_masks, make_hold
from comity.law.defer import Deferral, counts_as_deferral, defer_notices, deferral_by
from comity.law.duty import falls_due, make_duty
from comity.law.explain import asker_reason
from comity.law.facts import Facts
from comity.law.fold import applies_between, gives_its_class, in_force, literals, rules_for
from comity.law.reasons import distinct, distinct_duties
from comity.law.rows import PUBLIC
from comity.model.decision import Duty, Hold, Reason

POINTS = frozenset({"activate", "ingest", "session", "configure", "onward", "purge"})


@dataclass(frozen=True, slots=True)
class PointDecision:
    """What a point other than asking and releasing decides.

    `forbidden` refuse the act; `closed` are fields that may not pass on; `purge` says that the record must go, and
    is false where a legal hold keeps it restricted (`kept`). A purge on unknown facts is a duty to confirm. `rules`
    are the ids of those that purge and keep.
    """

    point: str
    forbidden: tuple[Reason, ...] = ()
    closed: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    duties: tuple[Duty, ...] = ()
    purge: bool = False
    kept: bool = False
    rules: tuple[str, ...] = ()


def decide_point(law: Law, point: str, facts: Facts, silent: Collection[str] = ()) -> PointDecision:
    """Decide at one point, from all facts known there. `silent` are texts whose rules have no say here.

    Raises NounError for an unknown point or data class.
    """
    if point not in POINTS:
        raise NounError(f"`{point}` is not decided here; use one of {', '.join(sorted(POINTS))}")
    counted = [
        item
        for seen in facts.standpoints()
        for item in _counted(law, point, seen)
        if item[0].source.name not in silent
    ]
    forbidden = distinct(asker_reason(code, seen, law) for code, seen, _, _ in counted if code.act)
    closed = [name for code, _, mask, _ in counted if not code.act for name in _closed(law, code, facts, mask)]
    kept = any(code.deed is Deed.KEEP for code, _, _, _ in counted)
    purging = [code for code, _, _, _ in counted if code.deed is Deed.PURGE]
    holds = {code.id: make_hold(law, code) for code, _, _, _ in counted if code.deed is Deed.HOLD}
    refused = bool(forbidden)
    return PointDecision(
        point=point,
        forbidden=forbidden,
        closed=tuple(dict.fromkeys(closed)),
        holds=tuple(holds.values()),
        duties=distinct_duties(
            [
                *defer_notices(_duties(counted, refused), _deferrals(facts, counted)),
                *_unsure_purges(law, point, facts, counted),
            ]
        ),
        purge=bool(purging) and not kept,
        kept=kept,
        rules=tuple(dict.fromkeys(code.id for code, _, _, _ in counted if code.deed in {Deed.PURGE, Deed.KEEP})),
    )


Counted = tuple[RuleCode, Facts, int, bool]  # a rule, where it was seen from, its fields, whether certainly true


def _counted(law: Law, point: str, facts: Facts) -> list[Counted]:
    found = []
    name = facts.get("record's data-class")
    masks = _all_masks(law, facts)
    for code, node in rules_for(law, point, facts):
        if not applies_between(code, facts.standing):
            continue
        # The class is not known, or the act is about none: the rule narrows as if it were of its classes.
        covered = code.masks.get(name, 0) if isinstance(name, str) else -1
        of_its_class: bool | None = True
        if point == "activate":
            of_its_class = gives_its_class(code, facts)
            covered = 0 if of_its_class is False else -1
        mask = covered & mask_of_node(node, masks)
        if mask:
            certain = of_its_class is True and bool(mask & mask_of_node(code.sure, masks))
            found.append((code, facts, mask, certain))
    return found


def _all_masks(law: Law, facts: Facts) -> dict[int, int]:
    """The mask of every literal: all fields or none, but for flags of fields."""
    values: dict[str, FactValue] = dict(facts)
    flags, name = facts.get(PUBLIC), facts.get("record's data-class")
    yes = no = 0
    if isinstance(flags, FieldFlags) and isinstance(name, str):
        yes, no = flag_masks(flags, law.vocabulary.class_fields(name))
    masks: dict[int, int] = {}
    for index, atom in enumerate(law.atoms):
        if isinstance(atom, FlagAtom) and atom.path == PUBLIC:
            holds = (yes, ~yes, ~no, no)
        else:
            surely, surely_not, possibly, possibly_not = literal_values(atom.truth(values))
            holds = (-surely, -surely_not, -possibly, -possibly_not)
        masks.update(zip(range(4 * index, 4 * index + 4), holds, strict=True))
    return masks


def _closed(law: Law, code: RuleCode, facts: Facts, mask: int) -> tuple[str, ...]:
    name = facts.get("record's data-class")
    if code.deed not in {Deed.FORBID, Deed.KEEP} or not isinstance(name, str):
        return ()
    fields = law.vocabulary.class_fields(name)
    return tuple(field for field in fields.names if fields.bits[field] & mask)


def _duties(counted: list[Counted], refused: bool) -> list[Duty]:
    return [
        make_duty(code, spec, facts.calendar, certain=certain)
        for code, facts, _, certain in counted
        for spec in code.rule.duties
        if falls_due(spec, released=not refused)
    ]


def _deferrals(facts: Facts, counted: list[Counted]) -> tuple[Deferral, ...]:
    """The deferrals that count from every standpoint."""
    deferring = [(code, seen) for code, seen, _, _ in counted if counts_as_deferral(code)]
    stands = len(facts.standpoints())
    found = [
        deferral_by(code, seen)
        for index, (code, seen) in enumerate(deferring)
        if sum(other is code for other, _ in deferring) == stands
        and all(other is not code for other, _ in deferring[:index])
    ]
    return tuple(one for one in found if one is not None)


def _unsure_purges(law: Law, point: str, facts: Facts, counted: list[Counted]) -> list[Duty]:
    """Purges that are neither true nor false: a custodian's task, never done by the machine."""
    if point != "purge":
        return []
    counting = {code.index for code, _, _, _ in counted}
    name = facts.get("record's data-class")
    known = literals(law, facts, range(len(law.atoms)))
    return [
        Duty(
            kind="purge",
            rule=code.id,
            citation=str(code.rule.cite or ""),
            to="records-custodian",
            text="decide whether the record must be purged; a fact is unknown",
            confirm=True,
        )
        for code in law.at_point.get("purge", ())
        if code.deed is Deed.PURGE
        and code.index not in counting
        and (not isinstance(name, str) or name in code.masks)
        and in_force(code, facts.calendar.today())
        and applies_between(code, facts.standing)
        and fold_node(_possibly(code), known) != NEVER
    ]


def _possibly(code: RuleCode) -> Node:
    """Where a purge is not false."""
    return code.possible
