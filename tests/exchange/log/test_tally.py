"""What a month amounts to, counted entry by entry."""

from __future__ import annotations

import pytest

from comity.exchange.answering.record_unit import class_mask
from comity.exchange.log.tally import Counting
from comity.model.codes import DataClass
from comity.model.disclosure import EntryFacts, EntryKind


@pytest.mark.parametrize("kind", [EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED])
@pytest.mark.parametrize("released", [0, 1])
def test_what_is_told_of_one_record_counts_in_its_class(kind: EntryKind, released: int) -> None:
    """Nobody asked, so that no answer says the class: the entry does, and what was refused released nothing of it."""
    counting = Counting()
    facts = EntryFacts(kind=kind, at_ms=0, class_mask=class_mask((DataClass.BOOKING,)), released=released)
    counting.add(facts, b"{}")
    (row,) = counting.tally("my-node", "1970-01").rows
    assert (row.entries, row.items, row.released.get(DataClass.BOOKING, 0)) == (1, released, released)


def test_what_a_feed_brings_is_counted_without_a_class() -> None:
    """Its batch has no content that is kept: items are counted, and no class is made up for them."""
    counting = Counting()
    mask = class_mask((DataClass.BOOKING, DataClass.CASE))
    counting.add(EntryFacts(kind=EntryKind.FEED_BATCH, at_ms=0, class_mask=mask, released=7), b"")
    (row,) = counting.tally("my-node", "1970-01").rows
    assert (row.items, row.released) == (7, {})
