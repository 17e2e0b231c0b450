"""The sheet of a data class in one question: its rules as rows, its fields as units that rules treat alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from comity.errors import NounError
from comity.law.asked import paths_beside_record
from comity.law.atoms import FactValue
from comity.law.code import ALWAYS, atoms_of, join_all
from comity.law.compiled import ACTS_OF_A_QUESTION, Deed, Election, Law, Residual, RuleCode
from comity.law.facts import RECORD_READERS
from comity.law.fold import Folded, View
from comity.law.levels import Deeds, partition, sort_deeds, union
from comity.law.rows import Group, Met, Owing, Row, Rows, Sheet, Telling, Unit, lay_out
from comity.law.vocabulary import ClassFields
from comity.model.decision import FieldDecision

MOST_ROWS_OF_GROUP = 6  # measured: more rows are met in too many ways, fewer leave too many groups (bench/law.py)
MOST_SHEETS = 256  # kept empty for questions to come; questions of one kind leave the same rules of a class
HIDING = frozenset({Deed.FORBID, Deed.HOLD})
TOLD_LAST = frozenset({Deed.KEEP, Deed.CONFLICT})  # after the forbids and the holds they stand with


class Standpoint(NamedTuple):
    """What of a question's standpoint makes a sheet: the rules left, what else their tests read, and elections.

    `told` are facts of the question by path. Nothing of a record is among these.
    """

    ask: tuple[Residual, ...]
    release: tuple[Residual, ...]
    told: tuple[tuple[str, FactValue], ...]
    elections: tuple[tuple[str, Election], ...]


def sheet_of(folded: Folded, data_class: str) -> Sheet:
    """The sheet of a class, made at first need and kept with the question. Raises NounError for one not asked for."""
    found = folded.memo.sheets.get(data_class)
    if found is None:
        if data_class not in folded.facts.data_classes:
            raise NounError(f"`{data_class}` was not asked for in this question")
        standpoints = tuple(_standpoint(folded.law, view, data_class) for view in folded.views)
        empty = _sheet(folded.law, data_class, standpoints)
        found = folded.memo.sheets[data_class] = renewed(empty)
    return found


def _standpoint(law: Law, view: View, data_class: str) -> Standpoint:
    seen, facts = view.classes[data_class], view.facts.values_by_path
    beside = paths_beside_record(law)
    return Standpoint(
        seen.ask,
        seen.release,
        tuple([(path, value) for path in beside if (value := facts.get(path)) is not None]),
        tuple(view.elections.items()),
    )


def renewed(sheet: Sheet) -> Sheet:
    """The same sheet with nothing met."""
    return replace(
        sheet,
        bits=sheet.bits.renewed(),
        groups=tuple([(cover, {}, tuple([_renewed(unit) for unit in units])) for cover, _, units in sheet.groups]),
        flagged=tuple([_renewed(unit) for unit in sheet.flagged]),
        met=Met(),
    )


def _renewed(unit: Unit) -> Unit:
    return Unit(unit.cover, {}, {}, unit.names, unit.bit)


@lru_cache(maxsize=MOST_SHEETS)
def _sheet(law: Law, data_class: str, standpoints: tuple[Standpoint, ...]) -> Sheet:
    """The sheet of a class for all questions that leave the same rules. It stays as empty as it is made."""
    fields = law.vocabulary.class_fields(data_class)
    rules = _rule_rows(law, standpoints, fields)
    sure, certain = _certainty(rules)
    rows = (*rules, *certain)
    reads = {
        path
        for row in rules
        for index in atoms_of(row.hit) | atoms_of(row.sure)
        for path in law.atoms[index].reads()
    }
    bits = lay_out(
        rows, law.atoms, [dict(one.told) for one in standpoints], frozenset(reads) & RECORD_READERS.keys()
    )
    units, flagged = _units(fields, rows, bits, len(rules))
    always = union(1 << at for at, row in enumerate(rows) if row.hit == ALWAYS)
    groups = tuple(_groups(units, always))
    together = [unit for _, _, units in groups for unit in units]
    shift = len(rows) + 1
    released = 1 << shift * len(standpoints)
    return Sheet(
        data_class=data_class,
        fields=fields,
        bits_by_name=dict(fields.bits),
        rows=rules,
        bits=bits,
        owing=tuple(_owing(rules, sure, released)),
        always=frozenset(row.code.index for row in rules if row.hit == ALWAYS),
        deeds=_deeds(standpoints, rules, shift),
        telling=_telling(rules, shift, len(standpoints)),
        groups=groups,
        flagged=flagged,
        arrange=_arranger(fields, [name for unit in (*together, *flagged) for name in unit.names]),
        conceals=sum(1 << at for at, row in enumerate(rules) if row.code.rule.conceal and row.code.deed in HIDING),
        dutiful=sum(1 << at for at, row in enumerate(rows) if row.code.rule.duties),
        nobody=1 << len(rows),
        released=released,
        met=Met(),
    )


def _owing(rules: tuple[Row, ...], sure: tuple[int, ...], released: int) -> Iterator[Owing]:
    """The rows with duties or labels, in order, each with all rows of its rule."""
    of_rule: dict[str, list[tuple[int, int, int]]] = {}
    for at, row in enumerate(rules):
        if row.code.rule.duties:
            of_rule.setdefault(row.code.id, []).append((at, 1 << at, sure[at]))
    turning = {name: released | union(bit | certain for _, bit, certain in told) for name, told in of_rule.items()}
    for at, row in enumerate(rules):
        told = of_rule.get(row.code.id) if row.code.rule.duties else None
        if told is not None:
            before = union(bit for _, bit, _ in told if bit < 1 << at)
            yield 1 << at, before, turning[row.code.id], tuple(told)


def _deeds(
    standpoints: tuple[Standpoint, ...], rules: tuple[Row, ...], shift: int
) -> tuple[tuple[Deeds, int], ...]:
    """The rules of each standpoint by what they do; those of standpoints that have the same rules once."""
    alike: dict[Deeds, int] = {}
    for number, one in enumerate(standpoints):
        own = [(1 << at, row.code) for at, row in enumerate(rules) if number in row.views]
        deeds = sort_deeds(own, dict(one.elections))
        alike[deeds] = alike.get(deeds, 0) | 1 << number * shift
    return tuple(alike.items())


def _telling(rules: tuple[Row, ...], shift: int, views: int) -> dict[int, Telling]:
    """Whatever may be a reason or a hold, by its bit, with its place in the order of telling.

    The highest bit of a standpoint says that it permits nothing, which no rule says.
    """
    told: list[tuple[int, int, RuleCode | None]] = []
    for number in range(views):
        own = [(at, row.code) for at, row in enumerate(rules) if number in row.views]
        own.sort(key=lambda one: one[1].deed in TOLD_LAST)
        told += [(1 << (number * shift + at), number, code) for at, code in own]
        told.append((1 << (number * shift + shift - 1), number, None))
    return {bit: (place, bit, view, code) for place, (bit, view, code) in enumerate(told)}


def _rule_rows(law: Law, standpoints: tuple[Standpoint, ...], fields: ClassFields) -> tuple[Row, ...]:
    """The rules that may count on a record, in each standpoint those that refuse the whole question first.

    What several standpoints leave alike of a rule is one row, at its place in the first of them.
    """
    found: dict[tuple[object, ...], Row] = {}
    for number, seen in enumerate(standpoints):
        told = dict(seen.told)
        refusing = [left for left in seen.ask if left.code.act in ACTS_OF_A_QUESTION and left.certain]
        rows = [Row((number,), left.code, fields.all_mask, ALWAYS, ALWAYS) for left in refusing]
        rows += [Row((number,), left.code, left.mask, left.hit, left.sure) for left in seen.release]
        for row in rows:
            read = sorted(atoms_of(row.hit) | atoms_of(row.sure))
            said = tuple([told.get(path) for index in read for path in law.atoms[index].reads()])
            alike = (row.code.index, row.mask, row.hit, row.sure, said)
            first = found.get(alike)
            found[alike] = row if first is None else first._replace(views=(*first.views, number))
    return tuple(found.values())


def _certainty(rules: tuple[Row, ...]) -> tuple[tuple[int, ...], tuple[Row, ...]]:
    """For each rule the row (bit) that says that it is certainly true, and the further rows that takes."""
    sure: list[int] = []
    further: list[Row] = []
    for at, row in enumerate(rules):
        if not row.code.rule.duties or row.sure in (ALWAYS, row.hit):
            sure.append(1 << at)
            continue
        sure.append(1 << (len(rules) + len(further)))
        further.append(row._replace(hit=join_all((row.hit, row.sure))))
    return tuple(sure), tuple(further)


def _units(
    fields: ClassFields, rows: tuple[Row, ...], bits: Rows, rules: int
) -> tuple[tuple[Unit, ...], tuple[Unit, ...]]:
    """Fields by the rows that cover them; a field on which being public bears stands by itself.

    Rows beyond the first `rules` say what is certain, not what counts: they matter where a field stands by itself,
    since there they hold for some fields only.
    """
    by_mask: dict[int, int] = {}
    for at, row in enumerate(rows):
        by_mask[row.mask] = by_mask.get(row.mask, 0) | 1 << at
    together, flagged = [], []
    for group in partition(fields.all_mask, by_mask):
        first = group & -group
        cover = union(covering for mask, covering in by_mask.items() if mask & first)
        names = tuple(_names_in(fields, group))
        if cover & bits.flagged:
            flagged += [Unit(cover, {}, {}, (name,), fields.bits[name]) for name in names]
        else:
            together.append(Unit(cover & ((1 << rules) - 1), {}, {}, names, first))
    return tuple(together), tuple(flagged)


def _groups(units: Sequence[Unit], always: int) -> Iterator[Group]:
    """Units brought together as long as few rows that may or may not count cover them; `always` are the others."""
    left = sorted(units, key=lambda unit: (unit.cover & ~always).bit_count())
    while left:  # ends: each group takes one unit at least
        chosen = [left.pop(0)]
        cover = chosen[0].cover
        while left:
            nearest = min(left, key=lambda unit: ((unit.cover | cover) & ~always).bit_count())
            if ((nearest.cover | cover) & ~always).bit_count() > MOST_ROWS_OF_GROUP:
                break
            cover |= nearest.cover
            chosen.append(nearest)
            left.remove(nearest)
        yield cover, {}, tuple(chosen)


def _names_in(fields: ClassFields, mask: int) -> Iterator[str]:
    while mask:  # ends: one bit is taken at a time
        yield fields.names[(mask & -mask).bit_length() - 1]
        mask &= mask - 1


def _arranger(
    fields: ClassFields, names: list[str]
) -> Callable[[Sequence[FieldDecision]], tuple[FieldDecision, ...]]:
    """Brings decisions in the order of `names` into that of the class's fields."""
    places = [names.index(name) for name in fields.names]
    if len(places) == 1:
        return tuple
    return itemgetter(*places)
