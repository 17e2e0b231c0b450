"""The engine against its slow literal twin, over generated bodies of law, questions and records."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import pytest
from compare_law import Difference, Tally, compare, compare_cases, compiled, folded
from generate_law import TODAY, TextMaker
from generate_question import Body, generated_body, generated_cases
from generate_shipped import shipped_body, shipped_cases, shipped_rules

import comity.law.fold as fold_module
import comity.law.rows as rows_module
import reference
import reference_truth
from comity.law import ast
from comity.law.ast import Word
from comity.law.decide import decide_query, decide_record

# Field decisions compared; `COMITY_DECISIONS=1000000` for a long run.
DECISIONS = int(os.environ.get("COMITY_DECISIONS", "10000"))
SHIPPED_BODIES = max(24, DECISIONS // 2_000)
SHIPPED_RULES_MET = 30
BLOCKS = 2 if DECISIONS < 20_000 else 4  # so that a run spreads over processes
MET_AT_LEAST = {  # per block of 5,000 decisions; agreement is worth nothing where it met none of these
    "forbid over permit": 150,
    "cap lowers permit": 15,
    "held": 50,
    "conflict": 20,
    "unknown decides": 500,
    "several capacities": 500,
    "match only": 20,
    "level 1": 50,
    "level 2": 50,
    "level 3": 200,
    "concealed": 5,
    "duties": 30,
    "deferred": 3,
}


def compare_many(first_seed: int, decisions: int, tally: Tally) -> list[Difference]:
    """Compare bodies from a seed on until enough fields were decided; stop at the first ten differing cases."""
    found: list[Difference] = []
    seed = first_seed
    while tally.counts["fields"] < decisions and len(found) < 10:
        found += compare(seed, tally)
        seed += 1
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_and_twin_agree_on_every_field_hold_and_duty(block: int) -> None:
    """Levels, holds, match-only, deciding rules, concealment and duties are the same, whatever the law says."""
    tally = Tally()
    found = compare_many(1_000_000 * block, DECISIONS // BLOCKS, tally)
    assert not found, "\n".join(str(difference) for difference in found)
    for what, at_least in MET_AT_LEAST.items():
        wanted = at_least * (DECISIONS // BLOCKS) // 5_000
        assert tally.counts[what] >= wanted, f"too few cases of `{what}`: {tally.counts[what]}"


def test_engine_and_twin_agree_on_the_shipped_packs() -> None:
    """Under the real packs, between agencies of every kind, twin and engine say the same."""
    tally = Tally()
    for seed in range(SHIPPED_BODIES):
        body = shipped_body(seed)
        found = compare_cases(seed, body, shipped_cases(body, seed, queries=2, records=3), tally)
        assert not found, "\n".join(str(difference) for difference in found)
    spoken = tally.rules & set(shipped_rules())
    assert len(spoken) >= SHIPPED_RULES_MET, f"only {len(spoken)} shipped rules spoke"


def test_a_notice_on_an_unread_definition_waits_for_a_human() -> None:
    """`unless order is term` lets nobody outside be told by itself when counsel has not read what the term means."""
    body = notice_body()
    assert not compare_cases(1, body, generated_cases(body, 1, queries=4, records=2), Tally())
    law = compiled(body)
    for case in generated_cases(body, 1, queries=4, records=2):
        engine = folded(law, case)
        duties = (*decide_query(engine).duties, *decide_record(engine, case.record, case.person.key).duties)
        notices = [duty for duty in duties if duty.rule == "us/G-77"]
        assert notices
        assert all(notice.confirm for notice in notices)


def notice_body() -> Body:
    """A body whose federal pack tells the person unless an unread term is so, or when another is not so."""
    body = generated_body(1)
    never = ast.Is(Word("query's purpose"), Word("audit"))  # no generated question is for audit
    made = TextMaker(random.Random(1)).defines(1)[0]
    unread = replace(made, name=Word("unread"), entity=Word("query"), status=Word("unverified"), means=never)
    term = ast.Is(unread.entity, unread.name)
    notice = ast.DutySpec(kind=Word("notify"), what=Word("subject"), on=Word("any-outcome"))
    rule = TextMaker(random.Random(1)).rule(77, None, (), classes=(), dates=ast.Dates(TODAY), duties=(notice,))
    rule = replace(rule, when=replace(term, negated=True), unless=(term,), status=Word("verified"))
    pack = next(pack for pack in body.packs if pack.name == "us")
    changed = replace(pack, defines=(*pack.defines, unread), rules=(*pack.rules, rule))
    return replace(body, packs=tuple(changed if one is pack else one for one in body.packs))


# ---------------------------------------------------------------- the check can fail


def is_caught(bodies: int = 150) -> bool:
    """Whether some body of law shows a difference; stops at the first."""
    return any(compare(seed, Tally()) for seed in range(bodies))


def unknown_is_no(truth: bool | None) -> tuple[bool, bool, bool, bool]:
    """The broken reading: what is unknown is not so, and what is possible must be certain."""
    return (truth is True, truth is not True, truth is True, truth is not True)


def test_an_engine_that_reads_unknown_as_no_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """An evaluator for which a missing attribute lifts a forbid differs from the twin."""
    monkeypatch.setattr(fold_module, "literal_values", unknown_is_no)
    monkeypatch.setattr(rows_module, "literal_values", unknown_is_no)
    fold_module._rules_for_owner.cache_clear()
    try:
        assert is_caught()
    finally:
        fold_module._rules_for_owner.cache_clear()


def _forbids_need_true(s: reference.Spoken, *rest: object) -> bool:
    return s.truth is True and (not isinstance(s.rule.effect, ast.Permit) or s.source.kind != "pack")


def _no_labels_within(vocabulary: ast.VocabularyText, data_class: str, field: str) -> set[str]:
    return {
        str(label)
        for decl in reference_truth.fields_of(vocabulary, data_class)
        if decl.name == field
        for label in decl.labels
    }


def _read_all(versions: list[ast.Define], scope: reference_truth.Scope) -> reference_truth.Truth:
    return reference_truth.truth(versions[0].means, scope)


MUTANTS = {
    "forbids need certainty": (reference, "counts", _forbids_need_true),
    "labels hold nothing within": (reference_truth, "labels_of", _no_labels_within),
    "unread definitions are read": (reference_truth, "term", _read_all),
    "conflicts suspend nothing": (reference, "_conflicts", lambda *_: (set(), frozenset())),
    "whoever asks has the permit": (reference, "opens", lambda *_: True),
    "a sealed order defers nothing": (reference, "deferred_notices", lambda *_: {}),
    "nothing is barred at activation": (reference_truth, "barred", lambda *_: False),
    "what an agreement gives is not looked at": (
        reference_truth,
        "of_its_class",
        lambda rule, situation, facts: (
            situation.point == "activate" or not rule.classes or situation.data_class in ("", *rule.classes)
        ),
    ),
    "the last day is not in force": (
        reference_truth,
        "in_force",
        lambda dates, today: dates is None or ((dates.first or today) <= today and (dates.last or today) > today),
    ),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_twin_with_one_wrong_rule_is_caught(mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each single wrong rule of meaning shows as a difference, so agreement says something about that rule."""
    module, name, wrong = MUTANTS[mutant]
    monkeypatch.setattr(module, name, wrong)
    assert is_caught()
