"""Closed lists beside a law text: one code a line, read from CSV text and bound by hash.

The first row names the columns and one of them is `code`; further columns (title, section) are for readers.
"""

from __future__ import annotations

import csv
import hashlib
from io import StringIO

from comity.errors import Finding, LawTextError

MOST_CODES = 20_000  # every offence code of a state, several times over


def table_hash(text: str) -> str:
    """SHA-256 of a table's text as `sha256:` and 64 hexadecimal digits; a law text gives 8 or more of them."""
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def read_codes(text: str, file: str) -> frozenset[str]:
    """The codes of a table. Raises LawTextError naming file and line for what is not a closed list."""
    rows = list(csv.reader(StringIO(text)))
    if not rows or "code" not in rows[0]:
        raise LawTextError((Finding(file, 1, 1, "the table has no column `code`", remedy="name the columns"),))
    column = rows[0].index("code")
    codes: set[str] = set()
    findings = []
    for number, row in enumerate(rows[1 : MOST_CODES + 1], start=2):
        code = row[column].strip() if len(row) == len(rows[0]) else ""
        if not code:
            findings.append(Finding(file, number, 1, "the row has no code", remedy="give every row every column"))
        elif code in codes:
            findings.append(Finding(file, number, 1, f"code `{code}` stands twice", remedy="keep one"))
        codes.add(code)
    if len(rows) > MOST_CODES + 1:
        findings.append(
            Finding(file, MOST_CODES + 2, 1, f"more than {MOST_CODES} codes", remedy="split the table")
        )
    if findings:
        raise LawTextError(tuple(findings))
    return frozenset(codes)
