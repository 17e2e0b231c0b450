"""`comity oversight reach`: the question as a person puts it, and the answer in both shapes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.demo.records import generate_region

FLOW = """\
version: 1
flows:
  - id: crime-centre
    owner: il-police
    recipient: removal-operations
    system: Crime Centre
    access: commercial-broker
    data_classes: [booking]
    purposes: none-stated
    onward: unknown
    authority: {kind: contract, citation: "no. 17-204"}
    source: {title: "Council minutes", dated: 2026-03-02, evidence: own-statement}
"""
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
    path = tmp_path / "flows.yaml"
    path.write_text(FLOW)
    called = call(
        *("oversight", "reach", "--from", "il-police", "--to", "removal-operations", "--class", "booking"),
        *("--purpose", "civil-immigration", "--without", "pool", "--region", stage.region.folder, "--flows", path),
    )
    assert called.status == 1
    assert "by Crime Centre (commercial-broker), contract: no. 17-204 (declared)" in called.out
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


def test_h8_what_was_told_by_telephone_counts_where_the_desk_asks(stage: Stage, tmp_path: Path) -> None:
    """H8: a recorded call is a side door to whoever was told and for whom; it is counted for the desk, without the person."""
    node = stage.copy("wa-node", tmp_path)
    record = next(
        one.reference
        for one in generate_region(2026, 400, date.today()).records
        if (one.owner, one.data_class, len(one.people)) == ("wa-police", "booking", 1) and not one.state.sealed
    )
    done = call(
        *("disclosure", "record", "--node", node, "--as", "wa-police-detective", "--to", "ny-dmv", "--by", "call"),
        *(
            "--person",
            "Ines Marlow",
            "--purpose",
            "criminal-investigation",
            "--case",
            "26-1",
            "--field",
            "name",
            record,
        ),
    )
    assert done.status in (0, 1), done.err
    asked = ("oversight", "reach", "--node", node, "--from", "wa-police", "--to", "ny-dmv", "--class", "booking")
    assert "disclosure by call" not in call(*asked).out
    told = call(*asked, "--as", "wa-police-custodian").out
    assert "wa-police --side door--> ny-dmv" in told
    assert "by disclosure by call, 1 recorded (recorded)" in told
    assert "happened already; nothing undoes that" in told
    assert "Marlow" not in told
    assert "is of no agency held at these nodes" in refused(*asked, "--as", "ca-sheriff-custodian")
