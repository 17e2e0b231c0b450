"""What leaves an agency, by the time of its entries, for its own desk: read from the codes of entries, which name nobody.

No entry is made of reading it, as of every reading of an agency's own books by its own desk. What an answer held is opened
with the record, under a reason (`exchange/records/read_record.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from comity.exchange.log.entry_says import classes_in
from comity.exchange.person.person_state import reader_of
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, Member
from comity.model.codes import Status
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.leaving import Leaving, LeavingRow, LeavingWanted
from comity.ports import World

WAYS = {
    EntryKind.ANSWERED: "answer",
    EntryKind.DISCLOSED: "told",
    EntryKind.ONWARD: "onward",
    EntryKind.NOTICED: "notice",
    EntryKind.FEED_BATCH: "feed",
    EntryKind.TRANSMISSION_RELEASED: "transmission",
}
MOST_ROWS = 200  # of one page
MOST_READ = 100_000  # entries looked at for one page: a second or two


def list_leaving(world: World, member: Member, wanted: LeavingWanted) -> Leaving:
    """The rows wanted, in the order of their entries. Raises WrongUseError for who is neither of the desk nor an auditor."""
    owner = reader_of(world, member)
    names = {dated.ori: one.id for one in world.directory().agencies for dated in one.oris}
    oris = {dated.ori for dated in owner.oris}
    first, last = max(wanted.after + 1, 0), world.journal.size() - 1
    last = last if wanted.before < 0 else min(last, wanted.before - 1)
    between = range(first, last + 1)[:: 1 if wanted.oldest else -1]
    found: list[LeavingRow] = []
    for index in between[:MOST_READ]:
        facts = decode_entry(world.journal.entry(index)).facts
        if facts.kind in WAYS and facts.owner_ori in oris:
            row = _row(names, index, facts)
            if _is_wanted(row, wanted, owner):
                if len(found) == MOST_ROWS:
                    return Leaving(rows=tuple(found), more=True)
                found.append(row)
    return Leaving(rows=tuple(found), more=len(between) > MOST_READ)


def _row(names: Mapping[str, str], index: int, facts: EntryFacts) -> LeavingRow:
    return LeavingRow(
        entry=index,
        at_ms=facts.at_ms,
        way=WAYS[facts.kind],
        agency=names.get(facts.asker_ori, facts.asker_ori),
        purpose=str(facts.purpose or ""),
        decision=facts.decision,
        classes=tuple(classes_in(facts)),
        released=facts.released,
    )


def _is_wanted(row: LeavingRow, wanted: LeavingWanted, owner: Agency) -> bool:
    """An agency's answers to itself leave nothing, and are no rows."""
    if row.agency == owner.id or (wanted.agency and row.agency != wanted.agency):
        return False
    if wanted.purpose and row.purpose != wanted.purpose:
        return False
    return not wanted.result or wanted.result == result_of(row)


def result_of(row: LeavingRow) -> str:
    """What came of it: something was released, the question waits for a person or was refused, or nothing was released."""
    if row.released:
        return "released"
    if row.decision == Status.HELD:
        return "held"
    return "refused" if row.decision == Status.REFUSED else "nothing"
