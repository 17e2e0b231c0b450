"""Who was told what was corrected since: the accounting that a recall goes by."""

from __future__ import annotations

from comity.exchange.replay import past_entries
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.correction import FieldChanged, StandingRelease
from comity.model.disclosure import Disclosure, Shown
from comity.ports import World


def standing_releases(
    world: World, owner: Agency, record_id: str, changed: tuple[FieldChanged, ...]
) -> tuple[tuple[StandingRelease, ...], int]:
    """The releases that showed any of these fields of a record, newest first; how many disclosures are no longer kept.

    Reads the newest 100,000 answers of the owner (`replay.MOST_REPLAYED`).
    """
    found: list[StandingRelease] = []
    unread = 0
    for index in past_entries(world, owner):
        record, content = world.journal.record(index), world.journal.content(index)
        if record is None or content is None:
            unread += 1
            continue
        if record_id.encode() not in record:
            continue
        disclosure, answer = from_canonical(record, Disclosure), from_canonical(content, Answer)
        found += [
            StandingRelease(
                entry=index,
                query_id=disclosure.query.id,
                item_id=shown.item_id,
                asker=disclosure.query.asker,
                member=disclosure.query.member,
                at_ms=answer.answered_ms,
                fields=fields,
            )
            for shown in disclosure.shown
            if shown.record_id == record_id and (fields := _fields_shown(shown, changed))
        ]
    return tuple(found), unread


def _fields_shown(shown: Shown, changed: tuple[FieldChanged, ...]) -> tuple[str, ...]:
    """Which of the changed fields an item showed: the event's, and those of its own person."""
    about = {one.field for one in changed if one.person in ("", shown.person_key)}
    return tuple(name for name in shown.fields if name in about)
