"""A node's two doors as applications; what they carry out runs in pools of threads, each door's own.

The public door takes sealed messages from other nodes and says nothing about what goes on inside. The local door
takes requests of members who are signed in on this machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream

from comity.errors import AskedBeforeError, ClosedError, ComityError, WrongUseError
from comity.exchange.messages.wire import LARGEST_MESSAGE
from comity.node.fault import tell_administrator, tell_fault
from comity.node.inside import Inside, Readiness
from comity.node.local import SIGN_OF_LIFE_S, LocalRequest, Progress, run_local
from comity.node.message_door import CLOSED, MessageDoor
from comity.node.metrics import CONTENT_TYPE
from comity.node.peers import MESSAGES_PATH
from comity.node.witness_door import witness_routes
from comity.ports import World
from comity.settings import read_members

LARGEST_REQUEST = 16_000_000  # bytes of a request; all packs of an owner with their tables are a quarter of it
_REQUEST = msgspec.json.Decoder(LocalRequest)  # made at import, by one thread (`canon.decoder_of`)
Plain = Response[bytes]


def public_app(
    world: World, door: MessageDoor, readiness: Readiness, pool: Executor, log: Sequence[HTTPRouteHandler]
) -> Litestar:
    """The door other nodes use: signed messages, the witness, whether it lives and would answer, the own log's routes."""

    @post(MESSAGES_PATH, status_code=200)
    async def messages(request: Request[Any, Any, Any]) -> Plain:
        return await door.take(request)

    @get("/health", sync_to_thread=False)
    def health() -> Plain:
        return _sentence(200, "ok\n")

    @get("/ready", sync_to_thread=True)  # looking reads files
    def ready() -> Plain:
        return _sentence(503, CLOSED) if readiness.fault() else _sentence(200, "ok\n")

    return Litestar(
        [messages, health, ready, *witness_routes(world, pool), *log],
        openapi_config=None,
        request_max_body_size=LARGEST_MESSAGE,
        logging_config=None,
        exception_handlers={HTTPException: _not_offered, Exception: _broken},
    )


def _sentence(status: int, text: str) -> Plain:
    return Response(text.encode(), status_code=status, media_type="text/plain")


def _not_offered(_: Request[Any, Any, Any], error: HTTPException) -> Plain:
    """What the public door does not offer."""
    return _sentence(error.status_code, f"this node takes sealed messages at {MESSAGES_PATH} and nothing else")


def _broken(_: Request[Any, Any, Any], error: Exception) -> Plain:
    """A fault of our own closes the door for this message; the asker learns no more than from any other trouble."""
    tell_administrator(tell_fault(error))
    return _sentence(503, CLOSED)


def inside_routes(inside: Inside) -> list[Any]:
    """What only this machine is shown: which control failed, and the metrics."""

    @get("/health", sync_to_thread=False)
    def health() -> Plain:
        return _sentence(200, "ok\n")

    @get("/ready", sync_to_thread=True)
    def ready() -> Plain:
        fault = inside.readiness.fault()
        return _sentence(503, f"{fault}\n") if fault else _sentence(200, "ok\n")

    @get("/metrics", sync_to_thread=True)
    def metrics() -> Plain:
        try:
            return Response(inside.metrics_text().encode(), media_type=CONTENT_TYPE)
        except ClosedError as error:
            return _sentence(503, f"{error}\n")

    return [health, ready, metrics]


def inside_app(inside: Inside) -> Litestar:
    """The door of a port of this machine, for what watches over it."""
    return Litestar(inside_routes(inside), openapi_config=None, logging_config=None)


def local_app(
    world: World, pool: Executor, folder: Path, inside: Inside, sign_s: float = SIGN_OF_LIFE_S
) -> Litestar:
    """The door of this machine: asks, fetches and views, as JSON lines that end with the result or one sentence.

    However long a verb works, no more than `sign_s` pass without a line.
    """

    @post("/verbs", status_code=200)
    async def verbs(request: Request[Any, Any, Any]) -> Stream:
        raw = await request.body()

        def run(progress: Progress) -> object:
            asked = _REQUEST.decode(raw)
            return run_local(world, folder, read_members(folder), asked, progress)

        return Stream(_lines(pool, run, sign_s), media_type="application/x-ndjson")

    return Litestar(
        [verbs, *inside_routes(inside)],
        openapi_config=None,
        request_max_body_size=LARGEST_REQUEST,
        logging_config=None,
    )


async def _lines(pool: Executor, run: Callable[[Progress], object], sign_s: float) -> AsyncIterator[bytes]:
    """One line for each source as it answers, each step of long work, and each while without either; then the result."""
    loop = asyncio.get_running_loop()
    told: asyncio.Queue[tuple[str, str] | None] = asyncio.Queue()

    def progress(agency: str, status: str) -> None:
        loop.call_soon_threadsafe(told.put_nowait, (agency, status))

    running = loop.run_in_executor(pool, run, progress)
    running.add_done_callback(lambda _: told.put_nowait(None))  # comes behind whatever the work told
    while True:  # ends with the work
        try:
            async with asyncio.timeout(sign_s):
                one = await told.get()
        except TimeoutError:
            yield _line("working", None)
            continue
        if one is None:
            break
        yield _line("progress", {"agency": one[0], "status": one[1]})
    yield _last_line(running)


def _last_line(running: asyncio.Future[object]) -> bytes:
    match running.exception():
        case None:
            return _line("result", running.result())
        case WrongUseError() | msgspec.DecodeError() as error:
            return _line("wrong-use", str(error))
        case ClosedError() as error:
            return _line("closed", str(error))
        case AskedBeforeError() as error:
            return _line("asked-before", str(error))
        case ComityError() as error:
            return _line("failed", str(error))
        case error:
            tell_administrator(tell_fault(error))
            return _line("closed", "the node met a fault of its own; its messages say more")


def _line(kind: str, value: object) -> bytes:
    return msgspec.json.encode({"kind": kind, "value": value}) + b"\n"
