"""A simulated node: the real store, law and log on a folder of its own, stopped and started again by faults.

A life is the time from one start to the next stop. A crash copies the files as they are at a crash point, takes from the
copy what a power failure may take, and lets nothing more be done with the old ones; the next life opens the copy by the
node's normal path, all its checks included.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from comity.errors import ClosedError
from comity.ledger.verify import check_head
from comity.model.agency import Directory
from comity.node.adopted import FileDirectories
from comity.node.clock import SystemClock
from comity.node.laws import FileLaws
from comity.node.versions import Versions, receive_here
from comity.node.weights import FileWeights
from comity.ports import Keys, Mail, Peers, Witnesses, World
from comity.settings import read_settings
from comity.sim.disk import Disk, FaultyDatabase, block_log, copy_node, durable_end, lose_power, read_wal
from comity.sim.faults import TORN, Crash
from comity.sim.federation import START_MS, SimKeys, SimRandomness
from comity.sim.seen import Seen, watched_journal
from comity.store.opening import Store, open_on

PART_BYTES = 1_000  # of a version that goes in parts: a directory here makes four or five of them
MOST_STARTS = 4  # of one life: a start may itself be stopped once, and is tried again


class CrashedError(OSError):
    """The node stopped here. What the store does about an error of the disk is all that may still happen."""


class SimTime:
    """The true time, moved only when told, and how far each node's clock lies off.

    While a message is under way its thread lives later than the others, so that one slow peer slows nobody else.
    """

    def __init__(self) -> None:
        self.at_ms = START_MS
        self.skew: dict[str, int] = {}
        self._under_way = threading.local()

    def now_ms(self, node: str) -> int:
        """What the clock on the wall of a node says, in the thread that looks."""
        return self.at_ms + self.skew.get(node, 0) + getattr(self._under_way, "ms", 0)

    @contextmanager
    def later(self, milliseconds: int) -> Iterator[None]:
        """This thread alone is so much later."""
        before = getattr(self._under_way, "ms", 0)
        self._under_way.ms = before + milliseconds
        try:
            yield
        finally:
            self._under_way.ms = before


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every node of one run shares. `alter` breaks a port on purpose, to see that a checker notices.

    `directory` is the one that every node pins; `witnessed` gives a node's witnesses, None for one that needs nobody's word;
    `in_parts` lets every version of the directory go in parts.
    """

    seed: str
    time: SimTime
    directory: Directory
    seen: Seen
    keys: dict[str, SimKeys]
    alter: Callable[[World], World] = lambda world: world
    witnessed: Callable[[str], Witnesses | None] = lambda node: None
    in_parts: bool = False


@dataclass
class SimNode:
    """One node and its present life. `home` holds a folder for each life; `peers` and `mail` are what it sends by."""

    id: str
    home: Path
    around: Surroundings
    peers: Peers
    mail: Mail | None = None
    life: int = 0
    disk: Disk = field(default_factory=Disk)
    dead: bool = False
    crash: Crash | None = None
    store: Store | None = None
    opened: World | None = None
    versions: Versions | None = None

    def __post_init__(self) -> None:
        self._passed = self._durable = self._starts = 0
        self._settling = threading.Event()

    @property
    def folder(self) -> Path:
        """Where this life's files are."""
        return self.home / str(self.life)

    @property
    def world(self) -> World:
        """The world of this life. Raises CrashedError where there is none."""
        if self.opened is None or self.dead:
            raise CrashedError(f"`{self.id}` does not run")
        return self.opened

    @property
    def keys(self) -> SimKeys:
        return self.around.keys[self.id]

    def start(self) -> None:
        """Open the folder of this life, by the checks of `node.open_world`. Raises ClosedError where one fails."""
        for _ in range(MOST_STARTS):
            self.dead, self.disk = False, Disk()
            self._settling.clear()
            try:
                self._open()
                return
            except ClosedError:
                if not self.dead:
                    raise
                self._bury()  # it stopped while it started
        raise CrashedError(f"`{self.id}` stopped {MOST_STARTS} times while it started")

    def _open(self) -> None:
        store = open_on(FaultyDatabase(self.folder, self.disk), self.folder, self.fault, lambda _: None)
        self.store = store
        self._starts += 1  # nothing random comes twice, however often the node starts on the same files
        seed = f"{self.around.seed}/{self.id}/{self._starts}"
        check_head(store.journal, self.keys.log_key())
        directories = FileDirectories(self.folder, read_settings(self.folder))
        directories.prove(store.journal)
        parted = self.around.in_parts
        self.versions = Versions(self.folder, 0, PART_BYTES) if parted else Versions(self.folder)
        keys: Keys = self.keys
        world = World(
            node=self.id,
            clock=SystemClock(lambda: self.around.time.now_ms(self.id) * 1_000_000),
            randomness=SimRandomness(seed),
            keys=keys,
            directory=directories,
            laws=FileLaws(self.folder / "law", store.journal),
            records=store.records,
            journal=store.journal,
            peers=self.peers,
            weights=FileWeights(self.folder, store.settings, store.journal),
            mail=self.mail,
            witnesses=self.around.witnessed(self.id),
        )
        world = self.around.alter(world)
        watched = watched_journal(world.journal, self.id, self.around.seen, self.fault)
        self.opened = replace(world, journal=watched)

    def answer(self, message: bytes) -> bytes:
        """What this node answers to sealed bytes. Raises what its door would turn into a status."""
        return receive_here(self.world, self.folder, message, self.fault).raw

    def tell(self) -> int:
        """Bring the versions of the directory held here to the other nodes; how many took one."""
        world = self.world
        assert self.versions is not None, "a world has its versions"
        return self.versions.bring(world)

    def arm(self, crash: Crash | None) -> None:
        """Wait for a crash from now on, or for none."""
        self.crash, self._passed = crash, 0

    def stop(self) -> None:
        """Stop in good order; the next life opens the same files."""
        self.arm(None)
        self._close()
        if self.dead:
            self._bury()

    def restart(self) -> None:
        """Whatever state it is in: stop, then open what is there by the normal path."""
        self.stop()
        self.start()

    def kill(self, crash: Crash) -> None:
        """Stop it between two verbs, without a word."""
        self.arm(crash)
        with suppress(CrashedError):
            self._die()

    def settle(self) -> None:
        """Write the log directory up to the newest checkpoint. Raises CrashedError where it stops there."""
        if self.store is None or self.dead:
            return
        self._settling.set()
        try:
            self.store.journal.publish()
        except ClosedError as error:
            raise CrashedError(str(error)) from error
        finally:
            self._settling.clear()

    def fault(self, point: str) -> None:
        """Called by store and law at each crash point: the node may stop here."""
        if self.dead:
            raise CrashedError(f"`{self.id}` stopped before")
        if point == "after-entry" and self.disk.struck:
            self.around.seen.findings.append(f"{self.id} wrote on after a write had failed")
        if point == "taken":
            self.settle()  # what was published before this transaction follows from the seed, not from threads
        crash = self.crash
        if crash is None:
            return
        if point == "sealed":
            self._durable = durable_end(read_wal(self.folder))
        if point != ("committed" if crash.point == TORN else crash.point):
            return
        if point in ("tiles", "published"):
            self._settling.wait()  # the publisher's thread is in no hurry to stop before whoever waits for it
            if self.crash is not crash:
                return
        self._passed += 1
        if self._passed >= crash.passage:
            self._die()

    def _die(self) -> None:
        crash = self.crash
        assert crash is not None, "a node stops only where a crash was armed"
        self.dead, self.crash = True, None
        self.around.seen.counts[f"crash {crash.point}"] += 1
        after = self.home / str(self.life + 1)
        copy_node(self.folder, after)
        block_log(after, blocked=False)  # whoever starts it again has freed the disk
        if crash.power or crash.point == TORN:
            self.around.seen.counts["power lost"] += 1
            whole = self._durable if crash.point == TORN else durable_end(read_wal(after))
            lose_power(after, Random(f"{self.around.seed}/power/{self.id}/{self.life}"), whole)
        raise CrashedError(f"`{self.id}` stopped at `{crash.point}`")

    def _bury(self) -> None:
        """The old life's files go; the next life's are those of the crash."""
        self._close()
        shutil.rmtree(self.folder)
        self.life += 1
        self.dead = False

    def _close(self) -> None:
        self._settling.set()
        if self.store is not None:
            with suppress(ClosedError):
                self.store.close()
        self.store = self.opened = None
        block_log(self.folder, blocked=False)
