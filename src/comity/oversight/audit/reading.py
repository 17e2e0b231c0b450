"""Files of other systems into what an audit is given: each recognised by its headings, each read whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from comity.errors import WrongUseError
from comity.formats.search_audit.layout import Layout
from comity.formats.search_audit.policies import read_policies
from comity.formats.search_audit.recognise import ListKind, kind_of
from comity.formats.search_audit.searches import read_searches
from comity.formats.search_audit.sharing_lists import read_changes, read_edges
from comity.model.search_audit import PortalPolicy
from comity.oversight.audit.audit import Given

MOST_FILES = 200  # a year of monthly exports of every list, and room
COMMAND_LINE = "command line"  # in place of a file, for a retention that was told there


def read_given(
    files: Iterable[tuple[str, bytes]],
    on: date,
    layout: Layout | None = None,
    retentions: Iterable[tuple[str, int]] = (),
) -> Given:
    """Read every file. `retentions` are (agency, days) told beside the files; they replace what a list states.

    Raises RecordFileError with file, line and remedy, and WrongUseError for the same contents twice.
    """
    given = Given(on)
    seen: dict[str, str] = {}
    for name, raw in files:
        kind = kind_of(raw, name, layout)
        if kind is ListKind.SEARCHES:
            audit = read_searches(raw, name, layout)
            if audit.hash in seen:
                raise WrongUseError(f"`{name}` is the same file as `{seen[audit.hash]}`; name each once")
            seen[audit.hash] = name
            given = replace(given, audits=(*given.audits, audit))
        elif kind is ListKind.POLICIES:
            given = replace(given, policies=(*given.policies, *read_policies(raw, name)))
        elif kind is ListKind.EDGES:
            given = replace(given, edges=(*given.edges, *read_edges(raw, name)))
        else:
            given = replace(given, changes=(*given.changes, *read_changes(raw, name)))
    told = tuple(
        PortalPolicy(file=COMMAND_LINE, line=place, agency=agency, retention_days=days, stated_on=on)
        for place, (agency, days) in enumerate(retentions, 1)
    )
    return replace(given, told=told)
