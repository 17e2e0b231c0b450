"""`comity node init` and `comity node serve`."""

from __future__ import annotations

from pathlib import Path

import click

from comity.errors import WrongUseError
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.agency import Agency, Directory, Member
from comity.node.init import NodePlan, agency_key, make_keys, write_node
from comity.node.laws import activate_texts, sign_text
from comity.node.open_world import open_world
from comity.node.serve import serve_node
from comity.settings import read_noun


@click.group()
def node() -> None:
    """Make and serve a node."""


@node.command()
@click.argument("folder", type=click.Path(path_type=Path))
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
def init(
    folder: Path,
    node_id: str,
    port: int,
    agencies: tuple[Path, ...],
    members: tuple[Path, ...],
    packs: tuple[str, ...],
) -> None:
    """Make a node: keys, a directory of its own, its agencies' law signed and switched on by log entries.

    \b
    Example:
      comity node init my-node --id my-node --agency agency.json --member detective.json
    """
    read = tuple(read_noun(path, Agency) for path in agencies)
    staff = tuple(read_noun(path, Member) for path in members)
    for member in staff:
        if member.agency not in {agency.id for agency in read}:
            raise WrongUseError(f"member `{member.id}` is of `{member.agency}`, which this node does not hold")
    for name in packs:
        if name not in shipped_pack_names():
            raise WrongUseError(f"`{name}` is no shipped pack; write one of {', '.join(shipped_pack_names())}")
    plan = NodePlan(folder, node_id, port, read)
    listing, listed = make_keys(plan)
    write_node(plan, Directory(version=1, agencies=listed, nodes=(listing,)), staff)
    with open_world(folder) as world:
        for agency in read:
            names = packs or tuple(
                name for name in ("us", f"us-{agency.state.lower()}") if name in shipped_pack_names()
            )
            key = agency_key(folder, agency.id)
            signed = tuple(sign_text(shipped_pack(name), agency.id, "counsel", key) for name in names)
            activate_texts(world, folder / "law", agency.id, signed)
            click.echo(f"{agency.id}: packs {', '.join(names)} signed and in force")
    click.echo(f"node `{node_id}` is ready in {folder}; serve it with `comity node serve {folder}`")


@node.command()
@click.argument("folder", type=click.Path(path_type=Path))
def serve(folder: Path) -> None:
    """Serve a node on loopback until it is stopped. Refuses to start over a damaged database or log.

    \b
    Example:
      comity node serve region/wa-node
    """
    serve_node(folder)
