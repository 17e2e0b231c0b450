"""`comity demo`: a region of five nodes with synthetic people, and one question asked end to end."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from comity.cli.files import print_json
from comity.cli.show import outcome_value, print_outcome
from comity.demo.build import BuiltRegion, build_region
from comity.demo.records import FEWEST_PEOPLE, MOST_PEOPLE
from comity.demo.run import (
    Processes,
    ask_in_region,
    running_nodes,
    running_pages,
    to_request,
    verify_logs,
    wait_while_running,
)
from comity.demo.waiting import hold_question, offer_agreement, seal_list, send_draft
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.settings import read_directory, read_settings

SEED = 2026
PEOPLE = 20_000
WITH_PAGES = (  # each with whose job is there
    ("wa-node", "a detective"),
    ("ca-node", "a custodian, as counsel or as an auditor"),
    ("fed-node", "an investigator or a supervisor"),
)
PORT = 8480
ZONE = "America/Los_Angeles"  # the westmost of the region: a day that has come there has come everywhere in it


@click.command()
@click.option("--no-serve", is_flag=True, help="Ask the question, print the answer, and stop.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Where to build the region; when left out ./region, with --no-serve a temporary folder.",
)
@click.option(
    "--people",
    default=PEOPLE,
    show_default=True,
    type=click.IntRange(FEWEST_PEOPLE, MOST_PEOPLE),
    help="Synthetic people to make.",
)
@click.option("--seed", default=SEED, show_default=True, help="The same seed makes the same region.")
@click.option("--port", default=PORT, show_default=True, help="Port of the pages at 127.0.0.1; the next two too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def demo(no_serve: bool, folder: Path | None, people: int, seed: int, port: int, as_json: bool) -> int:
    """Build a region, ask one question of agencies under five different laws, and verify every receipt.

    \b
    Examples:
      comity demo
      comity demo --no-serve --json
    """
    today = day_everywhere(datetime.now(UTC))
    with tempfile.TemporaryDirectory() as scratch:
        home = folder or (Path(scratch) / "region" if no_serve else Path("region"))
        say(f"building a region of {people} synthetic people in {home}: some half a minute")
        region = build_region(home, seed, people, today, say, since=_month_before(today))
        say(f"starting {len(region.nodes)} nodes")
        with running_nodes(region) as nodes:
            say("asking one question of every agency")
            request = to_request(region.scene.detective_question)
            outcome = ask_in_region(region, request, lambda agency, status: say(f"{agency}: {status}"))
            verified = _print(region, outcome, as_json)
            if not no_serve:
                _serve(region, port, nodes)
    return 0 if verified else 1


def day_everywhere(now: datetime) -> date:
    """The newest day that has come in every zone of the region: nothing in it is of a day to come, whatever the hour."""
    return now.astimezone(ZoneInfo(ZONE)).date()


def _month_before(today: date) -> date:
    """Its first day: a month has ended since, so that there is a report to make and a sample to look at."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def say(text: str) -> None:
    """A line a step on standard error, in a pipe too: a region takes half a minute, and silence looks like a fault."""
    click.echo(click.style(text, dim=True), err=True)


def _print(region: BuiltRegion, outcome: Outcome, as_json: bool) -> bool:
    """Print the answer and verify every receipt and every log; true when all of it verified."""
    folder = region.nodes[0][1]
    directory = read_directory(folder, read_settings(folder))
    value = outcome_value(outcome, directory)
    logs = verify_logs(region)
    if as_json:
        value["logs"] = [
            {"node": node, "entries": report.size, "root": report.root.hex()} for node, report in logs
        ]
        print_json(value)
    else:
        print_outcome(outcome, directory)
        for node, report in logs:
            click.echo(f"log of {node}: {report.size} entries verify, root {report.root.hex()[:16]}…")
    return bool(value["verified"])


def called_as(typed: str) -> str:
    """The words by which this command is called again, from how it was called: `comity` where a shell finds it by its name."""
    command = Path(typed)
    if command.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m comity"
    found = shutil.which(command.name)
    return command.name if found and Path(found).samefile(command) else shlex.quote(typed)


def what_waits(region: BuiltRegion, close: PersonSubject) -> tuple[str, ...]:
    """What waits for whom once the region serves, a sentence each; `close` is whoever is on a sealed list."""
    held = "a question of wa-node, held by ca-node's law, waits there for its custodian to decide it"
    return (
        *((held,) if region.waiting is not None else ()),
        "a draft of ca-node's own rules, under Rules, waits for its counsel to sign it",
        "an agreement that wa-node has signed, under Agreements, waits at ca-node for its sheriff and its counsel",
        f"a question of wa-node about {close.given} {close.family}, born {close.birth_date}, waits for a second person: "
        "that is somebody of a member's household",
    )


def _serve(region: BuiltRegion, port: int, nodes: Processes) -> None:
    """Keep the nodes and the pages of three of them running until Ctrl-C or a stop, with something to do for each.

    Raises PeerUnreachableError where one of them ends by itself.
    """
    say("putting work before those who sign in")
    hold_question(region)
    send_draft(region)
    offer_agreement(region)
    close = seal_list(region)
    with ExitStack() as stack:
        for number, (node, whom) in enumerate(WITH_PAGES):
            address, pages = stack.enter_context(running_pages(region.folder / node, port + number))
            nodes += pages
            click.echo(f"\nopen {address} and sign in as {whom} of {node}", err=True)
        for sentence in what_waits(region, close):
            click.echo(sentence, err=True)
        click.echo(
            f"the nodes in {region.folder} serve on loopback; ask them from here too, for instance:", err=True
        )
        ask = f"{called_as(sys.argv[0])} ask --node {region.folder / WITH_PAGES[0][0]} --help"
        click.echo(f"  {ask}\nstop with Ctrl-C", err=True)
        with contextlib.suppress(KeyboardInterrupt):
            wait_while_running(nodes)
