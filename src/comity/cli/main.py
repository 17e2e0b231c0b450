"""`comity`: the command's entry. Exit status 0 done, 1 refused or findings, 2 wrong use or a closed door."""

from __future__ import annotations

import sys

import click

from comity import __version__
from comity.cli.agreement_commands import agreement
from comity.cli.ask_commands import ask, duties, fetch
from comity.cli.demo_command import demo
from comity.cli.law_commands import law
from comity.cli.ledger_commands import ledger
from comity.cli.node_commands import node
from comity.cli.records_commands import records
from comity.errors import ClosedError, ComityError, WrongUseError

REFUSED = 1
WRONG_USE = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
def comity() -> None:
    """Accountable information sharing between law-enforcement and licensing agencies.

    \b
    Begin with:  comity demo
    """


for command in (agreement, ask, demo, duties, fetch, law, ledger, node, records):
    comity.add_command(command)


def main() -> None:
    """Run the command and turn errors into one sentence and the right exit status."""
    try:
        status = comity.main(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except ComityError as error:
        click.echo(f"comity: {error}", err=True)
        sys.exit(WRONG_USE if isinstance(error, WrongUseError | ClosedError) else REFUSED)
    sys.exit(status if isinstance(status, int) else 0)
