"""A statute that closes personal information closes it in every data class, those that come later included."""

from __future__ import annotations

from datetime import date

import pytest

from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_wanted, reach
from comity.law.analyse.texts import ground_of
from comity.law.atoms import FactValue
from comity.law.shipped import shipped_pack
from comity.law.vocabulary import load_vocabulary

CIVIL: dict[str, FactValue] = {
    "query's purpose": "civil-immigration",
    "order's instrument": "nothing",
    "field is public": False,
}
OWNERS: dict[str, dict[str, FactValue]] = {
    "us-ca": {"owner's state": "CA", "owner's kind": "sheriff", "owner's level": "local"},
    "us-wa": {"owner's state": "WA", "owner's kind": "police", "owner's level": "local"},
    "us-or": {"owner's state": "OR", "owner's kind": "police", "owner's level": "local"},
}
NOT_HERE = {"us-wa": {"subject's custodian": "local-jail"}}  # state prisons are carved out by RCW 10.93.160(15)


@pytest.mark.parametrize("pack", sorted(OWNERS))
@pytest.mark.parametrize("field", ["phone", "home-address"])
def test_contacts_are_closed_to_civil_immigration_enforcement_in_every_class(pack: str, field: str) -> None:
    """Gov. Code 7284.6(a)(1)(D), RCW 10.93.160, ORS 180.805: no class of records is a way around."""
    facts = {**CIVIL, **NOT_HERE.get(pack, {})}
    ground = ground_of((shipped_pack("us"), shipped_pack(pack)), "", OWNERS[pack])
    classes = tuple(load_vocabulary().classes)
    wanted = Wanted(fields_wanted(ground, classes, (field,), ""))
    found = reach(ground, Given(facts, today=date(2026, 11, 28)), wanted)
    assert found.verdict is Verdict.NONE, found.reached
