"""`comity hit`: the owner's confirmation of what an answer showed, and what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.show_hits import confirmation_value, print_confirmation
from comity.cli.table import object_of
from comity.model.confirmation import (
    Compared,
    Confirmation,
    ConfirmationGiven,
    ConfirmationState,
    ConfirmationWord,
    Urgency,
)
from comity.model.hit import HitOutcome, HitsTold
from comity.node.hit_requests import AnswerHit, ConfirmHit, ListHits, SayOutcome
from comity.node.local import at_node


@click.group()
def hit() -> None:
    """Hits: their confirmation by the owner, and whether it was the person."""


@hit.command("outcome")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner's desk, or of the agency that asked.")
@click.argument("item")
@click.argument("outcome", type=click.Choice([one.value for one in HitOutcome]))
@with_options(json_options)
def say(folder: Path, member: str, outcome: str, item: str, as_json: bool) -> int:
    """Say at the owner's node whether an item of its answer was the person, entered in the log by references alone.

    \b
    Example:
      comity hit outcome --node region/wa-node --as wa-police-custodian ITEM_ID not-the-person
    """
    request = SayOutcome(member=member, item_id=item, outcome=HitOutcome(outcome))
    with at_node(folder) as verbs:
        told: HitsTold = verbs(request, HitsTold, lambda *_: None)
    if as_json:
        print_json(
            {
                **object_of(told.hit, "owner", "entry", "query_id", "item_id", "outcome", "by"),
                "at": utc_text(told.hit.at_ms),
                **object_of(told, "log_entry", "confirmed", "not_the_person", "needed"),
            }
        )
        return 0
    entered = "said already" if told.log_entry is None else f"entry {told.log_entry}"
    click.echo(f"item {told.hit.item_id} of the answer in entry {told.hit.entry}: {told.hit.outcome} ({entered})")
    click.echo(
        f"{told.hit.owner} has {told.confirmed} confirmed and {told.not_the_person} not the person; "
        f"`comity match train` calibrates by them from {told.needed} of each on"
    )
    return 0


@hit.command("confirm")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency that asked.")
@click.option("--urgent", is_flag=True, help="Somebody is stopped: the owner has 10 minutes, otherwise an hour.")
@click.argument("query_id")
@click.argument("item_id")
@with_options(json_options)
def confirm(folder: Path, member: str, urgent: bool, query_id: str, item_id: str, as_json: bool) -> int:
    """Ask the owner to confirm an item: nothing is called positive before that.

    \b
    Example:
      comity hit confirm --node region/wa-node --as wa-police-detective --urgent QUERY_ID ITEM_ID
    """
    urgency = Urgency.URGENT if urgent else Urgency.ROUTINE
    request = ConfirmHit(member=member, query_id=query_id, item_id=item_id, urgency=urgency)
    with at_node(folder) as verbs:
        return _show(verbs(request, Confirmation, lambda *_: None), as_json)


@hit.command("answer")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner's desk, or a supervisor.")
@click.option("--reason", required=True, help="What was compared, in at least three words; it stays here.")
@click.option(
    "--found", multiple=True, type=click.Choice(["active", "identical", "extradites"]), help="What holds."
)
@click.option("--minutes", type=click.IntRange(1, 1_440), help="How much more time is needed.")
@click.argument("request")
@click.argument("word", type=click.Choice([one.value for one in ConfirmationWord]))
@with_options(json_options)
def answer(folder: Path, member: str, as_json: bool, **given: Any) -> int:
    """Say whether a hit is confirmed, after comparing; whoever asked is told the word alone.

    \b
    Example:
      comity hit answer --node region/wa-node --as wa-police-custodian --found active --found identical \\
        --found extradites --reason "compared with the court's file" REQUEST confirmed
    """
    found = given["found"]
    compared = Compared(
        active="active" in found, identical="identical" in found, extradites="extradites" in found or None
    )
    said = ConfirmationGiven(
        word=ConfirmationWord(given["word"]),
        reason=given["reason"],
        compared=compared,
        more_minutes=given["minutes"],
    )
    with at_node(folder) as verbs:
        request = AnswerHit(member=member, request=given["request"], given=said)
        return _show(verbs(request, Confirmation, lambda *_: None), as_json)


@hit.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency.")
@with_options(json_options)
def list_hits(folder: Path, member: str, as_json: bool) -> int:
    """List confirmations asked for and to be given, the soonest due first; exit status 1 when one is overdue.

    \b
    Example:
      comity hit list --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[Confirmation, ...] = verbs(ListHits(member=member), tuple[Confirmation, ...], lambda *_: None)
    if as_json:
        print_json([confirmation_value(one) for one in found])
    elif not found:
        click.echo("no confirmations, asked for or to be given")
    else:
        for one in found:
            print_confirmation(one)
    return 1 if any(one.overdue for one in found) else 0


def _show(one: Confirmation, as_json: bool) -> int:
    if as_json:
        print_json(confirmation_value(one))
    else:
        print_confirmation(one)
    return 1 if one.overdue or one.state is ConfirmationState.RECALLED else 0
