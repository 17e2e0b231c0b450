"""What an asker forgets of a standing question: every answer but the newest, so that no history of a person gathers."""

from __future__ import annotations

from comity.exchange.asking.kept_outcome import DELIVERY_KEY
from comity.ports import World


def copies_of(world: World, asker: str, query_id: str) -> tuple[int, ...]:
    """The entries that hold answers to a question as they were brought, beside the outcome that has the newest."""
    rows = world.journal.answers_to(asker, query_id)
    return tuple(index for step_key, index, _ in rows if step_key.startswith(f"{DELIVERY_KEY}:"))
