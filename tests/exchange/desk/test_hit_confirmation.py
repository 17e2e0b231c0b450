"""Hit confirmation: who asks and who answers, the clock of minutes, and what makes a confirmation void."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from recall_stage import push
from region_stage import Stage, about, make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of
from comity.demo.records import Region
from comity.errors import DutyRefusedError, NounError, PeerUnreachableError, WrongUseError
from comity.exchange.answering.release import UNCONFIRMED
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.desk.confirmation_asked import ask_confirmation, confirmation_duty
from comity.exchange.desk.confirmation_said import answer_confirmation
from comity.exchange.desk.confirmations import confirmations, with_confirmations
from comity.exchange.desk.hit_outcomes import say_outcome
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.messages.wire import Delivered, Turned, seal_message
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.model.agency import Member
from comity.model.answer import Item
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass
from comity.model.confirmation import (
    Compared,
    Confirmation,
    ConfirmationAsked,
    ConfirmationGiven,
    ConfirmationSaid,
    ConfirmationState,
    ConfirmationWord,
    Urgency,
)
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.disclosure import EntryKind
from comity.model.hit import HitOutcome
from comity.model.law_text import LawKind
from comity.model.outcome import Outcome
from comity.model.record import Record
from comity.node.hit_requests import ListHits, run_hit

ON_BOTH_ENGINES = True
MINUTE_MS = 60_000
ALL_HOLDS = Compared(active=True, identical=True, extradites=True)
WHY = "compared with the file of the court"


def wanted(region: Region) -> Record:
    return next(record for record in region.records_of(CA_SHERIFF) if record.data_class is DataClass.WARRANT)


@pytest.fixture
def hit_stage(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """The sheriff's file with one warrant."""
    made = make_stage(tmp_path, region, (wanted(region),))
    yield made
    made.federation.close()


def hit(stage: Stage) -> tuple[Outcome, Item]:
    outcome = stage.ask(about(stage.region.scene.detective_question, wanted(stage.region)), sources=(CA_SHERIFF,))
    answer = outcome.sources[0].answer
    assert answer is not None
    (item,) = answer.items
    return outcome, item


def confirm(stage: Stage, urgency: Urgency = Urgency.URGENT) -> tuple[Outcome, Item, Confirmation]:
    outcome, item = hit(stage)
    asked = ask_confirmation(
        stage.federation.world_of(WA_POLICE), detective(stage), outcome.query_id, item.item_id, urgency
    )
    return outcome, item, asked


def detective(stage: Stage) -> Member:
    return stage.member(member_of(WA_POLICE, "detective"))


def keeper(stage: Stage) -> Member:
    return stage.member(member_of(CA_SHERIFF, "custodian"))


def say(
    stage: Stage,
    request: str,
    word: ConfirmationWord = ConfirmationWord.CONFIRMED,
    compared: Compared = ALL_HOLDS,
    minutes: int | None = None,
) -> Confirmation:
    given = ConfirmationGiven(word=word, reason=WHY, compared=compared, more_minutes=minutes)
    return answer_confirmation(stage.federation.world_of(CA_SHERIFF), keeper(stage), request, given)


def seen(stage: Stage, agency: str = WA_POLICE) -> Confirmation:
    world = stage.federation.world_of(agency)
    (one,) = confirmations(world, stage.federation.directory.get_agency(agency))
    return one


def labels(stage: Stage, outcome: Outcome) -> tuple[str, ...]:
    world = stage.federation.world_of(WA_POLICE)
    revised = get_outcome(world, WA_POLICE, outcome.query_id)
    shown = with_confirmations(world, stage.federation.directory.get_agency(WA_POLICE), revised)
    answer = shown.outcome.sources[0].answer
    assert answer is not None
    return answer.items[0].labels


@pytest.mark.parametrize(("urgency", "minutes"), [(Urgency.URGENT, 10), (Urgency.ROUTINE, 60)])
def test_a_request_is_a_duty_with_its_clock_and_overdue_on_both_sides(
    hit_stage: Stage, urgency: Urgency, minutes: int
) -> None:
    """Ten minutes or an hour by the clock from when the owner's node has it; past that both sides see it."""
    confirm(hit_stage, urgency)
    assert seen(hit_stage).state is ConfirmationState.ON_ITS_WAY
    assert push(hit_stage) == 1
    world = hit_stage.federation.world_of(CA_SHERIFF)
    asked = seen(hit_stage, CA_SHERIFF)
    duty = world.journal.find_duty(CA_SHERIFF, confirmation_duty(asked.id))
    assert duty is not None
    assert duty.duty.due_ms == world.clock.now_ms() + minutes * MINUTE_MS == asked.due_ms == seen(hit_stage).due_ms
    assert asked.reference == wanted(hit_stage.region).reference
    assert asked.subject is not None
    hit_stage.federation.advance(minutes * MINUTE_MS)
    assert not asked.overdue
    assert not seen(hit_stage).overdue
    hit_stage.federation.advance(1)
    assert seen(hit_stage).overdue
    assert seen(hit_stage, CA_SHERIFF).overdue
    assert state_of(duty, world.clock.now_ms()) is DutyState.OVERDUE


def test_until_it_is_confirmed_the_item_is_a_lead(hit_stage: Stage) -> None:
    """The label stays while the owner compares; the word takes its place, and both sides see who said it when."""
    outcome, _, asked = confirm(hit_stage)
    push(hit_stage)
    assert UNCONFIRMED in labels(hit_stage, outcome)
    before = hit_stage.size(CA_SHERIFF)
    said = say(hit_stage, asked.id)
    assert said.state is ConfirmationState.CONFIRMED
    assert [facts.kind for facts in hit_stage.entries(CA_SHERIFF, before)] == [EntryKind.HIT_CONFIRMATION]
    assert UNCONFIRMED in labels(hit_stage, outcome)
    push(hit_stage)
    now = seen(hit_stage)
    assert (now.state, now.said_ms) == (ConfirmationState.CONFIRMED, said.said_ms)
    assert UNCONFIRMED not in labels(hit_stage, outcome)
    assert labels(hit_stage, outcome)[0] == f"confirmed by {CA_SHERIFF}"


def test_not_confirmed_leaves_the_label(hit_stage: Stage) -> None:
    """The asker hears the word; the item stays a lead."""
    outcome, _, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id, ConfirmationWord.NOT_CONFIRMED, Compared())
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.NOT_CONFIRMED
    assert UNCONFIRMED in labels(hit_stage, outcome)


def test_the_reply_carries_the_word_alone(hit_stage: Stage) -> None:
    """Nothing of the record and none of the desk's words reach the asker's node."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    since = hit_stage.size(WA_POLICE)
    say(hit_stage, asked.id)
    push(hit_stage)
    journal = hit_stage.federation.world_of(WA_POLICE).journal
    told = b"".join(journal.content(index) or b"" for index in range(since, journal.size()))
    assert b"confirmation-said" in told
    record = wanted(hit_stage.region)
    for value in (WHY, record.id, record.reference, record.people[0].values("name")[0], "record_hash"):
        assert value.encode() not in told


def test_more_time_is_asked_for_once_with_a_new_time(hit_stage: Stage) -> None:
    """The new time counts on both sides; a second time is refused, a day is the most."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id, ConfirmationWord.MORE_TIME, Compared(), 45)
    push(hit_stage)
    now = hit_stage.federation.world_of(WA_POLICE).clock.now_ms()
    assert seen(hit_stage).due_ms == seen(hit_stage, CA_SHERIFF).due_ms == now + 45 * MINUTE_MS
    assert seen(hit_stage).state is ConfirmationState.MORE_TIME
    with pytest.raises(DutyRefusedError, match="once already"):
        say(hit_stage, asked.id, ConfirmationWord.MORE_TIME, Compared(), 45)
    hit_stage.federation.advance(46 * MINUTE_MS)
    assert seen(hit_stage).overdue
    say(hit_stage, asked.id)
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.CONFIRMED
    assert not seen(hit_stage).overdue
    with pytest.raises(NounError, match="by a day at most"):
        ConfirmationSaid(
            asked="a" * 32, query_id="b" * 32, item_id="c" * 32, word=ConfirmationWord.MORE_TIME, said_ms=0,
            until_ms=86_400_001,
        )  # fmt: skip
    with pytest.raises(NounError, match="how many minutes"):
        ConfirmationGiven(word=ConfirmationWord.MORE_TIME, reason=WHY)


@pytest.mark.parametrize(
    ("compared", "told"),
    [
        (Compared(), "active, and that person or property"),
        (Compared(active=True, extradites=True), "active, and that person or property"),
        (Compared(active=True, identical=True), "extradites"),
        (Compared(active=True, identical=True, extradites=False), "extradites"),
    ],
)
def test_confirming_covers_active_identical_and_extradition(
    hit_stage: Stage, compared: Compared, told: str
) -> None:
    """What was not found is not confirmed, and nothing is entered."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    before = hit_stage.size(CA_SHERIFF)
    with pytest.raises(DutyRefusedError, match=told):
        say(hit_stage, asked.id, compared=compared)
    assert hit_stage.size(CA_SHERIFF) == before


def test_a_record_that_changes_before_the_word_leaves_voids_it(hit_stage: Stage) -> None:
    """The word does not leave, the duty is open again, and the asker hears nothing; even where the change was not shown."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id)
    record = wanted(hit_stage.region)
    world = hit_stage.federation.world_of(CA_SHERIFF)
    world.records.correct([replace(record, fields=tuple(f for f in record.fields if f.name != "vehicle"))])
    pushed = push_deliveries(world)
    assert (pushed.arrived, pushed.ended) == (0, 1)
    assert seen(hit_stage).state is ConfirmationState.WAITING
    assert seen(hit_stage, CA_SHERIFF).state is ConfirmationState.WAITING
    duty = world.journal.find_duty(CA_SHERIFF, confirmation_duty(asked.id))
    assert duty is not None
    assert duty.done_ms is None
    say(hit_stage, asked.id)
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.CONFIRMED


def test_a_law_that_closes_before_the_word_leaves_voids_it(hit_stage: Stage) -> None:
    """The agreement ends: nothing more is said of the record, and it cannot be confirmed any more."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id)
    texts = hit_stage.federation.laws.texts
    texts[CA_SHERIFF] = tuple(text for text in texts[CA_SHERIFF] if text.kind is not LawKind.AGREEMENT)
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.WAITING
    with pytest.raises(DutyRefusedError, match="cannot be confirmed"):
        say(hit_stage, asked.id)
    say(hit_stage, asked.id, ConfirmationWord.NOT_CONFIRMED, Compared())
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.NOT_CONFIRMED


def test_a_correction_after_the_word_voids_it_on_both_sides(hit_stage: Stage) -> None:
    """What was confirmed is a lead again once a shown field is corrected, and is asked for anew first."""
    outcome, item, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id)
    push(hit_stage)
    world, record = hit_stage.federation.world_of(CA_SHERIFF), wanted(hit_stage.region)
    field = GivenField(person="", name="charge", values=("PC 484 theft",))
    correct_record(
        world, keeper(hit_stage), Correction(record_id=record.id, reason="wrong charge filed", fields=(field,))
    )
    assert seen(hit_stage, CA_SHERIFF).state is ConfirmationState.RECALLED
    push(hit_stage)
    assert seen(hit_stage).state is ConfirmationState.RECALLED
    assert UNCONFIRMED in labels(hit_stage, outcome)
    with pytest.raises(WrongUseError, match="ask the question anew"):
        ask_confirmation(
            hit_stage.federation.world_of(WA_POLICE), detective(hit_stage), outcome.query_id, item.item_id,
            Urgency.URGENT,
        )  # fmt: skip


@pytest.mark.parametrize("what", ["seal", "expunge"])
def test_of_a_withdrawn_item_no_confirmation_stays(hit_stage: Stage, what: str) -> None:
    """After a seal the asker's node lists none, and its database does not say of what one was asked."""
    _, item, asked = confirm(hit_stage)
    push(hit_stage)
    say(hit_stage, asked.id)
    push(hit_stage)
    world = hit_stage.federation.world_of(CA_SHERIFF)
    act_on_record(
        world,
        keeper(hit_stage),
        RecordAct(record_id=wanted(hit_stage.region).id, act=what, reason="by order of court"),
    )
    push(hit_stage)
    asker = hit_stage.federation.world_of(WA_POLICE)
    assert confirmations(asker, hit_stage.federation.directory.get_agency(WA_POLICE)) == ()
    kept = [
        one
        for one in asker.journal.deliveries(WA_POLICE)
        if isinstance(one.due, ConfirmationAsked | ConfirmationSaid)
    ]
    assert len(kept) == 2
    assert all(item.item_id.encode() not in canonical_bytes(one) for one in kept)


def test_a_record_sealed_before_the_answer_is_told_like_one_not_confirmed(hit_stage: Stage) -> None:
    """The desk cannot confirm what is not there; the asker hears the word of any hit that is not confirmed."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)
    world = hit_stage.federation.world_of(CA_SHERIFF)
    act_on_record(
        world,
        keeper(hit_stage),
        RecordAct(record_id=wanted(hit_stage.region).id, act="seal", reason="by order of court"),
    )
    with pytest.raises(DutyRefusedError, match="cannot be confirmed"):
        say(hit_stage, asked.id)
    assert (
        say(hit_stage, asked.id, ConfirmationWord.NOT_CONFIRMED, Compared()).state
        is ConfirmationState.NOT_CONFIRMED
    )


def test_a_request_is_put_once_while_the_owner_has_time(hit_stage: Stage) -> None:
    """The same again changes nothing; urgent after routine, and after the time has passed, is a new request."""
    outcome, item, first = confirm(hit_stage, Urgency.ROUTINE)
    world = hit_stage.federation.world_of(WA_POLICE)
    size = hit_stage.size(WA_POLICE)

    def again(urgency: Urgency) -> Confirmation:
        return ask_confirmation(world, detective(hit_stage), outcome.query_id, item.item_id, urgency)

    assert again(Urgency.ROUTINE).id == first.id
    assert hit_stage.size(WA_POLICE) == size
    urgent = again(Urgency.URGENT)
    assert urgent.id != first.id
    assert again(Urgency.ROUTINE).id in (first.id, urgent.id)
    push(hit_stage)
    hit_stage.federation.advance(61 * MINUTE_MS)
    assert again(Urgency.URGENT).id not in (first.id, urgent.id)


def test_who_may_not_ask_or_answer_does_not(hit_stage: Stage) -> None:
    """Another item, no lead, untrained, an officer of the owner, whoever asked: refused, with nothing entered."""
    outcome, item, asked = confirm(hit_stage)
    push(hit_stage)
    world, owner = hit_stage.federation.world_of(WA_POLICE), hit_stage.federation.world_of(CA_SHERIFF)
    size = hit_stage.size(CA_SHERIFF)
    with pytest.raises(WrongUseError, match="shows no item"):
        ask_confirmation(world, detective(hit_stage), outcome.query_id, "f" * 32, Urgency.URGENT)
    late = replace(detective(hit_stage), trained_until=detective(hit_stage).trained_until.replace(year=2020))
    with pytest.raises(WrongUseError, match="training"):
        ask_confirmation(world, late, outcome.query_id, item.item_id, Urgency.URGENT)
    given = ConfirmationGiven(word=ConfirmationWord.CONFIRMED, reason=WHY, compared=ALL_HOLDS)
    with pytest.raises(WrongUseError, match="may not confirm"):
        answer_confirmation(owner, hit_stage.member(member_of(CA_SHERIFF, "detective")), asked.id, given)
    with pytest.raises(WrongUseError, match="yourself"):
        answer_confirmation(owner, replace(keeper(hit_stage), id=asked.by), asked.id, given)
    with pytest.raises(WrongUseError, match="was asked to confirm nothing"):
        answer_confirmation(owner, keeper(hit_stage), "f" * 32, given)
    with pytest.raises(DutyRefusedError, match="hit answer"):
        finish_duty(owner, keeper(hit_stage), confirmation_duty(asked.id), "told them by telephone")
    assert hit_stage.size(CA_SHERIFF) == size
    say(hit_stage, asked.id)
    size = hit_stage.size(CA_SHERIFF)
    assert (
        say(hit_stage, asked.id, ConfirmationWord.NOT_CONFIRMED, Compared()).state is ConfirmationState.CONFIRMED
    )
    assert hit_stage.size(CA_SHERIFF) == size


def test_what_is_no_lead_needs_no_confirmation(own_stage: Stage) -> None:
    """A booking is told as it is; asking to confirm it is wrong use."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question, sources=(CA_SHERIFF,))
    answer = outcome.sources[0].answer
    assert answer is not None
    booking = next(item for item in answer.items if item.data_class is DataClass.BOOKING)
    with pytest.raises(WrongUseError, match="nothing to confirm"):
        ask_confirmation(
            own_stage.federation.world_of(WA_POLICE), detective(own_stage), outcome.query_id, booking.item_id,
            Urgency.URGENT,
        )  # fmt: skip


def test_a_lead_is_not_called_positive_before_its_owner_confirms(hit_stage: Stage) -> None:
    """Whoever asked says `confirmed` of a hit only after the owner did, and not once it was recalled; the desk may."""
    _, item, asked = confirm(hit_stage)
    world = hit_stage.federation.world_of(CA_SHERIFF)
    with pytest.raises(WrongUseError, match="nothing is called positive"):
        say_outcome(world, detective(hit_stage), item.item_id, HitOutcome.CONFIRMED)
    say_outcome(world, detective(hit_stage), item.item_id, HitOutcome.NOT_RESOLVED)
    push(hit_stage)
    say(hit_stage, asked.id)
    assert say_outcome(world, detective(hit_stage), item.item_id, HitOutcome.CONFIRMED).log_entry is not None
    say_outcome(world, keeper(hit_stage), item.item_id, HitOutcome.NOT_THE_PERSON)
    assert say_outcome(world, keeper(hit_stage), item.item_id, HitOutcome.CONFIRMED).log_entry is not None


def test_a_request_for_an_item_of_another_asker_is_turned_away(hit_stage: Stage) -> None:
    """By the same sentence as one that never was; and a word nobody asked for is turned away too."""
    outcome, item, _ = confirm(hit_stage)
    world = hit_stage.federation.world_of(WA_POLICE)
    sentences = set()
    for query_id, item_id in ((outcome.query_id, "f" * 32), ("e" * 32, item.item_id)):
        parcel = ConfirmationAsked(
            query_id=query_id,
            item_id=item_id,
            urgency=Urgency.URGENT,
            by="somebody",
            asked_ms=world.clock.now_ms(),
        )
        body = Delivered(id="a" * 32, sender=WA_POLICE, recipient=CA_SHERIFF, parcel=parcel)
        turned = hit_stage.deliver(CA_SHERIFF, seal_message(world, "ca-node", body, world.clock.now_ms()))
        assert isinstance(turned, Turned)
        sentences.add(turned.sentence)
    assert len(sentences) == 1
    said = ConfirmationSaid(
        asked="b" * 32, query_id=outcome.query_id, item_id=item.item_id, word=ConfirmationWord.CONFIRMED, said_ms=0
    )
    owner = hit_stage.federation.world_of(CA_SHERIFF)
    body = Delivered(id="c" * 32, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=said)
    turned = hit_stage.deliver(WA_POLICE, seal_message(owner, "wa-node", body, owner.clock.now_ms()))
    assert isinstance(turned, Turned)
    assert "no such confirmation" in turned.sentence


def test_what_another_agency_asks_about_is_listed_for_who_compares_it(hit_stage: Stage) -> None:
    """An officer of the owner sees nothing of it; custodian and supervisor do, and whoever asked sees their own."""
    _, _, asked = confirm(hit_stage)
    push(hit_stage)

    def ids(agency: str, post: str) -> list[str]:
        member = hit_stage.member(member_of(agency, post))
        found = run_hit(hit_stage.federation.world_of(agency), (member,), ListHits(member=member.id))
        assert isinstance(found, tuple)
        return [one.id for one in found]

    assert ids(CA_SHERIFF, "detective") == []
    assert ids(CA_SHERIFF, "custodian") == [asked.id]
    assert ids(WA_POLICE, "detective") == [asked.id]


def test_a_word_proves_that_its_request_arrived(hit_stage: Stage) -> None:
    """The receipt was lost on the way back: the request is not sent again once its answer is here."""
    _, _, asked = confirm(hit_stage)

    def lose_the_reply(node: str, message: bytes) -> bytes:
        hit_stage.federation.deliver(node, message)
        raise PeerUnreachableError("the line broke")

    hit_stage.federation.meddle = lose_the_reply
    asker = hit_stage.federation.world_of(WA_POLICE)
    assert push_deliveries(asker).put_off == 1
    hit_stage.federation.meddle = None
    assert seen(hit_stage).state is ConfirmationState.ON_ITS_WAY
    say(hit_stage, asked.id)
    push_deliveries(hit_stage.federation.world_of(CA_SHERIFF))
    assert seen(hit_stage).state is ConfirmationState.CONFIRMED
    stored = asker.journal.find_delivery(WA_POLICE, asked.id, incoming=False)
    assert stored is not None
    assert (stored.next_ms, stored.trouble) == (None, "")


def test_a_word_on_another_item_is_turned_away(hit_stage: Stage) -> None:
    """An owner that answers with another item's number confirms nothing."""
    outcome, _, asked = confirm(hit_stage)
    push(hit_stage)
    said = ConfirmationSaid(
        asked=asked.id, query_id=outcome.query_id, item_id="f" * 32, word=ConfirmationWord.CONFIRMED, said_ms=0
    )
    owner = hit_stage.federation.world_of(CA_SHERIFF)
    body = Delivered(id="c" * 32, sender=CA_SHERIFF, recipient=WA_POLICE, parcel=said)
    turned = hit_stage.deliver(WA_POLICE, seal_message(owner, "wa-node", body, owner.clock.now_ms()))
    assert isinstance(turned, Turned)
    assert "another item" in turned.sentence
    assert seen(hit_stage).state is ConfirmationState.WAITING
