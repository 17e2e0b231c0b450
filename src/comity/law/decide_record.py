"""Deciding a record: a pass over bit masks, field by field, the stricter of all standpoints.

Records of one question whose rule-relevant attributes are equal share one decision. Concealed records are never
remembered, so that nothing about them lives longer than their own decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from comity.errors import NounError
from comity.law import ast
from comity.law.atoms import FactValue, FieldFlags
from comity.law.columns import Fresh
from comity.law.compiled import Law, RuleCode
from comity.law.duty import citation_of, falls_due, make_duty
from comity.law.fold import MOST_REMEMBERED, Folded
from comity.law.levels import union, weigh
from comity.law.reasons import SEALED, distinct, distinct_duties, no_agreement, reason_of
from comity.law.rows import Owed, Part, Sheet, Unit, Verdict
from comity.law.sheet import sheet_of
from comity.law.vocabulary import ClassFields
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason, RecordDecision
from comity.model.record import PersonInRecord, Record

NOTHING = Level.NOTHING
K = TypeVar("K")
V = TypeVar("V")
CONFLICT_ROLE = "agency-head"  # an election is a signed choice of the agency


def decide_record(folded: Folded, record: Record, person_key: str) -> RecordDecision:
    """What may leave of one person's view of one record.

    Raises NounError for a class not asked for, an unknown person, or a field its class does not have.
    """
    sheet = folded.memo.sheets.get(record.data_class) or sheet_of(folded, str(record.data_class))
    person = record.get_person(person_key)
    names = sheet.bits_by_name
    for value in person.fields:
        if value.name not in names:
            raise _foreign_field(sheet.fields, value.name)
    for value in record.fields:
        if value.name not in names:
            raise _foreign_field(sheet.fields, value.name)
    if record.state.sealed is True:
        return _sealed(sheet.fields)
    fresh: list[Fresh] = []
    marks = sheet.bits.marks(record, person, fresh)
    if sheet.flagged:
        decision = _decide_flagged(folded, sheet, marks, _public_masks(record, person, names))
    else:
        counting = sheet.bits.counting(marks)
        decision = sheet.met.decided.get(counting) or _decide_anew(folded, sheet, counting, ())
    if fresh and not decision.concealed:
        for known, met, found in fresh:
            if len(known) < MOST_REMEMBERED:
                known[met] = found
    return decision


def _keep(known: dict[K, V], key: K, value: V) -> None:
    """Remember for the length of the question; what is full learns no more."""
    if len(known) < MOST_REMEMBERED:
        known[key] = value


def decide_values(
    folded: Folded, data_class: str, values: dict[str, FactValue], public: tuple[int, int]
) -> RecordDecision:
    """What may leave of a record of a class, from its facts by path; `public` the masks of known yes and no."""
    sheet = sheet_of(folded, data_class)
    marks = sheet.bits.marks_of(values)
    if sheet.flagged:
        return _decide_flagged(folded, sheet, marks, public)
    counting = sheet.bits.counting(marks)
    return sheet.met.decided.get(counting) or _decide_anew(folded, sheet, counting, ())


def flag_masks(flags: FieldFlags, fields: ClassFields) -> tuple[int, int]:
    """Per-field flags as masks of known yes and known no. Raises NounError for a field the class lacks."""
    yes = no = 0
    for name in flags.yes:
        yes |= _bit(fields, name)
    for name in flags.no:
        no |= _bit(fields, name)
    return yes, no


def _bit(fields: ClassFields, name: str) -> int:
    bit = fields.bits.get(name)
    if bit is None:
        raise _foreign_field(fields, name)
    return bit


def _foreign_field(fields: ClassFields, name: str) -> NounError:
    return NounError(f"`{name}` is not a field of a {fields.phrase}; map it to a field of the class")


def _public_masks(record: Record, person: PersonInRecord, bits: Mapping[str, int]) -> tuple[int, int]:
    """Fields all of whose values are flagged public, and fields with a value that is known not to be."""
    yes = no = unknown = 0
    for value in person.fields + record.fields:
        if value.public is None:
            unknown |= bits[value.name]
        elif value.public:
            yes |= bits[value.name]
        else:
            no |= bits[value.name]
    return yes & ~no & ~unknown, no


def _decide_flagged(folded: Folded, sheet: Sheet, marks: int, public: tuple[int, int]) -> RecordDecision:
    """A record's decision from its marks where it bears on some fields whether they are public themselves."""
    flagged = sheet.met.flagged
    known = flagged.get((marks, public))
    if known is None:
        counted = _count(sheet, marks, public)
        known = sheet.met.decided.get(counted) or _decide_anew(folded, sheet, *counted)
        if not known.concealed:
            _keep(flagged, (marks, public), known)
    return known


def _decide_anew(folded: Folded, sheet: Sheet, counting: int, each: tuple[int, ...]) -> RecordDecision:
    """The decision of a record on which other rules count than on those met before."""
    if counting & sheet.conceals:
        return _conceal(folded, sheet, counting, each)
    decision = _combine(folded, sheet, counting, each)
    _keep(sheet.met.decided, (counting, each) if sheet.flagged else counting, decision)
    return decision


def _count(sheet: Sheet, marks: int, public: tuple[int, int]) -> tuple[int, tuple[int, ...]]:
    """The rows that count on some field, and those that count on each flagged field."""
    rows = sheet.bits
    unknown = rows.counting(marks | rows.public[0])
    yes, no = rows.counting(marks | rows.public[1]), rows.counting(marks | rows.public[2])
    are, are_not = public
    each = tuple(
        (yes if unit.bit & are else no if unit.bit & are_not else unknown) & unit.cover for unit in sheet.flagged
    )
    return union(each) | unknown & ~rows.flagged, each


def _combine(folded: Folded, sheet: Sheet, counting: int, each: tuple[int, ...]) -> RecordDecision:
    """The decisions of all units, and what follows for the record as a whole. All of it is kept with the question."""
    fields: list[FieldDecision] = []
    told = 0
    for cover, known, units in sheet.groups:
        rows = counting & cover
        part = known.get(rows) or _group_met(folded, sheet, known, units, rows)
        fields += part[0]
        told |= part[1]
    for unit, rows in zip(sheet.flagged, each, strict=True) if each else ():
        part = unit.known.get(rows) or _part(folded, sheet, unit, unit.known, rows)
        fields += part[0]
        told |= part[1]
    met, released = sheet.met, sheet.released
    owing = counting & sheet.dutiful | told & released
    owed = met.owed.get(owing)
    if owed is None:
        owed = _owed(folded, sheet, owing, met.duties)
        _keep(met.owed, owing, owed)
    holding = told & ~released
    return RecordDecision(
        fields=sheet.arrange(fields),
        holds=(met.holds.get(holding) or _holds_met(folded.law, sheet, holding)) if holding else (),
        duties=owed[0],
        labels=owed[1],
    )


def _conceal(folded: Folded, sheet: Sheet, counting: int, each: tuple[int, ...]) -> RecordDecision:
    """The same for a concealed record: nothing about it is looked up and nothing kept."""
    fields: list[FieldDecision] = []
    told = 0
    units = [unit for _, _, together in sheet.groups for unit in together]
    keys = (*(counting & unit.cover for unit in units), *each)
    for unit, rows in zip((*units, *sheet.flagged), keys, strict=True):
        verdict, holding = _weigh_unit(sheet, rows, concealed=True)
        fields += _decisions(unit, verdict, _reasons(folded, sheet, verdict[3]))
        told |= holding
    duties, labels = _owed(folded, sheet, counting & sheet.dutiful | told & sheet.released, {})
    return RecordDecision(
        fields=sheet.arrange(fields),
        holds=_holds(folded.law, sheet, told & ~sheet.released, {}),
        duties=duties,
        labels=labels,
        concealed=True,
    )


def _group_met(
    folded: Folded, sheet: Sheet, known: dict[int, Part], units: tuple[Unit, ...], counting: int
) -> Part:
    """The decisions of units that are kept together, for rows that were not met before. They are kept in `known`."""
    if len(units) == 1:
        return _part(folded, sheet, units[0], known, counting)
    fields: list[FieldDecision] = []
    told = 0
    for unit in units:
        rows = counting & unit.cover
        part = unit.known.get(rows) or _part(folded, sheet, unit, unit.known, rows)
        fields += part[0]
        told |= part[1]
    part = tuple(fields), told
    _keep(known, counting, part)
    return part


def _part(folded: Folded, sheet: Sheet, unit: Unit, known: dict[int, Part], counting: int) -> Part:
    """The decisions of a unit, kept in `known`; what is said by a verdict is kept too."""
    verdict, told = _weigh_unit(sheet, counting, concealed=False)
    said = unit.said.get(verdict)
    if said is None:
        because = verdict[3]
        reasons = sheet.met.reasons.get(because)
        if reasons is None:
            reasons = _reasons(folded, sheet, because)
            _keep(sheet.met.reasons, because, reasons)
        said = _decisions(unit, verdict, reasons)
        _keep(unit.said, verdict, said)
    part = said, told
    _keep(known, counting, part)
    return part


def _weigh_unit(sheet: Sheet, counting: int, *, concealed: bool) -> tuple[Verdict, int]:
    """One field, standing for all of its unit, in every standpoint's stricter sense; and what the record is told.

    That is what holds it back in each standpoint, or the bit of `Sheet.released` where it is released.
    """
    (first, alike), *others = sheet.deeds
    lowest, deciding, holding, match = weigh(counting, first)
    because, holding = (deciding or sheet.nobody) * alike, holding * alike
    for deeds, alike in others:
        level, deciding, more, also = weigh(counting, deeds)
        if level < lowest:
            lowest, because = level, (deciding or sheet.nobody) * alike
        elif level == lowest:
            because |= (deciding or sheet.nobody) * alike
        holding |= more * alike
        match = match and also
    if lowest and holding:
        return (lowest, True, False, holding), holding
    given = NOTHING if concealed else lowest
    return (given, False, match and not given and not concealed, because), sheet.released if given else 0


def _decisions(unit: Unit, verdict: Verdict, reasons: tuple[Reason, ...]) -> tuple[FieldDecision, ...]:
    level, held, match_only, _ = verdict
    return tuple(
        [
            FieldDecision(field=name, level=level, held=held, match_only=match_only, reasons=reasons)
            for name in unit.names
        ]
    )


def _reasons(folded: Folded, sheet: Sheet, because: int) -> tuple[Reason, ...]:
    """The rules that decided a field, in every standpoint that has its level; or that it is nowhere permitted."""
    return distinct(
        [
            no_agreement("this field") if code is None else reason_of(folded, view, code)
            for _, _, view, code in sheet.told(because)
        ]
    )


def _holds_met(law: Law, sheet: Sheet, holding: int) -> tuple[Hold, ...]:
    """The holds of rows, as met before or made now."""
    found = sheet.met.holds.get(holding)
    if found is None:
        found = _holds(law, sheet, holding, sheet.met.hold)
        _keep(sheet.met.holds, holding, found)
    return found


def _holds(law: Law, sheet: Sheet, holding: int, known: dict[int, Hold]) -> tuple[Hold, ...]:
    """The holds on fields that are held in the end, each once: in every standpoint hold rules, then conflicts.

    `known` is added to.
    """
    found: dict[str, Hold] = {}
    for _, bit, _, code in sheet.told(holding):
        if code is not None and code.id not in found:
            if bit not in known:
                known[bit] = make_hold(law, code)
            found[code.id] = known[bit]
    return tuple(found.values())


def make_hold(law: Law, code: RuleCode) -> Hold:
    """What a person must decide, from a hold or conflict rule."""
    effect = code.rule.effect
    if isinstance(effect, ast.Conflict):
        names = [f"{ref.pack or code.source.name}/{ref.rule}" for ref in (effect.first, effect.second)]
        cited = {other.id: citation_of(other) for other in law.codes if other.id in names}
        citation = "; ".join([citation_of(code), *(cited[name] for name in names if name in cited)])
        return Hold(
            kind="conflict",
            rule=code.id,
            what=" against ".join(names),
            role=CONFLICT_ROLE,
            within="",
            citation=citation,
        )
    assert isinstance(effect, (ast.HoldReview, ast.HoldAttest))
    attested = isinstance(effect, ast.HoldAttest)
    return Hold(
        kind="attestation" if attested else "review",
        rule=code.id,
        what=str(effect.text) if isinstance(effect, ast.HoldAttest) else str(code.rule.told or code.rule.title),
        role=str(effect.role),
        within=str(effect.within) if effect.within is not None else "",
        citation=citation_of(code),
    )


def _owed(folded: Folded, sheet: Sheet, owing: int, known: dict[int, Owed]) -> Owed:
    """What the rules that owe duties or labels owe for this record, each rule once. `known` is added to.

    Above all rows stands the bit of `Sheet.released`. Duties that the question owes by itself are left to it.
    """
    duties: list[Duty] = []
    labels: list[str] = []
    for bit, before, turning, told in sheet.owing:
        if owing & bit and not owing & before:
            owed = known.get(owing & turning)
            if owed is None:
                owed = known[owing & turning] = _owed_by(folded, sheet, told, owing)
            duties += owed[0]
            labels += owed[1]
    return tuple(duties), tuple(dict.fromkeys(labels))


def _owed_by(folded: Folded, sheet: Sheet, told: Sequence[tuple[int, int, int]], owing: int) -> Owed:
    """What one rule owes for an outcome, less what the question owes by it from some standpoint."""
    released = bool(owing & sheet.released)
    duties: list[Duty] = []
    labels: list[str] = []
    for at, bit, sure in told:
        if not owing & bit:
            continue
        code = sheet.rows[at].code
        for spec in code.rule.duties:
            if not falls_due(spec, released=released):
                continue
            if spec.kind == "label":
                labels.append(str(spec.text or spec.what or ""))
            elif "release" in code.rule.points and not (code.index in sheet.always and spec.on == "any-outcome"):
                calendar = folded.facts.calendar
                duties.append(make_duty(code, spec, calendar, certain=bool(owing & sure), released=released))
    return distinct_duties(duties), tuple(labels)


def _sealed(fields: ClassFields) -> RecordDecision:
    return RecordDecision(
        fields=tuple(FieldDecision(field=name, level=Level.NOTHING, reasons=(SEALED,)) for name in fields.names),
        concealed=True,
    )
