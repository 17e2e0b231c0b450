"""Every row of the legal reference is a rule that ships, or stands in the list of rows that cannot be one."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from comity.errors import LawTextError
from comity.law.not_rules import read_not_rules, shipped_not_rules
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names

REFERENCE = Path(__file__).parents[3] / "shared" / "reference" / "law.md"
ROW = re.compile(r"(?m)^\| ([A-Z][A-Z0-9]*-\d+[a-z]?) \|")
needs_reference = pytest.mark.skipif(
    not REFERENCE.is_file(), reason=f"THE LEGAL REFERENCE IS NOT BESIDE THE REPOSITORY: {REFERENCE}"
)


@cache
def rows() -> tuple[str, ...]:
    """Ids of the tables of sections 2 and 3, in order."""
    text = REFERENCE.read_text(encoding="utf-8")
    return tuple(ROW.findall(text[text.index("\n## 2. ") : text.index("\n## 4. ")]))


@cache
def covered() -> frozenset[str]:
    """Rows that ship as a rule: CA-02 by a rule CA-02 or, split, CA-02a, where CA-02a is no row of its own."""
    shipped = {
        str(rule.id) for name in shipped_pack_names() for rule in parse_pack(shipped_pack(name).text, name).rules
    }
    split = {rule[:-1] for rule in shipped - set(rows()) if rule[-1].islower()}
    return frozenset((shipped | split) & set(rows()))


@needs_reference
def test_every_row_is_a_rule_or_says_why_not() -> None:
    """No row of the reference is forgotten: what is missing is listed."""
    listed = {one.id for one in shipped_not_rules()}
    assert rows()
    missing = [row for row in rows() if row not in covered() and row not in listed]
    assert not missing, f"{len(missing)} rows are neither rule nor listed: {', '.join(missing)}"


@needs_reference
def test_the_list_names_no_stranger_and_no_rule() -> None:
    """A row that became a rule, or that is no row, is taken out of the list."""
    listed = {one.id for one in shipped_not_rules()}
    assert sorted(listed - set(rows())) == []
    assert sorted(listed & covered()) == []


FAULTY_LISTS = {
    "not YAML": ("- id: [", "the list is not readable as YAML"),
    "no list": ("id: CA-01", "the file is no list"),
    "another key": ("- {id: CA-01, reason: a, held_by: b, note: c}", "exactly the keys id, reason, held_by"),
    "a missing key": ("- {id: CA-01, reason: a}", "exactly the keys id, reason, held_by"),
    "an empty reason": ("- {id: CA-01, reason: '', held_by: b}", "row `CA-01` leaves a key empty"),
    "no id": ("- {id: rule 1, reason: a, held_by: b}", "`rule 1` is not the id of a row"),
    "a row twice": ("- {id: CA-01, reason: a, held_by: b}\n- {id: CA-01, reason: a, held_by: b}", "stands twice"),
}


@pytest.mark.parametrize("name", FAULTY_LISTS)
def test_a_faulty_list_is_refused(name: str) -> None:
    """Unknown, missing and empty keys and repeated rows stop the reading."""
    text, fault = FAULTY_LISTS[name]
    with pytest.raises(LawTextError) as caught:
        read_not_rules(text)
    assert any(fault in finding.fault for finding in caught.value.findings)
