"""Feeds: what a recipient holds is what it may have today, it answers nothing, and what goes at the owner goes there."""

from __future__ import annotations

from feed_stage import check_caught_up, copies, held, records_now, running, sent, taken, terms, turn
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF

ON_BOTH_ENGINES = True


def test_a_feed_brings_everything_it_may(own_stage: Stage) -> None:
    """The first round is the whole set that may be released, in several batches, each proved by the recipient's log."""
    own = tuple(records_now(own_stage))
    more = [replace(record, id=f"{record.id}-{turn_of}") for turn_of in range(6) for record in own]
    own_stage.federation.world_of(CA_SHERIFF).records.load(more)
    feed = running(own_stage)
    print(turn(own_stage), len(own), len(more), len(copies(own_stage, feed)))
    assert held(own_stage, feed)
    check_caught_up(own_stage, feed, terms())
    assert (sent(own_stage, feed).number, sent(own_stage, feed).head) == (
        taken(own_stage, feed).number,
        taken(own_stage, feed).head,
    )
    assert 0
