"""Rules laid out as bits decide as each rule by itself would, and what was learned of records changes nothing."""

from __future__ import annotations

from datetime import date
from operator import attrgetter
from typing import Any

import pytest
from compare_law import Tally, compare, compiled, folded
from generate_question import generated_body, generated_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import agreement, folded_of, pack, record_of, rule

import comity.law.decide_record as decide_module
import comity.law.rows as rows_module
import comity.law.sheet as sheet_module
from comity.law.code import clauses_of
from comity.law.columns import Fresh
from comity.law.decide import decide_record
from comity.law.facts import PERSON_ATTRIBUTES, READ_AS_HELD, RECORD_ATTRIBUTES, record_facts
from comity.law.rows import Sheet
from comity.law.sheet import sheet_of
from comity.model.record import Conviction, RecordState, SubjectFacts

SEEDS = range(40)


def test_rules_of_too_many_clauses_are_walked_to_the_same_decision(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no clause allowed every conditional rule is walked, and the twin still agrees on everything."""
    monkeypatch.setattr(rows_module, "MOST_CLAUSES", 0)
    sheet_module._sheet.cache_clear()
    try:
        for seed in SEEDS:
            assert not compare(seed, Tally())
    finally:
        sheet_module._sheet.cache_clear()


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
            assert not any(met_in(sheet))
    assert seen >= 5


def test_a_sheet_kept_for_other_questions_knows_nothing_of_records() -> None:
    """Questions that leave the same rules are given the same layout, and none of what another met with it."""
    body = generated_body(5)
    law = compiled(body)
    cases = list(generated_cases(body, 5, queries=1, records=24))
    first = folded(law, cases[0])
    for case in cases:
        decide_record(first, case.record, "p1")
    second = folded(law, cases[0])
    assert any(any(met_in(sheet)) for sheet in first.memo.sheets.values())
    for name, sheet in first.memo.sheets.items():
        fresh = sheet_of(second, name)
        assert fresh.rows is sheet.rows
        assert not any(met_in(fresh))
        assert not {id(one) for one in memories_of(fresh)} & {id(one) for one in memories_of(sheet)}


def test_what_is_read_as_held_is_what_rules_read() -> None:
    """Attributes that are taken as facts without being read again are the facts that reading them gives."""
    met = 0
    for case in generated_cases(generated_body(5), 5, queries=1, records=60):
        read = record_facts(case.record, "p1")
        nouns = {"record": case.record, "person": case.record.people[0]}
        for path in READ_AS_HELD:
            noun, held = (
                ("record", RECORD_ATTRIBUTES[path])
                if path in RECORD_ATTRIBUTES
                else ("person", PERSON_ATTRIBUTES[path])
            )
            assert attrgetter(held)(nouns[noun]) == read.get(path), path
            met += path in read
    assert met > 500


def memories_of(sheet: Sheet) -> list[dict[Any, Any]]:
    """Everything in which a sheet keeps what it met."""
    found: list[dict[Any, Any]] = [getattr(sheet.met, name) for name in sheet.met.__slots__]
    found += [column.known for column in sheet.bits.columns]
    found += [edges for _, _, edges, *_ in sheet.bits.days]
    for listed in sheet.bits.lists:
        found += [listed.said, listed.known, *(one.known for one in (*listed.answers, *listed.tests))]
    units = [*sheet.flagged, *(unit for _, _, together in sheet.groups for unit in together)]
    return [*found, *(known for _, known, _ in sheet.groups), *(known for unit in units for known in unit[1:3])]


def met_in(sheet: Sheet) -> list[list[Any]]:
    """What was met: all that a sheet keeps, but for the values that it knows before it meets any."""
    answers = [answer for listed in sheet.bits.lists for answer in listed.answers]
    closed = {id(one.known): one.closed for one in (*sheet.bits.columns, *answers)}
    assert all(one.known.items() >= one.closed.items() for one in (*sheet.bits.columns, *answers))
    return [list(known.keys() - closed.get(id(known), {}).keys()) for known in memories_of(sheet)]


def test_what_a_question_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many records differ, no memory outgrows its bound, and the decisions stay what they were."""
    monkeypatch.setattr(decide_module, "MOST_REMEMBERED", 3)
    full = 0
    for seed in range(20):
        body = generated_body(seed)
        law = compiled(body)
        cases = list(generated_cases(body, seed, queries=1, records=40))
        engine = folded(law, cases[0])
        decided = [decide_record(engine, case.record, "p1") for case in cases]
        assert decided == [decide_record(folded(law, case), case.record, "p1") for case in cases]
        for sheet in engine.memo.sheets.values():
            # A rule's own hold and its own duties are as many as the rules, whatever the records say.
            own = {id(sheet.met.hold), id(sheet.met.duties)}
            every = zip(met_in(sheet), memories_of(sheet), strict=True)
            sizes = [len(met) for met, known in every if id(known) not in own]
            assert max(sizes) <= 3
            full += max(sizes) == 3
    assert full >= 20


@given(st.data())
@settings(max_examples=200)
def test_convictions_taken_apart_say_what_the_list_form_says(data: st.DataObject) -> None:
    """Whatever the convictions and whatever was met before, the marks are those of each list form by itself."""
    tests = data.draw(st.lists(st.sampled_from(LIST_FORMS), min_size=1, max_size=3, unique=True))
    rules = "".join(rule(f"A-{number}", f"forbid field ssn when {test}") for number, test in enumerate(tests))
    engine = folded_of(pack(rules), agreement())
    bits = sheet_of(engine, "case").bits
    assert bits.lists
    for held in data.draw(st.lists(held_convictions(), min_size=1, max_size=4)):
        record = record_of(subject=SubjectFacts(convictions=held))
        person = record.people[0]
        expected = bits.marks_of(record_facts(record, person.key))
        fresh: list[Fresh] = []
        assert bits.marks(record, person, fresh) == expected
        for known, value, found in fresh:
            known[value] = found
        assert bits.marks(record, person, []) == expected


@given(st.data())
@settings(max_examples=200)
def test_two_dates_of_a_record_are_compared_as_their_rules_say(data: st.DataObject) -> None:
    """Whatever the dates and whichever were met before, the marks are those of each comparison by itself."""
    tests = data.draw(st.lists(st.sampled_from(COMPARISONS), min_size=1, max_size=4, unique=True))
    rules = "".join(rule(f"A-{number}", f"forbid field ssn when {test}") for number, test in enumerate(tests))
    bits = sheet_of(folded_of(pack(rules), agreement()), "case").bits
    assert len(bits.days) == len(tests)
    days = st.none() | st.sampled_from(EDGES) | st.dates(date(2019, 1, 1), date(2026, 1, 1))
    for collected, validated in data.draw(st.lists(st.tuples(days, days), min_size=1, max_size=6)):
        record = record_of(state=RecordState(collected=collected, last_validated=validated))
        fresh: list[Fresh] = []
        assert bits.marks(record, record.people[0], fresh) == bits.marks_of(
            record_facts(record, record.people[0].key)
        )
        for known, value, found in fresh:
            known[value] = found


COMPARISONS = (
    "record's collected is later than record's last-validated",
    "record's last-validated is earlier than record's collected",
    *(
        f"record's collected is {size} 2 years {way} record's last-validated"
        for size in ("more than", "less than", "at least", "at most")
        for way in ("before", "after")
    ),
)
EDGES = (date(2020, 2, 29), date(2022, 2, 28), date(2022, 3, 1), date(2024, 2, 29), date(2024, 2, 28))
LIST_FORMS = (
    "subject has a conviction with (conviction's grade is felony and conviction's day is later than 2020-01-01)",
    "subject has a conviction with (conviction's grade is not felony or conviction's reclassified is none)",
    "subject has a conviction with (now is more than 5 years after conviction's day)",
)


def held_convictions() -> st.SearchStrategy[tuple[Conviction, ...] | None]:
    """Up to three convictions with facts missing, or no list at all."""
    conviction = st.builds(
        Conviction,
        grade=st.sampled_from((None, "felony", "misdemeanour", "no-such-grade")),
        day=st.sampled_from((None, date(2019, 1, 1), date(2020, 1, 1), date(2021, 6, 1), date(2026, 1, 1))),
        reclassified=st.sampled_from((None, "none", "act-2014")),
    )
    return st.none() | st.lists(conviction, max_size=3).map(tuple)


def test_clauses_are_counted_before_they_are_made() -> None:
    """A condition of four choices of two pairs takes sixteen clauses: as many as allowed are made, more are not."""
    node = ("|", tuple(("&", (4 * place, 4 * place + 1)) for place in range(4)))
    clauses = clauses_of(node, 16)
    assert clauses is not None
    assert len(clauses) == 16
    assert all(len(clause) == 4 for clause in clauses)
    assert clauses_of(node, 15) is None
    assert clauses_of(("&", (node, 99)), 15) is None
