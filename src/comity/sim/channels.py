"""Both channels of a transmission never differ: compared byte by byte, past all of the code under test."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from comity.sim.disk import read_rows
from comity.sim.leaving import body_of, document_in
from comity.sim.scene import FOREIGN, node_of
from comity.sim.seen import Seen
from comity.sim.version_check import waits_for_lift

GOES_ABROAD = ("transmission-due", "recall-mailed")  # deliveries whose end is not an arrival alone
RELEASED, TAKEN = 51, 25  # permanent numbers of kinds


class LogRow(Protocol):
    """An entry as a checker reads it."""

    @property
    def kind(self) -> int: ...
    @property
    def pair(self) -> str: ...
    @property
    def content(self) -> bytes: ...


Logs = Mapping[str, tuple[Path, Sequence[LogRow]]]


def check_channels(logs: Logs, seen: Seen) -> list[str]:
    """Everything wrong with what went abroad.

    1 of one transmission every circuit message, every e-mail and the partner's copy are the same bytes   2 their SHA-256
    stands in the owner's entry of the release   3 a recall is the same bytes on both channels   4 on a calm day each channel
    has ended: received, sent, stopped or suspended, or a party is cut off
    """
    found = []
    for (node, name), documents in _documents(logs, seen).items():
        hashes = {sha256(one).hexdigest() for one in documents}
        if len(hashes) != 1:  # 1
            found.append(f"the channels of the transmission {name} of {node} differ")
        released = {row.pair for row in logs[node][1] if row.kind == RELEASED}
        if not hashes <= released:  # 2
            found.append(f"a document of the transmission {name} of {node} is in no entry of a release")
    folders = {node: folder for node, (folder, _) in logs.items()}
    return found + _recalls(seen) + [fault for node in logs for fault in _ended(node, folders, seen)]


def _documents(logs: Logs, seen: Seen) -> dict[tuple[str, str], list[bytes]]:
    """Every copy of a document that anybody has, by owner's node and transmission."""
    copies: list[tuple[str, bytes]] = []
    for left in seen.left:
        body = body_of(left.raw)[1]
        if body["type"] == "delivered" and body["parcel"]["type"] == "transmitted":
            copies.append((left.node, document_in(left.raw)))
    copies += [(one.node, one.document) for one in seen.mailed if _type(one.document) == "transmitted"]
    for row in logs[node_of(FOREIGN)][1]:
        if row.kind == TAKEN and b'"parcel":{"type":"transmitted"' in row.content:
            document = row.content[row.content.index(b'"parcel":') + len(b'"parcel":') : -1]
            copies.append((node_of(json.loads(document)["owner"]), document))
    found: dict[tuple[str, str], list[bytes]] = {}
    for node, document in copies:
        found.setdefault((node, json.loads(document)["id"]), []).append(document)
    return found


def _recalls(seen: Seen) -> list[str]:
    """Each recall that was mailed went on the circuit too, or was to, with the same bytes."""
    mailed: dict[tuple[str, str], set[bytes]] = {}
    for one in seen.mailed:
        if _type(one.document) == "recall":
            mailed.setdefault((one.node, one.name), set()).add(one.document)
    carried = {document_in(left.raw) for left in seen.left if b'"parcel":{"type":"recall"' in left.raw}
    return [
        f"a recall of {node} is another by mail than on the circuit"
        for (node, _), documents in mailed.items()
        if len(documents) != 1 or not documents <= carried
    ]


def _ended(node: str, folders: Mapping[str, Path], seen: Seen) -> list[str]:
    found = []
    for (body,) in read_rows(folders[node], "SELECT body FROM delivery WHERE incoming = 0"):
        told: dict[str, Any] = json.loads(body)
        if told["due"]["type"] not in GOES_ABROAD or told["arrived_ms"] is not None or told["suspended"]:
            continue
        unsent = told["next_ms"] is not None and told["sent_ms"] is None
        if unsent and not waits_for_lift(told, folders, seen):
            found.append(f"{told['due']['type']} of {node} never left: {told['trouble']}")
    return found


def _type(document: bytes) -> str:
    return str(json.loads(document)["type"])
