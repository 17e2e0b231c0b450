"""Sharing lists: every known layout becomes edges with their lines, and what is left out is counted with why."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from comity.errors import RecordFileError
from comity.formats.sharing.layouts import SharingLayout
from comity.formats.sharing.reading import BACKWARDS, ITSELF, NO_DAY, NO_DIRECTION, NO_NAME, TWICE, read_sharing
from comity.model.flow import Change, Teller

SHARED = Path(__file__).parents[4] / "shared" / "data"
EDGES = b"src_agency,src_state,external_agency,external_state\n"
BOTH = b"portal_slug,portal_agency,other_agency,direction,archived_date\n"
CHANGES = b"portal_slug,portal_agency,other_agency,change,previous_snapshot,snapshot\n"
NETWORKS = b"organization_name,networks_shared_with_me,networks_im_sharing\n"


def real(name: str) -> bytes:
    """A real list, or a loud skip."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"SKIPPED LOUDLY: {path} is missing")
    return path.read_bytes()


def rows_of(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines(keepends=True)))


def test_edges_keep_their_line() -> None:
    """The source shares with the other; blanks are folded; a row twice is one edge and is counted."""
    text = EDGES + b"A  WI PD,WI,B WI PD,WI\nA WI PD,WI,B WI PD,WI\nA WI PD,WI,,\nA WI PD,WI,A WI PD,WI\n"
    found = read_sharing(text, "e.csv")
    (edge,) = found.edges
    assert (edge.owner, edge.recipient, edge.as_of, edge.teller, edge.line) == (
        "A WI PD",
        "B WI PD",
        None,
        Teller.OWNER,
        2,
    )
    assert dict(found.dropped) == {TWICE: 1, NO_NAME: 1, ITSELF: 1}
    assert (found.rows, found.names) == (4, ("A WI PD", "B WI PD"))


def test_both_directions_are_told_apart() -> None:
    """`out` is the portal's agency granting, `in` the other one; the day is the list's."""
    text = BOTH + b"a,A,B,out,2026-04-01\na,A,C,in,2026-04-01\na,A,D,up,2026-04-01\na,A,D,out,1 April\n"
    found = read_sharing(text, "b.csv")
    assert [(edge.owner, edge.recipient, edge.teller) for edge in found.edges] == [
        ("A", "B", Teller.OWNER),
        ("C", "A", Teller.RECIPIENT),
    ]
    assert found.edges[0].as_of == date(2026, 4, 1)
    assert dict(found.dropped) == {NO_DIRECTION: 1, NO_DAY: 1}


def test_changes_name_both_days() -> None:
    """A difference of two lists says what was added or removed between them; days the wrong way round are left out."""
    text = CHANGES + b"a,A,B,removed,2026-04-01,2026-04-08\na,A,B,added,2026-04-09,2026-04-08\n"
    found = read_sharing(text, "c.csv")
    (change,) = found.changes
    assert (change.change, change.before, change.edge.as_of) == (
        Change.REMOVED,
        date(2026, 4, 1),
        date(2026, 4, 8),
    )
    assert (found.edges, dict(found.dropped)) == ((), {BACKWARDS: 1})


def test_an_export_of_networks_is_its_holders() -> None:
    """The holder is the one name it shares; networks of one organisation are one edge; an empty row is counted."""
    text = NETWORKS + b'B,"B north, B south",H\nC,C,\nD,,H\nE,,\n'
    found = read_sharing(text, "n.csv")
    assert [(edge.owner, edge.recipient, edge.teller, edge.line) for edge in found.edges] == [
        ("B", "H", Teller.RECIPIENT, 2),
        ("H", "B", Teller.OWNER, 2),
        ("C", "H", Teller.RECIPIENT, 3),
        ("H", "D", Teller.OWNER, 4),
    ]
    assert found.empty == 1


def test_an_export_of_networks_that_names_two_holders_is_refused() -> None:
    """Where the export does not say whose it is, nothing is guessed."""
    with pytest.raises(RecordFileError, match="does not say whose it is"):
        read_sharing(NETWORKS + b"B,B,H\nC,C,G\n", "n.csv")


def test_an_unknown_header_needs_a_mapping() -> None:
    """The columns are shown with the remedy."""
    with pytest.raises(RecordFileError, match=r"the columns `from, to` are no known sharing list(?s:.)*--mapping"):
        read_sharing(b"from,to\nA,B\n", "x.csv")


def test_a_layout_of_ones_own_is_checked_against_the_columns() -> None:
    """A missing column, or one that is neither read nor ignored, stops the reading."""
    layout = SharingLayout(name="own", teller="from", other="to")
    assert len(read_sharing(b"from,to\nA,B\n", "x.csv", layout).edges) == 1
    for text, why in (
        (b"from,at\nA,B\n", "no column `to`"),
        (b"from,to,at\nA,B,C\n", "neither mapped nor ignored"),
    ):
        with pytest.raises(RecordFileError, match=why):
            read_sharing(text, "x.csv", layout)


@pytest.mark.parametrize(
    ("name", "owner", "recipient"),
    [
        ("alpr_portal_sharing_edges_2024.csv", "src_agency", "external_agency"),
        ("alpr_portal_sharing_changes_2026.csv", "portal_agency", "other_agency"),
    ],
)
def test_every_row_of_a_real_list_is_an_edge_or_is_counted(name: str, owner: str, recipient: str) -> None:
    """The edges are the pairs that a plain reading finds, and edges and drops together are the rows."""
    raw = real(name)
    found = read_sharing(raw, name)
    rows = rows_of(raw)
    edges = {(edge.owner, edge.recipient) for edge in (*found.edges, *(change.edge for change in found.changes))}
    plain = {(" ".join(row[owner].split()), " ".join(row[recipient].split())) for row in rows}
    assert edges == {(a, b) for a, b in plain if a and b and a != b}
    assert len(found.edges) + len(found.changes) + sum(count for _, count in found.dropped) == len(rows)


def test_both_directions_of_the_real_portals_are_read() -> None:
    """Rows of 2026 by direction equal a plain count."""
    raw = real("alpr_portal_sharing_edges_2026.csv")
    found = read_sharing(raw, "2026")
    plain = Counter(row["direction"] for row in rows_of(raw))
    dropped = sum(count for _, count in found.dropped)
    told = Counter(edge.teller for edge in found.edges)
    assert len(found.edges) + dropped == sum(plain.values()) == found.rows
    assert plain["out"] - dropped <= told[Teller.OWNER] <= plain["out"]


def test_the_real_export_of_networks_is_read() -> None:
    """Edges of each direction equal the organisations with a cell of that direction, but for the holder itself."""
    raw = real("alpr_shared_networks_okaloosa_fl_2025.csv")
    found = read_sharing(raw, "n")
    rows = [row for row in rows_of(raw) if any(row.values())]
    holder = "Okaloosa County FL SO"
    gets = {row["organization_name"] for row in rows if row["networks_shared_with_me"]} - {holder}
    gives = {row["organization_name"] for row in rows if row["networks_im_sharing"]} - {holder}
    assert {edge.owner for edge in found.edges if edge.recipient == holder} == gets
    assert {edge.recipient for edge in found.edges if edge.owner == holder} == gives
