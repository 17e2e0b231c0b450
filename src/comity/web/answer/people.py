"""Whom an answer shows: each person its owners' records join into, in an order that says nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from comity.exchange.answering.release import UNCONFIRMED
from comity.model.answer import PARTS_PER_MILLION, Evidence, Item, ReleasedField, WithheldField
from comity.model.codes import Level
from comity.model.outcome import Conflict, Marker, RevisedOutcome
from comity.model.told_note import ToldNote
from comity.web.answer.phrase import ORDER, Fit, fit_of

GIVEN, IN_PART, ASK_OWNER, WITHHELD, HELD = "given", "in-part", "ask-owner", "withheld", "held"
NOT_ON_FILE = "not-on-file"  # the owner would give it, and its record has no value for it
NOT_SAME = "comity/NOT-SAME"  # the rule of fields that a namesake keeps
DETAIL = "comity/DETAIL"  # the rule of fields that come with the record in full
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
BAR_FULL = 10_000  # thousandths of a nat that fill a bar; a whole agreeing number is worth some ten nats
BAR = 100
MOST_OF_100 = 99  # no comparison is told to be always right
RAREST = 1_000


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a record with its word and values; or all fields that one rule keeps from leaving, and why.

    `before` are the values of an earlier answer, where the record says others now.
    """

    fields: tuple[str, ...]
    state: str
    values: tuple[str, ...] = ()
    why: WithheldField | None = None
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison, for the table of evidence; `bar` from -100 (against) to 100 (for)."""

    field: str
    asked: str
    held: str
    result: str
    bar: int


@dataclass(frozen=True, slots=True)
class Odds:
    """One comparison in whole numbers: right `of_100` times at least, and that nobody in the file of `owner` is meant `one_in`
    times; 0 where it is rarer than one in `RAREST`."""

    of_100: int
    one_in: int
    owner: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record that was released: by whom, in words and by the agency's id; `notes` are members' own, beside it."""

    owner: str
    item: Item
    fields: tuple[FieldRow, ...]
    markers: tuple[Marker, ...]
    agency: str
    notes: tuple[ToldNote, ...] = ()

    @property
    def namesake(self) -> bool:
        """Whether its owner takes it to be about another person who bears the name; no reason opens more of it."""
        return is_namesake(self.item)

    @property
    def is_lead(self) -> bool:
        """Whether its owner has to confirm it before anything is done by it."""
        return UNCONFIRMED in self.item.labels


@dataclass(frozen=True, slots=True)
class Person:
    """One person an answer shows: `letter` is what the page calls them, `of` how many agencies released something.

    `late` where every record came after the wait: such a person stands below all who were there before.
    """

    letter: str
    fit: Fit
    odds: Odds
    compared: tuple[Compared, ...]
    conflicts: tuple[Conflict, ...]
    records: tuple[Record, ...]
    late: bool = False

    @property
    def of(self) -> int:
        """How many agencies released a record of this person."""
        return len({one.owner for one in self.records})


def is_namesake(item: Item) -> bool:
    """Whether the owner withheld the rest because the record is another person's."""
    return any(one.rule == NOT_SAME for one in item.withheld)


def asks_reason(item: Item) -> bool:
    """Whether evidence alone does not tell the person; of a namesake no reason is asked, for none opens it."""
    return not item.second_identifier and not is_namesake(item)


def people_of(revised: RevisedOutcome, names: Mapping[str, str]) -> tuple[Person, ...]:
    """Everybody an answer shows: by phrase, then by the owners' names, never by odds or by who answered first.

    Who came later stands below, so that nobody moves who was read already.
    """
    items = {
        item.item_id: (source.agency, item)
        for source in revised.outcome.sources
        if source.answer is not None
        for item in source.answer.items
    }
    absent = {
        source.agency: source.answer.not_in_file_ppm or 0
        for source in revised.outcome.sources
        if source.answer is not None
    }
    joined = [(one.item_ids, one.disagree) for one in revised.outcome.persons]
    known = {item_id for item_ids, _ in joined for item_id in item_ids}
    joined += [((item_id,), ()) for item_id in items if item_id not in known]
    people = []
    for item_ids, conflicts in joined:
        records = tuple(_record(items[one][0], names, items[one][1], revised) for one in item_ids if one in items)
        best = min(records, key=lambda one: ORDER.index(fit_of(one.item.evidence).phrase))
        ordered = tuple(sorted(records, key=lambda one: (one.owner, one.item.reference)))
        late = all(one.agency in revised.late for one in records)
        fit, odds = fit_of(best.item.evidence), _odds(best, absent.get(best.agency, 0))
        people.append((fit, odds, _compared(best.item.evidence), conflicts, ordered, late))
    people.sort(key=lambda one: (one[5], ORDER.index(one[0].phrase), one[4][0].owner, one[4][0].item.item_id))
    return tuple(Person(_letter(place), *one) for place, one in enumerate(people))


def _record(agency: str, names: Mapping[str, str], item: Item, revised: RevisedOutcome) -> Record:
    rows = [_given(one) for one in item.fields]
    rows += _withheld(item.withheld)
    mine = tuple(one for one in revised.markers if one.item_id == item.item_id)
    notes = tuple(one for one in revised.notes if one.item_id == item.item_id)
    return Record(names.get(agency, agency), item, tuple(rows), mine, agency, notes)


def _odds(record: Record, not_in_file_ppm: int) -> Odds:
    of_100 = min(MOST_OF_100, record.item.probability_ppm * 100 // PARTS_PER_MILLION)
    one_in = round(PARTS_PER_MILLION / not_in_file_ppm) if not_in_file_ppm else RAREST + 1
    return Odds(of_100, one_in if one_in <= RAREST else 0, record.owner)


def _withheld(fields: tuple[WithheldField, ...]) -> list[FieldRow]:
    """One row a rule: every field by its name, the reason and what would help once."""
    by_rule: dict[tuple[str, bool, str], list[WithheldField]] = {}
    for one in fields:
        by_rule.setdefault((one.rule, one.held, one.would_help), []).append(one)
    return [
        FieldRow(tuple(one.field for one in found), HELD if held else WITHHELD, why=found[0])
        for (_, held, _), found in by_rule.items()
    ]


def beside_first(rows: tuple[FieldRow, ...], first: Item, now: Item) -> tuple[FieldRow, ...]:
    """The rows of a record in full beside what the answer had of it: values that differ with those of before, then what the
    answer gave or said would come and what neither came nor was kept back."""
    whole = {one.field: one.values for one in first.fields if one.level is Level.FULL}
    told = tuple(
        replace(row, before=whole[row.fields[0]])
        if row.state == GIVEN and whole.get(row.fields[0], row.values) != row.values
        else row
        for row in rows
    )
    said = {one.field for one in now.fields} | {one.field for one in now.withheld}
    gone = tuple(FieldRow((name,), NOT_ON_FILE, before=was) for name, was in whole.items() if name not in said)
    missing = tuple(one.field for one in first.withheld if one.rule == DETAIL and one.field not in said)
    return (*told, *gone, *((FieldRow(missing, NOT_ON_FILE),) if missing else ()))


def _given(field: ReleasedField) -> FieldRow:
    state = {Level.FULL: GIVEN, Level.MASKED: IN_PART}.get(field.level, ASK_OWNER)
    return FieldRow((field.field,), state, field.values)


def _compared(evidence: tuple[Evidence, ...]) -> tuple[Compared, ...]:
    return tuple(
        Compared(
            field=one.field,
            asked=one.asked,
            held=one.held,
            result=one.verdict,
            bar=max(-BAR, min(BAR, one.weight_millinats * BAR // BAR_FULL)),
        )
        for one in evidence
    )


def _letter(place: int) -> str:
    """A, B ... Z, then A2, B2 ..."""
    round_, letter = divmod(place, len(LETTERS))
    return LETTERS[letter] + (str(round_ + 1) if round_ else "")


def uncertified(people: Iterable[Person]) -> str:
    """How many of the records shown their owners do not vouch for, as a word: all, some, or empty for none."""
    vouched = [record.item.certified for person in people for record in person.records]
    if all(vouched):
        return ""
    return "some" if any(vouched) else "all"
