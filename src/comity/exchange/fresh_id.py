"""Ids that nobody gave before, for questions and as nonces of messages."""

from __future__ import annotations

from comity.ports import World

RANDOM_BYTES = 10  # beside the millisecond: of a million a second, two are alike once in ten million years


def fresh_id(world: World, now_ms: int) -> str:
    """32 hexadecimal digits: 12 of the time in UTC milliseconds, 20 at random.

    Ids of one time lie together in an index. Random ones scatter, and each entry of the log would rewrite two pages of the
    database for its question and its nonce alone, more than for everything else it commits.
    """
    return f"{now_ms:012x}{world.randomness.take(RANDOM_BYTES).hex()}"
