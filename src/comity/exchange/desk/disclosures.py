"""The disclosures that nobody queried, as the owner's desk and its auditors read them."""

from __future__ import annotations

from comity.exchange.duty.duty_state import is_done
from comity.exchange.person.person_state import reader_of
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Member
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.told import Disclosed, DisclosedEntry
from comity.ports import World

MOST_LISTED = 1_000  # newest first: what a desk looks through; older ones are found by their record
MOST_READ = 100_000  # entries looked at, as for a replay: some seconds


def list_disclosures(world: World, member: Member) -> tuple[DisclosedEntry, ...]:
    """What was told and recorded, the newest first. Raises WrongUseError for who is neither of the desk nor an auditor."""
    owner = reader_of(world, member)
    oris = {dated.ori for dated in owner.oris}
    found: list[DisclosedEntry] = []
    size = world.journal.size()
    for index in range(size - 1, max(-1, size - 1 - MOST_READ), -1):
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.kind is EntryKind.DISCLOSED and facts.owner_ori in oris:
            found.append(_entry(world, owner, index, facts))
        if len(found) == MOST_LISTED:
            break
    return tuple(found)


def _entry(world: World, owner: Agency, index: int, facts: EntryFacts) -> DisclosedEntry:
    sealed = world.journal.sealed(index)
    if sealed is None:
        return DisclosedEntry(entry=index, at_ms=facts.at_ms, disclosed=None)
    disclosed = from_canonical(sealed, Disclosed)
    review = world.journal.find_duty(owner.id, disclosed.finding) if disclosed.finding else None
    return DisclosedEntry(
        entry=index,
        at_ms=disclosed.recorded_ms,
        disclosed=disclosed,
        open_finding=review is not None and not is_done(review),
    )
