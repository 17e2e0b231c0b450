"""`comity`: the command's entry. Exit status 0 done, 1 refused or findings, 2 wrong use or a closed door."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import TracebackType

import click

from comity import __version__
from comity.cli.agreement_commands import agreement
from comity.cli.answer_commands import answer
from comity.cli.ask_commands import ask, fetch
from comity.cli.correct_command import correct
from comity.cli.demo_command import demo
from comity.cli.directory_commands import directory
from comity.cli.disclosure_commands import disclosure
from comity.cli.duty_commands import duties
from comity.cli.held_commands import held
from comity.cli.hit_commands import hit
from comity.cli.key_commands import keys
from comity.cli.law_commands import law
from comity.cli.law_node_commands import NODE_COMMANDS
from comity.cli.ledger_commands import ledger
from comity.cli.match_commands import match
from comity.cli.node_commands import node
from comity.cli.peer_commands import peers, renew
from comity.cli.person_commands import person
from comity.cli.recall_commands import recalls, record_commands
from comity.cli.records_commands import records
from comity.cli.request_commands import requests
from comity.cli.transmit_commands import transmit
from comity.cli.why_command import why
from comity.errors import ClosedError, ComityError, WrongUseError
from comity.node.fault import tell_fault

REFUSED = 1
WRONG_USE = 2
STOPPED = 130  # as a shell calls what Ctrl-C ended


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.pass_context
def comity(context: click.Context) -> None:
    """Accountable information sharing between law-enforcement and licensing agencies.

    \b
    Begin with:  comity demo
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


for command in (*NODE_COMMANDS, why):
    law.add_command(command)

for command in (correct, *record_commands()):
    records.add_command(command)
for command in (peers, renew):
    node.add_command(command)

groups = (
    *(
        agreement,
        answer,
        ask,
        demo,
        directory,
        disclosure,
        duties,
        fetch,
        held,
        hit,
        keys,
        law,
        ledger,
        match,
        node,
    ),
    *(person, recalls, records, requests, transmit),
)
for command in groups:
    comity.add_command(command)


def main() -> None:
    """Run the command line of this process."""
    sys.excepthook = _tell_unexpected
    # A stop unwinds like Ctrl-C does: stores are closed, processes that were started are ended.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(words: Sequence[str]) -> int:
    """Carry out one command line; its exit status. An error is one sentence on standard error."""
    try:
        _check_words(words)
        status = comity.main(args=list(words), prog_name="comity", standalone_mode=False)
    except click.exceptions.Abort:
        return STOPPED
    except click.ClickException as error:
        error.show()
        return WRONG_USE
    except ComityError as error:
        click.echo(f"comity: {error}", err=True)
        return WRONG_USE if isinstance(error, WrongUseError | ClosedError) else REFUSED
    except OSError as error:  # a full disk, a name the system does not take
        where = f"`{error.filename}`: " if error.filename else ""
        click.echo(f"comity: {where}{(error.strerror or 'trouble').lower()}; put it right and try again", err=True)
        return WRONG_USE
    return status if isinstance(status, int) else 0


def _check_words(words: Sequence[str]) -> None:
    for word in words:
        if any("\ud800" <= char <= "\udfff" for char in word):  # how Python carries bytes that are no text
            shown = word.encode("utf-8", "replace").decode()[:80]
            raise WrongUseError(f"`{shown}` is not UTF-8 text; set the terminal to UTF-8, or rename the file")


def _tell_unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody caught, as one sentence instead of a traceback; COMITY_TRACEBACK=1 shows the traceback."""
    if os.environ.get("COMITY_TRACEBACK"):
        sys.__excepthook__(kind, error, trace)
    else:
        click.echo(f"comity: {tell_fault(error)}; run again with COMITY_TRACEBACK=1 and tell us", err=True)
    raise SystemExit(WRONG_USE)
