"""`comity agreement check`, `plan`, `sign`, `activate`, `suspend` and `keep`."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.agreement_show import change_value, plan_value, print_plan
from comity.cli.delegation_commands import list_agreements, read_delegation, veto
from comity.cli.files import print_json, read_text
from comity.cli.law_files import LARGEST_LAW, check_files
from comity.cli.law_node_commands import nobody
from comity.cli.law_show import say_unchanged
from comity.errors import WrongUseError
from comity.law import ast
from comity.law.canonical import canonical_effect
from comity.model.law_state import AgreementChange, AgreementKept, AgreementPlan, OfferedText
from comity.model.law_text import LawKind
from comity.node.local import at_node
from comity.node.office import ActivateAgreement, KeepAgreement, PlanAgreement, SuspendAgreement
from comity.node.sign_agreement import read_sidecar, sidecar_of, sign_agreement


@click.group()
def agreement() -> None:
    """Read, check, sign, switch on and suspend agreements."""


agreement.add_command(list_agreements)
agreement.add_command(veto)


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


node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of a party's node."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
path_argument = click.argument("path", type=click.Path(path_type=Path))


@agreement.command()
@node_option
@json_option
@path_argument
def plan(folder: Path, as_json: bool, path: Path) -> int:
    """Say what switching an agreement on would come to: faults, signatures, rules that forbid it, first day.

    Exit status 1 while something stands in the way.

    \b
    Example:
      comity agreement plan --node region/wa-node new.agr
    """
    with at_node(folder) as verbs:
        made: AgreementPlan = verbs(PlanAgreement(offered=_offered(path)), AgreementPlan, nobody)
    if as_json:
        print_json(plan_value(made))
    else:
        print_plan(made)
    return 0 if made.ready else 1


@agreement.command()
@node_option
@click.option("--as", "agency", required=True, help="Agency that signs, held at this node.")
@click.option("--role", required=True, help="Role it signs in, one the agreement lists.")
@click.option(
    "--under", type=click.Path(path_type=Path), help="File of a signed delegation: sign for its member instead."
)
@json_option
@path_argument
def sign(folder: Path, agency: str, role: str, under: Path | None, as_json: bool, path: Path) -> None:
    """Add an agency's signature to the file beside the text, PATH.sig; whole or not at all.

    \b
    Example:
      comity agreement sign --node region/wa-node --as wa-police --role counsel new.agr
    """
    read_text(path, LARGEST_LAW)
    delegated = read_delegation(under)
    signatures = sign_agreement(folder, path, agency, role, delegated)
    if as_json:
        told = [{"agency": one.agency, "role": one.role} for one in signatures]
        print_json({"file": str(sidecar_of(path)), "signatures": told})
    else:
        whom = agency if delegated is None else f"{delegated.delegation.member}, by {agency},"
        click.echo(f"{role} of {whom} signed; {sidecar_of(path)} holds {len(signatures)} signatures")


@agreement.command()
@node_option
@json_option
@path_argument
def activate(folder: Path, as_json: bool, path: Path) -> int:
    """Switch an agreement on for every party held at the node, once all have signed and no rule forbids it.

    What stands in the way is entered in the log, and nothing is changed: exit status 2 with the entry.

    \b
    Example:
      comity agreement activate --node region/wa-node new.agr
    """
    with at_node(folder) as verbs:
        done: AgreementChange = verbs(ActivateAgreement(offered=_offered(path)), AgreementChange, nobody)
    if as_json:
        print_json(change_value(done))
    for one in done.refused:
        click.echo(f"comity: {one}", err=True)
    if done.refused:
        say_unchanged(done.entries)
    elif not as_json:
        when = f"from {done.begins}" if done.entries else "already"
        click.echo(f"{done.agreement} is in force {when} for {', '.join(done.owners)}")
    return 2 if done.refused else 0


@agreement.command()
@node_option
@click.option("--by", required=True, help="Party that suspends, held at this node.")
@click.option("--reason", required=True, help="Why, for the owner's own record.")
@click.option("--as", "member", default="", help="Member of that party's desk who does it, where it is one.")
@json_option
@click.argument("agreement_id", metavar="ID")
def suspend(folder: Path, by: str, reason: str, member: str, as_json: bool, agreement_id: str) -> None:
    """Take an agreement out of force at once: the next question no longer finds it. Switching it on again ends it.

    \b
    Example:
      comity agreement suspend --node region/wa-node --by wa-police --reason "audit finding 7" ACSO-CCPD-2026
    """
    with at_node(folder) as verbs:
        request = SuspendAgreement(agreement=agreement_id, by=by, reason=reason, member=member)
        done: AgreementChange = verbs(request, AgreementChange, nobody)
    if as_json:
        print_json(change_value(done))
    else:
        click.echo(
            f"{done.agreement} is suspended for {', '.join(done.owners)} "
            f"(entry {', '.join(str(entry) for entry in done.entries)}); tell the other parties' nodes"
        )


@agreement.command()
@node_option
@click.option("--as", "member", required=True, help="Member of the owner's desk.")
@click.option("--reason", required=True, help="Why it is still wanted, in at least three words; it is kept.")
@json_option
@click.argument("agreement_id", metavar="ID")
def keep(folder: Path, member: str, reason: str, as_json: bool, agreement_id: str) -> None:
    """Say that an agreement is still wanted: it counts for another year. One that nobody keeps closes by itself.

    \b
    Example:
      comity agreement keep --node region/wa-node --as wa-police-custodian --reason "joint robbery cases go on" ACSO-CCPD-2026
    """
    with at_node(folder) as verbs:
        request = KeepAgreement(member=member, agreement=agreement_id, reason=reason)
        kept: AgreementKept = verbs(request, AgreementKept, nobody)
    if as_json:
        told = {"id": kept.agreement, "owner": kept.owner, "until": str(kept.until), "entry": kept.entry}
        print_json(told)
    else:
        entered = f" (entry {kept.entry})" if kept.entry is not None else ", as was said today"
        click.echo(f"{kept.agreement} is kept for {kept.owner} until {kept.until}{entered}")


def _offered(path: Path) -> OfferedText:
    """An agreement's text with the signatures beside it; a text that cannot be read is wrong use."""
    text = read_text(path, LARGEST_LAW)
    return OfferedText(
        file=str(path),
        kind=LawKind.AGREEMENT,
        text=text,
        signatures=read_sidecar(path),
        signed_elsewhere=True,
    )


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
