"""Which paper would help: it lifts the rule it stands with, in the engine and in the literal twin, and tells nothing else."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

import pytest
from compare_law import compiled, folded
from generate_law import ConditionMaker
from generate_question import Body, Case, generated_body, generated_cases, situation_of
from generate_shipped import shipped_body, shipped_cases
from law_samples import PERMIT_ALL, agreement, facts_of, folded_of, law_of, pack, record_of, rule

from comity.law import ast
from comity.law.ast import Word
from comity.law.atoms import FactValue
from comity.law.compiled import RuleCode
from comity.law.decide import decide_record
from comity.law.facts import Facts, Standing
from comity.law.fold import Folded, applies_between, fold
from comity.law.remedy import Paper, showing, ways_of
from comity.law.told import ALWAYS_HINTS
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Level, Purpose
from comity.model.decision import FieldDecision, Reason, RecordDecision
from long_runs import LONG
from reference import TwinRecord
from reference import decide_record as twin_record
from reference_truth import Situation

BODIES = 40 * LONG
SHIPPED = 8 * LONG
JUDGE = 'define judges of order "t" cite "c" status verified '
JUDGES_PAPER = (
    f"{JUDGE}means order's instrument is one of court-order, judicial-warrant "
    "and order's issuer is one of state-judge, us-magistrate\n"
)
PAPERS_MET = 30  # rules with a paper; fewer would say little
RULE = "test/A-1"
INSTRUMENTS = ("nothing", "consent", "court-order", "judicial-warrant", "detainer")
ISSUERS = ("nobody", "state-judge", "us-magistrate", "article-three-judge")
PURPOSES = tuple(load_vocabulary().phrase_of_value("query's purpose", str(purpose)) for purpose in Purpose)


# ---------------------------------------------------------------- one rule


def remedy_for(rules: str, changes: dict[str, FactValue] | None = None, others: tuple[Facts, ...] = ()) -> str:
    """What would help against rule A-1, which closes every field."""
    engine = folded_of(pack(rules), agreement(), facts=facts_of(changes, others=others))
    (reason,) = [one for one in decide_record(engine, record_of(), "p").fields[0].reasons if one.rule == RULE]
    return reason.remedy


@pytest.mark.parametrize(
    ("lifted", "remedy"),
    [
        ("order's instrument is one of nothing, consent", "the person's written consent"),
        ("order's instrument is nothing and order's issuer is state-judge", ""),
        ("order's issuer is nobody and order's instrument is consent", "the person's written consent"),
        ("order's instrument is court-order and order's instrument is consent", ""),
        (
            "order's instrument is one of court-order, consent and order's instrument is one of consent, detainer",
            "the person's written consent",
        ),
        ("asker's certificates include clets and asker's certificates include wa-access",
         "the CLETS undertaking the Washington ACCESS acknowledgement"),
        (
            "order's instrument is court-order and order is judges",
            "a court order signed by a state judge or a federal magistrate judge",
        ),
        ("order has portion", "the portion of the record wanted"),
        ("order has expires", "the last day of the paper"),
        ("record is reviewed and order's instrument is consent", ""),
    ],
)  # fmt: skip
def test_papers_that_cannot_be_one_and_words_for_none_are_not_named(lifted: str, remedy: str) -> None:
    """What contradicts itself is no paper; of several the ones that can be are told."""
    shown: dict[str, FactValue] = {"order's instrument": "administrative-warrant"}
    assert remedy_for(JUDGES_PAPER + rule("A-1", f"forbid all fields unless {lifted}"), shown) == remedy


def test_of_a_definition_the_version_in_force_today_is_read() -> None:
    """A paper that helped until last year helps no more, nor does one of next year yet."""
    versions = (
        f"{JUDGE}from 2020-01-01 to 2025-12-31 means order's instrument is consent\n"
        f"{JUDGE}from 2026-01-01 to 2026-12-31 means order's instrument is court-order\n"
        f"{JUDGE}from 2027-01-01 means order's instrument is detainer\n"
    )
    text = versions + rule("A-1", "forbid all fields unless order is judges")
    law = law_of(pack(text), agreement())
    for day, remedy in (
        (facts_of(), "a court order"),
        (facts_of(on=facts_of().calendar.today().replace(year=2027)), "a detainer"),
    ):
        engine = fold(law, day)
        (reason,) = decide_record(engine, record_of(), "p").fields[0].reasons
        assert reason.remedy == remedy


def test_a_paper_must_help_in_every_standpoint() -> None:
    """What lifts a rule for the asker and not for the agency it asks for is not named."""
    lifted = rule("A-1", "forbid all fields unless asker's level is federal and order's instrument is consent")
    beneficiary = Standing("other", frozenset({"WA0170000"}), "ccpd", facts_of().standing.owner_oris)
    local, federal = (facts_of({"asker's level": level}, standing=beneficiary) for level in ("local", "federal"))
    assert remedy_for(lifted) == "the person's written consent"
    assert remedy_for(lifted, others=(federal,)) == "the person's written consent"
    assert remedy_for(lifted, others=(local,)) == ""


def test_a_rule_of_an_agreement_with_another_takes_no_paper_away() -> None:
    """A clause that speaks to the asker alone is lifted by what lifts it for the asker."""
    clauses = (
        'clause G-01 "Everything" gives ccpd to fia at release permit all fields\n'
        'clause A-1 "t" gives ccpd to fia at release forbid all fields '
        "unless asker's level is federal and order's instrument is consent\n"
    )
    elsewhere = Standing("other", frozenset({"WA0170000"}), "ccpd", facts_of().standing.owner_oris)
    engine = folded_of(
        pack(""),
        agreement(clauses),
        facts=facts_of(others=(facts_of({"asker's level": "local"}, standing=elsewhere),)),
    )
    told = {one.rule: one.remedy for one in decide_record(engine, record_of(), "p").fields[0].reasons}
    assert told["CCPD-FIA-1/A-1"] == "the person's written consent"


def test_what_would_help_is_the_same_whatever_the_record_says() -> None:
    """Another rule that closes the field too, by what a record says of itself, changes no word of the first."""
    text = rule("A-1", "forbid all fields unless order's instrument is consent") + rule(
        "A-2", "forbid all fields when record is certified"
    )
    engine = folded_of(pack(text), agreement())
    told = set()
    for certified in (True, False, None):
        record = record_of(state=record_of().state.__class__(certified=certified))
        told |= {
            one.remedy
            for field in decide_record(engine, record, "p").fields
            for one in field.reasons
            if one.rule == RULE
        }
    assert told == {"the person's written consent"}


def test_a_term_that_an_agreement_lacks_helps_when_it_is_written_there() -> None:
    """A paper of the agreement is named, and an agreement that names it opens what was closed."""
    text = pack(rule("A-1", "forbid all fields unless agreement's papers include plate-usage-policy"))
    assert remedy_for(rule("A-1", "forbid all fields unless agreement's papers include plate-usage-policy")) == (
        "a public usage policy for plate readers"
    )
    written = agreement(f'paper plate-usage-policy "Policy of 2026"\n{PERMIT_ALL}')
    (field, *_) = decide_record(folded_of(text, written), record_of(), "p").fields
    assert field.level is Level.FULL


# ---------------------------------------------------------------- generated law


def plain_paper(rng: random.Random) -> ast.Condition:
    """A test of a paper: its kind or its signer, a certificate, or that something of it is there."""
    roll = rng.random()
    if roll < 0.2:
        return ast.Includes(Word("asker's certificates"), Word(rng.choice(("part-23", "wa-access", "clets"))))
    if roll < 0.3:
        return ast.Has(Word("order"), Word(rng.choice(("document", "portion", "expires"))))
    path, words = rng.choice((("order's instrument", INSTRUMENTS), ("order's issuer", ISSUERS)))
    if roll < 0.6:
        return ast.Is(Word(path), Word(rng.choice(words)))
    return ast.OneOf(Word(path), tuple(Word(word) for word in rng.sample(words, 2)))


def lifting(rng: random.Random, maker: ConditionMaker) -> ast.Condition:
    """What lifts a rule: papers, alone, together or beside something else."""
    roll = rng.random()
    first, second = plain_paper(rng), plain_paper(rng)
    if roll < 0.25:
        return first
    if roll < 0.5:
        return ast.AllOf((first, second))
    if roll < 0.65:
        return ast.AllOf((first, ast.AnyOf((second, plain_paper(rng)))))
    if roll < 0.8:
        return ast.AnyOf((first, second))
    return ast.AllOf((first, maker.condition(present_ok=True, absent_ok=False, depth=0)))


def with_paper_rules(body: Body, seed: int) -> Body:
    """A body of law whose first pack has, beside its own, rules that papers lift, one of them through a definition."""
    rng = random.Random(seed)
    first, *rest = body.packs
    maker = ConditionMaker(rng, tuple((str(one.entity), str(one.name)) for one in first.defines))
    of_orders = [ast.Is(Word("order"), one.name) for one in first.defines if one.entity == "order"]
    rules = tuple(
        ast.Rule(
            id=Word(f"P-{number:02d}"),
            title=Word("A paper lifts this"),
            cite=Word("Generated Code 2"),
            status=Word("verified"),
            points=(Word("release"),),
            dates=ast.Dates(None, None),
            effect=rng.choice((ast.Forbid(ast.AllFields()), ast.Cap(ast.AllFields(), Word("nothing")))),
            when=maker.condition(present_ok=False, absent_ok=True, depth=1) if rng.random() < 0.5 else None,
            unless=(lifting(rng, maker), *of_orders[:1]),
        )
        for number in range(3)
    )
    return replace(body, packs=(replace(first, rules=(*first.rules, *rules)), *rest))


def told_papers(engine: Folded, case: Case) -> Iterator[tuple[FieldDecision, Reason, Paper]]:
    """Every paper that a reason against a field of a record names; each reason names just those."""
    codes: dict[str, RuleCode] = {code.id: code for code in engine.law.codes}
    for decided in decide_record(engine, case.record, case.person.key).fields:
        for reason in decided.reasons:
            if not reason.remedy or reason.rule not in codes:
                continue
            code = codes[reason.rule]
            found = [
                ways_of(code, [view.facts.values_by_path, *others_of(engine, code, index)], engine.law)
                for index, view in enumerate(engine.views)
            ]
            ways = next(ways for ways in found if ", or ".join(way.words for way in ways) == reason.remedy)
            yield from ((decided, reason, paper) for way in ways for paper in way.papers)


def others_of(engine: Folded, code: RuleCode, index: int) -> list[MappingProxyType[str, FactValue]]:
    others = (view.facts for number, view in enumerate(engine.views) if number != index)
    return [one.values_by_path for one in others if applies_between(code, one.standing)]  # type: ignore[misc]


def with_paper(facts: Facts, paper: Paper) -> Facts:
    """The facts of a question with a paper shown, in every standpoint."""
    return replace(
        facts,
        values_by_path=MappingProxyType(showing(facts.values_by_path, paper.says)),
        others=tuple(with_paper(other, paper) for other in facts.others),
    )


def seen_with(situation: Situation, paper: Paper) -> Situation:
    return replace(
        situation,
        capacities=tuple(
            replace(one, facts=showing(one.facts, paper.says))  # type: ignore[arg-type]
            for one in situation.capacities
        ),
    )


def check_case(engine: Folded, case: Case) -> int:
    """Each paper that is named lifts its rule, as the engine and as the twin decide; how many were."""
    after: dict[str, tuple[RecordDecision, TwinRecord]] = {}
    told = list(told_papers(engine, case))
    for decided, reason, paper in told:
        if any(path.startswith("agreement") for path in paper.says):
            continue  # a term of a text, not of a question: the example above writes it there
        key = paper.words
        if key not in after:
            shown = fold(engine.law, with_paper(engine.facts, paper))
            twin = twin_record(seen_with(situation_of(case, load_vocabulary().text), paper))
            after[key] = decide_record(shown, case.record, case.person.key), twin
        ours, theirs = after[key]
        (field,) = [one for one in ours.fields if one.field == decided.field]
        assert reason.rule not in {one.rule for one in field.reasons}, (reason, paper)
        for by_name in theirs.seen:
            heard = by_name[decided.field]
            assert reason.rule not in heard.forbids | heard.caps.keys(), (reason, paper)
    return len({(reason.rule, paper.words) for _, reason, paper in told})


def test_a_paper_that_is_named_lifts_its_rule() -> None:
    """Over generated packs, agreements and questions: shown, with what is named of it, the rule closes the field no more."""
    met = 0
    for seed in range(7_000, 7_000 + BODIES):
        body = with_paper_rules(generated_body(seed), seed)
        law, last, engine = compiled(body), None, None
        for case in generated_cases(body, seed, queries=3, records=1):
            if engine is None or case.query is not last:
                engine, last = folded(law, case), case.query
            met += check_case(engine, case)
    assert met > PAPERS_MET


def test_a_paper_that_is_named_lifts_its_rule_of_the_shipped_law() -> None:
    """The same over the packs as they are shipped, and nothing that is named is another purpose, agency or requester."""
    met = 0
    for seed in range(300, 300 + SHIPPED):
        body = shipped_body(seed)
        law = compiled(body)
        for case in shipped_cases(body, seed, queries=6, records=1):
            engine = folded(law, case)
            met += check_case(engine, case)
            for decided in decide_record(engine, case.record, case.person.key).fields:
                for reason in decided.reasons:
                    assert not ALWAYS_HINTS.search(reason.remedy)
                    assert not any(phrase in reason.remedy for phrase in PURPOSES)
    assert met > PAPERS_MET


def test_only_a_rule_that_narrows_is_lifted() -> None:
    """A permit that a paper would end has nothing that would help against it."""
    clause = (
        'clause G-01 "Everything" gives ccpd to fia at release permit all fields '
        "unless order's instrument is consent\n"
    )
    engine = folded_of(pack(""), agreement(clause))
    (field, *_) = decide_record(engine, record_of(), "p").fields
    assert field.level is Level.FULL
    assert [one.remedy for one in field.reasons] == [""]
