"""`comity node peers` and `comity node renew`: the other nodes as they are reached, and the own certificate."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import print_json
from comity.cli.node_commands import json_option, node_option
from comity.cli.table import Column, objects_of, table_lines
from comity.model.peer_state import PeerState
from comity.node.certificate import REQUEST_FILE, read_listed, renew_certificate
from comity.node.local import at_node
from comity.node.peer_requests import ShowPeers
from comity.settings import read_settings

COLUMNS = (
    Column("node", 28, left=True),
    Column("breaker", 12, left=True),
    Column("in a row", 9),
    Column("in all", 8),
    Column("next try", 10),
    Column("  why", 60, left=True),
)


@click.command()
@node_option
@json_option
def peers(folder: Path, as_json: bool) -> None:
    """Show every other node as this one reaches it: a breaker is open when it failed several times in a row.

    \b
    Example:
      comity node peers --node region/wa-node
    """
    with at_node(folder) as verbs:
        states: tuple[PeerState, ...] = verbs(ShowPeers(), tuple[PeerState, ...], lambda *_: None)
    if as_json:
        print_json(objects_of(states, "node", "breaker", "failures_in_row", "failures", "next_trial_ms", "why"))
        return
    rows = [
        (
            one.node,
            one.breaker.value,
            str(one.failures_in_row),
            str(one.failures),
            f"{one.next_trial_ms / 1000:.0f} s" if one.next_trial_ms else "-",
            f"  {one.why}" if one.why else "",
        )
        for one in states
    ]
    for line in table_lines(COLUMNS, rows):
        click.echo(line)


@click.command()
@node_option
@json_option
def renew(folder: Path, as_json: bool) -> None:
    """Make the node's next certificate over the key it has, to be listed beside the present one before it is shown.

    \b
    Example:
      comity node renew --node my-node
    """
    settings = read_settings(folder)
    keys = folder / "keys"
    listed = renew_certificate(keys, settings.id)
    (*_, newest) = read_listed(listed)
    if as_json:
        print_json(
            {
                "node": settings.id,
                "certificate": newest.pin,
                "certificate_pem": listed,
                "request": str(keys / REQUEST_FILE),
                "ends_ms": newest.last_ms,
            }
        )
        return
    click.echo(listed, nl=False)
    click.echo(
        f"have this listed for `{settings.id}` as `certificate_pem`; the node shows the new certificate once it is, "
        f"or have a certificate authority sign {keys / REQUEST_FILE}",
        err=True,
    )
