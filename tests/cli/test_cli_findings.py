"""`comity oversight findings` as a privacy officer calls it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cli_stage import QUESTION, Stage, call, refused
from finding_examples import FINDINGS, WORDS, at, list_somebody, make_finding


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def test_a_finding_is_loud_until_somebody_closed_it(node: Path) -> None:
    """Status 1 while it is open, whether or not `list` is said; 0 when it was dismissed, and how often that was so."""
    assert call(*FINDINGS, *at(node)).status == 0
    name = make_finding(node, taken=True)
    looked = call(*FINDINGS, "list", *at(node), "--kind", "own-circle")
    assert looked.status == 1
    assert "1 open. These are questions, not conclusions." in looked.out
    # The region is one for all tests of this process, which asked about the same person before.
    told = rf"{name}  own-circle: \d+ look-ups? of somebody of the member's own household  TAKEN"
    assert re.search(told, looked.out)
    assert re.search(r"\d+ questions of wa-police's records were opened", looked.out)
    done = call(*FINDINGS, "dismiss", *at(node), *WORDS, name, "--json")
    assert (done.status, done.json["state"]) == (0, "dismissed")
    looked = call(*FINDINGS, *at(node))
    assert looked.status == 0
    assert "No open patterns." in looked.out
    assert "own-circle: 1 of 1 reviewed were no misuse" in looked.out


def test_what_is_shown_names_no_member_until_somebody_asks_who(node: Path) -> None:
    """Sentence, innocent reasons and proofs; the member by a step of its own."""
    name = make_finding(node, taken=True)
    shown = call(*FINDINGS, "show", *at(node), name, "--json")
    assert shown.json["proofs"][0]["proof"].startswith("c2sp.org/tlog-proof@v1")
    told = call(*FINDINGS, "show", *at(node), name).out
    assert "innocent reasons: an inquiry into the member itself" in told
    for text in (told, shown.out):
        assert "wa-police-detective" not in text
        assert "Cahoon" not in text
    who = call(*FINDINGS, "who", *at(node), *WORDS, name)
    assert f"{name}: asked by wa-police-detective" in who.out
    assert call(*FINDINGS, "who", *at(node), *WORDS, name, "--json").json["members"] == ["wa-police-detective"]


def test_the_sealed_list_is_counted_and_never_shown(node: Path) -> None:
    """Adding tells the line's id once; the list tells how many."""
    line = list_somebody(node)
    counted = call(*FINDINGS, "circle", "count", *at(node))
    assert counted.out == "the sealed list of wa-police has 1 household\n"
    removed = call(*FINDINGS, "circle", "remove", *at(node), line)
    assert removed.out == "the sealed list of wa-police has nobody\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "f-0"), "has no finding `f-0` that you may see"),
        (("list", "--since", "yesterday"), "is not a day"),
        (("circle", "add", "--relation", "self", *QUESTION[:6]), "name the member for the first two"),
        (("circle", "remove", "abc"), "the sealed list has no line `abc`"),
    ],
)
def test_wrong_use_is_told_in_one_sentence(node: Path, words: tuple[str, ...], told: str) -> None:
    """With status 2 and the remedy."""
    assert told in refused(*FINDINGS, *words, *at(node))


def test_a_detective_has_no_findings_to_read(node: Path) -> None:
    """Only privacy officers and auditors."""
    assert "does not review findings" in refused(*FINDINGS, "--node", node, "--as", "wa-police-detective")
