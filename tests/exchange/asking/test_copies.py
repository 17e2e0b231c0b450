"""Copies of an answer: entered before they are given; an export is a question of its own that owners decide anew."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace
from region_stage import Stage
from standing_stage import agree, open_standing, somebody

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.run import to_request
from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.copies import copy_answer
from comity.exchange.asking.kept_outcome import get_outcome
from comity.ledger.entry import decode_entry
from comity.model.codes import Status
from comity.model.copied import CopyForm
from comity.model.disclosure import EntryKind
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.ports import World


def answered(stage: Stage, **changes: object) -> tuple[World, Outcome]:
    """The detective's question to the sheriff."""
    request = replace(to_request(stage.region.scene.detective_question), sources=(CA_SHERIFF,), **changes)
    world = stage.federation.world_of(WA_POLICE)
    return world, ask_query(world, request, stage.member("wa-police-detective"))


def kinds(world: World, since: int) -> list[EntryKind]:
    """The kinds of the log's entries from a number on."""
    return [decode_entry(world.journal.entry(at)).facts.kind for at in range(since, world.journal.size())]


def test_a_print_is_entered_and_shows_the_answer_as_it_stands(own_stage: Stage) -> None:
    """One entry that says how many records and in its record who; no receipt goes along, and nobody is asked."""
    world, outcome = answered(own_stage)
    before = world.journal.size()
    copied = copy_answer(world, own_stage.member("wa-police-detective"), outcome.query_id, CopyForm.PRINT)
    assert kinds(world, before) == [EntryKind.COPIED]
    assert copied.entry == before
    facts = decode_entry(world.journal.entry(before)).facts
    assert facts.released == sum(len(one.answer.items) for one in outcome.sources if one.answer)
    record = world.journal.record(before)
    assert record is not None
    assert b"wa-police-detective" in record
    assert [one.receipt for one in copied.revised.outcome.sources] == [None]
    assert copied.revised.outcome.query_id == outcome.query_id


def test_an_export_is_asked_anew_after_it_was_entered(own_stage: Stage) -> None:
    """The owner's log has a second release; what is in the file is what it gave this time, under another number."""
    world, outcome = answered(own_stage)
    owner = own_stage.federation.world_of(CA_SHERIFF)
    before, theirs = world.journal.size(), owner.journal.size()
    copied = copy_answer(world, own_stage.member("wa-police-detective"), outcome.query_id, CopyForm.CSV)
    assert kinds(world, before) == [EntryKind.COPIED, EntryKind.ASKED, EntryKind.RECEIVED]
    assert EntryKind.ANSWERED in kinds(owner, theirs)
    anew = copied.revised.outcome
    assert anew.query_id != outcome.query_id
    content = world.journal.content(before)
    assert content is not None
    assert json.loads(content) == {"anew": anew.query_id, "form": "csv", "query": outcome.query_id}
    assert anew.sources[0].status is Status.ANSWERED
    assert get_outcome(world, WA_POLICE, anew.query_id).outcome.request.case_number == outcome.request.case_number


def test_what_is_nobodys_own_or_empty_is_not_copied(own_stage: Stage) -> None:
    """Another member's answer, one in which nothing was released, and a standing question as a file: nothing is entered."""
    world, outcome = answered(own_stage)
    _, empty = answered(own_stage, subject=PersonSubject(family="Zzyzwick", given="Q", birth_date="1901-01-01"))
    before = world.journal.size()
    with pytest.raises(WrongUseError, match="asked no question"):
        copy_answer(world, own_stage.member("wa-police-sergeant"), outcome.query_id, CopyForm.PRINT)
    with pytest.raises(WrongUseError, match="nothing to copy"):
        copy_answer(world, own_stage.member("wa-police-detective"), empty.query_id, CopyForm.PRINT)
    assert world.journal.size() == before


def test_what_stands_is_printed_and_not_exported(own_stage: Stage) -> None:
    """A standing question is answered by digest: asking it once more would make a second one stand."""
    agree(own_stage)
    outcome = open_standing(own_stage, somebody(own_stage.region))
    world, detective = own_stage.federation.world_of(WA_POLICE), own_stage.member("wa-police-detective")
    with pytest.raises(WrongUseError, match="by a question of its own"):
        copy_answer(world, detective, outcome.query_id, CopyForm.JSON)
    assert copy_answer(world, detective, outcome.query_id, CopyForm.PRINT).revised.outcome.sources
