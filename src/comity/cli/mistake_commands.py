"""`comity mistakes`: what is wrong with another's record is reported to its owner, and lands on that one's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.mistake import Mistake, MistakeKind, MistakeWanted
from comity.node.hit_requests import ListMistakes, ReportMistake
from comity.node.local import at_node

MISTAKES = tuple[Mistake, ...]


@click.group("mistakes")
def mistakes_group() -> None:
    """Mistakes in records: reported to their owner, and reported by others to the own desk."""


@mistakes_group.command("report")
@with_options(node_options)
@click.option(
    "--as", "member", required=True, help="Member who reports; by --owner and --record a records custodian."
)
@click.option("--question", "query_id", default="", help="Question whose answer shows the item.")
@click.option("--item", "item_id", default="", help="Item that is wrong.")
@click.option("--owner", default="", help="Owner of a record that is named by its number.")
@click.option("--record", "reference", default="", help="The owner's own number of the record.")
@click.option(
    "--field", "fields", multiple=True, help="A field that is wrong; repeat. No value: say that by telephone."
)
@click.argument("kind", type=click.Choice([one.value for one in MistakeKind]))
@with_options(json_options)
def report(folder: Path, member: str, as_json: bool, **given: Any) -> int:
    """Report a mistake in a record to its owner, which has ten working days to look at it.

    \b
    Examples:
      comity mistakes report --node region/wa-node --as wa-police-detective \\
        --question QUERY_ID --item ITEM_ID --field birth-date value-wrong
      comity mistakes report --node region/wa-node --as wa-police-custodian \\
        --owner ca-sheriff --record CU-2026-010211 other-person
    """
    wanted = MistakeWanted(**{**given, "kind": MistakeKind(given["kind"])})
    with at_node(folder) as verbs:
        done: Mistake = verbs(ReportMistake(member=member, wanted=wanted), Mistake, lambda *_: None)
    if as_json:
        print_json(mistake_value(done))
    else:
        print_mistake(done)
    return 0


@mistakes_group.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency; what others report is for its desk.")
@with_options(json_options)
def list_mistakes(folder: Path, member: str, as_json: bool) -> int:
    """List mistakes reported by others, the soonest due first, and to others; exit status 1 when one is overdue.

    \b
    Example:
      comity mistakes list --node region/ca-node --as ca-sheriff-custodian
    """
    with at_node(folder) as verbs:
        found: MISTAKES = verbs(ListMistakes(member=member), MISTAKES, lambda *_: None)
    if as_json:
        print_json([mistake_value(one) for one in found])
    elif not found:
        click.echo("no mistakes, reported by others or to others")
    else:
        for one in found:
            print_mistake(one)
    return 1 if any(one.overdue for one in found) else 0


def mistake_value(one: Mistake) -> dict[str, object]:
    """A report as one JSON object."""
    return {
        **object_of(one, "id", "reporter", "owner", "incoming", "kind", "by", "query_id", "item_id"),
        **object_of(one, "reference", "record_id", "duty", "done", "overdue", "contact", "trouble"),
        "fields": list(one.fields),
        "reported": utc_text(one.asked_ms),
        "arrived": utc_text(one.arrived_ms),
        "due": utc_text(one.due_ms),
        "done_at": utc_text(one.done_ms),
    }


def print_mistake(one: Mistake) -> None:
    """A report in some lines: from whom to whom, what is wrong with which record, where it stands."""
    which = f"record {one.reference}" if one.reference else f"item {one.item_id}"
    fields = f" ({', '.join(one.fields)})" if one.fields else ""
    click.echo(f"{utc_text(one.asked_ms)}  {one.reporter} to {one.owner}: {one.kind}{fields} in {which}")
    if one.incoming:
        state = f"done: {one.done}" if one.done_ms is not None else f"to be looked at by {utc_text(one.due_ms)}"
        click.echo("    " + click.style(state, fg="red" if one.overdue else None))
        click.echo(f"    reported by {one.by}; `comity duties done` with duty {one.duty} says what was found")
    elif one.arrived_ms is None:
        click.echo(f"    on its way{f'; tried: {one.trouble}' if one.trouble else ''}")
    else:
        click.echo(f"    in the owner's log since {utc_text(one.arrived_ms)}; what it corrects comes as a recall")
    if one.contact:
        click.echo(f"    ask {one.contact}")
