"""An outcome that is no longer as it was: what changes in it, and the entry that commits to the new one.

1 items withdrawn   gone without a trace: no marker, no receipt that commits to them, no other source told apart by it
2 items marked      corrected, disputed or with another outcome: shown as such until they are asked for anew
3 a late answer     in the place of the status its source had
4 a note            what a member wrote down of a call goes with its item, and stays beside its record when that is shown anew
Persons are joined anew over what is there now.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import UNSET
from msgspec.structs import replace

from comity.exchange.answering.record_unit import class_mask
from comity.exchange.asking.kept_outcome import REVISED_KEY, KeptOutcome
from comity.exchange.asking.persons import join_persons
from comity.exchange.builtin import builtin_reason
from comity.model.agency import Agency
from comity.model.answer import Answer, Item
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import Level, Status
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.outcome import Marker, Outcome, RevisedOutcome, SourceResult
from comity.model.told_note import ToldNote

Items = dict[tuple[str, str], Item]  # by owner and item id


def without_items(revised: RevisedOutcome, owner: str, gone: frozenset[str]) -> RevisedOutcome:
    """The outcome as if the owner had never shown these items."""
    sources = tuple(
        _without(source, gone) if source.agency == owner and source.answer is not None else source
        for source in revised.outcome.sources
    )
    markers = tuple(marker for marker in revised.markers if marker.item_id not in gone)
    # The receipts prove answers as they were; with one of them missing, its source alone would look otherwise.
    bare = tuple(replace(source, receipt=None) for source in sources)
    told = tuple(
        note for note in revised.notes if (note.owner, note.item_id) not in {(owner, one) for one in gone}
    )
    return replace(revised, outcome=_joined(revised.outcome, bare), markers=markers, told=told or UNSET)


def with_note(revised: RevisedOutcome, note: ToldNote) -> RevisedOutcome:
    """The outcome with a note beside it."""
    return replace(revised, told=(*revised.notes, note))


def with_markers(revised: RevisedOutcome, markers: tuple[Marker, ...]) -> RevisedOutcome:
    """The outcome with these said of its items, the newest word of each kind once."""
    known = {(one.item_id, one.kind): one for one in (*revised.markers, *markers)}
    return replace(revised, markers=tuple(known[key] for key in sorted(known)))


def with_answer(revised: RevisedOutcome, result: SourceResult) -> RevisedOutcome:
    """The outcome with one source's newer answer in the place of what that source had said."""
    sources = tuple(result if source.agency == result.agency else source for source in revised.outcome.sources)
    shown = frozenset(item.item_id for source in sources if source.answer for item in source.answer.items)
    joined = _joined(revised.outcome, sources)
    return replace(
        revised,
        outcome=joined,
        markers=tuple(marker for marker in revised.markers if marker.item_id in shown),
        late=tuple(sorted({*revised.late, result.agency})),
        told=notes_beside(joined, revised) or UNSET,
    )


def without_answers(revised: RevisedOutcome) -> RevisedOutcome:
    """The outcome of a question that stands no more: who was asked, and nothing of what they said."""
    reason = (builtin_reason("comity/STANDS-NO-MORE"),)
    sources = tuple(
        SourceResult(agency=source.agency, status=Status.REFUSED, reasons=reason)
        for source in revised.outcome.sources
    )
    return RevisedOutcome(outcome=_joined(revised.outcome, sources))


def answer_of(revised: RevisedOutcome, owner: str) -> Answer | None:
    """An owner's answer as it stands in an outcome, if it has one."""
    return next((source.answer for source in revised.outcome.sources if source.agency == owner), None)


def shown_items(revised: RevisedOutcome, owner: str) -> frozenset[str]:
    """The items of an owner that stand in an outcome."""
    answer = answer_of(revised, owner)
    return frozenset() if answer is None else frozenset(item.item_id for item in answer.items)


def notes_beside(outcome: Outcome, before: RevisedOutcome) -> tuple[ToldNote, ...]:
    """The notes of an outcome, beside another of the same question that was answered anew.

    A note stands at its own item, else at the one item of its owner that is the same record of the same person and whose
    field is still to be asked of the owner. At no other, and then nowhere.
    """
    was, now = dict(_items(before.outcome)), dict(_items(outcome))
    found = []
    for note in before.notes:
        key = (note.owner, note.item_id)
        if key in now:
            found.append(note)
        elif (item := _same_record(key, was, now)) is not None and is_told_of(item, note.field):
            found.append(replace(note, item_id=item.item_id))
    return tuple(found)


def _same_record(key: tuple[str, str], was: Items, now: Items) -> Item | None:
    """The item that is the same record of the same person, where either answer shows one alone of it."""
    old = was.get(key)
    if old is None or not old.reference:  # what may be somebody else's has none
        return None

    def of_it(items: Items) -> list[Item]:
        return [one for (owner, _), one in items.items() if owner == key[0] and one.reference == old.reference]

    found = of_it(now)
    alone = len(of_it(was)) == len(found) == 1
    return found[0] if alone and _name(found[0]) == _name(old) else None


def _name(item: Item) -> tuple[str, ...]:
    return next((one.values for one in item.fields if one.field == "name"), ())


def is_told_of(item: Item, field: str) -> bool:
    """Whether a field's owner is to be asked for it: what may be written down of it. Never one that the law withholds."""
    return any(one.field == field and one.level is Level.POINTER for one in item.fields)


def _items(outcome: Outcome) -> Iterator[tuple[tuple[str, str], Item]]:
    for source in outcome.sources:
        for item in source.answer.items if source.answer is not None else ():
            yield (source.agency, item.item_id), item


def revised_unit(asker: Agency, kept: KeptOutcome, revised: RevisedOutcome, now: tuple[int, str]) -> Unit:
    """The entry of an outcome that takes another's place; `now` is the instant (UTC milliseconds) and the ORI of then."""
    request = revised.outcome.request
    sources = revised.outcome.sources
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.RECEIVED,
            at_ms=now[0],
            asker_ori=now[1],
            purpose=request.purpose,
            instrument=request.basis.instrument,
            class_mask=class_mask(request.data_classes),
            released=sum(len(source.answer.items) for source in sources if source.answer),
            pair=digest(revised.outcome.query_id).removeprefix("sha256:"),
        ),
        content=canonical_bytes(revised),
        record=canonical_bytes({"asker": asker.id}),
        answer_to=(asker.id, revised.outcome.query_id, REVISED_KEY, digest(request)),
        supersedes=(kept.index,),
        forgets=(kept.index,),  # what takes its place has it all; no recall would find it there any more
    )


def _without(source: SourceResult, gone: frozenset[str]) -> SourceResult:
    answer = source.answer
    assert answer is not None, "a source without an answer showed nothing"
    items = tuple(item for item in answer.items if item.item_id not in gone)
    if len(items) == len(answer.items):
        return source
    if items:
        return replace(source, answer=_narrowed(answer, items))
    nothing = Status.NOTHING_RELEASABLE
    return replace(source, status=nothing, reasons=(), answer=_emptied(answer), receipt=None)


def _narrowed(answer: Answer, items: tuple) -> Answer:  # type: ignore[type-arg]
    left = {item.item_id for item in items}
    return replace(
        answer,
        items=items,
        one_person=tuple(pair for pair in answer.one_person if set(pair) <= left),
        two_people=tuple(pair for pair in answer.two_people if set(pair) <= left),
    )


def _emptied(answer: Answer) -> Answer:
    """What an owner answers that has nothing to release."""
    return replace(
        answer,
        status=Status.NOTHING_RELEASABLE,
        reasons=(),
        items=(),
        possible=None,
        not_in_file_ppm=None,
        deadline_ms=None,
        one_person=(),
        two_people=(),
    )


def _joined(outcome: Outcome, sources: tuple[SourceResult, ...]) -> Outcome:
    persons, apart = join_persons(sources)
    return replace(outcome, sources=sources, persons=persons, apart=apart)
