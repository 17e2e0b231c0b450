"""The detail step: which record an item of an earlier digest stands for, for this very asker."""

from __future__ import annotations

from comity.exchange.open_query import Opened
from comity.model.disclosure import MintedItem
from comity.ports import World


def find_shown_item(world: World, opened: Opened) -> MintedItem | None:
    """The item this asker was shown under this purpose and for this beneficiary; nothing otherwise.

    Re-use by another agency, for another purpose or for somebody else is a new question to the owner.
    """
    item = world.journal.find_item(opened.query.item_id)
    if item is None:
        return None
    same = (
        item.query_id == opened.query.id
        and item.asker == opened.query.asker
        and item.owner == opened.query.owner
        and item.purpose is opened.query.purpose
        and item.beneficiary == opened.query.beneficiary
    )
    return item if same else None
