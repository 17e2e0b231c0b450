"""`comity oversight reach` over sharing lists: groups, single agencies, the page, and the real lists where they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_stage import Called, call, refused

SHARED = Path(__file__).parents[4] / "shared" / "data"
DIRECTORY = """\
ori,data_year,agency_name,state,county,agency_type,population
CA0990100,2025,Port Ferris,CA,FERRIS,City,9000
CA0990200,2025,Los Robles,CA,FERRIS,City,4000
TX0990100,2025,Quill,TX,QUILL,City,3000
NV0990100,2025,Larch,NV,LARCH,City,3000
"""
LIST = """\
src_agency,src_state,external_agency,external_state
Port Ferris CA PD,CA,Los Robles CA PD,CA
Los Robles CA PD,CA,Quill TX PD,TX
Los Robles CA PD,CA,Larch NV PD,NV
Quill TX PD,TX,Larch NV PD,NV
"""


@pytest.fixture
def lists(tmp_path: Path) -> tuple[str | Path, ...]:
    """A list of four lines, and who its names are."""
    (tmp_path / "list.csv").write_text(LIST)
    (tmp_path / "agencies.csv").write_text(DIRECTORY)
    return ("--list", tmp_path / "list.csv", "--directory", tmp_path / "agencies.csv")


def ask(lists: tuple[str | Path, ...], owner: str, to: str, *more: str | Path) -> Called:
    return call("oversight", "reach", *lists, "--from", owner, "--to", to, *more)


def test_h9_the_picture_tells_direct_and_third(lists: tuple[str | Path, ...]) -> None:
    """H9: who shares across the border, and who shares with somebody who does, each line with file, line and citation."""
    called = ask(lists, "state=CA", "state!=CA", "--json")
    value = called.json
    assert (called.status, value["direct"], value["forbidden"]) == (1, 2, 2)
    rows = {row["agency"]["id"]: row for row in value["rows"]}
    direct = rows["CA0990200"]["direct"]
    assert [one["agency"]["id"] for one in direct] == ["TX0990100", "NV0990100"]
    assert direct[0]["sources"] == ["list.csv, line 3"]
    assert direct[0]["law"]["rules"][0]["citation"] == "Civ. Code 1798.90.5(f), 1798.90.55(b)"
    through = rows["CA0990100"]["through"]
    assert rows["CA0990100"]["direct"] == []
    assert [(one["agency"], one["thirds"], one["some"]) for one in through] == [
        ("TX0990100", 1, ["Los Robles CA PD"]),
        ("NV0990100", 1, ["Los Robles CA PD"]),
    ]


def test_the_picture_in_sentences(lists: tuple[str | Path, ...]) -> None:
    """Counts, the rule with its citation in the words of a check, then the states and the agencies."""
    told = ask(lists, "state=CA", "state!=CA").out
    assert "1 shares directly with one or more of them, by 2 lines." in told
    assert "1 other shares with nobody of them, but with somebody who does." in told
    assert (
        "2 lines of 1 agency do not appear to follow: Plate data goes to California public agencies only" in told
    )
    assert "illegal" not in told


def test_a_page_has_every_line_and_no_script(lists: tuple[str | Path, ...], tmp_path: Path) -> None:
    """The page stands alone: a picture with a title, the same figures as a table, lines with sources; never overwritten."""
    page = tmp_path / "map.html"
    ask(lists, "state=CA", "state!=CA", "--page", page)
    text = page.read_text()
    assert "<script" not in text
    assert "http" not in text
    assert '<svg role="img"' in text
    assert "list.csv, line 3" in text
    assert "us-ca/CA-17" in text
    told = refused(
        *("oversight", "reach", *lists, "--from", "state=CA", "--to", "state!=CA", "--page", page),
    )
    assert "is there already; name a new file" in told


def test_names_of_a_list_are_data_and_not_markup(tmp_path: Path) -> None:
    """A name that looks like HTML stands on the page as what it is."""
    (tmp_path / "list.csv").write_text(LIST.replace("Quill TX PD", "<b>Quill</b> TX PD"))
    page = tmp_path / "map.html"
    ask(("--list", tmp_path / "list.csv"), "state=CA", "state!=CA", "--page", page)
    assert "&lt;b&gt;Quill&lt;/b&gt; TX PD" in page.read_text()
    assert "<b>" not in page.read_text()


def test_every_way_between_two_agencies_of_a_list(lists: tuple[str | Path, ...]) -> None:
    """Two names of the list: every way, what law says beside each line, and the lines that would have to go."""
    called = ask(lists, "Port Ferris CA PD", "Larch NV PD", "--json")
    value = called.json
    assert [way["agencies"] for way in value["ways"]] == [
        ["CA0990100", "CA0990200", "NV0990100"],
        ["CA0990100", "CA0990200", "TX0990100", "NV0990100"],
    ]
    first, second = value["ways"][0]["steps"]
    assert (first["door"], first["known"], first["law"]["says"]) == ("front door", "listed", "does not forbid it")
    assert (second["door"], second["law"]["says"]) == ("back door", "forbids it")
    assert value["closing"]["sets"] == [["CA0990100 takes CA0990200 off its sharing list"]]
    assert value["closing"]["owner_alone"] == value["closing"]["sets"][0]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "town=Alder"), "`town=Alder` is no group; write an agency, or TRAIT=VALUE"),
        (("--to", "state!=CA", "--class", "booking"), "sharing lists are of plate-read"),
        (
            ("--to", "state=Nevada"),
            "`Nevada` in `state=Nevada` is no state of an agency; write a code like CA, or US",
        ),
        (
            ("--to", "Larch NV P"),
            "no agency in the lists is called `Larch NV P`; write it as a list does, or a group; ",
        ),
        (("--to", "state=TX", "--to", "state=NV"), "a picture is between two groups"),
    ],
)
def test_bad_groups_are_refused(lists: tuple[str | Path, ...], words: tuple[str, ...], told: str) -> None:
    """One sentence with the remedy."""
    assert told in refused("oversight", "reach", *lists, "--from", "state=CA", *words)


def test_a_page_of_one_question_is_refused(lists: tuple[str | Path, ...], tmp_path: Path) -> None:
    """A page is a picture between groups."""
    words = ("--from", "Port Ferris CA PD", "--to", "Quill TX PD", "--page", tmp_path / "x.html")
    assert "--page draws the picture between two groups" in refused("oversight", "reach", *lists, *words)


def test_groups_without_lists_are_refused(tmp_path: Path) -> None:
    """A directory alone says nothing of sharing."""
    (tmp_path / "agencies.csv").write_text(DIRECTORY)
    words = ("--directory", tmp_path / "agencies.csv", "--from", "state=CA", "--to", "state!=CA")
    assert "--list" in refused("oversight", "reach", *words)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the real lists are not beside the repository")
def test_h10_the_known_californian_that_shares_with_other_states_is_found() -> None:
    """H10: on the real list the agency that is known to share nationwide is found, cited; each line leads to its row."""
    path = SHARED / "alpr_portal_sharing_edges_2026.csv"
    value = call(
        *("oversight", "reach", "--list", path, "--directory", SHARED / "agencies_fbi_lee_2025.csv"),
        *("--from", "state=CA", "--to", "state!=CA", "--json"),
    ).json
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    known = next(row for row in value["rows"] if row["agency"]["name"].startswith("El Cajon"))
    assert all(one["law"]["rules"][0]["rule"] == "us-ca/CA-17" for one in known["direct"])
    told = set()
    for one in known["direct"]:
        line = int(one["sources"][0].partition("line ")[2].partition(",")[0])
        assert rows[line - 1][1].startswith("El Cajon")
        assert " ".join(rows[line - 1][2].split()) == one["agency"]["name"]
        told.add(rows[line - 1][2])
    written = {
        row[2] for row in rows if row[1].startswith("El Cajon") and row[3] == "out" and row[2].endswith(" TX PD")
    }
    assert len(written) > 10
    assert written <= told
