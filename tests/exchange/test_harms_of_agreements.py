"""What an agreement opens, it opens for its direction, its audience and its days: harms H7, H21 and H22 over every door."""

from __future__ import annotations

from datetime import date

import pytest
from feed_stage import copies, put_in_force, running, turn
from msgspec.structs import replace
from region_stage import Stage
from standing_stage import again, agree, come, items, open_standing, rounds, somebody

from altered_agreements import FEED_AGREEMENT, feed_law
from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE, member_of, members
from comity.errors import ComityError, LawTextError
from comity.exchange.answering.release import record_labels
from comity.exchange.notice.notice_flows import open_flow
from comity.exchange.notice.notice_made import make_notices
from comity.exchange.notice.notices import list_notices
from comity.law.calendar import end_of_day_ms
from comity.ledger.entry import decode_entry
from comity.model.answer import NOT_CERTIFIED
from comity.model.canon import from_canonical, text_digest
from comity.model.codes import Purpose, Status
from comity.model.disclosure import Disclosure, EntryKind, Shown
from comity.model.law_text import LawKind, LawText
from comity.model.notice import EventKind
from comity.model.outcome import Outcome
from comity.sim.federation import signed_text

ENDS = date(2026, 11, 21)
BASE = "ACSO-CCPD-2026"
SIGNERS = tuple((agency, role) for agency in (CA_SHERIFF, WA_POLICE) for role in ("agency-head", "counsel"))


def until_the_last_millisecond(stage: Stage) -> None:
    """The clock at the last instant of the agreement's last day, where the owner is."""
    zone = stage.federation.directory.get_agency(CA_SHERIFF).zone
    now_ms = stage.federation.world_of(CA_SHERIFF).clock.now_ms()
    stage.federation.advance(end_of_day_ms(ENDS, zone) - now_ms)


def rewritten(stage: Stage, *changes: tuple[str, str], name: str = BASE) -> None:
    """An agreement of both with other words, signed anew, or (no words left) gone."""
    texts = stage.federation.laws.texts
    for agency in (CA_SHERIFF, WA_POLICE):
        texts[agency] = tuple(_other(one, changes) if one.name == name else one for one in texts[agency])


def _other(one: LawText, changes: tuple[tuple[str, str], ...]) -> LawText:
    text = one.text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return signed_text(replace(one, text=text, hash=text_digest(text), signatures=()), SIGNERS, "seed")


ENDING = ("to 2029-12-31", f"to {ENDS}")


def asked(stage: Stage, member: str = "") -> Status:
    """How the sheriff answers the police's question."""
    changes = {"sources": (CA_SHERIFF,)} | ({"member": member} if member else {})
    outcome: Outcome = stage.ask(stage.region.scene.detective_question, **changes)
    (source,) = outcome.sources
    assert source.status is not Status.ANSWERED or source.answer is not None
    return source.status


def test_h21_a_question_is_answered_until_the_moment_its_agreement_ends(own_stage: Stage) -> None:
    """H21: in the last millisecond of the last day it is answered, in the next it is refused; nobody had to switch it off."""
    rewritten(own_stage, ENDING)
    until_the_last_millisecond(own_stage)
    assert asked(own_stage) is Status.ANSWERED
    own_stage.federation.advance(1)
    assert asked(own_stage) is Status.REFUSED


def test_h21_a_feed_stops_and_is_emptied_at_the_moment_its_agreement_ends(own_stage: Stage) -> None:
    """H21: what comes in the last millisecond is carried; a millisecond later nothing is, and the copy is empty."""
    feed = running(own_stage)
    put_in_force(own_stage, feed_law().replace(*ENDING))
    turn(own_stage)
    until_the_last_millisecond(own_stage)
    come(own_stage, again(somebody(own_stage.region), "in-time"))
    before = len(copies(own_stage, feed))
    turn(own_stage)
    assert len(copies(own_stage, feed)) > before
    own_stage.federation.advance(1)
    come(own_stage, again(somebody(own_stage.region), "too-late"))
    turn(own_stage)
    assert copies(own_stage, feed) == ()
    assert FEED_AGREEMENT in {one.name for one in own_stage.federation.laws.texts[CA_SHERIFF]}


def test_h21_a_standing_question_ends_at_the_moment_its_agreement_ends(own_stage: Stage) -> None:
    """H21: what comes in the last millisecond is told; a millisecond later nothing is, and what it showed is gone."""
    agree(own_stage)
    rewritten(own_stage, ENDING, name="ACSO-CCPD-STANDING")
    record = somebody(own_stage.region)
    outcome = open_standing(own_stage, record)
    until_the_last_millisecond(own_stage)
    before = len(items(own_stage, outcome))
    come(own_stage, again(record, "in-time"))
    rounds(own_stage)
    assert len(items(own_stage, outcome)) == before + 1
    own_stage.federation.advance(1)
    come(own_stage, again(record, "too-late"))
    rounds(own_stage)
    assert items(own_stage, outcome) == ()


def test_h21_a_notice_is_made_until_the_moment_its_agreement_ends(own_stage: Stage) -> None:
    """H21: an event of the last millisecond is told, one of the next is not, and the flow has ended by itself."""
    agree(own_stage, "notice", "ACSO-CCPD-NOTICES")
    rewritten(own_stage, ENDING, name="ACSO-CCPD-NOTICES")
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), member_of(CA_SHERIFF, "custodian")
    wanted = (WA_POLICE, EventKind.BOOKING, Purpose.CRIMINAL_INVESTIGATION)
    assert open_flow(world, own_stage.member(keeper), wanted, "26-01417", "desk, 555-0100").flow is not None
    until_the_last_millisecond(own_stage)
    for name, told in (("in-time", 1), ("too-late", 1)):
        come(own_stage, again(somebody(own_stage.region), name, event_date=ENDS))
        make_notices(world)
        rounds(own_stage)
        clerk = own_stage.member(member_of(WA_POLICE, "custodian"))
        assert len(list_notices(own_stage.federation.world_of(WA_POLICE), clerk)) == told, name
        own_stage.federation.advance(1)


def test_h21_without_its_assessment_an_agreement_opens_nothing(own_stage: Stage) -> None:
    """H21: both sides signed, and no assessment is named: the text is no law, the asker's own node stops before it asks."""
    assert asked(own_stage) is Status.ANSWERED
    name = next(
        line
        for text in own_stage.federation.laws.texts[CA_SHERIFF]
        if text.name == BASE
        for line in text.text.splitlines(keepends=True)
        if line.startswith("  assessment ")
    )
    rewritten(own_stage, (name, ""))
    with pytest.raises(LawTextError, match="has no `assessment`"):
        asked(own_stage)


def test_h21_an_agreement_opens_its_own_direction_and_audience_alone(own_stage: Stage) -> None:
    """H21: where only the sheriff gives, the police gives nothing; and a third agency gets nothing by an agreement of two."""
    texts = own_stage.federation.laws.texts
    for agency in (CA_SHERIFF, WA_POLICE, FEDERAL_INVESTIGATIONS):
        texts[agency] = tuple(
            one for one in texts[agency] if one.kind is not LawKind.AGREEMENT or one.name == BASE
        )
    assert asked(own_stage) is Status.ANSWERED
    third = own_stage.ask(own_stage.region.scene.investigator_question, sources=(CA_SHERIFF,))
    assert {one.status for one in third.sources} == {Status.REFUSED}
    rewritten(own_stage, ("gives  ca-sheriff to wa-police", "gives  wa-police to ca-sheriff"))
    assert asked(own_stage) is Status.REFUSED


def test_h22_a_suspended_party_is_so_for_every_one_of_its_users_at_once(own_stage: Stage) -> None:
    """H22: whoever of the police could ask a moment ago is refused by the very next question, and nothing else was done."""
    able = [
        one.id for one in members() if one.agency == WA_POLICE and _status(own_stage, one.id) is Status.ANSWERED
    ]
    assert len(able) >= 2
    texts = own_stage.federation.laws.texts
    texts[CA_SHERIFF] = tuple(one for one in texts[CA_SHERIFF] if one.name != BASE)
    assert {_status(own_stage, member) for member in able} == {Status.REFUSED}


def _status(stage: Stage, member: str) -> Status | None:
    """How a member's question is answered; None where it may not ask at all."""
    try:
        return asked(stage, member)
    except ComityError:
        return None


def test_h7_whatever_leaves_of_an_uncertified_record_says_so(own_stage: Stage) -> None:
    """H7: every item of an answer, of a detail and of a feed says `not certified` in words, and in a field a machine reads.

    That a certified copy is signed by the owner's officer and void on a change belongs to certification, which is not built.
    """
    feed = running(own_stage)
    turn(own_stage)
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    found = [item for one in outcome.sources if one.answer is not None for item in one.answer.items]
    shown = {one.record_id for one in _shown(own_stage)}
    certified = {one.id for one in own_stage.region.records_of(CA_SHERIFF) if one.state.certified is True}
    assert found
    assert shown - certified, "the scene shows a record that nobody certified"
    for item in found:
        assert item.certified is (NOT_CERTIFIED not in item.labels)
    for one in own_stage.region.records_of(CA_SHERIFF):
        for mark in (None, False, True):
            said = record_labels(replace(one, state=replace(one.state, certified=mark)))
            assert (NOT_CERTIFIED in said) is (mark is not True)
    assert [one for one in copies(own_stage, feed) if NOT_CERTIFIED in one.content.labels]


def _shown(stage: Stage) -> tuple[Shown, ...]:
    journal = stage.federation.world_of(CA_SHERIFF).journal
    records = [
        journal.record(index)
        for index in range(journal.size())
        if decode_entry(journal.entry(index)).facts.kind is EntryKind.ANSWERED
    ]
    return tuple(one for raw in records if raw is not None for one in from_canonical(raw, Disclosure).shown)
