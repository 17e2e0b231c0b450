"""The algebra of levels as formulas: what may leave of each field of a class, for one requester.

Written from DESIGN section 4, not from `levels`: permits reach up to a level, caps stop at one, a forbid that no true
conflict suspends closes, a hold keeps back, and what conceals the record closes everything that is not held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from comity.law import ast
from comity.law.analyse.encode import Encoder, View
from comity.law.analyse.ground import Given, Ground, Requester
from comity.law.analyse.logic import Formula, both, either, negate
from comity.law.calendar import add_span
from comity.law.compiled import ACTS_OF_A_QUESTION, Deed, Election, Law, RuleCode, Source
from comity.law.fold import applies_between, gives_its_class
from comity.law.levels import partition
from comity.model.codes import Level

HIDING = frozenset({Deed.FORBID, Deed.HOLD})
SEALED = "record is sealed"
LEVELS = (Level.POINTER, Level.MASKED, Level.FULL)


@dataclass(frozen=True, slots=True, eq=False)
class Counted:
    """A rule that may count on some fields of a class, and when it does."""

    code: RuleCode
    mask: int
    when: Formula


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """Fields that the same rules cover: `names`, those rules, and what may leave, from pointer to full.

    `level` is what is left before holds, `released` what leaves at once, `held` whether a person must decide first.
    """

    names: tuple[str, ...]
    rules: tuple[Counted, ...]
    level: tuple[Formula, Formula, Formula]
    released: tuple[Formula, Formula, Formula]
    held: Formula


@dataclass(frozen=True, slots=True, eq=False)
class ClassOutcome:
    """One class as one requester may see it. `asked` are the rules that refuse the question, `shut` that one does.

    `hidden`: a rule conceals the record; `sealed`: it is sealed, so nothing of it leaves.
    """

    data_class: str
    units: tuple[Unit, ...]
    asked: tuple[Counted, ...]
    shut: Formula
    hidden: Formula
    sealed: Formula

    def unit_of(self, field: str) -> Unit:
        """The unit a field stands in. Raises StopIteration for a field the class lacks."""
        return next(unit for unit in self.units if field in unit.names)


def class_outcome(ground: Ground, requester: Requester, given: Given, view: View, data_class: str) -> ClassOutcome:
    """The formulas of one class for one requester; `view` is the question about that class."""
    encoder = Encoder(ground.law.atoms, view)
    usable = _Usable(ground.law, requester, encoder)
    asked = tuple(counted_rules(ground.law, requester, encoder, "ask", usable))
    rules = tuple(counted_rules(ground.law, requester, encoder, "release", usable))
    refusing = tuple(one for one in asked if one.code.act in ACTS_OF_A_QUESTION and data_class in one.code.masks)
    rules = tuple(one for one in rules if data_class in one.code.masks)
    shut = either([one.when for one in refusing])
    hidden = either([one.when for one in rules if one.code.rule.conceal and one.code.deed in HIDING])
    sealed = view.known.get(SEALED) is True if view.is_settled(SEALED) else _is_sealed(view)
    choices = Choices(ground.law, encoder, any_election=given.any_election)
    fields = ground.law.vocabulary.class_fields(data_class)
    masked = [Counted(one.code, one.code.masks[data_class], one.when) for one in rules]
    units = []
    for group in partition(fields.all_mask, dict.fromkeys(one.mask for one in masked)):
        names = tuple(name for name in fields.names if fields.bits[name] & group)
        covering = tuple(one for one in masked if one.mask & group)
        units.append(_unit(names, covering, choices, shut=either((shut, sealed)), hidden=hidden))
    return ClassOutcome(data_class, tuple(units), refusing, shut, hidden, sealed)


def _is_sealed(view: View) -> Formula:
    if SEALED not in view.unknowns.cuts.groups:
        return False  # no rule asks; an example says nothing of it
    groups = view.unknowns.cuts.groups[SEALED]
    chosen = view.unknowns.choice(view.key_of(SEALED), SEALED)
    return either([one for group, one in zip(groups, chosen, strict=True) if True in group])


def _unit(
    names: tuple[str, ...], rules: tuple[Counted, ...], choices: Choices, *, shut: Formula, hidden: Formula
) -> Unit:
    """What may leave of fields under the rules that cover them. `shut`: nothing; `hidden`: only what is held."""
    by_deed: dict[Deed, list[Counted]] = {}
    for one in rules:
        by_deed.setdefault(one.code.deed, []).append(one)
    standing = either(
        [standing_when(one, rules, choices) for one in rules if one.code.deed in {Deed.FORBID, Deed.KEEP}]
    )
    kept = either([one.when for one in by_deed.get(Deed.HOLD, ())])
    kept = either([kept, *(choices.waits(one, rules) for one in by_deed.get(Deed.CONFLICT, ()))])
    level = []
    for least in LEVELS:
        permitted = either([one.when for one in by_deed.get(Deed.PERMIT, ()) if one.code.level >= least])
        capped = either([one.when for one in by_deed.get(Deed.CAP, ()) if one.code.level < least])
        level.append(both((permitted, negate(capped), negate(standing), negate(shut))))
    released = [both((one, negate(kept), negate(hidden))) for one in level]
    return Unit(names, rules, _three(level), _three(released), both((level[0], kept)))


def standing_when(forbid: Counted, rules: Sequence[Counted], choices: Choices) -> Formula:
    """When a forbid counts and no conflict suspends it on these fields."""
    suspending = [
        both((one.when, negate(choices.withheld(one.code))))
        for one in rules
        if one.code.deed is Deed.CONFLICT and forbid.code.index in one.code.suspends
    ]
    return both((forbid.when, negate(either(suspending))))


def _three(parts: list[Formula]) -> tuple[Formula, Formula, Formula]:
    first, second, third = parts
    return first, second, third


class _Usable:
    """When an agreement may be relied on: dated, and barred by no rule at `activate`."""

    def __init__(self, law: Law, requester: Requester, encoder: Encoder) -> None:
        self._law, self._requester, self._encoder = law, requester, encoder
        self._known: dict[int, Formula] = {}

    def of(self, source: Source) -> Formula:
        """When this agreement is active between the two."""
        found = self._known.get(id(source))
        if found is None:
            found = self._known[id(source)] = both((self._dated(source), negate(self._barred(source))))
        return found

    def _dated(self, source: Source) -> Formula:
        dates = source.agreement.dates if source.agreement is not None else None
        if dates is None or dates.first is None:
            return False
        return self._encoder.in_force(dates.first, dates.last)

    def _barred(self, source: Source) -> Formula:
        encoder = Encoder(self._law.atoms, self._encoder.view.having(source.terms))
        return either(
            [
                both((_in_force(code, encoder), encoder.node(code.hit)))
                for code in self._law.at_point.get("activate", ())
                if code.act == "activation"
                and applies_between(code, self._requester.standing)
                and (code.source.agreement is None or code.source is source)
                and gives_its_class(code, source.terms) is not False
            ]
        )


def counted_rules(
    law: Law, requester: Requester, encoder: Encoder, point: str, usable: _Usable | None = None
) -> Iterator[Counted]:
    """The rules at a point that may count for this requester, and when; their fields are left to the caller."""
    data_class = encoder.view.known.get("record's data-class")
    for code in law.at_point.get(point, ()):
        if not applies_between(code, requester.standing):
            continue
        if isinstance(data_class, str) and data_class not in code.masks:
            continue
        when = both((_in_force(code, encoder), encoder.node(code.hit)))
        if usable is not None and code.giver and code.deed in {Deed.PERMIT, Deed.MATCH}:
            when = both((when, usable.of(code.source)))
        if when is not False:
            yield Counted(code, -1, when)


def _in_force(code: RuleCode, encoder: Encoder) -> Formula:
    """When a rule, and the agreement it stands in, is in force."""
    spans = [code.rule.dates, code.source.agreement.dates if code.source.agreement is not None else None]
    return both([encoder.in_force(dates.first, dates.last) for dates in spans if dates is not None])


class Choices:
    """The elections that end conflicts: as they stand, by day, or all open."""

    def __init__(self, law: Law, encoder: Encoder, *, any_election: bool) -> None:
        self._any = any_election
        self._encoder = encoder
        self._terms: dict[str, list[tuple[Election, date, date]]] = {}
        for election in law.elections:
            days = election_days(law, election)
            if days is not None:
                self._terms.setdefault(election.conflict, []).append((election, *days))

    def withheld(self, conflict: RuleCode) -> Formula:
        """When `withhold` is chosen for a conflict."""
        return self._chosen(conflict.id, "withhold")

    def waits(self, conflict: Counted, rules: Sequence[Counted]) -> Formula:
        """When a conflict that is true keeps back the fields of a forbid it suspends."""
        taken = either([one.when for one in rules if one.code.index in conflict.code.suspends])
        sent = self._chosen(conflict.code.id, "send") if conflict.code.verified else False
        return both((conflict.when, taken, negate(self.withheld(conflict.code)), negate(sent)))

    def _chosen(self, conflict: str, choice: str) -> Formula:
        if self._any:
            return self._encoder.view.unknowns.election(conflict)[choice]
        chosen: Formula = False
        for election, first, last in self._terms.get(conflict, ()):  # of several that stand the last one counts
            stands = self._encoder.in_force(first, last)
            chosen = either((chosen, stands)) if election.choice == choice else both((chosen, negate(stands)))
        return chosen


def election_days(law: Law, election: Election) -> tuple[date, date] | None:
    """First and last day an election stands; None when a text it was signed over has changed."""
    for code in law.codes:
        effect = code.rule.effect
        if code.id != election.conflict or not isinstance(effect, ast.Conflict):
            continue
        names = {law.codes[index].id for index in code.suspends}
        texts = {value for name in names for value in law.hashes.get(name, ())}
        if election.hashes[0] in texts and election.hashes[1] in law.hashes.get(code.id, ()):
            return election.signed_on, add_span(election.signed_on, effect.valid)
        return None
    return None
