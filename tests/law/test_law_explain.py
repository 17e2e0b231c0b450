"""Explanations: the asker learns rule, facts and papers and never what would fare better; the owner learns all."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from law_samples import agreement, facts_of, folded_of, law_of, pack, record_of, rule
from test_law_decide import everything, request_values

from comity.errors import NounError
from comity.law.atoms import FactValue, FieldFlags
from comity.law.decide import decide_query, decide_record
from comity.law.explain import reason_sentence, spoken_fact
from comity.law.explain_owner import explain_field
from comity.law.fold import fold
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Purpose
from comity.model.decision import Reason
from comity.model.record import RecordState

PURPOSE = "query's purpose"
DEFINES = (
    'define judges-order of order "t" cite "c" status verified\n'
    "means order's instrument is one of court-order, judicial-warrant and order's issuer is article-three-judge\n"
    'define unread of order "t" cite "c" status unverified means order\'s instrument is consent\n'
    'define immigration-work of query "t" cite "c" status verified means\n'
    "query's purpose is one of civil-immigration, immigration-entry-crime\n"
)


def reason_for(body: str, changes: dict[str, FactValue] | None = None) -> Reason:
    """The asker's reason for a closed name."""
    folded = folded_of(pack(DEFINES + rule("A-1", body)), agreement(), facts=facts_of(changes))
    decision = decide_record(folded, record_of(), "p")
    return next(one for one in decision.fields if one.field == "name").reasons[0]


def test_a_reason_carries_title_citation_and_the_facts_that_decided() -> None:
    """The facts of the question are told in the vocabulary's phrases."""
    reason = reason_for(
        "forbid all fields when query is immigration-work", {"query's purpose": "civil-immigration"}
    )
    assert (reason.rule, reason.citation, reason.effect) == ("test/A-1", "Act 1", "forbid")
    assert reason.because == "the stated purpose is civil immigration enforcement"
    assert reason.remedy == ""
    assert reason_sentence(reason) == (
        "Title of A-1 (test/A-1, Act 1); the stated purpose is civil immigration enforcement"
    )


def test_a_reason_is_kept_for_questions_that_say_the_same_and_no_text_is() -> None:
    """Two questions alike in what a rule reads share its reason; one that turns on a text has its own."""
    law = law_of(
        pack(
            rule("A-1", "forbid field ssn when query's purpose is stop")
            + rule("A-2", "forbid field name unless query has case-number and query has dppa-use")
        ),
        agreement(),
    )

    def reasons(field: str, changes: dict[str, FactValue]) -> tuple[Reason, ...]:
        decision = decide_record(fold(law, facts_of({"query's purpose": "stop", **changes})), record_of(), "p")
        return next(one for one in decision.fields if one.field == field).reasons

    first, second = (reasons("ssn", {"query's case-number": number}) for number in ("2026-1", "2026-2"))
    assert first[0] is second[0]
    assert first[0].because == "the stated purpose is a stop"
    assert reasons("ssn", {"query's purpose": "audit"})[0].rule != "test/A-1"
    first, second = (reasons("name", {"query's case-number": number}) for number in ("2026-1", "2026-2"))
    assert first[0].rule == "test/A-2"
    assert first == second
    assert first[0] is not second[0]


def test_a_denied_list_is_told_as_the_fact_not_as_the_alternatives() -> None:
    """`is not one of` names nothing that would fare better."""
    reason = reason_for("forbid all fields when query's purpose is not one of stop, audit")
    assert reason.because == "the stated purpose is criminal investigation"
    reason = reason_for("forbid all fields when member is not acting-for-immigration")
    assert reason.because == ""


def test_unknown_facts_are_told_as_unknown() -> None:
    """A condition that is merely not false says what is missing."""
    reason = reason_for("forbid all fields when order is approved-1367 or query's dppa-use is b1")
    assert "it is not known whether the legal paper shown is approved" in reason.because
    assert "is not known" in reason.because


def test_a_refused_question_is_not_said_to_ask_for_an_unknown_class() -> None:
    """A rule at `ask` that reads the class refuses without calling the class unknown."""
    text = pack(
        'rule A-1 "Title of A-1" cite "Act 1" status verified from unknown at ask forbid query\n'
        "when query's purpose is criminal-investigation and query's data-class is case\n"
    )
    refused = decide_query(folded_of(text, agreement()))
    reasons = [*refused.refused, *(reason for _, found in refused.removed for reason in found)]
    told = {reason.because for reason in reasons if reason.rule == "test/A-1"}
    assert told
    assert not any("not known" in because for because in told)


def test_nothing_of_the_record_is_told_to_the_asker() -> None:
    """Conditions on record, subject or field leave no trace in the asker's reason."""
    body = "forbid all fields when record is not certified and record's collected is earlier than now"
    folded = folded_of(pack(rule("A-1", body)), agreement())
    decision = decide_record(
        folded, record_of(state=RecordState(certified=False, collected=date(2020, 1, 1))), "p"
    )
    assert decision.fields[0].reasons[0].because == ""


@pytest.mark.parametrize(
    ("lifted", "changes", "remedy"),
    [
        (
            "order is judges-order",
            {},
            "a court order or a judicial warrant signed by a federal judge under Article III",
        ),
        (
            "order is judges-order",
            {"order's instrument": "court-order", "order's issuer": "state-judge"},
            "signed by a federal judge under Article III",
        ),
        ("order is unread", {}, ""),
        (
            "order is not judges-order",
            {"order's instrument": "court-order", "order's issuer": "article-three-judge"},
            "",
        ),
        ("asker's certificates include il-alpr-declaration", {}, "the Illinois plate-data declaration"),
        ("query's purpose is stop", {}, ""),
        ("query's purpose is stop and order's instrument is consent", {}, ""),
        (
            "query's purpose is criminal-investigation and order's instrument is consent",
            {},
            "the person's written consent",
        ),
        ("query's purpose is stop or order is approved-1367", {}, "the legal paper shown approved"),
        ("order has document", {}, "the paper on file"),
        ("record is certified", {}, ""),
        ("now is earlier than 2020-01-01", {}, ""),
        ("order's expires is earlier than 2020-01-01", {}, ""),
        ("order's instrument is not nothing", {}, ""),
        ("subject has a conviction with (conviction's grade is felony)", {}, ""),
    ],
)
def test_the_remedy_is_a_paper_for_this_very_question(
    lifted: str, changes: dict[str, FactValue], remedy: str
) -> None:
    """Only papers are named, and only where everything else is already met."""
    told = reason_for(f"forbid all fields unless {lifted}", changes).remedy
    assert told.startswith(remedy) if remedy else told == ""


@given(request_values())
@settings(max_examples=60)
def test_no_shipped_reason_tells_the_asker_of_another_purpose(request: dict[str, FactValue]) -> None:
    """Whatever the law: a reason names no purpose but the stated one."""
    vocabulary = load_vocabulary()
    decision = decide_query(fold(everything(), facts_of(request, ("case", "custody", "dmv"))))
    stated = str(request["query's purpose"])
    others = {
        f"purpose is {vocabulary.phrase_of_value(PURPOSE, str(purpose))}"
        for purpose in Purpose
        if purpose != stated
    }
    reasons = [*decision.refused, *(reason for _, why in decision.removed for reason in why)]
    stated_phrase = vocabulary.phrase_of_value("query's purpose", stated)
    for reason in reasons:
        told = f"{reason.because} {reason.remedy}"
        assert not any(re.search(rf"{re.escape(other)}\b", told) for other in others if stated_phrase not in other)


def test_a_sentence_names_status_and_remedy() -> None:
    """Unverified rules say so wherever they are told."""
    reason = Reason(
        rule="us/X-1", title="T", citation="C", status="unverified", effect="forbid", because="b", remedy="r"
    )
    assert reason_sentence(reason) == "T (us/X-1, C, not yet verified by counsel); b; what would help: r"


def test_facts_are_spoken() -> None:
    """Sets, dates, numbers, flags and missing facts have their forms."""
    vocabulary = load_vocabulary()
    facts: dict[str, FactValue] = {
        "asker's certificates": frozenset({"part-23"}),
        "record is certified": False,
        "record's collected": date(2026, 1, 2),
        "session's factors": 2,
        "subject's convictions": (),
        "field is public": FieldFlags(),
    }
    said = {path: spoken_fact(path, facts, vocabulary) for path in (*facts, "now", "query's note")}
    assert said["asker's certificates"].endswith("are the Part 23 undertaking")
    assert said["record is certified"] == "the record is not certified by its owner"
    assert said["record's collected"] == "the day of collection is 2026-01-02"
    assert said["session's factors"].endswith("is 2")
    assert said["subject's convictions"].endswith("0 entries")
    assert said["field is public"].startswith("it is not known whether the field is")
    assert said["now"] == "today is not known"
    assert said["query's note"] == "the reason written in the question is not known"
    assert spoken_fact("asker's certificates", {"asker's certificates": frozenset()}, vocabulary).endswith(
        "are none"
    )


def test_the_owner_sees_deciding_tests_and_the_nearest_permit() -> None:
    """Every test with its fact and truth; the permit that nearly counted and what failed in it."""
    clauses = (
        'clause G-1 "t" gives ccpd to fia at release permit field ssn\n'
        "when query's purpose is one of stop, audit\n"
        'clause G-2 "t" gives ccpd to fia at release permit field ssn\n'
        "when query's purpose is stop and asker's level is local and query has case-number\n"
    )
    facts = facts_of()
    folded = fold(law_of(pack(DEFINES + rule("A-1", "")), agreement(clauses)), facts)
    told = explain_field(folded, record_of(), "p", "ssn")
    assert told.decision.reasons[0].rule == "comity/NO-AGREEMENT"
    assert told.deciding == ()
    assert [near.rule for near in told.nearest] == ["CCPD-FIA-1/G-1", "CCPD-FIA-1/G-2"]
    (failing,) = told.nearest[0].failing
    assert failing.test == "query's purpose is one of stop, audit"
    assert (failing.fact, failing.truth) == ("the stated purpose is criminal investigation", False)
    with pytest.raises(NounError, match="`mugshot` is not a field"):
        explain_field(folded, record_of(), "p", "mugshot")


def test_the_owner_sees_what_failed_to_lift_a_rule() -> None:
    """Definitions in `unless` that are not true are named, and a lifted permit says by what."""
    text = pack(
        DEFINES
        + rule(
            "A-1",
            "forbid field ssn when query is not immigration-work unless order is judges-order and field is public "
            "unless subject has a conviction with (conviction's grade is felony)",
        )
    )
    clause = (
        'clause G-1 "t" gives ccpd to fia at release permit field ssn binds owner where owner\'s level is local\n'
        "unless query's purpose is criminal-investigation\n"
    )
    later = 'clause G-2 "t" gives ccpd to fia at release from 2027-01-01 permit field ssn\n'
    folded = folded_of(text, agreement(clause + later))
    told = explain_field(folded, record_of(), "p", "ssn")
    assert told.lacking == ("test/judges-order",)
    assert [near.lifted_by for near in told.nearest if near.rule.endswith("G-1")] == [
        ("query's purpose is criminal-investigation",)
    ]
    assert [one.test for near in told.nearest for one in near.failing] == ["in force"]
    (deciding,) = told.deciding
    assert deciding.tests[0].definition == "immigration-work"
    assert deciding.tests[0].truth is True
