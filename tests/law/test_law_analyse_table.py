"""The reach table: open cells replay, closed ones agree with a proof of their own."""

from __future__ import annotations

from law_samples import TODAY

from comity.law.analyse.example import replay
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Sampling, Wanted, fields_wanted, reach
from comity.law.analyse.table import count_words, reach_table
from comity.law.analyse.texts import ground_of
from comity.law.shipped import shipped_pack

OREGON = {"owner's state": "OR", "owner's level": "local", "owner's kind": "police", "owner's component": "none"}


def test_every_open_cell_has_a_question_and_every_closed_one_a_proof() -> None:
    """The table and single reach questions say the same."""
    ground = ground_of((shipped_pack("us"), shipped_pack("us-or")), "", OREGON)
    given = Given({"order's instrument": "nothing", "field is public": False}, today=TODAY)
    table = reach_table(ground, given, ("case", "intelligence"))
    assert not table.undecided
    assert count_words(table)["closed"] > 0
    for cell, word in table.cells.items():
        if word != "closed":
            example = table.examples[cell]
            assert example.all_facts()["query's purpose"] == cell.purpose
            names = fields_wanted(ground, (example.data_class,), (), cell.label)[example.data_class]
            seen = replay(ground.law, example)
            assert any(seen.level(name, held=word == "held") for name in names), cell
    closed = [cell for cell, word in table.cells.items() if word == "closed"]
    for cell in closed[:: max(1, len(closed) // 6)]:
        fields = fields_wanted(ground, ("case", "intelligence"), (), cell.label)
        asked = Given({**given.facts, "query's purpose": cell.purpose}, today=TODAY)
        found = reach(ground, asked, Wanted(fields, held=True), Sampling(20))
        assert found.verdict is Verdict.NONE


def test_a_table_is_split_by_requester() -> None:
    """What Washington closes to immigration components stays open to others, in one table."""
    facts = {
        "owner's state": "WA",
        "owner's level": "local",
        "owner's kind": "police",
        "owner's component": "none",
    }
    ground = ground_of((shipped_pack("us"), shipped_pack("us-wa")), "", facts)
    shut = {"order's instrument": "nothing", "field is public": False, "subject's custodian": "none"}
    given = Given({**shut, "query's purpose": "custody"}, today=TODAY)
    table = reach_table(ground, given, ("case",), ("asker's component",))
    words = {cell.kinds[0]: word for cell, word in table.cells.items() if cell.label == "address"}
    assert words["ice"] == words["cbp"] == words["delegate-287g"] == "closed"
    assert words["none"] == words["uscis"] == "open"
