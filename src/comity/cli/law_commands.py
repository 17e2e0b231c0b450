"""`comity law check`, `comity law explain`, `comity law cases`."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import print_json
from comity.cli.law_analysis_commands import dead_command, diff_command, reach_command
from comity.cli.law_files import check_files
from comity.errors import WrongUseError
from comity.law import ast
from comity.law.canonical import canonical_rule
from comity.law.cases import run_shipped_cases
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names

FAILED = 1


@click.group()
def law() -> None:
    """Read, check and test law packs."""


for command in (reach_command, diff_command, dead_command):
    law.add_command(command)


@law.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check packs, policies and agreements together. Exit status 2 with every finding, its line and remedy.

    A shipped pack that a text uses need not be named.

    \b
    Example:
      comity law check src/comity/law/packs/us-ca/rules.law src/comity/demo/law/alder-sheriff.policy
    """
    trees = check_files(paths)
    rules = sum(len(tree.clauses if isinstance(tree, ast.Agreement) else tree.rules) for tree in trees)
    if as_json:
        print_json({"files": len(trees), "rules": rules, "findings": []})
    else:
        click.echo(f"{rules} rules in {len(trees)} files, no findings")


@law.command()
@click.argument("rule_id", metavar="PACK/RULE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(rule_id: str, as_json: bool) -> None:
    """Print one rule of a shipped pack: title, citation, status and its text.

    \b
    Example:
      comity law explain us-ca/CA-02
    """
    rule = _rule(rule_id)
    value = {
        "rule": rule_id,
        "title": str(rule.title),
        "citation": str(rule.cite or ""),
        "status": str(rule.status or ""),
        "still_to_read": str(rule.status_note or ""),
        "from": str(rule.dates.first) if rule.dates and rule.dates.first else "unknown",
        "at": [str(point) for point in rule.points],
        "text": canonical_rule(rule),
    }
    if as_json:
        print_json(value)
        return
    note = f" ({value['still_to_read']})" if value["still_to_read"] else ""
    click.echo(f"{rule_id}: {value['title']}\n  {value['citation']}\n  {value['status']}{note}\n\n{value['text']}")


def _rule(rule_id: str) -> ast.Rule:
    pack, _, name = rule_id.partition("/")
    _check_packs((pack,))
    rules = {str(rule.id): rule for rule in parse_pack(shipped_pack(pack).text, pack).rules}
    if name not in rules:
        raise WrongUseError(f"pack `{pack}` has no rule `{name}`; write {pack}/ and one of {', '.join(rules)}")
    return rules[name]


def _check_packs(packs: tuple[str, ...]) -> None:
    for name in packs:
        if name not in shipped_pack_names():
            raise WrongUseError(f"`{name}` is no shipped pack; write one of {', '.join(shipped_pack_names())}")


@law.command()
@click.argument("packs", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def cases(packs: tuple[str, ...], as_json: bool) -> int:
    """Run the cases of the shipped packs, all of them when none is named. Exit status 1 when one differs.

    \b
    Example:
      comity law cases us-ca
    """
    _check_packs(packs)
    outcomes = [one for name in dict.fromkeys(packs or shipped_pack_names()) for one in run_shipped_cases(name)]
    failed = [one for one in outcomes if one.differences]
    if as_json:
        told = [{"pack": one.pack, "case": one.name, "differences": list(one.differences)} for one in failed]
        print_json({"cases": len(outcomes), "failed": told})
    else:
        for one in failed:
            click.echo(f"{one.pack}: {one.name}")
            for difference in one.differences:
                click.echo(f"  {difference}")
        click.echo(f"{len(outcomes)} cases, {len(failed)} differ")
    return FAILED if failed else 0
