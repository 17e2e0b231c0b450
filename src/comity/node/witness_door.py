"""The witness's routes on the public door (C2SP tlog-witness): other logs bring their checkpoints, monitors read what we hold.

What is brought needs no message of ours around it: it is the log's signature that counts, and a witness cosigns a checkpoint
for whoever brings it.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import Executor
from typing import Any

from litestar import Request, Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from comity.errors import ComityError
from comity.exchange.log.witness import WitnessReply, cosigned_checkpoint, witness_checkpoint
from comity.node.fault import tell_administrator
from comity.node.limits import witness_buckets
from comity.node.listener import Caller
from comity.node.tls import node_of
from comity.ports import World

WITNESS_PATH = "/witness"
TOO_MANY = "this witness takes no more checkpoints of yours now; bring the next one in a minute\n"
CLOSED = "this witness cannot answer now; ask again later\n"


def witness_routes(world: World, pool: Executor) -> list[HTTPRouteHandler]:
    """Submission and monitoring under one prefix; each sender has a limit of its own."""
    limit = witness_buckets()

    @post(f"{WITNESS_PATH}/add-checkpoint", status_code=200)
    async def add_checkpoint(request: Request[Any, Any, Any]) -> Response[bytes]:
        caller: Caller = request.scope["state"]["caller"]
        listing = node_of(world.directory(), caller.pin) if caller.pin else None
        sender = (
            listing.id if listing is not None else caller.address
        )  # never the log's name: anybody can write that
        if not limit.take(sender, int(time.monotonic() * 1000)):
            return _response(WitnessReply(429, TOO_MANY))
        raw = await request.body()
        loop = asyncio.get_running_loop()
        try:
            reply = await loop.run_in_executor(pool, witness_checkpoint, world, raw)
        except ComityError as error:
            tell_administrator(str(error))
            return _response(WitnessReply(503, CLOSED))
        return _response(reply)

    @get(f"{WITNESS_PATH}/{{origin_hash:str}}/checkpoint", sync_to_thread=True)
    def held(origin_hash: FromPath[str]) -> Response[bytes]:
        try:
            return _response(cosigned_checkpoint(world, origin_hash))
        except ComityError as error:
            tell_administrator(str(error))
            return _response(WitnessReply(503, CLOSED))

    return [add_checkpoint, held]


def _response(reply: WitnessReply) -> Response[bytes]:
    # As a header: Litestar would write a charset behind any text, and the kind of a size is compared to the letter.
    return Response(reply.body.encode(), status_code=reply.status, headers={"content-type": reply.kind})
