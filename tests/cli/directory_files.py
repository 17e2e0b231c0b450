"""The files that examples of `comity directory` name: a change, another directory, a version that everybody signed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cli_stage import Stage, call

from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.ledger.checkpoint import log_name, make_vkey
from comity.model.agency import Agency, DatedOri, Directory, NodeListing
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.directory import AmendNode, SignedDirectory
from comity.node.adopted import read_newest
from comity.node.directory import sign_directory
from comity.node.keys import public_bytes, public_text
from comity.settings import read_settings, write_noun
from comity.sim.federation import sim_key


def write_directory_files(stage: Stage, folder: Path) -> None:
    """`message-key.json`, `harrow-directory.json` and `v2.json`, beside the region's nodes."""
    node = folder / "region" / "wa-node"
    assert call("keys", "roll", "--node", node, "--out", folder / "message-key.json", "message").status == 0
    write_noun(folder / "harrow-directory.json", harrow())
    newest = read_newest(node, read_settings(node))
    change = AmendNode(node="il-node", certificate="ab" * 32)
    version = SignedDirectory(directory=next_version(Link.of(newest), (change,)))
    for agency in newest.agencies:
        version = sign_directory(stage.node(agency.node), version, agency.id)
    write_noun(folder / "v2.json", version)


def harrow() -> Directory:
    """The directory of a node that was made apart."""
    agency = Agency(
        id="harrow-police",
        name="Harrow Bay Police",
        oris=(DatedOri(ori="WA0179877", first=date(2026, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
        node="harrow-node",
        public_key=public_text(sim_key("harrow/agency")),
    )
    node = NodeListing(
        id="harrow-node",
        address="http://127.0.0.1:8499",
        message_key=public_text(sim_key("harrow/message")),
        log_key=make_vkey(log_name("harrow-node"), public_bytes(sim_key("harrow/log"))),
    )
    return Directory(version=1, agencies=(agency,), nodes=(node,))
