"""Deciding a question: which data classes may be asked, what may be matched on, and the duties of the question.

Reasons follow from the question alone: nothing here reads a record.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.law.code import ALWAYS
from comity.law.compiled import ACTS_OF_A_QUESTION, Deed, Residual
from comity.law.defer import defer_notices, deferrals_of
from comity.law.duty import make_duty
from comity.law.fold import ClassView, Folded, View, class_view
from comity.law.levels import union
from comity.law.reasons import distinct, distinct_duties, no_agreement, reason_of
from comity.model.codes import DataClass, Level
from comity.model.decision import Duty, QueryDecision, Reason


def decide_query(folded: Folded) -> QueryDecision:
    """What may be asked: data classes left and removed, with reasons that follow from the question alone.

    A forbidden class is removed; a rule that names no class refuses the whole question. Duties attach either way.
    """
    whole, removed, allowed = _asked(folded)
    return QueryDecision(
        allowed=allowed,
        removed=removed,
        refused=_refused(whole, removed, allowed),
        duties=_query_duties(folded, refused=not allowed),
    )


def refusals_of(folded: Folded) -> tuple[Reason, ...]:
    """`decide_query(folded).refused`, for whoever wants nothing else of it."""
    return _refused(*_asked(folded))


def _refused(
    whole: tuple[Reason, ...],
    removed: Sequence[tuple[DataClass, tuple[Reason, ...]]],
    allowed: Sequence[DataClass],
) -> tuple[Reason, ...]:
    return whole or (distinct(reason for _, reasons in removed for reason in reasons) if not allowed else ())


def _asked(
    folded: Folded,
) -> tuple[tuple[Reason, ...], tuple[tuple[DataClass, tuple[Reason, ...]], ...], tuple[DataClass, ...]]:
    """Why the whole question is refused, the classes removed and why, and those that may be asked."""
    whole = distinct(
        reason_of(folded, view_index, left.code)
        for view_index, view in enumerate(folded.views)
        for data_class in folded.facts.data_classes
        for left in view.classes[data_class].ask
        if _refuses(left) and not _per_class(folded, left)
    )
    removed = []
    allowed = []
    for name in folded.facts.data_classes:
        reasons = _closed_class(folded, name)
        if reasons:
            removed.append((DataClass(name), reasons))
        elif not whole:
            allowed.append(DataClass(name))
    return whole, tuple(removed), tuple(allowed)


def match_fields(folded: Folded, data_class: DataClass) -> frozenset[str]:
    """Fields that may serve as look-up keys and evidence: not certainly at nothing, or match-only.

    Raises NounError for a class not asked for.
    """
    fields = folded.law.vocabulary.class_fields(data_class)
    usable = fields.all_mask
    for view in folded.views:
        seen = class_view(view, data_class)
        shut = _certainly_forbidden(seen)
        usable &= (_possible(seen, Deed.PERMIT) | _possible(seen, Deed.MATCH)) & ~shut
    if any(_refuses(left) for view in folded.views for left in view.classes[data_class].ask):
        return frozenset()
    return frozenset(name for name in fields.names if fields.bits[name] & usable)


def open_fields(folded: Folded) -> dict[DataClass, frozenset[str]]:
    """Fields that some record of each class asked for could show, from every standpoint: the most the question may see."""
    found = {DataClass(name): frozenset[str]() for name in folded.facts.data_classes}
    for name in _asked(folded)[2]:
        fields = folded.law.vocabulary.class_fields(name)
        usable = fields.all_mask
        for view in folded.views:
            seen = view.classes[name]
            usable &= _possible(seen, Deed.PERMIT) & ~_certainly_forbidden(seen)
        found[name] = frozenset(field for field in fields.names if fields.bits[field] & usable)
    return found


def _refuses(left: Residual) -> bool:
    """Whether a rule at `ask` refuses: certain, since the question leaves nothing open there."""
    return left.code.act in ACTS_OF_A_QUESTION and left.certain


def _per_class(folded: Folded, left: Residual) -> bool:
    """Whether a rule speaks of some data classes only: by a `data` clause, or by asking for the class."""
    if left.code.rule.classes:
        return True
    return "query's data-class" in _paths_of(folded, left.code.hit)


def _paths_of(folded: Folded, node: object) -> frozenset[str]:
    if isinstance(node, int):
        return frozenset(folded.law.atoms[node >> 2].reads())
    assert isinstance(node, tuple)
    return frozenset().union(*(_paths_of(folded, part) for part in node[1]))


def _closed_class(folded: Folded, name: str) -> tuple[Reason, ...]:
    """Why a class cannot be asked for: a rule at `ask`, or nothing of it can leave whatever the record says."""
    found: list[Reason] = []
    for index, view in enumerate(folded.views):
        seen = view.classes[name]
        found += [
            reason_of(folded, index, left.code) for left in seen.ask if _refuses(left) and _per_class(folded, left)
        ]
        found += _nothing_can_leave(folded, index, seen)
    return distinct(found)


def _nothing_can_leave(folded: Folded, index: int, seen: ClassView) -> list[Reason]:
    permitted = _possible(seen, Deed.PERMIT)
    if permitted & ~_certainly_forbidden(seen):
        return []
    standing = _certain_forbids(seen)
    whole = [left for left, mask in standing if mask == seen.all_mask]
    closing = whole or [left for left, mask in standing if mask & permitted]
    if closing:
        return [reason_of(folded, index, left.code) for left in closing]
    return [no_agreement(folded.law.vocabulary.class_fields(seen.data_class).phrase + " fields")]


def closing_reasons(folded: Folded, data_class: DataClass, fields: frozenset[str]) -> tuple[Reason, ...]:
    """The rules that certainly close any of the fields to this question, for anyone it is asked for."""
    covered = folded.law.vocabulary.class_fields(data_class)
    wanted = union(covered.bits[name] for name in fields if name in covered.bits)
    return distinct(
        reason_of(folded, index, left.code)
        for index, view in enumerate(folded.views)
        for left, mask in _certain_forbids(class_view(view, data_class))
        if mask & wanted
    )


def _possible(seen: ClassView, deed: Deed) -> int:
    return union(
        left.mask for left in seen.release if left.code.deed is deed and (left.code.level or deed is Deed.MATCH)
    )


def _certain_forbids(seen: ClassView) -> list[tuple[Residual, int]]:
    """Forbids and caps to nothing that count whatever the record says, less what a conflict might suspend."""
    found = []
    for left in seen.release:
        shuts = left.code.deed is Deed.FORBID or (left.code.deed is Deed.CAP and left.code.level == Level.NOTHING)
        if shuts and left.certain:
            found.append((left, left.mask & ~_maybe_suspended(seen, left.code.index)))
    return [(left, mask) for left, mask in found if mask]


def _maybe_suspended(seen: ClassView, index: int) -> int:
    return union(
        left.mask for left in seen.release if left.code.deed is Deed.CONFLICT and index in left.code.suspends
    )


def _certainly_forbidden(seen: ClassView) -> int:
    return union(mask for _, mask in _certain_forbids(seen))


def _query_duties(folded: Folded, *, refused: bool) -> tuple[Duty, ...]:
    """Duties of the question: all of `ask`, and those of `release` owed on any outcome that need no record."""
    found: list[Duty] = []
    for name in folded.facts.data_classes:
        owed = [duty for view in folded.views for duty in _owed_by_class(view, name, refused=refused)]
        found += defer_notices(owed, deferrals_of(folded, name))
    return distinct_duties(found)


def _owed_by_class(view: View, name: str, *, refused: bool) -> Iterator[Duty]:
    """What the question owes over one data class in one standpoint."""
    seen = view.classes[name]
    for left in (*seen.ask, *(left for left in seen.release if left.certain)):
        at_ask = left in seen.ask
        for spec in left.code.rule.duties:
            owed = _owed_at_ask(spec.on, refused) if at_ask else _of_the_question(spec.on)
            if owed and spec.kind != "label":
                yield make_duty(left.code, spec, view.facts.calendar, certain=left.sure == ALWAYS)


def _owed_at_ask(on: str | None, refused: bool) -> bool:
    return not (on == "refusal" and not refused) and not (on == "release" and refused)


def _of_the_question(on: str | None) -> bool:
    """Duties of release rules that the question owes by itself; all others are owed per record."""
    return on == "any-outcome"
