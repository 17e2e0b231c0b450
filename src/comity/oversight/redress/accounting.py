"""The accounting of disclosures for one person, read from the log: who looked, when, for what, and what they saw.

 1 every entry of this owner that shows something, or refuses to, opened against its own record
 2 kept where it showed this very person, or where the question was about this person and showed nothing of them
 3 what a forgotten month showed, by the index of who was shown which record; its fields are not known any more
 4 what feeds brought, by the same index

Of a record with several people only what was shown of this one is told: nobody learns what another did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from comity.exchange.feed.feed_law import standing_item
from comity.exchange.recalls.standing_releases import TOLD_BY, TRANSMITTED_BY
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency
from comity.model.canon import from_canonical
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, MintedItem, Shown
from comity.model.feed import FEED_MEMBER
from comity.model.petition import AccountRow, Channel
from comity.model.query import PersonSubject
from comity.oversight.redress.subject import Numbers, Own, is_about, numbers_in, numbers_of
from comity.ports import World

CHANNELS = {
    EntryKind.ANSWERED: Channel.QUESTION,
    EntryKind.DISCLOSED: Channel.TOLD,
    EntryKind.NOTICED: Channel.NOTICE,
    EntryKind.TRANSMISSION_RELEASED: Channel.ABROAD,
    EntryKind.ONWARD: Channel.ONWARD,
}


@dataclass(frozen=True, slots=True)
class _Person:
    """The person asked about, and where they stand: (record, person key); of these, what is told in person only.

    `numbers` are the person's; of `secret_numbers` only records that are told in person say that they are.
    """

    subject: PersonSubject
    places: frozenset[tuple[str, str]]
    in_person: frozenset[tuple[str, str]]
    numbers: Numbers
    secret_numbers: Numbers


def read_account(world: World, owner: Agency, subject: PersonSubject, own: Own) -> tuple[AccountRow, ...]:
    """Every look-up about a person, the oldest first, numbered from 1."""
    person = _Person(
        subject,
        frozenset((one.record_id, one.person_key) for one in own.records),
        frozenset((one.record_id, one.person_key) for one in own.records if one.in_person),
        numbers_of(subject) | numbers_in(world, owner, (one for one in own.records if not one.in_person)),
        numbers_in(world, owner, (one for one in own.records if one.in_person)),
    )
    rows = [*_logged(world, owner, person), *_by_index(world, owner, person)]
    rows.sort(key=lambda row: (row.at_ms, row.entry, row.records))
    return tuple(replace(row, number=number) for number, row in enumerate(rows, 1))


def _logged(world: World, owner: Agency, person: _Person) -> Iterator[AccountRow]:
    oris = {dated.ori for dated in owner.oris}
    for index in range(world.journal.size()):  # the whole log: a person's file is opened once, by two people
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.kind not in CHANNELS or facts.owner_ori not in oris:
            continue
        if facts.kind is EntryKind.ONWARD and not facts.released:
            continue  # a no to passing on shows nothing, and its record is no disclosure
        record = world.journal.record(index)
        if record is not None:
            disclosure = from_canonical(record, Disclosure)
            if disclosure.query.owner == owner.id:
                yield from _rows(person, index, facts, disclosure)


def _rows(person: _Person, index: int, facts: EntryFacts, disclosure: Disclosure) -> Iterator[AccountRow]:
    """What one entry tells of the person: what may be told online, and what in person, each a row."""
    shown = [one for one in disclosure.shown if (one.record_id, one.person_key) in person.places]
    kept_apart = [one for one in shown if (one.record_id, one.person_key) in person.in_person]
    openly = [one for one in shown if one not in kept_apart]
    about = disclosure.query.subject
    asked = is_about(person.subject, person.numbers, about)
    if openly or asked:  # a question about the person is one online whatever it met
        yield _row(index, facts, disclosure, openly, in_person=False)
    if kept_apart or (not asked and is_about(person.subject, person.secret_numbers, about)):
        yield _row(index, facts, disclosure, kept_apart, in_person=True)


def _row(
    index: int, facts: EntryFacts, disclosure: Disclosure, shown: list[Shown], *, in_person: bool
) -> AccountRow:
    return AccountRow(
        number=0,
        entry=index,
        at_ms=facts.at_ms,
        channel=CHANNELS[facts.kind],
        asker=disclosure.query.asker,
        purpose=disclosure.query.purpose,
        fields=tuple(sorted({name for one in shown for name in one.fields})),
        records=tuple(sorted({one.record_id for one in shown})),
        in_person=in_person,
    )


def _by_index(world: World, owner: Agency, person: _Person) -> Iterator[AccountRow]:
    """What stands in the index alone: showings whose month was forgotten, and what feeds brought."""
    for record_id in sorted({record_id for record_id, _ in person.places}):
        for item, index in world.journal.items_of(owner.id, record_id):
            place = (item.record_id, item.person_key)
            forgotten = index < 0 or world.journal.record(index) is None
            if place in person.places and (forgotten or item.member == FEED_MEMBER):
                yield _indexed(world, item, index, in_person=place in person.in_person)


def _indexed(world: World, item: MintedItem, index: int, *, in_person: bool) -> AccountRow:
    fed = item.member == FEED_MEMBER
    stands = standing_item(world, item.owner, item.query_id, (item.record_id, item.item_id)) if fed else None
    return AccountRow(
        number=0,
        entry=index,
        at_ms=decode_entry(world.journal.entry(index)).facts.at_ms if index >= 0 else 0,
        channel=_channel(item),
        asker=item.asker,
        purpose=item.purpose,
        fields=stands.fields if stands is not None else (),
        records=(item.record_id,),
        kept=stands is not None,
        in_person=in_person,
    )


def _channel(item: MintedItem) -> Channel:
    if item.member == FEED_MEMBER:
        return Channel.FEED
    if item.member == TRANSMITTED_BY:
        return Channel.ABROAD
    return Channel.TOLD if item.member.startswith(TOLD_BY) else Channel.QUESTION
