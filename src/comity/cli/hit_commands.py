"""`comity hit`: what came of what an answer showed."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.hit import HitOutcome, HitsTold
from comity.node.hit_requests import SayOutcome
from comity.node.local import at_node


@click.group()
def hit() -> None:
    """Outcomes of hits: whether it was the person."""


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
