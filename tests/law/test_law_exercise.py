"""What cases show of rules: biting, a near miss, or nothing; and what is told about it."""

from __future__ import annotations

import pytest
from law_samples import HEAD, pack, rule

from comity.errors import LawTextError
from comity.law.case_file import CaseFile
from comity.law.cases import load_pack_cases
from comity.law.exercise import Exercise, exercise_findings, exercise_pack
from comity.law.parse import parse_pack

ADDRESS = rule("A-1", "forbid fields labelled address when query's purpose is civil-immigration")
COUNTED = rule("A-2", "").replace("at release", "at ask duty log on any-outcome")
HEADING = """cases: 1
law: test 1
facts:
  asked: &asked
    {on: 2026-11-20, at: release, asker: {level: local, state: WA, kind: police, component: none, certificates: [],
     primarily-immigration: no}, member: {acting-for-immigration: no},
     owner: {level: local, state: WA, kind: police, component: none}, order: {instrument: nothing, issuer: nobody},
     query: {purpose: civil-immigration, message: records-query}, record: {class: case},
     agreement: permits-everything}
cases_of:
"""
BITES = """  - case: no address for civil immigration enforcement
    rules: [A-1]
    given: {<<: *asked}
    expect: {fields: {home-address: nothing}}
"""
NEAR = """  - case: an address for a criminal investigation
    rules: [A-1]
    given: {<<: *asked, query: {purpose: criminal-investigation, message: records-query}}
    expect: {fields: {home-address: full}}
"""
IDLE = """  - case: a name is told either way
    rules: [A-1]
    given: {<<: *asked}
    expect: {fields: {name: full}}
"""


def exercised(cases: str, rules: str = ADDRESS) -> tuple[Exercise, CaseFile, str]:
    """A small pack with its cases: what they show, and every warning about it as told."""
    text = HEAD + rules
    packs = (pack(rules),)
    loaded = load_pack_cases(cases, "cases.yaml", packs)
    tree = parse_pack(text, "rules.law")
    shown = exercise_pack(loaded, tuple(str(one.id) for one in tree.rules), packs)
    source = ("cases.yaml", cases)
    return (
        shown,
        loaded,
        "\n".join(str(one) for one in exercise_findings(shown, tree, source, loaded.without_case)),
    )


def test_a_rule_with_both_cases_is_exercised() -> None:
    """One case in which the rule bites and one next to it that it spares are enough."""
    shown, _, told = exercised(HEADING + BITES + NEAR)
    (only,) = shown.rules
    assert only.bitten == ("no address for civil immigration enforcement",)
    assert only.spared == ("an address for a criminal investigation",)
    assert told == ""


def test_a_rule_without_cases_is_told() -> None:
    """The rule is underlined in its text, with what to write."""
    _, _, told = exercised(HEADING + BITES + NEAR, ADDRESS + COUNTED)
    assert told == (
        "rules.law:3:6 no case names rule `A-2`\n"
        '    3 | rule A-2 "Title of A-2" cite "Act 1" status verified from 2020-01-01  at ask duty log on any-outcome \n'
        "      |      ^^^\n"
        "   write one where it bites and one next to it where it does not"
    )


def test_a_rule_whose_cases_show_half_is_told() -> None:
    """Only near misses, or only bites, are half of what is needed; two bites are no near miss."""
    assert "no case shows rule `A-1` biting" in exercised(HEADING + NEAR)[2]
    assert "no case stands next to rule `A-1`" in exercised(HEADING + BITES)[2]
    twice = BITES + BITES.replace("no address", "again no address")
    assert "no case stands next to rule `A-1`" in exercised(HEADING + twice)[2]


def test_a_case_that_no_rule_decides_is_told() -> None:
    """A case that looks at nothing the rule touches, or names no rule, is underlined at its line."""
    _, _, told = exercised(HEADING + BITES + NEAR + IDLE)
    assert told == (
        "cases.yaml:19:5 no rule decides case `a name is told either way`\n"
        "   19 |   - case: a name is told either way\n"
        "      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   name the rules it is about, and expect what they do or would do"
    )
    nameless = BITES.replace("rules: [A-1]", "rules: []").replace("no address", "nameless")
    assert "no rule decides case `nameless for" in exercised(HEADING + BITES + NEAR + nameless)[2]


def test_a_near_miss_may_lie_in_date_class_or_agency() -> None:
    """Before its first day, of another class, or for an agency it does not bind, a rule spares."""
    bound = ADDRESS.replace("at release", "at release data case binds owner where owner's state is WA")
    misses = {
        "on: 2026-11-20": "on: 2019-11-20",
        "class: case": "class: booking",
        "owner: {level: local, state: WA": "owner: {level: local, state: OR",
    }
    for old, new in misses.items():
        head = HEADING.replace(old, new)
        assert head != HEADING
        case = BITES.replace("home-address: nothing", "home-address: full")
        (only,) = exercised(head + case, bound)[0].rules
        assert only.spared == only.named


def test_a_failing_case_shows_nothing_and_is_told() -> None:
    """What comes out otherwise than written is no evidence for a rule."""
    shown, _, told = exercised(HEADING + BITES.replace("nothing}", "full}") + NEAR)
    assert shown.rules[0].bitten == ()
    assert "comes out otherwise: home-address: expected full, got nothing (test/A-1)" in told
    assert "no case shows rule `A-1` biting" in told
    assert shown.idle == ()


def test_an_excuse_stands_in_the_case_file_with_its_reason() -> None:
    """An excused rule is not asked for cases; an excuse for a rule that bites is told."""
    excused = HEADING.replace("facts:", "without_case: {A-2: carried out by A-1}\nfacts:")
    assert exercised(excused + BITES + NEAR, ADDRESS + COUNTED)[2] == ""
    idle = HEADING.replace("facts:", "without_case: {A-1: no reason at all}\nfacts:")
    assert "excused from having a case that shows it biting, and has one" in exercised(idle + BITES + NEAR)[2]


def test_a_case_of_a_rule_that_is_not_there_is_a_finding() -> None:
    """A stranger among the rules of a case, or among the excuses, stops the file, with the nearest rule."""
    with pytest.raises(LawTextError) as caught:
        exercised(HEADING + BITES.replace("[A-1]", "[A-11]"), ADDRESS)
    assert str(caught.value) == (
        "cases.yaml:11:5 case `no address for civil immigration enforcement` names rule `A-11`, which the pack does "
        "not have\n"
        "   11 |   - case: no address for civil immigration enforcement\n"
        "      |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   did you mean `A-1`?"
    )
    excused = HEADING.replace("facts:", "without_case: {A-11: a reason}\nfacts:")
    with pytest.raises(LawTextError, match="`without_case` names rule `A-11`, which the pack does not have"):
        exercised(excused + BITES)


def test_an_excuse_needs_a_reason() -> None:
    """An empty reason, or a list without reasons, is a finding."""
    for given in ("{A-1: ''}", "[A-1]"):
        head = HEADING.replace("facts:", f"without_case: {given}\nfacts:")
        with pytest.raises(LawTextError, match="`without_case` names rules without a reason"):
            exercised(head + BITES)
