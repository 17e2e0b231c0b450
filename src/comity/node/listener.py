"""The public door's connections: how many, how slow, and, with TLS, whose.

uvicorn gives an application no certificate of the other side, says nothing of a handshake that failed, and waits for a
slow sender without end. So its protocol is extended here: each connection is counted by address, is put under TLS by
this module, where a failure can be told, and has a deadline for the head and the body of each request.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from comity.errors import ComityError
from comity.node.certificate import Shown, read_der
from comity.node.door_watch import DoorWatch
from comity.node.tls import OTHER_KEY, why_refused

HANDSHAKE_S = 5.0  # two round trips over the slowest line we know, with a server under load
HEAD_S = 5.0  # a head is some kilobytes and sent in one piece
BODY_S = 20.0  # a message of the largest size at 50 kB a second, a bad mobile line
READ_S = 20.0  # likewise for the other side to take our answer
FAREWELL_S = 2.0  # for the other side to close a connection with us; its answer changes nothing
LARGEST_HEAD = 16_384  # bytes; a signed request's head has below one thousand
MOST_CONNECTIONS = 512  # a process has 1,024 files by default, and the database wants its share
MOST_OF_ADDRESS = 256  # a node opens 64 at most; a pool or a region on one machine has several behind one address


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the other end: address, and with TLS the pin of its key and when its certificate ends (UTC ms)."""

    address: str
    pin: str = ""
    ends_ms: int = 0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections a door holds, all and of one address, and the seconds each part of a request may take."""

    most: int = MOST_CONNECTIONS
    of_address: int = MOST_OF_ADDRESS
    handshake_s: float = HANDSHAKE_S
    head_s: float = HEAD_S
    body_s: float = BODY_S
    read_s: float = READ_S


@dataclass(frozen=True, slots=True)
class Gate:
    """How connections are let in: `context` makes the TLS side, None for plain HTTP; `known` says whose key counts."""

    watch: DoorWatch
    context: Callable[[], ssl.SSLContext] | None = None
    known: Callable[[str], bool] = lambda pin: False
    bounds: Bounds = Bounds()


def door_protocol(gate: Gate) -> type[asyncio.Protocol]:
    """The protocol of one door, for uvicorn to make one of for each connection."""
    held: Counter[str] = Counter()

    class BoundProtocol(DoorProtocol):
        _gate, _held = gate, held

    return BoundProtocol


class DoorProtocol(H11Protocol):
    """One connection. What arrives before TLS is through is kept, and nothing is read before a place is found."""

    _gate: Gate
    _held: Counter[str]

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._address = ""
        self._placed = False
        self._open = False
        self._lost = False
        self._early: list[bytes] = []
        self._deadline: asyncio.TimerHandle | None = None
        self._phase = ""
        self._handshaking: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        name = transport.get_extra_info("peername")
        self._address = str(name[0]) if isinstance(name, tuple) else "this machine"
        self._held[self._address] += 1
        self._placed = True
        bounds = self._gate.bounds
        if self._held[self._address] > bounds.of_address or self._held.total() > bounds.most:
            self._gate.watch.connection_refused(self._address, "there were too many connections")
            transport.abort()
        elif self._gate.context is None:
            self._let_in(transport, Caller(self._address))
        else:
            transport.pause_reading()
            self._handshaking = self.loop.create_task(self._secure(transport, self._gate.context))

    async def _secure(self, transport: asyncio.Transport, context: Callable[[], ssl.SSLContext]) -> None:
        """Put the connection under TLS, or close it and say why; whatever happens, its place is given back."""
        try:
            secured = await self.loop.start_tls(
                transport,
                self,
                context(),
                server_side=True,
                ssl_handshake_timeout=self._gate.bounds.handshake_s,
                ssl_shutdown_timeout=FAREWELL_S,
            )
            if secured is None or self._lost:
                raise ConnectionError
            shown = _shown(secured)
            if shown is None or not self._gate.known(shown.pin):
                self._gate.watch.connection_refused(self._address, OTHER_KEY)
                secured.abort()
            else:
                self._let_in(secured, Caller(self._address, shown.pin, shown.last_ms))
        except ComityError as error:
            self._gate.watch.tell(self._address, str(error))
        except OSError as error:  # of which every fault of TLS is one, and running out of time
            self._gate.watch.connection_refused(self._address, why_refused(error))
        finally:
            if not self._open:
                transport.abort()
                self._leave()

    def _let_in(self, transport: asyncio.Transport, caller: Caller) -> None:
        self.app_state = {**self.app_state, "caller": caller}
        super().connection_made(transport)
        self._open = True
        self._time("head", self._gate.bounds.head_s)
        for part in self._early:
            self.data_received(part)
        self._early.clear()

    def _leave(self) -> None:
        """Give the place back, once."""
        if self._placed:
            self._placed = False
            self._held[self._address] -= 1
            if not self._held[self._address]:
                del self._held[self._address]

    def data_received(self, data: bytes) -> None:
        if not self._open:
            self._early.append(data)  # no more than came with the end of the handshake: reading stops until then
            return
        super().data_received(data)
        self._watch_sender()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._watch_sender()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        self._time("", 0)
        self._leave()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._time("answer", self._gate.bounds.read_s)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._time("", 0)

    def _watch_sender(self) -> None:
        """One deadline for a head that has begun, one for the body behind it, however often a byte comes."""
        state = self.conn.their_state
        if state is h11.SEND_BODY:
            self._time("body", self._gate.bounds.body_s)
        elif state is h11.IDLE and self.conn.trailing_data[0]:
            self._time("head", self._gate.bounds.head_s)
        elif self._phase in ("head", "body"):
            self._time("", 0)

    def _time(self, phase: str, seconds: float) -> None:
        if phase and phase == self._phase:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._phase = phase
        self._deadline = self.loop.call_later(seconds, self._too_slow, phase) if phase else None

    def _too_slow(self, phase: str) -> None:
        self.transport.abort()
        self._gate.watch.connection_refused(self._address, f"it was too slow with its {phase}")


def _shown(secured: asyncio.Transport) -> Shown | None:
    """The certificate of the other side; None where there is none that we can read."""
    found = secured.get_extra_info("ssl_object")
    der = found.getpeercert(binary_form=True) if found is not None else None
    try:
        return read_der(der) if der is not None else None
    except ValueError:
        return None
