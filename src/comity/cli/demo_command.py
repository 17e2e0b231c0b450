"""`comity demo`: a region of five nodes with synthetic people, and one question asked end to end."""

from __future__ import annotations

import contextlib
import shlex
import shutil
import sys
import tempfile
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click
from msgspec.structs import replace

from comity.cli.files import print_json
from comity.cli.show import outcome_value, print_outcome
from comity.demo.agencies import CA_SHERIFF
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
from comity.model.codes import DataClass
from comity.model.outcome import Outcome
from comity.settings import read_directory, read_settings

SEED = 2026
PEOPLE = 20_000
WITH_PAGES = (("wa-node", "a detective"), ("ca-node", "a custodian or an auditor"))  # each with whose job is there
PORT = 8480


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
@click.option("--port", default=PORT, show_default=True, help="Port of the pages at 127.0.0.1; the next one too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def demo(no_serve: bool, folder: Path | None, people: int, seed: int, port: int, as_json: bool) -> int:
    """Build a region, ask one question of agencies under five different laws, and verify every receipt.

    \b
    Examples:
      comity demo
      comity demo --no-serve --json
    """
    with tempfile.TemporaryDirectory() as scratch:
        home = folder or (Path(scratch) / "region" if no_serve else Path("region"))
        region = build_region(home, seed, people, date.today(), _say)
        with running_nodes(region) as nodes:
            request = to_request(region.scene.detective_question)
            outcome = ask_in_region(region, request, lambda agency, status: _say(f"{agency}: {status}"))
            verified = _print(region, outcome, as_json)
            if not no_serve:
                _serve(region, port, nodes)
    return 0 if verified else 1


def _say(text: str) -> None:
    """Progress: for a person at a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
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


def _serve(region: BuiltRegion, port: int, nodes: Processes) -> None:
    """Keep the nodes and the pages of two of them running until Ctrl-C or a stop, with something to do for a custodian.

    Raises PeerUnreachableError where one of them ends by itself.
    """
    if region.waiting is not None:
        request = to_request(region.scene.detective_question)
        held = replace(
            request,
            subject=region.waiting,
            sources=(CA_SHERIFF,),
            data_classes=(DataClass.CRIMINAL_HISTORY,),
        )
        ask_in_region(region, held, lambda *_: None)
    with ExitStack() as stack:
        for number, (node, whom) in enumerate(WITH_PAGES):
            address, pages = stack.enter_context(running_pages(region.folder / node, port + number))
            nodes += pages
            click.echo(f"\nopen {address} and sign in as {whom} of {node}", err=True)
        click.echo(
            f"the nodes in {region.folder} serve on loopback; ask them from here too, for instance:", err=True
        )
        ask = f"{called_as(sys.argv[0])} ask --node {region.folder / WITH_PAGES[0][0]} --help"
        click.echo(f"  {ask}\nstop with Ctrl-C", err=True)
        with contextlib.suppress(KeyboardInterrupt):
            wait_while_running(nodes)
