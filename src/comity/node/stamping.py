"""A served node has its newest checkpoint stamped by the hour, where its settings name an authority.

How that stands is a small file beside the stamps, so that a restart neither asks anew within the hour nor forgets what failed.
Nothing waits for a stamp: it says how old a log is, and witnesses that it is one.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from pathlib import Path

from comity.errors import ComityError, SettingsError
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.directory import LogDirectory
from comity.ledger.stamp import read_roots
from comity.model.base import Noun
from comity.node.fault import tell_administrator
from comity.node.stamp import take_stamp
from comity.ports import World
from comity.settings import NodeSettings, read_noun, write_noun

FOLDER = "stamps"
STATE_FILE = "state.json"
EVERY_MS = 3_600_000  # an hour, as a court asks to the day, and free authorities ask to be asked seldom
FIRST_PAUSE_MS = (
    60_000  # after a failure; doubled each time, up to the hour: an authority that is away is not pressed
)
LOOK_S = 15.0  # between two looks at the clock
LARGEST_ROOTS = 1_000_000  # bytes of trusted certificates; one has some thousand


class StampState(Noun, frozen=True, kw_only=True):
    """The newest stamp: of how many entries and when (UTC milliseconds, the authority's); both None before the first.

    `tried` counts what failed since, `fault` says how it failed last, `next_ms` is when it is asked next.
    """

    entries: int | None = None
    stamped_ms: int | None = None
    tried: int = 0
    fault: str = ""
    next_ms: int = 0


def read_stamp_state(folder: Path) -> StampState:
    """How a node's stamps stand. Raises SettingsError for a file that cannot be read."""
    path = folder / FOLDER / STATE_FILE
    return read_noun(path, StampState) if path.exists() else StampState()


def check_stamping(folder: Path, settings: NodeSettings) -> None:
    """The authority's certificates are there. Raises SettingsError: a node that is to be stamped does not start without."""
    if settings.stamp_authority:
        _roots(folder, settings)


def stamp_when_due(world: World, folder: Path, settings: NodeSettings) -> StampState:
    """Have the newest checkpoint stamped if an hour is past and it has grown; how it stands now.

    1 not due yet, or nothing new   2 ask; a stamp that verifies is kept   3 what failed is tried again later, and said
    """
    now_ms = world.clock.now_ms()
    before = read_stamp_state(folder)
    if now_ms < before.next_ms:  # 1
        return before
    log = LogDirectory(folder / "log")
    try:
        if parse_checkpoint(log.checkpoint()).size == before.entries:
            state = StampState(entries=before.entries, stamped_ms=before.stamped_ms, next_ms=now_ms + EVERY_MS)
        else:
            roots, kept = _roots(folder, settings), folder / FOLDER
            stamped, _ = take_stamp(log, world.keys.log_key(), settings.stamp_authority, roots, kept)  # 2
            state = StampState(entries=stamped.head.size, stamped_ms=stamped.at_ms, next_ms=now_ms + EVERY_MS)
    except ComityError as error:  # 3
        pause_ms = min(EVERY_MS, FIRST_PAUSE_MS << min(before.tried, 6))
        state = StampState(
            entries=before.entries,
            stamped_ms=before.stamped_ms,
            tried=before.tried + 1,
            fault=str(error),
            next_ms=now_ms + pause_ms,
        )
    (folder / FOLDER).mkdir(exist_ok=True)
    write_noun(folder / FOLDER / STATE_FILE, state)
    return state


async def keep_stamped(world: World, folder: Path, settings: NodeSettings, pool: Executor) -> None:
    """Have the log stamped for as long as the node serves; a failure is told once, and that it is over."""
    loop = asyncio.get_running_loop()
    told = ""
    while True:  # ends with the node, which cancels it
        try:
            state = await loop.run_in_executor(pool, stamp_when_due, world, folder, settings)
            fault = state.fault
        except (ComityError, OSError) as error:  # the clock, or the folder of the stamps
            fault = str(error)
        if fault != told:
            tell_administrator(f"the log could not be stamped: {fault}" if fault else "the log is stamped again")
            told = fault
        await asyncio.sleep(LOOK_S)


def _roots(folder: Path, settings: NodeSettings) -> bytes:
    path = folder / settings.stamp_roots
    try:
        with path.open("rb") as file:
            pem = file.read(LARGEST_ROOTS + 1)
        read_roots(pem)
    except OSError as error:
        raise SettingsError(
            f"`{path}` cannot be read; put the stamping authority's root certificates there, PEM"
        ) from error
    except ComityError as error:
        raise SettingsError(f"`{path}`: {error}") from error
    return pem
