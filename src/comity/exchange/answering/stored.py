"""Idempotent retry: the same question under a fresh nonce gets the answer that was committed for it."""

from __future__ import annotations

from dataclasses import dataclass

from comity.exchange.answering.open_query import Opened
from comity.exchange.messages.open_message import Rejected
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.disclosure import RECALLED_BODY
from comity.ports import World

RECALLED = "something in this answer was recalled since it was given; ask again under a new question"


@dataclass(frozen=True, slots=True)
class Stored:
    """An answer already committed and the index of its entry."""

    answer: Answer
    index: int


def find_stored(world: World, opened: Opened) -> Stored | Rejected | None:
    """The committed answer to this very question; a rejection when its id was used for another; else nothing."""
    found = world.journal.find_answer(opened.query.asker, opened.query.id, opened.step_key)
    if found is None:
        return None
    body_hash, content, index = found
    if body_hash == RECALLED_BODY or not content:
        return Rejected(opened.sender, opened.nonce, RECALLED, opened.message_hash)
    if body_hash != opened.body_hash:
        sentence = "this query id was used for another question; give each its own"
        return Rejected(opened.sender, opened.nonce, sentence, opened.message_hash)
    return Stored(from_canonical(content, Answer), index)
