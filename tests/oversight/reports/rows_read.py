"""A reader of a node's database that shares no code with the product: rows, bytes and JSON, as the documents say they are.

`docs/reports.md` and reference `log.md` give the layout; numbers of kinds are those of `ledger/entry.py`, written down again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KINDS = {2: "answered", 8: "resent", 12: "duty-done", 15: "records-purged", 35: "disclosed", 36: "request-acted"}
KINDS |= {20: "record-corrected", 26: "recalled", 28: "recall-confirmed", 27: "held-decided", 47: "noticed"}
KINDS |= {52: "transmission-mailed", 51: "transmission-released", 59: "onward", 75: "figure-entered"}
KINDS |= {62: "petition-opened", 67: "petition-decided"}
OUTCOMES = {0: "none named", 1: "answered", 2: "nothing-releasable", 3: "held", 4: "refused", 5: "too-many"}
INSTRUMENTS = ["none named", "nothing", "agency-head-request", "administrative-warrant", "detainer"]
INSTRUMENTS += [
    "administrative-subpoena",
    "court-subpoena",
    "court-order",
    "judicial-warrant",
    "consent",
    "statute",
]
PURPOSES = [
    "none named",
    "criminal-investigation",
    "criminal-prosecution",
    "federal-crime",
    "task-force-investigation",
]
PURPOSES += ["custody", "missing-person", "officer-safety", "stop", "licensing", "customs", "civil-immigration"]
PURPOSES += [
    "immigration-entry-crime",
    "reproductive-enforcement",
    "emergency-life",
    "subject-access",
    "audit",
    "statistics",
]
COMPELS = {"court-subpoena", "court-order", "judicial-warrant", "statute"}


@dataclass(frozen=True)
class ReadRow:
    """One row: the codes cut out of its bytes by place, and its two parts as JSON, None where nothing is kept."""

    index: int
    kind: str
    minute: int
    owner: str
    asker: str
    purpose: str
    instrument: str
    outcome: str
    released: int
    content: Any
    record: Any

    @property
    def compelled(self) -> str:
        return "compulsory" if self.instrument in COMPELS else "voluntary"


def read_rows(folder: Path, secret: str) -> Iterator[ReadRow]:
    """Every entry of a simulated node, both commitments opened by hand under keys unwrapped by hand."""
    opener = AESGCM(hashlib.sha256(secret.encode()).digest())
    with closing(sqlite3.connect(folder / "node.db")) as database:
        rows = database.execute(
            "SELECT idx, entry, content, record, content_key, record_key FROM entry ORDER BY idx"
        )
        for index, entry, content, record, content_key, record_key in rows:
            for part, key, place in ((content, content_key, -64), (record, record_key, -32)):
                if part is not None:
                    opened = opener.decrypt(key[:12], key[12:], None)
                    assert hmac.new(opened, part, hashlib.sha256).digest() == entry[place : place + 32 or None]
            yield ReadRow(
                index=index,
                kind=KINDS.get(entry[1], "other"),
                minute=int.from_bytes(entry[2:6], "big"),
                owner=entry[6:15].rstrip(b"\0").decode(),
                asker=entry[15:24].rstrip(b"\0").decode(),
                purpose=PURPOSES[entry[24]],
                instrument=INSTRUMENTS[entry[25]],
                outcome=OUTCOMES[entry[26]],
                released=int.from_bytes(entry[31:35], "big"),
                content=json.loads(content) if content else None,
                record=json.loads(record) if record else None,
            )


def last_answers(rows: list[ReadRow]) -> list[ReadRow]:
    """Of each question the last answer to its first step."""
    found: dict[str, ReadRow] = {}
    for row in rows:
        if row.kind == "answered" and row.record["query"]["step"] == "digest":
            found[row.record["query"]["id"]] = row
    return list(found.values())


def figures(table: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """A table of a report as its JSON has it, by the words of its dimensions."""
    return Counter({tuple(one["values"]): one["number"] for one in table["figures"]})
