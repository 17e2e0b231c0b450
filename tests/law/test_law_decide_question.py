"""Deciding a question: refused whole or class by class; the stricter standpoint governs."""

from __future__ import annotations

from law_samples import (
    AGREEMENT_HEAD,
    ASKER_ORI,
    CONFLICT,
    HEADING,
    OWNER_ORI,
    agreement,
    decided,
    facts_of,
    folded_of,
    law_text,
    levels,
    pack,
    policy,
    reasons,
    record_of,
    rule,
)

from comity.law.decide import decide_query, decide_record, match_fields
from comity.law.facts import Standing
from comity.model.codes import DataClass
from comity.model.law_text import LawKind


def ask(body: str, name: str = "A-1") -> str:
    return f'rule {name} "t" {HEADING} at ask {body}\n'


def test_a_rule_with_a_class_removes_the_class_and_one_without_refuses() -> None:
    """`ask` rules are decided per data class."""
    facts = facts_of(classes=("case", "booking"))
    decision = decide_query(folded_of(pack(ask("data booking forbid query")), agreement(), facts=facts))
    assert decision.allowed == (DataClass.CASE,)
    assert [(name, [one.rule for one in why]) for name, why in decision.removed] == [
        (DataClass.BOOKING, ["test/A-1"])
    ]
    assert decision.refused == ()
    by_class = ask("forbid query when query's data-class is booking")
    assert decide_query(folded_of(pack(by_class), agreement(), facts=facts)).allowed == (DataClass.CASE,)
    whole = decide_query(folded_of(pack(ask("forbid query")), agreement(), facts=facts))
    assert (whole.allowed, [one.rule for one in whole.refused]) == ((), ["test/A-1"])
    assert whole.refused[0].effect == "refuse"


def test_a_refused_question_closes_its_records_too() -> None:
    """Nothing slips through by a record decision after a refusal."""
    folded = folded_of(pack(ask("forbid query")), agreement())
    assert levels(decide_record(folded, record_of(), "p"), "name") == ["nothing"]
    assert match_fields(folded, DataClass.CASE) == frozenset()


def test_a_class_of_which_nothing_can_leave_is_removed_with_reasons_of_the_question() -> None:
    """No agreement, or a forbid that needs no record, says so; a forbid that waits for the record does not."""
    assert decide_query(folded_of()).refused[0].rule == "comity/NO-AGREEMENT"
    certain = decide_query(folded_of(pack(rule("A-1", "forbid all fields")), agreement()))
    assert [one.rule for one in certain.refused] == ["test/A-1"]
    some = 'clause G-1 "t" gives ccpd to fia at release permit field name\n'
    closing = decide_query(folded_of(pack(rule("A-1", "forbid field name, ssn")), agreement(some)))
    assert [one.rule for one in closing.refused] == ["test/A-1"]
    waits = decide_query(folded_of(pack(rule("A-1", "forbid all fields unless record is certified")), agreement()))
    assert waits.refused == ()
    conflicting = pack(CONFLICT.replace("labelled immigration-status, address", "labelled immigration-status"))
    status = 'clause G-1 "t" gives ccpd to fia at release permit field status\n'
    assert decide_query(folded_of(conflicting, agreement(status))).refused == ()


def test_match_fields_are_those_that_may_leave_or_are_match_only() -> None:
    """Closed fields are closed to matching, unless permitted match-only; a forbid closes that as well."""
    clauses = (
        'clause G-1 "t" gives ccpd to fia at release permit fields labelled identity\n'
        'clause G-2 "t" gives ccpd to fia at release permit field ssn when record is certified\n'
    )
    rules = rule("A-1", "forbid field sex, birthplace") + rule("A-2", "forbid field alias unless field is public")
    own = policy(rule("P-1", "permit match on field former-name, birthplace"))
    folded = folded_of(pack(rules), own, agreement(clauses))
    assert match_fields(folded, DataClass.CASE) == {"name", "alias", "birth-date", "ssn", "former-name"}
    decision = decide_record(folded, record_of(), "p")
    assert [one.field for one in decision.fields if one.match_only] == ["former-name"]
    assert levels(decision, "former-name") == ["nothing"]


def test_the_stricter_standpoint_governs() -> None:
    """Asked for another agency, a permit is needed for both, and both agencies' limits apply."""
    beneficiary = Standing("ice", frozenset({"DCICE0100"}), "ccpd", frozenset({OWNER_ORI}))
    seen = facts_of({"asker's component": "ice"}, standing=beneficiary)
    both = facts_of(others=(seen,))
    assert levels(decided(agreement(), facts=both), "name") == ["nothing"]
    second = (
        AGREEMENT_HEAD.replace("CCPD-FIA-1", "CCPD-ICE-1").replace("fia", "ice").replace(ASKER_ORI, "DCICE0100")
    )
    clause = 'clause G-1 "t" gives ccpd to ice at release permit field name up to masked\n'
    signed = (("ccpd", "agency-head"), ("ice", "agency-head"))
    text = law_text(LawKind.AGREEMENT, second + clause, name="CCPD-ICE-1", signed=signed)
    decision = decided(agreement(), text, facts=both)
    assert levels(decision, "name", "ssn") == ["masked", "nothing"]
    limit = pack(rule("A-1", "forbid field name when asker's component is ice"))
    closed = decided(limit, agreement(), text, facts=both)
    assert (levels(closed, "name"), reasons(closed, "name")) == (["nothing"], ["test/A-1"])
    held = decided(
        pack(rule("A-1", "hold field name for review by counsel when asker's component is ice")),
        agreement(),
        text,
        facts=both,
    )
    assert levels(held, "name") == ["held"]
