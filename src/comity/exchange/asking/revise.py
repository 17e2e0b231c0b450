"""An outcome that is no longer as it was: what changes in it, and the entry that commits to the new one.

1 items withdrawn   gone without a trace: no marker, no receipt that commits to them, no other source told apart by it
2 items marked      corrected, disputed or with another outcome: shown as such until they are asked for anew
3 a late answer     in the place of the status its source had
Persons are joined anew over what is there now.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.answering.record_unit import class_mask
from comity.exchange.asking.kept_outcome import REVISED_KEY, KeptOutcome
from comity.exchange.asking.persons import join_persons
from comity.exchange.builtin import builtin_reason
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import Status
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.outcome import Marker, Outcome, RevisedOutcome, SourceResult


def without_items(revised: RevisedOutcome, owner: str, gone: frozenset[str]) -> RevisedOutcome:
    """The outcome as if the owner had never shown these items."""
    sources = tuple(
        _without(source, gone) if source.agency == owner and source.answer is not None else source
        for source in revised.outcome.sources
    )
    markers = tuple(marker for marker in revised.markers if marker.item_id not in gone)
    # The receipts prove answers as they were; with one of them missing, its source alone would look otherwise.
    bare = tuple(replace(source, receipt=None) for source in sources)
    return replace(revised, outcome=_joined(revised.outcome, bare), markers=markers)


def with_markers(revised: RevisedOutcome, markers: tuple[Marker, ...]) -> RevisedOutcome:
    """The outcome with these said of its items, the newest word of each kind once."""
    known = {(one.item_id, one.kind): one for one in (*revised.markers, *markers)}
    return replace(revised, markers=tuple(known[key] for key in sorted(known)))


def with_answer(revised: RevisedOutcome, result: SourceResult) -> RevisedOutcome:
    """The outcome with one source's newer answer in the place of what that source had said."""
    sources = tuple(result if source.agency == result.agency else source for source in revised.outcome.sources)
    shown = frozenset(item.item_id for source in sources if source.answer for item in source.answer.items)
    return replace(
        revised,
        outcome=_joined(revised.outcome, sources),
        markers=tuple(marker for marker in revised.markers if marker.item_id in shown),
        late=tuple(sorted({*revised.late, result.agency})),
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
