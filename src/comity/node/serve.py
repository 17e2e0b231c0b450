"""A node's process: one event loop, verbs in a bounded thread pool, two doors.

The public door takes sealed messages from other nodes. The local door, a socket file only the node's own account
can open, takes requests of members who are signed in on this machine.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from litestar import Litestar, Request, Response, get, post
from litestar.response import Stream

from comity.errors import ClosedError, ComityError, UnauthenticatedError, WrongUseError
from comity.exchange.answer import answer_query
from comity.exchange.wire import LARGEST_MESSAGE
from comity.law.compile import compile_law
from comity.match.weights import load_weights
from comity.model.outcome import SourceResult
from comity.node.local import LocalRequest, run_local
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import read_members, read_settings

MOST_AT_ONCE = 16  # verbs running together; more wait their turn, so that a flood cannot exhaust memory
SOCKET_FILE = "local.sock"
Plain = Response[bytes]


def serve_node(folder: Path) -> None:
    """Serve a node until it is told to stop. Raises what `open_world` raises."""
    settings = read_settings(folder)
    with open_world(folder) as world, ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="verb") as pool:
        read_ahead(world, settings.agencies)
        asyncio.run(_serve(folder, world, pool, settings.host, settings.port))


def read_ahead(world: World, agencies: tuple[str, ...]) -> None:
    """Read law and weights before the doors open, so that the first question waits for neither.

    Raises LawUnavailableError or LawTextError: a node whose law cannot be read does not start.
    """
    load_weights()
    for agency in agencies:
        compile_law(world.laws.texts_of(agency))


async def _serve(folder: Path, world: World, pool: ThreadPoolExecutor, host: str, port: int) -> None:
    socket_path = folder / SOCKET_FILE
    socket_path.unlink(missing_ok=True)
    public = _server(public_app(world, pool), host=host, port=port)
    old_mask = os.umask(0o177)
    try:
        local = _server(local_app(world, folder, pool), uds=str(socket_path))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, _stop, public, local)
        await asyncio.gather(public.serve(), local.serve())
    finally:
        os.umask(old_mask)
        socket_path.unlink(missing_ok=True)


def public_app(world: World, pool: ThreadPoolExecutor) -> Litestar:
    """The door other nodes use: sealed messages, the newest checkpoint, and whether the node is well."""

    @post("/messages", status_code=200, media_type="application/json")
    async def messages(request: Request[Any, Any, Any]) -> Plain:
        return await _answer(world, pool, await request.body())

    @get("/checkpoint", media_type="text/plain", sync_to_thread=False)
    def checkpoint() -> str:
        return world.journal.checkpoint()

    @get("/health", media_type="text/plain", sync_to_thread=False)
    def health() -> str:
        return "ok\n"

    return Litestar(
        [messages, checkpoint, health],
        openapi_config=None,
        request_max_body_size=LARGEST_MESSAGE,
        logging_config=None,
    )


async def _answer(world: World, pool: ThreadPoolExecutor, raw: bytes) -> Plain:
    loop = asyncio.get_running_loop()
    try:
        reply = await loop.run_in_executor(pool, answer_query, world, raw)
    except UnauthenticatedError as error:
        world.journal.count_unauthenticated(str(error))
        return Response(str(error).encode(), status_code=401, media_type="text/plain")
    except ComityError:
        # Which control failed is for the node's administrator, not for a stranger.
        return Response(b"the node cannot answer now; ask again later", status_code=503, media_type="text/plain")
    await asyncio.sleep(max(0, reply.not_before_ms - world.clock.now_ms()) / 1000)
    return Response(reply.raw, media_type="application/json")


def local_app(world: World, folder: Path, pool: ThreadPoolExecutor) -> Litestar:
    """The door of this machine: asks, fetches and views, as JSON lines that end with the result or one sentence."""

    @post("/verbs", status_code=200, media_type="application/x-ndjson")
    async def verbs(request: Request[Any, Any, Any]) -> Stream:
        raw = await request.body()
        return Stream(_lines(world, folder, pool, raw), media_type="application/x-ndjson")

    return Litestar([verbs], openapi_config=None, logging_config=None)


async def _lines(world: World, folder: Path, pool: ThreadPoolExecutor, raw: bytes) -> AsyncIterator[bytes]:
    """One line for each source as it answers, then the result."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[SourceResult] = asyncio.Queue()

    def progress(result: SourceResult) -> None:
        loop.call_soon_threadsafe(told.put_nowait, result)

    def run() -> object:
        request = msgspec.json.decode(raw, type=LocalRequest)
        return run_local(world, read_members(folder), request, progress)

    running = loop.run_in_executor(pool, run)
    while not running.done() or not told.empty():
        waiting = asyncio.ensure_future(told.get())
        both: set[asyncio.Future[Any]] = {waiting, running}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            yield _line("progress", {"agency": waiting.result().agency, "status": waiting.result().status})
        else:
            waiting.cancel()
    yield _last_line(running)


def _last_line(running: asyncio.Future[object]) -> bytes:
    try:
        return _line("result", running.result())
    except (WrongUseError, msgspec.DecodeError) as error:
        return _line("wrong-use", str(error))
    except ClosedError as error:
        return _line("closed", str(error))
    except ComityError as error:
        return _line("failed", str(error))


def _line(kind: str, value: object) -> bytes:
    return msgspec.json.encode({"kind": kind, "value": value}) + b"\n"


def _server(app: Litestar, host: str = "127.0.0.1", port: int = 0, uds: str | None = None) -> uvicorn.Server:
    return _QuietServer(
        uvicorn.Config(app, host=host, port=port, uds=uds, log_level="error", access_log=False, lifespan="off")
    )


class _QuietServer(uvicorn.Server):
    """A server that leaves signals to the node: one signal stops both doors."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop(*servers: uvicorn.Server) -> None:
    for server in servers:
        server.should_exit = True
