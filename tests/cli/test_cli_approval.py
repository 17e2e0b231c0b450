"""`comity approval`, and the reason to go on, as members call them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Called, Stage, call, refused
from finding_examples import DETECTIVE, list_somebody

SERGEANT = "wa-police-sergeant"
OWN = ("--source", "wa-police")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def asked(node: Path, *more: str) -> Called:
    return call("ask", "--node", node, "--as", DETECTIVE, *REASON, *QUESTION, *OWN, *more)


def test_a_question_about_a_household_waits_and_is_sent_when_approved(node: Path) -> None:
    """Held for everybody, told without a row, approved by the sergeant after the node was opened anew, then answered."""
    list_somebody(node)
    waits = asked(node)
    assert waits.status == 0
    assert "A second person must approve this question" in waits.out
    assert "it matches your agency's list of people close to its members" in waits.out
    assert "household" not in waits.out
    listed = call("approval", "list", "--node", node, "--as", SERGEANT)
    assert listed.status == 1
    assert f"listed as somebody of the household of {DETECTIVE}" in listed.out
    assert "family Cahoon" in listed.out
    (one,) = call("approval", "list", "--node", node, "--as", SERGEANT, "--json").json
    assert "waits until" in refused("answer", "show", "--node", node, "--as", DETECTIVE, one["id"])
    words = ("approval", "decide", "--node", node, "--as", SERGEANT, "--reason", "the case is his own", one["id"])
    assert "approved and sent" in call(*words, "approve").out
    assert call("answer", "show", "--node", node, "--as", DETECTIVE, one["id"]).status == 0
    assert call("approval", "list", "--node", node, "--as", SERGEANT).out.startswith("nothing waits")
    (kept,) = call("approval", "list", "--node", node, "--as", SERGEANT, "--all", "--json").json
    assert (kept["state"], kept["by"]) == ("approved", SERGEANT)
    looked = call(
        "oversight", "findings", "--node", node, "--as", "wa-police-privacy", "--kind", "own-circle", "--json"
    )
    assert all(one["state"] != "open" or one["counts"]["look-ups"] for one in looked.json["findings"])


def test_a_refused_question_says_so_to_its_asker(node: Path) -> None:
    """Nobody is asked, and the asker reads the reason."""
    list_somebody(node)
    query_id = asked(node, "--json").json["query_id"]
    done = call(
        "approval",
        "decide",
        "--node",
        node,
        "--as",
        SERGEANT,
        "--reason",
        "not a case of ours",
        query_id,
        "refuse",
    )
    assert done.out == f"{query_id}: refused; nobody was asked\n"
    assert "not a case of ours" in refused("answer", "show", "--node", node, "--as", DETECTIVE, query_id)
    assert "decided this question" in refused(
        "approval",
        "decide",
        "--node",
        node,
        "--as",
        "wa-police-chief",
        "--reason",
        "it is one",
        query_id,
        "approve",
    )


def test_a_question_is_taken_back_while_it_waits(node: Path) -> None:
    """By who asked, once; then nobody approves it, and everybody reads how it ended."""
    list_somebody(node)
    query_id = asked(node, "--json").json["query_id"]
    words = ("approval", "withdraw", "--node", node, "--reason", "asked under the wrong case", query_id, "--as")
    assert "waits for a second person" in refused(*words, SERGEANT)
    assert call(*words, DETECTIVE).out == f"{query_id}: taken back; nobody was asked\n"
    again = call(*words, DETECTIVE, "--json").json
    assert (again["state"], again["by"]) == ("withdrawn", DETECTIVE)
    assert "taken back before anybody was asked" in refused(
        "answer", "show", "--node", node, "--as", DETECTIVE, query_id
    )
    decide = ("approval", "decide", "--node", node, "--as", SERGEANT, "--reason", "the case is his own", query_id)
    assert "took this question back" in refused(*decide, "approve")
    assert call("approval", "list", "--node", node, "--as", SERGEANT).status == 0
    kept = call("approval", "list", "--node", node, "--as", SERGEANT, "--all")
    assert f"taken back by {DETECTIVE}: asked under the wrong case" in kept.out


def test_the_list_says_what_a_decision_needs(node: Path) -> None:
    """The paper, the kinds, the use of motor-vehicle records and who would be asked, in words and as JSON."""
    list_somebody(node)
    asked(node, "--class", "dmv", "--dppa-use", "b1")
    shown = call("approval", "list", "--node", node, "--as", SERGEANT).out
    assert "use b1 of 18 USC 2721(b)" in shown
    assert re.search(r"^    of        wa-police$", shown, re.M)
    assert re.search(r"^    records   .*dmv", shown, re.M)
    (one,) = call("approval", "list", "--node", node, "--as", SERGEANT, "--json").json
    assert (one["dppa_use"], one["sources"], one["message"]) == ("b1", ["wa-police"], "records-query")
    assert one["basis"]["instrument"] in shown or "an agreement alone" in shown


def test_the_same_person_for_other_cases_takes_a_reason(node: Path) -> None:
    """Status 1 and a remedy; with `--go-on` the question is asked."""
    person = (
        "--purpose",
        "criminal-investigation",
        "--family",
        "Nobodysname",
        "--given",
        "Ane",
        "--born",
        "1961-02-03",
    )
    ask = ("ask", "--node", node, "--as", DETECTIVE, *person, "--class", "case", *OWN)
    for number in range(4):
        assert call(*ask, "--case", f"26-0{number}555").status == 0
    stopped = call(*ask, "--case", "26-09555")
    assert stopped.status == 1
    assert "4 times in 30 days" in stopped.err
    assert "--go-on" in stopped.err
    assert call(*ask, "--case", "26-09555", "--go-on", "the cases are one series").status == 0
