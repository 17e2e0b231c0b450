"""Deciding a record: a pass over bit masks, field by field, the stricter of all standpoints.

Records of one question whose rule-relevant attributes are equal share one decision. Concealed records are never
remembered, so that nothing about them lives longer than their own decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import NounError
from comity.law import ast
from comity.law.atoms import FactValue, FieldFlags, FlagAtom
from comity.law.code import mask_of_node
from comity.law.compiled import ACTS_OF_A_QUESTION, Law, RuleCode
from comity.law.duty import citation_of, falls_due, make_duty
from comity.law.facts import RECORD_READERS
from comity.law.fold import MOST_REMEMBERED, ClassView, Folded, Residual, View, literal_values
from comity.law.levels import Weighed, partition, weigh
from comity.law.reasons import SEALED, distinct, distinct_duties, no_agreement, reason_of
from comity.law.vocabulary import ClassFields
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason, RecordDecision
from comity.model.record import FieldValue, PersonInRecord, Record

CONVICTIONS = "subject's convictions"
PUBLIC = "field is public"
CONFLICT_ROLE = "agency-head"  # an election is a signed choice of the agency

Counted = tuple[Residual, int, int]  # a rule, the fields on which it counts, those on which it is certainly true


def decide_record(folded: Folded, record: Record, person_key: str) -> RecordDecision:
    """What may leave of one person's view of one record.

    Raises NounError for a class not asked for, an unknown person, or a field its class does not have.
    """
    name = str(record.data_class)
    reads = folded.reads.get(name)
    if reads is None:
        raise NounError(f"`{name}` was not asked for in this question")
    fields = folded.law.vocabulary.class_fields(name)
    person = record.get_person(person_key)
    public = _public_masks(record, person, fields)
    if record.state.sealed is True:
        return _sealed(fields)
    plain = tuple(_read(path, record, person) for path in reads)
    convictions = person.facts.convictions if CONVICTIONS in reads else None
    key = (name, public, plain, convictions)
    known = folded.memo.records.get(key)
    if known is not None:
        return known
    values = {path: value for path, value in zip(reads, plain, strict=True) if value is not None}
    if convictions is not None:
        listed = RECORD_READERS[CONVICTIONS](record, person)
        assert listed is not None
        values[CONVICTIONS] = listed
    decision = decide_values(folded, name, values, public)
    if not decision.concealed and len(folded.memo.records) < MOST_REMEMBERED:
        folded.memo.records[key] = decision
    return decision


def decide_values(
    folded: Folded, data_class: str, values: dict[str, FactValue], public: tuple[int, int]
) -> RecordDecision:
    """What may leave of a record of a class, from its facts by path; `public` the masks of known yes and no."""
    counted = tuple(_count(folded, view, view.classes[data_class], values, public) for view in folded.views)
    key = (
        data_class,
        tuple((index, mask, sure) for hits in counted for index, (_, mask, sure) in enumerate(hits)),
        tuple(left.code.index for hits in counted for left, _, _ in hits),
    )
    known = folded.memo.outcomes.get(key)
    if known is not None:
        return known
    decision = _combine(folded, data_class, counted)
    if not decision.concealed and len(folded.memo.outcomes) < MOST_REMEMBERED:
        folded.memo.outcomes[key] = decision
    return decision


def atom_masks(
    law: Law, indices: tuple[int, ...], facts: dict[str, FactValue], public: tuple[int, int]
) -> dict[int, int]:
    """The mask of every literal of some atoms: all fields or none, but for flags of fields."""
    masks: dict[int, int] = {}
    for index in indices:
        atom = law.atoms[index]
        base = 4 * index
        if isinstance(atom, FlagAtom) and atom.path == PUBLIC:
            yes, no = public
            masks[base], masks[base + 1], masks[base + 2], masks[base + 3] = yes, ~yes, ~no, no
        else:
            for offset, holds in enumerate(literal_values(atom.truth(facts))):
                masks[base + offset] = -1 if holds else 0
    return masks


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
        raise NounError(f"`{name}` is not a field of a {fields.phrase}; map it to a field of the class")
    return bit


def _public_masks(record: Record, person: PersonInRecord, fields: ClassFields) -> tuple[int, int]:
    """Fields all of whose values are flagged public, and fields with a value that is known not to be."""
    yes = no = unknown = 0
    values: tuple[FieldValue, ...] = person.fields + record.fields
    for value in values:
        bit = _bit(fields, value.name)
        if value.public is None:
            unknown |= bit
        elif value.public:
            yes |= bit
        else:
            no |= bit
    return yes & ~no & ~unknown, no


def _read(path: str, record: Record, person: PersonInRecord) -> FactValue | None:
    reader = RECORD_READERS.get(path)
    return reader(record, person) if reader is not None and path != CONVICTIONS else None


def _count(
    folded: Folded,
    view: View,
    seen: ClassView,
    values: dict[str, FactValue],
    public: tuple[int, int],
) -> tuple[Counted, ...]:
    """The rules that count on this record in one standpoint, those that refuse the whole question included."""
    facts = {**view.facts, **values} if seen.atoms else {}
    masks = atom_masks(folded.law, seen.atoms, facts, public)
    found = [
        (left, seen.all_mask, seen.all_mask)
        for left in seen.ask
        if left.code.act in ACTS_OF_A_QUESTION and left.certain
    ]
    for left in seen.release:
        mask = left.mask & mask_of_node(left.hit, masks)
        if mask:
            found.append((left, mask, mask & mask_of_node(left.sure, masks)))
    return tuple(found)


def _combine(folded: Folded, data_class: str, counted: tuple[tuple[Counted, ...], ...]) -> RecordDecision:
    weighed = tuple(
        weigh([(left.code, mask) for left, mask, _ in hits], view.elections)
        for view, hits in zip(folded.views, counted, strict=True)
    )
    fields = folded.law.vocabulary.class_fields(data_class)
    concealed = any(one.concealed for one in weighed)
    decided = _decide_fields(folded, weighed, fields, concealed)
    released = any(one.level is not Level.NOTHING and not one.held for one in decided)
    held = sum(fields.bits[one.field] for one in decided if one.held)
    return RecordDecision(
        fields=decided,
        holds=_holds(folded.law, weighed, held),
        duties=_duties(folded, counted, released),
        labels=_labels(counted, released),
        concealed=concealed,
    )


def _decide_fields(
    folded: Folded, weighed: tuple[Weighed, ...], fields: ClassFields, concealed: bool
) -> tuple[FieldDecision, ...]:
    """Every field in bit order. Fields that every rule treats alike are decided once."""
    masks = {mask for one in weighed for mask in one.masks()}
    by_bit: dict[int, Verdict] = {}
    for group in partition(fields.all_mask, masks):
        verdict = _decide_group(folded, weighed, group & -group, concealed)
        while group:  # ends: one bit is taken at a time
            by_bit[group & -group] = verdict
            group &= group - 1
    return tuple(
        FieldDecision(
            field=name,
            level=verdict.level,
            held=verdict.held,
            match_only=verdict.match_only,
            reasons=verdict.reasons,
        )
        for name in fields.names
        for verdict in (by_bit[fields.bits[name]],)
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What holds of every field of a group."""

    level: Level
    held: bool
    match_only: bool
    reasons: tuple[Reason, ...]


def _decide_group(folded: Folded, weighed: tuple[Weighed, ...], bit: int, concealed: bool) -> Verdict:
    """One field, standing for all of its group, in every standpoint's stricter sense."""
    levels = [one.level_of(bit) for one in weighed]
    lowest = min(levels)
    held = lowest is not Level.NOTHING and any(one.held & bit for one in weighed)
    level = Level.NOTHING if concealed and not held else lowest
    matched = all((one.match | one.reach[1]) & bit for one in weighed) and level is Level.NOTHING
    reasons = [
        reason
        for index, one in enumerate(weighed)
        if (one.held & bit if held else levels[index] == lowest)
        for reason in _reasons(folded, index, one, bit, held)
    ]
    return Verdict(level, held, matched and not concealed, distinct(reasons))


def _reasons(folded: Folded, index: int, weighed: Weighed, bit: int, held: bool) -> list[Reason]:
    """The rules that decided one field in one standpoint."""
    codes = _deciding(weighed, bit, held)
    if not codes:
        return [no_agreement("this field")]
    return [reason_of(folded, index, code) for code in codes]


def _deciding(weighed: Weighed, bit: int, held: bool) -> list[RuleCode]:
    if held:
        return [code for code, mask in weighed.holds if mask & bit]
    level = weighed.level_of(bit)
    if level is Level.NOTHING:
        forbids = [code for code, mask in weighed.forbids if mask & bit]
        if forbids:
            return forbids
    if weighed.permitted[level + 1 if level < Level.FULL else level] & bit and level < Level.FULL:
        return [code for code, mask in weighed.caps if mask & bit and code.level == level]
    return [code for code, mask in weighed.permits if mask & bit and code.level == level]


def _holds(law: Law, weighed: tuple[Weighed, ...], held: int) -> tuple[Hold, ...]:
    """The holds on fields that are held in the end, each once."""
    found: dict[str, Hold] = {}
    for one in weighed:
        for code, mask in one.holds:
            if mask & held:
                found.setdefault(code.id, make_hold(law, code))
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
        what=str(effect.text) if isinstance(effect, ast.HoldAttest) else str(code.rule.title),
        role=str(effect.role),
        within=str(effect.within) if effect.within is not None else "",
        citation=citation_of(code),
    )


def _duties(folded: Folded, counted: tuple[tuple[Counted, ...], ...], released: bool) -> tuple[Duty, ...]:
    """Duties of release rules owed for this record; those the question owes by itself are left to it."""
    calendar = folded.facts.calendar
    return distinct_duties(
        make_duty(left.code, spec, calendar, certain=bool(sure), released=released)
        for hits in counted
        for left, _, sure in hits
        if "release" in left.code.rule.points
        for spec in left.code.rule.duties
        if spec.kind != "label" and falls_due(spec, released=released)
        if not (left.certain and spec.on == "any-outcome")
    )


def _labels(counted: tuple[tuple[Counted, ...], ...], released: bool) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            str(spec.text or spec.what or "")
            for hits in counted
            for left, _, _ in hits
            for spec in left.code.rule.duties
            if spec.kind == "label" and falls_due(spec, released=released)
        )
    )


def _sealed(fields: ClassFields) -> RecordDecision:
    return RecordDecision(
        fields=tuple(FieldDecision(field=name, level=Level.NOTHING, reasons=(SEALED,)) for name in fields.names),
        concealed=True,
    )
