"""Whether the cases of a pack exercise its rules: each rule once where it bites and once beside it, where it spares.

A case shows a rule biting when it comes out otherwise without the rule. It shows a near miss when it comes out the
same without the rule, and otherwise were the rule without conditions. A case that does neither for any rule it names
is decided by none of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from comity.errors import Finding
from comity.law import ast
from comity.law.build_condition import finding_at
from comity.law.case_file import Case, CaseFile, show_line
from comity.law.cases import CaseOutcome, run_case
from comity.law.code import ALWAYS
from comity.law.compiled import Law, RuleCode
from comity.model.law_text import LawText

FEWEST_CASES = 2  # one where the rule bites, one next to it where it does not


@dataclass(frozen=True, slots=True)
class RuleExercise:
    """One rule: the names of the cases that name it, of those it bites in, and of those it spares narrowly."""

    rule: str
    named: tuple[str, ...]
    bitten: tuple[str, ...]
    spared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exercise:
    """How the cases of a pack came out, what they show of each rule, and those that no rule decides."""

    outcomes: tuple[CaseOutcome, ...]
    rules: tuple[RuleExercise, ...]
    idle: tuple[Case, ...]


def exercise_pack(loaded: CaseFile, rules: tuple[str, ...], packs: tuple[LawText, ...]) -> Exercise:
    """Run the cases of the first of some packs with, without and with widened rules. A failing case shows nothing.

    `rules` are the ids of the pack's rules. Raises LawTextError for packs that do not compile.
    """
    outcomes = tuple(run_case(case, packs) for case in loaded.cases)
    sound = [case for case, one in zip(loaded.cases, outcomes, strict=True) if not one.differences]
    bites = {(rule, case.name): _bites(rule, case, packs) for case in sound for rule in case.rules}
    spares = {
        (rule, case.name): not bites[rule, case.name] and _bites_widened(rule, case, packs)
        for case in sound
        for rule in case.rules
    }
    idle = [
        case for case in sound if not any(bites[rule, case.name] or spares[rule, case.name] for rule in case.rules)
    ]
    return Exercise(outcomes, tuple(_of_rule(rule, loaded, bites, spares) for rule in rules), tuple(idle))


def _of_rule(
    rule: str, loaded: CaseFile, bites: Mapping[tuple[str, str], bool], spares: Mapping[tuple[str, str], bool]
) -> RuleExercise:
    named = tuple(case.name for case in loaded.cases if rule in case.rules)
    return RuleExercise(
        rule=rule,
        named=named,
        bitten=tuple(name for name in named if bites.get((rule, name))),
        spared=tuple(name for name in named if spares.get((rule, name))),
    )


def _bites(rule: str, case: Case, packs: tuple[LawText, ...]) -> bool:
    """Whether a case comes out otherwise without the rule."""
    return bool(run_case(case, packs, lambda law: _without(law, f"{packs[0].name}/{rule}")).differences)


def _bites_widened(rule: str, case: Case, packs: tuple[LawText, ...]) -> bool:
    """Whether a case comes out otherwise with the rule unconditional, always in force and for every class."""
    return bool(run_case(case, packs, lambda law: _widened(law, f"{packs[0].name}/{rule}")).differences)


@lru_cache(maxsize=256)
def _without(law: Law, rule: str) -> Law:
    points = {name: tuple(code for code in codes if code.id != rule) for name, codes in law.at_point.items()}
    return replace(law, at_point=MappingProxyType(points))


@lru_cache(maxsize=256)
def _widened(law: Law, rule: str) -> Law:
    points = {
        name: tuple(_unconditional(code, law) if code.id == rule else code for code in codes)
        for name, codes in law.at_point.items()
    }
    return replace(law, at_point=MappingProxyType(points))


def _unconditional(code: RuleCode, law: Law) -> RuleCode:
    fields = getattr(code.rule.effect, "fields", None) or ast.AllFields()
    masks = {name: known.mask_of(fields) for name, known in law.vocabulary.classes.items()}
    rule = replace(code.rule, dates=None, when=None, unless=(), binds=None, classes=())
    return replace(code, rule=rule, hit=ALWAYS, sure=ALWAYS, possible=ALWAYS, masks=MappingProxyType(masks))


def exercise_findings(
    exercise: Exercise, pack: ast.Pack, case_file: tuple[str, str], excused: Mapping[str, str]
) -> Iterator[Finding]:
    """What the cases leave open, rule by rule, then case by case. `case_file` is its name and text."""
    rules = {str(rule.id): rule for rule in reversed(pack.rules)}
    for shown in exercise.rules:
        word = rules[shown.rule].id
        fault, remedy = _gap(shown, excused)
        if fault:
            yield finding_at(word, (pack.file, pack.lines), fault, remedy)
    for one in exercise.outcomes:
        if one.differences:
            fault = f"case `{one.name}` comes out otherwise: {one.differences[0]}"
            yield _at_case(one.line, case_file, fault, "run `comity law cases` for every difference")
    for case in exercise.idle:
        fault = f"no rule decides case `{case.name}`"
        remedy = "name the rules it is about, and expect what they do or would do"
        yield _at_case(case.line, case_file, fault, remedy)


def _gap(shown: RuleExercise, excused: Mapping[str, str]) -> tuple[str, str]:
    """What is missing for a rule, and what to write; empty for one that is exercised or excused."""
    rule = shown.rule
    if rule in excused:
        told = f"rule `{rule}` is excused from having a case that shows it biting, and has one"
        return (told, "take it out of `without_case`") if shown.bitten else ("", "")
    if not shown.named:
        return f"no case names rule `{rule}`", "write one where it bites and one next to it where it does not"
    if not shown.bitten:
        return f"no case shows rule `{rule}` biting", "write one that comes out otherwise without the rule"
    if len(shown.named) < FEWEST_CASES or not shown.spared:
        return f"no case stands next to rule `{rule}`", "write one that differs in one fact and that it spares"
    return "", ""


def _at_case(line: int, case_file: tuple[str, str], fault: str, remedy: str) -> Finding:
    file, text = case_file
    return show_line(Finding(file, line, 1, fault, remedy=remedy), text)
