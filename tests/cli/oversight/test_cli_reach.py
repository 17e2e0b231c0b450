"""`comity oversight reach`: the question as a person puts it, and the answer in both shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

ASKED = ("oversight", "reach", "--from", "ca-sheriff", "--to", "federal-investigations", "--class", "booking")


def test_every_way_is_told_with_its_doors_and_what_closes_it(stage: Stage) -> None:
    """The direct way first, then through a third; each step with its agreement; then what must end; status 1."""
    called = call(*ASKED, "--region", stage.region.folder)
    assert called.status == 1
    assert called.out.startswith("YES, ")
    assert "ca-sheriff --front door--> federal-investigations" in called.out
    assert "by agreement HDI-ACSO-2026" in called.out
    assert "wa-police --back door--> federal-investigations" in called.out
    assert "To close it: suspend HDI-ACSO-2026" in called.out
    assert "ca-sheriff can do this alone." in called.out
    assert "Assumed: law and agreements in force on" in called.out


def test_the_json_says_the_same(stage: Stage) -> None:
    """Agencies, doors, authorities and closings as one object."""
    value = call(*ASKED, "--region", stage.region.folder, "--json").json
    assert value["verdict"] == "reached"
    assert value["ways"][0]["agencies"] == ["ca-sheriff", "federal-investigations"]
    (step,) = value["ways"][0]["steps"]
    assert (step["door"], step["by"], step["known"]) == ("front door", "agreement", "decided by law")
    assert value["closing"]["exact"] is True
    assert value["closing"]["cost"] == len(value["closing"]["sets"][0])


def test_no_way_is_said_and_is_status_nought(stage: Stage) -> None:
    """What no law lets through is a plain no, with what the answer rests on."""
    called = call(
        *("oversight", "reach", "--from", "il-police", "--to", "removal-operations", "--class", "booking"),
        *("--purpose", "civil-immigration", "--without", "pool", "--region", stage.region.folder),
    )
    assert (called.status, called.out.splitlines()[0]) == (0, "NO WAY from il-police to removal-operations.")
    assert "left out at your word: pool" in called.out


def test_a_declared_flow_is_a_step_like_others(stage: Stage, tmp_path: Path) -> None:
    """A vendor's contract from the file stands on the way, with its citation and source."""
    path = tmp_path / "flows.json"
    flow = {
        "id": "crime-centre",
        "owner": "il-police",
        "recipient": "removal-operations",
        "system": "Crime Centre",
        "access": "commercial-broker",
        "data_classes": ["booking"],
        "purposes": [],
        "onward": "unknown",
        "authority": "contract",
        "citation": "contract 17-204",
        "source": "council minutes",
        "dated": "2026-03-02",
        "evidence": "own-statement",
    }
    path.write_text(json.dumps([flow]))
    called = call(
        *("oversight", "reach", "--from", "il-police", "--to", "removal-operations", "--class", "booking"),
        *("--purpose", "civil-immigration", "--without", "pool", "--region", stage.region.folder, "--flows", path),
    )
    assert called.status == 1
    assert "by Crime Centre (commercial-broker), contract contract 17-204 (declared)" in called.out
    assert "To close it: end crime-centre, Crime Centre." in called.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--class", "gossip"), "`gossip` is no data class; use one of case, booking"),
        (("--on", "tomorrow"), "`tomorrow` is not a day; write YYYY-MM-DD"),
        (("--to", "nobody"), "nothing is known here of `nobody`; known are ca-sheriff"),
        (("--flows", "nowhere.json"), "nowhere.json"),
    ],
)
def test_bad_input_is_refused_with_the_remedy(stage: Stage, words: tuple[str, ...], told: str) -> None:
    """One sentence, and nothing on standard output."""
    assert told in refused(*ASKED, "--region", stage.region.folder, *words)


def test_without_nodes_there_is_nothing_to_read() -> None:
    """A question about no federation is wrong use."""
    assert "--node or --region" in refused(*ASKED)
