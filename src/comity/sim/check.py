"""What must hold whatever broke. Reads databases, logs and what was seen; nothing here calls the code that is tested.

Trees, receipts, commitments and pairings are computed again from their definitions (RFC 6962, C2SP, the layout of an
entry), slowly and literally, so that a mistake in the code cannot hide in the same mistake here. Each checker returns a
sentence for everything that is wrong.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64decode, b64encode
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import Struct
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.sim.channels import GOES_ABROAD, check_channels
from comity.sim.disk import read_rows
from comity.sim.leaving import MARKED, body_of
from comity.sim.scene import FOREIGN, MARK, ORIS, node_of
from comity.sim.seen import Left, Seen
from comity.sim.version_check import check_known, check_versions, waits_for_lift
from comity.store.publish import LOG_NAME

ENTRY = Struct(">BBI9s9sBBBII32s32s32s32s32s")  # as `ledger/entry.py` writes it in words
KIND, RELEASED, PAIR, CONTENT = 1, 9, 12, 13  # places in it
ASKED, ANSWERED, RECEIVED, PURGED, RECALLED = 1, 2, 3, 15, 26  # permanent numbers of kinds
PADDED = 4_096  # bytes: answers without items have a length that is a multiple of it
STATUSES = frozenset(
    ("answered", "nothing-releasable", "held", "refused", "too-many", "timed-out", "unreachable", "failed")
)
STANDING = "standing-question"  # the kind of question that is answered more than once


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a log with what it commits to."""

    entry: bytes
    content: bytes
    record: bytes

    @property
    def kind(self) -> int:
        return int(ENTRY.unpack(self.entry)[KIND])

    @property
    def pair(self) -> str:
        return bytes(ENTRY.unpack(self.entry)[PAIR]).hex()


class Log:
    """A node's log as its database has it now."""

    def __init__(self, node: str, folder: Path) -> None:
        self.node, self.folder = node, folder
        rows = read_rows(folder, "SELECT idx, entry, content, record FROM entry ORDER BY idx")
        self.gaps = [row[0] for row in rows] != list(range(len(rows)))
        self.rows = [Row(*(bytes(part or b"") for part in row[1:])) for row in rows]
        self._hashes: dict[tuple[int, int], bytes] = {}

    def root(self, size: int) -> bytes:
        """MTH(D[size]) of RFC 6962 section 2.1."""
        return sha256(b"").digest() if size == 0 else self._hash(0, size)

    def path(self, index: int, size: int) -> list[bytes]:
        """PATH(index, D[size]) of RFC 6962 section 2.1.1."""
        return self._path(index, 0, size)

    def _hash(self, first: int, end: int) -> bytes:
        found = self._hashes.get((first, end))
        if found is None:
            if end - first == 1:
                found = sha256(b"\x00" + self.rows[first].entry).digest()
            else:
                middle = first + _split(end - first)
                found = sha256(b"\x01" + self._hash(first, middle) + self._hash(middle, end)).digest()
            self._hashes[first, end] = found
        return found

    def _path(self, index: int, first: int, end: int) -> list[bytes]:
        if end - first == 1:
            return []
        middle = first + _split(end - first)
        if index < middle:
            return [*self._path(index, first, middle), self._hash(middle, end)]
        return [*self._path(index, middle, end), self._hash(first, middle)]


def _split(width: int) -> int:
    """The largest power of two smaller than `width`."""
    power = 1
    while power * 2 < width:
        power *= 2
    return power


def check_acknowledged(log: Log, seen: Seen) -> list[str]:
    """Every entry somebody was told of is there, under its number, with the same bytes."""
    found = [f"the log of {log.node} has gaps"] if log.gaps else []
    for index, entry in seen.entries.get(log.node, {}).items():
        if index >= len(log.rows):
            found.append(f"the acknowledged entry {index} of {log.node} is lost")
        elif log.rows[index].entry != entry:
            found.append(f"the acknowledged entry {index} of {log.node} is another now")
    return found


def check_checkpoints(log: Log, notes: dict[str, None], vkey: str) -> list[str]:
    """Every checkpoint anybody ever saw is signed and of this very log: then each agrees with every later one."""
    return [fault for note in notes for fault in check_note(log, note, vkey)]


def check_note(log: Log, note: str, vkey: str) -> list[str]:
    """What is wrong with one checkpoint."""
    body, _, signatures = note.rpartition("\n\n")
    lines = body.split("\n")
    name, _, key = vkey.split("+", 2)
    size = int(lines[1])
    if size > len(log.rows):
        return [f"{log.node} signed a checkpoint of {size} entries and holds {len(log.rows)}"]
    found = []
    if b64encode(log.root(size)).decode() != lines[2]:
        found.append(f"the log of {log.node} forked: its checkpoint of {size} entries has another root")
    signed = [line.split(" ") for line in signatures.splitlines()]
    values = [b64decode(value)[4:] for _, signer, value in signed if signer == name]
    if not any(_verifies(b64decode(key)[1:], value, f"{body}\n".encode()) for value in values):
        found.append(f"a checkpoint of {log.node} is not signed by its log")
    return found


def _verifies(public: bytes, signature: bytes, signed: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def check_published(log: Log, vkey: str) -> list[str]:
    """The log directory is the database's log, tile by tile, after a stop in good order."""
    folder = log.folder / LOG_NAME
    note = (folder / "checkpoint").read_text()
    found = check_note(log, note, vkey)
    size = int(note.split("\n")[1])
    if size != len(log.rows):
        found.append(f"{log.node} published {size} of {len(log.rows)} entries")
    for number in range(0, len(log.rows), 256):
        rows = log.rows[number : number + 256]
        tail = f"{number // 256:03}" + ("" if len(rows) == 256 else f".p/{len(rows)}")
        leaves = b"".join(sha256(b"\x00" + row.entry).digest() for row in rows)
        bundle = b"".join(len(row.entry).to_bytes(2, "big") + row.entry for row in rows)
        for path, content in ((f"tile/0/{tail}", leaves), (f"tile/entries/{tail}", bundle)):
            if not (folder / path).is_file() or (folder / path).read_bytes() != content:
                found.append(f"`{path}` of {log.node} is not what its log says")
    return found


def check_left(left: Left, log: Log) -> list[str]:
    """An answer that left: its entry is in its owner's log, opens to it, and its receipt proves that."""
    _, body = body_of(left.raw)
    if body["type"] != "answer":
        return []
    entry = b64decode(body["receipt"]["entry"])
    places = [index for index, row in enumerate(log.rows) if row.entry == entry]
    if len(places) != 1:
        return [f"an answer left {log.node} whose entry stands {len(places)} times in its log"]
    row = log.rows[places[0]]
    found: list[str] = []
    if not row.content:  # forgotten since: that it was disclosed is all that stays
        return found
    opened = hmac.digest(b64decode(body["receipt"]["content_key"]), row.content, "sha256")
    if opened != ENTRY.unpack(entry)[CONTENT] or json.loads(row.content) != body["answer"]:
        found.append(f"the entry {places[0]} of {log.node} does not commit to the answer that left")
    if row.kind != ANSWERED or ENTRY.unpack(entry)[RELEASED] != len(body["answer"]["items"]):
        found.append(f"the entry {places[0]} of {log.node} says something else than the answer that left")
    head, _, note = body["receipt"]["proof"].partition("\n\n")
    steps = [b64decode(line) for line in head.split("\n")[2:]]
    size = int(note.split("\n")[1])
    if head.split("\n")[1] != f"index {places[0]}" or size > len(log.rows):
        found.append(f"a receipt of {log.node} is of another place than its entry")
    elif steps != log.path(places[0], size):
        found.append(f"a receipt of {log.node} does not prove the entry {places[0]}")
    if not body["answer"]["items"] and len(row.content) % PADDED:
        found.append(f"an answer of {log.node} without items has a length of its own")
    return found


def notes_of(left: Left) -> list[str]:
    """The checkpoints in bytes that left."""
    _, body = body_of(left.raw)
    return [body["receipt"]["proof"].partition("\n\n")[2]] if body["type"] == "answer" else []


def check_retries(seen: Seen) -> list[str]:
    """Whoever asked again got the same answer, or none: one answer for one question, whenever it left."""
    found: list[str] = []
    told: dict[tuple[str, str, str, str], Any] = {}
    for one in seen.left:
        _, body = body_of(one.raw)
        if body["type"] == "answer":
            query = body_of(one.asked)[1]["query"]
            if query["message"] == STANDING:
                continue  # it is answered anew while it stands; a retry gets the newest
            key = (one.node, query["asker"], query["id"], query["pair"])
            if told.setdefault(key, body["answer"]) != body["answer"]:
                found.append(f"{one.node} answered one question in two ways")
    return found


def check_outcomes(seen: Seen) -> list[str]:
    """Every source asked has exactly one status, and no forgery was believed."""
    found = []
    for outcome in seen.outcomes:
        if [source.agency for source in outcome.sources] != list(outcome.request.sources):
            found.append(f"the outcome of {outcome.query_id} does not name each of its sources once")
    results = [source for outcome in seen.outcomes for source in outcome.sources]
    for result in (*results, *(result for _, _, result in seen.details)):
        if result.status not in STATUSES or (result.answer is None and not result.reasons):
            found.append(f"{result.agency} has no status that says why it said nothing")
        if result.answer is not None and not (result.verified and result.receipt is not None):
            found.append(f"an answer of {result.agency} was believed without a receipt")
        if result.answer is not None and result.receipt is not None:
            found += _believed(result.agency, result.answer, result.receipt, seen)
    return found


def _believed(agency: str, answer: Any, receipt: Any, seen: Seen) -> list[str]:
    shown = {"type": "answer", "answer": _plain(answer), "receipt": _plain(receipt)}
    return [f"a forgery of {agency} was believed"] if json.dumps(shown, sort_keys=True) in seen.forged else []


def _plain(noun: Any) -> Any:
    """A noun as the JSON it travels as."""
    return json.loads(msgspec.json.encode(noun))


def check_pairs(logs: dict[str, Log]) -> list[str]:
    """What one side received, the other says it answered, under the same commitment to the pairing value."""
    answered = {node: Counter(row.pair for row in log.rows if row.kind == ANSWERED) for node, log in logs.items()}
    found = []
    for node, log in logs.items():
        pairs = _pairs_asked(log)
        for row in log.rows:
            if row.kind != RECEIVED:
                continue
            for owner, entry in _received(row.content):
                pair = bytes(ENTRY.unpack(entry)[PAIR]).hex()
                if pair not in pairs:
                    found.append(f"{node} received an answer of {owner} to something it never asked")
                times = answered[node_of(owner)][pair]
                if times != 1 and not (times and pairs.get(pair) == STANDING):
                    found.append(f"{node} received an answer that {owner} says nothing of, or twice")
    return found


def _pairs_asked(log: Log) -> dict[str, str]:
    """The commitments of every question this node entered before it left, with the kind of each."""
    found = {}
    for row in log.rows:
        if row.kind == ASKED:
            for query in json.loads(row.content):
                step = f"{query['step']}:{query['item_id']}"
                told = {"owner": query["owner"], "pair": query["pair"], "step": step}
                found[sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()] = query["message"]
    return found


def _received(content: bytes) -> list[tuple[str, bytes]]:
    """Owner and entry of every believed answer in an outcome, or in the detail of one item."""
    if not content:  # forgotten since: something in it was withdrawn
        return []
    told = json.loads(content)
    told = told.get("outcome", told)
    results = told.get("sources", [told])
    return [(one["agency"], b64decode(one["receipt"]["entry"])) for one in results if one["receipt"] is not None]


def check_closed(log: Log) -> list[str]:
    """Marked values are nowhere but at their owner, and there in no published file."""
    own = f"{MARK}{log.node}".upper().encode()
    return [
        f"`{mark.decode()}` stands in `{path.name}` of {log.node}"
        for path, mark in _marks(log.folder)
        if LOG_NAME in path.relative_to(log.folder).parts or not mark.startswith(own)
    ]


def check_removed(log: Log, seen: Seen) -> list[str]:
    """What was purged or overwritten stands in no file any more: not in the database, its write-ahead log, the index."""
    gone = {mark.encode() for agency, mark in seen.gone if node_of(agency) == log.node}
    gone |= {f"{MARK}{log.node}{name.split('-')[-1]}".upper().encode() for name in _purged(log)}
    return [
        f"`{mark.decode()}` was removed from {log.node} and stands in `{path.name}` still"
        for path, mark in _marks(log.folder)
        if mark in gone
    ]


def _marks(folder: Path) -> list[tuple[Path, bytes]]:
    """Every marked word in every file."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(path, mark) for path in files for mark in sorted(set(MARKED.findall(_content(path))))]


def _content(path: Path) -> bytes:
    """A file of a node that may be running: a draft of its log directory takes its place between the look and the read."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def check_existence(seen: Seen) -> list[str]:
    """Nobody there, and somebody there of whom nothing may be said, look alike: one owner says nothing in one way."""
    found: list[str] = []
    told: dict[tuple[str, ...], Any] = {}
    for one in seen.left:
        _, body = body_of(one.raw)
        if body["type"] == "answer" and body["answer"]["status"] == "nothing-releasable":
            answer = {**body["answer"], "query_id": "", "answered_ms": 0}
            key = (one.node, one.to, answer["law"], str(answer["number"]))
            if told.setdefault(key, answer) != answer:
                found.append(f"{one.node} says nothing in two ways, which tells them apart")
    return found


def check_kept(logs: dict[str, Log], seen: Seen) -> list[str]:
    """A duty somebody was told is done is done; a record somebody was told is in is in, or was purged."""
    found = []
    for agency, duty in seen.duties_done:
        rows = read_rows(logs[node_of(agency)].folder, "SELECT body FROM duty WHERE id = ?", (duty,))
        if not rows or json.loads(rows[0][0]).get("done_ms") is None:
            found.append(f"the duty {duty} of {agency} is open again")
    for agency, record in seen.loaded:
        there = read_rows(logs[node_of(agency)].folder, "SELECT 1 FROM record WHERE record_id = ?", (record,))
        if (
            not there
            and record not in _purged(logs[node_of(agency)])
            and record not in _expunged(logs[node_of(agency)])
        ):
            found.append(f"the record {record} of {agency} is lost")
    return found


def check_recalls(logs: dict[str, Log], seen: Seen) -> list[str]:
    """Every delivery arrived; what was withdrawn stands in nobody's answers but the owner's.

    Where a party is cut off what takes back arrived all the same; anything else waits until that is lifted.
    """
    found = []
    folders = {node: log.folder for node, log in logs.items()}
    for node, log in logs.items():
        for (body,) in read_rows(log.folder, "SELECT body FROM delivery WHERE incoming = 0"):
            told = json.loads(body)
            abroad = told["due"]["type"] in GOES_ABROAD
            ended = told["arrived_ms"] is not None or abroad or _is_over(log, told)
            if not ended and not waits_for_lift(told, folders, seen):
                found.append(f"a delivery of {node} to {told['recipient']} never arrived: {told['trouble']}")
        for agency, reference in seen.withdrawn:
            shown = f'"reference":"{reference}"'.encode()
            if node != node_of(agency) and any(shown in row.content for row in log.rows):
                found.append(f"{reference} of {agency} was withdrawn and stands in an answer at {node}")
    return found


def _is_over(log: Log, told: dict[str, Any]) -> bool:
    """Whether it was the answer to a question that stands no more, and is not sent any more."""
    due = told["due"]
    if due["type"] != "answer-due" or told["next_ms"] is not None:
        return False
    asked = (due["query_id"],)
    return read_rows(log.folder, "SELECT stands FROM standing WHERE query_id = ? AND incoming = 1", asked) == [
        (0,)
    ]


def check_standing(logs: dict[str, Log]) -> list[str]:
    """Of a standing question its asker has the newest answer of each owner, as kept and as brought, and after its end none."""
    found = []
    for node, log in logs.items():
        rows = read_rows(log.folder, "SELECT query_id, stands, body FROM standing WHERE incoming = 0")
        for query_id, stands, body in rows:
            held = [
                row
                for row in log.rows
                if query_id.encode() in row.content and b'"items":[{"item_id"' in row.content
            ]
            most = 1 + len(json.loads(body)["owners"]) if stands else 0
            if len(held) > most:
                found.append(f"{node} has {len(held)} answers to the standing question {query_id}, {most} at most")
    return found


def _expunged(log: Log) -> set[str]:
    """The records that entries of custodians' acts say were expunged, whoever heard of it."""
    acts = (json.loads(row.record) for row in log.rows if row.kind == RECALLED)
    return {act["record"] for act in acts if act["act"] == "expunge"}


def _purged(log: Log) -> set[str]:
    """The records that the entries of purges name as removed."""
    return {name for row in log.rows if row.kind == PURGED for name in json.loads(row.record)["removed"]}


def check_all(folders: dict[str, Path], vkeys: dict[str, str], seen: Seen) -> list[str]:
    """Every check of what is left at the end, after all nodes stopped in good order."""
    logs = {node: Log(node, folder) for node, folder in folders.items()}
    found = list(seen.findings)
    for node, log in logs.items():
        found += check_acknowledged(log, seen)
        notes = dict(seen.notes.get(node, {}))
        for left in seen.left:
            if left.node == node:
                found += check_left(left, log)
                notes |= dict.fromkeys(notes_of(left))
        found += check_checkpoints(log, notes, vkeys[node])
        found += check_published(log, vkeys[node])
        found += check_closed(log)
        found += check_removed(log, seen)
        found += check_versions(node, log.folder, log.rows, seen)
    found += check_known(folders, seen)
    found += check_retries(seen)
    found += check_outcomes(seen)
    found += check_pairs(logs)
    found += check_existence(seen)
    found += check_kept(logs, seen)
    found += check_recalls(logs, seen)
    found += check_channels({node: (log.folder, log.rows) for node, log in logs.items()}, seen)
    found += check_standing(logs)
    assert set(logs) == {node_of(agency) for agency in (*ORIS, FOREIGN)}, "every node is checked"
    return list(dict.fromkeys(found))
