"""`comity oversight`: who could reach what, who did, and what was wrong with it."""

from __future__ import annotations

import click

from comity.cli.commands import Commands

VERBS: dict[str, str] = {
    "enter": "oversight.report_commands:enter",
    "register": "oversight.report_commands:register",
    "report": "oversight.report_commands:report",
}


@click.group(cls=Commands, elsewhere=VERBS)
def oversight() -> None:
    """Who could reach what, who did, and what was wrong with it."""
