"""Directories made by hand: agencies and nodes with keys that follow from their names, and signatures by them."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from comity.exchange.messages.directory import Link
from comity.ledger.checkpoint import log_name, make_vkey
from comity.model.agency import Agency, DatedOri, Directory, NodeListing
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.directory import SignedDirectory, directory_bytes
from comity.model.law_text import Signature
from comity.model.listing import Quorum
from comity.node.keys import public_bytes, public_text
from comity.sim.federation import sim_key

NAMES = ("ash", "birch", "cedar", "dogwood", "elm")
ORIS = {name: f"WA01798{number:02}" for number, name in enumerate(NAMES)}


def agency_of(name: str, turn: int = 0, node: str = "") -> Agency:
    """An agency with its `turn`th key, at its own node unless told otherwise."""
    return Agency(
        id=name,
        name=name.title(),
        oris=(DatedOri(ori=ORIS[name], first=date(2026, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
        node=node or f"{name}-node",
        public_key=key_text(name, turn),
    )


def node_of(name: str) -> NodeListing:
    """The node of an agency, with its first keys."""
    return NodeListing(
        id=f"{name}-node", address=f"sim://{name}", message_key=key_text(f"{name}-message"), log_key=vkey(name)
    )


def key_text(holder: str, turn: int = 0) -> str:
    """A holder's `turn`th public key."""
    return public_text(sim_key(f"{holder}/{turn}"))


def vkey(name: str, turn: int = 0) -> str:
    """The `turn`th verifier key of a node's log."""
    return make_vkey(log_name(f"{name}-node"), public_bytes(sim_key(f"{name}-log/{turn}")))


def first_version(names: Iterable[str] = NAMES[:3], count: int = 2) -> Directory:
    """Version 1 of some agencies, each at its own node, `count` of them to sign the next."""
    held = tuple(names)
    return Directory(
        version=1,
        agencies=tuple(agency_of(name) for name in held),
        nodes=tuple(node_of(name) for name in held),
        quorum=Quorum(count=count, seats=held),
    )


def behind(before: Directory, **changes: Any) -> Directory:
    """The version right behind another, with changes."""
    link = Link.of(before)
    return replace(before, version=before.version + 1, previous=link.hash, joins=(), **changes)


def signed(directory: Directory, by: Iterable[str], turns: Mapping[str, int] | None = None) -> SignedDirectory:
    """A version signed by agencies, each with its key of that turn."""
    plain = SignedDirectory(directory=directory)
    signatures = tuple(
        Signature(agency=name, role="agency-head", value=signature(plain, name, (turns or {}).get(name, 0)))
        for name in by
    )
    return replace(plain, signatures=signatures)


def signature(plain: SignedDirectory, name: str, turn: int) -> str:
    """An agency's signature, base64."""
    key = sim_key(f"{name}/{turn}")
    return base64.b64encode(key.sign(directory_bytes(plain.directory.version, plain.hash))).decode()
