"""`comity node init`, `comity node check` and `comity node serve`; others stand in files of their own."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import progress_lines
from comity.cli.commands import Commands
from comity.cli.files import LONGEST_KEY, print_json, read_text
from comity.cli.question import with_options
from comity.cli.show import reason_value
from comity.cli.show_index import index_value, print_index
from comity.law.attested import parse_attested
from comity.model.agency import Agency, Member
from comity.model.index_state import IndexState
from comity.model.law_state import SettingDecision
from comity.node.configure import refusal_lines
from comity.node.init import LOOPBACK, NodePlan, make_node
from comity.node.local import at_node
from comity.node.office import CheckIndex, CheckSetting
from comity.node.serve import Serving, serve_node
from comity.settings import read_noun

new_options = (
    click.option(
        "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder the node is made in."
    ),
    click.option("--id", "node_id", required=True, help="Id of the node in the directory."),
    click.option("--port", default=8400, show_default=True, help="Port other nodes reach it at."),
    click.option(
        "--host",
        default=LOOPBACK,
        show_default=True,
        help="IP address to serve at; others than loopback need --tls.",
    ),
    click.option("--tls", is_flag=True, help="Serve other hosts: TLS 1.3 with client certificates."),
    click.option(
        "--address", default="", metavar="URL", help="Where other nodes reach it, when not at host and port."
    ),
    click.option(
        "--agency",
        "agencies",
        multiple=True,
        required=True,
        type=click.Path(path_type=Path),
        help="Agency as a JSON file.",
    ),
    click.option(
        "--member", "members", multiple=True, type=click.Path(path_type=Path), help="Member as a JSON file."
    ),
    click.option(
        "--pack", "packs", multiple=True, help="Law pack to sign and switch on; us and the state's when left out."
    ),
    click.option(
        "--demonstration",
        is_flag=True,
        help="All people of the node are invented; rules that protect real people's records do not bind it.",
    ),
    click.option(
        "--attest",
        "attested",
        multiple=True,
        metavar="NAME[=VALUE]",
        help="What the administrator attests of the place, such as multi-factor; repeat.",
    ),
    click.option(
        "--database",
        default="",
        metavar="ADDRESS",
        help="Empty PostgreSQL database, as postgresql://ROLE@HOST/DATABASE without a password; SQLite when left out.",
    ),
)
ELSEWHERE = {
    "backup": "backup_commands:backup",
    "peers": "peer_commands:peers",
    "renew": "peer_commands:renew",
}
node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group(cls=Commands, elsewhere=ELSEWHERE)
def node() -> None:
    """Make and serve a node."""


@dataclass(frozen=True, slots=True)
class NewNode:
    """What a person says of a node that is to be made, as the options of `comity node init` give it."""

    folder: Path
    node_id: str
    port: int
    host: str
    tls: bool
    address: str
    agencies: tuple[Path, ...]
    members: tuple[Path, ...]
    packs: tuple[str, ...]
    demonstration: bool
    attested: tuple[str, ...]
    database: str

    def plan(self) -> NodePlan:
        """The plan, its agencies read. Raises SettingsError for a file that is no agency, WrongUseError for the rest."""
        held = tuple(read_noun(path, Agency) for path in self.agencies)
        return NodePlan(
            self.folder,
            self.node_id,
            self.port,
            held,
            invented=self.demonstration,
            attested=parse_attested(self.attested),
            database=self.database,
            host=self.host,
            tls=self.tls,
            address=self.address,
        )

    def staff(self) -> tuple[Member, ...]:
        """The members, read. Raises SettingsError for a file that is no member."""
        return tuple(read_noun(path, Member) for path in self.members)


@node.command()
@with_options(new_options)
@json_option
def init(as_json: bool, **given: Any) -> None:
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
    new = NewNode(**given)
    plan = new.plan()
    chosen = make_node(plan, new.staff(), new.packs)
    packs = [(agency.id, list(names)) for agency, names in zip(plan.agencies, chosen, strict=True)]
    if as_json:
        print_json(_made_value(plan, packs))
        return
    for agency, names in packs:
        click.echo(f"{agency}: packs {', '.join(names)} signed and in force")
    click.echo(
        f"node `{plan.id}` is ready in {plan.folder}; serve it with `comity node serve --node {plan.folder}`"
    )


def _made_value(plan: NodePlan, packs: list[tuple[str, list[str]]]) -> dict[str, object]:
    return {
        "node": plan.id,
        "folder": str(plan.folder),
        "port": plan.port,
        "address": plan.listed_address(),
        "log_key": read_text(plan.folder / "log.vkey", LONGEST_KEY).strip(),
        "agencies": [{"id": agency, "packs": names} for agency, names in packs],
    }


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
            verbs(CheckIndex(owner=one.owner), IndexState, progress_lines(as_json)) for one in decided
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
    """Serve a node until it is stopped: to this machine alone, or with TLS to others.

    Refuses to start over a damaged database or log.

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
