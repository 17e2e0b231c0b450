"""`comity recalls`, `comity held`, `comity answer show` and `comity records seal` as desks call them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call, refused
from msgspec.structs import replace
from test_cli_node import AGENCY, MEMBER

from comity.cli.show_recalls import print_recall, recall_state, recall_value
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.recalled import RecallShown

DAY_MS = 24 * 3_600_000
KEEPER = "wa-police-custodian"
DETECTIVE = "wa-police-detective"
WHY = ("--reason", "by order of the court")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def asked(node: Path) -> dict[str, object]:
    """The police department's question to itself."""
    called = call("ask", "--node", node, "--as", DETECTIVE, *REASON, *QUESTION, "--source", "wa-police", "--json")
    assert called.status == 0, called.err
    value: dict[str, object] = called.json
    return value


def test_a_record_is_sealed_and_whoever_was_shown_it_is_named(node: Path) -> None:
    """Status 0, the recipients by name; a second time there is nothing to do; the recall waits on the list."""
    value = asked(node)
    reference = value["sources"][0]["items"][0]["reference"]  # type: ignore[index]
    words = ("records", "seal", "--node", node, "--as", KEEPER, *WHY, reference)
    told = call(*words).out
    assert re.search(r"shown (once|\d+ times), to wa-police; each of them is told and confirms", told)
    assert "nothing to do" in call(*words).out
    listed = call("recalls", "list", "--node", node, "--as", KEEPER, "--json")
    assert [(one["kind"], one["recipient"], one["state"]) for one in listed.json] == [
        ("withdrawn", "wa-police", "on its way")
    ]
    listed_out = call("recalls", "list", "--node", node, "--as", KEEPER).out
    assert re.search(
        r"1 item wa-police was shown was withdrawn|items wa-police was shown were withdrawn", listed_out
    )
    assert "[on its way]" in listed_out


def test_a_recall_is_told_by_the_earliest_of_its_clocks(capsys: pytest.CaptureFixture[str]) -> None:
    """An agreement's day before the exchange's own: in the line, in the JSON object, and in what counts as overdue."""
    recall = Recall(kind=RecallKind.CORRECTED, items=(), made_ms=0, confirm_by_ms=3 * DAY_MS)
    stored = StoredDelivery(
        id="r-1", sender="ca-sheriff", recipient="wa-police", due=recall, made_ms=0, arrived_ms=1
    )
    shown = RecallShown(stored=stored, due_ms=DAY_MS)
    print_recall(shown, 0)
    assert "to be confirmed by 1970-01-02T00:00:00+00:00" in capsys.readouterr().out
    assert recall_value(shown, 0)["confirm_by"] == "1970-01-02T00:00:00+00:00"
    assert [recall_state(shown, at) for at in (DAY_MS, DAY_MS + 1)] == ["to confirm", "overdue"]
    assert recall_state(replace(shown, due_ms=None), 9 * DAY_MS) == "to confirm"
    done = replace(shown, stored=replace(stored, confirmed_ms=2 * DAY_MS))
    print_recall(done, 9 * DAY_MS)
    assert "confirmed 1970-01-03T00:00:00+00:00" in capsys.readouterr().out


def test_a_kept_answer_is_shown_as_it_stands(node: Path) -> None:
    """By question id, to a member of the agency that asked; without receipts, with what was said of it since."""
    value = asked(node)
    query_id = str(value["query_id"])
    shown = call("answer", "show", "--node", node, "--as", DETECTIVE, query_id, "--json")
    assert shown.json["markers"] == []
    assert shown.json["late"] == []
    assert "receipt" not in shown.json["sources"][0]
    assert query_id in call("answer", "show", "--node", node, "--as", DETECTIVE, query_id).out


def test_nothing_held_and_nothing_recalled_say_so(tmp_path: Path) -> None:
    """At a node that was never asked anything, empty lists are sentences, and status 0."""
    (tmp_path / "agency.json").write_text(json.dumps(AGENCY))
    (tmp_path / "keeper.json").write_text(
        json.dumps({**MEMBER, "id": "my-keeper", "roles": ["records-custodian"]})
    )
    folder = tmp_path / "my-node"
    made = call(
        "node", "init", "--node", folder, "--demonstration", "--id", "my-node", "--port", "8499",
        "--agency", tmp_path / "agency.json", "--member", tmp_path / "keeper.json",
    )  # fmt: skip
    assert made.status == 0, made.err
    for noun, told in (("held", "nothing is waiting"), ("recalls", "no recalls")):
        listed = call(noun, "list", "--node", folder, "--as", "my-keeper")
        assert (listed.status, told in listed.out) == (0, True), listed.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("recalls", "confirm", "--as", KEEPER, "--words", "all of it shredded", "none"), "has no recall `none`"),
        (("recalls", "confirm", "--as", KEEPER, "--words", "shredded", "none"), "at least 3 words"),
        (("held", "decide", "--as", KEEPER, *WHY, "none", "grant"), "has no held task `none`"),
        (("held", "decide", "--as", KEEPER, "--reason", "why", "none", "grant"), "at least 3 words"),
        (("records", "seal", "--as", KEEPER, *WHY, "none"), "has no record `none`"),
        (("records", "seal", "--as", DETECTIVE, *WHY, "none"), "may not"),
        (("answer", "show", "--as", DETECTIVE, "none"), "has no answer to a question `none`"),
    ],
)
def test_wrong_use_is_told(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 and one sentence with the remedy."""
    noun, verb, *rest = words
    assert told in refused(noun, verb, "--node", node, *rest)


def test_a_record_is_read_by_its_number_with_who_was_shown_it(node: Path) -> None:
    """Its fields, whoever was shown it, and each act and reading with its reason; a name finds nothing."""
    value = asked(node)
    reference = value["sources"][0]["items"][0]["reference"]  # type: ignore[index]
    words = ("records", "read", "--node", node, "--as", KEEPER, *WHY)
    assert call("records", "review", "--node", node, "--as", KEEPER, *WHY, reference).status == 0
    read = call(*words, reference, "--json").json
    assert read["record"]["reference"] == reference
    assert read["record"]["state"]["reviewed"] is True
    assert {one["asker"] for one in read["releases"]} == {"wa-police"}
    told = call(*words, read["record"]["id"]).out
    assert f"read by {KEEPER}: by order of the court" in told
    assert "shown to wa-police" in told
    assert "has no record" in refused(*words, "Vandermolen")
