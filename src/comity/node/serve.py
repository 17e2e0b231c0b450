"""A node's process: one event loop over two bound sockets, stopped by one signal.

Both sockets are bound here and not by the server library: so that a port in use is one clear sentence, and so that
the local one is open to nobody but the node's own account from its first moment.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from litestar import Litestar

from comity.errors import ComityError, SettingsError
from comity.exchange.duty_clocks import raise_periodic
from comity.exchange.law_in_force import read_law
from comity.exchange.open_questions import ask_open_questions
from comity.exchange.push import push_deliveries
from comity.match.weights import make_ready
from comity.node.configure import check_configured
from comity.node.doors import local_app, public_app
from comity.node.local import SLOWEST_VERB_S, SOCKET_FILE
from comity.node.open_world import open_world
from comity.node.tile_door import log_routes
from comity.node.witnesses import ask_witnesses, keep_witnessed
from comity.ports import World
from comity.settings import NodeSettings, read_settings

MOST_AT_ONCE = 16  # verbs of one door running together; more wait their turn, so that memory stays bounded
PERIOD_CHECK_S = 3_600.0  # owners' days begin at different hours; an hour after midnight is soon enough
PUSH_S = 1.0  # a recall is on its way within a second; an idle round is one look at an index
BACKLOG = 512  # connections the system keeps waiting for each door
LONGEST_SOCKET_PATH = 107  # bytes; what Linux keeps of a socket's path (unix(7))


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
    with open_world(folder) as world:
        ask_witnesses(world)
        read_ahead(world, settings.agencies)
        check_configured(world, settings)
        raise_periodic(world)
        with (
            closing(_bind_public(settings.host, settings.port)) as public,
            _local_socket(folder / SOCKET_FILE) as local,
        ):
            asyncio.run(_serve(folder, world, settings, (public, local), ready))


def read_ahead(world: World, agencies: tuple[str, ...]) -> None:
    """Check law and read weights before the doors open, so that the first question waits for neither.

    Raises LawUnavailableError, LawTextError or WeightsUnavailableError: a node whose law is unsigned or cannot be read,
    or whose weights in force are not there whole, does not start.
    """
    directory = world.directory()
    for agency in agencies:
        read_law(world, directory, agency)
        make_ready(world.weights.of(agency))


async def _serve(
    folder: Path,
    world: World,
    settings: NodeSettings,
    doors: tuple[socket.socket, socket.socket],
    ready: Callable[[Serving], None],
) -> None:
    # Two pools: members' questions wait for other nodes, and must never keep this one from answering theirs. A third of one
    # thread for the log's witnesses, which must be heard while both are full.
    with (
        ThreadPoolExecutor(1, thread_name_prefix="witnesses") as notes,
        ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="answer") as answers,
        ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="verb") as verbs,
    ):
        public = _server(
            public_app(world, answers, settings.agencies, log_routes(folder, settings.entries_served))
        )
        local = _server(local_app(world, verbs, folder))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, public, local)
        for door in doors:
            door.listen(BACKLOG)  # from here on a connection waits for its turn; none is refused
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        ready(Serving(settings.id, f"http://{host}:{settings.port}", folder / SOCKET_FILE))
        kept_up = [
            asyncio.create_task(keep_raising(world, verbs)),
            asyncio.create_task(keep_doing(push_deliveries, world, verbs)),
            asyncio.create_task(keep_doing(ask_open_questions, world, verbs)),
        ]
        if world.witnesses is not None:
            kept_up.append(asyncio.create_task(keep_witnessed(world, notes)))
        await asyncio.gather(public.serve([doors[0]]), local.serve([doors[1]]))
        for task in kept_up:
            task.cancel()


async def keep_raising(world: World, pool: ThreadPoolExecutor, every_s: float = PERIOD_CHECK_S) -> None:
    """Raise what new periods owe for as long as the node serves; trouble is told and tried again the next time."""
    loop = asyncio.get_running_loop()
    while True:  # ends with the node, which cancels it
        await asyncio.sleep(every_s)
        try:
            await loop.run_in_executor(pool, raise_periodic, world)
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


def _bind_public(host: str, port: int) -> socket.socket:
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


def _server(app: Litestar) -> uvicorn.Server:
    return _QuietServer(
        uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=int(SLOWEST_VERB_S),
            server_header=False,
        )
    )


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the node: one signal stops both doors."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop(*servers: uvicorn.Server) -> None:
    """Finish what is in flight, take nothing new; a second signal does not wait."""
    for server in servers:
        server.force_exit = server.should_exit
        server.should_exit = True
