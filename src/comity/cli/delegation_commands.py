"""`comity delegation sign`, `list` and `withdraw`; `comity agreement list` and `veto`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.files import print_json
from comity.cli.law_node_commands import nobody
from comity.model.delegation import Delegation, KeptDelegation, SignedDelegation
from comity.model.law_state import AgreementChange, AgreementStanding
from comity.node.local import at_node
from comity.node.office import (
    ListAgreements,
    ListDelegations,
    SignDelegation,
    VetoAgreement,
    WithdrawDelegation,
)
from comity.settings import read_noun, write_noun

node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the member's node."
)
by_option = click.option("--by", required=True, help="The member, held at this node.")
reason_option = click.option("--reason", required=True, help="Why, for the member's own record.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def delegation() -> None:
    """Let another agency sign some agreements, see what was delegated, and end it."""


@delegation.command("sign")
@node_option
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="File the signed delegation is written to."
)
@json_option
@click.argument("path", type=click.Path(path_type=Path))
def sign_one(folder: Path, out: Path, as_json: bool, path: Path) -> None:
    """Sign the delegation of a file for its member, held at this node. The signer is given the file that comes of it.

    \b
    Example:
      comity delegation sign --node region/ca-node committee.json --out signed-committee.json
    """
    wanted = read_noun(path, Delegation)
    with at_node(folder) as verbs:
        kept: KeptDelegation = verbs(SignDelegation(delegation=wanted), KeptDelegation, nobody)
    write_noun(out, kept.signed)
    if as_json:
        print_json(delegation_value(kept))
    else:
        for line in delegation_lines(kept):
            click.echo(line)
        click.echo(f"{out} is for {wanted.signer}")


@delegation.command("list")
@node_option
@json_option
def list_all(folder: Path, as_json: bool) -> None:
    """List what the agencies of a node delegated: to whom, for what, until when, and what is over.

    \b
    Example:
      comity delegation list --node region/ca-node
    """
    with at_node(folder) as verbs:
        kept: tuple[KeptDelegation, ...] = verbs(ListDelegations(), tuple[KeptDelegation, ...], nobody)
    if as_json:
        print_json({"delegations": [delegation_value(one) for one in kept]})
        return
    for one in kept:
        for line in delegation_lines(one):
            click.echo(line)
    if not kept:
        click.echo("nothing is delegated here")


@delegation.command()
@node_option
@by_option
@reason_option
@json_option
@click.argument("named", metavar="HASH")
def withdraw(folder: Path, by: str, reason: str, as_json: bool, named: str) -> None:
    """End a delegation at once, and every agreement that was signed for the member under it.

    \b
    Example:
      comity delegation withdraw --node region/ca-node --by ca-sheriff --reason "the board has decided" DELEGATION
    """
    with at_node(folder) as verbs:
        request = WithdrawDelegation(named=named, by=by, reason=reason)
        done: AgreementChange = verbs(request, AgreementChange, nobody)
    if as_json:
        print_json(_change(done))
    else:
        ended = f"; out of force for {by}: {done.agreement}" if done.agreement else ""
        click.echo(f"the delegation is over (entry {done.entries[-1]}){ended}")


@click.command("list")
@node_option
@json_option
def list_agreements(folder: Path, as_json: bool) -> None:
    """List the agreements that are switched on at a node: for whom, from when, and who signed for whom.

    \b
    Example:
      comity agreement list --node region/ca-node
    """
    with at_node(folder) as verbs:
        found: tuple[AgreementStanding, ...] = verbs(ListAgreements(), tuple[AgreementStanding, ...], nobody)
    if as_json:
        print_json({"agreements": [standing_value(one) for one in found]})
        return
    for one in found:
        when = f", counts from {one.begins} unless vetoed" if one.waits else ""
        if one.lapsed:
            when = f", CLOSED on {one.wanted_until}: nobody said that it is wanted"
        click.echo(f"{one.owner}  {one.agreement}: {one.title}{when}")
        for signer, named, authority in one.signed_by:
            click.echo(f"  signed by {signer} by delegation {named[:19]}: {authority}")


@click.command()
@node_option
@by_option
@reason_option
@json_option
@click.argument("agreement_id", metavar="ID")
def veto(folder: Path, by: str, reason: str, as_json: bool, agreement_id: str) -> None:
    """Take an agreement that another signed for this member out for it, at once; other members stay in.

    \b
    Example:
      comity agreement veto --node region/ca-node --by ca-sheriff --reason "not without the board" VETOED
    """
    with at_node(folder) as verbs:
        request = VetoAgreement(agreement=agreement_id, by=by, reason=reason)
        done: AgreementChange = verbs(request, AgreementChange, nobody)
    if as_json:
        print_json(_change(done))
    else:
        click.echo(f"{done.agreement} is vetoed for {by} (entry {done.entries[0]}); tell the other parties' nodes")


def delegation_value(kept: KeptDelegation) -> dict[str, Any]:
    """A delegation as one JSON object."""
    one = kept.signed.delegation
    return {
        "hash": kept.signed.hash,
        "member": one.member,
        "signer": one.signer,
        "authority": one.authority,
        "from": str(one.first),
        "to": str(one.until),
        "veto_days": one.veto_days,
        "entry": kept.entry,
        "withdrawn": kept.withdrawn,
        "vetoed": list(kept.vetoed),
    }


def delegation_lines(kept: KeptDelegation) -> tuple[str, ...]:
    """A delegation as text: who, what, until when, and what became of it."""
    one, over = kept.signed.delegation, kept.withdrawn is not None
    others = [*one.parties, *(f"any {level} agency" for level in one.levels)]
    return (
        f"{one.member} lets {one.signer} sign as {', '.join(one.roles)}{', OVER' if over else ''}: {kept.signed.hash}",
        f"  from {one.first} to {one.until}, {one.veto_days} days for a veto, by {one.authority}",
        f"  purposes {', '.join(one.purposes)}; classes {', '.join(one.data_classes)}",
        f"  with {', '.join(others)}",
        *(f"  vetoed {named}" for named in kept.vetoed),
    )


def standing_value(one: AgreementStanding) -> dict[str, Any]:
    """An agreement that is switched on, as one JSON object."""
    return {
        "id": one.agreement,
        "owner": one.owner,
        "hash": one.hash,
        "title": one.title,
        "begins": str(one.begins) if one.begins else None,
        "waits": one.waits,
        "wanted_until": str(one.wanted_until) if one.wanted_until else None,
        "lapsed": one.lapsed,
        "signed_by": [
            {"signer": signer, "delegation": named, "authority": authority}
            for signer, named, authority in one.signed_by
        ],
    }


def read_delegation(path: Path | None) -> SignedDelegation | None:
    """A signed delegation's file; nothing where none is named."""
    return None if path is None else read_noun(path, SignedDelegation)


def _change(done: AgreementChange) -> dict[str, Any]:
    return {"id": done.agreement, "owners": list(done.owners), "entries": list(done.entries)}
