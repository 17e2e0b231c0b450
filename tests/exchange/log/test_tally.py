"""What a month amounts to, counted entry by entry."""

from __future__ import annotations

import pytest

from comity.exchange.answering.record_unit import class_mask
from comity.exchange.log.tally import Calendars, Counting, Read
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.pruning import Tally


def counted(facts: EntryFacts) -> Tally:
    """The tally of one entry of which nothing is kept, read back from its bytes."""
    counting = Counting(Calendars())
    counting.add(Read(0, facts), first=True)
    return from_canonical(canonical_bytes(counting.tally("my-node", "1970-01")), Tally)


@pytest.mark.parametrize("kind", [EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED])
@pytest.mark.parametrize("released", [0, 1])
def test_what_is_told_of_one_record_counts_in_its_class(kind: EntryKind, released: int) -> None:
    """Nobody asked, so that no answer says the class: the entry does, and what was refused released nothing of it."""
    facts = EntryFacts(kind=kind, at_ms=0, class_mask=class_mask((DataClass.BOOKING,)), released=released)
    (row,) = counted(facts).rows
    assert (row.entries, row.items, row.released.get(DataClass.BOOKING, 0)) == (1, released, released)


def test_what_a_feed_brings_is_counted_without_a_class() -> None:
    """Its batch has no content that is kept: items are counted, and no class is made up for them."""
    mask = class_mask((DataClass.BOOKING, DataClass.CASE))
    (row,) = counted(EntryFacts(kind=EntryKind.FEED_BATCH, at_ms=0, class_mask=mask, released=7)).rows
    assert (row.items, row.released) == (7, {})


def test_what_is_gone_before_the_tally_is_said() -> None:
    """An answer that was forgotten by then counts as an entry, and stands as unread: nothing is made up for it."""
    tally = counted(EntryFacts(kind=EntryKind.ANSWERED, at_ms=0, released=2))
    (row,) = tally.rows
    assert (row.entries, row.items, row.unread, row.rules, row.ruleless) == (1, 2, 1, {}, 0)
    assert tally.steps.unread == (0,)
