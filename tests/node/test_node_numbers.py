"""Numbers beyond what a store holds, put to a node's own socket: one sentence, and no fault of the node's own."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from serving import Door
from test_node_local import folder_of

from comity.node.local import SOCKET_FILE

AUDITOR = "ca-sheriff-auditor"
HUGE = (2**63, -(2**63), 2**64, 10**30)
VERBS: tuple[dict[str, Any], ...] = (
    {"type": "show-log-entry", "member": AUDITOR, "entry": 0},
    {"type": "open-log-entry", "member": AUDITOR, "entry": 0, "reason": "looking into it again"},
    {"type": "browse-log", "member": AUDITOR, "wanted": {}, "limit": 10, "below": 0},
    {"type": "enter-audit", "member": AUDITOR, "kind": "search-log", "copy": "sha256:" + "0" * 64, "rows": 0},
)


def told(door: Door, body: object) -> tuple[str, str]:
    """The last line of what the socket answers: its kind and what it says."""
    transport = httpx.HTTPTransport(uds=str(folder_of(door) / SOCKET_FILE))
    with httpx.Client(transport=transport, base_url="http://node") as client:
        answer = client.post("/verbs", content=json.dumps(body))
    line = json.loads(answer.text.splitlines()[-1])
    return line["kind"], str(line["value"])


@pytest.mark.parametrize("body", VERBS, ids=[one["type"] for one in VERBS])
@pytest.mark.parametrize("number", HUGE)
def test_a_number_that_no_store_holds_is_turned_away(door: Door, body: dict[str, Any], number: int) -> None:
    """Whichever field of whichever verb has it, by itself or narrowed; the same verb with a small one is not."""
    field = [name for name, value in body.items() if isinstance(value, int)][-1]
    wrong = {**body, field: number}
    narrowed = {
        "type": "narrowed",
        "member": AUDITOR,
        "roles": ["auditor"],
        "trained_until": "2090-01-01",
        "request": wrong,
    }
    for one in (wrong, narrowed):
        kind, sentence = told(door, one)
        assert kind == "wrong-use"
        assert "a number is larger than anything that is counted here" in sentence
    assert "larger than anything" not in told(door, body)[1]


def test_the_numbers_of_a_sessions_statements_are_held_to_the_same(door: Door) -> None:
    """They are entries that the node reads."""
    narrowed = {
        "type": "narrowed",
        "member": AUDITOR,
        "roles": ["auditor"],
        "trained_until": "2090-01-01",
        "request": VERBS[0],
        "statements": [2**64],
    }
    assert told(door, narrowed)[0] == "wrong-use"
