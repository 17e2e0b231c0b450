"""A node as a process of its own, and sealed messages to send it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import msgspec

from comity.demo.run import to_request
from comity.demo.scene import SceneQuestion
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.messages.wire import Body, Question, read_message, seal_message
from comity.model.agency import Member
from comity.model.query import Query
from comity.node.duty_requests import raise_owed
from comity.node.http_signature import sign_request
from comity.node.open_world import open_world
from comity.node.peers import MESSAGES_PATH
from comity.ports import World
from forked import start

STARTS_WITHIN_S = 60.0
STOPS_WITHIN_S = 60.0


@dataclass(frozen=True)
class Door:
    """A running node: its process, and plain HTTP to its public door."""

    process: subprocess.Popen[str]
    ready: dict[str, Any]
    client: httpx.Client

    def post(self, raw: bytes, by: World | dict[str, str] | None = None) -> httpx.Response:
        """Bring a message; its request signed by the node that brings it, with headers made before, or not at all."""
        headers = signed_by(by, self.ready["node"], raw) if isinstance(by, World) else by or {}
        return self.client.post("/messages", content=raw, headers=headers)

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def stop(self) -> tuple[int, str]:
        """Stop it as an administrator would; exit status and what it said on standard error."""
        self.process.terminate()
        _, err = self.process.communicate(timeout=STOPS_WITHIN_S)
        return self.process.returncode, err


@contextmanager
def serving(folder: Path) -> Iterator[Door]:
    """The node of a folder as a process, well when the body starts, gone when it ends."""
    words = [sys.executable, "-m", "comity", "node", "serve", "--json", "--node", str(folder)]
    process = start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        ready = json.loads(line)
        with httpx.Client(base_url=ready["address"], trust_env=False, timeout=STARTS_WITHIN_S) as client:
            yield Door(process, ready, client)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def enter_owed(folder: Path) -> None:
    """Enter the duties of running periods, as a first start does: a test that counts entries counts its own alone."""
    with open_world(folder) as world:
        raise_owed(world)


def question(world: World, member: Member, asked: SceneQuestion, owner: str, **changes: Any) -> Query:
    """A scene's question as one owner receives it from a world that asks."""
    asking = check_asking(world, to_request(asked), member, world.clock.now_ms())
    return msgspec.structs.replace(make_query(world, asking, owner), **changes)


def seal(world: World, node: str, member: Member, query: Query) -> bytes:
    """The question as a sealed message."""
    return seal_message(world, node, Question(query=query, member=member), world.clock.now_ms())


def signed_by(world: World, node: str, raw: bytes) -> dict[str, str]:
    """The headers of a request that brings bytes to a node of the directory."""
    listing = world.directory().find_node(node)
    assert listing is not None
    times = (world.clock.now_ms() // 1000, world.randomness.take(16).hex())
    return sign_request(world.keys, world.node, listing.address + MESSAGES_PATH, raw, times)[0]


def opened(raw: bytes) -> Body:
    """What a node answered."""
    return read_message(raw.partition(b"\n")[2]).body


def entries(folder: Path) -> int:
    """Entries in the published log of a node."""
    return int((folder / "log" / "checkpoint").read_text().splitlines()[1])


def wait_for(condition: Callable[[], bool]) -> None:
    """Wait until something another process does is seen; the test's own time-out is the limit."""
    while not condition():
        time.sleep(0.01)
