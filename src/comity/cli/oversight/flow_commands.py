"""`comity oversight flow`: the map, the exposure statement, and declared flows, checked and listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options
from comity.cli.commands import Commands
from comity.cli.files import print_json, read_bytes, read_text
from comity.cli.question import with_options
from comity.cli.table import Column, table_lines
from comity.errors import WrongUseError
from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.formats.csv_table import LARGEST_EXPORT
from comity.formats.flow_file import LARGEST_FLOW_FILE, NONE_STATED, parse_flows
from comity.model.flow import Access, DeclaredFlow
from comity.oversight.flows.declared import (
    FlowDoubt,
    FlowFile,
    all_flows,
    clashing_ids,
    doubts_of,
    select_flows,
)
from comity.oversight.names.resolve import Resolver
from comity.oversight.names.several import resolver_of

ELSEWHERE = {"exposure": "oversight.exposure_commands:exposure", "map": "oversight.map_commands:flow_map"}
FLOWS = (
    Column("flow", 26, left=True),
    Column("access", 20, left=True),
    Column("owner", 30, left=True),
    Column("recipient", 30, left=True),
    Column("classes", 34, left=True),
)

file_options = (
    click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path)),
)


@click.group(cls=Commands, elsewhere=ELSEWHERE)
def flow() -> None:
    """Who shares what with whom: the map, the statement of an agency, declared flows of systems that Comity does not run."""


@flow.command()
@with_options(file_options)
@click.option(
    "--directory",
    "directories",
    multiple=True,
    type=click.Path(path_type=Path),
    help="ORI directory as CSV, to look the parties up in; may be repeated.",
)
@with_options(json_options)
def check(files: tuple[Path, ...], directories: tuple[Path, ...], as_json: bool) -> int:
    """Check files of declared flows: every fault with its line, then what a reader should doubt.

    \b
    Example:
      comity oversight flow check flows.yaml
    """
    read = _read_files(files)
    flows = all_flows(read)
    doubts = doubts_of(flows, _today(), _resolver(directories))
    if as_json:
        print_json({"flows": len(flows), "doubts": [_doubt_value(doubt) for doubt in doubts]})
    else:
        click.echo(
            f"{len(flows)} flows in {len(read)} {'file' if len(read) == 1 else 'files'}, {len(doubts)} doubts"
        )
        for doubt in doubts:
            click.echo(f"  {doubt.flow}: {doubt.sentence} ({doubt.doubt})")
    return 1 if doubts else 0


@flow.command("list")
@with_options(file_options)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only flows that run on this day.")
@click.option("--access", type=click.Choice([kind.value for kind in Access]), help="Only flows of this kind.")
@click.option("--party", default="", help="Only flows with this text in the owner's or recipient's name.")
@with_options(json_options)
def list_flows(files: tuple[Path, ...], on: datetime | None, access: str | None, party: str, as_json: bool) -> int:
    """List declared flows: from whom to whom, by which system, of which data classes, on what grounds.

    \b
    Example:
      comity oversight flow list flows.yaml --access dmv-switch
    """
    chosen = select_flows(
        all_flows(_read_files(files)),
        on=on.date() if on else None,
        access=Access(access) if access else None,
        party=party,
    )
    if as_json:
        print_json([flow_value(one) for one in chosen])
        return 0
    for line in table_lines(FLOWS, [_cells(one) for one in chosen]):
        click.echo(line)
    for one in chosen:
        click.echo(f"\n{one.id}: {one.system}\n  {_grounds(one)}")
    return 0


def _read_files(paths: Sequence[Path]) -> tuple[FlowFile, ...]:
    # A character of UTF-8 has four bytes at most.
    read = [FlowFile(path.name, parse_flows(read_text(path, LARGEST_FLOW_FILE * 4), path.name)) for path in paths]
    clashes = clashing_ids(read)
    if clashes:
        raise WrongUseError(clashes[0])
    return tuple(read)


def _resolver(directories: Sequence[Path]) -> Resolver | None:
    if not directories:
        return None
    editions = [read_ori_csv(read_bytes(path, LARGEST_EXPORT), path.name) for path in directories]
    return resolver_of(merge_editions(editions))


def _cells(one: DeclaredFlow) -> tuple[str, ...]:
    return one.id, one.access, one.owner, one.recipient, ", ".join(one.data_classes)


def _grounds(one: DeclaredFlow) -> str:
    purposes = ", ".join(one.purposes) or NONE_STATED
    authority = f"{one.authority}, {one.citation}" if one.citation else one.authority.value
    return (
        f"purposes {purposes}; onward {one.onward}; authority {authority}; "
        f"source {one.source} of {one.dated} ({one.evidence})"
    )


def _doubt_value(doubt: FlowDoubt) -> dict[str, Any]:
    return {"flow": doubt.flow, "doubt": doubt.doubt.value, "sentence": doubt.sentence}


def flow_value(one: DeclaredFlow) -> dict[str, Any]:
    """A declared flow as JSON, with every key."""
    return {
        "id": one.id,
        "owner": one.owner,
        "recipient": one.recipient,
        "system": one.system,
        "access": one.access.value,
        "data_classes": [kind.value for kind in one.data_classes],
        "purposes": [purpose.value for purpose in one.purposes],
        "onward": one.onward.value,
        "authority": one.authority.value,
        "citation": one.citation or None,
        "source": one.source,
        "dated": one.dated.isoformat(),
        "evidence": one.evidence.value,
        "first": one.first.isoformat() if one.first else None,
        "last": one.last.isoformat() if one.last else None,
        "note": one.note or None,
    }


def _today() -> date:
    return datetime.now(UTC).date()
