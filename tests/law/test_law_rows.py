"""Rules laid out as bits decide as each rule by itself would, and what was learned of records changes nothing."""

from __future__ import annotations

import pytest
from compare_law import Tally, compare, compiled, folded
from generate_question import generated_body, generated_cases

import comity.law.rows as rows_module
from comity.law.code import clauses_of
from comity.law.decide import decide_record

SEEDS = range(40)


def test_rules_of_too_many_clauses_are_walked_to_the_same_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no clause allowed every conditional rule is walked, and the twin still agrees on everything."""
    monkeypatch.setattr(rows_module, "MOST_CLAUSES", 0)
    for seed in SEEDS:
        assert not compare(seed, Tally())


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_learned_of_other_records_changes_no_decision(seed: int) -> None:
    """A question that has decided many records decides each as a question that saw no other."""
    body = generated_body(seed)
    law = compiled(body)
    cases = list(generated_cases(body, seed, queries=1, records=24))
    engine = folded(law, cases[0])
    for case in (*cases, *reversed(cases)):
        alone = decide_record(folded(law, case), case.record, "p1")
        assert decide_record(engine, case.record, "p1") == alone


def test_concealed_records_leave_no_trace_in_a_question() -> None:
    """After a concealed record the question knows no value, no decision and no duty it did not know before."""
    seen = 0
    for seed in range(200):
        body = generated_body(seed)
        law = compiled(body)
        for case in generated_cases(body, seed, queries=1, records=4):
            engine = folded(law, case)
            if not decide_record(engine, case.record, "p1").concealed or case.record.state.sealed:
                continue
            seen += 1
            sheet = engine.memo.sheets[str(case.record.data_class)]
            columns = (*sheet.bits.singles, *sheet.bits.joint)
            assert not any(column.known for column in columns)
            assert not any(unit.known for unit in (*sheet.units, *sheet.flagged))
            assert not any((sheet.duties, sheet.owed, sheet.holds, engine.memo.records, engine.memo.outcomes))
    assert seen >= 5


def test_clauses_are_counted_before_they_are_made() -> None:
    """A condition of four choices of two pairs takes sixteen clauses: as many as allowed are made, more are not."""
    node = ("|", tuple(("&", (4 * place, 4 * place + 1)) for place in range(4)))
    clauses = clauses_of(node, 16)
    assert clauses is not None
    assert len(clauses) == 16
    assert all(len(clause) == 4 for clause in clauses)
    assert clauses_of(node, 15) is None
    assert clauses_of(("&", (node, 99)), 15) is None
