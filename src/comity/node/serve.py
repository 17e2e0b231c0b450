"""A node's process: one event loop over two bound sockets, stopped by one signal.

Both sockets are bound here and not by the server library: so that a port in use is one clear sentence, and so that
the local one is open to nobody but the node's own account from its first moment.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from litestar import Litestar

from comity.errors import ComityError, SettingsError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.asking.open_questions import ask_open_questions
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.feed.feed_round import run_feeds
from comity.match.weights import make_ready
from comity.node.configure import check_configured
from comity.node.door_watch import DoorWatch
from comity.node.doors import inside_app, local_app, public_app
from comity.node.duty_requests import raise_owed
from comity.node.fault import tell_administrator
from comity.node.init import LOOPBACK
from comity.node.inside import Inside, Readiness
from comity.node.listener import LARGEST_HEAD, Gate, door_protocol
from comity.node.local import SLOWEST_VERB_S, SOCKET_FILE
from comity.node.message_door import MessageDoor
from comity.node.metrics import Metrics
from comity.node.open_world import open_world
from comity.node.roster import keep_roster
from comity.node.stamping import check_stamping, keep_stamped
from comity.node.standing_requests import keep_standing
from comity.node.tile_door import log_routes
from comity.node.tls import node_of
from comity.node.tls_side import TlsSide, open_tls
from comity.node.versions import Versions, receive_here
from comity.node.witnesses import ask_witnesses, keep_witnessed
from comity.ports import World
from comity.settings import NodeSettings, read_settings

MOST_AT_ONCE = 16  # verbs of one door running together; more wait their turn, so that memory stays bounded
PERIOD_CHECK_S = 3_600.0  # owners' days begin at different hours; an hour after midnight is soon enough
PUSH_S = 1.0  # a recall is on its way within a second; an idle round is one look at an index
VERSIONS_S = 5.0  # a suspension is at every node that runs within seconds; an idle round is two looks at two files
BACKLOG = 512  # connections the system keeps waiting for each door
LONGEST_SOCKET_PATH = 107  # bytes; what Linux keeps of a socket's path (unix(7))


@dataclass(frozen=True, slots=True)
class Node:
    """A node whose world is open, about to open its doors. `tls` is None for one that serves this machine alone."""

    folder: Path
    world: World
    settings: NodeSettings
    metrics: Metrics
    tls: TlsSide | None

    def address(self) -> str:
        """Where it is reached."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return f"{'https' if self.tls else 'http'}://{host}:{self.settings.port}"


@dataclass(frozen=True, slots=True)
class Serving:
    """A node whose doors are open: its id, the address other nodes use, the socket its members use."""

    node: str
    address: str
    socket: Path


def serve_node(folder: Path, ready: Callable[[Serving], None] = lambda _: None) -> None:
    """Serve a node until it is told to stop; `ready` is called once both doors are open.

    Raises what `open_world` raises, LawUnavailableError or LawTextError for law that cannot be read, and
    SettingsError for a port or socket that cannot be used or a setting that an owner's law refuses, UnwitnessedError for a
    log that a witness shows to be older than it was, or another one.
    """
    settings = read_settings(folder)
    metrics = Metrics()
    with open_world(folder, metrics.commit) as world:
        tls = open_tls(folder, world, settings)
        ask_witnesses(world)
        read_ahead(world, settings.agencies)
        check_configured(world, settings)
        check_stamping(folder, settings)
        raise_owed(world)
        keep_roster(world, folder)
        with ExitStack() as stack:
            sockets = [stack.enter_context(closing(_bind(settings.host, settings.port)))]
            sockets.append(stack.enter_context(_local_socket(folder / SOCKET_FILE)))
            if settings.metrics_port:
                sockets.append(stack.enter_context(closing(_bind(LOOPBACK, settings.metrics_port))))
            node = Node(folder, world, settings, metrics, tls)
            # Law, tables and the program stay as long as the node: no collection of garbage has to look through them.
            gc.collect()
            gc.freeze()
            asyncio.run(_serve(node, sockets, ready))


def read_ahead(world: World, agencies: tuple[str, ...]) -> None:
    """Check law and read weights before the doors open, so that the first question waits for neither.

    Raises LawUnavailableError, LawTextError or WeightsUnavailableError: a node whose law is unsigned or cannot be read,
    or whose weights in force are not there whole, does not start.
    """
    directory = world.directory()
    for agency in agencies:
        read_law(world, directory, agency)
        make_ready(world.weights.of(agency))


async def _serve(node: Node, sockets: Sequence[socket.socket], ready: Callable[[Serving], None]) -> None:
    # Two pools: members' questions wait for other nodes, and must never keep this one from answering theirs. A third of one
    # thread for the log's witnesses, which must be heard while both are full; a fourth for a stamp, which may take long.
    with (
        ThreadPoolExecutor(1, thread_name_prefix="witnesses") as notes,
        ThreadPoolExecutor(1, thread_name_prefix="stamps") as stamps,
        ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="answer") as answers,
        ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="verb") as verbs,
    ):
        servers = _servers(node, answers, verbs)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, *servers)
        for one in sockets:
            one.listen(BACKLOG)  # from here on a connection waits for its turn; none is refused
        ready(Serving(node.settings.id, node.address(), node.folder / SOCKET_FILE))
        kept_up = [
            asyncio.create_task(keep_raising(node.world, verbs)),
            asyncio.create_task(keep_doing(push_deliveries, node.world, verbs)),
            asyncio.create_task(keep_doing(ask_open_questions, node.world, verbs)),
            asyncio.create_task(keep_doing(run_feeds, node.world, verbs)),
            asyncio.create_task(keep_doing(lambda world: keep_standing(world, node.folder), node.world, verbs)),
            asyncio.create_task(keep_doing(Versions(node.folder).bring, node.world, verbs, VERSIONS_S)),
            asyncio.create_task(
                keep_doing(lambda world: keep_roster(world, node.folder), node.world, verbs, PERIOD_CHECK_S)
            ),
        ]
        if node.world.witnesses is not None:
            kept_up.append(asyncio.create_task(keep_witnessed(node.world, notes)))
        if node.settings.stamp_authority:
            kept_up.append(asyncio.create_task(keep_stamped(node.world, node.folder, node.settings, stamps)))
        await asyncio.gather(*(server.serve([door]) for server, door in zip(servers, sockets, strict=True)))
        for task in kept_up:
            task.cancel()


def _servers(node: Node, answers: ThreadPoolExecutor, verbs: ThreadPoolExecutor) -> tuple[DrainingServer, ...]:
    """The public door, the members' door, and the one for metrics."""
    world, settings = node.world, node.settings
    watch = DoorWatch(world, node.metrics)
    messages = MessageDoor(
        world,
        answers,
        watch,
        settings.requests_per_second,
        settings.tls,
        lambda here, raw: receive_here(here, node.folder, raw),
    )
    readiness = Readiness(world, settings.agencies)
    ends_s = node.tls.ends_ms // 1000 if node.tls else 0
    inside = Inside(world, readiness, node.metrics, messages.nonces, ends_s, node.folder)
    log = log_routes(node.folder, settings.entries_served)
    gate = Gate(watch)
    if node.tls is not None:
        gate = Gate(watch, node.tls.context, lambda pin: node_of(world.directory(), pin) is not None)
    return (
        _server("public", public_app(world, messages, readiness, answers, log), door_protocol(gate)),
        _server("local", local_app(world, verbs, node.folder, inside)),
        *([_server("metrics", inside_app(inside))] if settings.metrics_port else []),
    )


async def keep_raising(world: World, pool: ThreadPoolExecutor, every_s: float = PERIOD_CHECK_S) -> None:
    """Raise what new periods owe for as long as the node serves; trouble is told and tried again the next time."""
    loop = asyncio.get_running_loop()
    while True:  # ends with the node, which cancels it
        await asyncio.sleep(every_s)
        try:
            await loop.run_in_executor(pool, raise_owed, world)
        except ComityError as error:
            print(f"comity: duties of a new period could not be raised: {error}", file=sys.stderr, flush=True)


async def keep_doing(
    verb: Callable[[World], object], world: World, pool: ThreadPoolExecutor, every_s: float = PUSH_S
) -> None:
    """Do what is due for as long as the node serves; the same trouble is told once and tried again."""
    loop = asyncio.get_running_loop()
    told = ""
    while True:  # ends with the node, which cancels it
        await asyncio.sleep(every_s)
        try:
            await loop.run_in_executor(pool, verb, world)
            told = ""
        except ComityError as error:
            if str(error) != told:
                told = str(error)
                print(
                    f"comity: what is due for other nodes could not be done: {error}", file=sys.stderr, flush=True
                )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that asyncio switches Nagle's delay off: an answer would wait 40 ms for an acknowledgement.
    door = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((host, port))
    except OSError as error:
        door.close()
        raise SettingsError(
            f"port {port} of {host} cannot be used ({_why(error)}); stop what uses it, or make the node on another port"
        ) from error
    return door


@contextmanager
def _local_socket(path: Path) -> Iterator[socket.socket]:
    """The members' door. A socket file that is there already was left by a node that was killed: we hold the lock."""
    if len(os.fsencode(path)) > LONGEST_SOCKET_PATH:
        raise SettingsError(
            f"`{path}` is longer than the {LONGEST_SOCKET_PATH} bytes a socket's path may have; "
            "serve the node by a shorter path"
        )
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)) as door:
        try:
            path.unlink(missing_ok=True)
            door.bind(str(path))
            path.chmod(0o600)  # before it listens: until then nobody can connect
        except OSError as error:
            raise SettingsError(
                f"`{path}` cannot be made ({_why(error)}); put the node on a local disk"
            ) from error
        try:
            yield door
        finally:
            path.unlink(missing_ok=True)


def _why(error: OSError) -> str:
    return (error.strerror or "trouble").lower()


def _server(name: str, app: Litestar, protocol: type[asyncio.Protocol] | None = None) -> DrainingServer:
    config = uvicorn.Config(
        app,
        http=protocol or "h11",
        ws="none",
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=int(SLOWEST_VERB_S),
        h11_max_incomplete_event_size=LARGEST_HEAD,
        server_header=False,
        proxy_headers=False,  # who is at the other end is what the connection says, and no header
    )
    return DrainingServer(config, name)


class DrainingServer(uvicorn.Server):
    """A server that leaves signals to the node, where one stops every door, and says what its stop cut off."""

    def __init__(self, config: uvicorn.Config, name: str) -> None:
        super().__init__(config)
        self._name = name

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, finish what is in flight within the bound, and tell how much was not."""
        await super().shutdown(sockets)
        cut = len(self.server_state.tasks)
        if cut:
            tell_administrator(
                f"the stop cut off {cut} requests at the {self._name} door that were not done in time"
            )


def _stop(*servers: uvicorn.Server) -> None:
    """Finish what is in flight, take nothing new; a second signal does not wait."""
    for server in servers:
        server.force_exit = server.should_exit
        server.should_exit = True
