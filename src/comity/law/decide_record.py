"""Deciding a record: a pass over bit masks, field by field, the stricter of all standpoints.

Records of one question whose rule-relevant attributes are equal share one decision. Concealed records are never
remembered, so that nothing about them lives longer than their own decision.
"""

from __future__ import annotations

from comity.errors import NounError
from comity.law import ast
from comity.law.atoms import FactValue, FieldFlags
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.duty import citation_of, falls_due, make_duty
from comity.law.facts import RECORD_READERS
from comity.law.fold import MOST_REMEMBERED, Folded
from comity.law.levels import Weighed, union, weigh
from comity.law.reasons import SEALED, distinct, distinct_duties, no_agreement, reason_of
from comity.law.rows import Fresh, Owed, Part, Row, Sheet, Unit
from comity.law.sheet import sheet_of
from comity.law.vocabulary import ClassFields
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason, RecordDecision
from comity.model.record import FieldValue, PersonInRecord, Record

CONFLICT_ROLE = "agency-head"  # an election is a signed choice of the agency


def decide_record(folded: Folded, record: Record, person_key: str) -> RecordDecision:
    """What may leave of one person's view of one record.

    Raises NounError for a class not asked for, an unknown person, or a field its class does not have.
    """
    name = str(record.data_class)
    sheet = sheet_of(folded, name)
    person = record.get_person(person_key)
    public = _public_masks(record, person, sheet)
    if record.state.sealed is True:
        return _sealed(sheet.fields)
    plain = sheet.plain_of(record, person)
    key = (name, public, plain)
    known = folded.memo.records.get(key)
    if known is not None:
        return known
    fresh: tuple[Fresh, ...] = ()
    marks = sheet.bits.marks_known(plain)
    if marks is None:
        marks, fresh = sheet.bits.marks_met(plain, lambda paths: _facts_read(paths, record, person))
    decision = _decide(folded, sheet, marks, public)
    if not decision.concealed and len(folded.memo.records) < MOST_REMEMBERED:
        folded.memo.records[key] = decision
        for column, value, found in fresh:
            column.known[value] = found
    return decision


def decide_values(
    folded: Folded, data_class: str, values: dict[str, FactValue], public: tuple[int, int]
) -> RecordDecision:
    """What may leave of a record of a class, from its facts by path; `public` the masks of known yes and no."""
    sheet = sheet_of(folded, data_class)
    return _decide(folded, sheet, sheet.bits.marks_of(values), public)


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


def _public_masks(record: Record, person: PersonInRecord, sheet: Sheet) -> tuple[int, int]:
    """Fields all of whose values are flagged public, and fields with a value that is known not to be.

    None of either where no rule turns on it. Raises NounError for a field the class lacks.
    """
    bits = sheet.fields.bits
    yes = no = unknown = 0
    values: tuple[FieldValue, ...] = person.fields + record.fields
    for value in values:
        bit = bits.get(value.name)
        if bit is None:
            raise _foreign_field(sheet.fields, value.name)
        if value.public is None:
            unknown |= bit
        elif value.public:
            yes |= bit
        else:
            no |= bit
    return (yes & ~no & ~unknown, no) if sheet.flagged else (0, 0)


def _facts_read(paths: tuple[str, ...], record: Record, person: PersonInRecord) -> dict[str, FactValue]:
    """The known facts of a record at some paths. Whether a field is public is not among them: `_public_masks`."""
    found = {}
    for path in paths:
        reader = RECORD_READERS.get(path)
        value = reader(record, person) if reader is not None else None
        if value is not None:
            found[path] = value
    return found


def _decide(folded: Folded, sheet: Sheet, marks: int, public: tuple[int, int]) -> RecordDecision:
    """A record's decision follows from the rules that count on its fields alone."""
    counting, each = _count(sheet, marks, public)
    key = (sheet.data_class, counting, each)
    known = folded.memo.outcomes.get(key)
    if known is not None:
        return known
    decision = _combine(folded, sheet, counting, each)
    if not decision.concealed and len(folded.memo.outcomes) < MOST_REMEMBERED:
        folded.memo.outcomes[key] = decision
    return decision


def _count(sheet: Sheet, marks: int, public: tuple[int, int]) -> tuple[int, tuple[int, ...]]:
    """The rows that count on some field, and those that count on each flagged field."""
    rows = sheet.bits
    unknown = rows.counting(marks | rows.public[0])
    if not sheet.flagged:
        return unknown, ()
    yes, no = rows.counting(marks | rows.public[1]), rows.counting(marks | rows.public[2])
    are, are_not = public
    each = tuple(
        (yes if unit.bit & are else no if unit.bit & are_not else unknown) & unit.cover for unit in sheet.flagged
    )
    return union(each) | unknown & ~rows.flagged, each


def _combine(folded: Folded, sheet: Sheet, counting: int, each: tuple[int, ...]) -> RecordDecision:
    """The decisions of all units, and what follows for the record as a whole."""
    concealed = bool(counting & sheet.conceals)
    fields: list[FieldDecision] = []
    released, holding = False, 0
    for decided, is_released, holds in _parts(folded, sheet, counting, each, concealed):
        fields += decided
        released |= is_released
        holding |= holds
    duties, labels = _owed_and_kept(folded, sheet, (counting & sheet.dutiful, released), concealed)
    return RecordDecision(
        fields=sheet.arrange(fields),
        holds=_holds_and_kept(folded.law, sheet, holding, concealed),
        duties=duties,
        labels=labels,
        concealed=concealed,
    )


def _owed_and_kept(folded: Folded, sheet: Sheet, key: tuple[int, bool], concealed: bool) -> Owed:
    """What is owed by rows, for an outcome. Of a concealed record nothing is looked up and nothing kept."""
    if concealed:
        return _owed(folded, sheet, *key, {})
    found = sheet.owed.get(key)
    if found is None:
        found = _owed(folded, sheet, *key, sheet.duties)
        if len(sheet.owed) < MOST_REMEMBERED:
            sheet.owed[key] = found
    return found


def _holds_and_kept(law: Law, sheet: Sheet, holding: int, concealed: bool) -> tuple[Hold, ...]:
    """The holds of rows. Of a concealed record nothing is looked up and nothing kept."""
    if concealed or not holding:
        return _holds(law, sheet, holding)
    found = sheet.holds.get(holding)
    if found is None:
        found = _holds(law, sheet, holding)
        if len(sheet.holds) < MOST_REMEMBERED:
            sheet.holds[holding] = found
    return found


def _parts(folded: Folded, sheet: Sheet, counting: int, each: tuple[int, ...], concealed: bool) -> list[Part]:
    """The decisions of all units. Of a concealed record nothing is looked up and nothing kept."""
    if not concealed:
        met = [unit.known.get(counting & unit.cover) for unit in sheet.units]
        met += [unit.known.get(rows) for unit, rows in zip(sheet.flagged, each, strict=True)]
        parts = [part for part in met if part is not None]
        if len(parts) == len(met):
            return parts
    parts = []
    keys = (*(counting & unit.cover for unit in sheet.units), *each)
    for unit, rows in zip(sheet.units + sheet.flagged, keys, strict=True):
        part = None if concealed else unit.known.get(rows)
        if part is None:
            part = _decide_unit(folded, sheet, unit, rows, concealed=concealed)
            if not concealed and len(unit.known) < MOST_REMEMBERED:
                unit.known[rows] = part
        parts.append(part)
    return parts


def _decide_unit(folded: Folded, sheet: Sheet, unit: Unit, counting: int, *, concealed: bool) -> Part:
    """One field, standing for all of its unit, in every standpoint's stricter sense."""
    rows = [(1 << at, row) for at, row in enumerate(sheet.rows) if counting >> at & 1]
    by_view: list[list[RuleCode]] = [[] for _ in folded.views]
    for _, row in rows:
        by_view[row.view].append(row.code)
    weighed = [weigh(codes, view.elections) for codes, view in zip(by_view, folded.views, strict=True)]
    lowest = min([one.level for one in weighed])
    held = lowest is not Level.NOTHING and any(one.holding for one in weighed)
    level = Level.NOTHING if concealed and not held else lowest
    match_only = level is Level.NOTHING and not concealed and all(one.match for one in weighed)
    reasons = _reasons(folded, weighed, None if held else lowest)
    decided = tuple(
        FieldDecision(field=name, level=level, held=held, match_only=match_only, reasons=reasons)
        for name in unit.names
    )
    holding = union([bit for bit, row in rows if row.code in weighed[row.view].holding]) if held else 0
    return decided, level is not Level.NOTHING and not held, holding


def _reasons(folded: Folded, weighed: list[Weighed], lowest: Level | None) -> tuple[Reason, ...]:
    """The rules that decided a field, in the standpoints that have the lowest level; None when it is held."""
    found: list[Reason] = []
    for index, one in enumerate(weighed):
        if lowest is None:
            found += [reason_of(folded, index, code) for code in one.holding]
        elif one.level == lowest:
            found += [reason_of(folded, index, code) for code in one.deciding] or [no_agreement("this field")]
    return distinct(found)


def _holds(law: Law, sheet: Sheet, holding: int) -> tuple[Hold, ...]:
    """The holds on fields that are held in the end, each once: in every standpoint hold rules, then conflicts."""
    rows = [row for at, row in enumerate(sheet.rows) if holding >> at & 1]
    rows.sort(key=lambda row: (row.view, row.code.deed is Deed.CONFLICT))
    codes = {row.code.id: row.code for row in reversed(rows)}  # the first of an id counts
    return tuple(make_hold(law, codes[name]) for name in dict.fromkeys(row.code.id for row in rows))


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
        what=str(effect.text) if isinstance(effect, ast.HoldAttest) else str(code.rule.title),
        role=str(effect.role),
        within=str(effect.within) if effect.within is not None else "",
        citation=citation_of(code),
    )


def _owed(
    folded: Folded, sheet: Sheet, counting: int, released: bool, kept: dict[tuple[int, bool, bool], Owed]
) -> Owed:
    """What the counting rules owe for this record: duties of release rules, and labels. `kept` is added to.

    Duties that the question owes by itself are left to it.
    """
    duties: list[Duty] = []
    labels: list[str] = []
    for at, row in enumerate(sheet.rows):
        if not counting >> at & 1:
            continue
        certain = bool(counting & sheet.sure[at])
        key = (at, certain, released)
        found = kept.get(key)
        if found is None:
            found = kept[key] = _owed_by(folded, sheet, row, certain=certain, released=released)
        duties += found[0]
        labels += found[1]
    return distinct_duties(duties), tuple(dict.fromkeys(labels))


def _owed_by(folded: Folded, sheet: Sheet, row: Row, *, certain: bool, released: bool) -> Owed:
    """What one rule that counts owes for an outcome, less what the question owes by it from some standpoint."""
    owed = [spec for spec in row.code.rule.duties if falls_due(spec, released=released)]
    duties = tuple(
        make_duty(row.code, spec, folded.facts.calendar, certain=certain, released=released)
        for spec in owed
        if spec.kind != "label" and "release" in row.code.rule.points
        if not (row.code.index in sheet.always and spec.on == "any-outcome")
    )
    return duties, tuple(str(spec.text or spec.what or "") for spec in owed if spec.kind == "label")


def _sealed(fields: ClassFields) -> RecordDecision:
    return RecordDecision(
        fields=tuple(FieldDecision(field=name, level=Level.NOTHING, reasons=(SEALED,)) for name in fields.names),
        concealed=True,
    )
