"""What must hold of the one feed: when a batch leaves, and of the copy at the end. Reads files past the code under test.

What may be in it is read off the owner's records by the plainest rule there is here: a case record that nobody sealed or
restricted gives name and date of birth, the only fields of a digest that the agreement permits and records have.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from comity.sim.disk import read_rows
from comity.sim.scene import FEED_NAME, FEED_OWNER, FEED_RECIPIENT, node_of
from comity.sim.seen import Seen
from comity.sim.version_check import cut_off_at, is_cut_by

ENTERED = "SELECT content FROM entry WHERE substr(entry, 2, 1) IN (x'29', x'2a')"  # permanent numbers 41 and 42
CARRIED = ("name", "birth-date")
Values = list[list[list[str]]]


def check_batch(folder: Path, parcel: dict[str, Any]) -> list[str]:
    """Everything wrong with a batch that leaves its owner: no entry, no agreement, stopped, or not what is open now."""
    head = parcel["head"]
    named = (head["feed"], head["epoch"], head["number"])
    entered = [json.loads(content) for (content,) in read_rows(folder, ENTERED)]
    found = []
    if named not in [(one["feed"], one["epoch"], one["number"]) for one in entered]:
        found.append(f"batch {named[1:]} of the feed left without its entry")
    put = [_values(op["content"]["fields"]) for op in parcel["ops"] if op["kind"] == "put"]
    if put and not _runs(folder):
        found.append("the feed left values while it or its agreement was stopped")
    may = _may_have(folder)
    if any(values not in may for values in put):
        found.append("the feed left a value that no open record of its owner holds")
    return found


def check_copy(folders: dict[str, Path], seen: Seen) -> list[str]:
    """After a calm day the recipient has exactly what it may have; nothing where the feed or its agreement is stopped.

    Where the owner knows that one of the two is cut off it has nothing either. Where the recipient alone knows it, no value
    comes, and it keeps none that it may not have.
    """
    owner, recipient = folders[node_of(FEED_OWNER)], folders[node_of(FEED_RECIPIENT)]
    copies = [
        json.loads(body)["content"]["fields"] for (body,) in read_rows(recipient, "SELECT body FROM feed_copy")
    ]
    held = sorted(_values(fields) for fields in copies)
    both = (FEED_OWNER, FEED_RECIPIENT)
    runs = _runs(owner) and not is_cut_by(cut_off_at(owner, seen), both)
    may = sorted(_may_have(owner)) if runs else []
    refuses = is_cut_by(cut_off_at(recipient, seen), both)
    if held == may or (refuses and all(values in may for values in held)):
        return []
    return [f"{FEED_RECIPIENT} holds {len(held)} copies on a calm day and may hold {len(may)}, or others"]


def _runs(folder: Path) -> bool:
    states = [
        json.loads(body)["state"] for (body,) in read_rows(folder, "SELECT body FROM feed WHERE incoming = 0")
    ]
    active = json.loads((folder / "law" / FEED_OWNER / "active.json").read_bytes())
    return states == ["running"] and any(one["file"].startswith(f"agreement-{FEED_NAME}-") for one in active)


def _may_have(folder: Path) -> Values:
    records = [json.loads(body) for (body,) in read_rows(folder, "SELECT body FROM record")]
    return [
        [
            [name, *(one["value"] for one in record["people"][0]["fields"] if one["name"] == name)]
            for name in CARRIED
        ]
        for record in records
        if record["data_class"] == "case" and not record["state"]["sealed"] and not record["state"]["restricted"]
    ]


def _values(fields: list[dict[str, Any]]) -> list[list[str]]:
    """A copy's fields as `_may_have` writes them; any other field makes it differ."""
    by_name = {one["field"]: one["values"] for one in fields}
    order = (*CARRIED, *sorted(set(by_name) - set(CARRIED)))
    return [[name, *by_name.get(name, ())] for name in order]
