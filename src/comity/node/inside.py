"""What a node shows of itself to its own machine: whether a question would be answered, and its metrics."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from comity.errors import ComityError, SettingsError
from comity.exchange.feed.feeds import feed_lags
from comity.ledger.entry import KEY_BYTES
from comity.ledger.witnessed import check_witnessed
from comity.model.faults import fault
from comity.node.metrics import Metrics, Reading
from comity.node.nonces import NonceWindow
from comity.node.stamping import read_stamp_state
from comity.ports import World

LOOK_AGAIN_MS = 1_000  # whoever asks more often is told what was found: looking reads every law text's hash


def check_ready(world: World, agencies: tuple[str, ...]) -> None:
    """Clock, keys, directory, log, witnesses, law and weights are as a question would need them. Raises what it would meet."""
    world.clock.now_ms()
    world.keys.sign_message(b"ready")  # neither a message nor the base of a signature, which begin otherwise
    world.keys.wrap(bytes(KEY_BYTES))
    directory = world.directory()
    if directory.find_node(world.node) is None:
        raise SettingsError(fault("directory.not-listed", node=world.node))
    check_witnessed(world, world.clock.now_ms())
    world.journal.check_writable()
    for agency in agencies:
        world.laws.texts_of(agency)
        world.weights.of(agency)


class Readiness:
    """Whether a question would be answered now, looked at once a second at most."""

    def __init__(self, world: World, agencies: tuple[str, ...]) -> None:
        self._world, self._agencies = world, agencies
        self._looked_ms = 0
        self._fault = ""
        self._lock = Lock()

    def fault(self) -> str:
        """What keeps a question from being answered, for the administrator alone; empty when nothing does."""
        try:
            with self._lock:
                if self._world.clock.now_ms() - self._looked_ms >= LOOK_AGAIN_MS:
                    self._fault = self._look()
                    # Counted from its end: where looking takes long, whoever waits is told what was found.
                    self._looked_ms = self._world.clock.now_ms()
                return self._fault
        except ComityError as error:  # the clock
            return str(error)

    def _look(self) -> str:
        try:
            check_ready(self._world, self._agencies)
        except ComityError as error:
            return str(error)
        return ""


@dataclass(frozen=True, slots=True)
class Inside:
    """The parts of a running node that its own machine is shown. `certificate_ends_s` is 0 without TLS (UTC seconds).

    `folder` is the node's, where its stamps are.
    """

    world: World
    readiness: Readiness
    metrics: Metrics
    nonces: NonceWindow
    certificate_ends_s: int = 0
    folder: Path | None = None

    def metrics_text(self) -> str:
        """The metrics as they are now. Raises ClosedError when the store is closed."""
        return self.metrics.text(
            Reading(
                entries=self.world.journal.size(),
                unauthenticated=self.world.journal.unauthenticated(),
                peers=self.world.peers.states(),
                ready=not self.readiness.fault(),
                nonces=self.nonces.size(),
                certificate_ends_s=self.certificate_ends_s,
                feeds=feed_lags(self.world),
                stamped_s=self._stamped_s(),
            )
        )

    def _stamped_s(self) -> int:
        """When the newest stamp of the log is of (UTC seconds), 0 where there is none."""
        if self.folder is None:
            return 0
        try:
            return (read_stamp_state(self.folder).stamped_ms or 0) // 1000
        except SettingsError:
            return 0
