"""What an owner told of a field that it lets nobody have by an answer, written down at the asker, beside that answer.

An answer, or the detail of a record, may say of a field "ask the owner". What the owner then says by telephone is its own
disclosure, in its own log. At the asker it is a member's note: not in the answer that the owner signed, not certified, and
shown as that. Of a field that the law withholds nothing is written down: whoever told it passed by the law, and a note would
keep what came that way.

It is kept in the outcome's own place, so that it goes where the item goes: withdrawn, sealed, purged or forgotten with it.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import RejectedMessageError, WrongUseError
from comity.exchange.asking.kept_outcome import ASKED_KEY, DETAIL_KEY, KeptOutcome, find_outcome
from comity.exchange.asking.revise import is_told_of, revised_unit, with_note
from comity.exchange.desk.confirmation_asked import shown_item
from comity.exchange.fresh_id import fresh_id
from comity.exchange.owners import owner_day, owner_here
from comity.ledger.append import append_entry
from comity.ledger.entry import BUCKET_MS
from comity.model.agency import Agency, Member
from comity.model.answer import Item
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import RevisedOutcome, SourceResult
from comity.model.query import Query
from comity.model.refused import tell_refused
from comity.model.told_note import MOST_NOTES, ToldNote, ToldWanted
from comity.ports import World

WRITTEN_WITHIN_MS = (
    30 * 86_400_000
)  # as long as the question is in its asker's list; a note keeps no answer for longer


def note_told(world: World, member: Member, wanted: ToldWanted) -> ToldNote:
    """Write down what an owner told of a field that it asks to be asked for.

    1 a trained member of the agency that asked   2 the answer as it stands, and the item in it
    3 written down before, to the letter: nothing changes   4 a field of which the owner is to be asked; a time that can be
    5 one entry: the outcome with the note beside it, in the place of the one before

    What changes the outcome at the same moment takes the same place: one of both is entered, and the other looks again. So no
    note stands beside an item that was withdrawn. Raises WrongUseError for what cannot be written down.
    """
    agency = owner_here(world, member.agency)  # 1
    if member.trained_until < owner_day(agency, world.clock.now_ms()):
        raise WrongUseError(tell_refused("told.training", member=member.id, day=str(member.trained_until)))
    try:
        return _note(world, agency, member, wanted)
    except RejectedMessageError:  # the outcome was changed between our look and our commit
        return _note(world, agency, member, wanted)


def _note(world: World, agency: Agency, member: Member, wanted: ToldWanted) -> ToldNote:
    now_ms = world.clock.now_ms()
    kept = find_outcome(world, agency.id, wanted.query_id)  # 2
    if kept is None:
        raise WrongUseError(tell_refused("told.no-answer", agency=agency.id, question=wanted.query_id))
    before = next((one for one in kept.revised.notes if one.says_the_same(member.id, wanted)), None)
    if before is not None:  # 3
        return before
    owner = _check(world, agency, kept.revised, wanted, now_ms)  # 4
    note = ToldNote(
        id=fresh_id(world, now_ms),
        item_id=wanted.item_id,
        owner=owner,
        field=wanted.field,
        told=wanted.told,
        told_by=wanted.told_by,
        how=wanted.how,
        told_ms=wanted.told_ms,
        member=member.id,
        written_ms=now_ms,
    )
    append_entry(world, _unit(agency, kept, note))  # 5
    return note


def told_fields(world: World, member: Member, query_id: str, item_id: str) -> tuple[str, ...]:
    """The fields of an item of which a call may be written down now; none where nothing may.

    Raises WrongUseError for an answer that the member's agency does not have, or an item that is not in it.
    """
    agency = owner_here(world, member.agency)
    kept = find_outcome(world, agency.id, query_id)
    if kept is None:
        raise WrongUseError(tell_refused("told.no-answer", agency=agency.id, question=query_id[:64]))
    item, _ = shown_item(kept.revised, item_id)
    if _why_not(kept.revised, item, world.clock.now_ms()):
        return ()
    return _askable(world, agency, query_id, item)


def _check(world: World, agency: Agency, revised: RevisedOutcome, wanted: ToldWanted, now_ms: int) -> str:
    """Step 4; the item's owner."""
    item, owner = shown_item(revised, wanted.item_id)
    why_not = _why_not(revised, item, now_ms)
    if why_not:
        raise WrongUseError(why_not)
    if wanted.field not in _askable(world, agency, wanted.query_id, item):
        raise WrongUseError(tell_refused("told.not-asked", field=wanted.field))
    asked_ms = revised.outcome.asked_ms // BUCKET_MS * BUCKET_MS  # the time of a call is known to the minute
    if not asked_ms <= wanted.told_ms <= now_ms:
        raise WrongUseError(tell_refused("told.time"))
    return owner


def _why_not(revised: RevisedOutcome, item: Item, now_ms: int) -> str:
    """Why nothing is written down of an item now, whatever its fields are; empty where it may be."""
    if any(one.item_id == item.item_id for one in revised.markers):
        return "its owner recalled this record; ask the question anew, then write down what is told of it"
    if now_ms - revised.outcome.asked_ms > WRITTEN_WITHIN_MS:
        return "a call is written down within 30 days of the question; ask anew, then write it down"
    if len(revised.notes) >= MOST_NOTES:
        return f"beside one answer stand at most {MOST_NOTES} notes; write on in the case file"
    return ""


def _askable(world: World, agency: Agency, query_id: str, item: Item) -> tuple[str, ...]:
    """The fields whose owner is to be asked, by the answer or by the newest detail that came of the item, and that this
    detail does not withhold.
    """
    detail = _newest_detail(world, agency, query_id, item.item_id)
    shown = (item,) if detail is None else (item, detail)
    closed = frozenset(one.field for one in detail.withheld) if detail is not None else frozenset()
    named = dict.fromkeys(field.field for one in shown for field in one.fields if is_told_of(one, field.field))
    return tuple(one for one in named if one not in closed)


def _newest_detail(world: World, agency: Agency, query_id: str, item_id: str) -> Item | None:
    """The record in full as it came last; None where it was not asked for, or nothing of it came."""
    rows = {step_key: content for step_key, _, content in world.journal.answers_to(agency.id, query_id) if content}
    newest = None
    for step_key, content in rows.items():
        kind, _, pair = step_key.partition(":")
        asked = rows.get(f"{ASKED_KEY}:{pair}") if kind == DETAIL_KEY else None
        if asked is None or all(one.item_id != item_id for one in from_canonical(asked, tuple[Query, ...])):
            continue
        answer = from_canonical(content, SourceResult).answer
        newest = answer.items[0] if answer is not None and answer.items else None
    return newest


def _unit(agency: Agency, kept: KeptOutcome, note: ToldNote) -> Unit:
    """The entry's codes say that something was written down, of which question and when; what and by whom is wrapped."""
    noted = with_note(kept.revised, note)
    unit = revised_unit(agency, kept, noted, (note.written_ms, agency.ori_on(owner_day(agency, note.written_ms))))
    return replace(
        unit,
        facts=replace(unit.facts, kind=EntryKind.TOLD_NOTED, released=0),
        record=canonical_bytes({"member": note.member, "note": note.id}),
    )
