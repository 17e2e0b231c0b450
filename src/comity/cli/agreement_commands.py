"""`comity agreement check`."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import print_json
from comity.cli.law_files import check_files
from comity.errors import WrongUseError
from comity.law import ast
from comity.law.canonical import canonical_effect


@click.group()
def agreement() -> None:
    """Read and check agreements."""


@agreement.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(path: Path, as_json: bool) -> None:
    """Check an agreement's text and say in one page who gives what to whom. Exit status 2 with every finding.

    \b
    Example:
      comity agreement check src/comity/demo/law/acso-ccpd-2026.agr
    """
    (tree,) = check_files((path,))
    if not isinstance(tree, ast.Agreement):
        raise WrongUseError(f"`{path}` is no agreement; check packs and policies with `comity law check`")
    if as_json:
        print_json(_value(tree))
    else:
        _print(tree)


def _print(tree: ast.Agreement) -> None:
    click.echo(f"{tree.id}: {tree.title}")
    for party in tree.parties:
        click.echo(f"  party {party.name} ({party.ori}): {party.title}")
    if tree.dates is not None:
        click.echo(f"  in force from {tree.dates.first} to {tree.dates.last}, once signed")
    for signing in tree.signings:
        click.echo(f"  signs for {signing.party}: {', '.join(signing.roles)}")
    for clause in tree.clauses:
        click.echo(f"  {clause.id} {_direction(clause)}: {clause.title}")


def _direction(clause: ast.Rule) -> str:
    return f"{clause.gives.giver} to {clause.gives.taker}" if clause.gives else "for every party"


def _value(tree: ast.Agreement) -> dict[str, object]:
    return {
        "id": str(tree.id),
        "title": str(tree.title),
        "parties": [{"agency": str(party.name), "ori": str(party.ori)} for party in tree.parties],
        "from": str(tree.dates.first) if tree.dates else None,
        "to": str(tree.dates.last) if tree.dates else None,
        "signs": [{"agency": str(one.party), "roles": [str(role) for role in one.roles]} for one in tree.signings],
        "clauses": [
            {
                "id": str(clause.id),
                "title": str(clause.title),
                "gives": _direction(clause),
                "data": [str(name) for name in clause.classes],
                "at": [str(point) for point in clause.points],
                "effect": canonical_effect(clause.effect) if clause.effect else "duty",
            }
            for clause in tree.clauses
        ],
    }
