"""`comity`: the command's entry. Exit status 0 done, 1 refused or findings, 2 wrong use or a closed door."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from types import TracebackType

import click

from comity import __version__
from comity.cli.commands import Commands
from comity.errors import ClosedError, ComityError, WrongUseError
from comity.node.fault import tell_fault

REFUSED = 1
WRONG_USE = 2
STOPPED = 130  # as a shell calls what Ctrl-C ended


NOUNS = {
    "agreement": "agreement_commands:agreement",
    "answer": "answer_commands:answer",
    "approval": "approval_commands:approval",
    "ask": "ask_commands:ask",
    "delegation": "delegation_commands:delegation",
    "demo": "demo_command:demo",
    "directory": "directory_commands:directory",
    "disclosure": "disclosure_commands:disclosure",
    "duties": "duty_commands:duties",
    "feed": "feed_commands:feed",
    "fetch": "ask_commands:fetch",
    "held": "held_commands:held",
    "hit": "hit_commands:hit",
    "keys": "key_commands:keys",
    "law": "law_commands:law",
    "ledger": "ledger_commands:ledger",
    "match": "match_commands:match",
    "member": "member_commands:member",
    "node": "node_commands:node",
    "notice": "notice_commands:notice",
    "onward": "onward_commands:onward",
    "oversight": "oversight.group:oversight",
    "person": "person_commands:person",
    "mistakes": "mistake_commands:mistakes_group",
    "recalls": "recall_commands:recalls",
    "records": "records_commands:records",
    "requests": "request_commands:requests",
    "standing": "standing_commands:standing",
    "transmit": "transmit_commands:transmit",
    "web": "web_commands:web",
}


@click.group(cls=Commands, elsewhere=NOUNS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="comity")
@click.pass_context
def comity(context: click.Context) -> None:
    """Accountable information sharing between law-enforcement and licensing agencies.

    \b
    Begin with:  comity demo
    """
    if os.environ.get("NO_COLOR"):
        context.color = False


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
