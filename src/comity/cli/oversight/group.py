"""`comity oversight`: who could reach what, who did, and what was wrong with it."""

from __future__ import annotations

import click

from comity.cli.commands import Commands

VERBS: dict[str, str] = {
    "access": "oversight.access_commands:access",
    "retain": "oversight.retain_commands:retain",
}


@click.group(cls=Commands, elsewhere=VERBS)
def oversight() -> None:
    """Who could reach what, who did, and what was wrong with it."""
