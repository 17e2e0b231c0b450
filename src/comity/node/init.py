"""Making a node's folder: keys first, then the directory that lists them, then settings that pin the directory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from comity.errors import SettingsError
from comity.ledger.checkpoint import log_name, make_vkey
from comity.model.agency import Agency, Directory, Member, NodeListing
from comity.model.base import check_agency_id
from comity.model.canon import digest
from comity.node.keys import make_key_file, public_bytes, public_text, read_signing_key
from comity.settings import DIRECTORY_FILE, MEMBERS_FILE, SETTINGS_FILE, NodeSettings, write_noun

LOOPBACK = "127.0.0.1"  # without client certificates a node serves this machine only


@dataclass(frozen=True, slots=True)
class NodePlan:
    """A node to be made: its folder, id, port on loopback, and the agencies whose records it will hold."""

    folder: Path
    id: str
    port: int
    agencies: tuple[Agency, ...]


def make_keys(plan: NodePlan) -> tuple[NodeListing, tuple[Agency, ...]]:
    """Make the node's and its agencies' keys; the listing and agencies as a directory shows them.

    Raises SettingsError when the folder already is a node: keys of a running node are never replaced.
    """
    check_agency_id(plan.id)
    if (plan.folder / SETTINGS_FILE).exists():
        raise SettingsError(f"`{plan.folder}` is a node already; choose another folder")
    keys = plan.folder / "keys"
    for name in ("message", "log", *(f"agency-{agency.id}" for agency in plan.agencies)):
        make_key_file(keys / f"{name}.key")
    listing = NodeListing(
        id=plan.id,
        address=f"http://{LOOPBACK}:{plan.port}",
        message_key=public_text(read_signing_key(keys / "message.key")),
        log_key=make_vkey(log_name(plan.id), public_bytes(read_signing_key(keys / "log.key"))),
    )
    agencies = tuple(
        replace(agency, node=plan.id, public_key=public_text(read_signing_key(agency_key(plan.folder, agency.id))))
        for agency in plan.agencies
    )
    return listing, agencies


def write_node(plan: NodePlan, directory: Directory, members: Sequence[Member]) -> None:
    """Write what makes the folder a node: directory, members, and last the settings that pin them."""
    own = {agency.id for agency in plan.agencies}
    write_noun(plan.folder / DIRECTORY_FILE, directory)
    write_noun(plan.folder / MEMBERS_FILE, tuple(member for member in members if member.agency in own))
    settings = NodeSettings(
        id=plan.id,
        host=LOOPBACK,
        port=plan.port,
        agencies=tuple(agency.id for agency in plan.agencies),
        directory_hash=digest(directory),
    )
    listing = directory.find_node(plan.id)
    if listing is not None:
        (plan.folder / "log.vkey").write_text(listing.log_key + "\n")
    write_noun(plan.folder / SETTINGS_FILE, settings)


def agency_key(folder: Path, agency: str) -> Path:
    """Where a node keeps one agency's signing key."""
    return folder / "keys" / f"agency-{agency}.key"
