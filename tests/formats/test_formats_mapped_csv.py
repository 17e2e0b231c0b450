"""CSV exports through a mapping: whole or not at all."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_formats_mapping import MAPPING

from comity.errors import RecordFileError
from comity.formats.csv_table import LONGEST_CELL, MOST_COLUMNS
from comity.formats.mapped_csv import MOST_FINDINGS, check_csv, read_csv
from comity.formats.mapping import parse_mapping
from comity.model.codes import Disposition, PersonRole
from comity.model.record import Record

HEADER = ("No", "Booked", "Updated", "Why", "Last", "First", "DOB", "Sex", "Charge", "Dispo", "Clerk")
GOOD = ("B-1", "01/02/2020", "01/03/2020", "ARR", "Roe", "Ana", "02/03/1990", "F", "THEFT", "C", "zz")


def export(*rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()


def row(**cells: str) -> tuple[str, ...]:
    return tuple(cells.get(name, value) for name, value in zip(HEADER, GOOD, strict=True))


def read(raw: bytes, mapping: str = MAPPING) -> tuple[Record, ...]:
    return read_csv(raw, "b.csv", parse_mapping(mapping, "m.yaml")).records


def faults(raw: bytes, mapping: str = MAPPING) -> list[str]:
    report = check_csv(raw, "b.csv", parse_mapping(mapping, "m.yaml"))
    assert report.records == 0
    with pytest.raises(RecordFileError) as caught:
        read(raw, mapping)
    assert caught.value.findings == report.findings
    return [str(finding) for finding in report.findings]


def test_a_row_becomes_a_record() -> None:
    """Dates are ISO, names are put together, codes are words, the reference is carried."""
    record = read(export(GOOD))[0]
    person = record.people[0]
    assert (record.reference, record.event_date, record.as_of) == ("B-1", date(2020, 1, 2), date(2020, 1, 3))
    assert record.disposition is Disposition.CONVICTED
    assert (record.state.sealed, record.state.non_conviction, record.state.certified) == (False, False, None)
    assert person.role is PersonRole.ARRESTEE
    assert person.values("name") == ("Roe, Ana",)
    assert person.values("birth-date") == ("1990-02-03",)
    assert record.id == read(export(row(Charge="OTHER")))[0].id


def test_the_report_counts_rows_and_filled_cells() -> None:
    """A dry run tells what every column becomes and how often it has text."""
    report = check_csv(export(GOOD, row(No="B-2", Charge="")), "b.csv", parse_mapping(MAPPING, "m.yaml"))
    assert (report.rows, report.records, report.findings) == (2, 2, ())
    assert ("Charge", "charge", 1) in report.columns
    assert ("Clerk", "ignored", 2) in report.columns


def test_marks_line_ends_and_quoted_breaks_are_understood() -> None:
    """A byte order mark, CRLF and line breaks in cells change nothing but the lines findings point at."""
    raw = b"\xef\xbb\xbf" + export(row(Charge="THEFT\r\nGRAND"), row(No="B-2", Dispo="Z"))
    assert b"\r\n" in raw
    assert faults(raw)[0].startswith("b.csv:4:10 column `Dispo` says `Z`, a disposition that is not mapped")
    assert read(b"\xef\xbb\xbf" + export(row(Charge="A\nB")))[0].fields[1].value == "A B"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"Why": "???"}, "column `Why` says `???`, a role that is not mapped"),
        ({"Why": ""}, "column `Why` is empty, a role that is not mapped"),
        ({"Dispo": "X"}, "column `Dispo` says `X`, a disposition that is not mapped"),
        ({"Sex": "Q"}, "column `Sex` says `Q`, a sex that is not mapped"),
        ({"DOB": "31/31/1990"}, "column `DOB` says `31/31/1990`, which is no date in %m/%d/%Y"),
        ({"DOB": "01/01/1800"}, "column `DOB` `1800-01-01` is not a plausible year of birth"),
        ({"Updated": ""}, "column `Updated` is empty"),
        ({"No": ""}, "column `No` is empty"),
        ({"Last": "", "First": "", "DOB": "", "Sex": ""}, "the others of `arrestee` are empty"),
        ({"Charge": "a\x00b"}, "holds a control character"),
    ],
)
def test_a_cell_that_cannot_be_used_stops_the_load(cells: dict[str, str], reason: str) -> None:
    """File, line and column name are told, and none of the rows loads."""
    found = faults(
        export(GOOD, row(No="B-2") if "No" not in cells else row(**cells), row(**{"No": "B-3", **cells}))
    )
    assert any(reason in text and text.startswith("b.csv:") for text in found), found


def test_an_unmapped_seal_state_stops_the_load() -> None:
    """A seal column needs every code it holds, the empty one included."""
    mapping = MAPPING.replace("{constant: not-sealed}", "{column: Clerk, codes: {Y: sealed}}").replace(
        "ignore: [Clerk]", ""
    )
    assert read(export(row(Clerk="Y")), mapping)[0].state.sealed is True
    assert "a seal state that is not mapped" in faults(export(row(Clerk="")), mapping)[0]


def test_every_column_is_mapped_or_ignored() -> None:
    """A column nobody spoke of is named, and so is a mapped column that is not there."""
    extra = faults(export((*GOOD, "x"), header=(*HEADER, "Scars")))
    assert "column `Scars` is neither mapped nor ignored" in extra[0]
    missing = faults(export(GOOD[:-1], header=HEADER[:-1]))
    assert "column `Clerk` is named in `m.yaml` and not in the export" in missing[0]


def test_rows_that_repeat_or_run_short_are_refused() -> None:
    """The same id twice, and a row with another number of cells, are findings."""
    assert "repeats the record of line 2" in faults(export(GOOD, GOOD))[0]
    assert "the row has 3 cells, the header 11" in faults(export(("a", "b", "c")))[0]


def test_without_an_id_column_the_row_is_its_own_id() -> None:
    """The same row gives the same id; a changed one another."""
    mapping = MAPPING.replace("id: No, ", "")
    first, second = read(export(GOOD, row(Charge="OTHER")), mapping)
    assert first.id != second.id
    assert first.id == read(export(GOOD), mapping)[0].id


def test_a_date_that_reads_two_ways_is_refused() -> None:
    """Two formats that give two days leave a date unread."""
    mapping = MAPPING.replace('["%m/%d/%Y"]', '["%m/%d/%Y", "%d/%m/%Y"]')
    assert "reads as 1990-02-03 and 1990-03-02" in faults(export(GOOD), mapping)[0]


def test_partial_birth_dates_stay_partial_and_events_need_whole_days() -> None:
    """A year alone is a birth year; it is no day of an event."""
    mapping = MAPPING.replace('["%m/%d/%Y"]', '["%m/%d/%Y", "%m/%Y", "%Y"]')
    assert read(export(row(DOB="1990")), mapping)[0].people[0].values("birth-date") == ("1990",)
    assert read(export(row(DOB="02/1990")), mapping)[0].people[0].values("birth-date") == ("1990-02",)
    assert "which is not a whole day" in faults(export(row(Booked="2020")), mapping)[0]


def test_a_second_person_may_be_absent() -> None:
    """Only the first person of a row must be there; a victim in a column is never searchable by role."""
    people = "  - {key: harmed, role: {constant: victim}, columns: {Clerk: name}}\n"
    mapping = MAPPING.replace("fields:", people + "fields:").replace("ignore: [Clerk]", "")
    roles = [
        [person.role for person in record.people] for record in read(export(GOOD, row(No="2", Clerk="")), mapping)
    ]
    assert roles == [[PersonRole.ARRESTEE, PersonRole.VICTIM], [PersonRole.ARRESTEE]]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the export is empty"),
        (b"a\xff,b\n", "byte 1 is not UTF-8"),
        ("a,b\n".encode("utf-16"), "the export is UTF-16"),
        (b'No,"Book\n', "not CSV"),
        (b"No,No\n", "column `No` stands twice"),
        (b"No,\n", "column 2 has no name"),
        (b",".join([b"c"] * (MOST_COLUMNS + 1)), f"more than {MOST_COLUMNS}"),
        (b"c\n" + b"x" * (LONGEST_CELL + 1), f"more than {LONGEST_CELL}"),
    ],
)
def test_what_is_no_export_is_refused(raw: bytes, reason: str) -> None:
    """Encoding, shape and limits are told with their reason, by the dry run and by the load."""
    assert reason in faults(raw)[0]


def test_findings_are_bounded_and_counted() -> None:
    """A wrong code table does not print a million lines, but the number is told."""
    raw = export(*(row(No=f"B-{number}", Dispo="X") for number in range(MOST_FINDINGS + 9)))
    report = check_csv(raw, "b.csv", parse_mapping(MAPPING, "m.yaml"))
    assert (len(report.findings), report.faults) == (MOST_FINDINGS, MOST_FINDINGS + 9)


CELL = st.one_of(
    st.sampled_from(["", "ARR", "WIT", "C", "N", "F", "01/02/2020", "02/30/2020", "X", '"', "a,b", "a\nb", "é"]),
    st.text(max_size=6),
)


@settings(max_examples=150)
@given(st.lists(st.tuples(*[CELL] * len(HEADER)), max_size=4))
def test_nothing_ever_loads_half(rows: list[tuple[str, ...]]) -> None:
    """Whatever the cells hold: one record for each row with text, or findings and no record at all."""
    raw = export(*rows).decode("utf-8", "surrogatepass").encode("utf-8", "replace")
    mapping = parse_mapping(MAPPING, "m.yaml")
    report = check_csv(raw, "b.csv", mapping)
    if report.findings:
        assert report.records == 0
        with pytest.raises(RecordFileError):
            read_csv(raw, "b.csv", mapping)
    else:
        records = read_csv(raw, "b.csv", mapping).records
        assert len(records) == report.records == report.rows
        assert all(record.people for record in records)


@settings(max_examples=80)
@given(
    number=st.integers(1, 5),
    bad=st.integers(0, 4),
    column=st.sampled_from(["Why", "Dispo", "Updated", "DOB", "Sex"]),
)
def test_one_bad_cell_in_a_good_export_loads_nothing(number: int, bad: int, column: str) -> None:
    """Any single unmapped code or unreadable date keeps the whole export out, naming its line and column."""
    rows = [row(No=f"B-{place}", **({column: "?"} if place == bad % number else {})) for place in range(number)]
    report = check_csv(export(*rows), "b.csv", parse_mapping(MAPPING, "m.yaml"))
    assert report.records == 0
    assert [(finding.line, f"`{column}`" in finding.fault) for finding in report.findings] == [
        (bad % number + 2, True)
    ]
