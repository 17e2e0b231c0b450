"""`comity records read`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.correction import RecordRead
from comity.model.record import FieldValue
from comity.node.local import at_node
from comity.node.record_requests import ReadRecord


@click.command()
@with_options(node_options)
@click.option("--as", "member", required=True, help="Records custodian of the owner.")
@click.option("--reason", required=True, help="Why it is read, in at least three words; it is kept.")
@click.argument("record")
@with_options(json_options)
def read(folder: Path, member: str, reason: str, record: str, as_json: bool) -> None:
    """Read one record by its id or reference, with who was shown it; each reading is an entry.

    \b
    Example:
      comity records read --node region/ca-node --as ca-sheriff-custodian --reason "subpoena of the court" RECORD
    """
    request = ReadRecord(member=member, record=record, reason=reason)
    with at_node(folder) as verbs:
        found: RecordRead = verbs(request, RecordRead, lambda *_: None)
    if as_json:
        print_json(_value(found))
    else:
        _print(found)


def _value(found: RecordRead) -> dict[str, object]:
    return {
        "record": msgspec.to_builtins(found.record),
        "releases": [
            {**object_of(one, "entry", "asker", "member", "fields"), "at": utc_text(one.at_ms)}
            for one in found.releases
        ],
        "happened": [
            {**object_of(one, "entry", "act", "by", "reason"), "at": utc_text(one.at_ms)} for one in found.happened
        ],
        "entry": found.entry,
    }


def _print(found: RecordRead) -> None:
    one = found.record
    click.echo(f"{one.id}  {one.data_class}, {one.reference}, {one.event_date or 'no day'} (entry {found.entry})")
    _print_fields(one.fields)
    for person in one.people:
        click.echo(f"  {person.key}, {person.role}")
        _print_fields(person.fields)
    for release in found.releases:
        click.echo(f"  shown to {release.asker} {utc_text(release.at_ms)}: {', '.join(release.fields)}")
    for act in found.happened:
        click.echo(f"  {utc_text(act.at_ms)} {act.act} by {act.by}: {act.reason}")


def _print_fields(fields: tuple[FieldValue, ...]) -> None:
    for one in fields:
        click.echo(f"    {one.name}: {one.value}")
