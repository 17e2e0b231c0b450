"""The detail step: which record an item of an earlier digest stands for, for this very asker."""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.answering.open_query import Opened
from comity.model.canon import digest
from comity.model.codes import Step
from comity.model.disclosure import MintedItem, Shown
from comity.model.query import Query
from comity.ports import World


def find_shown_item(world: World, opened: Opened) -> MintedItem | None:
    """The item this asker was shown in answer to this very question; nothing otherwise.

    Another agency, purpose, beneficiary, subject, basis or case is a new question to the owner.
    """
    item = world.journal.find_item(opened.query.item_id)
    if item is None:
        return None
    return item if item.question == question_hash(opened.query) else None


def minted_item(query: Query, shown: Shown) -> MintedItem:
    """An item as its owner keeps it: what it stands for, and whose question, here or told without one, it answered."""
    return MintedItem(
        item_id=shown.item_id,
        query_id=query.id,
        asker=query.asker,
        member=query.member,
        owner=query.owner,
        purpose=query.purpose,
        beneficiary=query.beneficiary,
        record_id=shown.record_id,
        person_key=shown.person_key,
        question=question_hash(query),
    )


def question_hash(query: Query) -> str:
    """What a detail must have in common with its digest: everything but step, item, time, member and free words."""
    same = replace(query, step=Step.DIGEST, item_id="", pair="0" * 64, asked_ms=0, member="any")
    return digest(replace(same, identified_by="", note=""))
