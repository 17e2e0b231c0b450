"""Joining the parts: a node's folder becomes a world, owned by this process until it is closed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from comity.errors import KeyUnavailableError, SettingsError
from comity.exchange.answer import answer_query
from comity.ledger.verify import check_head
from comity.model.agency import Directory
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.database import open_database
from comity.node.fault import tell_administrator
from comity.node.keys import FileKeys
from comity.node.laws import FileLaws
from comity.node.peers import HttpPeers, Identity
from comity.node.tls import TlsFiles
from comity.node.weights import FileWeights
from comity.ports import World
from comity.settings import NodeSettings, read_directory, read_settings


@contextmanager
def open_world(folder: Path, told_commit: Callable[[float], None] = lambda seconds: None) -> Iterator[World]:
    """The world of a node's folder, everything it rests on checked first; `told_commit` hears each wait for a commit.

    1 settings and the directory they pin   2 keys, against the directory   3 lock, database, log directory
    4 the log's signed checkpoint, against its tree

    Raises SettingsError, KeyUnavailableError, StoreError or LedgerError saying which check failed and what to do.
    """
    settings = read_settings(folder)
    directory = read_directory(folder, settings)  # 1
    keys = FileKeys(folder / "keys", settings.id)
    check_keys(keys, directory, settings.id)  # 2
    identity = Identity(settings.id, keys, tls_files(folder, settings), SystemClock(), SystemRandomness())
    with closing(open_database(folder, settings.database, tell_administrator)) as store:  # 3
        check_head(store.journal, keys.log_key())  # 4
        store.journal.told_commit = told_commit
        # The own node is answered in this process; the world it needs is made one line below.
        with closing(HttpPeers(identity, lambda: directory, lambda raw: _answer_here(world, raw))) as peers:
            world = World(
                node=settings.id,
                clock=identity.clock,
                randomness=identity.randomness,
                keys=keys,
                directory=lambda: directory,
                laws=FileLaws(folder / "law", store.journal),
                records=store.records,
                journal=store.journal,
                peers=peers,
                weights=FileWeights(folder, store.settings, store.journal),
            )
            yield world


def tls_files(folder: Path, settings: NodeSettings) -> TlsFiles:
    """Where a node's TLS files are; the file of authorities may be named relative to the folder."""
    return TlsFiles(folder / "keys", folder / settings.trusted_ca if settings.trusted_ca else None)


def check_keys(keys: FileKeys, directory: Directory, node: str) -> None:
    """The keys on disk are those the directory lists: with others nobody would believe what this node signs.

    Raises SettingsError for a node that is not listed, KeyUnavailableError for a key that was replaced.
    """
    listing = directory.find_node(node)
    if listing is None:
        raise SettingsError(f"the directory does not list `{node}`; restore the node directory from a copy")
    for name, held, listed in (
        ("message.key", keys.message_key(), listing.message_key),
        ("log.key", keys.log_key(), listing.log_key),
    ):
        if held != listed:
            raise KeyUnavailableError(
                f"the key `{name}` is not the one the directory lists for `{node}`; restore it from the key backup"
            )


def _answer_here(world: World, raw: bytes) -> bytes:
    """This node's own answer to itself; one that tells nothing waits for its tick here as it does at the door."""
    reply = answer_query(world, raw)
    time.sleep(max(0, reply.not_before_ms - world.clock.now_ms()) / 1000)
    return reply.raw
