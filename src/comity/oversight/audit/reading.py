"""Files of other systems into what an audit is given: each recognised by its headings, each read whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from comity.errors import WrongUseError
from comity.formats.agencies.ori_csv import OriFile, merge_editions, read_ori_csv
from comity.formats.search_audit.layout import Layout
from comity.formats.search_audit.policies import read_policies
from comity.formats.search_audit.recognise import ListKind, kind_of
from comity.formats.search_audit.searches import read_searches
from comity.formats.sharing.reading import SharingList, read_sharing
from comity.model.search_audit import PortalPolicy
from comity.oversight.audit.audit import Given, LeftOut
from comity.oversight.names.decisions import read_decisions

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
    editions: list[OriFile] = []
    for name, raw in files:
        digest = hashlib.sha256(raw).hexdigest()
        if digest in seen:
            raise WrongUseError(f"`{name}` is the same file as `{seen[digest]}`; name each once")
        seen[digest] = name
        kind = kind_of(raw, name, layout)
        if kind is ListKind.SEARCHES:
            given = replace(given, audits=(*given.audits, read_searches(raw, name, layout)))
        elif kind is ListKind.POLICIES:
            given = replace(given, policies=(*given.policies, *read_policies(raw, name)))
        elif kind is ListKind.SHARING:
            given = _with_sharing(given, read_sharing(raw, name))
        elif kind is ListKind.DIRECTORY:
            editions.append(read_ori_csv(raw, name))
        else:
            given = replace(given, decisions=(*given.decisions, *read_decisions(raw, name)))
    told = tuple(
        PortalPolicy(file=COMMAND_LINE, line=place, agency=agency, retention_days=days, stated_on=on)
        for place, (agency, days) in enumerate(retentions, 1)
    )
    return replace(given, told=told, directory=merge_editions(editions))


def _with_sharing(given: Given, found: SharingList) -> Given:
    left_out = tuple(LeftOut(found.file, why, rows) for why, rows in found.dropped)
    return replace(
        given,
        edges=(*given.edges, *found.edges),
        changes=(*given.changes, *found.changes),
        left_out=(*given.left_out, *left_out),
    )
