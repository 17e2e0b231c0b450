"""A federation in which asker and owner reach each other through brokers alone, and brokers that can be made hostile."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from dataclasses import replace as with_port
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.errors import PeerUnreachableError
from comity.exchange.messages.wire import (
    Body,
    Question,
    Relayed,
    read_message,
    seal_message,
)
from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryKind
from comity.model.outcome import SourceResult
from comity.model.peer_state import PeerState
from comity.model.query import Query
from comity.model.record import Record

ASKER, OWNER, POOL, SWITCH = "wa-node", "ca-node", "fed-node", "il-node"
Deliver = Callable[[bytes], bytes]
Meddle = Callable[[Deliver, bytes], bytes]


@dataclass
class Lines:
    """Who reaches whom, and what a hostile line does: called with the honest delivery and the message."""

    stage: Stage
    reach: set[frozenset[str]]
    meddling: dict[tuple[str, str], Meddle] = field(default_factory=dict)
    sent: list[tuple[str, str, bytes]] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """The `Peers` port of one node, which reaches only some others."""

    lines: Lines
    node: str

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        if frozenset((self.node, node)) not in self.lines.reach:
            raise PeerUnreachableError(f"`{node}` could not be reached")
        self.lines.sent.append((self.node, node, message))

        def deliver(raw: bytes) -> bytes:
            return self.lines.stage.federation.deliver(node, raw)

        meddle = self.lines.meddling.get((self.node, node))
        return deliver(message) if meddle is None else meddle(deliver, message)

    def states(self) -> tuple[PeerState, ...]:
        return ()


class BrokerStage(Stage):
    """`wa-node` asks; `ca-node` is reached through the pool at `fed-node`, and the asker, if told, by its own switch."""

    lines: Lines

    def source(self, **changes: Any) -> SourceResult:
        """What the detective's question to the sheriff comes to."""
        (one,) = self.ask(self.region.scene.detective_question, sources=(CA_SHERIFF,), **changes).sources
        return one

    def the_query(self, **changes: Any) -> Query:
        return self.query(self.region.scene.detective_question, CA_SHERIFF, **changes)

    def layer(self, sender: str, to: str, raw: bytes, end: str = OWNER) -> bytes:
        """Sealed bytes in a broker's layer, truly signed by `sender`."""
        world = self.federation.worlds[sender]
        body = Relayed(to=end, carried=base64.b64encode(raw).decode(), wait_ms=5_000)
        return seal_message(world, to, body, world.clock.now_ms())

    def sealed(self, query: Query) -> bytes:
        """The question as the asker's node seals it for the owner's."""
        world = self.federation.worlds[ASKER]
        body = Question(query=query, member=self.member(query.member))
        return seal_message(world, OWNER, body, world.clock.now_ms())

    def opened_by(self, node: str, raw: bytes) -> Body:
        """What a node replies to bytes, opened."""
        return read_message(self.federation.deliver(node, raw).partition(b"\n")[2]).body


@contextmanager
def broker_stage(
    folder: Path, region: Region, *, switch: bool = False, records: tuple[Record, ...] | None = None
) -> Iterator[BrokerStage]:
    """The region with the owner behind the pool; with `switch` the asker behind a broker of its own as well."""
    plain = make_stage(folder, region, records)
    made = BrokerStage(region, plain.federation)
    via = {OWNER: POOL, **({ASKER: SWITCH} if switch else {})}
    directory = made.federation.directory
    nodes = tuple(replace(one, broker=one.id in via.values(), via=via.get(one.id, "")) for one in directory.nodes)
    made.federation.directory = replace(directory, nodes=nodes)
    reach = {frozenset((POOL, OWNER)), frozenset((SWITCH, POOL))}
    reach.add(frozenset((ASKER, SWITCH if switch else POOL)))
    made.lines = Lines(made, reach)
    for node, world in made.federation.worlds.items():
        made.federation.worlds[node] = with_port(world, peers=Line(made.lines, node))
    yield made
    made.federation.close()


def edited(raw: bytes, edit: Callable[[dict[str, Any]], None]) -> bytes:
    """A message with its JSON edited and its old signature: what somebody can do who has no key of the sender's."""
    signature, _, payload = raw.partition(b"\n")
    message = msgspec.json.decode(payload)
    edit(message)
    return signature + b"\n" + msgspec.json.encode(message)


__all__ = ["ASKER", "CA_SHERIFF", "OWNER", "POOL", "SWITCH", "WA_POLICE", "BrokerStage", "broker_stage", "edited"]


def kinds(stage: BrokerStage, node: str, since: int = 0) -> list[EntryKind]:
    journal = stage.federation.worlds[node].journal
    return [decode_entry(journal.entry(index)).facts.kind for index in range(since, journal.size())]


def size(stage: BrokerStage, node: str) -> int:
    return stage.federation.worlds[node].journal.size()
