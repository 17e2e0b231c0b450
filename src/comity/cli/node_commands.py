"""`comity node init`, `comity node check` and `comity node serve`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from comity.cli.files import print_json, read_text
from comity.cli.ledger_commands import LONGEST_KEY
from comity.cli.show import reason_value
from comity.cli.show_index import index_value, print_index
from comity.law.attested import parse_attested
from comity.model.agency import Agency, Member
from comity.model.index_state import IndexState
from comity.model.law_state import SettingDecision
from comity.node.configure import refusal_lines
from comity.node.init import NodePlan, make_node
from comity.node.local import at_node
from comity.node.office import CheckIndex, CheckSetting
from comity.node.serve import Serving, serve_node
from comity.settings import read_noun

made_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder the node is made in."
)
node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def node() -> None:
    """Make and serve a node."""


@node.command()
@made_option
@click.option("--id", "node_id", required=True, help="Id of the node in the directory.")
@click.option("--port", default=8400, show_default=True, help="Port on loopback.")
@click.option(
    "--agency",
    "agencies",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path),
    help="Agency as a JSON file.",
)
@click.option("--member", "members", multiple=True, type=click.Path(path_type=Path), help="Member as a JSON file.")
@click.option(
    "--pack", "packs", multiple=True, help="Law pack to sign and switch on; us and the state's when left out."
)
@click.option(
    "--demonstration",
    is_flag=True,
    help="All people of the node are invented; rules that protect real people's records do not bind it.",
)
@click.option(
    "--attest",
    "attested",
    multiple=True,
    metavar="NAME[=VALUE]",
    help="What the administrator attests of the place, such as multi-factor; repeat.",
)
@click.option(
    "--database",
    default="",
    metavar="ADDRESS",
    help="Empty PostgreSQL database, as postgresql://ROLE@HOST/DATABASE without a password; SQLite when left out.",
)
@json_option
def init(
    folder: Path,
    node_id: str,
    port: int,
    agencies: tuple[Path, ...],
    members: tuple[Path, ...],
    packs: tuple[str, ...],
    demonstration: bool,
    attested: tuple[str, ...],
    database: str,
    as_json: bool,
) -> None:
    """Make a node: keys, a directory of its own, its agencies' law signed and switched on by log entries.

    \b
    Example:
      comity node init --node my-node --demonstration --id my-node --agency agency.json --member detective.json

    \b
    with agency.json:
      {"id": "my-police", "name": "My Police", "oris": [{"ori": "WA0179801", "first": "2026-01-01"}],
       "level": "local", "state": "WA", "kind": "police", "zone": "America/Los_Angeles"}
    and detective.json:
      {"id": "my-detective", "name": "Ada Quist", "agency": "my-police", "roles": ["member"],
       "trained_until": "2030-01-01"}
    """
    held = tuple(read_noun(path, Agency) for path in agencies)
    staff = tuple(read_noun(path, Member) for path in members)
    plan = NodePlan(
        folder,
        node_id,
        port,
        held,
        invented=demonstration,
        attested=parse_attested(attested),
        database=database,
    )
    chosen = make_node(plan, staff, packs)
    if as_json:
        told = [{"id": agency.id, "packs": list(names)} for agency, names in zip(held, chosen, strict=True)]
        key = read_text(folder / "log.vkey", LONGEST_KEY).strip()
        print_json({"node": node_id, "folder": str(folder), "port": port, "log_key": key, "agencies": told})
        return
    for agency, names in zip(held, chosen, strict=True):
        click.echo(f"{agency.id}: packs {', '.join(names)} signed and in force")
    click.echo(f"node `{node_id}` is ready in {folder}; serve it with `comity node serve --node {folder}`")


@node.command()
@node_option
@json_option
def check(folder: Path, as_json: bool) -> int:
    """Decide for every owner whether its law lets the node stand as it is set up, and compare what its people are found
    by with its records. Exit status 1 when something is refused or differs.

    \b
    Example:
      comity node check --node region/wa-node
    """
    with at_node(folder) as verbs:
        decided: tuple[SettingDecision, ...] = verbs(CheckSetting(), tuple[SettingDecision, ...], lambda *_: None)
        states: list[IndexState] = [
            verbs(CheckIndex(owner=one.owner), IndexState, lambda *_: None) for one in decided
        ]
    if as_json:
        print_json([_checked_value(*pair) for pair in zip(decided, states, strict=True)])
    else:
        for one, state in zip(decided, states, strict=True):
            for line in refusal_lines(one) or (f"{one.owner}: its law lets the node stand as it is set up",):
                click.echo(line)
            print_index(state)
    return 1 if any(one.refused for one in decided) or any(state.faults for state in states) else 0


def _checked_value(one: SettingDecision, state: IndexState) -> dict[str, object]:
    return {
        "owner": one.owner,
        "refused": [reason_value(reason) for reason in one.refused],
        "index": index_value(state),
    }


@node.command()
@node_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line when the doors are open.")
def serve(folder: Path, as_json: bool) -> None:
    """Serve a node on loopback until it is stopped. Refuses to start over a damaged database or log.

    \b
    Example:
      comity node serve --node region/wa-node
    """
    serve_node(folder, _print_line if as_json else _print_sentence)


def _print_line(serving: Serving) -> None:
    value = {"node": serving.node, "address": serving.address, "socket": str(serving.socket), "ready": True}
    click.echo(json.dumps(value))


def _print_sentence(serving: Serving) -> None:
    """Progress: for a person at a terminal, nothing in a pipe."""
    if sys.stderr.isatty():
        click.echo(f"node `{serving.node}` serves at {serving.address}", err=True)
