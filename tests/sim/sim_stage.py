"""Shorthands for tests that play a simulation by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from comity.exchange.asking.ask import ask_query
from comity.model.outcome import Outcome
from comity.sim.check import check_all
from comity.sim.leaving import body_of
from comity.sim.play import Play
from comity.sim.scene import EVERYWHERE, Somebody, member_of, request_of
from comity.sim.seen import Left

NORTH, SOUTH, WEST, GRAY = "north-police", "south-sheriff", "west-police", "gray-police"


def ask(play: Play, who: Somebody = EVERYWHERE, asker: str = NORTH, *sources: str) -> Outcome:
    """A detective's question, noted as a verb notes it."""
    request = request_of(asker, who, sources or (SOUTH,))
    outcome = ask_query(play.world(asker), request, member_of(asker, "detective"))
    play.seen.outcomes.append(outcome)
    return outcome


def finish(play: Play) -> list[str]:
    """Stop every node in good order and check all that is left."""
    stop(play)
    return check(play)


def stop(play: Play) -> None:
    """Stop every node in good order."""
    for node in play.nodes.values():
        node.stop()


def check(play: Play) -> list[str]:
    """Every check of what is left."""
    folders = {name: node.folder for name, node in play.nodes.items()}
    return check_all(folders, {name: node.keys.log_key() for name, node in play.nodes.items()}, play.seen)


def last_answer(play: Play) -> Left:
    """The last answer that left a node."""
    return [one for one in play.seen.left if one.asked and body_of(one.raw)[1]["type"] == "answer"][-1]


def edited(left: Left, edit: Callable[[dict[str, Any]], None]) -> Left:
    """The same bytes with the message's body edited; nobody signs it again."""
    message, body = body_of(left.raw)
    edit(body)
    raw = b"unsigned\n" + json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode()
    return replace(left, raw=raw)
