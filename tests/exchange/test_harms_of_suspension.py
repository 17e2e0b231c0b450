"""H22: an agency that the directory suspends is cut off at once, by every door, and lets go of nothing that is to be undone.

Time is counted in turns: what a node does at its very next act after it adopted the version, with the clock standing still.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from feed_stage import copies, running, turn
from held_stage import question_about, waiting_record
from msgspec.structs import replace
from recall_stage import act, push, shown
from region_stage import Stage
from standing_stage import again, agree, come, items, kept, open_standing, row, somebody

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of, members
from comity.errors import DutyRefusedError, PeerUnreachableError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.delivery.due_answer import due_answer
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.desk.disclose import record_disclosure
from comity.exchange.feed.feed_due import NOT_TAKEN
from comity.exchange.feed.feeds import replay_feed, show_feed
from comity.exchange.messages.wire import AnswerBody, Delivered, Taken, Turned, seal_message
from comity.exchange.notice.notice_flows import open_flow
from comity.exchange.notice.notice_made import make_notices
from comity.exchange.notice.notices import list_notices
from comity.exchange.records.record_act import act_on_record
from comity.exchange.standing.standing_look import look_at_standing
from comity.model.canon import digest
from comity.model.codes import Instrument, Purpose, Status, Step
from comity.model.correction import RecordAct
from comity.model.delivery import AnswerDue
from comity.model.disclosure import EntryKind
from comity.model.listing import Suspended
from comity.model.notice import EventKind
from comity.model.onward import OnwardAsked
from comity.model.outcome import SourceResult
from comity.model.query import LegalBasis
from comity.model.standing import StandingTold
from comity.model.told import Channel, Told

WHY = "finding 26-7 of the civil-rights division"
RULE = "comity/SUSPENDED"


def suspend(stage: Stage, *names: str) -> None:
    """Every node adopts the next version, which suspends these and nobody else."""
    held = stage.federation.directory
    cut = tuple(Suspended(id=name, reason=WHY) for name in names)
    stage.federation.directory = replace(held, version=held.version + 1, previous=digest(held), suspended=cut)


@contextmanager
def at_the_asker_alone(stage: Stage, *names: str) -> Iterator[None]:
    """The asker's node goes by a suspension that the owner's node was told the end of already, and its own was not."""
    held = stage.federation.directory
    cut = tuple(Suspended(id=name, reason=WHY) for name in names)
    stage.federation.adopted["wa-node"] = replace(held, version=held.version + 1, suspended=cut)
    yield
    del stage.federation.adopted["wa-node"]


@contextmanager
def at_the_owner_alone(stage: Stage, *names: str) -> Iterator[None]:
    """The owner's node adopted the version, the asker's did not: it asks on, and believes that it may."""
    held = stage.federation.directory
    cut = tuple(Suspended(id=name, reason=WHY) for name in names)
    stage.federation.adopted["ca-node"] = replace(held, version=held.version + 1, suspended=cut)
    yield
    del stage.federation.adopted["ca-node"]


def asked(stage: Stage, member: str = "") -> SourceResult:
    changes = {"sources": (CA_SHERIFF,)} | ({"member": member} if member else {})
    (source,) = stage.ask(stage.region.scene.detective_question, **changes).sources
    return source


def rules(source: SourceResult) -> set[str]:
    reasons = source.reasons if source.answer is None else source.answer.reasons
    return {one.rule for one in reasons}


@pytest.mark.parametrize("name", [WA_POLICE, "wa-node"])
def test_h22_every_member_is_refused_by_the_very_next_question_and_back_with_the_next_version(
    own_stage: Stage, name: str
) -> None:
    """H22: of an agency and of a node; nothing is sent, each refusal is entered, and a later version undoes it whole."""
    able = [one.id for one in members() if one.agency == WA_POLICE and one.roles == ("member",)]
    assert len(able) >= 1
    assert {asked(own_stage, one).status for one in able} == {Status.ANSWERED}
    suspend(own_stage, name)
    at_owner, at_asker = own_stage.size(CA_SHERIFF), own_stage.size(WA_POLICE)
    for one in able:
        source = asked(own_stage, one)
        assert (source.status, rules(source)) == (Status.REFUSED, {RULE})
    assert own_stage.size(CA_SHERIFF) == at_owner
    new = [one.kind for one in own_stage.entries(WA_POLICE, at_asker)]
    assert new.count(EntryKind.ASKED) == len(able)
    suspend(own_stage)
    assert {asked(own_stage, one).status for one in able} == {Status.ANSWERED}


def test_h22_the_owner_refuses_whoever_goes_by_an_older_version(own_stage: Stage) -> None:
    """H22: a node that did not adopt it gains nothing: question, retry and detail are refused, each with an entry."""
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    answered = own_stage.answer(query)
    assert answered.status is Status.ANSWERED
    with at_the_owner_alone(own_stage, WA_POLICE):
        before = own_stage.size(CA_SHERIFF)
        retried = own_stage.deliver(CA_SHERIFF, own_stage.seal(query))
        assert isinstance(retried, Turned)
        fresh = own_stage.answer(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
        assert (fresh.status, fresh.items) == (Status.REFUSED, ())
        assert RULE in {one.rule for one in fresh.reasons}
        detail = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
        detail = replace(detail, id=query.id, item_id=answered.items[0].item_id, step=Step.DETAIL)
        body = own_stage.deliver(CA_SHERIFF, own_stage.seal(detail))
        assert isinstance(body, AnswerBody | Turned)
        assert not isinstance(body, AnswerBody) or body.answer.status is Status.REFUSED
        assert own_stage.size(CA_SHERIFF) == before + 3


def test_h22_a_suspended_beneficiary_and_a_suspended_department_are_cut_off_too(own_stage: Stage) -> None:
    """H22: nobody asks for whom is suspended, and a department's components go with it."""
    held = own_stage.federation.directory
    changed = tuple(
        replace(one, parent="evergreen-department") if one.id == WA_POLICE else one for one in held.agencies
    )
    own_stage.federation.directory = replace(held, agencies=changed)
    assert asked(own_stage).status is Status.ANSWERED
    suspend(own_stage, "evergreen-department")
    assert rules(asked(own_stage)) == {RULE}
    suspend(own_stage, "fed-node")
    for_whom = own_stage.region.scene.investigator_question
    (source,) = own_stage.ask(
        own_stage.region.scene.detective_question, beneficiary=for_whom.beneficiary or for_whom.asker,
        sources=(CA_SHERIFF,),
    ).sources  # fmt: skip
    assert RULE in rules(source)


def test_h22_nobody_asks_a_suspended_owner_and_what_it_says_is_not_shown(own_stage: Stage) -> None:
    """H22: no particular of a person goes to it, and an answer that was on its way when the version came is not shown."""
    suspend(own_stage, CA_SHERIFF)
    before = own_stage.size(CA_SHERIFF)
    assert rules(asked(own_stage)) == {RULE}
    assert own_stage.size(CA_SHERIFF) == before
    suspend(own_stage)
    deliver = own_stage.federation.deliver

    def while_under_way(node: str, message: bytes) -> bytes:
        reply = deliver(node, message)
        suspend(own_stage, CA_SHERIFF)
        return reply

    own_stage.federation.meddle = while_under_way
    source = asked(own_stage)
    assert (source.status, rules(source), source.answer) == (Status.REFUSED, {RULE}, None)


def test_h22_a_standing_question_stops_and_goes_on_when_it_is_lifted(own_stage: Stage) -> None:
    """H22: who comes meanwhile is told nothing of; the question is not ended, and the next version finds it as it stood."""
    agree(own_stage)
    record = somebody(own_stage.region)
    outcome = open_standing(own_stage, record)
    before = items(own_stage, outcome)
    world = own_stage.federation.world_of(CA_SHERIFF)
    suspend(own_stage, WA_POLICE)
    come(own_stage, again(record, "meanwhile"))
    size = own_stage.size(CA_SHERIFF)
    assert (look_at_standing(world), push_deliveries(world).arrived, own_stage.size(CA_SHERIFF)) == (0, 0, size)
    standing = row(own_stage, outcome, CA_SHERIFF)
    assert standing is not None
    assert standing.ended is None
    suspend(own_stage)
    assert (look_at_standing(world), push_deliveries(world).arrived) == (1, 1)
    assert len(items(own_stage, outcome)) == len(before) + 1


def test_h22_a_late_answer_on_its_way_waits(own_stage: Stage) -> None:
    """H22: what was decided before the version came is not brought after it, and is decided once more before it ever is."""
    agree(own_stage)
    record = somebody(own_stage.region)
    outcome = open_standing(own_stage, record)
    shown = len(items(own_stage, outcome))
    world = own_stage.federation.world_of(CA_SHERIFF)
    come(own_stage, again(record, "before"))
    assert look_at_standing(world) == 1
    suspend(own_stage, WA_POLICE)
    pushed = push_deliveries(world)
    assert (pushed.arrived, pushed.put_off) == (0, 1)
    assert len(items(own_stage, outcome)) == shown
    (waiting,) = [one for one in world.journal.deliveries(CA_SHERIFF) if one.recipient == WA_POLICE]
    assert "is suspended by version" in waiting.trouble
    suspend(own_stage)
    own_stage.federation.advance(10_000)
    assert push_deliveries(world).arrived == 1
    assert len(kept(own_stage, outcome).outcome.sources) == 1
    assert len(items(own_stage, outcome)) == shown + 1


def test_h22_an_answer_that_was_granted_is_not_turned_into_a_refusal_while_it_waits(own_stage: Stage) -> None:
    """H22: it is not given anew while a party is cut off; that somebody else is changes nothing of it."""
    question = question_about(own_stage.region, waiting_record(own_stage.region))
    other = own_stage.region.scene.investigator_question.asker
    own_stage.ask(question, sources=(CA_SHERIFF,))
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "custodian"))
    tasks = [one for one in list_held(world, keeper) if one.asker == WA_POLICE]
    for task in tasks:
        decide_held(world, keeper, task.duty_id, grant=True, reason="checked with the repository")
    (due,) = [one for one in world.journal.deliveries(CA_SHERIFF) if isinstance(one.due, AnswerDue)]
    size = own_stage.size(CA_SHERIFF)
    suspend(own_stage, WA_POLICE)
    with pytest.raises(PeerUnreachableError, match="is suspended by version"):
        due_answer(world, due.due)  # type: ignore[arg-type]
    assert own_stage.size(CA_SHERIFF) == size
    suspend(own_stage, other)
    assert due_answer(world, due.due) is not None  # type: ignore[arg-type]


def test_h22_a_feed_brings_nothing_more_and_takes_away_what_it_brought(own_stage: Stage) -> None:
    """H22: at the next turn the copy is empty; when it is lifted the feed begins anew."""
    feed = running(own_stage)
    turn(own_stage)
    had = {one.content for one in copies(own_stage, feed)}
    assert had
    suspend(own_stage, WA_POLICE)
    come(own_stage, again(somebody(own_stage.region), "meanwhile"))
    turn(own_stage)
    assert copies(own_stage, feed) == ()
    suspend(own_stage)
    turn(own_stage)
    assert len(copies(own_stage, feed)) >= len(had)


@pytest.mark.parametrize("when", ["after", "with", "replayed"])
@pytest.mark.parametrize("name", [WA_POLICE, CA_SHERIFF])
def test_h22_what_is_sealed_leaves_the_copy_of_a_recipient_that_takes_no_value(
    own_stage: Stage, name: str, when: str
) -> None:
    """H22, H18: after the refusal of a batch with values, in one with them, or where everything was being brought anew."""
    feed = running(own_stage)
    turn(own_stage)
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "custodian"))
    gone = world.journal.feeds.items_of(CA_SHERIFF, feed, _carried_record(own_stage, feed))[0]
    with at_the_asker_alone(own_stage, name):
        come(own_stage, again(somebody(own_stage.region), "meanwhile"))
        if when == "after":
            turn(own_stage)
            assert show_feed(world, keeper, feed).trouble.startswith(NOT_TAKEN)
        act_on_record(
            world, keeper, RecordAct(record_id=gone.record_id, act="seal", reason="as a court has ordered")
        )
        if when == "replayed":
            replay_feed(world, keeper, feed, "the two keepers of the files met and agreed on it")
        for _ in range(3):
            turn(own_stage)
            own_stage.federation.advance(60_000)
        assert gone.item_id not in {one.item_id for one in copies(own_stage, feed)}
        assert copies(own_stage, feed) == ()
        size = own_stage.size(CA_SHERIFF)
        turn(own_stage)
        assert own_stage.size(CA_SHERIFF) == size, (
            "what waits for the lift makes no entry of its own again and again"
        )
    own_stage.federation.advance(3_600_000)
    turn(own_stage)
    brought = {one.item_id for one in copies(own_stage, feed)}
    assert brought
    assert gone.item_id not in brought


def _carried_record(stage: Stage, feed: str) -> str:
    """A record of which something stands at the recipient."""
    held = {one.item_id for one in copies(stage, feed)}
    items_at = stage.federation.world_of(CA_SHERIFF).journal.feeds.items_of
    return next(
        record.id
        for record in stage.region.records
        if record.owner == CA_SHERIFF
        if {one.item_id for one in items_at(CA_SHERIFF, feed, record.id)} & held
    )


def test_h22_no_notice_is_made_and_none_on_its_way_is_brought(own_stage: Stage) -> None:
    """H22: of an event before and of one after; the flow is not ended, and both are told when it is lifted."""
    agree(own_stage, "notice", "ACSO-CCPD-NOTICES")
    world, keeper = own_stage.federation.world_of(CA_SHERIFF), member_of(CA_SHERIFF, "custodian")
    wanted = (WA_POLICE, EventKind.BOOKING, Purpose.CRIMINAL_INVESTIGATION)
    assert open_flow(world, own_stage.member(keeper), wanted, "26-01417", "desk, 555-0100").flow is not None
    clerk = own_stage.member(member_of(WA_POLICE, "custodian"))
    record, day = somebody(own_stage.region), own_stage.federation.world_of(CA_SHERIFF).clock.now_ms()
    today = own_stage.opened(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)).today
    come(own_stage, again(record, "before", event_date=today))
    assert make_notices(world) == 1
    suspend(own_stage, WA_POLICE)
    come(own_stage, again(record, "after", event_date=today))
    assert (make_notices(world), push_deliveries(world).arrived) == (0, 0)
    assert list_notices(own_stage.federation.world_of(WA_POLICE), clerk) == ()
    assert world.clock.now_ms() == day
    suspend(own_stage)
    own_stage.federation.advance(10_000)
    assert make_notices(world) == 1
    assert push_deliveries(world).arrived == 2


def test_h22_what_is_passed_on_by_it_or_to_it_is_refused(own_stage: Stage) -> None:
    """H22: whoever holds an item and is suspended passes nothing on, by a message of its own making either."""
    answer = own_stage.answer(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    world = own_stage.federation.world_of(WA_POLICE)
    wanted = OnwardAsked(
        query_id=answer.query_id, item_id=answer.items[0].item_id, to="il-police",
        purpose=Purpose.CRIMINAL_INVESTIGATION, basis=own_stage.query(
            own_stage.region.scene.detective_question, CA_SHERIFF).basis,
        case_number="26-1", note="", by="x", asked_ms=world.clock.now_ms(),
    )  # fmt: skip
    brought = Delivered(id="0" * 31 + "a", sender=WA_POLICE, recipient=CA_SHERIFF, parcel=wanted)
    with at_the_owner_alone(own_stage, WA_POLICE):
        size = own_stage.size(CA_SHERIFF)
        raw = seal_message(world, "ca-node", brought, world.clock.now_ms())
        turned = own_stage.deliver(CA_SHERIFF, raw)
        assert isinstance(turned, Turned)
        assert "is suspended by version" in turned.sentence
        assert own_stage.size(CA_SHERIFF) == size + 1
    raw = seal_message(world, "ca-node", brought, world.clock.now_ms())
    assert isinstance(own_stage.deliver(CA_SHERIFF, raw), Taken)


def test_h22_a_held_question_of_a_suspended_asker_cannot_be_granted(own_stage: Stage) -> None:
    """H22: it can be refused, or waits; granted after it was lifted it is answered."""
    question = question_about(own_stage.region, waiting_record(own_stage.region))
    own_stage.ask(question, sources=(CA_SHERIFF,))
    world = own_stage.federation.world_of(CA_SHERIFF)
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    (task, *_) = list_held(world, keeper)
    suspend(own_stage, WA_POLICE)
    size = own_stage.size(CA_SHERIFF)
    with pytest.raises(DutyRefusedError, match="is suspended by version"):
        decide_held(world, keeper, task.duty_id, grant=True, reason="checked with the repository")
    assert own_stage.size(CA_SHERIFF) == size
    suspend(own_stage)
    assert decide_held(
        world, keeper, task.duty_id, grant=True, reason="checked with the repository"
    ).ruling.granted


def test_h22_what_is_told_it_by_telephone_is_entered_as_against_the_law(own_stage: Stage) -> None:
    """H22: no software stops a call; what was told is marked, with a finding and its duty."""
    record = somebody(own_stage.region)
    what = Told(
        recipient=WA_POLICE, person="Det. Ines Marlow", channel=Channel.CALL, purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING), case_number="CC-2026-04417", records=(record.id,),
        fields=("name",),
    )  # fmt: skip
    world, teller = own_stage.federation.world_of(CA_SHERIFF), own_stage.member(member_of(CA_SHERIFF, "detective"))
    assert not record_disclosure(world, teller, what).open_finding
    suspend(own_stage, WA_POLICE)
    assert record_disclosure(world, teller, what).open_finding


def test_h22_a_recall_still_reaches_whoever_is_suspended_and_is_confirmed(own_stage: Stage) -> None:
    """H22: what was shown before is taken back all the same: a suspension must not keep a wrong record in use."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question, sources=(CA_SHERIFF,))
    item = shown(outcome)[0]
    suspend(own_stage, WA_POLICE)
    act(own_stage, item.item_id, "seal")
    assert push(own_stage) >= 1
    (source,) = kept(own_stage, outcome).outcome.sources
    assert source.answer is None or item.item_id not in {one.item_id for one in source.answer.items}


@pytest.mark.parametrize("owner_too", [False, True])
def test_h22_a_suspended_asker_may_end_a_standing_question_and_not_prolong_it(
    own_stage: Stage, *, owner_too: bool
) -> None:
    """H22: what only takes back passes, also where the owner is cut off as well; a review that lets it stand on does not."""
    agree(own_stage)
    outcome = open_standing(own_stage, somebody(own_stage.region))
    suspend(own_stage, WA_POLICE, *((CA_SHERIFF,) if owner_too else ()))
    world = own_stage.federation.world_of(WA_POLICE)
    standing = row(own_stage, outcome, CA_SHERIFF)
    assert standing is not None
    for number, (until, answer) in enumerate(((standing.stands.review_by, Turned), (None, Taken))):
        told = StandingTold(query_id=outcome.query_id, told_ms=world.clock.now_ms() + 1, review_by=until)
        brought = Delivered(id=f"{number + 1:032x}", sender=WA_POLICE, recipient=CA_SHERIFF, parcel=told)
        own_stage.federation.advance(1)
        raw = seal_message(world, "ca-node", brought, world.clock.now_ms())
        assert isinstance(own_stage.deliver(CA_SHERIFF, raw), answer)
    ended = row(own_stage, outcome, CA_SHERIFF)
    assert ended is not None
    assert ended.ended is not None
