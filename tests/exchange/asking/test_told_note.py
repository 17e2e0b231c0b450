"""What an owner told by telephone, written down beside its answer: of what it asks to be asked for, and gone with its item."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.structs import replace
from prune_stage import keep_by_month, months_later
from recall_stage import push
from region_stage import Stage

from comity.demo.agencies import FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE
from comity.errors import NounError, WrongUseError
from comity.exchange.asking.copies import copy_answer
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.asking.kept_outcome import find_outcome, get_outcome
from comity.exchange.asking.revise import is_told_of, notes_beside, with_note, without_items
from comity.exchange.asking.told_note import WRITTEN_WITHIN_MS, note_told, told_fields
from comity.exchange.log.prune_log import prune_log
from comity.exchange.log.reconcile import own_side, reconcile, side_of_journal
from comity.exchange.log.still_needed import PASSING
from comity.exchange.records.record_act import act_on_record
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.entry import decode_entry
from comity.ledger.witnessed import INNER_KINDS
from comity.model.answer import Item, ReleasedField
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass, Level, Status
from comity.model.copied import CopyForm
from comity.model.correction import RecordAct
from comity.model.disclosure import EntryKind
from comity.model.outcome import FetchRequest, Outcome, RevisedOutcome, SourceResult
from comity.model.told import Channel
from comity.model.told_note import MOST_NOTES, ToldNote, ToldWanted
from comity.ports import Journal

ON_BOTH_ENGINES = True
ASKER, OWNER = FEDERAL_INVESTIGATIONS, IL_POLICE
MEMBER = "federal-investigations-investigator"
FIELD, WITHHELD, GIVEN = "incident-type", "ssn", "incident-number"
WORDS = "burglary of a shop, wheel marks by the door"
HOUR_MS, DAY_MS = 3_600_000, 86_400_000


class Desk:
    """The investigators' node with an answer of Sandstone Falls', which says of a case's type: ask the owner."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world = stage.federation.world_of(ASKER)
        self.member = stage.member(MEMBER)
        question = stage.region.scene.investigator_question
        self.outcome = stage.ask(question, sources=(OWNER,), data_classes=(DataClass.CASE, DataClass.BOOKING))
        self.item = next(one for one in self.items() if is_told_of(one, FIELD))
        self.wait(HOUR_MS)

    def kept(self) -> RevisedOutcome:
        return get_outcome(self.world, ASKER, self.outcome.query_id)

    def items(self) -> tuple[Item, ...]:
        (source,) = self.kept().outcome.sources
        return source.answer.items if source.answer is not None else ()

    def wanted(self, **changes: Any) -> ToldWanted:
        given: dict[str, Any] = {
            "query_id": self.outcome.query_id,
            "item_id": self.item.item_id,
            "field": FIELD,
            "told": WORDS,
            "told_by": "the records desk",
            "how": Channel.CALL,
            "told_ms": self.world.clock.now_ms() - 60_000,
        }
        return ToldWanted(**{**given, **changes})

    def note(self, **changes: Any) -> ToldNote:
        return note_told(self.world, self.member, self.wanted(**changes))

    def wait(self, span_ms: int) -> None:
        for clock in self.stage.federation.clocks.values():
            clock.at_ms += span_ms

    def act(self, what: str) -> None:
        """The owner's custodian acts on the record, and everybody who was shown it is told."""
        owner = self.stage.federation.world_of(OWNER)
        minted = owner.journal.find_item(self.item.item_id)
        assert minted is not None
        wanted = RecordAct(record_id=minted.record_id, act=what, reason="by order of the court")
        act_on_record(owner, self.stage.member("il-police-custodian"), wanted)
        push(self.stage)

    def kinds(self, since: int) -> list[EntryKind]:
        return [one.kind for one in self.stage.entries(ASKER, since)]

    def holding(self, words: str) -> list[int]:
        """The entries of which anything that is kept has these words in it."""
        journal = self.world.journal
        return [
            index
            for index in range(journal.size())
            if words.encode() in (journal.content(index) or b"") + (journal.record(index) or b"")
        ]


@pytest.fixture
def desk(own_stage: Stage) -> Desk:
    return Desk(own_stage)


# ---------------------------------------------------------------- what is written, and where it stands


def test_a_note_is_entered_and_stands_beside_the_answer(desk: Desk) -> None:
    """An entry of its own kind; the owner's answer is to the byte what it was."""
    size = desk.world.journal.size()
    note = desk.note()
    assert desk.kinds(size) == [EntryKind.TOLD_NOTED]
    facts = decode_entry(desk.world.journal.entry(size)).facts
    assert (facts.released, facts.purpose) == (0, desk.outcome.request.purpose)
    kept = desk.kept()
    assert kept.notes == (note,)
    assert (note.owner, note.item_id, note.member, note.told) == (OWNER, desk.item.item_id, MEMBER, WORDS)
    assert kept.outcome == desk.outcome
    assert WORDS.encode() not in canonical_bytes(kept.outcome)
    assert b"records desk" not in (desk.world.journal.record(size) or b"")


def test_an_outcome_without_notes_is_written_as_it_always_was(desk: Desk) -> None:
    """What older nodes kept is read as it stands; an empty list of notes is no outcome."""
    plain = RevisedOutcome(outcome=desk.outcome)
    assert b'"told"' not in canonical_bytes(plain)
    assert from_canonical(canonical_bytes(plain), RevisedOutcome).notes == ()
    with pytest.raises(NounError, match="has no notes"):
        RevisedOutcome(outcome=desk.outcome, told=())


def test_the_same_words_again_change_nothing(desk: Desk) -> None:
    """To the letter and the minute; another member's, another time or another word is a note of its own."""
    wanted = desk.wanted()
    note = note_told(desk.world, desk.member, wanted)
    size = desk.world.journal.size()
    assert note_told(desk.world, desk.member, wanted) == note
    assert desk.world.journal.size() == size
    other = replace(desk.member, id="federal-investigations-other")
    assert note_told(desk.world, other, wanted) != note
    assert len(desk.kept().notes) == 2


def test_what_one_note_kept_is_kept_once_when_another_comes(desk: Desk) -> None:
    """The outcome that a newer one takes the place of is destroyed with its keys: no recall would find it there."""
    desk.note()
    desk.note(told="the second call said more")
    assert len(desk.holding(WORDS)) == 1
    assert len(desk.holding(desk.item.reference)) == 1


@pytest.mark.parametrize("field", [WITHHELD, GIVEN, "charge", "no-such-field"])
def test_of_a_field_that_is_not_to_be_asked_for_nothing_is_written(desk: Desk, field: str) -> None:
    """A withheld field first of all: whoever told it passed by the law. Nor of one that was given, or is not there."""
    assert (field in (WITHHELD, "charge")) is any(one.field == field for one in desk.item.withheld)
    size = desk.world.journal.size()
    with pytest.raises(WrongUseError, match="only of such a field is a call written down") as refused:
        desk.note(field=field)
    assert WORDS not in str(refused.value)
    assert desk.world.journal.size() == size


def test_of_what_the_record_in_full_says_to_ask_for_a_call_is_written_down(desk: Desk) -> None:
    """Charge and story wait for the detail; once it says "ask the owner" of them they may be written of, and no others."""
    before = told_fields(desk.world, desk.member, desk.outcome.query_id, desk.item.item_id)
    assert before == (FIELD,)
    with pytest.raises(WrongUseError, match="only of such a field"):
        desk.note(field="charge")
    request = FetchRequest(
        query_id=desk.outcome.query_id,
        item_id=desk.item.item_id,
        asker=ASKER,
        member=MEMBER,
        identified_by="the birth date and the case agree",
    )
    result = fetch_item(desk.world, request, desk.member)
    assert result.answer is not None
    (detail,) = result.answer.items
    opened = told_fields(desk.world, desk.member, desk.outcome.query_id, desk.item.item_id)
    assert set(opened) == {FIELD, *(one.field for one in detail.fields if one.level is Level.POINTER)}
    assert "charge" in opened
    assert not set(opened) & {one.field for one in detail.withheld}
    note = desk.note(field="charge")
    with pytest.raises(WrongUseError, match="only of such a field"):
        desk.note(field=WITHHELD)
    assert copy_answer(desk.world, desk.member, desk.outcome.query_id, CopyForm.PRINT).revised.notes == (note,)
    exported = copy_answer(desk.world, desk.member, desk.outcome.query_id, CopyForm.JSON)
    assert exported.revised.notes == (), "an export is a digest, which keeps that field for the detail"
    desk.act("seal")
    assert desk.holding(WORDS) == []
    with pytest.raises(WrongUseError, match="shows no item"):
        told_fields(desk.world, desk.member, desk.outcome.query_id, desk.item.item_id)


def test_nothing_is_offered_where_nothing_may_be_written(desk: Desk) -> None:
    """Recalled, or past its time: no field. No answer here: wrong use."""
    desk.act("dispute")
    assert told_fields(desk.world, desk.member, desk.outcome.query_id, desk.item.item_id) == ()
    with pytest.raises(WrongUseError, match="ask first"):
        told_fields(desk.world, desk.member, "f" * 32, desk.item.item_id)


def test_only_the_agency_that_asked_writes_beside_its_answer(desk: Desk) -> None:
    """Another agency's member, an item of no answer, another question, and a member whose training ended."""
    foreign = replace(desk.stage.member("wa-police-detective"), agency=WA_POLICE)
    other_world = desk.stage.federation.world_of(WA_POLICE)
    with pytest.raises(WrongUseError, match="ask first"):
        note_told(other_world, foreign, desk.wanted())
    with pytest.raises(WrongUseError, match="not held at this node"):
        note_told(desk.world, foreign, desk.wanted())
    with pytest.raises(WrongUseError, match="shows no item"):
        desk.note(item_id="f" * 32)
    with pytest.raises(WrongUseError, match="ask first"):
        desk.note(query_id="f" * 32)
    with pytest.raises(WrongUseError, match="training"):
        note_told(desk.world, replace(desk.member, trained_until=date(2020, 1, 1)), desk.wanted())
    assert desk.kept().notes == ()


@pytest.mark.parametrize(
    ("after_ms", "is_right"), [(-60_000, False), (0, True), (HOUR_MS, True), (HOUR_MS + 1, False)]
)
def test_a_call_is_after_the_question_and_before_now(desk: Desk, after_ms: int, is_right: bool) -> None:
    """To the minute, as people know the time of a call."""
    asked_ms = desk.outcome.asked_ms // 60_000 * 60_000 if after_ms <= 0 else desk.outcome.asked_ms
    told_ms = asked_ms + after_ms if after_ms <= 0 else desk.world.clock.now_ms() - HOUR_MS + after_ms
    if is_right:
        assert desk.note(told_ms=told_ms).told_ms == told_ms
    else:
        with pytest.raises(WrongUseError, match="after the question and not later than now"):
            desk.note(told_ms=told_ms)


def test_a_note_keeps_no_answer_alive_for_ever(desk: Desk) -> None:
    """Thirty days after the question nothing is written beside its answer any more."""
    desk.wait(WRITTEN_WITHIN_MS)
    with pytest.raises(WrongUseError, match="within 30 days"):
        desk.note()


def test_notes_are_few(desk: Desk) -> None:
    """Beside one answer stand fifty; the next is not written."""
    for number in range(MOST_NOTES):
        desk.note(told=f"call {number}")
    with pytest.raises(WrongUseError, match="at most 50 notes"):
        desk.note()


@pytest.mark.parametrize(
    "changes",
    [
        {"told": " "},
        {"told": "x" * 501},
        {"told_by": ""},
        {"told_by": "x" * 121},
        {"how": Channel.PORTAL_VIEW},
        {"told_ms": -1},
    ],
)
def test_what_is_no_note_is_never_built(desk: Desk, changes: dict[str, Any]) -> None:
    """Nothing told, nobody who told it, too long, or by what only the owner can record."""
    with pytest.raises(NounError):
        desk.wanted(**changes)


# ---------------------------------------------------------------- it goes where its item goes


@pytest.mark.parametrize("what", ["seal", "expunge"])
def test_what_is_withdrawn_takes_its_notes_along(desk: Desk, what: str) -> None:
    """Nothing of the note is in anything that is kept, and nothing new is written of the item."""
    desk.note()
    desk.note(told="the second call said more")
    assert desk.holding("second call")
    desk.act(what)
    assert desk.kept().notes == ()
    for words in (WORDS, "second call", desk.item.reference):
        assert desk.holding(words) == []
    with pytest.raises(WrongUseError, match="shows no item"):
        desk.note()
    assert EntryKind.TOLD_NOTED in desk.kinds(0), "that something was written down stays proved"


def test_an_item_that_was_shown_before_a_marker_is_gone_too(desk: Desk) -> None:
    """Disputed first and expunged later: what the dispute's mark replaced is no hiding place."""
    desk.note()
    desk.act("dispute")
    assert len(desk.kept().notes) == 1
    desk.act("expunge")
    assert desk.holding(WORDS) == desk.holding(desk.item.reference) == []


def test_a_recalled_record_takes_no_new_note(desk: Desk) -> None:
    """What was written stays with its mark; what is told of it now belongs to a question of now."""
    note = desk.note()
    desk.act("dispute")
    with pytest.raises(WrongUseError, match="recalled this record"):
        desk.note(told="another call")
    assert desk.kept().notes == (note,)


def test_a_note_goes_with_its_month(own_stage: Stage, tmp_path: Path) -> None:
    """Pruned as the answer is; its kind is one that passes, and lets nothing out."""
    assert EntryKind.TOLD_NOTED in PASSING & INNER_KINDS
    keep_by_month(own_stage, tmp_path)
    desk = Desk(own_stage)
    desk.note()
    assert desk.holding(WORDS)
    months_later(own_stage, 120)
    prune_log(desk.world, 30)
    assert desk.holding(WORDS) == []
    with pytest.raises(WrongUseError, match="ask first"):
        desk.kept()


@pytest.mark.parametrize("turn", range(6))
def test_written_and_withdrawn_at_once_nothing_of_it_stays(desk: Desk, turn: int) -> None:
    """Whichever comes first: after both no note stands beside an item that is gone, and none lies in an older entry."""
    owner = desk.stage.federation.world_of(OWNER)
    minted = owner.journal.find_item(desk.item.item_id)
    assert minted is not None
    wanted = RecordAct(record_id=minted.record_id, act="seal", reason="by order of the court")
    act_on_record(owner, desk.stage.member("il-police-custodian"), wanted)
    gate = Barrier(2)

    def write() -> None:
        gate.wait()
        try:
            desk.note()
        except WrongUseError as error:
            assert "shows no item" in str(error)  # noqa: PT017

    def bring() -> None:
        gate.wait()
        push(desk.stage)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(act) for act in ((write, bring) if turn % 2 else (bring, write))]:
            done.result()
    push(desk.stage)
    assert desk.kept().notes == ()
    assert desk.holding(WORDS) == desk.holding(desk.item.reference) == []


def test_an_outcome_is_found_though_it_changes_between_two_looks(desk: Desk) -> None:
    """A recall that finds no outcome is confirmed without an effect: what goes to another place meanwhile is found there."""

    class Between:
        def __init__(self, journal: Journal) -> None:
            self.journal, self.looks = journal, 0

        def __getattr__(self, name: str) -> Any:
            return getattr(self.journal, name)

        def find_answer(self, *key: str) -> Any:
            found = self.journal.find_answer(*key)
            if not self.looks:
                desk.note()
            self.looks += 1
            return found

    world = dataclasses.replace(desk.world, journal=Between(desk.world.journal))  # type: ignore[arg-type]
    kept = find_outcome(world, ASKER, desk.outcome.query_id)
    assert kept is not None
    assert kept.revised == desk.kept()
    assert len(kept.revised.notes) == 1


# ---------------------------------------------------------------- copies, and the other log


def test_a_print_has_the_notes_and_an_export_those_of_records_that_came_again(desk: Desk) -> None:
    """The export's items are new ones: each note stands at the same record there, and the stored answer has none of it."""
    note = desk.note()
    printed = copy_answer(desk.world, desk.member, desk.outcome.query_id, CopyForm.PRINT)
    assert printed.revised.notes == (note,)
    exported = copy_answer(desk.world, desk.member, desk.outcome.query_id, CopyForm.JSON)
    (moved,) = exported.revised.notes
    items = [
        item
        for source in exported.revised.outcome.sources
        if source.answer is not None
        for item in source.answer.items
    ]
    at = next(one for one in items if one.item_id == moved.item_id)
    assert (at.reference, replace(moved, item_id=note.item_id)) == (desk.item.reference, note)
    assert get_outcome(desk.world, ASKER, exported.revised.outcome.query_id).notes == ()


def test_logs_still_agree_with_notes_and_marks_between(desk: Desk) -> None:
    """Holding our entries against the owner's reads an outcome as it is now: nothing is missing on either side."""
    federation = desk.stage.federation
    theirs = federation.world_of(OWNER).journal

    def look() -> tuple[int, int, int]:
        other = side_of_journal(theirs, parse_checkpoint(theirs.checkpoint()))
        nodes = [federation.directory.get_agency(one).node for one in (ASKER, OWNER)]
        found = reconcile(own_side(desk.world.journal), other, federation.directory, *nodes)
        return found.paired, found.unreceived, len(found.faults)

    before = look()
    assert before == (1, 0, 0)
    desk.note()
    assert look() == before
    desk.act("dispute")
    assert look() == before


# ---------------------------------------------------------------- pure: where a note stands

OWNERS = ("owner-a", "owner-b")


def an_item(number: int, reference: str, level: Level, name: str) -> Item:
    values = () if level is Level.POINTER else ("v",)
    fields = [ReleasedField(field="name", level=Level.FULL, values=(name,))]
    if level is not Level.NOTHING:
        fields.append(ReleasedField(field=FIELD, level=level, values=values))
    return Item(
        item_id=f"{number:032x}",
        data_class=DataClass.CASE,
        reference=reference,
        probability_ppm=1,
        second_identifier=True,
        evidence=(),
        fields=tuple(fields),
        withheld=(),
        labels=(),
        as_of=date(2026, 1, 1),
    )


@st.composite
def answers(draw: st.DrawFn, first: int) -> dict[str, tuple[Item, ...]]:
    made = {}
    for place, owner in enumerate(OWNERS):
        kinds = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["", "R-1", "R-2"]), st.sampled_from(list(Level)), st.sampled_from("AB")
                ),
                max_size=3,
            )
        )
        made[owner] = tuple(an_item(first + 10 * place + n, *kind) for n, kind in enumerate(kinds))
    return made


def as_outcome(desk: Desk, items: dict[str, tuple[Item, ...]]) -> Outcome:
    (source,) = desk.outcome.sources
    assert source.answer is not None
    sources = tuple(
        SourceResult(
            agency=owner,
            status=Status.ANSWERED,
            answer=replace(source.answer, owner=owner, items=found, one_person=(), two_people=()),
        )
        for owner, found in items.items()
    )
    return replace(desk.outcome, sources=sources, persons=(), apart=())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_note_never_stands_at_another_record_nor_at_a_field_that_may_not_be_asked_for(
    read_desk: Desk, data: st.DataObject
) -> None:
    """Whatever is shown anew: the same owner, record and name, alone in both, and the field still to be asked of the owner."""
    before, now = data.draw(answers(0)), data.draw(answers(data.draw(st.sampled_from([0, 1_000]))))
    kept = RevisedOutcome(outcome=as_outcome(read_desk, before))
    told_of = {one.item_id: one for items in before.values() for one in items if is_told_of(one, FIELD)}
    for number, (item_id, _) in enumerate(told_of.items()):
        owner = next(one for one, items in before.items() if any(item.item_id == item_id for item in items))
        kept = with_note(kept, a_note(f"n{number}", item_id, owner))
    by_id = {(owner, one.item_id): one for owner, items in now.items() for one in items}
    for moved in notes_beside(as_outcome(read_desk, now), kept):
        at = by_id[(moved.owner, moved.item_id)]
        was = next(one for one in kept.notes if one.id == moved.id)
        assert replace(moved, item_id=was.item_id) == was
        if moved.item_id != was.item_id:
            old = told_of[was.item_id]
            assert (at.reference, at.fields[0].values) == (old.reference, old.fields[0].values)
            assert at.reference
            assert is_told_of(at, FIELD)
            for items in (before, now):
                assert sum(one.reference == at.reference for one in items[moved.owner]) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_an_owner_withdraws_takes_its_own_notes_and_no_others(read_desk: Desk, data: st.DataObject) -> None:
    """None hops to another item, not even of the same record; other owners' notes stay though ids were alike."""
    items = data.draw(answers(0))
    kept = RevisedOutcome(outcome=as_outcome(read_desk, items))
    for owner, found in items.items():
        for one in found:
            kept = with_note(kept, a_note(f"{owner}-{one.item_id}", one.item_id, owner))
    everything = [(owner, one.item_id) for owner, found in items.items() for one in found]
    owner = data.draw(st.sampled_from(OWNERS))
    gone = frozenset(data.draw(st.sets(st.sampled_from([one for _, one in everything] or ["x"]))))
    left = without_items(kept, owner, gone)
    assert [(one.owner, one.item_id) for one in left.notes] == [
        one for one in everything if one[0] != owner or one[1] not in gone
    ]
    assert (left.told is UNSET) is (left.notes == ())


def a_note(note_id: str, item_id: str, owner: str) -> ToldNote:
    return ToldNote(
        id=note_id,
        item_id=item_id,
        owner=owner,
        field=FIELD,
        told=WORDS,
        told_by="somebody",
        how=Channel.CALL,
        told_ms=1,
        member=MEMBER,
        written_ms=2,
    )


@pytest.fixture(scope="module")
def read_desk(stage: Stage) -> Desk:
    """An answer that nothing is done to."""
    return Desk(stage)
