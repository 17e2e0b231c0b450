"""The law itself: every pack loads, every case a lawyer can read comes out as written, no rule stands untested."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import cache
from importlib import resources
from types import MappingProxyType

import pytest

from comity.errors import LawTextError
from comity.law.case_file import Case, load_cases
from comity.law.cases import run_cases, run_shipped_cases, with_used
from comity.law.compile import compile_law
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import text_digest
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
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.record import RecordState, SubjectFacts

BLOCK = re.compile(r"(?m)^(?=rule |define |part |table )")
PACKS = ("us", "us-ca", "us-co", "us-il", "us-ny", "us-or", "us-va", "us-wa")
WORKED_CASES = 20  # law.md section 8

# Rules that no case can show biting, each with its reason; every other rule must have one.
WITHOUT_A_CASE = (
    ("us/FS-01", "forbids and permits nothing by itself; conflict rules name it (us-wa case 14)"),
    ("us/NC-05", "carried out by the definitions of the state packs (us-ny case 5, us-wa)"),
    ("us-ca/CA-25a", "counts when the hold of CA-03a is released; until then nothing was handed over"),
    ("us/P23-06b", "the level shows once the hold of P23-06 is released; a case shows the hold (us case 12)"),
    ("us/P23-10b", "says that nothing but P23-10 moves the day of validation (us case 10)"),
)

# What may not even be acknowledged: 8 USC 1367, 8 CFR 208.6, 28 CFR 20.21(c)(2), 18 USC 5038, 34 USC 12291(b)(2).
UNACKNOWLEDGED = frozenset(
    {"us/AS-01", "us/AS-01a", "us/AS-01b", "us/CH-02", "us/CH-06", "us/FS-03", "us/FS-04", "us/FS-05", "us/JV-01"}
    | {"us/VW-01"}
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


def cases_text(pack: str) -> str:
    return (resources.files("comity.law") / "packs" / pack / "cases.yaml").read_text(encoding="utf-8")


@cache
def cases_of(pack: str) -> tuple[Case, ...]:
    return load_cases(cases_text(pack), f"{pack}/cases.yaml", load_vocabulary()).cases


@cache
def rule_ids(pack: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(rule.id) for rule in parse_pack(shipped_pack(pack).text, pack).rules))


def emptied(pack: str, rule_id: str) -> LawText:
    """A pack in which one rule keeps its name and loses its effect and duties."""
    whole = shipped_pack(pack)
    blocks = BLOCK.split(whole.text)
    kept = [block for block in blocks if not block.startswith(f"rule {rule_id} ")]
    assert len(kept) < len(blocks)
    shell = f'rule {rule_id} "Emptied" cite "none" status verified from 1990-01-01 at release\n'
    first = next(index for index, block in enumerate(kept) if block.startswith(("part ", "rule ")))
    text = "".join([*kept[:first], shell, *kept[first:]])
    return LawText(
        kind=LawKind.PACK,
        name=whole.name,
        version=whole.version,
        text=text,
        hash=text_digest(whole_text(text, whole.tables)),
        tables=whole.tables,
    )


def cases_naming(pack: str, rule_id: str) -> str:
    """The case file with the cases that name a rule, and those whose facts others refer to."""
    head, *blocks = re.split(r"(?m)^(?=  - case:)", cases_text(pack))
    naming = re.compile(rf"rules: \[[^\]]*\b{rule_id}(?![\w-])")
    return "".join([head, *(block for block in blocks if naming.search(block) or "given: &" in block)])


def bites(pack: str, rule_id: str) -> tuple[bool, bool]:
    """Whether some case naming the rule comes out otherwise without it, and whether some comes out the same."""
    named = {case.name for case in cases_of(pack) if rule_id in case.rules}
    packs = (emptied(pack, rule_id), *with_used(shipped_pack(pack))[1:])
    try:
        outcomes = run_cases(cases_naming(pack, rule_id), f"{pack}/cases.yaml", packs)
    except LawTextError:
        return True, True  # another rule names it and cannot stand without it
    changed = {one.name for one in outcomes if one.differences} & named
    return bool(changed), bool(named - changed)


def test_the_shipped_packs_are_those_listed() -> None:
    """The federal pack and the seven state packs ship, and no other."""
    assert shipped_pack_names() == PACKS


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_loads_and_checks_clean(pack: str) -> None:
    """A pack compiles with the packs it uses, without one finding."""
    law = compile_law(with_used(shipped_pack(pack)))
    assert {code.source.name for code in law.codes} >= {pack}


@pytest.mark.parametrize("pack", PACKS)
def test_every_case_comes_out_as_written(pack: str) -> None:
    """Every case of a pack gives exactly the levels, holds, duties and refusals that are written."""
    outcomes = run_shipped_cases(pack)
    assert outcomes
    assert [(one.line, one.name, one.differences) for one in outcomes if one.differences] == []


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_is_named_by_a_case(pack: str) -> None:
    """A rule that no case names stands in the short list with its reason, and the list names no stranger."""
    named = {rule for case in cases_of(pack) for rule in case.rules}
    excused = {rule.split("/")[1] for rule, reason in WITHOUT_A_CASE if rule.startswith(f"{pack}/") and reason}
    assert sorted(set(rule_ids(pack)) - named - excused) == []
    assert excused <= set(rule_ids(pack))


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_bites_in_a_case_and_spares_a_near_miss(pack: str) -> None:
    """Emptying a rule changes a case that names it; a conditional rule also has a case that stays the same."""
    excused = {rule for rule, _ in WITHOUT_A_CASE}
    toothless, merciless = [], []
    for rule in parse_pack(shipped_pack(pack).text, pack).rules:
        if f"{pack}/{rule.id}" in excused:
            continue
        changed, spared = bites(pack, str(rule.id))
        toothless += [] if changed else [str(rule.id)]
        merciless += [] if spared or (rule.when is None and not rule.unless) else [str(rule.id)]
    assert toothless == []
    assert merciless == []


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
