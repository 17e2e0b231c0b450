"""What the public door does about whom it turns away: counted always, told to the administrator now and then."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from comity.errors import ClosedError
from comity.node.fault import tell_administrator
from comity.node.metrics import Metrics, Outcome
from comity.ports import World

TELL_AGAIN_MS = 60_000  # the same fault of the same address once a minute: a flood must not hide what else is told
MOST_TOLD = 1_000  # addresses and faults remembered; beyond that the oldest may be told twice


class DoorWatch:
    """Counts what nobody vouches for, in the journal and the metrics, and tells it with the address it came from."""

    def __init__(self, world: World, metrics: Metrics, tell: Callable[[str], None] = tell_administrator) -> None:
        self._world, self.metrics, self._tell = world, metrics, tell
        self._told: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def unauthenticated(self, address: str, sentence: str) -> None:
        """A message nobody vouches for. Raises ClosedError when it cannot be counted."""
        self.metrics.message(Outcome.UNAUTHENTICATED)
        self._world.journal.count_unauthenticated(sentence)
        self.tell(address, f"a message was turned away: {sentence}")

    def connection_refused(self, address: str, why: str) -> None:
        """A connection that was not let in; trouble with counting it is told and keeps nobody out or in."""
        self.metrics.connection_refused(why)
        try:
            self._world.journal.count_unauthenticated(f"no connection: {why}")
        except ClosedError as error:
            self.tell(address, str(error))
        self.tell(address, f"a connection was refused: {why}")

    def tell(self, address: str, fault: str) -> None:
        """One line for the administrator, unless the same was said within the minute."""
        try:
            now = self._world.clock.now_ms()
        except ClosedError:  # the clock itself may be what is told of
            self._tell(f"{address}: {fault}")
            return
        with self._lock:
            last = self._told.pop((address, fault), None)
            due = last is None or now - last >= TELL_AGAIN_MS
            self._told[address, fault] = now if last is None or due else last
            while len(self._told) > MOST_TOLD:
                self._told.popitem(last=False)
        if due:
            self._tell(f"{address}: {fault}")
