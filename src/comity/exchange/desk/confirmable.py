"""What an item stands for today: its record, where the owner may still speak of it to whoever was shown it.

Law, agreements, papers and day are those of now. What was recalled, sealed, removed or closed since is not there: who asks
for its confirmation hears what they would hear of a record that cannot be confirmed.
"""

from __future__ import annotations

from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.answer_again import find_given, reopen
from comity.exchange.answering.candidates import decide_one, is_silent, waits_whole
from comity.exchange.answering.law_in_force import law_in_force
from comity.model.agency import Agency
from comity.model.canon import from_canonical
from comity.model.disclosure import Disclosure, MintedItem
from comity.model.query import Query
from comity.model.record import Record
from comity.ports import World


def find_confirmable(world: World, owner: Agency, item: MintedItem, now_ms: int) -> Record | None:
    """The record of an item that its owner showed, where it may be confirmed now; None for every other."""
    disclosure = find_disclosure(world, owner, item)
    record = world.records.get(owner.id, item.record_id)
    if disclosure is None or record is None or record.state.sealed or record.state.restricted:
        return None
    opened = reopen(world.directory(), disclosure, now_ms)
    given = find_given(world, item.asker, item.query_id, opened.step_key)
    if given is None or given.recalled or all(one.item_id != item.item_id for one in given.answer.items):
        return None
    law = law_in_force(world, opened)
    if record.data_class not in decide_asked(opened, law).allowed:
        return None
    if all(person.key != item.person_key for person in record.people):
        return None
    decision = decide_one(law, opened.query, record, item.person_key)
    return None if is_silent(decision) or waits_whole(decision) else record


def find_disclosure(world: World, owner: Agency, item: MintedItem) -> Disclosure | None:
    """The owner's record of the answer that showed an item; None where it is no longer kept."""
    found = (index for minted, index in world.journal.items_of(owner.id, item.record_id) if minted == item)
    index = next(found, -1)
    record = world.journal.record(index) if index >= 0 else None
    return from_canonical(record, Disclosure) if record is not None else None


def find_question(world: World, owner: Agency, item: MintedItem) -> Query | None:
    """The question that an item answered, where it is kept."""
    disclosure = find_disclosure(world, owner, item)
    return disclosure.query if disclosure is not None else None
