"""What examples of commands beside the pages name: a question with its receipt, somebody suspended, an entry."""

from __future__ import annotations

from cli_stage import QUESTION, REASON, call

NODE = ("--node", "region/wa-node")
DETECTIVE = (*NODE, "--as", "wa-police-detective")
OWN_RECEIPT = "receipt.txt"
LOG = ("oversight", "log")


def fill_in_pages(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with what it names; any other as it is."""
    if words[:1] == ("answer",) and words != ("answer", "show"):
        named = [example[example.index(name) + 1] for name in ("--of", "--source") if name in example]
        owner = named[0] if named else "wa-police"
        return [_asked(owner) if word == "QUERY_ID" else word for word in example]
    if OWN_RECEIPT in example and words == ("ledger", "verify"):
        receipt = ("answer", "receipt", *DETECTIVE, "--of", "wa-police", _asked("wa-police"), "--out", OWN_RECEIPT)
        assert call(*receipt).status == 0
    if words == ("member", "restore"):
        _suspend("wa-police-detective")
    if words[:2] == LOG and words != (*LOG, "list"):
        _asked("wa-police")
        listed = call(*LOG, "list", *NODE, "--as", "wa-police-auditor", "--kind", "answered", "--json").json
        return [*example[:-1], str(listed["rows"][0]["index"])]
    return example


def _asked(owner: str) -> str:
    """The number of a question of the detective's to one owner."""
    asked = call("ask", *DETECTIVE, *REASON, *QUESTION, "--source", owner, "--json")
    return str(asked.json["query_id"])


def _suspend(member: str) -> None:
    by = (*NODE, "--as", "wa-police-administrator")
    assert call("member", "suspend", *by, "--why", "on leave", member).status == 0
