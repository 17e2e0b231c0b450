"""Rows of the legal reference that are no rule of a pack, with the reason and the place that holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from comity.errors import Finding, LawTextError

FILE = "not_rules.yaml"
KEYS = ("id", "reason", "held_by")
ROW_ID = re.compile(r"[A-Z][A-Z0-9]*-\d+[a-z]?")
MOST_ROWS = 1_000  # the reference has 212 rows


@dataclass(frozen=True, slots=True)
class NotRule:
    """One row: its id, why it cannot be a rule, and where it is held instead."""

    id: str
    reason: str
    held_by: str


@lru_cache(maxsize=1)
def shipped_not_rules() -> tuple[NotRule, ...]:
    """The rows that come with the software, sorted by id. Raises LawTextError for a damaged list."""
    return read_not_rules((files("comity.law") / "packs" / FILE).read_text(encoding="utf-8"))


def read_not_rules(text: str) -> tuple[NotRule, ...]:
    """Read a list of rows, sorted by id. Raises LawTextError for unknown or missing keys and repeated ids."""
    try:
        rows = yaml.load(text, yaml.BaseLoader)
    except yaml.YAMLError as error:
        raise LawTextError((Finding(FILE, 1, 1, "the list is not readable as YAML"),)) from error
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise LawTextError((Finding(FILE, 1, 1, f"the file is no list of at most {MOST_ROWS} rows"),))
    faults = [Finding(FILE, 1, 1, fault) for row in rows for fault in _faults(row)]
    ids = [row["id"] for row in rows if not faults]
    faults += [Finding(FILE, 1, 1, f"row `{row}` stands twice") for row in sorted(set(ids)) if ids.count(row) > 1]
    if faults:
        raise LawTextError(tuple(faults))
    return tuple(sorted((NotRule(**row) for row in rows), key=lambda one: one.id))


def _faults(row: Any) -> list[str]:
    if not isinstance(row, dict) or sorted(row) != sorted(KEYS):
        return [f"a row has exactly the keys {', '.join(KEYS)}"]
    if not all(isinstance(row[key], str) and row[key].strip() for key in KEYS):
        return [f"row `{row['id']}` leaves a key empty"]
    return [] if ROW_ID.fullmatch(row["id"]) else [f"`{row['id']}` is not the id of a row"]
