"""`comity records correct` as a custodian calls it, on a copy of a node and through a running one."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.ledger.verify import verify_log_directory
from comity.node.open_world import open_world

BY = "wa-police-custodian"
WHY = ("--reason", "the booking desk misread it")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


@pytest.fixture
def somebody(node: Path) -> tuple[str, str, str]:
    """A record of the node's owner with one person in it who has a birth date: its id, the key, the date."""
    with open_world(node) as world:
        for record in world.records.page_of("wa-police", "", 500):
            for person in record.people:
                if person.values("birth-date") and len(record.people) == 1:
                    return record.id, person.key, person.values("birth-date")[0]
    raise AssertionError("the region has nobody")


def test_a_value_is_corrected_and_said_so(node: Path, somebody: tuple[str, str, str]) -> None:
    """One line for the record, one for what is out; the record says it, and the log verifies."""
    record_id, key, _ = somebody
    words = (
        "records",
        "correct",
        "--node",
        node,
        "--as",
        BY,
        *WHY,
        "--set",
        f"{key}.birth-date=1931-02-03",
        record_id,
    )
    trial = call(*words, "--dry-run")
    assert (trial.status, "would be corrected" in trial.out) == (0, True)
    done = call(*words)
    assert done.status == 0, done.err
    assert f"{key}.birth-date corrected (entry " in done.out
    assert "releases of what stood there are out" in done.out
    with open_world(node) as world:
        record = world.records.get("wa-police", record_id)
    assert record is not None
    assert record.get_person(key).values("birth-date") == ("1931-02-03",)
    assert verify_log_directory(node / "log", (node / "log.vkey").read_text().strip())
    assert call(*words).out == "nothing to do: the record says so already\n"
    assert call(*words, "--json").json["entry"] is None


def test_a_document_nobody_reads_is_refused(node: Path, somebody: tuple[str, str, str], tmp_path: Path) -> None:
    """With the kinds that are read; nothing of it stands."""
    record_id, _, _ = somebody
    document = tmp_path / "one.xml"
    document.write_text("<Unknown/>")
    told = refused("records", "correct", "--node", node, "--as", BY, *WHY, "--from", document, record_id)
    assert "`Unknown` is not a document kind that is read here" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((*WHY, "a"), "give the record as it is to stand with --from, or single values with --set"),
        ((*WHY, "--set", "x=1", "--from", "a.xml", "a"), "or single values with --set"),
        ((*WHY, "--set", "x=1", "--mapping", "a.yaml", "a"), "name the export with --from"),
        ((*WHY, "--set", "birth-date", "a"), "`birth-date` sets nothing; write FIELD=VALUE"),
        ((*WHY, "--set", "x=1", "nowhere"), "`wa-police` has no record `nowhere`"),
        ((*WHY, "--from", "missing.xml", "a"), "cannot be read (no such file or directory)"),
        (("--reason", "typo", "--set", "x=1", "a"), "the reason needs at least 3 words"),
    ],
)
def test_wrong_use_is_one_sentence(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 before anything changes."""
    assert told in refused("records", "correct", "--node", node, "--as", BY, *words)
