"""`comity oversight`: who could reach what, who did, and what was wrong with it."""

from __future__ import annotations

import click

from comity.cli.commands import Commands

VERBS: dict[str, str] = {
    "audit": "oversight.audit_commands:audit",
    "names": "oversight.names_commands:names",
}


@click.group(cls=Commands, elsewhere=VERBS)
def oversight() -> None:
    """Who could reach what, who did, and what was wrong with it."""
