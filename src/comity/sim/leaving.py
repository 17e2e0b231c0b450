"""What must be true at the very moment bytes leave a node. Reads its files past all of the code under test."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

from comity.sim.disk import read_rows
from comity.sim.faults import FRESH_MS
from comity.sim.feed_check import check_batch
from comity.sim.scene import MARK, agreement_name, standing_name
from comity.sim.seen import Left, Mailed, Seen
from comity.sim.version_check import check_cut_off, cut_off_at, is_cut

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
# What brings a version of the directory has no particular in it; that its quorum signed it is checked in `version_check.py`.
OF_VERSIONS = frozenset({"version-brought", "version-held", "version-head", "version-part", "version-coming"})


def body_of(raw: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """A message and its body, read as plain JSON; nothing is verified."""
    message = json.loads(raw.partition(b"\n")[2])
    return message, message["body"]


def innermost(raw: bytes) -> bytes:
    """A message without the layers that brokers put around it; bytes that are no message as they are."""
    try:
        while raw and body_of(raw)[1]["type"] == "relayed":
            raw = b64decode(body_of(raw)[1]["carried"])
    except (ValueError, KeyError, TypeError):
        return raw
    return raw


def at_its_end(left: Left) -> Left:
    """What left between the two who speak to each other, whoever stands between them."""
    raw, asked = innermost(left.raw), innermost(left.asked)
    to = body_of(asked)[0]["sender"] if left.asked != asked else left.to
    return Left(left.node, body_of(raw)[0]["recipient"] if raw != left.raw else to, raw, asked, left.at_ms)


def is_carried(left: Left) -> bool:
    """Whether a node hands on what another sealed."""
    return bool(body_of(innermost(left.raw))[0]["sender"] != left.node)


def name_of(raw: bytes) -> str:
    """The hash by which sender, addressee and broker know a message."""
    return "sha256:" + sha256(innermost(raw).partition(b"\n")[2]).hexdigest()


def check_leaving(folder: Path, left: Left, seen: Seen) -> list[str]:
    """Everything wrong with bytes that leave, a sentence each.

    1 nothing marked as closed is in them   2 the entry they need is committed   3 of an answer: an agreement in force
    gives it, its question was fresh, and its nonce was not answered before   4 no entry has waited for the log's witness
    longer than the grace   5 nothing new goes to, of or through whom the directory suspended
    """
    found = [f"`{mark.decode()}` left {left.node}" for mark in MARKED.findall(left.raw)]  # 1
    found += _is_not_cut_off(folder, left, seen)  # 5
    if is_carried(left):
        return [*found, *_names_an_entry(folder, left, name_of(left.asked or left.raw))]
    left = at_its_end(left)
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
            late = body["parcel"]["type"] == "late-answer"
            found += (_late_answer if late else _delivery_is_entered)(folder, left, body)
            if body["parcel"]["type"] == "transmitted":
                found += _check_abroad(folder, left.node, document_in(left.raw))
        case "taken":
            found += _answer_is_entered(folder, left, body)
        case "not-carried":
            found += _names_an_entry(folder, left, body["message_hash"])
        case kind if kind not in OF_VERSIONS:
            found.append(f"{left.node} sent a `{kind}`, which nothing here checks")
    return found


def _is_not_cut_off(folder: Path, left: Left, seen: Seen) -> list[str]:
    """What a node seals itself, and what it carries for others, as it came from its sender."""
    end = at_its_end(left)
    asked = body_of(end.asked)[1] if end.asked else {}
    return check_cut_off(folder, left.node, body_of(end.raw)[1], asked, seen)


def document_in(raw: bytes) -> bytes:
    """What a delivery's message carries, byte for byte: its parcel is the last of its body, and its body of the message."""
    return raw[raw.index(b'"parcel":') + len(b'"parcel":') : -2]


def check_mailed(folder: Path, mailed: Mailed, seen: Seen) -> list[str]:
    """Everything wrong with an e-mail at the moment it leaves: as of a delivery, which it is too."""
    found = [f"`{mark.decode()}` left {mailed.node} by mail" for mark in MARKED.findall(mailed.document)]
    entered = read_rows(folder, "SELECT 1 FROM delivery WHERE id = ? AND incoming = 0", (mailed.name,))
    found += [] if entered else [f"an e-mail left {mailed.node} that no act of its own made"]
    if json.loads(mailed.document)["type"] == "transmitted":
        found += _check_abroad(folder, mailed.node, mailed.document)
        told, cut = json.loads(mailed.document), cut_off_at(folder, seen)
        if is_cut(told["owner"], cut) or is_cut(told["partner"], cut):
            found.append(f"a transmission left {mailed.node} by mail although it knew that a party is cut off")
    return found


def _check_abroad(folder: Path, node: str, document: bytes) -> list[str]:
    """A transmission as it leaves: entered under its hash, nobody suspended, agreed, and what the record says now."""
    told = json.loads(document)
    entry = "SELECT 1 FROM entry WHERE substr(entry, 2, 1) = x'33' AND substr(entry, 100, 32) = ?"
    found = []
    if not read_rows(folder, entry, (sha256(document).digest(),)):
        found.append(f"a transmission left {node} whose hash stands in no entry")
    chosen = "SELECT body FROM suspension WHERE owner = ? AND id = ?"
    for (body,) in read_rows(folder, chosen, (told["owner"], told["partner"])):
        if json.loads(body)["suspended"]:
            found.append(f"a transmission left {node} while its partner was suspended")
    if not _in_force(folder, told["owner"], agreement_name(told["owner"], told["partner"])):
        found.append(f"a transmission left {node} without its agreement in force")
    return found + _says_the_same(folder, node, told)


def _says_the_same(folder: Path, node: str, told: dict[str, Any]) -> list[str]:
    chosen = "SELECT body FROM record WHERE instr(body, ?) LIMIT 1"
    rows = read_rows(folder, chosen, (f'"reference":"{told["reference"]}"'.encode(),))
    record = json.loads(rows[0][0]) if rows else {"people": [], "fields": []}
    held = {one["name"]: one["value"] for one in record["fields"]}
    for person in record["people"]:
        held |= {one["name"]: one["value"] for one in person["fields"]}
        if person["facts"]["protection_claimed"] is not False:
            return [f"a transmission left {node} about somebody who claimed protection"]
    told_wrong = [one["field"] for one in told["fields"] if one["values"] != [held.get(one["field"])]]
    return (
        [f"a transmission left {node} that its record does not say: {', '.join(told_wrong)}"] if told_wrong else []
    )


def _in_force(folder: Path, owner: str, name: str) -> bool:
    active = json.loads((folder / "law" / owner / "active.json").read_bytes())
    return any(one["file"].startswith(f"agreement-{name}-") for one in active)


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


def _names_an_entry(folder: Path, left: Left, named: str) -> list[str]:
    entered = read_rows(folder, "SELECT 1 FROM entry WHERE instr(content, ?) LIMIT 1", (named.encode(),))
    return [] if entered else [f"a message left {left.node} as a broker's that is not in its log"]


def _delivery_is_entered(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    if body["parcel"]["type"] == "feed-batch":  # put together when it is sent: its id is of that sending alone
        return check_batch(folder, body["parcel"])
    entered = read_rows(folder, "SELECT 1 FROM delivery WHERE id = ? AND incoming = 0", (body["id"],))
    return [] if entered else [f"a delivery left {left.node} that no act of its own made"]


def _late_answer(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    """Its entry is in the log. One to a standing question leaves while that stands, or says that it is refused."""
    found = _answer_is_entered(folder, left, body["parcel"])
    answer = body["parcel"]["answer"]
    rows = read_rows(
        folder, "SELECT stands FROM standing WHERE query_id = ? AND incoming = 1", (answer["query_id"],)
    )
    if rows and rows != [(1,)] and answer["status"] != "refused":
        found.append(f"{left.node} brought an answer to a question that stands no more")
    return found


def _answer_is_entered(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    entry = b64decode(body["receipt"]["entry"])
    entered = read_rows(folder, "SELECT 1 FROM entry WHERE entry = ?", (entry,))
    return [] if entered else [f"an answer left {left.node} whose entry is not in its log"]


def _agreement_in_force(folder: Path, left: Left, body: dict[str, Any]) -> list[str]:
    answer, query = body["answer"], body_of(left.asked)[1]["query"]
    if not answer["items"]:
        return []
    named = standing_name if query["message"] == "standing-question" else agreement_name
    name = named(answer["owner"], query["asker"])
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
