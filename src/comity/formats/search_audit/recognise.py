"""What kind of list a file is, by its headings, so that nobody has to say it for files that are known."""

from __future__ import annotations

import csv
import io
from enum import StrEnum

from comity.formats.search_audit.layout import Layout, roles_of
from comity.formats.search_audit.policies import AGENCY, RETENTION
from comity.formats.sharing.layouts import KNOWN
from comity.formats.tree import BYTE_ORDER_MARK, refuse
from comity.model.search_audit import Role

LONGEST_HEADER = 100_000  # bytes; 256 columns of long names are a tenth of it


class ListKind(StrEnum):
    """The lists an audit reads."""

    SEARCHES = "search audit"
    POLICIES = "policies of portals"
    SHARING = "sharing list, or changes in one"
    DIRECTORY = "directory of ORIs"
    DECISIONS = "decisions on names"


def kind_of(raw: bytes, file: str, layout: Layout | None = None) -> ListKind:
    """The kind of a file. A mapping decides for the file whose headings it names. Raises RecordFileError for none of them."""
    text = raw[:LONGEST_HEADER].removeprefix(BYTE_ORDER_MARK).decode("utf-8", "replace")
    delimiter = layout.delimiter if layout else ","
    first = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    header = {" ".join(cell.split()) for cell in first}
    if layout is not None and header == {name for name, _ in layout.columns}:
        return ListKind.SEARCHES
    if any(header == {*known.columns, *known.ignore} for known in KNOWN):
        return ListKind.SHARING
    if {"ori", "agency_name", "agency_type", "state"} <= header:
        return ListKind.DIRECTORY
    if {"number", "spelling", "ori", "replaces"} <= header:
        return ListKind.DECISIONS
    if AGENCY in header and header & {*RETENTION, "prohibited_uses"}:
        return ListKind.POLICIES
    if {Role.TIME, Role.DAY} & set(roles_of(tuple(header))):
        return ListKind.SEARCHES
    fault = "not a list that is known: no search log, policies, sharing list, directory or decisions"
    raise refuse(file, 1, fault, "write a mapping file that says what every column is: docs/audit.md")
