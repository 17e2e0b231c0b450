"""Reasons: one value per rule and standpoint, kept for questions that say the same to it, and the built-in ones."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from msgspec.structs import replace

from comity.law.atoms import FactValue
from comity.law.compiled import Law, RuleCode
from comity.law.explain import asker_reason, told_of
from comity.law.fold import Folded, applies_between
from comity.model.decision import Duty, Reason

MOST_WORDED = 4_096  # reasons of all rules, whatever questions say to them: a few megabytes

SEALED = Reason(
    rule="comity/SEALED",
    title="A sealed or expunged record is as if it were not there",
    citation="comity design, section 4, existence secrecy",
    status="verified",
    effect="forbid",
)


def no_agreement(what: str) -> Reason:
    """Why something without a permit stays closed: the same words whatever another question would yield."""
    return Reason(
        rule="comity/NO-AGREEMENT",
        title=f"no agreement in force gives {what} to the asking agency for this question",
        citation="comity design, section 4, where authority comes from",
        status="verified",
        effect="refuse",
        remedy="an agreement signed by the owner",
    )


def reason_of(folded: Folded, view_index: int, code: RuleCode) -> Reason:
    """The asker's reason for a rule, made at first need and kept with the question."""
    key = (view_index, code.index)
    found = folded.memo.reasons.get(key)
    if found is None:
        own, told = folded.views[view_index].facts, told_of(folded.law, code)
        seen = [own.values_by_path]
        if len(folded.views) > 1:
            others = [view.facts for view in folded.views if view.facts is not own]
            seen += [one.values_by_path for one in others if applies_between(code, one.standing)]
        if told.closed:
            said = tuple(tuple(map(facts.get, told.paths)) for facts in seen)
            found = _worded(folded.law, code, said)
        else:
            found = asker_reason(code, seen[0], folded.law, tuple(seen[1:]))
        folded.memo.reasons[key] = found
    return found


@lru_cache(maxsize=MOST_WORDED)
def _worded(law: Law, code: RuleCode, said: tuple[tuple[FactValue | None, ...], ...]) -> Reason:
    """A rule's reason by what a question says, in each standpoint, at the paths it turns on.

    Nothing of a record is among these, and no text of a question: both live no longer than their question.
    """
    facts, *others = (
        {path: value for path, value in zip(told_of(law, code).paths, one, strict=True) if value is not None}
        for one in said
    )
    return asker_reason(code, facts, law, tuple(others))


def distinct(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Each rule's reason once, in order; standpoints often share rules."""
    return tuple({(reason.rule, reason.title): reason for reason in reasons}.values())


def distinct_duties(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    """Each duty once; where standpoints or classes differ, the certain one, deferred only if it is so in all."""
    found: dict[tuple[object, ...], Duty] = {}
    for duty in duties:
        key = (duty.rule, duty.kind, duty.to, duty.report, duty.text, duty.after)
        found[key] = _stricter(found[key], duty) if key in found else duty
    return tuple(found.values())


def _stricter(one: Duty, other: Duty) -> Duty:
    certain = other if one.confirm and not other.confirm else one
    ends = [duty for duty in (one, other) if duty.deferred_until_ms is not None]
    if len(ends) < 2:
        return replace(certain, deferred_until_ms=None, deferred_by="") if ends else certain
    first = min(ends, key=lambda duty: duty.deferred_until_ms or 0)
    return replace(certain, deferred_until_ms=first.deferred_until_ms, deferred_by=first.deferred_by)
