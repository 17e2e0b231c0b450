"""What the steps of a check by pages do with its file: opened, read once its columns are settled, names decided, judged."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from comity.errors import RecordFileError, WrongUseError
from comity.formats.agencies.ori_csv import read_ori_csv
from comity.formats.csv_table import parse_table
from comity.formats.search_audit.layout import ISO_TIMES, TIMES, UTC_ZONE, Layout, roles_of, told_layout
from comity.formats.search_audit.recognise import LONGEST_HEADER, ListKind, kind_of
from comity.formats.tree import BYTE_ORDER_MARK, refuse
from comity.model.agency import Agency
from comity.model.search_audit import Role
from comity.oversight.audit.audit import AuditReport, Given, audit_others
from comity.oversight.audit.check import Check
from comity.oversight.audit.reading import read_given
from comity.oversight.names.decisions import NO_AGENCY, Remembered, next_decision
from comity.oversight.names.here import entries_of, with_own
from comity.oversight.names.resolve import Resolution, Verdict
from comity.oversight.names.several import resolve_names

LOG, DIRECTORY = "log.csv", "directory.csv"  # what a file is called here: its own name may say more than it should
MOST_NAMES = 8_000  # different names in one file; more are minutes of a processor, and the command line's
DELIMITERS = (",", ";", "\t", "|")
WAYS_OF_TIME = {  # how a log may write a time, by the name of its word; a person says which, nothing is guessed
    "vendor": TIMES,
    "iso": ISO_TIMES,
    "month-first": ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"),
    "month-first-12": ("%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"),
    "day-first": ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M"),
}
ZONES = (  # of the fifty states and the territories; a zone that is none of these is the command line's
    UTC_ZONE,
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Pago_Pago",
)
BY_PAGE = "decided by pages"  # the reason of a decision here; what was decided is said beside it


def opened(raw: bytes, edition: bytes, agencies: tuple[Agency, ...], on: date) -> Check:
    """A file told apart by its headings, with the directory that its names are held against; no row of it is read yet.

    Raises RecordFileError for what is no table, or a list that nothing can be checked in.
    """
    delimiter = _delimiter(raw)
    header = parse_table(_first_line(raw), LOG, delimiter).header
    kind = _kind(raw, delimiter)
    if kind in (ListKind.DIRECTORY, ListKind.DECISIONS):
        raise refuse(LOG, 1, f"this is a {kind.value}", "choose the log or list that is to be checked")
    listed = read_ori_csv(edition, DIRECTORY).entries if edition else ()
    return Check(
        raw=raw,
        header=header,
        delimiter=delimiter,
        kind=kind,
        directory=with_own(listed, entries_of(agencies, on)),
        edition=len(listed),
    )


def guessed(check: Check) -> tuple[str, ...]:
    """What each column of a search log is known to hold by its heading; empty for one that nobody knows."""
    return tuple(str(role or "") for role in roles_of(check.header))


@dataclass(frozen=True, slots=True)
class Columns:
    """What a person said of a search log: the role of each column, whose searches where no column says it, how times are
    written (a name of WAYS_OF_TIME), and the zone of times that do not say their own."""

    roles: tuple[Role, ...] = ()
    agency: str = ""
    times: str = "vendor"
    zone: str = ""


def read(check: Check, said: Columns, on: date) -> Check:
    """The file read whole by its columns, its names resolved, and its bytes forgotten.

    Raises RecordFileError with the line of the first fault; WrongUseError for more names than a page settles.
    """
    layout = _layout(check, said)
    given = replace(
        read_given([(LOG, check.raw)], on, layout), directory=check.directory, is_whole=bool(check.edition)
    )
    spellings = list(_spellings(given))
    if len(set(spellings)) > MOST_NAMES:
        raise WrongUseError(f"the file has more than {MOST_NAMES} names of agencies")
    return replace(
        check, raw=b"", given=given, names=resolve_names(spellings, check.directory, is_whole=given.is_whole)
    )


def waiting(check: Check) -> tuple[tuple[Resolution, int], ...]:
    """Names nobody settled yet, with the rows they stand in, most rows first.

    Without a national directory only those that one of our own agencies may be: of all others there is nothing to choose.
    """
    if check.names is None:
        return ()
    decided = Remembered(check.decisions)
    return tuple(
        (one, rows)
        for one, rows in check.names.queue()
        if (check.edition or one.candidates)
        and one.written not in check.skipped
        and decided.find(one.written) is None
    )


def settled(check: Check) -> int:
    """How many names are settled: resolved, known to be of no agency of the directory, or decided here."""
    if check.names is None:
        return 0
    return (
        len(check.names.resolutions)
        - check.names.count(Verdict.DOUBTFUL)
        + len(Remembered(check.decisions).in_force)
    )


def decide(check: Check, spelling: str, ori: str, role: str, on: date) -> Check:
    """A name decided: an ORI of the directory, or empty for no agency. Raises WrongUseError for one that it does not list."""
    if ori and all(entry.ori != ori for entry in check.directory):
        raise WrongUseError(f"`{ori[:20]}` is not in the directory; name an ORI that it lists, or `{NO_AGENCY}`")
    made = next_decision(check.decisions, spelling=spelling, ori=ori, role=role, on=on, why=BY_PAGE)
    return replace(check, decisions=(*check.decisions, made))


def judged(check: Check) -> AuditReport:
    """The result by the decisions so far."""
    assert check.given is not None, "a result was asked for before the file was read"
    return audit_others(replace(check.given, decisions=check.decisions))


def _layout(check: Check, said: Columns) -> Layout | None:
    if not check.is_search_log:
        return None
    columns = tuple(zip(check.header, said.roles, strict=True))
    times = WAYS_OF_TIME[said.times]
    return told_layout(
        Layout(columns, agency=said.agency, delimiter=check.delimiter, times=times, zone=said.zone), LOG
    )


def _spellings(given: Given) -> Iterator[str]:
    for audit in given.audits:
        for search in audit.searches:
            yield search.agency
    for edge in (*given.edges, *(change.edge for change in given.changes)):
        yield edge.owner
        yield edge.recipient
    for policy in given.policies:
        yield policy.agency


def _kind(raw: bytes, delimiter: str) -> ListKind:
    """The kind by the headings; with headings that no list knows it is a search log whose columns a person settles."""
    if delimiter != ",":
        return ListKind.SEARCHES  # the lists that are known by their headings are written with commas
    try:
        return kind_of(raw, LOG)
    except RecordFileError:
        return ListKind.SEARCHES


def _first_line(raw: bytes) -> bytes:
    """The headings' line alone, so that a fault below it is told once the columns are settled."""
    text = raw.removeprefix(BYTE_ORDER_MARK)
    if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw
    return text[:LONGEST_HEADER].partition(b"\n")[0] + b"\n"


def _delimiter(raw: bytes) -> str:
    """What stands between the headings: what parts them into most."""
    text = _first_line(raw).decode("utf-8", "replace")
    parts = {sign: len(next(csv.reader(io.StringIO(text), delimiter=sign), [])) for sign in DELIMITERS}
    return max(DELIMITERS, key=lambda sign: parts[sign])
