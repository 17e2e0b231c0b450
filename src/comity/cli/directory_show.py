"""Versions of the directory as JSON values and as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from comity.cli.show_ways import open_way_value
from comity.exchange.messages.directory import seats_of
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.directory import DirectoryState, FaultKind, VersionChecked
from comity.node.forbidden_open import say_open

SHORT_KEY = 20  # characters that tell keys apart on a screen; JSON has them whole


def state_value(state: DirectoryState) -> dict[str, Any]:
    """The directory in force as one JSON object, its versions and refused forks beside it."""
    quorum = seats_of(state.directory)
    return {
        "version": state.directory.version,
        "hash": state.versions[-1].hash,
        "quorum": None if quorum is None else {"count": quorum.count, "seats": list(quorum.seats)},
        "directory": msgspec.to_builtins(state.directory),
        "versions": [{"version": one.version, "hash": one.hash, "entry": one.entry} for one in state.versions],
        "forks": list(state.forks),
        "waiting": [
            {"version": one.version, "hash": one.hash, "entry": one.entry, "changes": list(one.changes)}
            for one in state.waiting
        ],
    }


def print_directory(state: DirectoryState) -> None:
    """The directory as text: version and quorum, nodes with their agencies and keys, history, forks."""
    directory = state.directory
    click.echo(f"version {directory.version}, {state.versions[-1].hash}")
    quorum = seats_of(directory)
    who = "nobody can sign" if quorum is None else f"{quorum.count} of {', '.join(quorum.seats)} sign"
    click.echo(f"  {who} the next version")
    for node in directory.nodes:
        for line in _node_lines(node, [one for one in directory.agencies if one.node == node.id], directory):
            click.echo(f"  {line}")
    for cut in directory.suspended:
        click.echo(f"  SUSPENDED {cut.id}: {cut.reason}")
    for one in state.versions:
        where = "as node.json pins it" if one.entry is None else f"adopted by entry {one.entry}"
        click.echo(f"  version {one.version} {where}")
    for waits in state.waiting:
        click.echo(f"  version {waits.version} was brought by entry {waits.entry} and waits ({waits.hash})")
        for change in waits.changes:
            click.echo(f"    {change}")
    for fork in state.forks:
        click.echo(f"  FORK refused and kept: directories/{fork}")


def checked_value(checked: VersionChecked) -> dict[str, Any]:
    """What adopting would come to, or came to, as one JSON object."""
    return {
        "version": checked.version,
        "hash": checked.hash,
        "adopted": checked.adopted,
        "faults": [{"kind": fault.kind.value, "sentence": fault.sentence} for fault in checked.faults],
        "signed": list(checked.signed),
        "unsigned": list(checked.unsigned),
        "needed": checked.needed,
        "changes": list(checked.changes),
        "ways": [open_way_value(one) for one in checked.ways],
    }


def print_checked(checked: VersionChecked) -> None:
    """What a version changes, who signed it, and what stands in the way."""
    click.echo(f"version {checked.version}, {checked.hash}" + (", adopted already" if checked.adopted else ""))
    for change in checked.changes:
        click.echo(f"  {change}")
    print_ways(checked)
    of = len(checked.signed) + len(checked.unsigned)
    click.echo(
        f"  {checked.needed} of {of} must sign: signed by {_names(checked.signed)}, not by {_names(checked.unsigned)}"
    )
    for fault in checked.faults:
        if fault.kind is not FaultKind.TOO_FEW_SIGNATURES:  # the line above says so
            click.echo(f"  {fault.kind}: {fault.sentence}")


def print_ways(checked: VersionChecked) -> None:
    """The ways that a version opens and an owner here forbids."""
    for way in checked.ways:
        click.echo(f"  a way is {say_open(way)}")


def _node_lines(node: NodeListing, agencies: list[Agency], directory: Directory) -> list[str]:
    lines = [
        f"node {node.id} at {node.address}",
        f"  messages {_short(node.message_key)}, log {_short(node.log_key)}",
    ]
    lines += ["  a broker: it carries messages between others"] if node.broker else []
    lines += [f"  reached through the broker {node.via}"] if node.via else []
    lines += [
        f"  former {kind} key {_short(one.key)} until {_day(one.until_ms)}"
        for kind, keys in (("message", node.former_message_keys), ("log", node.former_log_keys))
        for one in keys
    ]
    lines += [f"  REVOKED {_short(one.key)} from {_day(one.from_ms)}" for one in node.revoked_keys]
    for agency in agencies:
        past = directory.past_of(agency.id)
        lines.append(f"  {agency.id}: {agency.name}, key {_short(agency.public_key)}")
        lines += [f"    former key {_short(one.key)}" for one in past.former_keys]
        lines += [f"    REVOKED {_short(one.key)}" for one in past.revoked_keys]
        lines += [f"    was at {one.node} until {_day(one.until_ms)}" for one in past.former_nodes]
    return lines


def _short(key: str) -> str:
    """A key's own part, cut: a verifier key begins with the log's name, which says nothing of the key."""
    own = key.partition("+")[2] or key
    return own[:SHORT_KEY] or "none"


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nobody"


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
