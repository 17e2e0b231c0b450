"""Every row of every kind is counted again by a reader that shares no code; a kind without such a count fails here."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace as with_changes
from region_stage import Stage
from rows_read import COMPELS, ReadRow, figures, last_answers
from test_report_figures import NAMES, altered, fill, rows_of

from comity.demo.agencies import CA_SHERIFF, directory_agencies
from comity.errors import ProofError
from comity.oversight.reports.described import Counts, described, report_kinds
from comity.oversight.reports.make import Wanted, make_report

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
AGENCIES = {dated.ori: agency for agency in directory_agencies() for dated in agency.oris}
PAPERS = ("detainer", "administrative-warrant")
Words = tuple[str, ...]
Recount = Callable[[list[ReadRow]], Counter[Words]]


def immigration(row: ReadRow) -> bool:
    asker = AGENCIES[row.asker]
    return asker.primarily_immigration or asker.component in ("cbp", "ice", "uscis", "dhs-other", "delegate-287g")


def civil(row: ReadRow) -> bool:
    return row.purpose == "civil-immigration" or row.instrument in PAPERS


def outside(row: ReadRow) -> bool:
    return AGENCIES[row.asker].state not in (
        "CO",
        "MD",
        "OR",
    )  # of these states, which owe such reports, nobody asks here


def plates(row: ReadRow) -> bool:
    return "plate-read" in row.record["query"]["data_classes"]


def criminal_history(row: ReadRow) -> bool:
    return "criminal-history" in row.record["query"]["data_classes"]


def message(row: ReadRow) -> str:
    return str(row.record["query"]["message"])


def name(row: ReadRow) -> str:
    return NAMES[row.asker]


def requests(which: Callable[[ReadRow], bool], *by: Callable[[ReadRow], str]) -> Recount:
    return lambda rows: Counter(tuple(one(row) for one in by) for row in last_answers(rows) if which(row))


def entries(kinds: tuple[str, ...], which: Callable[[ReadRow], bool], *by: Callable[[ReadRow], str]) -> Recount:
    return lambda rows: Counter(tuple(one(row) for one in by) for row in rows if row.kind in kinds and which(row))


def items(kinds: tuple[str, ...], which: Callable[[ReadRow], bool], *by: Callable[[ReadRow], str]) -> Recount:
    def recount(rows: list[ReadRow]) -> Counter[Words]:
        found: Counter[Words] = Counter()
        for row in rows:
            if row.kind in kinds and which(row) and row.released:
                found[tuple(one(row) for one in by)] += row.released
        return found

    return recount


def outcome(row: ReadRow) -> str:
    return row.outcome


def purpose(row: ReadRow) -> str:
    return row.purpose


def instrument(row: ReadRow) -> str:
    return row.instrument


def month(_row: ReadRow) -> str:
    return "2026-11"


def day(_row: ReadRow) -> str:
    return "2026-11-18"


def everything(_row: ReadRow) -> bool:
    return True


def gave(row: ReadRow) -> bool:
    return row.released > 0


def compelled(row: ReadRow) -> str:
    return "compulsory" if row.instrument in COMPELS else "voluntary"


def classes(rows: list[ReadRow]) -> Counter[Words]:
    found: Counter[Words] = Counter()
    for row in rows:
        if row.kind == "answered":
            found.update((item["data_class"], name(row)) for item in row.content["items"])
    return found


def declined(row: ReadRow) -> bool:
    entry_crime = row.purpose == "immigration-entry-crime"
    return (civil(row) or entry_crime) and row.outcome in ("refused", "nothing-releasable")


def orders(row: ReadRow) -> bool:
    return immigration(row) and row.instrument in ("court-order", "court-subpoena", "judicial-warrant")


def task_force(row: ReadRow) -> bool:
    return row.purpose == "task-force-investigation"


SHARED = ("answered", "disclosed")
# Each row that counts entries or opened records; `public` is counted again in `test_report_figures.py`, row by row.
RECOUNTED: dict[tuple[str, str], Recount] = {
    ("ca-doj", "task-force-questions"): requests(task_force, name, outcome),
    ("ca-doj", "task-force-agencies"): lambda rows: Counter(
        {(): n} if (n := len({row.asker for row in rows if row.kind == "answered" and task_force(row)})) else {}
    ),
    ("ca-ice-access", "access"): entries(
        (*SHARED, "noticed"),
        lambda row: gave(row) and (immigration(row) or row.purpose == "civil-immigration"),
        month,
        name,
        instrument,
    ),
    ("ca-ice-access", "requests"): requests(
        lambda row: immigration(row) or row.purpose == "civil-immigration", message, outcome
    ),
    ("ccops", "uses"): requests(everything, purpose, outcome),
    ("ccops", "recipients"): entries((*SHARED, "noticed", "onward"), gave, name, compelled),
    ("co-third-party", "requests"): requests(outside, name, purpose, outcome),
    ("co-third-party", "subpoenas"): entries(
        ("answered",), lambda row: row.instrument == "administrative-subpoena", name, outcome
    ),
    ("criminal-history", "releases"): items(
        (*SHARED, "onward"), lambda row: gave(row) and criminal_history(row), name, purpose, instrument
    ),
    ("criminal-history", "by-class"): classes,
    ("criminal-history", "outside-justice"): lambda rows: (
        Counter()
    ),  # every asker of the scene is a justice agency
    ("dc", "requests"): requests(lambda row: immigration(row) or civil(row), name, message, outcome),
    ("il-ag", "requests"): requests(civil, name, message, outcome),
    ("il-ag", "papers"): entries(("answered",), lambda row: row.instrument in PAPERS, day, instrument, outcome),
    ("il-ag", "acted"): lambda rows: Counter((row.record["act"],) for row in rows if row.kind == "request-acted"),
    ("il-sos", "orders"): requests(orders, name, instrument, outcome),
    ("il-sos", "notices"): lambda rows: Counter(),  # no such duty was done in the scene
    ("md-access", "lookups"): entries(("answered",), outside, name, instrument, outcome),
    ("nj-ag", "requests"): requests(civil, name, instrument, outcome),
    ("nj-ag", "help"): entries(
        (*SHARED, "noticed"), lambda row: gave(row) and civil(row), lambda row: row.kind, name, instrument
    ),
    ("ny-dmv", "orders"): requests(immigration, name, instrument, outcome),
    ("ny-dmv", "notices"): lambda rows: Counter(),
    ("ny-dmv", "recipients"): items(SHARED, everything, name, purpose),
    ("or-cjc", "declined"): requests(declined, name, message, instrument),
    ("or-cjc", "requests"): requests(lambda row: civil(row) or row.purpose == "immigration-entry-crime", outcome),
    ("or-plates", "outside"): requests(lambda row: plates(row) and outside(row), name, purpose, outcome),
    ("or-plates", "searches"): requests(plates, purpose),
    ("or-plates", "audits"): lambda rows: Counter(),
    ("va-plates", "queries"): requests(plates, purpose, outcome),
    ("va-plates", "shares"): entries(SHARED, lambda row: plates(row) and gave(row), name, purpose),
    ("wa-plates", "uses"): requests(plates, purpose, outcome),
    ("wa-plates", "shares"): entries(SHARED, lambda row: plates(row) and gave(row), name, purpose),
}
COUNTED_ELSEWHERE = frozenset({"public"})


def test_every_row_of_every_kind_has_a_count_of_its_own() -> None:
    """A row that somebody adds is counted again here, or this fails: kinds are read from the folder, not from a list."""
    rows = {
        (kind, row.id)
        for kind in report_kinds()
        if kind not in COUNTED_ELSEWHERE
        for row in described(kind).rows
        if row.counts is not Counts.ENTERED
    }
    assert rows == set(RECOUNTED)


@pytest.mark.parametrize("kind", [kind for kind in report_kinds() if kind not in COUNTED_ELSEWHERE])
def test_a_kind_is_what_the_rows_say(own_stage: Stage, kind: str) -> None:
    """Every row of it, over one scene, the agency taken for one of the state that owes it; one altered entry, and none."""
    stage = own_stage
    fill(stage)
    rows = rows_of(stage, CA_SHERIFF)
    world = stage.federation.world_of(CA_SHERIFF)
    days = YEAR if described(kind).every == "year" else (date(2026, 11, 1), date(2026, 11, 30))
    state = (*described(kind).states, "CA")[0]
    listed = stage.federation.directory
    agencies = tuple(with_changes(one, state=state) if one.id == CA_SHERIFF else one for one in listed.agencies)
    moved = with_changes(listed, agencies=agencies)
    world = dataclasses.replace(world, directory=lambda before=None: moved)
    report = make_report(world, Wanted(kind, CA_SHERIFF, *days))
    found: dict[str, Any] = {table["id"]: table for table in msgspec.to_builtins(report)["tables"]}
    for row in described(kind).rows:
        if row.counts is not Counts.ENTERED:
            assert figures(found[row.id]) == RECOUNTED[kind, row.id](rows), row.id
    alter(stage)
    with pytest.raises(ProofError, match="entry 1 "):
        make_report(world, Wanted(kind, CA_SHERIFF, *days))


def alter(stage: Stage) -> None:
    """Another minute in one entry of the owner's log."""
    node = stage.federation.directory.get_agency(CA_SHERIFF).node
    with closing(sqlite3.connect(stage.federation.stores[node].folder / "node.db")) as database:
        (raw,) = database.execute("SELECT entry FROM entry WHERE idx = 1").fetchone()
        database.execute("UPDATE entry SET entry = ? WHERE idx = 1", (altered(bytes(raw), "entry"),))
        database.commit()
