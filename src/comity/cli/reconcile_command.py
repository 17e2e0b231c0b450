"""`comity ledger reconcile`: what a node asked, held against the log of whoever answered."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from comity.cli.files import print_json
from comity.model.reconciled import Reconciled
from comity.node.local import at_node
from comity.node.reconcile_requests import Reconcile, whole_path


@click.command()
@click.argument("log")
@click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node that asked."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def reconcile(log: str, folder: Path, as_json: bool) -> int:
    """Hold every question a node asked against the log of the node that answered. Exit status 1 for a twin that is missing
    or says something else.

    \b
    Example:
      comity ledger reconcile region/ca-node/log --node region/wa-node
    """
    with at_node(folder) as verbs:
        found: Reconciled = verbs(Reconcile(log=whole_path(log)), Reconciled, lambda *_: None)
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        for line in _lines(found):
            click.echo(line)
    return 1 if found.faults else 0


def _lines(found: Reconciled) -> list[str]:
    lines = [f"{found.origin}, {found.entries} entries: {found.paired} questions have both entries"]
    for count, what in (
        (found.unreceived, "were answered there and the answer did not arrive"),
        (found.unanswered, "have no entry there, and nobody says they were answered"),
        (found.later, "were asked after the last entry that was read; read a newer copy"),
        (found.purged, "entries of this node were purged, so that what they asked is not known"),
    ):
        if count:
            lines.append(f"  {count} {what}")
    for one in found.faults:
        about = f" (question {one.query_id} to {one.owner})" if one.query_id else ""
        lines.append(f"{one.fault}: entry {one.entry}: {one.sentence}{about}")
    return lines
