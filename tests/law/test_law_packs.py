"""The law itself: every pack loads, every case a lawyer can read comes out as written, no rule stands untested."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from types import MappingProxyType

import pytest

from comity.law.case_file import Case, CaseFile, load_cases
from comity.law.cases import run_shipped_cases, with_used
from comity.law.compile import compile_law
from comity.law.exercise import Exercise, exercise_findings, exercise_pack
from comity.law.layout import format_text
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_cases_text, shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import (
    AgencyKind,
    Certificate,
    Component,
    DataClass,
    Disposition,
    GovernmentLevel,
    IdentifierKind,
    Instrument,
    Issuer,
    Level,
    MessageKind,
    PersonRole,
    Purpose,
    Step,
)
from comity.model.record import RecordState, SubjectFacts

BLOCK = re.compile(r"(?m)^(?=rule |define |part |table )")
PACKS = (
    *(
        "eu",
        "model",
        "us",
        "us-ca",
        "us-co",
        "us-ct",
        "us-dc",
        "us-fl",
        "us-il",
        "us-ma",
        "us-md",
        "us-mn",
        "us-nh",
    ),
    *("us-nj", "us-ny", "us-or", "us-tx", "us-va", "us-vt", "us-wa"),
)
WORKED_CASES = 20  # law.md section 8

# What may not even be acknowledged: 8 USC 1367, 8 CFR 208.6, 28 CFR 20.21(c)(2), 18 USC 5038, 34 USC 12291(b)(2).
UNACKNOWLEDGED = frozenset(
    {"us/AS-01", "us/AS-01a", "us/AS-01b", "us/CH-02", "us/CH-06", "us/FS-03", "us/FS-04", "us/FS-05", "us/JV-01"}
    | {"us/VW-01", "us/FS-03a", "model/FT-02", "model/FT-03"}
)

VOCABULARY_TYPES: MappingProxyType[str, type[StrEnum]] = MappingProxyType(
    {
        "level": GovernmentLevel,
        "kind": AgencyKind,
        "component": Component,
        "purpose": Purpose,
        "message": MessageKind,
        "instrument": Instrument,
        "issuer": Issuer,
        "certificate": Certificate,
        "data-class": DataClass,
        "disposition": Disposition,
        "person-role": PersonRole,
        "step": Step,
    }
)


@cache
def case_file(pack: str) -> CaseFile:
    return load_cases(shipped_cases_text(pack), f"{pack}/cases.yaml", load_vocabulary())


def cases_of(pack: str) -> tuple[Case, ...]:
    return case_file(pack).cases


@cache
def exercised(pack: str) -> Exercise:
    return exercise_pack(case_file(pack), rule_ids(pack), with_used(shipped_pack(pack)))


@cache
def rule_ids(pack: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(rule.id) for rule in parse_pack(shipped_pack(pack).text, pack).rules))


def test_the_shipped_packs_are_those_listed() -> None:
    """The model rules, the federal pack, seventeen state packs and the European one ship, and no other."""
    assert shipped_pack_names() == PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_loads_and_checks_clean(pack: str) -> None:
    """A pack compiles with the packs it uses, without one finding."""
    law = compile_law(with_used(shipped_pack(pack)))
    assert {code.source.name for code in law.codes} >= {pack}


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_in_the_layout(pack: str) -> None:
    """`comity law format` was run after the last change of a pack."""
    text = shipped_pack(pack).text
    assert format_text(text, pack, "pack") == text


@pytest.mark.parametrize("pack", PACKS)
def test_every_case_comes_out_as_written(pack: str) -> None:
    """Every case of a pack gives exactly the levels, holds, duties and refusals that are written."""
    outcomes = run_shipped_cases(pack)
    assert outcomes
    assert [(one.line, one.name, one.differences) for one in outcomes if one.differences] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_named_by_a_case(pack: str) -> None:
    """A rule that no case names is excused in the case file, with a reason."""
    named = {rule for case in cases_of(pack) for rule in case.rules}
    assert sorted(set(rule_ids(pack)) - named - set(case_file(pack).without_case)) == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_bites_in_a_case_and_spares_a_near_miss(pack: str) -> None:
    """Without the rule a case that names it changes; a conditional rule also has a case that stays the same.

    A rule that is excused has no case that shows it biting: an excuse does not outlive its reason.
    """
    excused = set(case_file(pack).without_case)
    rules = {str(rule.id): rule for rule in parse_pack(shipped_pack(pack).text, pack).rules}
    conditional = {name for name, rule in rules.items() if rule.when is not None or rule.unless}
    toothless = {one.rule for one in exercised(pack).rules if not one.bitten}
    merciless = {one.rule for one in exercised(pack).rules if set(one.named) == set(one.bitten)}
    assert sorted(toothless) == sorted(excused)
    assert sorted((merciless & conditional) - excused) == []


@pytest.mark.parametrize("pack", PACKS)
def test_the_cases_of_a_pack_leave_nothing_open(pack: str) -> None:
    """Each rule has two cases, one it bites in and a near miss; a rule decides every case; no excuse is stale."""
    tree = parse_pack(shipped_pack(pack).text, pack)
    source = ("cases.yaml", shipped_cases_text(pack))
    assert [
        str(one) for one in exercise_findings(exercised(pack), tree, source, case_file(pack).without_case)
    ] == []


def test_the_twenty_worked_cases_are_all_present() -> None:
    """Each of the twenty worked cases of the legal reference stands in exactly one pack, under its number."""
    numbers: dict[int, set[str]] = {}
    for pack in PACKS:
        for case in cases_of(pack):
            opened = re.match(r"(\d+) ", case.name)
            if opened:
                numbers.setdefault(int(opened[1]), set()).add(pack)
    assert sorted(numbers) == list(range(1, WORKED_CASES + 1))
    assert {number: len(packs) for number, packs in numbers.items()} == dict.fromkeys(numbers, 1)


def test_what_may_not_be_acknowledged_is_concealed() -> None:
    """The rules whose existence answer must equal that for a person with no record conceal, and no others."""
    concealing = {
        f"{pack}/{rule.id}"
        for pack in PACKS
        for rule in parse_pack(shipped_pack(pack).text, pack).rules
        if rule.conceal
    }
    assert concealing == UNACKNOWLEDGED


def test_case_names_are_unique_within_a_pack() -> None:
    """A case can be cited by its name."""
    for pack in PACKS:
        names = [case.name for case in cases_of(pack)]
        assert sorted(names) == sorted(set(names))


def test_unverified_rules_say_what_is_still_to_be_read() -> None:
    """Every unverified rule and definition carries its mark, S, N or V in part, and the text to read."""
    for pack in PACKS:
        parsed = parse_pack(shipped_pack(pack).text, pack)
        rules = [(str(rule.id), rule.status_note) for rule in parsed.rules if rule.status == "unverified"]
        terms = [(str(term.name), term.status_note) for term in parsed.defines if term.status == "unverified"]
        marked = re.compile(r"(S|N|V in part)\b.*[:;] .")
        assert [name for name, note in (*rules, *terms) if not marked.match(note or "")] == []


@pytest.mark.parametrize(("name", "codes"), VOCABULARY_TYPES.items())
def test_the_models_words_equal_the_vocabularys(name: str, codes: type[StrEnum]) -> None:
    """A closed list of the model and its vocabulary type hold the same words, so that values pass unchanged."""
    assert set(load_vocabulary().types[name]) == {str(word) for word in codes}


def test_levels_identifiers_and_classes_equal_the_vocabularys() -> None:
    """Levels, data classes and the fields that hold identifying numbers have one name everywhere."""
    vocabulary = load_vocabulary()
    assert vocabulary.lists["levels"] == tuple(level.word for level in Level)
    assert set(vocabulary.classes) == {str(word) for word in DataClass}
    fields = {name for one in vocabulary.classes.values() for name in one.names}
    assert {str(kind) for kind in IdentifierKind} <= fields


def test_what_the_model_knows_of_a_record_has_a_word() -> None:
    """Every fact of a record's state and of its person is an attribute, a flag or an item of the vocabulary."""
    vocabulary = load_vocabulary()
    known = {path.replace("'s ", " is ") for path in vocabulary.attributes}
    known |= {f"{item.of} is {item.name}s" for item in vocabulary.items.values()}
    wanted = {f"record is {name.replace('_', '-')}" for name in RecordState.__struct_fields__}
    wanted |= {f"subject is {name.replace('_', '-')}" for name in SubjectFacts.__struct_fields__}
    assert wanted - known == set()
