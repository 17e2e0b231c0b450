"""`comity ledger witness`: a node's part in witnessing, and following another's log."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from comity.cli.files import print_json, read_key
from comity.errors import ProofError
from comity.ledger.directory import LogFiles
from comity.ledger.monitor import Followed
from comity.model.witness import WitnessState
from comity.node.local import at_node
from comity.node.monitor import look_at, open_log
from comity.node.witness_requests import ShowWitness

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def witness() -> None:
    """Show who vouches for a node's log and for whom it vouches, or follow another's log."""


@witness.command()
@click.option("--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node.")
@json_option
def show(folder: Path, as_json: bool) -> int:
    """Show a node's witness key, its log's witnesses and the logs it cosigned. Exit status 1 while nothing may leave.

    \b
    Example:
      comity ledger witness show --node region/wa-node
    """
    with at_node(folder) as verbs:
        state: WitnessState = verbs(ShowWitness(), WitnessState, lambda *_: None)
    closed = _is_closed(state)
    if as_json:
        print_json({**msgspec.to_builtins(state), "closed": closed})
    else:
        for line in _state_lines(state):
            click.echo(line)
    return 1 if closed else 0


@witness.command()
@click.argument("log")
@click.option("--key", required=True, help="The log's verifier key (vkey), or a file that holds it.")
@click.option(
    "--held",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of what was seen of logs before, and of the evidence of forks.",
)
@click.option(
    "--every", "seconds", type=click.IntRange(min=1), help="Look again after so many seconds, until stopped."
)
@json_option
def check(log: str, key: str, folder: Path, seconds: int | None, as_json: bool) -> int:
    """Check that a log, at an address or in a folder, extends what it showed before. Exit status 1 for one that forked.

    \b
    Example:
      comity ledger witness check region/wa-node/log --key region/wa-node/log.vkey --held seen
    """
    vkey = read_key(key)
    files = open_log(log)
    while True:
        status = _look(files, vkey, folder, as_json, patient=seconds is not None)
        if status or seconds is None:
            return status
        time.sleep(seconds)


def _look(files: LogFiles, vkey: str, folder: Path, as_json: bool, *, patient: bool) -> int:
    try:
        found, evidence = look_at(files, vkey, folder)
    except ProofError as error:
        if not patient:
            raise
        click.echo(f"comity: {error}", err=True)  # a log that cannot be read now may be readable the next time
        return 0
    if as_json:
        print_json(_found_value(found, evidence))
    elif evidence is not None:
        click.echo(f"{found.head.origin} forked: {found.fault}; both signed checkpoints are kept in {evidence}")
    else:
        grown = f", {found.head.size - found.before} more than before" if found.before else ""
        click.echo(f"{found.head.origin}: {found.head.size} entries{grown}; root {found.head.root.hex()}")
    return 1 if evidence is not None else 0


def _found_value(found: Followed, evidence: Path | None) -> dict[str, object]:
    return {
        "origin": found.head.origin,
        "entries": found.head.size,
        "before": found.before,
        "root": found.head.root.hex(),
        "forked": evidence is not None,
        "fault": found.fault,
        "evidence": None if evidence is None else str(evidence),
    }


def _is_closed(state: WitnessState) -> bool:
    if state.told is not None and state.told.closed:
        return True
    return state.closes_ms is not None and time.time_ns() // 1_000_000 > state.closes_ms


def _state_lines(state: WitnessState) -> list[str]:
    lines = [f"key     {state.key}", f"at      {state.url}"]
    lines += [f"vouches for {head.origin} up to {head.size} entries" for head in state.cosigned]
    if not state.quorum:
        return [*lines, "the own log has no witnesses; name them in `witnesses.policy` in the node's folder"]
    lines.append(f"quorum  {state.quorum}: {state.witnessed} of {state.size} entries")
    for said in state.told.said if state.told else ():
        lines.append(f"  {said.name}: {'cosigned' if said.cosigned else said.sentence}")
    if state.told is not None and state.told.closed:
        lines.append(state.told.closed)
    if state.waits_since_ms is not None and state.closes_ms is not None:
        lines.append(
            f"entries wait for the quorum since {_clock(state.waits_since_ms)}; without it nothing leaves from "
            f"{_clock(state.closes_ms)} on"
        )
    return lines


def _clock(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
