"""An agency's own CSV export through a checked mapping: whole or not at all.

`check_csv` is the dry run: it reads everything and reports. `read_csv` does the same and raises when there is one
finding or more, so that no part of a faulty export is loaded.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from comity.errors import Finding, NounError, RecordFileError
from comity.formats.codes import all_without_conviction
from comity.formats.csv_table import Row, Table, parse_table
from comity.formats.mapping import NAME_PARTS, SEAL_WORDS, Choice, Mapping, PersonMapping
from comity.formats.values import Values, distinct, joined, values
from comity.model.canon import normal
from comity.model.codes import Disposition, PersonRole
from comity.model.query import check_partial_date
from comity.model.record import PersonInRecord, Record, RecordState

MOST_FINDINGS = (
    200  # enough to see what is wrong; a wrong code table would otherwise repeat itself a million times
)


@dataclass(frozen=True, slots=True)
class MapReport:
    """What a mapping makes of an export.

    `columns` holds (column, what it becomes, cells with text) for every use of a column, in mapping order;
    `records` is the number of records the rows make, 0 when there is a finding, for nothing loads half.
    `findings` stops at `MOST_FINDINGS`; `faults` is how many there are in all.
    """

    rows: int
    records: int
    columns: tuple[tuple[str, str, int], ...]
    findings: tuple[Finding, ...]
    faults: int = 0


@dataclass(frozen=True, slots=True)
class CsvReading:
    """All records of an export and the report on how they were made."""

    records: tuple[Record, ...]
    report: MapReport


def read_csv(raw: bytes, file: str, mapping: Mapping) -> CsvReading:
    """All records of an export. Raises RecordFileError with file, line, column name and remedy of every fault."""
    reading = _read(raw, file, mapping)
    if reading.report.findings:
        raise RecordFileError(reading.report.findings)
    return reading


def check_csv(raw: bytes, file: str, mapping: Mapping) -> MapReport:
    """The dry run: what `read_csv` would do, with every finding; loads nothing and raises nothing."""
    try:
        return _read(raw, file, mapping).report
    except RecordFileError as error:
        return MapReport(rows=0, records=0, columns=(), findings=error.findings, faults=len(error.findings))


def _read(raw: bytes, file: str, mapping: Mapping) -> CsvReading:
    table = parse_table(raw, file, mapping.delimiter)
    faults = _Faults(file, table)
    _check_header(mapping, faults)
    if faults.count:
        return CsvReading((), MapReport(0, 0, (), tuple(faults.found), faults.count))
    filled: Counter[str] = Counter()
    records: list[Record] = []
    seen: dict[str, int] = {}
    rows = 0
    for row in table.rows:
        rows += 1
        filled.update(name for name, cell in zip(table.header, row.cells, strict=False) if cell.strip())
        before = faults.count
        record = _read_row(row, mapping, faults)
        if record is None or faults.count > before:
            continue
        first = seen.setdefault(record.id, row.line)
        if first != row.line:
            faults.add(row, mapping.id, f"repeats the record of line {first}", "keep one of the two rows")
        records.append(record)
    columns = tuple((column, use, filled[column]) for column, use in mapping.uses())
    whole = tuple(records) if not faults.count else ()
    return CsvReading(whole, MapReport(rows, len(whole), columns, tuple(faults.found), faults.count))


@dataclass(slots=True)
class _Faults:
    """Collects findings of one export, at most `MOST_FINDINGS`, and counts the rest."""

    file: str
    table: Table
    found: list[Finding] = field(default_factory=list)
    count: int = 0

    def add(self, row: Row | None, column: str, fault: str, remedy: str) -> None:
        self.count += 1
        if len(self.found) >= MOST_FINDINGS:
            return
        place = self.table.header.index(column) + 1 if column in self.table.header else 1
        name = f"column `{column}` " if column else ""
        self.found.append(Finding(self.file, row.line if row else 1, place, f"{name}{fault}", remedy=remedy))


def _check_header(mapping: Mapping, faults: _Faults) -> None:
    used = {column for column, _ in mapping.uses()}
    for column in faults.table.header:
        if column not in used:
            remedy = f"map it in `{mapping.file}`, or add it to `ignore`"
            faults.add(None, column, "is neither mapped nor ignored", remedy)
    for column in sorted(used - set(faults.table.header)):
        faults.add(
            None, column, f"is named in `{mapping.file}` and not in the export", "correct the name in the mapping"
        )


def _read_row(row: Row, mapping: Mapping, faults: _Faults) -> Record | None:
    reader = _RowReader(row, mapping, faults)
    if len(row.cells) != len(faults.table.header):
        fault = f"the row has {len(row.cells)} cells, the header {len(faults.table.header)}"
        faults.add(row, "", fault, "quote cells that hold the delimiter or a line break")
        return None
    people = tuple(
        person for number, part in enumerate(mapping.people) for person in reader.person(part, number == 0)
    )
    disposition = reader.choose(mapping.disposition, "disposition")
    seal = reader.choose(mapping.seal, "seal state")
    as_of = mapping.as_of_constant or reader.day(mapping.as_of, required=True)
    event_date = reader.day(mapping.event_date, required=False)
    fields = reader.fields()
    if disposition is None or seal is None or as_of is None:
        return None
    record_id = reader.identity()
    try:
        return Record(
            id=record_id,
            owner=mapping.owner,
            data_class=mapping.data_class,
            reference=reader.text(mapping.reference) or record_id.rsplit("-", 1)[-1][:16],
            event_date=event_date,
            as_of=as_of,
            people=people,
            fields=fields,
            disposition=Disposition(disposition),
            state=RecordState(
                sealed=SEAL_WORDS[seal], non_conviction=all_without_conviction((Disposition(disposition),))
            ),
            source="csv",
        )
    except NounError as error:
        faults.add(row, "", str(error), "correct the row")
        return None


class _RowReader:
    """One row, by column name."""

    def __init__(self, row: Row, mapping: Mapping, faults: _Faults) -> None:
        self._row = row
        self._mapping = mapping
        self._faults = faults
        self._cells = dict(zip(faults.table.header, row.cells, strict=False))

    def text(self, column: str) -> str:
        return normal(self._cells.get(column, ""))

    def fault(self, column: str, fault: str, remedy: str) -> None:
        self._faults.add(self._row, column, fault, remedy)

    def identity(self) -> str:
        """The owner's own id where the mapping names its column, else the whole row: the same row, the same id."""
        mapping = self._mapping
        own = self.text(mapping.id)
        if mapping.id and not own:
            self.fault(mapping.id, "is empty", "give every row its own id")
        content = own if mapping.id else "\x1f".join(self._row.cells)
        digest = hashlib.sha256("\x1e".join((mapping.data_class, mapping.owner, content)).encode()).hexdigest()
        return f"{mapping.data_class.value}-csv-{digest[:32]}"

    def choose(self, choice: Choice, what: str) -> str | None:
        """The closed word of a row; a code that the table does not list is a fault, the empty cell included."""
        if choice.constant:
            return choice.constant
        cell = self.text(choice.column)
        word = dict(choice.codes).get(cell)
        if word is None:
            says = f"says `{cell[:40]}`" if cell else "is empty"
            remedy = f'add `{cell[:40]}` to the codes in `{self._mapping.file}`, or `""` for the empty cell'
            self.fault(choice.column, f"{says}, a {what} that is not mapped", remedy)
        return word

    def day(self, column: str, required: bool) -> date | None:
        text = self.text(column)
        if not text:
            if required:
                self.fault(column, "is empty", "every record needs the day its owner last touched it")
            return None
        iso = self.iso(column, text)
        if iso and len(iso) != 10:
            self.fault(column, f"says `{text[:40]}`, which is not a whole day", "give year, month and day")
            return None
        return date.fromisoformat(iso) if iso else None

    def iso(self, column: str, text: str) -> str:
        """A date as YYYY-MM-DD, YYYY-MM or YYYY by the mapping's formats; empty with a fault where none fits."""
        found = {iso for pattern in self._mapping.dates if (iso := _parse_date(text, pattern))}
        if len(found) == 1:
            return found.pop()
        if found:
            self.fault(
                column, f"says `{text[:40]}`, which reads as {' and '.join(sorted(found))}", "keep one format"
            )
        else:
            formats = ", ".join(self._mapping.dates)
            self.fault(
                column, f"says `{text[:40]}`, which is no date in {formats}", "correct it or add its format"
            )
        return ""

    def fields(self) -> Values:
        mapping = self._mapping
        constants = (values(name, text) for name, text in mapping.constants)
        return distinct(*(self.value(column, name) for column, name in mapping.fields), *constants)

    def value(self, column: str, name: str) -> Values:
        text = self.text(column)
        if name.endswith("-date") and text:
            text = self.iso(column, text)
            if name == "birth-date" and text:
                text = self._plausible(column, text)
        if name == "sex":
            text = self._sex(column, text)
        try:
            return values(name, text)
        except NounError as error:
            self.fault(column, str(error), "correct the cell")
            return ()

    def person(self, part: PersonMapping, needed: bool) -> tuple[PersonInRecord, ...]:
        """The person of a row, or none where every cell is empty; the first person must be there."""
        named = {name: self.text(column) for column, name in part.columns if name in NAME_PARTS}
        given = joined(named.get("given", ""), named.get("middle", ""), by=" ")
        whole = joined(named.get("family", ""), given, named.get("suffix", ""))
        others = [self.value(column, name) for column, name in part.columns if name not in NAME_PARTS]
        try:
            fields = distinct(values("name", whole), *others)
        except NounError as error:
            self.fault(part.columns[0][0], str(error), "correct the cell")
            return ()
        if not fields:
            if needed:
                self.fault(
                    part.columns[0][0],
                    f"and the others of `{part.key}` are empty",
                    "name the person or drop the row",
                )
            return ()
        role = self.choose(part.role, "role")
        return (PersonInRecord(key=part.key, role=PersonRole(role), fields=fields),) if role else ()

    def _plausible(self, column: str, text: str) -> str:
        try:
            return check_partial_date(text)
        except NounError as error:
            self.fault(column, str(error), "correct the cell")
            return ""

    def _sex(self, column: str, text: str) -> str:
        if not text:
            return ""
        word = dict(self._mapping.sexes).get(text)
        if word is None:
            remedy = f"add it under `sex` in `{self._mapping.file}`"
            self.fault(column, f"says `{text[:40]}`, a sex that is not mapped", remedy)
        return word if word and word != "unknown" else ""


def _parse_date(text: str, pattern: str) -> str:
    """A date text by one format, as precise as the format is."""
    try:
        found = datetime.strptime(text, pattern)
    except ValueError:
        return ""
    if "%d" in pattern:
        return found.date().isoformat()
    if "%m" in pattern or "%b" in pattern or "%B" in pattern:
        return f"{found.year:04d}-{found.month:02d}"
    return f"{found.year:04d}"
