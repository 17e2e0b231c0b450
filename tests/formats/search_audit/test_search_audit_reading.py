"""Reading search audits: no plate, user or name comes through, and four states of a value stay four."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import RecordFileError
from comity.formats.search_audit.layout import parse_layout
from comity.formats.search_audit.policies import read_policies
from comity.formats.search_audit.recognise import ListKind, kind_of
from comity.formats.search_audit.scrub import is_covered, plain_words, scrub_reason
from comity.formats.search_audit.searches import read_searches
from comity.model.search_audit import CellState, Role

HEADER = "slug,search_time_utc,network_count,reason_scrubbed,reason_state,offense_type,case_number"
VENDOR = "Name,Org Name,Total Networks Searched,Time Frame,License Plate,Case #,Filters,Reason,Search Time"
ROW = (
    'Q. Example,Cedar Hollow PD,3,"03/01/2026, 01:00:00 PM UTC - 03/02/2026, 01:00:00 PM UTC",ZZZ1234,26-99001,'
    'red sedan,"{reason}","03/02/2026, 02:30:00 PM UTC"'
)


def vendor(*reasons: str) -> bytes:
    return "\n".join((VENDOR, *(ROW.format(reason=reason) for reason in reasons), "")).encode()


def test_plates_users_and_names_are_dropped_and_counted() -> None:
    """Nothing of a dropped column is in what is read, and the reading says how many cells of each there were."""
    audit = read_searches(vendor("stolen vehicle", "warrant"), "export.csv")
    text = repr(audit.searches)
    assert not [word for word in ("ZZZ1234", "Example", "26-99001", "sedan") if word in text]
    assert {one.column: (one.role, one.cells) for one in audit.dropped} == {
        "Name": (Role.DROP_NAMES, 2),
        "License Plate": (Role.DROP_PLATES, 2),
        "Filters": (Role.DROP_TEXT, 2),
    }
    assert audit.cases_dropped == 2
    assert {search.case_state for search in audit.searches} == {CellState.GIVEN}


def test_a_raw_reason_is_scrubbed_before_it_is_kept() -> None:
    """A plate, a name and a number inside a reason become marks; words that every audit needs stay."""
    audit = read_searches(vendor("assist ICE, Quentin Zorbex ZZZ1234 case 26-99001", "459PC"), "export.csv")
    assert audit.searches[0].reason == "assist ICE, [word] [word] [id] case [num]"
    assert audit.searches[1].reason == "459PC"
    assert (audit.scrubbed.words, audit.scrubbed.numbers, audit.scrubbed.ids) == (2, 1, 1)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=80))
def test_nothing_that_no_list_knows_survives_scrubbing(text: str) -> None:
    """Every word left of a raw reason stands in the shipped list, and no number is left but a section of a code."""
    for token in scrub_reason(text).text.replace("[word]", " ").replace("[num]", " ").replace("[id]", " ").split():
        for part in "".join(char if char.isascii() and char.isalpha() else " " for char in token).split():
            assert part.casefold() in plain_words() or any(char.isdigit() for char in token)


def test_four_states_of_a_reason_stay_apart() -> None:
    """No column, nothing in it, something covered and something said are four counts."""
    rows = (
        "a-ca-pd,2026-03-20T00:06Z,1,stolen,given,,no column",
        "a-ca-pd,2026-03-20T00:06Z,1,[id],given,,present",
        "a-ca-pd,2026-03-20T00:06Z,1,,empty,,empty",
        "a-ca-pd,2026-03-20T00:06Z,1,,column absent,,no column",
    )
    audit = read_searches("\n".join((HEADER, *rows, "")).encode(), "log.csv")
    assert [search.reason_state.value for search in audit.searches] == ["given", "redacted", "empty", "absent"]
    assert [search.case_state.value for search in audit.searches] == ["absent", "given", "empty", "absent"]
    assert [search.line for search in audit.searches] == [2, 3, 4, 5]


def test_an_agency_without_any_offence_publishes_no_such_column() -> None:
    """In a joined file an empty offence is a gap only where the same page shows others."""
    rows = (
        "a-ca-pd,2026-03-20T00:06Z,1,stolen,given,Robbery,no column",
        "a-ca-pd,2026-03-20T00:06Z,1,stolen,given,,no column",
        "b-ca-pd,2026-03-20T00:06Z,1,stolen,given,,no column",
    )
    audit = read_searches("\n".join((HEADER, *rows, "")).encode(), "log.csv")
    assert [search.offence_state.value for search in audit.searches] == ["given", "empty", "absent"]


@pytest.mark.parametrize("text", ["REDACTED", "[redacted]", "*****", "████", "[id] [num]", "[word], [word]"])
def test_a_covered_reason_is_no_given_one(text: str) -> None:
    """What the copy shows nothing of counts as covered, however it was covered."""
    assert is_covered(text, ("redacted", "[redacted]"))
    assert not is_covered(f"{text} stolen", ("redacted", "[redacted]"))


def test_an_unknown_column_is_refused_with_a_remedy() -> None:
    """A heading that nobody knows may hold a plate: the file is not read without a mapping."""
    raw = b"org_name,search_time,reason,Vehicle Tag\nCedar Hollow PD,2026-03-20T00:06Z,stolen,ZZZ1234\n"
    with pytest.raises(RecordFileError, match=r"`Vehicle Tag` is not known.*\n.*mapping"):
        read_searches(raw, "export.csv")


def test_a_time_that_is_none_is_told_with_its_line() -> None:
    """A file is read whole or not at all."""
    raw = "\n".join((HEADER, "a,2026-03-20T00:06Z,1,x,given,,", "a,13/40,1,x,given,,", "")).encode()
    with pytest.raises(RecordFileError, match=r"log.csv:3:1 the time is not readable: `13/40`"):
        read_searches(raw, "log.csv")


SPLIT = b"Org Name,Search Date,Search Time,Reason\nCedar Hollow PD,%s,%s,stolen\n"
ZONED = """\
version: 1
times: ["%m/%d/%Y %H:%M", "%Y-%m-%d %H:%MZ"]
zone: America/Los_Angeles
columns: {Org Name: agency, Search Date: day, Search Time: time-of-day, Reason: reason}
"""


@pytest.mark.parametrize(
    ("day", "time", "utc"),
    [
        ("03/31/2026", "22:05", "2026-04-01T05:05"),
        ("11/01/2026", "01:30", "2026-11-01T08:30"),  # summer time ends, and the hour comes twice: its first
        ("2026-03-31", "22:05:00", "2026-04-01T05:05"),
        ("2026-03-31", "22:05Z", "2026-03-31T22:05"),  # it says its own zone
    ],
)
def test_a_day_and_a_time_of_day_are_one_time_in_the_zone_that_is_stated(day: str, time: str, utc: str) -> None:
    """Milliseconds of UTC; whichever column stands first."""
    raw = SPLIT % (day.encode(), time.encode())
    (search,) = read_searches(raw, "log.csv", parse_layout(ZONED, "m.yaml")).searches
    assert search.at_ms == int(datetime.fromisoformat(utc).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("day", "time"), [("03/31/2026", ""), ("", "22:05"), ("03/08/2026", "02:30")])
def test_half_a_time_and_one_that_never_was_are_refused(day: str, time: str) -> None:
    """A day alone, a time of day alone, and the hour that the beginning of summer time leaves out."""
    with pytest.raises(RecordFileError, match="the time is not readable"):
        read_searches(SPLIT % (day.encode(), time.encode()), "log.csv", parse_layout(ZONED, "m.yaml"))


def test_two_columns_in_utc_need_no_mapping_and_any_other_zone_is_asked_for() -> None:
    """Headings that say UTC are believed; the same without it is refused with the remedy."""
    raw = SPLIT % (b"2026-03-31", b"22:05")
    assert kind_of(raw, "log.csv") is ListKind.SEARCHES
    with pytest.raises(RecordFileError, match=r"say no zone\n.*`zone:` of a mapping file"):
        read_searches(raw, "log.csv")
    both = raw.replace(b"Date,Search Time", b"Date UTC,Search Time UTC")
    (search,) = read_searches(both, "log.csv").searches
    assert search.at_ms == int(datetime(2026, 3, 31, 22, 5, tzinfo=UTC).timestamp() * 1000)


MAPPING = """\
version: 1
agency: Cedar Hollow Police
delimiter: semicolon
reasons: scrubbed
redacted: [gone]
times: ["%d.%m.%Y %H:%M"]
columns:
  When: time
  Why: reason
  Who: drop-users
  Tag: drop-plates
"""


def test_a_mapping_file_reads_what_no_list_knows() -> None:
    """Every column has a role, and the agency is named once where no column does."""
    layout = parse_layout(MAPPING, "m.yaml")
    raw = b"When;Why;Who;Tag\n20.03.2026 10:00;stolen;U1;ZZZ1234\n20.03.2026 11:00;gone;;ZZZ9876\n"
    assert kind_of(raw, "log.csv", layout) is ListKind.SEARCHES
    audit = read_searches(raw, "log.csv", layout)
    assert [(one.agency, one.reason, one.reason_state.value) for one in audit.searches] == [
        ("Cedar Hollow Police", "stolen", "given"),
        ("Cedar Hollow Police", "", "redacted"),
    ]
    assert [(one.column, one.cells) for one in audit.dropped] == [("Who", 1), ("Tag", 2)]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("version: 1", "version: 2", "no known version"),
        ("Why: reason", "Why: cause", "becomes nothing that is known"),
        ("When: time", "When: ignore", "no column says when"),
        ("When: time", "When: day", "by half, or twice"),
        ("  Tag: drop-plates", "  Tag: day", "by half, or twice"),
        ("version: 1", "version: 1\nzone: Mars/Olympus", "not an IANA time zone"),
        ("agency: Cedar Hollow Police\n", "", "whose searches these are"),
        ("Who: drop-users", "Who: reason", "two columns are `reason`"),
        ("reasons: scrubbed", "reasons: clean", "`clean` is not a reasons"),
        ("redacted: [gone]", "redacted: gone", "not a list of words"),
        ("redacted: [gone]", "redactd: [gone]", "`redactd` is not a key"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(old: str, new: str, fault: str) -> None:
    """File, line, fault and remedy."""
    with pytest.raises(RecordFileError, match=fault):
        parse_layout(MAPPING.replace(old, new), "m.yaml")


def test_a_column_the_mapping_leaves_out_is_refused() -> None:
    """A column that came with a later export is not passed over."""
    raw = b"When;Why;Who;Tag;New\n20.03.2026 10:00;stolen;U1;ZZZ1234;x\n"
    with pytest.raises(RecordFileError, match="`New` is not in the mapping"):
        read_searches(raw, "log.csv", parse_layout(MAPPING, "m.yaml"))


def test_lists_are_told_apart_by_their_headings() -> None:
    """Nobody has to say which file is which; a file that is none of them is refused."""
    assert kind_of(HEADER.encode(), "a.csv") is ListKind.SEARCHES
    assert kind_of(VENDOR.encode(), "a.csv") is ListKind.SEARCHES
    assert kind_of(b"agency,updated,prohibited_uses\n", "a.csv") is ListKind.POLICIES
    header = b"portal_slug,portal_agency,other_agency,direction,archived_date\n"
    assert kind_of(header, "a.csv") is ListKind.SHARING
    assert (
        kind_of(b"ori,data_year,agency_name,state,county,agency_type,population\n", "a.csv") is ListKind.DIRECTORY
    )
    assert kind_of(b"number,spelling,ori,role,on,why,replaces\n", "a.csv") is ListKind.DECISIONS
    with pytest.raises(RecordFileError, match="not a list that is known"):
        kind_of(b"one,two\n", "a.csv")


def test_policies_keep_what_a_page_says_and_where() -> None:
    """Retention in days, the day of the statement and its line; a page that says nothing states nothing."""
    raw = (
        b"slug,agency,archived_date,retention_days,prohibited_uses\n"
        b"a-ca-pd,A CA PD,2026-04-01,30,Immigration enforcement\nb-ca-pd,B CA PD,NA,,\n"
    )
    one, two = read_policies(raw, "policies.csv")
    assert (one.retention_days, one.prohibited, one.line, str(one.stated_on)) == (
        30,
        "Immigration enforcement",
        2,
        "2026-04-01",
    )
    assert (two.retention_days, two.prohibited, two.stated_on) == (None, "", None)
    with pytest.raises(RecordFileError, match="`soon` is not a number of days"):
        read_policies(raw.replace(b",30,", b",soon,"), "policies.csv")
