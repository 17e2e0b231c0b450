"""`comity node backup`: copying a node, looking at a copy, and going on from one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from comity.cli.files import print_json
from comity.cli.node_commands import json_option, node_option
from comity.cli.show_duties import utc_text
from comity.model.backup import BackupChecked, BackupMade, BackupManifest, BackupState, Resumed
from comity.node.backup_check import check_backup
from comity.node.backup_requests import MakeBackup, RecordBackup
from comity.node.local import at_node
from comity.node.resume import resume_node

copy_argument = click.argument("copy", metavar="COPY", type=click.Path(path_type=Path))


@click.group()
def backup() -> None:
    """Copy a node, look whether a copy is whole, or go on from one."""


@backup.command()
@node_option
@copy_argument
@json_option
def make(folder: Path, copy: Path, as_json: bool) -> None:
    """Copy a node to a folder that is not there yet, also while it serves, and check the copy. No key is in it.

    \b
    Example:
      comity node backup make --node region/wa-node wa-node-2026-11-29
    """
    with at_node(folder) as verbs:
        made: BackupMade = verbs(MakeBackup(to=str(copy.absolute())), BackupMade, lambda *_: None)
    if as_json:
        print_json({"folder": made.folder, "bytes": made.bytes, **_manifest_value(made.manifest)})
        return
    click.echo(f"{made.folder}: {_mark_line(made.manifest)}, {made.bytes} bytes")
    for line in _apart(made.manifest):
        click.echo(line)


@backup.command()
@copy_argument
@json_option
def check(copy: Path, as_json: bool) -> int:
    """Check that a copy is whole: its files, its database, and its log up to the signed checkpoint. Needs no key. Exit
    status 1 where it is not.

    \b
    Example:
      comity node backup check wa-node-2026-11-29
    """
    found: BackupChecked = check_backup(copy)
    if as_json:
        listed = {} if found.manifest is None else _manifest_value(found.manifest)
        print_json({"folder": found.folder, "whole": not found.faults, "faults": list(found.faults), **listed})
    else:
        for fault in found.faults:
            click.echo(f"{copy}: {fault}")
        if found.manifest is not None and not found.faults:
            click.echo(f"{copy} is whole: {_mark_line(found.manifest)}")
            for line in _apart(found.manifest):
                click.echo(line)
    return 1 if found.faults else 0


@backup.command()
@node_option
@click.argument("how")
@json_option
def record(folder: Path, how: str, as_json: bool) -> None:
    """Let a node know that other means copied it just now, such as those of a PostgreSQL server. Nobody looks at that copy.

    \b
    Example:
      comity node backup record --node region/wa-node 'pg_dump and the folder, to the vault'
    """
    with at_node(folder) as verbs:
        state: BackupState = verbs(RecordBackup(how=how), BackupState, lambda *_: None)
    if as_json:
        print_json(msgspec.to_builtins(state))
        return
    click.echo(f"kept: copied {utc_text(state.at_ms)} with {state.entries} entries, by your word: {state.how}")


@backup.command()
@node_option
@click.option("--as", "member", required=True, help="Id of the node's administrator.")
@click.option(
    "--why",
    required=True,
    help="What happened to the node, and how you know that nothing was done since the copy.",
)
@click.option(
    "--log",
    "left",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="What is left of the node's log directory, outside of its folder.",
)
@json_option
def resume(folder: Path, member: str, why: str, left: Path | None, as_json: bool) -> None:
    """Go on from a copy that was put into the node's folder, where it is shown that the log has no entry more.

    \b
    Example:
      comity node backup resume --node region/wa-node --as wa-police-operator --log saved-log --why 'new machine'
    """
    done: Resumed = resume_node(folder, member, why, left)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    shown = [*done.witnesses, *(["the log directory that was left"] if done.log_directory else [])]
    by = f", shown by {', '.join(shown)}" if shown else ""
    click.echo(f"the node goes on from {done.copy.entries} entries{by}; entry {done.entry} of the log says so")
    click.echo("it cosigns no other node's log any more under its witness key; tell those whose policies name it")


def _mark_line(manifest: BackupManifest) -> str:
    mark = manifest.mark
    return f"`{mark.node}` as of {utc_text(mark.at_ms)}, {mark.entries} entries, {len(manifest.files)} files"


def _apart(manifest: BackupManifest) -> Iterator[str]:
    yield f"no key is in it; what its log keeps opens with the monthly keys {', '.join(manifest.keys) or 'none'}"
    if manifest.left_out:
        yield f"left out, because comity does not know it: {', '.join(manifest.left_out)}"


def _manifest_value(manifest: BackupManifest) -> dict[str, object]:
    return {
        "software": manifest.software,
        "node": manifest.mark.node,
        "at_ms": manifest.mark.at_ms,
        "entries": manifest.mark.entries,
        "root": manifest.mark.root,
        "keys": list(manifest.keys),
        "files": len(manifest.files),
        "left_out": list(manifest.left_out),
    }
