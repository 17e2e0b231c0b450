"""Asking a region's past at its nodes: by the verbs of any question, with a clock that is set by hand and no network between.

What a question made an owner owe is done two days later.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

from comity.demo.agencies import directory_agencies, members
from comity.demo.past import DAY_MS, PastQuestion
from comity.errors import AskedBeforeError, DutyRefusedError
from comity.exchange.asking.ask import ask_query
from comity.exchange.duty.duties import finish_duty, finishers
from comity.exchange.duty.duty_state import is_done
from comity.exchange.receive import receive_message
from comity.model.agency import Member
from comity.model.peer_state import PeerState
from comity.node.clock import SystemClock
from comity.node.open_world import open_world
from comity.ports import World

DONE = "done by letter of the records unit"
DONE_AFTER_MS = 2 * DAY_MS


class HandClock:
    """What the nodes' clocks read; it is only ever moved on."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms

    def read_ns(self) -> int:
        """Nanoseconds, as the system's clock has them."""
        return self.at_ms * 1_000_000

    def on_to(self, at_ms: int) -> None:
        """Move it on."""
        self.at_ms = max(self.at_ms, at_ms)


def play_past(nodes: tuple[tuple[str, Path], ...], asked: tuple[PastQuestion, ...]) -> int:
    """Ask them at the nodes, each at its time; how many were put. A person drawn too often is not asked about again."""
    clock, staff, put = HandClock(asked[0].at_ms), {one.id: one for one in members()}, 0
    with ExitStack() as stack:
        worlds = {
            node: stack.enter_context(open_world(folder, clock=SystemClock(clock.read_ns)))
            for node, folder in nodes
        }
        asking = {node: replace(world, peers=Straight(worlds)) for node, world in worlds.items()}
        homes = {one.id: one.node for one in directory_agencies()}
        for one in asked:
            _do_what_is_owed(worlds, homes, staff, clock, one.at_ms)
            clock.on_to(one.at_ms)
            with suppress(AskedBeforeError):
                ask_query(asking[homes[one.request.asker]], one.request, staff[one.request.member])
                put += 1
    return put


class Straight:
    """Other nodes where there is no network: each answers in this process."""

    def __init__(self, worlds: Mapping[str, World]) -> None:
        self._worlds = worlds

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        """The node's reply, at once."""
        return receive_message(self._worlds[node], message).raw

    def states(self) -> tuple[PeerState, ...]:
        """None is remembered."""
        return ()


def _do_what_is_owed(
    worlds: Mapping[str, World],
    homes: Mapping[str, str],
    staff: Mapping[str, Member],
    clock: HandClock,
    by_ms: int,
) -> None:
    """Whatever was owed for two days by then is done; what waits for an event or the end of a period stays."""
    for agency, node in homes.items():
        for owed in worlds[node].journal.duties(agency):
            if is_done(owed) or owed.raised_ms + DONE_AFTER_MS > by_ms or not owed.query_id:
                continue
            clock.on_to(owed.raised_ms + DONE_AFTER_MS)
            whose = [one for one in staff.values() if one.agency == agency and finishers(owed) & set(one.roles)]
            with suppress(DutyRefusedError):
                finish_duty(worlds[node], whose[0], owed.id, DONE)
