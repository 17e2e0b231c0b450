"""What must be true at the very moment bytes leave a node. Reads its files past all of the code under test."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

from comity.sim.disk import read_rows
from comity.sim.faults import FRESH_MS
from comity.sim.scene import MARK, agreement_name
from comity.sim.seen import Left, Seen

ACTIVATED = b"\x05"  # permanent numbers of kinds, and where kind and law stand in an entry (`ledger/entry.py`)
MINUTE_MS, GRACE_MS = (
    60_000,
    900_000,
)  # an entry's time is in minutes; the grace (`ledger/witnessed.py`), spelled anew
LAST_CHANGE = (
    "SELECT substr(entry, 2, 1) FROM entry WHERE substr(entry, 2, 1) IN (x'05', x'0a') AND substr(entry, 68, 32) = ? "
    "ORDER BY idx DESC LIMIT 1"
)
MARKED = re.compile(rb"%s[A-Z0-9]+" % MARK.encode())


def body_of(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A message and its body, read as plain JSON; nothing is verified."""
    message = json.loads(raw.partition(b"\n")[2])
    return message, message["body"]


def check_leaving(folder: Path, left: Left, seen: Seen) -> list[str]:
    """Everything wrong with bytes that leave, a sentence each.

    1 nothing marked as closed is in them   2 the entry they need is committed   3 of an answer: an agreement in force
    gives it, its question was fresh, and its nonce was not answered before   4 no entry has waited for the log's witness
    longer than the grace
    """
    found = [f"`{mark.decode()}` left {left.node}" for mark in MARKED.findall(left.raw)]  # 1
    _, body = body_of(left.raw)
    if seen.guarded and body["type"] in ("question", "answer"):
        found += _is_vouched_for(folder, left)  # 4
    match body["type"]:
        case "question":
            found += _asked_is_entered(folder, left, body)  # 2
        case "turned":
            found += _turned_is_entered(folder, left, body, seen)
        case "answer":
            found += _answer_is_entered(folder, left, body)
            found += _agreement_in_force(folder, left, body)  # 3
            found += _is_fresh_and_new(left, seen)
        case "delivered":
            found += _delivery_is_entered(folder, left, body)
        case "taken":
            found += _answer_is_entered(folder, left, body)
        case kind:
            found.append(f"{left.node} sent a `{kind}`, which nothing here checks")
    return found


def _is_vouched_for(folder: Path, left: Left) -> list[str]:
    waiting = read_rows(folder, "SELECT substr(entry, 3, 4) FROM entry WHERE idx = (SELECT size FROM witnessed)")
    if not waiting:
        return []
    since_ms = int.from_bytes(bytes(waiting[0][0]), "big") * MINUTE_MS
    late = left.at_ms - since_ms > GRACE_MS + MINUTE_MS  # it was entered, and then it was a moment under way
    return [f"something left {left.node} whose log no witness vouched for in its grace"] if late else []


def _asked_is_entered(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    pair = body["query"]["pair"].encode()
    entered = read_rows(folder, "SELECT 1 FROM entry WHERE instr(content, ?) LIMIT 1", (pair,))
    return [] if entered else [f"a question left {left.node} that is not in its log"]


def _turned_is_entered(folder: Path, left: Left, body: dict[str, Any], seen: Seen) -> list[str]:
    content = json.dumps({"sentence": body["sentence"]}, separators=(",", ":"), ensure_ascii=False).encode()
    (entered,) = read_rows(folder, "SELECT count(*) FROM entry WHERE content = ?", (content,))
    told = 1 + sum(
        body_of(one.raw)[1].get("sentence") == body["sentence"] for one in seen.left if one.node == left.node
    )
    return [] if entered[0] >= told else [f"{left.node} turned a message away that is not in its log"]


def _delivery_is_entered(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    entered = read_rows(folder, "SELECT 1 FROM delivery WHERE id = ? AND incoming = 0", (body["id"],))
    return [] if entered else [f"a delivery left {left.node} that no act of its own made"]


def _answer_is_entered(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    entry = b64decode(body["receipt"]["entry"])
    entered = read_rows(folder, "SELECT 1 FROM entry WHERE entry = ?", (entry,))
    return [] if entered else [f"an answer left {left.node} whose entry is not in its log"]


def _agreement_in_force(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    answer, asker = body["answer"], body_of(left.asked)[1]["query"]["asker"]
    if not answer["items"]:
        return []
    name = agreement_name(answer["owner"], asker)
    active = json.loads((folder / "law" / answer["owner"] / "active.json").read_bytes())
    listed = [one["hash"] for one in active if one["file"].startswith(f"agreement-{name}-")]
    if not listed:
        return [f"{left.node} released without {name} in force"]
    law = bytes.fromhex(listed[0].removeprefix("sha256:"))
    last = read_rows(folder, LAST_CHANGE, (law,))
    return (
        []
        if last == [(ACTIVATED,)]
        else [f"{left.node} released under {name}, which its log says is not in force"]
    )


def _is_fresh_and_new(left: Left, seen: Seen) -> list[str]:
    asked, _ = body_of(left.asked)
    found = []
    if abs(asked["sent_ms"] - left.at_ms) > FRESH_MS:
        found.append(f"{left.node} answered a question sent {asked['sent_ms'] - left.at_ms} ms from its own time")
    if asked["recipient"] != left.node or asked["sender"] != left.to:
        found.append(f"{left.node} answered a message of `{asked['sender']}` to `{asked['recipient']}`")
    nonce = (left.node, asked["sender"], asked["nonce"])
    if nonce in seen.nonces:
        found.append(f"{left.node} answered one nonce twice")
    seen.nonces.add(nonce)
    return found
