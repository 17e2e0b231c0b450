"""Work that waits for the writer, and how those who wait for it are told: one call for each event loop and commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator, Iterable
from threading import Lock
from typing import Any

from comity.ports import Growth, LogState, Sealed
from comity.store.database import Connection


class Job:
    """A log step with its seal, or another change of the database alone. See `ports.Pending` for who waits.

    `error` and `value` are the writer's until `finish`; afterwards nobody changes them.
    """

    __slots__ = ("_waiting", "change", "error", "is_done", "seal", "step", "value")

    def __init__(
        self,
        step: Callable[[LogState], Any] | None = None,
        seal: Callable[[Growth], Sealed] | None = None,
        change: Callable[[Connection], Any] | None = None,
    ) -> None:
        self.step, self.seal, self.change = step, seal, change
        self.value: Any = None
        self.error: BaseException | None = None
        self.is_done = False
        self._waiting: list[Any] = []  # locks of threads and futures of event loops

    def result(self) -> Any:
        """Wait in this thread for the outcome."""
        if not self.is_done:
            lock = Lock()
            lock.acquire()
            self._waiting.append(lock)
            if not self.is_done:  # `finish` marks first and looks at the list afterwards, so nobody is forgotten
                lock.acquire()
        return self._outcome()

    def __await__(self) -> Generator[Any, None, Any]:
        """Wait on the running event loop. Who is cancelled stops waiting; the work goes on."""
        if not self.is_done:
            future = asyncio.get_running_loop().create_future()
            self._waiting.append(future)
            if not self.is_done:
                yield from future
        return self._outcome()

    def _outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


def finish(jobs: Iterable[Job]) -> None:
    """Let everyone go who waits for these jobs; their outcomes stand."""
    loops: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = {}
    for job in jobs:
        job.is_done = True
        for waiting in job._waiting:
            if isinstance(waiting, asyncio.Future):
                loops.setdefault(waiting.get_loop(), []).append(waiting)
            else:
                waiting.release()
    for loop, futures in loops.items():
        try:
            loop.call_soon_threadsafe(_let_go, futures)
        except RuntimeError:
            continue  # that loop is closed: whoever waited there went with it


def _let_go(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        if not future.done():  # cancelled meanwhile
            future.set_result(None)
