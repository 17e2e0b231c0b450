"""What the examples of `comity oversight findings` name: a finding as each example needs it, and a line of the sealed list."""

from __future__ import annotations

from pathlib import Path

from cli_stage import QUESTION, REASON, call

NODE = "region/wa-node"
DETECTIVE, PRIVACY = "wa-police-detective", "wa-police-privacy"
FINDINGS = ("oversight", "findings")
WORDS = ("--words", "to ask for an explanation")


def at(node: str | Path = NODE) -> tuple[str, ...]:
    return ("--node", str(node), "--as", PRIVACY)


def list_somebody(node: str | Path = NODE) -> str:
    """The person of the question on the sealed list, as of the detective's household; the line's id."""
    told = call(*FINDINGS, "circle", "add", *at(node), "--relation", "household", "--of", DETECTIVE, *QUESTION[:6],
                "--json")  # fmt: skip
    assert told.status == 0, told.err
    return str(told.json["added"])


def make_finding(node: str | Path = NODE, *, taken: bool = False) -> str:
    """The detective asks about somebody of their household; the finding's id."""
    source = ("--source", "wa-police", "--json")
    assert call("ask", "--node", node, "--as", DETECTIVE, *REASON, *QUESTION, *source).err == ""
    list_somebody(node)  # afterwards: who is on it already is not asked about without a second person
    looked = call(*FINDINGS, *at(node), "--json")
    assert looked.status == 1, looked.err
    (found,) = looked.json["findings"]
    if taken:
        assert call(*FINDINGS, "take", *at(node), found["id"]).status == 0
    return str(found["id"])


def fill_in_findings(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with what it names; any other as it is."""
    if words[:2] != FINDINGS:
        return example
    if "FINDING" in example:
        taken = words[2] in ("ask", "dismiss", "uphold", "who")
        return [make_finding(taken=taken) if word == "FINDING" else word for word in example]
    return [list_somebody() if word == "LINE" else word for word in example]
