"""What becomes of a delivery that was sent: it arrived, it is put off, or it is as it was with one thing changed."""

from __future__ import annotations

from msgspec.structs import replace

from comity.model.delivery import StoredDelivery
from comity.model.feed import FeedDue
from comity.ports import World

FIRST_WAIT_MS = 1_000  # a peer that restarts is back in seconds
LONGEST_WAIT_MS = 3_600_000  # one that is gone for days is asked hourly
LONGEST_FEED_WAIT_MS = 60_000  # behind a batch that waits may wait what must go from its recipient
LONGEST_TROUBLE = 300  # characters kept of why it did not arrive


def put_off(world: World, delivery: StoredDelivery, now_ms: int, trouble: str) -> bool:
    """Try again later; False, because it did not arrive."""
    world.journal.put_off(
        changed(
            delivery,
            next_ms=next_try_ms(world, delivery, now_ms),
            trouble=trouble[:LONGEST_TROUBLE],
            tried=delivery.tried + 1,
        )
    )
    return False


def next_try_ms(world: World, delivery: StoredDelivery, now_ms: int) -> int:
    """When to try again: twice as long each time up to an hour; a quarter more or less, so that not all come at once."""
    longest = LONGEST_FEED_WAIT_MS if isinstance(delivery.due, FeedDue) else LONGEST_WAIT_MS
    wait_ms = min(longest, FIRST_WAIT_MS << min(delivery.tried, 20))
    spread = int.from_bytes(world.randomness.take(2), "big") * wait_ms // 2 // 65_536
    return now_ms + wait_ms * 3 // 4 + spread


def changed(
    delivery: StoredDelivery,
    *,
    next_ms: int | None,
    trouble: str,
    tried: int | None = None,
    arrived_ms: int | None = None,
) -> StoredDelivery:
    """A delivery one change further."""
    return replace(
        delivery,
        next_ms=next_ms,
        trouble=trouble,
        tried=delivery.tried if tried is None else tried,
        arrived_ms=arrived_ms,
        changed=delivery.changed + 1,
    )
