"""`comity law check`, `format`, `explain`, `cases` and `pages`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import click

from comity.cli.commands import Commands
from comity.cli.files import print_json, read_text
from comity.cli.law_files import LARGEST_LAW, CasesAtHand, check_files, find_pack, law_path, read_cases, warn_files
from comity.errors import Finding, WrongUseError
from comity.law import ast
from comity.law.book import book_of
from comity.law.canonical import canonical_rule
from comity.law.cases import CaseOutcome, load_pack_cases, run_case
from comity.law.layout import format_text
from comity.law.page import law_pages
from comity.law.parse import parse_pack
from comity.law.vocabulary import load_vocabulary

FAILED = 1


ELSEWHERE = {
    **{name: f"law_analysis_commands:{name}_command" for name in ("dead", "diff", "reach")},
    **{
        name: f"law_node_commands:{name}"
        for name in ("activate", "conflicts", "elect", "replay", "status", "sweep")
    },
    "why": "why_command:why",
}


@click.group(cls=Commands, elsewhere=ELSEWHERE)
def law() -> None:
    """Read, check and test law packs."""


@law.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Exit status 1 when there is a warning.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(paths: tuple[Path, ...], strict: bool, as_json: bool) -> int:
    """Check packs, policies and agreements together. Exit status 2 with every finding, its line and remedy.

    A pack's folder is checked with its cases: warnings name the rules that no case exercises and the cases that no
    rule decides. A shipped pack that a text uses need not be named.

    \b
    Example:
      comity law check src/comity/law/packs/us-ca src/comity/demo/law/alder-sheriff.policy
    """
    paths = tuple(dict.fromkeys(paths))
    trees = check_files(paths)
    warnings = warn_files(paths, trees)
    rules = sum(len(tree.clauses if isinstance(tree, ast.Agreement) else tree.rules) for tree in trees)
    if as_json:
        told = [_warning_value(one) for one in warnings]
        print_json({"files": len(trees), "rules": rules, "findings": [], "warnings": told})
    else:
        for one in warnings:
            click.echo(str(replace(one, fault=f"warning: {one.fault}")))
        click.echo(f"{rules} rules in {len(trees)} files, no findings" + _warned(len(warnings)))
    return FAILED if strict and warnings else 0


def _warned(count: int) -> str:
    return f", {count} {'warning' if count == 1 else 'warnings'}" if count else ""


def _warning_value(one: Finding) -> dict[str, object]:
    return {"file": one.file, "line": one.line, "column": one.column, "warning": one.fault, "remedy": one.remedy}


@law.command(name="format")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Change nothing; exit status 1 when a file is not in the layout.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def format_files(paths: tuple[Path, ...], check: bool, as_json: bool) -> int:
    """Bring packs, policies and agreements into the house layout. Their meaning, hashes and comments stay.

    \b
    Example:
      comity law format --check src/comity/law/packs/us-co
    """
    changed = []
    files = tuple(dict.fromkeys(law_path(path) for path in paths))
    for file, kind in files:
        text = read_text(file, LARGEST_LAW)
        shown = format_text(text, str(file), kind)
        if shown != text:
            changed.append(file)
            if not check:
                _write_whole(file, shown)
    if as_json:
        print_json({"files": len(files), "changed": [str(file) for file in changed]})
    else:
        for file in changed:
            click.echo(f"{file} {'is not in the layout' if check else 'formatted'}")
        click.echo(f"{len(changed)} of {len(files)} files {'differ' if check else 'changed'}")
    return FAILED if check and changed else 0


def _write_whole(file: Path, text: str) -> None:
    """Write beside the file and rename: whoever stops us leaves the old text or the new, never half of one."""
    beside = file.with_name(f"{file.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


@law.command()
@click.argument("rule_id", metavar="PACK/RULE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(rule_id: str, as_json: bool) -> None:
    """Print one rule of a shipped pack, or of a pack's folder: title, citation, status, one sentence and its text.

    \b
    Example:
      comity law explain us-ca/CA-02
    """
    pack, rule = _rule(rule_id)
    value = {
        "rule": rule_id,
        "title": str(rule.title),
        "citation": str(rule.cite or ""),
        "status": str(rule.status or ""),
        "still_to_read": str(rule.status_note or ""),
        "from": str(rule.dates.first) if rule.dates and rule.dates.first else "unknown",
        "at": [str(point) for point in rule.points],
        "sentence": book_of(pack, load_vocabulary()).rule(rule),
        "text": canonical_rule(rule),
    }
    if as_json:
        print_json(value)
        return
    note = f" ({value['still_to_read']})" if value["still_to_read"] else ""
    click.echo(f"{rule_id}: {value['title']}\n  {value['citation']}\n  {value['status']}{note}\n")
    click.echo(f"{value['sentence']}\n\n{value['text']}")


def _rule(rule_id: str) -> tuple[ast.Pack, ast.Rule]:
    where, name = rule_id.rsplit("/", 1) if "/" in rule_id else (rule_id, "")
    text = find_pack(where)
    pack = parse_pack(text.text, where)
    rules = {str(rule.id): rule for rule in pack.rules}
    if name not in rules:
        raise WrongUseError(f"pack `{where}` has no rule `{name}`; write {where}/ and one of {', '.join(rules)}")
    return pack, rules[name]


@law.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--check", is_flag=True, help="Write nothing; exit status 1 when a page differs or belongs to no pack."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def pages(folder: Path, check: bool, as_json: bool) -> int:
    """Write a page for every shipped pack, their index, the rows that are no rules, and the vocabulary.

    \b
    Example:
      comity law pages docs/law
    """
    wanted = law_pages()
    kept = {path.name: read_text(path, LARGEST_LAW) for path in sorted(folder.glob("*.md"))}
    stale = [name for name, text in wanted.items() if kept.get(name) != text]
    strange = [name for name in kept if name not in wanted]
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name in stale:
            _write_whole(folder / name, wanted[name])
    if as_json:
        print_json({"pages": len(wanted), "changed": stale, "of_no_pack": strange})
    else:
        for name in stale:
            click.echo(f"{folder / name} {'differs' if check else 'written'}")
        for name in strange:
            click.echo(f"{folder / name} belongs to no pack; remove it")
        click.echo(f"{len(wanted)} pages, {len(stale)} {'differ' if check else 'written'}")
    return FAILED if strange or (check and stale) else 0


@law.command()
@click.argument("packs", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cases(packs: tuple[str, ...], as_json: bool) -> int:
    """Run the cases of packs: shipped ones by name, your own by folder; all shipped ones when none is named.

    Exit status 1 when one differs.

    \b
    Example:
      comity law cases us-ca
    """
    found = [_run_cases(one) for one in read_cases(packs)]
    outcomes = [outcome for ran in found for outcome in ran.outcomes]
    failing = [one for one in outcomes if one.differences]
    if as_json:
        print_json(
            {
                "cases": len(outcomes),
                "failed": len(failing),
                "rules": sum(len(ran.named) for ran in found),
                "fewest_cases_of_a_rule": min((count for ran in found for count in ran.counts), default=0),
                "failing": [_failing_value(one) for one in failing],
            }
        )
    else:
        for one in failing:
            click.echo(f"{one.pack}: {one.name}")
            for difference in one.differences:
                click.echo(f"  {difference}")
        click.echo(f"{len(outcomes)} cases, {len(failing)} differ")
    return FAILED if failing else 0


@dataclass(frozen=True, slots=True)
class _Ran:
    """Outcomes of one pack's cases, and how many name each rule; `counts` leaves out rules excused from a case."""

    outcomes: tuple[CaseOutcome, ...]
    named: Mapping[str, int]
    excused: frozenset[str]

    @property
    def counts(self) -> list[int]:
        return [count for rule, count in self.named.items() if rule not in self.excused]


def _run_cases(at_hand: CasesAtHand) -> _Ran:
    loaded = load_pack_cases(at_hand.text, at_hand.file, at_hand.packs)
    outcomes = tuple(run_case(case, at_hand.packs) for case in loaded.cases)
    rules = parse_pack(at_hand.packs[0].text, at_hand.packs[0].name).rules
    named = {str(rule.id): sum(str(rule.id) in case.rules for case in loaded.cases) for rule in rules}
    return _Ran(outcomes, named, frozenset(loaded.without_case))


def _failing_value(one: CaseOutcome) -> dict[str, object]:
    return {
        "id": f"{one.pack}: {one.name}",
        "pack": one.pack,
        "case": one.name,
        "line": one.line,
        "differences": list(one.differences),
    }
