"""Joining the parts: a node's folder becomes a world, owned by this process until it is closed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from comity.exchange.answer import answer_query
from comity.ledger.verify import check_head
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.keys import FileKeys
from comity.node.laws import FileLaws
from comity.node.peers import HttpPeers
from comity.ports import World
from comity.settings import read_directory, read_settings
from comity.store.sqlite import open_store


def _answer_here(world: World, raw: bytes) -> bytes:
    """This node's own answer to itself; one that tells nothing waits for its tick here as it does at the door."""
    reply = answer_query(world, raw)
    time.sleep(max(0, reply.not_before_ms - world.clock.now_ms()) / 1000)
    return reply.raw


@contextmanager
def open_world(folder: Path) -> Iterator[World]:
    """The world of a node's folder. Raises SettingsError, StoreError or LedgerError saying which check failed."""
    settings = read_settings(folder)
    directory = read_directory(folder, settings)
    keys = FileKeys(folder / "keys", settings.id)
    clock = SystemClock()
    store = open_store(folder)
    try:
        check_head(store.journal, keys.log_key())
        # The own node is answered in this process; the world it needs is made one line below.
        peers = HttpPeers(settings.id, directory, clock, lambda raw: _answer_here(world, raw))
        world = World(
            node=settings.id,
            clock=clock,
            randomness=SystemRandomness(),
            keys=keys,
            directory=lambda: directory,
            laws=FileLaws(folder / "law", store.journal),
            records=store.records,
            journal=store.journal,
            peers=peers,
        )
        yield world
        peers.close()
    finally:
        store.close()
