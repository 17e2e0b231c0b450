"""What must hold of every decision, whatever the law says: the algebra of DESIGN section 4 as properties."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import msgspec
from compare_law import compiled, folded, parties_of
from generate_law import TextMaker
from generate_question import NOW_MS, Body, Case, generated_body, generated_cases
from hypothesis import example, given, settings
from hypothesis import strategies as st
from write_law import asker_texts_of, elections_of, texts_of

from comity.law import ast
from comity.law.ast import Word
from comity.law.code import fold_node
from comity.law.compile import compile_law
from comity.law.decide import decide_query, decide_record, match_fields
from comity.law.facts import request_facts
from comity.law.fold import Folded, fold, literal_values
from comity.model.canon import canonical_bytes
from comity.model.decision import RecordDecision
from comity.model.record import Record
from long_runs import LONG

SEEDS = st.integers(min_value=0, max_value=10_000_000)
FEW = settings(max_examples=10 * LONG)


def cases_of(body: Body, seed: int) -> Iterator[Case]:
    return generated_cases(body, seed, queries=2, records=2)


def outward(decided: RecordDecision) -> dict[str, tuple[int, bool]]:
    """What leaves now, and what may be compared, field by field: a held field leaves nothing, a concealed record
    neither leaves nor is compared."""
    if decided.concealed:
        return {one.field: (0, False) for one in decided.fields}
    return {
        one.field: (0 if one.held else int(one.level), one.match_only or one.level > 0) for one in decided.fields
    }


def widened(before: RecordDecision, after: RecordDecision) -> list[str]:
    """Fields of which more leaves after than before, or that may be compared only after."""
    old, new = outward(before), outward(after)
    lifted = [name for name in new if new[name][0] > old[name][0] or new[name][1] > old[name][1]]
    return [*lifted, *(["existence"] if before.concealed and not after.concealed else [])]


# ---------------------------------------------------------------- narrowing


@FEW
@given(SEEDS)
def test_adding_a_narrowing_rule_never_widens(seed: int) -> None:
    """One more forbid, cap or hold in any text leaves every field at its level or lower, for each record."""
    rng = random.Random(seed)
    body = generated_body(seed)
    added = TextMaker(rng).rule(90, TextMaker(rng).narrowing(), ())
    packs = list(body.packs)
    index = rng.randrange(len(packs))
    packs[index] = replace(packs[index], rules=(*packs[index].rules, added))
    before, after = compiled(body), compiled(replace(body, packs=tuple(packs)))
    for case in cases_of(body, seed):
        old, new = folded(before, case), folded(after, case)
        assert not widened(decide(old, case.record), decide(new, case.record))
        assert match_fields(new, case.record.data_class) <= match_fields(old, case.record.data_class)
        assert set(decide_query(new).allowed) <= set(decide_query(old).allowed)


@FEW
@given(SEEDS)
@example(3372)  # nothing binds the two but an agreement that the asker brought
def test_adding_the_askers_law_never_widens(seed: int) -> None:
    """Texts that come with the asker only take away: a pack, a policy in the owner's name, a signed agreement."""
    body = replace(generated_body(seed), asker_packs=())
    maker = TextMaker(random.Random(seed))
    giving = ast.Rule(
        Word("B-01"), Word("Everything"), points=(Word("release"),), effect=ast.Permit(ast.AllFields())
    )
    given = ast.Gives(Word(body.owner), Word(body.asker))
    policy = maker.policy(body.owner, 3)
    opening = replace(giving, status=Word("verified"), cite=Word("Code 1"), dates=ast.Dates(date(2019, 1, 1)))
    brought = replace(
        body,
        packs=(maker.pack("us-asker", "WA", 3),),
        policy=replace(
            policy, name=Word("brought-policy"), rules=(*policy.rules, replace(opening, id=Word("B-02")))
        ),
        agreements=tuple(
            replace(one, id=Word("BROUGHT-01"), clauses=(replace(giving, gives=given),))
            for one in body.agreements[:1]
            if body.asker != body.owner
        ),
        unsigned=frozenset(),
    )
    before, after = compiled(body), compile_law(texts_of(body), texts_of(brought), elections_of(body))
    for case in cases_of(body, seed):
        assert not widened(decide(folded(before, case), case.record), decide(folded(after, case), case.record))


@FEW
@given(SEEDS)
@example(13)  # the added pack bars one of two agreements, whose terms differ
def test_adding_a_pack_never_widens_any_owners_data(seed: int) -> None:
    """One more pack in force, of any jurisdiction and binding whom it likes, leaves every field as it was or lower."""
    body = generated_body(seed)
    added = TextMaker(random.Random(seed)).pack("us-added", "CA", 4)
    before, after = compiled(body), compiled(replace(body, packs=(*body.packs, added)))
    for case in cases_of(body, seed):
        old, new = folded(before, case), folded(after, case)
        assert not widened(decide(old, case.record), decide(new, case.record))
        assert set(decide_query(new).allowed) <= set(decide_query(old).allowed)


@FEW
@given(SEEDS, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_nothing(seed: int, rng: random.Random) -> None:
    """Rules and clauses shuffled within their texts give the same levels, holds, duties and labels."""
    body = generated_body(seed)
    turned = replace(
        body,
        packs=tuple(replace(pack, rules=shuffled(pack.rules, rng)) for pack in body.packs),
        policy=replace(body.policy, rules=shuffled(body.policy.rules, rng)),
        agreements=tuple(replace(one, clauses=shuffled(one.clauses, rng)) for one in body.agreements),
    )
    before, after = compiled(body), compiled(turned)
    for case in cases_of(body, seed):
        old, new = decide(folded(before, case), case.record), decide(folded(after, case), case.record)
        assert outward(old) == outward(new)
        assert reasons_by_field(old) == reasons_by_field(new)
        assert {hold.rule for hold in old.holds} == {hold.rule for hold in new.holds}
        assert set(old.duties) == set(new.duties)
        assert set(old.labels) == set(new.labels)


def shuffled(rules: tuple[ast.Rule, ...], rng: random.Random) -> tuple[ast.Rule, ...]:
    turned = list(rules)
    rng.shuffle(turned)
    return tuple(turned)


def reasons_by_field(decided: RecordDecision) -> dict[str, frozenset[str]]:
    return {one.field: frozenset(reason.rule for reason in one.reasons) for one in decided.fields}


@FEW
@given(SEEDS)
def test_removing_a_fact_of_the_question_never_widens(seed: int) -> None:
    """Each fact of the question, taken away, leaves every field at its level or lower."""
    body = generated_body(seed)
    law = compiled(body)
    for case in cases_of(body, seed):
        facts = request_facts(case.query, parties_of(case), NOW_MS)
        before = decide(fold(law, facts), case.record)
        for path in facts:
            if path != "now":  # the day is read from the clock, never from the question
                after = decide(fold(law, facts.without(path)), case.record)
                assert not widened(before, after), path


@FEW
@given(SEEDS)
def test_removing_a_fact_of_the_record_never_widens(seed: int) -> None:
    """Each optional fact of record, person or field, made unknown, leaves every field at its level or lower."""
    body = generated_body(seed)
    law = compiled(body)
    for case in cases_of(body, seed):
        engine = folded(law, case)
        before = decide(engine, case.record)
        for poorer in without_each_fact(case.record):
            assert not widened(before, decide(engine, poorer))


def without_each_fact(record: Record) -> Iterator[Record]:
    person = record.people[0]
    for name in record.state.__struct_fields__:
        # A seal that is not known is the owner's to settle before records are loaded; it is no fact of a rule.
        if getattr(record.state, name) is not None and name not in ("own_record", "received_from", "sealed"):
            yield with_changes(record, state=with_changes(record.state, **{name: None}))
    for name in person.facts.__struct_fields__:
        if getattr(person.facts, name) is not None:
            facts = with_changes(person.facts, **{name: None})
            yield with_changes(record, people=(with_changes(person, facts=facts),))
    for index, value in enumerate(person.fields):
        if value.public is not None:
            fields = list(person.fields)
            fields[index] = with_changes(value, public=None)
            yield with_changes(record, people=(with_changes(person, fields=tuple(fields)),))
    if record.event_date is not None:
        yield with_changes(record, event_date=None)


def with_changes(noun: msgspec.Struct, **changes: object) -> msgspec.Struct:
    return msgspec.structs.replace(noun, **changes)


# ---------------------------------------------------------------- folding and replay


@FEW
@given(SEEDS, st.randoms(use_true_random=False))
def test_folding_in_two_steps_equals_folding_at_once(seed: int, rng: random.Random) -> None:
    """Whatever is known first, what is left after everything is known is the same."""
    law = compiled(generated_body(seed))
    truths = [rng.choice((True, False, None)) for _ in law.atoms]
    early = {index for index in range(len(truths)) if rng.random() < 0.5}
    whole = [value for truth in truths for value in literal_values(truth)]
    first = [value if index // 4 in early else None for index, value in enumerate(whole)]
    for code in law.codes:
        assert fold_node(fold_node(code.hit, first), whole) == fold_node(code.hit, whole)
        assert fold_node(fold_node(code.sure, first), whole) == fold_node(code.sure, whole)


@FEW
@given(SEEDS)
def test_a_decision_replays_bit_for_bit(seed: int) -> None:
    """Texts compiled anew and a question folded anew give the same bytes, however much was asked in between."""
    body = generated_body(seed)
    law = compiled(body)
    again = compile_law.__wrapped__(texts_of(body), asker_texts_of(body), elections_of(body))
    assert again.hash == law.hash
    shared: dict[str, Folded] = {}
    for case in cases_of(body, seed):
        warm = shared.setdefault(case.query.id, folded(law, case))
        fresh = folded(again, case)
        assert canonical_bytes(decide_query(warm)) == canonical_bytes(decide_query(fresh))
        assert canonical_bytes(decide(warm, case.record)) == canonical_bytes(decide(fresh, case.record))


@FEW
@given(SEEDS)
def test_the_order_of_texts_changes_no_level(seed: int) -> None:
    """Every rule is evaluated: which text stands first decides nothing."""
    body = generated_body(seed)
    law = compiled(body)
    turned = compile_law(texts_of(body)[::-1], asker_texts_of(body), elections_of(body))
    assert turned.hash == law.hash
    for case in cases_of(body, seed):
        one, other = decide(folded(law, case), case.record), decide(folded(turned, case), case.record)
        assert outward(one) == outward(other)
        assert {hold.rule for hold in one.holds} == {hold.rule for hold in other.holds}


def decide(engine: Folded, record: Record) -> RecordDecision:
    return decide_record(engine, record, record.people[0].key)
