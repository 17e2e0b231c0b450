"""Making a node's folder: keys first, then the directory that lists them, then settings that pin the directory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as changed
from ipaddress import ip_address
from pathlib import Path

from msgspec.structs import replace

from comity.errors import NounError, SettingsError, WrongUseError
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.ledger.checkpoint import log_name, make_vkey
from comity.ledger.cosignature import make_witness_vkey, witness_name
from comity.model.agency import Agency, Directory, Member, NodeListing
from comity.model.base import check_agency_id
from comity.model.canon import digest
from comity.node.certificate import certify_self, make_tls_key, own_pin
from comity.node.change_law import activate_texts, sign_text
from comity.node.configure import check_attested, check_configured
from comity.node.database import claim_database
from comity.node.key_files import make_key_file
from comity.node.keys import agency_key, public_bytes, public_text, read_signing_key
from comity.node.open_world import open_world
from comity.settings import (
    DIRECTORY_FILE,
    MEMBERS_FILE,
    SETTINGS_FILE,
    NodeSettings,
    check_address,
    check_database,
    check_host,
    check_port,
    read_settings,
    write_noun,
    write_whole,
)

LOOPBACK = "127.0.0.1"  # without TLS a node serves this machine only


@dataclass(frozen=True, slots=True)
class NodePlan:
    """A node to be made: its folder, id, port, and the agencies whose records it will hold.

    `invented` says that its people are: a demonstration. `attested` is what its administrator attests of the place.
    `database` is the address of a PostgreSQL database, empty where the rows are kept in the folder. `host` is the IP
    address it serves at, `tls` that others than this machine may reach it, `address` the one they use when it is
    another than host and port.
    """

    folder: Path
    id: str
    port: int
    agencies: tuple[Agency, ...]
    invented: bool = False
    attested: Mapping[str, str] = field(default_factory=dict)
    database: str = ""
    host: str = LOOPBACK
    tls: bool = False
    address: str = ""

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_host(self.host, tls=self.tls)
        check_address(self.address, tls=self.tls)
        check_port(self.port)
        check_database(self.database)
        if not self.address and ip_address(self.host).is_unspecified:
            raise NounError(f"`{self.host}` is every address of this machine; say with --address which others use")
        ids = [agency.id for agency in self.agencies]
        if len(set(ids)) != len(ids):
            raise NounError("an agency is named twice; name each once")

    def listed_address(self) -> str:
        """Where the directory says that the node is reached."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.address or f"{'https' if self.tls else 'http'}://{host}:{self.port}"


def make_node(plan: NodePlan, members: Sequence[Member], packs: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Make a node that stands by itself, whole or not at all; the packs in force for each agency, in order.

    The packs are `packs`, or `us`, the state's own and the model rules, for a member state of the European Union `eu`
    and the model rules. Raises WrongUseError for an unknown pack, a member of another agency, a folder or database that
    holds something already, or a setting that a pack refuses.
    """
    check_attested(plan.attested)
    own = {agency.id for agency in plan.agencies}
    for member in members:
        if member.agency not in own:
            raise WrongUseError(
                f"member `{member.id}` is of `{member.agency}`, which this node does not hold; add it with --agency"
            )
    chosen = tuple(_packs_of(agency, packs) for agency in plan.agencies)
    with _draft(plan.folder) as folder, claim_database(plan.database):
        draft = changed(plan, folder=folder)
        listing, listed = make_keys(draft)
        write_node(draft, Directory(version=1, agencies=listed, nodes=(listing,)), members)
        with open_world(folder) as world:
            for agency, names in zip(plan.agencies, chosen, strict=True):
                key = agency_key(folder, agency.id)
                signed = tuple(sign_text(shipped_pack(name), agency.id, "counsel", key) for name in names)
                activate_texts(world, folder / "law", agency.id, signed)
            check_configured(world, read_settings(folder))
    return chosen


def make_keys(plan: NodePlan) -> tuple[NodeListing, tuple[Agency, ...]]:
    """Make the node's and its agencies' keys; the listing and agencies as a directory shows them.

    Raises SettingsError when the folder already is a node: keys of a running node are never replaced.
    """
    if (plan.folder / SETTINGS_FILE).exists():
        raise SettingsError(f"`{plan.folder}` is a node already; choose another folder")
    keys = plan.folder / "keys"
    for name in ("message", "log", "witness", *(f"agency-{agency.id}" for agency in plan.agencies)):
        make_key_file(keys / f"{name}.key")
    make_tls_key(keys)
    listing = NodeListing(
        id=plan.id,
        address=plan.listed_address(),
        message_key=public_text(read_signing_key(keys / "message.key")),
        log_key=make_vkey(log_name(plan.id), public_bytes(read_signing_key(keys / "log.key"))),
        witness_key=make_witness_vkey(witness_name(plan.id), public_bytes(read_signing_key(keys / "witness.key"))),
        certificate=own_pin(keys),
        certificate_pem=certify_self(keys, plan.id),
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
        host=plan.host,
        port=plan.port,
        agencies=tuple(agency.id for agency in plan.agencies),
        directory_hash=digest(directory),
        invented=plan.invented,
        attested=dict(plan.attested),
        database=plan.database,
        tls=plan.tls,
    )
    listing = directory.find_node(plan.id)
    if listing is not None:
        write_whole(plan.folder / "log.vkey", f"{listing.log_key}\n".encode())
    write_noun(plan.folder / SETTINGS_FILE, settings)


def _packs_of(agency: Agency, packs: Sequence[str]) -> tuple[str, ...]:
    shipped = shipped_pack_names()
    for name in packs:
        if name not in shipped:
            raise WrongUseError(f"`{name}` is no shipped pack; write one of {', '.join(shipped)}")
    own = ("eu",) if agency.state == "EU" else ("us", f"us-{agency.state.lower()}")
    return tuple(dict.fromkeys(packs)) or tuple(name for name in (*own, "model") if name in shipped)


@contextmanager
def _draft(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one that takes its place when the body ends well, and goes when it does not."""
    if (folder / SETTINGS_FILE).exists():
        raise SettingsError(f"`{folder}` is a node already; choose another folder")
    draft = folder.with_name(f".{folder.name}.new")
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise SettingsError(f"`{folder}` holds something already; choose a new folder")
        shutil.rmtree(draft, ignore_errors=True)  # of an earlier attempt that was broken off
        draft.mkdir(parents=True)
        yield draft
        draft.replace(folder)
    except OSError as error:
        raise SettingsError(
            f"`{folder}` cannot be made ({(error.strerror or 'trouble').lower()}); choose another folder"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
