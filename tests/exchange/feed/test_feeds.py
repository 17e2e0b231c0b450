"""Feeds: what a recipient holds is what it may have today, it answers nothing, and what goes at the owner goes there."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from feed_stage import (
    CLASSES,
    WORDS,
    agreement,
    check_caught_up,
    copies,
    feed_law,
    held,
    put_in_force,
    records_now,
    running,
    sent,
    signer,
    taken,
    terms,
    turn,
)
from msgspec.structs import replace
from region_stage import Stage, about, make_stage

from altered_agreements import altered_text
from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE, member_of
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.errors import LawUnavailableError, PeerUnreachableError, WrongUseError
from comity.exchange.asking.ask_by_copies import ask_by_copies
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.duty.duty_state import is_done
from comity.exchange.feed import feed_taken
from comity.exchange.feed.feed_due import AGREED_MS
from comity.exchange.feed.feed_law import CLOSED_CLASSES
from comity.exchange.feed.feed_round import HEARTBEAT_MS, run_feeds
from comity.exchange.feed.feed_unit import delivery_id
from comity.exchange.feed.feeds import (
    close_feed,
    feed_lags,
    list_feeds,
    open_feed,
    replay_feed,
    resume_feed,
    show_feed,
    sign_feed,
    suspend_feed,
)
from comity.exchange.messages.wire import Delivered, Taken, Turned, read_message, seal_message
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_receipt
from comity.model.answer import ReleasedField
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Level, PersonRole, Purpose, Status
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.delivery import Recall
from comity.model.disclosure import EntryKind
from comity.model.feed import (
    BatchHead,
    Cadence,
    FeedBatch,
    FeedChange,
    FeedContent,
    FeedOp,
    FeedState,
    OpKind,
    item_hash,
)
from comity.model.outcome import FetchRequest
from comity.model.record import FieldValue, PersonInRecord, Record

ON_BOTH_ENGINES = True
DAY_MS = 86_400_000


def carried(stage: Stage, feed: str) -> Record:
    """A record that stands at the recipient."""
    record_id, _ = sorted(held(stage, feed))[0]
    return next(record for record in records_now(stage) if record.id == record_id)


def act(stage: Stage, record: Record, what: str) -> Any:
    wanted = RecordAct(record_id=record.id, act=what, reason="by order of the court")
    return act_on_record(stage.federation.world_of(CA_SHERIFF), signer(stage, "custodian"), wanted)


def correct(stage: Stage, record: Record, name: str, *values: str, person: bool = True) -> Any:
    key = record.people[0].key if person else ""
    given = GivenField(person=key, name=name, values=values)
    wanted = Correction(record_id=record.id, reason="it was misspelt", fields=(given,))
    return correct_record(stage.federation.world_of(CA_SHERIFF), signer(stage, "custodian"), wanted)


def listening(stage: Stage, *, lost: bool = False, unheard: bool = False) -> list[FeedBatch]:
    """The batches that leave from now on; `lost` ones arrive nowhere, of `unheard` ones the reply does not come back."""
    heard: list[FeedBatch] = []

    def meddle(node: str, raw: bytes) -> bytes:
        body = read_message(raw.partition(b"\n")[2]).body
        if isinstance(body, Delivered) and isinstance(body.parcel, FeedBatch):
            heard.append(body.parcel)
            reply = b"" if lost else stage.federation.deliver(node, raw)
            if lost or unheard:
                raise PeerUnreachableError(f"`{node}` could not be reached")
            return reply
        return stage.federation.deliver(node, raw)

    stage.federation.meddle = meddle
    return heard


def bring(stage: Stage, batch: FeedBatch, name: str = "0" * 32) -> Taken | Turned:
    """A batch that the owner's node seals, brought by hand."""
    world = stage.federation.world_of(CA_SHERIFF)
    delivered = Delivered(id=name, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=batch)
    body = stage.deliver(WA_POLICE, seal_message(world, "wa-node", delivered, world.clock.now_ms()))
    assert isinstance(body, Taken | Turned)
    return body


def test_a_feed_brings_everything_it_may(own_stage: Stage) -> None:
    """The first round is the whole set that may be released, in several batches, each proved by the recipient's log."""
    own = tuple(records_now(own_stage))
    more = [replace(record, id=f"{record.id}-{again}") for again in range(6) for record in own]
    own_stage.federation.world_of(CA_SHERIFF).records.load(more)
    feed = running(own_stage)
    assert turn(own_stage) == 2
    assert len(copies(own_stage, feed)) > 500
    check_caught_up(own_stage, feed, terms())
    ours, theirs = sent(own_stage, feed), taken(own_stage, feed)
    assert (ours.number, ours.head, ours.as_of_ms) == (theirs.number, theirs.head, theirs.as_of_ms)
    kinds = [facts.kind for facts in own_stage.entries(CA_SHERIFF)]
    assert kinds.count(EntryKind.FEED_BATCH) == kinds.count(EntryKind.DELIVERED) == 2
    assert turn(own_stage) == 0


def test_what_changed_alone_is_brought_afterwards(own_stage: Stage) -> None:
    """A new record, a corrected one and one that went are one batch of three; a change of what is not carried is none."""
    feed = running(own_stage)
    turn(own_stage)
    heard = listening(own_stage)
    first, second = (
        next(one for one in records_now(own_stage) if one.id == name)
        for name in dict.fromkeys(record_id for record_id, _ in sorted(held(own_stage, feed))[:2])
    )
    world = own_stage.federation.world_of(CA_SHERIFF)
    world.records.load([replace(first, id="made", reference="M-1")])
    correct(own_stage, first, "name", "Ames, Rowan")
    act(own_stage, second, "seal")
    turn(own_stage)
    (batch,) = heard
    assert sorted(op.kind for op in batch.ops) == [OpKind.PUT, OpKind.PUT, OpKind.TAKE]
    check_caught_up(own_stage, feed, terms())
    correct(own_stage, first, "home-address", "1 Nowhere Lane, Alder, CA 99999")
    before = own_stage.size(CA_SHERIFF)
    assert turn(own_stage) == 0
    assert own_stage.size(CA_SHERIFF) == before


def test_a_daily_feed_brings_what_is_new_once_a_day_and_what_goes_at_once(own_stage: Stage) -> None:
    """Between its rounds a daily feed takes away and puts right; what is new waits for the round."""
    feed = running(own_stage, cadence=Cadence.DAILY)
    turn(own_stage)
    record = carried(own_stage, feed)
    own_stage.federation.world_of(CA_SHERIFF).records.load([replace(record, id="made", reference="M-1")])
    assert turn(own_stage) == 0
    act(own_stage, record, "seal")
    as_of_ms = taken(own_stage, feed).as_of_ms
    own_stage.federation.advance(1_000)
    assert turn(own_stage) == 1
    assert taken(own_stage, feed).as_of_ms == as_of_ms
    assert {name for name, _ in held(own_stage, feed)}.isdisjoint({record.id, "made"})
    own_stage.federation.advance(DAY_MS)
    turn(own_stage)
    assert "made" in {name for name, _ in held(own_stage, feed)}
    assert taken(own_stage, feed).as_of_ms > as_of_ms
    check_caught_up(own_stage, feed, terms(cadence=Cadence.DAILY))


def test_an_agreement_that_opens_questions_opens_no_feed(own_stage: Stage) -> None:
    """Only a text with `access feed` opens one; one that is not in force opens none."""
    put_in_force(own_stage, feed_law())
    world = own_stage.federation.world_of(CA_SHERIFF)
    for name in ("ACSO-CCPD-2026", "NOBODY-2026"):
        with pytest.raises(WrongUseError, match="access feed"):
            open_feed(world, signer(own_stage, "custodian"), terms(agreement=name), WORDS)


def test_what_another_agreement_permits_opens_nothing_in_a_feed(own_stage: Stage) -> None:
    """The feed's own agreement alone permits, although one for questions between the same two gives more."""
    narrow = feed_law().replace(
        "labelled identity, description, event, offence", "labelled identity, description, offence"
    )
    feed = running(own_stage)
    put_in_force(own_stage, narrow)
    turn(own_stage)
    names = {one.field for copy in copies(own_stage, feed) for one in copy.content.fields}
    assert "name" in names
    assert names.isdisjoint({"booking-number", "incident-number", "booking-date", "agency"})
    check_caught_up(own_stage, feed, terms())
    outcome = own_stage.ask(own_stage.region.scene.detective_question, sources=(CA_SHERIFF,))
    (source,) = outcome.sources
    assert source.answer is not None
    shown = {one.field for item in source.answer.items for one in item.fields}
    assert shown & {"booking-number", "incident-number", "booking-date"}


def test_no_feed_of_what_harms_most(own_stage: Stage) -> None:
    """Classes about victims, status, whereabouts or suspicion are refused whatever an agreement says."""
    put_in_force(own_stage, feed_law())
    world = own_stage.federation.world_of(CA_SHERIFF)
    for name in (DataClass.PROTECTION_ORDER, DataClass.ASYLUM, DataClass.PLATE_READ, DataClass.JUVENILE):
        with pytest.raises(WrongUseError, match="no feed carries"):
            open_feed(world, signer(own_stage, "custodian"), terms(data_classes=(DataClass.CASE, name)), WORDS)
    with pytest.raises(WrongUseError, match="the law opens nothing of criminal-history"):
        open_feed(
            world,
            signer(own_stage, "custodian"),
            terms(data_classes=(*CLASSES, DataClass.CRIMINAL_HISTORY)),
            WORDS,
        )


def test_a_feed_serves_no_immigration_enforcement(own_stage: Stage) -> None:
    """The clause that shuts the agreement for that purpose, or that beneficiary, shuts its feed."""
    put_in_force(own_stage, feed_law())
    world = own_stage.federation.world_of(CA_SHERIFF)
    for changes in ({"purpose": Purpose.CIVIL_IMMIGRATION}, {"beneficiary": "removal-operations"}):
        with pytest.raises(WrongUseError, match="opens nothing"):
            open_feed(world, signer(own_stage, "custodian"), terms(**changes), WORDS)


def test_two_of_the_owner_sign(own_stage: Stage) -> None:
    """One who keeps the records and one who answers for the agency; before both signed nothing leaves."""
    put_in_force(own_stage, feed_law())
    world = own_stage.federation.world_of(CA_SHERIFF)
    for post in ("detective", "counsel", "privacy"):
        with pytest.raises(WrongUseError, match="may not sign"):
            open_feed(world, signer(own_stage, post), terms(), WORDS)
    opened = open_feed(world, signer(own_stage, "sheriff"), terms(), WORDS)
    assert (opened.state, turn(own_stage)) == (FeedState.PROPOSED, 0)
    with pytest.raises(WrongUseError, match="you signed first"):
        sign_feed(world, signer(own_stage, "sheriff"), opened.id, WORDS)
    with pytest.raises(WrongUseError, match="records-custodian"):
        sign_feed(world, signer(own_stage, "sergeant"), opened.id, WORDS)
    both = replace(signer(own_stage, "sheriff"), id="two-hats", roles=("records-custodian", "agency-head"))
    for member in (both, replace(signer(own_stage, "custodian"), acting_for=(WA_POLICE,))):
        with pytest.raises(WrongUseError):
            sign_feed(world, replace(member, acting_for=(WA_POLICE,)), opened.id, WORDS)
    assert sign_feed(world, signer(own_stage, "custodian"), opened.id, WORDS).state is FeedState.RUNNING
    with pytest.raises(WrongUseError, match="waits for a signer"):
        sign_feed(world, signer(own_stage, "custodian"), opened.id, WORDS)
    with pytest.raises(WrongUseError, match="goes to another agency"):
        open_feed(
            world, signer(own_stage, "custodian"), terms(recipient=CA_SHERIFF, beneficiary=CA_SHERIFF), WORDS
        )
    stranger = own_stage.member(member_of(WA_POLICE, "custodian"))
    with pytest.raises(WrongUseError, match="no feed"):
        sign_feed(own_stage.federation.world_of(WA_POLICE), stranger, opened.id, WORDS)


@pytest.mark.parametrize("how", ["sealed", "expunged", "under investigation"])
def test_every_end_of_a_record_looks_the_same(own_stage: Stage, how: str) -> None:
    """A batch that takes one item away, within a turn, by the item's own id: no word of why, and no recall beside it."""
    feed = running(own_stage)
    turn(own_stage)
    record = carried(own_stage, feed)
    (item,) = own_stage.federation.world_of(CA_SHERIFF).journal.feeds.items_of(CA_SHERIFF, feed, record.id)
    heard = listening(own_stage)
    own_stage.federation.advance(1_000)
    if how == "under investigation":
        state = replace(record.state, tied_to_case=True)
        own_stage.federation.world_of(CA_SHERIFF).records.correct([replace(record, state=state)])
    else:
        done = act(own_stage, record, how.removesuffix("ed").replace("expung", "expunge"))
        assert [one.feed for one in done.releases] == [feed]
        assert done.recalls == ()
    assert turn(own_stage) == 1
    (batch,) = heard
    assert batch.ops == (FeedOp(kind=OpKind.TAKE, item_id=item.item_id),)
    assert (batch.head.whole, batch.head.empties, batch.state) == (True, False, FeedState.RUNNING)
    assert item.item_id not in {copy.item_id for copy in copies(own_stage, feed)}
    deliveries = own_stage.federation.world_of(CA_SHERIFF).journal.deliveries(CA_SHERIFF)
    assert not [one for one in deliveries if isinstance(one.due, Recall)]
    check_caught_up(own_stage, feed, terms())


def test_no_value_leaves_after_a_suspension(own_stage: Stage) -> None:
    """Neither of the feed nor of its agreement, not even in a batch that was on its way: what leaves takes away."""
    feed = running(own_stage)
    heard = listening(own_stage, lost=True)
    turn(own_stage)
    assert {op.kind for batch in heard for op in batch.ops} == {OpKind.PUT}
    put_in_force(own_stage, None)
    heard = listening(own_stage)
    own_stage.federation.advance(DAY_MS)
    turn(own_stage)
    assert {op.kind for batch in heard for op in batch.ops} == {OpKind.CLOSED}
    assert (heard[-1].head.empties, heard[-1].ops, heard[-1].state) == (True, (), FeedState.SUSPENDED)
    assert copies(own_stage, feed) == ()
    put_in_force(own_stage, feed_law())
    turn(own_stage)
    check_caught_up(own_stage, feed, terms())
    suspend_feed(own_stage.federation.world_of(CA_SHERIFF), signer(own_stage, "sergeant"), feed, WORDS)
    count = len(heard)
    turn(own_stage)
    assert [batch.ops for batch in heard[count:]] == [()]
    assert (copies(own_stage, feed), taken(own_stage, feed).state) == ((), FeedState.SUSPENDED)
    assert turn(own_stage) == 0


def test_a_suspended_feed_runs_again_by_two_and_a_closed_one_never(own_stage: Stage) -> None:
    """One alone stops a feed; to let it run again both sign anew, and then everything is brought again."""
    feed = running(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    turn(own_stage)
    with pytest.raises(WrongUseError, match="only a suspended"):
        resume_feed(world, signer(own_stage, "custodian"), feed, WORDS)
    suspend_feed(world, signer(own_stage, "custodian"), feed, WORDS)
    resume_feed(world, signer(own_stage, "sergeant"), feed, WORDS)
    turn(own_stage)
    assert copies(own_stage, feed) == ()
    sign_feed(world, signer(own_stage, "custodian"), feed, WORDS)
    turn(own_stage)
    check_caught_up(own_stage, feed, terms())
    close_feed(world, signer(own_stage, "sheriff"), feed, WORDS)
    turn(own_stage)
    assert (copies(own_stage, feed), taken(own_stage, feed).state) == ((), FeedState.CLOSED)
    for verb in (suspend_feed, resume_feed, sign_feed, replay_feed, close_feed):
        with pytest.raises(WrongUseError):
            verb(world, signer(own_stage, "sheriff"), feed, WORDS)


def test_a_suspension_arrives_though_somebody_signed_to_go_on(own_stage: Stage) -> None:
    """The batch that empties the copy was lost; that one of two signed since does not keep it from being sent again."""
    feed = running(own_stage)
    turn(own_stage)
    assert held(own_stage, feed)
    world = own_stage.federation.world_of(CA_SHERIFF)
    suspend_feed(world, signer(own_stage, "custodian"), feed, WORDS)
    lost = listening(own_stage, lost=True)
    turn(own_stage)
    assert len(lost) == 1
    resume_feed(world, signer(own_stage, "custodian"), feed, WORDS)
    assert sent(own_stage, feed).state is FeedState.PROPOSED
    listening(own_stage)
    own_stage.federation.advance(60_000)
    turn(own_stage)
    assert not held(own_stage, feed)


def test_a_batch_sent_again_carries_what_may_leave_by_then(own_stage: Stage) -> None:
    """It keeps its name, and what may not leave any more stays: a recipient who had it already loses it."""
    feed = running(own_stage)
    first = listening(own_stage, unheard=True)
    turn(own_stage)
    record = carried(own_stage, feed)
    act(own_stage, record, "seal")
    again = listening(own_stage, unheard=True)
    own_stage.federation.advance(60_000)
    turn(own_stage)
    assert first[0].head == again[0].head
    assert first[0].edition < again[0].edition
    assert {op.kind for op in again[0].ops} == {OpKind.PUT, OpKind.CLOSED}
    assert record.id not in {name for name, _ in held(own_stage, feed)}
    assert isinstance(bring(own_stage, first[0], "b" * 32), Taken)  # the network had kept it back
    assert record.id not in {name for name, _ in held(own_stage, feed)}
    listening(own_stage)
    own_stage.federation.advance(120_000)
    turn(own_stage)
    check_caught_up(own_stage, feed, terms())


def test_what_was_shut_and_opened_while_nothing_was_heard_is_there(own_stage: Stage) -> None:
    """Sent, sent again without what the law had shut, and once more with it: the last edition counts at both ends."""
    feed = running(own_stage)
    listening(own_stage, unheard=True)
    turn(own_stage)
    for text in (None, feed_law()):
        put_in_force(own_stage, text)
        own_stage.federation.advance(120_000)
        turn(own_stage)
        assert bool(copies(own_stage, feed)) == (text is not None)
    listening(own_stage)
    own_stage.federation.advance(240_000)
    turn(own_stage)
    check_caught_up(own_stage, feed, terms())


def test_what_another_agreement_forbids_stays_forbidden_in_a_feed(own_stage: Stage) -> None:
    """A clause of the agreement for questions that shuts a field shuts it in the feed too."""
    feed = running(own_stage)
    laws = own_stage.federation.laws
    shut = altered_text(
        "ACSO-CCPD-2026",
        (
            'clause G-03 "',
            'clause X-01 "Dates of birth stay"\n  gives  ca-sheriff to wa-police\n  at     release\n'
            '  forbid field birth-date\n\nclause G-03 "',
        ),
    )
    changed = agreement(shut, name="ACSO-CCPD-2026")
    laws.texts[CA_SHERIFF] = tuple(
        changed if one.name == "ACSO-CCPD-2026" else one for one in laws.texts[CA_SHERIFF]
    )
    turn(own_stage)
    names = {one.field for copy in copies(own_stage, feed) for one in copy.content.fields}
    assert "name" in names
    assert "birth-date" not in names


def test_a_gap_a_false_chain_and_a_fork_are_refused_and_seen(own_stage: Stage) -> None:
    """Nothing of such a batch is kept, both ends see why, and a replay brings everything anew under a new epoch."""
    feed = running(own_stage)
    heard = listening(own_stage)
    turn(own_stage)
    own_stage.federation.meddle = None
    head, before = heard[-1].head, held(own_stage, feed)
    named = taken(own_stage, feed).head
    empty = replace(heard[-1], ops=())
    broken = {
        "gap": replace(empty, head=replace(head, number=head.number + 2, before=named, empties=False)),
        "chain": replace(
            empty, head=replace(head, number=head.number + 1, before="sha256:" + "0" * 64, empties=False)
        ),
        "fork": replace(empty, head=replace(head, as_of_ms=head.as_of_ms + 1)),
    }
    for number, (word, batch) in enumerate(broken.items()):
        told = bring(own_stage, batch, f"{number:032x}")
        assert isinstance(told, Turned)
        assert told.sentence.startswith(word)
        assert taken(own_stage, feed).trouble == told.sentence
        assert held(own_stage, feed) == before
    kinds = [facts.kind for facts in own_stage.entries(WA_POLICE)]
    assert kinds.count(EntryKind.FEED_BROKEN) == 3
    assert isinstance(bring(own_stage, broken["fork"], "f" * 32), Turned)
    assert [facts.kind for facts in own_stage.entries(WA_POLICE)].count(EntryKind.FEED_BROKEN) == 3
    replay_feed(own_stage.federation.world_of(CA_SHERIFF), signer(own_stage, "custodian"), feed, WORDS)
    turn(own_stage)
    assert (taken(own_stage, feed).trouble, taken(own_stage, feed).epoch) == ("", 2)
    check_caught_up(own_stage, feed, terms())


def test_a_seal_reaches_a_feed_that_stands_still(own_stage: Stage) -> None:
    """A recipient that lost what it had refuses the next batch; the owner sees it, and a seal begins an epoch by itself."""
    feed = running(own_stage)
    turn(own_stage)
    record = carried(own_stage, feed)
    there = own_stage.federation.world_of(WA_POLICE)
    older = taken(own_stage, feed)
    change = replace(older, head="sha256:" + "1" * 64, changed=older.changed + 1)
    there.journal.note_feed(FeedChange(agency=WA_POLICE, feed=feed, taken=change))
    correct(own_stage, record, "name", "Ames, Rowan")
    turn(own_stage)
    own = show_feed(own_stage.federation.world_of(CA_SHERIFF), signer(own_stage, "custodian"), feed)
    assert own.waits
    assert "chain" in own.trouble
    assert "chain" in taken(own_stage, feed).trouble
    act(own_stage, record, "seal")
    own_stage.federation.advance(1_000)
    turn(own_stage)
    assert taken(own_stage, feed).epoch == 2
    check_caught_up(own_stage, feed, terms())


def test_what_is_late_is_a_duty_until_it_arrives(own_stage: Stage) -> None:
    """What was to go and did not arrive in the time agreed is overdue at the owner's desk, once; its arrival ends it."""
    feed = running(own_stage)
    turn(own_stage)
    act(own_stage, carried(own_stage, feed), "seal")
    own_stage.federation.down.add("wa-node")
    turn(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)

    def late() -> list[bool]:
        return [is_done(one) for one in world.journal.duties(CA_SHERIFF) if one.duty.rule == "comity/FEED-LATE"]

    assert late() == []
    own_stage.federation.advance(AGREED_MS[Cadence.CONTINUOUS])
    turn(own_stage)
    turn(own_stage)
    assert late() == [False]
    shown = show_feed(world, signer(own_stage, "custodian"), feed)
    assert (shown.waits, shown.lag_ms >= AGREED_MS[Cadence.CONTINUOUS]) == (True, True)
    own_stage.federation.down.clear()
    own_stage.federation.advance(60_000)
    turn(own_stage)
    assert late() == [True]
    check_caught_up(own_stage, feed, terms())


def test_both_ends_know_how_old_the_copy_is(own_stage: Stage) -> None:
    """The age of the newest state that is whole there, for members, and by feed alone for the machine's own watch."""
    feed = running(own_stage)
    turn(own_stage)
    own_stage.federation.advance(HEARTBEAT_MS - 1)
    turn(own_stage)
    for agency, incoming in ((CA_SHERIFF, False), (WA_POLICE, True)):
        world = own_stage.federation.world_of(agency)
        (shown,) = list_feeds(world, own_stage.member(member_of(agency, "custodian")))
        assert (shown.incoming, shown.lag_ms) == (incoming, HEARTBEAT_MS - 1)
        assert [(one.feed, one.lag_ms) for one in feed_lags(world)] == [(feed, HEARTBEAT_MS - 1)]
    own_stage.federation.advance(1)
    assert turn(own_stage) == 1
    assert taken(own_stage, feed).as_of_ms == own_stage.federation.world_of(WA_POLICE).clock.now_ms()


def test_a_copy_answers_nobody(own_stage: Stage) -> None:
    """No question of another agency finds a copy, none is answered from it, and no detail is fetched by its item."""
    feed = running(own_stage)
    turn(own_stage)
    assert copies(own_stage, feed)
    record = carried(own_stage, feed)
    question = about(own_stage.region.scene.detective_question, record)
    world = own_stage.federation.world_of(WA_POLICE)
    assert all(one.owner == WA_POLICE for one in world.records.page_of(WA_POLICE, "", 10_000))
    shown = {
        owner: own_stage.answer(
            replace(
                own_stage.query(question, owner),
                asker=IL_POLICE,
                asker_ori="IL1990100",
                member="il-police-detective",
            )
        )
        for owner in (WA_POLICE,)
    }
    held_values = {
        value for copy in copies(own_stage, feed) for one in copy.content.fields for value in one.values
    }
    numbers = {value for value in held_values if any(char.isdigit() for char in value) and len(value) > 10}
    assert not [value for value in numbers if value.encode() in canonical_bytes(shown[WA_POLICE])]
    request = FetchRequest(
        query_id=feed,
        item_id=copies(own_stage, feed)[0].item_id,
        asker=WA_POLICE,
        member=member_of(WA_POLICE, "detective"),
    )
    with pytest.raises(WrongUseError):
        fetch_item(world, request, own_stage.member(request.member))


def test_a_copy_leads_to_its_owner_and_the_owner_answers(own_stage: Stage) -> None:
    """Only the owner that a copy leads to is asked; what is shown is its answer now, with the age of the copy."""
    feed = running(own_stage)
    turn(own_stage)
    own_stage.federation.advance(61_000)
    record = carried(own_stage, feed)
    request = to_request(about(own_stage.region.scene.detective_question, record))
    request = replace(request, data_classes=(record.data_class,))
    world, member = own_stage.federation.world_of(WA_POLICE), own_stage.member(request.member)
    asked = ask_by_copies(world, request, member)
    (source,) = asked.outcome.sources
    assert (source.agency, source.status, source.verified) == (CA_SHERIFF, Status.ANSWERED, True)
    assert [(mark.owner, mark.feed, mark.lag_ms) for mark in asked.marks] == [(CA_SHERIFF, feed, 61_000)]
    act(own_stage, record, "seal")  # it stands in the copy still: the answer is the owner's of now
    assert record.id in {name for name, _ in held(own_stage, feed)}
    again = ask_by_copies(world, request, member)
    (source,) = again.outcome.sources
    assert source.answer is None or record.reference not in {item.reference for item in source.answer.items}
    own_stage.federation.down.add("ca-node")
    unreached = ask_by_copies(world, request, member)
    (source,) = unreached.outcome.sources
    assert (source.status, source.answer, unreached.outcome.persons) == (Status.UNREACHABLE, None, ())
    assert [mark.lag_ms for mark in unreached.marks] == [61_000]


def test_a_copy_that_leads_nowhere_tells_nothing(own_stage: Stage) -> None:
    """Where no copy fits, its owner is asked all the same: every use of a copy is a question in both logs."""
    feed = running(own_stage)
    turn(own_stage)
    assert feed
    question = own_stage.region.scene.detective_question
    request = replace(to_request(question), data_classes=CLASSES)
    request = replace(
        request, subject=replace(request.subject, family="Nobodyatall", given="Ever", birth_date="1850-01-02")
    )
    world, member = own_stage.federation.world_of(WA_POLICE), own_stage.member(request.member)
    before = own_stage.size(CA_SHERIFF)
    asked = ask_by_copies(world, request, member)
    assert [source.agency for source in asked.outcome.sources] == [CA_SHERIFF]
    assert own_stage.size(CA_SHERIFF) == before + 1
    for changes in ({"purpose": Purpose.CRIMINAL_PROSECUTION}, {"beneficiary": FEDERAL_INVESTIGATIONS}):
        with pytest.raises(WrongUseError, match="without --copies"):
            ask_by_copies(world, replace(request, **changes), member)


def test_neither_log_keeps_a_value_of_a_feed(own_stage: Stage) -> None:
    """The recipient's log proves each batch without keeping it; the owner keeps a salted hash of each item."""
    feed = running(own_stage)
    heard = listening(own_stage)
    turn(own_stage)
    record = carried(own_stage, feed)
    value = next(value for value in record.people[0].values("name"))
    assert value.encode() in canonical_bytes(heard)
    for agency, kinds in (
        (CA_SHERIFF, {EntryKind.FEED_BATCH, EntryKind.FEED_WITHDREW, EntryKind.DELIVERED}),
        (WA_POLICE, {EntryKind.TAKEN}),
    ):
        journal = own_stage.federation.world_of(agency).journal
        entries = [at for at in range(journal.size()) if decode_entry(journal.entry(at)).facts.kind in kinds]
        assert entries
        for at in entries:
            assert value.encode() not in (journal.content(at) or b"") + (journal.record(at) or b"")
    journal = own_stage.federation.world_of(CA_SHERIFF).journal
    delivery = journal.find_delivery(CA_SHERIFF, delivery_id(feed), incoming=False)
    assert delivery is not None
    assert value.encode() not in canonical_bytes(delivery)
    repeated = bring(own_stage, heard[-1], "a" * 32)
    assert isinstance(repeated, Taken)
    delivered = Delivered(id="a" * 32, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=heard[-1])
    key = own_stage.federation.world_of(WA_POLICE).keys.log_key()
    assert verify_receipt(repeated.receipt, canonical_bytes(delivered), key).kind is EntryKind.TAKEN


def test_an_altered_item_is_not_taken(own_stage: Stage) -> None:
    """Content that does not fit its hash is no item; a batch names an item once."""
    content = FeedContent(
        data_class=DataClass.BOOKING,
        fields=(ReleasedField(field="name", level=Level.FULL, values=("Ames, Rowan",)),),
        labels=(),
        as_of=next(records_now(own_stage)).as_of,
    )
    named = item_hash("5" * 32, content)
    assert FeedOp(kind=OpKind.PUT, item_id="1" * 32, hash=named, salt="5" * 32, content=content)
    with pytest.raises(WrongUseError, match="does not fit its hash"):
        FeedOp(kind=OpKind.PUT, item_id="1" * 32, hash=named, salt="6" * 32, content=content)
    with pytest.raises(WrongUseError):
        FeedOp(kind=OpKind.TAKE, item_id="1" * 32, hash=named)


def with_victim(record: Record) -> Record:
    """The record with a victim beside its person, who has a name, an address and a status."""
    fields = (
        FieldValue(name="name", value="Hollis, Wren"),
        FieldValue(name="home-address", value="7 Quiet Court, Alder, CA 99999"),
        FieldValue(name="status", value="pending"),
    )
    victim = PersonInRecord(key="hurt", role=PersonRole.VICTIM, fields=fields)
    return replace(record, people=(*record.people, victim))


def test_a_victim_beside_the_person_is_carried_nowhere(own_stage: Stage) -> None:
    """Neither as an item of their own nor within the person's."""
    feed = running(own_stage)
    turn(own_stage)
    record = carried(own_stage, feed)
    heard = listening(own_stage)
    own_stage.federation.world_of(CA_SHERIFF).records.load(
        [replace(with_victim(record), id="hurt", reference="H-1")]
    )
    turn(own_stage)
    assert heard
    for word in (b"Hollis", b"Quiet Court", b"pending", b"victim"):
        assert word not in canonical_bytes([batch.ops for batch in heard])


def test_a_protected_record_leaves_no_trace_in_a_feed(
    tmp_path_factory: pytest.TempPathFactory, region: Region
) -> None:
    """Two worlds, with a sealed record and without it: the same batches leave at the same times, through its changes too."""
    own = tuple(record for record in region.records if record.owner == CA_SHERIFF)
    secret = replace(own[0], id="secret", reference="S-1", state=replace(own[0].state, sealed=True))
    left = []
    for records in (own, (*own, secret)):
        stage = make_stage(tmp_path_factory.mktemp("world"), region, records)
        try:
            feed = running(stage)
            heard = listening(stage)
            turn(stage)
            world = stage.federation.world_of(CA_SHERIFF)
            if len(records) > len(own):
                world.records.correct([replace(secret, reference="S-2")])
            stage.federation.advance(1_000)
            turn(stage)
            act(stage, carried(stage, feed), "seal")
            stage.federation.advance(DAY_MS)
            turn(stage)
            left.append(canonical_bytes(heard))
        finally:
            stage.federation.close()
    assert left[0] == left[1]


def test_a_feed_owes_what_answers_owe(own_stage: Stage) -> None:
    """The duties of a release are raised when an item is first put, and not again when it is put anew."""
    feed = running(own_stage)
    turn(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    owed = [one for one in world.journal.duties(CA_SHERIFF) if one.query_id == feed]
    assert {one.duty.rule for one in owed if one.record_id} >= {"ACSO-CCPD-FEED-2026/R-01"}
    record = carried(own_stage, feed)
    correct(own_stage, record, "name", "Ames, Rowan")
    turn(own_stage)
    again = [one for one in world.journal.duties(CA_SHERIFF) if one.query_id == feed]
    assert len(again) == len(owed)


def test_signatures_of_the_agreement_count(own_stage: Stage) -> None:
    """A feed agreement that the owner did not sign closes the owner's law, and the feed with it."""
    running(own_stage)
    laws = own_stage.federation.laws
    unsigned = replace(agreement(feed_law()), signatures=())
    laws.texts[CA_SHERIFF] = (*(one for one in laws.texts[CA_SHERIFF] if one.name != unsigned.name), unsigned)
    heard = listening(own_stage)
    with pytest.raises(LawUnavailableError, match="not signed"):
        run_feeds(own_stage.federation.world_of(CA_SHERIFF))
    assert heard == []


def first_batch(stage: Stage, number: int, **changes: Any) -> FeedBatch:
    """The first batch of another feed, of one copy."""
    content = FeedContent(
        data_class=changes.get("data_classes", CLASSES)[0],
        fields=(ReleasedField(field="name", level=Level.FULL, values=("Okada, Evelyn",)),),
        labels=(),
        as_of=date(2026, 11, 1),
    )
    name, salt = f"{number:032x}", "00" * 16
    put = FeedOp(kind=OpKind.PUT, item_id=name, hash=item_hash(salt, content), salt=salt, content=content)
    now_ms = stage.federation.world_of(CA_SHERIFF).clock.now_ms()
    head = BatchHead(feed=name, epoch=1, number=1, before="", as_of_ms=now_ms, whole=True, empties=True)
    return FeedBatch(head=head, edition=0, terms=terms(**changes), state=FeedState.RUNNING, ops=(put,))


@pytest.mark.parametrize("closed", sorted(CLOSED_CLASSES))
def test_a_recipient_takes_no_copy_of_a_class_that_no_feed_carries(own_stage: Stage, closed: DataClass) -> None:
    """Victims, status, whereabouts: turned away whoever sends it, and nothing of it is kept."""
    turned = bring(own_stage, first_batch(own_stage, 1, data_classes=(closed,)))
    assert isinstance(turned, Turned)
    assert closed in turned.sentence
    assert own_stage.federation.world_of(WA_POLICE).journal.feeds.taken_by(WA_POLICE) == ()


def test_one_owner_has_so_many_feeds_at_a_recipient_and_no_more(
    own_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is a message of another number; what is there goes on."""
    monkeypatch.setattr(feed_taken, "MOST_TAKEN", 2)
    batches = [first_batch(own_stage, number) for number in (1, 2, 3)]
    taken_in = [isinstance(bring(own_stage, one, one.head.feed), Taken) for one in batches]
    assert taken_in == [True, True, False]
    assert len(own_stage.federation.world_of(WA_POLICE).journal.feeds.taken_by(WA_POLICE)) == 2
