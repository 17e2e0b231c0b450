"""`comity person`: proposing, declaring, parting, undoing and reading, at a node on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Called, Stage, call, refused

from comity.ledger.verify import verify_log_directory
from comity.node.open_world import open_world

ON_BOTH_ENGINES = True

BY = "wa-police-custodian"
REASON = ("--reason", "same fingerprint card")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """Cascade City's node, to change."""
    return stage.copy("wa-node", tmp_path)


def person(node: Path, verb: str, *more: str, by: str = BY) -> Called:
    return call("person", verb, "--node", node, "--as", by, *more)


def proposals(node: Path) -> list[dict[str, object]]:
    return list(person(node, "history", "--open", "--json").json)


def size(node: Path) -> int:
    return int((node / "log" / "checkpoint").read_text().splitlines()[1])


def test_proposals_of_the_region_are_entered_once_and_accepted(node: Path) -> None:
    """A trial enters nothing; the open ones are listed; one is accepted by its id and open no more."""
    before = size(node)
    trial = person(node, "propose", "--dry-run", "--json")
    assert (trial.status, size(node), proposals(node)) == (0, before, [])
    made = person(node, "propose", "--json").json
    assert len(made["proposals"]) == len(trial.json["proposals"]) > 10
    assert (made["records"], made["crowded"], size(node)) == (trial.json["records"], 0, before + 1)
    assert person(node, "propose", "--json").json["proposals"] == []
    first = proposals(node)[0]
    merged = person(node, "merge", *REASON, str(first["act"]), "--json")
    assert merged.status == 0
    (shown,) = merged.json["persons"]
    assert [f"{one['record_id']}#{one['person_key']}" for one in shown["records"]] == first["people"]
    assert str(first["act"]) not in [one["act"] for one in proposals(node)]


def test_a_person_is_shown_with_its_acts_and_nothing_of_its_records(node: Path) -> None:
    """References, classes and sentences; no name, no date, no number that a record holds."""
    person(node, "propose")
    first = proposals(node)[0]
    person(node, "merge", *REASON, str(first["act"]))
    record = str(first["people"][0])  # type: ignore[index]
    shown = person(node, "show", record, "--json").json
    assert [act["kind"] for act in shown["acts"]] == ["proposed", "merged"]
    assert all(act["stands"] for act in shown["acts"])
    told = person(node, "show", shown["person"]).out
    assert "the birth dates are the same" in told or "the numbers are the same" in told
    record_id, _, _ = record.partition("#")
    with open_world(node) as world:
        held = world.records.get("wa-police", record_id)
    assert held is not None
    values = {field.value for one in held.people for field in one.fields if len(field.value) > 2}
    assert values
    assert not [value for value in values if value in told]
    assert person(node, "history", "--about", record).out.count("    act ") == 2


def test_against_the_rule_two_members_are_named(node: Path) -> None:
    """Status 1 with the reason; with a second member and that member's reason it is done and both are kept."""
    found = [one["people"] for one in person(node, "propose", "--dry-run", "--json").json["proposals"]]
    one, other = str(found[0][0]), str(found[1][0])
    sentence = refused("person", "merge", "--node", node, "--as", BY, *REASON, one, other, status=1)
    assert "the rule of the second identifier speaks against it" in sentence
    confirmed = ("--second", "wa-police-counsel", "--confirm", "counsel compared the photographs")
    act = person(node, "merge", *REASON, *confirmed, one, other, "--json").json["act"]
    assert (act["confirmed_by"], act["confirmation"]) == ("wa-police-counsel", "counsel compared the photographs")
    assert "confirmed by wa-police-counsel" in person(node, "history").out


def test_a_split_and_its_undoing(node: Path) -> None:
    """Declared somebody else, shown as such, refused when merged again, undone by its id."""
    found = person(node, "propose", "--json").json["proposals"][0]
    one, other = found["people"][:2]
    person(node, "merge", *REASON, found["act"])
    parted = person(node, "split", "--reason", "the twin sister it is", one, "--json").json
    assert parted["act"]["others"][0] == other
    assert "declared somebody else" in person(node, "show", one).out
    assert "declared them two people" in refused(
        "person", "merge", "--node", node, "--as", BY, *REASON, one, other, status=1
    )
    undone = person(node, "undo", "--reason", "it was no twin", parted["act"]["act"])
    assert (undone.status, "undoes" in undone.out) == (0, True)
    assert "nothing to do" in person(node, "undo", "--reason", "it was no twin", parted["act"]["act"]).out
    assert "[undone]" in person(node, "show", one).out
    apart = person(node, "split", "--reason", "told apart in court", "--from", other, one, "--json").json
    assert apart["act"]["people"] == [one]
    assert verify_log_directory(node / "log", (node / "log.vkey").read_text().strip())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("merge", "--as", BY, *REASON, "nowhere", "nobody"), "no record, person or act"),
        (("merge", "--as", "wa-police-detective", *REASON, "a", "b"), "needs records-custodian"),
        (("merge", "--as", "nobody", *REASON, "a", "b"), "not a member at this node"),
        (("show", "--as", "wa-police-detective", "a"), "may not do this"),
        (("undo", "--as", BY, *REASON, "nothing"), "has no act"),
        (("propose", "--as", "wa-police-counsel"), "needs records-custodian"),
        (("show", "--as", BY, ""), "WHO is empty; name one"),
        (("show", "--as", BY, "#"), "no record, person or act"),
        (("undo", "--as", BY, *REASON, ""), "ACT is empty; name one"),
        (("merge", "--as", BY, "--reason", "", "a", "b"), "reason is empty; give it"),
        (("merge", "--as", BY, *REASON, "--second", "wa-police-counsel", "a", "b"), "(`--confirm`)"),
        (("show", "--as", BY, "--node", "other", "a"), "--node is given twice"),
        (("show", "--as", "ca-sheriff-custodian", "a"), "not a member at this node"),
    ],
)
def test_wrong_use_is_one_sentence(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2, nothing entered."""
    before = size(node)
    verb, *more = words
    assert told in refused("person", verb, "--node", node, *more)
    assert size(node) == before


def test_an_empty_history_says_so(node: Path) -> None:
    """Nobody was declared anybody yet."""
    assert person(node, "history").out == "no such act\n"
    assert person(node, "history", "--json").json == []
