"""`comity onward`: an item of an answer for another agency, by a new decision of its owner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import basis_of, basis_options, with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.law.explain import reason_sentence
from comity.model.codes import Purpose
from comity.model.onward import OnwardRequest, OnwardWanted
from comity.node.local import at_node
from comity.node.onward_requests import AskOnward, ListOnward

REFUSED = 1
WORDS = {None: "the owner has not said yet", True: "the owner has answered it", False: "NOT passed on"}


@click.group()
def onward() -> None:
    """Passing on: nothing is, but the owner may answer another agency itself."""


@onward.command("ask")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency that holds the item.")
@click.option("--to", required=True, help="Agency that is to be answered.")
@click.option(
    "--purpose",
    required=True,
    type=click.Choice([code.value for code in Purpose]),
    help="That agency's purpose code.",
)
@click.option("--case", "case_number", required=True, help="That agency's case or incident number.")
@with_options(basis_options)
@click.option("--note", default="", help="Free text for the owner; never the purpose.")
@click.argument("query_id")
@click.argument("item_id")
@with_options(json_options)
def ask_one(folder: Path, member: str, query_id: str, item_id: str, as_json: bool, **given: Any) -> int:
    """Ask an item's owner to answer another agency. The owner decides anew, and answers that one itself.

    \b
    Example:
      comity onward ask --node region/wa-node --as wa-police-detective --to federal-investigations \\
        --purpose criminal-investigation --case 26-0417 QUERY_ID ITEM_ID
    """
    wanted = OnwardWanted(
        query_id=query_id,
        item_id=item_id,
        to=given["to"],
        purpose=Purpose(given["purpose"]),
        basis=basis_of(given),
        case_number=given["case_number"],
        note=given["note"],
    )
    with at_node(folder) as verbs:
        made: OnwardRequest = verbs(AskOnward(member=member, wanted=wanted), OnwardRequest, lambda *_: None)
    if as_json:
        print_json(onward_value(made))
    else:
        _print(made)
    return 0


@onward.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the holder or of the owner.")
@with_options(json_options)
def list_all(folder: Path, member: str, as_json: bool) -> int:
    """List requests to pass on, the newest first, with what the owner said; exit status 1 when one was refused.

    \b
    Example:
      comity onward list --node region/wa-node --as wa-police-detective
    """
    with at_node(folder) as verbs:
        found: tuple[OnwardRequest, ...] = verbs(
            ListOnward(member=member), tuple[OnwardRequest, ...], lambda *_: None
        )
    if as_json:
        print_json([onward_value(one) for one in found])
    elif not found:
        click.echo("no requests to pass anything on")
    else:
        for one in found:
            _print(one)
    return REFUSED if any(one.passed is False for one in found) else 0


def onward_value(one: OnwardRequest) -> dict[str, Any]:
    """A request as one JSON object."""
    return {
        **object_of(one, "id", "owner", "holder", "to", "query_id", "item_id", "purpose", "case_number", "passed"),
        "asked": utc_text(one.asked_ms),
        "trouble": one.trouble,
        "reasons": [
            {"rule": reason.rule, "title": reason.title, "citation": reason.citation} for reason in one.reasons
        ],
    }


def _print(one: OnwardRequest) -> None:
    click.echo(f"{one.id}  {one.holder} asks {one.owner} to answer {one.to}: {WORDS[one.passed]}")
    click.echo(
        f"  item {one.item_id} of {one.query_id}, {one.purpose}, case {one.case_number}, {utc_text(one.asked_ms)}"
    )
    if one.trouble:
        click.echo(f"  it has not arrived: {one.trouble}")
    for reason in one.reasons:
        click.echo(f"  {reason_sentence(reason)}")
