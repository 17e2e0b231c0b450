"""`comity law why`: a past question explained to the owner's desk, with the node stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from one_region import one_region

OWNER = "wa-police"
COUNSEL = ("--as", "wa-police-counsel", "--for", OWNER)


@pytest.fixture(scope="module")
def asked(stage: Stage) -> tuple[Path, str]:
    """The own node and the id of the detective's question, which it answered itself."""
    answered = stage.ask("--source", OWNER, "--json")
    assert answered.status == 0
    return stage.node("wa-node"), answered.json["query_id"]


def test_every_record_has_its_outcome_and_each_field_its_rules(asked: tuple[Path, str]) -> None:
    """Without a record or field, a line for each set of rules; nothing is entered by reading."""
    node, question = asked
    before = call("ledger", "verify", node / "log").out
    told = call("law", "why", "--node", node, *COUNSEL, question)
    assert told.status == 0
    assert f"question {question}: criminal-investigation, asked by wa-police-detective of wa-police\n" in told.out
    assert ": shown: name, birth-date" in told.out
    assert "full by cascade-police/CCPD-01" in told.out
    assert "nothing but to match by comity/NO-AGREEMENT" in told.out
    assert "Cahoon" not in told.out
    assert call("ledger", "verify", node / "log").out == before


def test_a_field_is_explained_test_by_test(asked: tuple[Path, str]) -> None:
    """Deciding rules with each test, the fact it met and its truth; what no rule of law closed."""
    node, question = asked
    told = call("law", "why", "--node", node, *COUNSEL, question, "--field", "former-name").out
    assert "\n  former-name: nothing but to match\n" in told
    assert "    decided by no agreement in force gives this field" in told
    open_field = call("law", "why", "--node", node, *COUNSEL, question, "--field", "charge").out
    assert "    decided by cascade-police/CCPD-01 " in open_field
    assert "      true    query has case-number: the case or incident number is given\n" in open_field


def test_a_class_nobody_permits_names_the_nearest_permit(stage: Stage, tmp_path: Path) -> None:
    """What is missing comes first: the condition of the permit that failed, with the fact it met."""
    # At a node where nobody asked yet: after a question for another purpose a supervisor would have to look.
    node = Path(shutil.copytree(dict(one_region().nodes)["wa-node"], tmp_path / "wa-node"))
    question = stage.ask_at(node, "--source", OWNER, "--purpose", "licensing", "--json").json["query_id"]
    told = call("law", "why", "--node", node, *COUNSEL, question).out
    assert "\n  why case was refused\n    nearest permit cascade-police/CCPD-01 " in told
    assert "\n      fails first at false   query's purpose is one of criminal-investigation, " in told
    assert told.count(": the stated purpose is licensing\n") == 2  # of two classes
    assert told.endswith("no record is listed\n")


def test_json_has_every_field_of_a_named_record(asked: tuple[Path, str]) -> None:
    """One JSON list: the kept decision, and each field's rules, counts of truth and nearest permits."""
    node, question = asked
    (answer,) = call("law", "why", "--node", node, *COUNSEL, question, "--json").json
    assert answer["answered"].endswith("+00:00")
    name = answer["records"][0]["reference"]
    assert answer["records"][0]["fields"] == []
    (one,) = call("law", "why", "--node", node, *COUNSEL, question, "--record", name, "--json").json
    (record,) = one["records"]
    assert (record["reference"], record["now"], record["outcome"]) == (name, "as-then", "shown")
    explained = {field["decision"]["field"]: field for field in record["fields"]}
    assert set(explained) == {field["field"] for field in record["decision"]["fields"]}
    assert explained["charge"]["decision"]["level"] == "full"
    assert {test["truth"] for test in explained["charge"]["deciding"][0]["tests"]} == {True}


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (
            ("--as", "wa-police-detective", "--for", OWNER),
            "`wa-police-detective` may not read explanations; it needs agency-head, auditor, counsel, ",
        ),
        (
            ("--as", "wa-police-counsel", "--for", "ca-sheriff"),
            "`ca-sheriff` is not held at this node; name an agency that is",
        ),
        (("--as", "nobody", "--for", OWNER), "`nobody` is not a member at this node"),
    ],
)
def test_others_are_refused_in_one_sentence(asked: tuple[Path, str], who: tuple[str, ...], sentence: str) -> None:
    """A member without the role, an agency held elsewhere, somebody unknown."""
    node, question = asked
    assert sentence in refused("law", "why", "--node", node, *who, question)


def test_two_agencies_of_one_node_do_not_read_each_other(stage: Stage) -> None:
    """Counsel of one component may not read the desk of the other, though one node holds both."""
    sentence = refused(
        "law", "why", "--node", stage.node("fed-node"), "--as", "removal-operations-counsel",
        "--for", "federal-investigations", "0" * 32,
    )  # fmt: skip
    assert "`removal-operations-counsel` is not of `federal-investigations`" in sentence


def test_an_unknown_question_is_said(asked: tuple[Path, str]) -> None:
    """A question the owner did not answer, and a record that was not considered, have their sentences."""
    node, question = asked
    assert "`wa-police` answered no question `none`" in refused("law", "why", "--node", node, *COUNSEL, "none")
    words = ("law", "why", "--node", node, *COUNSEL, question, "--record", "BK-0")
    assert "no record `BK-0` was considered for this question" in refused(*words)
