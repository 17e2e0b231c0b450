"""`comity ledger stamp`: a time-stamping authority's word on when a checkpoint was there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from comity.cli.files import print_json, read_bytes, read_key, read_text
from comity.ledger.checkpoint import LONGEST_NOTE
from comity.ledger.stamp import LARGEST_REPLY, Stamped, verify_stamp
from comity.node.monitor import open_log
from comity.node.stamp import take_stamp
from comity.node.stamping import StampState, read_stamp_state
from comity.settings import read_settings

LARGEST_ROOTS = 1_000_000  # bytes of trusted certificates; one has some thousand

key_option = click.option("--key", required=True, help="The log's verifier key (vkey), or a file that holds it.")
root_option = click.option(
    "--root",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The authority's root certificate, PEM.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def stamp() -> None:
    """Have a checkpoint stamped by an authority of RFC 3161, or check a stamp offline."""


@stamp.command()
@click.argument("log")
@key_option
@click.option("--authority", required=True, metavar="URL", help="Address of the time-stamping authority.")
@root_option
@click.option(
    "--kept",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for checkpoint and stamp.",
)
@json_option
def take(log: str, key: str, authority: str, root: Path, folder: Path, as_json: bool) -> None:
    """Have the newest checkpoint of a log stamped; kept only if the stamp verifies.

    \b
    Example:
      comity ledger stamp take region/wa-node/log --key region/wa-node/log.vkey \\
        --authority http://tsa.example --root tsa.pem --kept stamps
    """
    roots = read_bytes(root, LARGEST_ROOTS)
    stamped, path = take_stamp(open_log(log), read_key(key), authority, roots, folder)
    _print(stamped, path, as_json)


@stamp.command()
@click.argument("note", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@key_option
@root_option
@json_option
def check(note: Path, key: str, root: Path, as_json: bool) -> None:
    """Check a kept checkpoint and the stamp beside it, offline. Exit status 1 for one that does not verify.

    \b
    Example:
      comity ledger stamp check stamps/12-1795000000000.checkpoint --key region/wa-node/log.vkey --root tsa.pem
    """
    reply = read_bytes(note.with_suffix(".tsr"), LARGEST_REPLY)
    text, roots = read_text(note, LONGEST_NOTE), read_bytes(root, LARGEST_ROOTS)
    _print(verify_stamp(text, reply, roots, read_key(key)), note, as_json)


@stamp.command()
@click.option("--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node.")
@json_option
def show(folder: Path, as_json: bool) -> int:
    """Show when a node's log was last stamped, and what kept it since. Exit status 1 while asking for stamps fails.

    \b
    Example:
      comity ledger stamp show --node region/wa-node
    """
    settings = read_settings(folder)
    state = read_stamp_state(folder)
    if as_json:
        print_json({**msgspec.to_builtins(state), "authority": settings.stamp_authority})
    else:
        for line in _state_lines(state, settings.stamp_authority):
            click.echo(line)
    return 1 if state.fault else 0


def _state_lines(state: StampState, authority: str) -> Iterator[str]:
    yield f"asked by the hour: {authority}" if authority else "nobody is asked; set `stamp_authority` in node.json"
    if state.stamped_ms is not None:
        at = datetime.fromtimestamp(state.stamped_ms / 1000, UTC)
        yield f"{state.entries} entries were there at {at:%Y-%m-%d %H:%M:%S} UTC"
    else:
        yield "no stamp yet"
    if state.fault:
        again = datetime.fromtimestamp(state.next_ms / 1000, UTC)
        yield f"failed {state.tried} times since: {state.fault}; asked again at {again:%H:%M} UTC"


def _print(stamped: Stamped, path: Path, as_json: bool) -> None:
    head = stamped.head
    if as_json:
        value = {"origin": head.origin, "entries": head.size, "root": head.root.hex()}
        print_json({**value, "stamped_ms": stamped.at_ms, "checkpoint": str(path), "verified": True})
        return
    at = datetime.fromtimestamp(stamped.at_ms / 1000, UTC)
    click.echo(f"{head.origin}: {head.size} entries were there at {at:%Y-%m-%d %H:%M:%S} UTC; {path}")
