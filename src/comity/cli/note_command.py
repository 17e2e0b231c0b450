"""`comity answer note`: what an owner told, written down beside its answer as the asker's own words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import instant_of, utc_text
from comity.cli.table import object_of
from comity.model.canon import normal
from comity.model.told import Channel
from comity.model.told_note import TOLD_BY, ToldNote, ToldWanted
from comity.node.answer_requests import NoteTold
from comity.node.local import at_node


@click.command("note")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency that asked.")
@click.option("--item", "item_id", required=True, help="Item of the answer.")
@click.option("--field", required=True, help="Field of which the answer says to ask the owner.")
@click.option("--by", "told_by", required=True, help="Who told it there: a name or a position.")
@click.option("--how", required=True, type=click.Choice([one.value for one in TOLD_BY]), help="How it was told.")
@click.option(
    "--at", "told_at", default="", metavar="TIME", help="When, as ISO 8601 with offset; now when left out."
)
@click.argument("query_id")
@click.argument("told")
@with_options(json_options)
def note(folder: Path, member: str, told: str, told_at: str, as_json: bool, **given: Any) -> int:
    """Write down what an owner told you of a field that the answer says to ask it for. It stays your word, not the owner's.

    \b
    Example:
      comity answer note --node region/fed-node --as federal-investigations-investigator --item ITEM_ID \\
        --field incident-type --by "the records desk" --how call QUERY_ID "burglary of a shop"
    """
    told_ms = instant_of(told_at) if told_at else int(datetime.now(UTC).timestamp() * 1000)
    said = {"told": normal(told), "told_by": normal(given["told_by"]), "how": Channel(given["how"])}
    wanted = ToldWanted(**{**given, **said, "told_ms": told_ms})
    with at_node(folder) as verbs:
        done: ToldNote = verbs(NoteTold(member=member, wanted=wanted), ToldNote, lambda *_: None)
    if as_json:
        print_json(note_value(done))
    else:
        print_note(done)
    return 0


def note_value(one: ToldNote) -> dict[str, object]:
    """A note as one JSON object."""
    return {
        **object_of(one, "id", "item_id", "owner", "field", "told", "told_by", "how", "member"),
        "certified": False,
        "told_at": utc_text(one.told_ms),
        "written_at": utc_text(one.written_ms),
    }


def print_note(one: ToldNote) -> None:
    """A note in two lines, under what it is not."""
    about = f"item {one.item_id} of {one.owner}, {one.field}"
    click.echo(f"{about}: {one.told}  {click.style('NOT CERTIFIED', bold=True)}")
    told = f"told by {one.told_by}, {one.how}, {utc_text(one.told_ms)}; written down by {one.member}"
    click.echo(f"    {told}; not part of the owner's answer, and the owner's log may not have it")
