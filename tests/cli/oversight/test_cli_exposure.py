"""`comity oversight flow exposure` at a region's nodes, over small lists, and over the real ones where they are."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from names_examples import map_files

SHARED = Path(__file__).parents[4] / "shared" / "data"
ADAMS = "Adams County WI SO"


def test_h20_a_statement_is_there_for_anybody_computed_from_law_and_log(stage: Stage, tmp_path: Path) -> None:
    """H20: doors by the law in force, each with the agreement behind it; the page in Spanish is the same statement."""
    node, page = stage.copy("il-node", tmp_path), tmp_path / "statement.html"
    words = ("oversight", "flow", "exposure", "il-police", "--node", node)
    called = call(*words, "--json", "--page", page, "--language", "es")
    assert called.status == 0, called.err
    value = called.json
    front = {one["agency"]["id"]: one["flows"] for one in value["doors"] if one["door"] == "front door"}
    assert {flow["source"] for flow in front["wa-police"]} == {"agreement SFPD-CCPD-2026"}
    assert value["law"] == "own"
    assert {one["outcome"] for one in value["closed"]} <= {"closed", "unless-public", "open", "undecided"}
    used = value["used"]  # None where the log began this month, as it did unless the month has just turned
    assert used is None or used["asked"] == 0
    assert value["unread"] == sorted(set(value["unread"]))
    assert "wa-police" in value["unread"]
    assert value["public"]
    assert "Quién puede ver qué sobre las personas de aquí" in page.read_text()
    assert "<script" not in page.read_text()
    desk = call(*words, "--json", "--as", "il-police-custodian")
    assert desk.status == 0, desk.err
    assert (desk.json["public"], desk.json["acting"], desk.json["told"]) == (False, [], [])


def test_an_agency_of_a_list_has_doors_by_the_list(tmp_path: Path) -> None:
    """Lines and declared flows make doors; the state's law is told, or that none was read; use is not known."""
    words = map_files(tmp_path)
    value = call("oversight", "flow", "exposure", ADAMS, *words, "--json").json
    assert [one["agency"]["name"] for one in value["doors"]] == ["Elder Township PA PD"]
    assert value["doors"][0]["flows"][0]["source"] == "list.csv, line 2"
    assert (value["law"], value["used"], value["sure"]["undated"]) == ("none", None, True)
    text = call("oversight", "flow", "exposure", ADAMS, *words).out
    assert "In short: 1 agency can ask us, 0 through someone else, 0 more get copies." in text
    assert "No law of this state was read. Treat everything as not closed." in text
    lines = call("oversight", "flow", "exposure", ADAMS, *words, "--csv").out.splitlines()
    assert lines[1].startswith("front door,Elder Township PA PD,PA,")


def test_an_agency_nobody_knows_is_refused(tmp_path: Path) -> None:
    """A name that is on no list is a mistake, and no statement is made of nothing."""
    words = map_files(tmp_path)
    assert "nothing is known here of `nobody`" in refused("oversight", "flow", "exposure", "nobody", *words)


def test_the_real_list_gives_the_doors_that_a_plain_reading_gives() -> None:
    """El Cajon's front door has as many agencies as a plain reading of the real list finds lines from it, spellings merged."""
    if not SHARED.is_dir():
        pytest.skip("SKIPPED LOUDLY: the real lists are missing; put them at ../shared/data")
    path = SHARED / "alpr_portal_sharing_edges_2026.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = {
            row["other_agency"]
            for row in csv.DictReader(file)
            if row["portal_agency"] == "El Cajon PD ( CA)" and row["direction"] == "out"
        }
    directory = SHARED / "agencies_fbi_lee_2025.csv"
    words = ("--list", path, "--directory", directory)
    value = call("oversight", "flow", "exposure", "El Cajon PD ( CA)", *words, "--json").json
    front = [one for one in value["doors"] if one["door"] == "front door"]
    assert 0.95 * len(lines) <= len(front) <= len(lines)
    named = {one["agency"]["name"] for one in front}
    assert len(named & lines) > 0.9 * len(named)
    assert value["sure"]["newest"] == "2026-04-29"
    assert value["law"] == "state"
