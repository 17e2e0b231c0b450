"""`comity disclosure` as whoever told something calls it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.demo.records import generate_region

BY = "wa-police-detective"
TOLD = (
    "--to", "ca-sheriff", "--person", "Det. Ines Marlow", "--by", "call", "--purpose", "criminal-investigation",
    "--case", "26-01417",
)  # fmt: skip


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


@pytest.fixture(scope="module")
def record() -> str:
    """A booking of the police department."""
    records = generate_region(2026, 400, date.today()).records
    return next(
        one.reference
        for one in records
        if (one.owner, one.data_class) == ("wa-police", "booking")
        and len(one.people) == 1
        and not one.state.sealed
    )


def test_a_call_is_recorded_in_one_command(node: Path, record: str) -> None:
    """Status 0, each field with how the law stands to it; it stands on the desk's list."""
    words = ("disclosure", "record", "--node", node, "--as", BY, *TOLD, "--field", "charge", record)
    done = call(*words, "--json")
    assert (done.status, done.err) == (0, "")
    assert [(one["field"], one["verdict"]) for one in done.json["disclosed"]["fields"]] == [("charge", "given")]
    told = call(*words, "--note", "called back on the listed number").out
    assert "call to Det. Ines Marlow of ca-sheriff" in told
    assert "an answer would have given it" in told
    listed = call("disclosure", "list", "--node", node, "--as", "wa-police-custodian", "--json")
    assert (listed.status, len(listed.json)) == (0, 2)
    assert listed.json[0]["disclosed"]["note"] == "called back on the listed number"
    assert (
        "call to Det. Ines Marlow" in call("disclosure", "list", "--node", node, "--as", "wa-police-custodian").out
    )


def test_one_against_the_law_is_loud(node: Path, record: str) -> None:
    """Status 1 when recorded, and of the list until somebody looked into it; recorded all the same."""
    assert "nothing was told" in call("disclosure", "list", "--node", node, "--as", "wa-police-custodian").out
    words = (
        "disclosure", "record", "--node", node, "--as", BY, "--to", "removal-operations", "--person", "Officer Brandt",
        "--by", "e-mail", "--purpose", "civil-immigration", "--case", "A-1", "--field", "name", record,
    )  # fmt: skip
    done = call(*words)
    assert done.status == 1
    assert "name: AGAINST THE LAW" in done.out
    assert "us-wa/" in done.out
    assert "a disclosure against the law; the privacy officer looks into it" in done.out
    listed = call("disclosure", "list", "--node", node, "--as", "wa-police-custodian", "--json")
    assert (listed.status, listed.json[0]["open_finding"]) == (1, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--field", "charge", "one", "two", "three"), "a jail roster is refused as bulk"),
        (("--field", "charge", "none"), "has no record `none`"),
        (("--field", "charge", "--at", "yesterday", "none"), "is not a time"),
        (("--field", "charge", "--at", "2026-11-18T10:15", "none"), "has no offset"),
        (("--field", "charge", "--basis", "favour", "none"), "is no legal basis"),
    ],
)
def test_wrong_use_is_told(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 and one sentence with the remedy."""
    assert told in refused("disclosure", "record", "--node", node, "--as", BY, *TOLD, *words)
