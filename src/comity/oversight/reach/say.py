"""Ways and closings in plain sentences."""

from __future__ import annotations

from comity.model.forbidden_way import WayStep
from comity.oversight.reach.answer import Closing, Step, Way
from comity.oversight.reach.hop import Ruling


def say_step(step: Step) -> str:
    """`a --front door, agreement A-12, G-01--> b (decided by law)`"""
    hop = step.hop
    return f"{hop.giver} --{step.door}, {hop.authority}--> {hop.taker} ({hop.known})"


def step_value(step: Step) -> WayStep:
    """The same in parts, as it is told to whoever draws it."""
    hop = step.hop
    return WayStep(
        giver=hop.giver, taker=hop.taker, door=step.door, authority=hop.authority, known=hop.known.value
    )


def say_way(way: Way) -> str:
    """Who has the data on the way, in one line."""
    return " -> ".join(way.agencies)


def say_ruling(ruling: Ruling) -> str:
    """What law says of a hop, with its citations."""
    cited = "; ".join(f"{one.title} ({one.rule}, {one.citation}; {one.status})" for one in ruling.rules)
    return f"law {ruling.says}" + (f": {cited}" if cited else "")


def say_closing(closing: Closing) -> str:
    """Everything that must end, in one line."""
    return "; and ".join(closing.ends)
