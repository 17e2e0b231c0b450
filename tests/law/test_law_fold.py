"""Folding: evaluating the question first gives the direct result, whatever is known when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

import pytest
from compare_law import folded
from generate_question import Body, generated_body, generated_cases
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import HEAD, agreement, facts_of, folded_of, law_of, pack, policy, rule
from write_law import asker_texts_of, elections_of, texts_of

import comity.law.asked as asked_module
import comity.law.fold as fold_module
from comity.errors import NounError
from comity.law import ast
from comity.law.atoms import AmountAtom, FactValue, FlagAtom, ListedAtom, ValueAtom
from comity.law.code import (
    ALWAYS,
    NEVER,
    AtomTable,
    Node,
    Reading,
    Translator,
    fold_node,
    join_all,
    join_any,
    mask_of_node,
)
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.law.decide import decide_query, decide_record
from comity.law.fold import fold, literal_values
from comity.law.parse import parse_pack
from comity.law.vocabulary import load_vocabulary

TESTS = (
    "query's purpose is customs",
    "query's purpose is not one of audit, stop",
    "asker's certificates include part-23",
    "asker's certificates lack clets",
    "member is acting-for-immigration",
    "record is not certified",
    "now is more than 1 year after record's collected",
    "record's collected is earlier than 2026-01-01",
    "subject has a conviction with (conviction's grade is felony and conviction's day is later than 2020-01-01)",
    "order is sworn",
    "order is not sworn",
    "order is guessed",
    "order is not guessed",
)
DEFINES = (
    'define sworn of order "t" cite "c" status verified means order\'s instrument is court-order\n'
    "or order's issuer is state-judge\n"
    'define guessed of order "t" cite "c" status unverified means order\'s instrument is consent\n'
)
CONVICTIONS = (
    (),
    (MappingProxyType({"conviction's grade": "felony", "conviction's day": date(2021, 1, 1)}),),
    (MappingProxyType({"conviction's grade": "felony"}),),
    (MappingProxyType({"conviction's grade": "infraction"}),),
)
POSSIBLE: Mapping[str, tuple[FactValue, ...]] = MappingProxyType(
    {
        "query's purpose": ("customs", "audit", "stop", "licensing", "not-a-word"),
        "asker's certificates": (frozenset(), frozenset({"part-23"}), frozenset({"clets"})),
        "member is acting-for-immigration": (True, False),
        "record is certified": (True, False),
        "record's collected": (date(2025, 1, 1), date(2026, 11, 1)),
        "subject's convictions": CONVICTIONS,
        "order's instrument": ("court-order", "consent", "detainer"),
        "order's issuer": ("state-judge", "nobody"),
    }
)


@st.composite
def conditions(draw: st.DrawFn) -> str:
    """A condition of up to nine tests, properly parenthesised."""
    tests = st.sampled_from(TESTS)
    groups = draw(st.lists(st.lists(tests, min_size=1, max_size=3), min_size=1, max_size=3))
    inner, outer = draw(st.sampled_from([("and", "or"), ("or", "and")]))
    return f" {outer} ".join(f"({f' {inner} '.join(group)})" for group in groups)


@st.composite
def facts(draw: st.DrawFn) -> dict[str, FactValue]:
    """Facts with some missing."""
    found: dict[str, FactValue] = {"now": date(2026, 11, 20)}
    for path, values in POSSIBLE.items():
        if draw(st.booleans()):
            found[path] = draw(st.sampled_from(values))
    return found


def translate(condition: str) -> tuple[ast.Condition, Translator]:
    """A parsed condition and a translator for it."""
    read = parse_pack(HEAD + DEFINES + rule("A-1", f"when {condition}"), "t.law")
    when = read.rules[0].when
    assert when is not None
    defines = {str(define.name): (define,) for define in read.defines}
    return when, Translator(load_vocabulary(), AtomTable(), MappingProxyType(defines), MappingProxyType({}))


def kleene(condition: ast.Condition, facts: Mapping[str, FactValue], translator: Translator) -> bool | None:
    """Kleene's strong truth, straight from the definition; an unverified yes is unknown."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        answers = [kleene(part, facts, translator) for part in condition.parts]
        decisive = isinstance(condition, ast.AnyOf)
        if decisive in answers:
            return decisive
        return None if None in answers else not decisive
    define = translator.defines.get(getattr(condition, "word", "")) if isinstance(condition, ast.Is) else None
    if define is not None:
        answer = kleene(define[0].means, facts, translator)
        answer = None if answer and define[0].status == "unverified" else answer
    else:
        answer = translator.atom(condition).truth(facts)
    return answer if answer is None or not getattr(condition, "negated", False) else not answer


def value(node: Node, facts: Mapping[str, FactValue], translator: Translator) -> bool:
    """An expression evaluated at once."""
    known = [part for atom in translator.table.atoms() for part in literal_values(atom.truth(facts))]
    folded = fold_node(node, known)
    assert folded in (ALWAYS, NEVER)
    return folded == ALWAYS


@given(conditions(), facts())
@settings(max_examples=300)
def test_surely_and_possibly_are_kleenes_logic(condition: str, known: dict[str, FactValue]) -> None:
    """Surely is true, possibly is not false, plain and negated."""
    when, translator = translate(condition)
    nodes = {
        (sure, positive): translator.node(when, Reading(sure, positive=positive))
        for sure in (True, False)
        for positive in (True, False)
    }
    truth = kleene(when, known, translator)
    assert value(nodes[True, True], known, translator) == (truth is True)
    assert value(nodes[False, True], known, translator) == (truth is not False)
    assert value(nodes[True, False], known, translator) == (truth is False)
    assert value(nodes[False, False], known, translator) == (truth is not True)


@given(conditions(), facts(), st.data())
@settings(max_examples=200)
def test_any_order_of_folding_gives_the_direct_result(
    condition: str, known: dict[str, FactValue], data: st.DataObject
) -> None:
    """Folding what is known first, then the rest, is evaluating at once; masks agree too."""
    when, translator = translate(condition)
    node = translator.node(when, Reading(sure=data.draw(st.booleans()), positive=data.draw(st.booleans())))
    atoms = translator.table.atoms()
    early = data.draw(st.sets(st.integers(0, max(len(atoms) - 1, 0))))
    first: list[bool | None] = []
    masks = {}
    for index, atom in enumerate(atoms):
        values = literal_values(atom.truth(known))
        first += values if index in early else (None, None, None, None)
        masks.update({4 * index + offset: -1 if holds else 0 for offset, holds in enumerate(values)})
    left = fold_node(node, first)
    assert value(left, known, translator) == value(node, known, translator)
    assert mask_of_node(left, masks) == (-1 if value(node, known, translator) else 0)


@given(conditions(), facts(), st.sampled_from(sorted(POSSIBLE)))
@settings(max_examples=200)
def test_knowing_less_never_makes_a_condition_surer(
    condition: str, known: dict[str, FactValue], path: str
) -> None:
    """Removing a fact can only turn surely off and possibly on."""
    when, translator = translate(condition)
    surely = translator.node(when, Reading(True))
    possibly = translator.node(when, Reading(False))
    less = {key: value for key, value in known.items() if key != path}
    assert value(surely, known, translator) or not value(surely, less, translator)
    assert not value(possibly, known, translator) or value(possibly, less, translator)


def test_unverified_terms_say_no_but_never_open() -> None:
    """A yes is unknown; where the denial would widen it is unknown as well."""
    when, translator = translate("order is guessed")
    no = {"order's instrument": "detainer"}
    yes = {"order's instrument": "consent"}
    for widening, known, positive, expected in (
        (False, yes, True, (False, True)),
        (False, no, True, (False, False)),
        (True, no, True, (False, True)),
        (False, no, False, (True, True)),
        (True, no, False, (False, True)),
        (True, yes, False, (False, True)),
    ):
        nodes = [translator.node(when, Reading(sure, positive, widening)) for sure in (True, False)]
        assert tuple(value(node, known, translator) for node in nodes) == expected


def test_constants_disappear() -> None:
    """Always and never are absorbed while joining."""
    assert join_all([ALWAYS, 4, ALWAYS]) == 4
    assert join_all([]) == ALWAYS
    assert join_all([4, NEVER]) == NEVER
    assert join_any([NEVER, 4]) == 4
    assert join_any([]) == NEVER
    assert join_any([4, ALWAYS]) == ALWAYS


def test_values_of_another_kind_are_unknown() -> None:
    """A fact that is not what the vocabulary says counts as missing."""
    assert ValueAtom("a", frozenset({"x"}), frozenset({"x"})).truth({"a": True}) is None
    assert FlagAtom("a").truth({"a": "yes"}) is None
    assert AmountAtom("a", "gt", 1).truth({"a": True}) is None
    assert ListedAtom("a", "t", None).truth({"a": "x"}) is None
    assert ListedAtom("a", "t", frozenset({"x"})).truth({"a": "x"}) is True


def test_request_conditions_are_gone_after_folding() -> None:
    """What is left of a rule reads the record alone; what cannot count any more has disappeared."""
    rules = (
        rule("A-1", "forbid fields labelled address when query's purpose is customs and record is certified")
        + rule("A-2", "forbid all fields when query's purpose is audit and record is certified")
        + rule("A-3", "data custody forbid all fields")
        + rule("A-4", "forbid all fields when query's purpose is customs").replace("2020-01-01", "2027-01-01")
    )
    folded = folded_of(pack(rules), agreement(), facts=facts_of({"query's purpose": "customs"}))
    view = folded.views[0].classes["case"]
    assert [left.code.id for left in view.release] == ["test/A-1", "CCPD-FIA-1/G-01"]
    assert folded.reads["case"] == ("record is certified",)
    assert [left.certain for left in view.release] == [False, True]


def test_a_dated_definition_counts_on_its_days() -> None:
    """The version in force today is read; on a day when none is, the term is unknown."""
    versions = (
        'define odd of query "t" cite "c" status verified from 2026-01-01 to 2026-06-30\n'
        "means query's purpose is customs\n"
        'define odd of query "t" cite "c" status verified from 2026-07-01 to 2026-12-31\n'
        "means query's purpose is audit\n"
    )
    law = law_of(pack(versions + rule("A-1", "forbid all fields when query is odd")), agreement())
    for day, purpose, closed in (
        (date(2026, 3, 1), "customs", True),
        (date(2026, 3, 1), "audit", False),
        (date(2026, 7, 1), "customs", False),
        (date(2026, 7, 1), "audit", True),
        (date(2027, 1, 1), "stop", True),
    ):
        folded = fold(law, facts_of({"query's purpose": purpose}, on=day))
        ids = [left.code.id for left in folded.views[0].classes["case"].release]
        assert ("test/A-1" in ids) == closed, (day, purpose)


@pytest.mark.parametrize("most", [1, 4_096])
def test_a_law_that_met_other_questions_answers_as_a_new_one(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a law keeps of the questions before, and however little it may keep, no decision differs."""
    monkeypatch.setattr(fold_module, "MOST_RESIDUALS", most)
    monkeypatch.setattr(fold_module, "MOST_STANDINGS", most)
    monkeypatch.setattr(asked_module, "MOST_VALUES", most)
    for seed in range(8):
        body = generated_body(seed)
        law = new_law(body)
        cases = list(generated_cases(body, seed, queries=12, records=1))
        for case in (*cases, *reversed(cases)):
            known, new = folded(law, case), folded(new_law(body), case)
            assert known.reads == new.reads
            assert decide_query(known) == decide_query(new)
            if case.record.data_class in case.query.data_classes:
                assert decide_record(known, case.record, "p1") == decide_record(new, case.record, "p1")
        assert all(len(known) <= most for _, _, known in asked_module.stages_of(law).asked)


def new_law(body: Body) -> Law:
    """The body's law compiled past every cache, so that it met no question."""
    return compile_law.__wrapped__(texts_of(body), asker_texts_of(body), elections_of(body))


def test_answers_as_bits_keep_true_apart_from_one() -> None:
    """A number where a flag is meant is unknown, whether or not the flag was met before."""
    law = law_of(pack(rule("A-1", "forbid all fields when member is acting-for-immigration")), agreement())
    path = "member is acting-for-immigration"
    unknown = asked_module.answers_of_question(law, {})
    answers = [asked_module.answers_of_question(law, {path: value}) for value in (1, True, 1, False, 0)]
    assert answers[0] == answers[2] == answers[4] == unknown
    assert len({unknown, answers[1], answers[3]}) == 3


def test_unknown_classes_are_errors() -> None:
    """A question for a class that does not exist is not folded."""
    with pytest.raises(NounError, match="`cases` is not a data class"):
        folded_of(agreement(), facts=facts_of(classes=("cases",)))


def test_policies_speak_for_their_own_agency_only() -> None:
    """Another agency's policy opens nothing here, and still narrows."""
    text = rule("P-1", "permit all fields") + rule("P-2", "forbid field ssn")
    own = fold(law_of(policy(text)), facts_of())
    assert [left.code.id for left in own.views[0].classes["case"].release] == ["owner-policy/P-2"]


def test_a_question_to_owners_of_every_kind_finds_what_the_last_one_folded() -> None:
    """Twenty owners that differ, each at every point: whoever asks them all again has nothing of theirs to fold anew."""
    law = law_of(pack(rule("T-01", "forbid all fields when owner's state is CA")))
    owners = [facts_of({"owner's state": f"state-{number}"}) for number in range(20)]
    for facts in owners:
        for point in ("ask", "release", "activate"):
            fold_module.rules_for(law, point, facts)
    before = fold_module._rules_for_owner.cache_info().misses
    for facts in owners:
        for point in ("ask", "release", "activate"):
            fold_module.rules_for(law, point, facts)
    assert fold_module._rules_for_owner.cache_info().misses == before
