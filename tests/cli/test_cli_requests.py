"""`comity requests` as the owner's desk calls it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Stage, call, refused

KEEPER = "wa-police-custodian"
DETECTIVE = "wa-police-detective"
WHY = ("--reason", "as counsel advised us")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def asked(node: Path) -> str:
    """The police department's request to itself to be told of a release; its question's id."""
    called = call(
        "ask", "--node", node, "--as", DETECTIVE, *REASON, *QUESTION, "--source", "wa-police",
        "--message", "notification-request", "--json",
    )  # fmt: skip
    return str(called.json["query_id"])


def test_a_request_is_listed_and_declined_under_a_rule(node: Path) -> None:
    """Status 0 while nothing is overdue; what was said stands, with its rule, and a second word changes nothing."""
    assert "nothing was requested" in call("requests", "list", "--node", node, "--as", KEEPER).out
    query_id = asked(node)
    listed = call("requests", "list", "--node", node, "--as", KEEPER, "--json")
    assert [(one["query_id"], one["message"], one["standing"]) for one in listed.json] == [
        (query_id, "notification-request", "open")
    ]
    words = ("requests", "decline", "--node", node, "--as", KEEPER, "--rule", "us-wa/WA-01", *WHY, query_id)
    done = call(*words, "--json")
    assert (done.status, done.json["standing"]) == (0, "declined")
    assert (done.json["acted"]["rule"], done.json["acted"]["by"]) == ("us-wa/WA-01", KEEPER)
    told = call("requests", "done", *words[2:]).out
    assert "[declined]" in told
    assert "as counsel advised us (us-wa/WA-01)" in told
    assert query_id in call("requests", "list", "--node", node, "--as", KEEPER).out


def test_a_request_is_withdrawn_once(node: Path) -> None:
    """The owners told by name; again changes nothing."""
    query_id = asked(node)
    words = ("requests", "withdraw", "--node", node, "--as", DETECTIVE, *WHY, query_id)
    done = call(*words, "--json")
    assert (done.status, done.json["owners"]) == (0, ["wa-police"])
    assert "withdrawn already" in call(*words).out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("done", "--as", KEEPER, "--rule", "us-wa/WA-01", *WHY, "none"), "has no request `none`"),
        (("decline", "--as", KEEPER, "--rule", "us-wa/WA-01", "--reason", "why", "none"), "at least 3 words"),
        (("decline", "--as", KEEPER, "--rule", "", *WHY, "none"), "name the rule"),
        (("decline", "--as", DETECTIVE, "--rule", "us-wa/WA-01", *WHY, "none"), "may not act"),
        (("withdraw", "--as", DETECTIVE, *WHY, "none"), "has no answer to a question `none`"),
        (("list", "--as", DETECTIVE), "may not do this"),
    ],
)
def test_wrong_use_is_told(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2 and one sentence with the remedy."""
    verb, *rest = words
    assert told in refused("requests", verb, "--node", node, *rest)
