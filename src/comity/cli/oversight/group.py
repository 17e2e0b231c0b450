"""`comity oversight`: who could reach what, who did, and what was wrong with it."""

from __future__ import annotations

import click

from comity.cli.commands import Commands

VERBS = {
    "access": "oversight.access_commands:access",
    "audit": "oversight.audit_commands:audit",
    "enter": "oversight.report_commands:enter",
    "filing": "oversight.filing_commands:filing",
    "findings": "oversight.findings_commands:findings",
    "flow": "oversight.flow_commands:flow",
    "log": "oversight.log_commands:log",
    "names": "oversight.names_commands:names",
    "reach": "oversight.reach_commands:reach",
    "register": "oversight.report_commands:register",
    "report": "oversight.report_commands:report",
    "retain": "oversight.retain_commands:retain",
}


@click.group(cls=Commands, elsewhere=VERBS)
def oversight() -> None:
    """Who could reach what, who did, and what was wrong with it."""
