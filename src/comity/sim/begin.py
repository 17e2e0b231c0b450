"""How a simulation begins: one set of node folders made once a process, copied for every seed.

Keys and law are the same for all seeds, so that signatures and compiled law are made once; everything random is the
seed's own.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import cache
from pathlib import Path

import msgspec
from msgspec.structs import replace

from comity.exchange.feed.feeds import open_feed, sign_feed
from comity.exchange.records.intake import take_in
from comity.model.agency import Directory, NodeListing
from comity.model.canon import digest
from comity.model.law_text import LawText
from comity.model.listing import Quorum
from comity.node.change_law import activate_texts
from comity.node.keys import public_text
from comity.ports import Peers
from comity.settings import DIRECTORY_FILE, MEMBERS_FILE, SETTINGS_FILE, NodeSettings
from comity.sim.disk import Files, read_files, read_rows, write_files
from comity.sim.federation import SimKeys, signed_text, sim_key
from comity.sim.network import NetworkMail, NetworkPeers
from comity.sim.node import SimNode, SimTime, Surroundings
from comity.sim.scene import (
    FEED_OWNER,
    FEED_WORDS,
    FOREIGN,
    ORIS,
    POSTS,
    agencies,
    feed_terms,
    law_of,
    member_of,
    node_of,
    records_of,
)
from comity.sim.seen import Seen

KEY_SEED = "sim"
AGENCIES = (*ORIS, FOREIGN)
NODES = tuple(node_of(agency) for agency in AGENCIES)
BROKER, BEHIND = "north", "south"
MOST_ABSENT = 1  # of the quorum's seats: no agency alone signs a version, and none alone prevents one

PeersOf = Callable[[str], Peers]


@cache
def sim_keys() -> dict[str, SimKeys]:
    """The keys of every node, by node."""
    return {node: SimKeys(KEY_SEED, node) for node in NODES}


@cache
def sim_directory(*, brokered: bool = False) -> Directory:
    """The directory all nodes pin; `brokered` where `BEHIND` is reached through `BROKER` alone."""
    return Directory(
        version=1,
        agencies=tuple(
            replace(agency, public_key=public_text(sim_key(f"{KEY_SEED}/agency/{agency.id}")))
            for agency in agencies()
        ),
        nodes=tuple(
            NodeListing(
                id=node,
                address=f"sim://{node}",
                message_key=keys.message_key,
                log_key=keys.log_key(),
                broker=brokered and node == BROKER,
                via=BROKER if brokered and node == BEHIND else "",
            )
            for node, keys in sim_keys().items()
        ),
        quorum=Quorum(count=len(ORIS) - MOST_ABSENT, seats=tuple(ORIS)),
    )


@cache
def signed_law(agency: str) -> tuple[LawText, ...]:
    """An owner's law with all its signatures."""
    return tuple(signed_text(text, signers, KEY_SEED) for text, signers in law_of(agency))


def make_templates(home: Path, peers_of: PeersOf) -> dict[str, Files]:
    """Each node's files before anything happens: law switched on, records taken in and indexed, a feed signed."""
    templates = {}
    around = Surroundings("template", SimTime(), sim_directory(), Seen(), sim_keys())
    for agency in AGENCIES:
        node = SimNode(node_of(agency), home / node_of(agency), around, peers_of(node_of(agency)))
        node.folder.mkdir(parents=True)
        furnish(node, adopts=False)
        node.start()
        activate_texts(node.world, node.folder / "law", agency, signed_law(agency))
        if agency in ORIS:
            take_in(node.world, agency, records_of(agency), "scene")
            node.world.records.rebuild_index(agency, lambda _: None)
        if agency == FEED_OWNER:
            keeper, head = member_of(agency, "custodian"), member_of(agency, "head")
            sign_feed(node.world, head, open_feed(node.world, keeper, feed_terms(), FEED_WORDS).id, FEED_WORDS)
        node.stop()
        templates[node.id] = read_files(node.folder)
    return templates


def furnish(node: SimNode, *, adopts: bool) -> None:
    """What a node is told on disk: settings, members, the directory it pins, and the keys that are listed there for it."""
    directory = node.around.directory
    settings = NodeSettings(
        id=node.id,
        host="127.0.0.1",
        port=1,
        agencies=tuple(one.id for one in directory.agencies if one.node == node.id),
        directory_hash=digest(directory),
        adopts_brought=adopts,
    )
    (node.folder / DIRECTORY_FILE).write_bytes(msgspec.json.encode(directory))
    (node.folder / SETTINGS_FILE).write_bytes(msgspec.json.encode(settings))
    members = [member_of(agency, post) for agency in settings.agencies for post in POSTS]
    (node.folder / MEMBERS_FILE).write_bytes(msgspec.json.encode(members))
    (node.folder / "keys").mkdir(exist_ok=True)
    for stem, secret in node.keys.secrets().items():
        (node.folder / "keys" / f"{stem}.key").write_bytes(secret)


def begin_nodes(
    templates: Mapping[str, Files],
    home: Path,
    around: Surroundings,
    peers_of: PeersOf,
    adopting: Container[str] = (),
) -> dict[str, SimNode]:
    """Every node of one seed, opened; what their logs hold already counts as seen.

    `adopting` are the nodes whose settings adopt a version of the directory as it is brought.
    """
    nodes = {}
    for name in NODES:
        peers = peers_of(name)
        mail = NetworkMail(peers.network, name) if isinstance(peers, NetworkPeers) else None
        node = nodes[name] = SimNode(name, home / name, around, peers, mail)
        write_files(templates[name], node.folder)
        furnish(node, adopts=name in adopting)
        held = read_rows(node.folder, "SELECT idx, entry FROM entry")
        ((note,),) = read_rows(node.folder, "SELECT note FROM head")
        for index, entry in held:
            around.seen.acknowledge(name, index, bytes(entry), note)
        node.start()
    return nodes
