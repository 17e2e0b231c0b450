"""Open questions: an owner who did not answer in time is asked again, and a stop of the asker ends no question."""

from __future__ import annotations

import threading

from msgspec.structs import replace
from recall_stage import act
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, WA_POLICE
from comity.demo.run import to_request
from comity.errors import PeerTimeoutError
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.asking.kept_outcome import find_outcome, get_outcome
from comity.exchange.asking.open_questions import ASKED_FOR_MS, ask_open_questions, open_until_answered
from comity.exchange.asking.put import asked_unit
from comity.exchange.delivery.push import push_deliveries
from comity.ledger.append import append_entry
from comity.model.answer import Item
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import LONGEST_DEADLINE_MS, Outcome, RevisedOutcome
from comity.ports import World

ON_BOTH_ENGINES = True
MINUTE_MS = 60_000


def asker(stage: Stage) -> World:
    return stage.federation.world_of(WA_POLICE)


def ask(stage: Stage) -> Outcome:
    """The detective's question of two owners, with more time than a loaded machine needs."""
    wanted = (CA_SHERIFF, IL_POLICE)
    return stage.ask(stage.region.scene.detective_question, sources=wanted, wait_ms=LONGEST_DEADLINE_MS)


def kept(stage: Stage, outcome: Outcome) -> RevisedOutcome:
    return get_outcome(asker(stage), WA_POLICE, outcome.query_id)


def status_of(revised: RevisedOutcome, owner: str) -> Status:
    return next(source.status for source in revised.outcome.sources if source.agency == owner)


def test_an_answer_that_came_late_stands_in_the_outcome_and_is_marked(own_stage: Stage) -> None:
    """The owner's node was down; when it is back it is asked again, and the outcome has its answer, late."""
    own_stage.federation.down.add("ca-node")
    outcome = ask(own_stage)
    assert status_of(kept(own_stage, outcome), CA_SHERIFF) is Status.UNREACHABLE
    own_stage.federation.advance(MINUTE_MS)
    assert ask_open_questions(asker(own_stage)) == 0
    own_stage.federation.down.clear()
    own_stage.federation.advance(MINUTE_MS)
    assert ask_open_questions(asker(own_stage)) == 1
    now = kept(own_stage, outcome)
    assert status_of(now, CA_SHERIFF) is Status.ANSWERED
    assert now.late == (CA_SHERIFF,)
    own_stage.federation.advance(ASKED_FOR_MS)
    assert asker(own_stage).journal.open_questions(asker(own_stage).clock.now_ms(), 10) == ()


def test_who_has_answered_is_not_asked_again(own_stage: Stage) -> None:
    """A round goes to those alone who said nothing; the others' logs do not grow."""
    own_stage.federation.down.add("ca-node")
    ask(own_stage)
    own_stage.federation.down.clear()
    before = own_stage.size(IL_POLICE)
    own_stage.federation.advance(MINUTE_MS)
    assert ask_open_questions(asker(own_stage)) == 1
    assert own_stage.size(IL_POLICE) == before


def test_an_answer_lost_on_its_way_is_the_stored_one(own_stage: Stage) -> None:
    """The owner answered and the answer never arrived: the second round gets the committed answer, not a second one."""
    federation = own_stage.federation

    def lose(node: str, message: bytes) -> bytes:
        answer = federation.deliver(node, message)
        if node == "ca-node":
            raise PeerTimeoutError("`ca-node` did not answer in time")
        return answer

    federation.meddle = lose
    outcome = ask(own_stage)
    assert status_of(kept(own_stage, outcome), CA_SHERIFF) is Status.TIMED_OUT
    federation.meddle = None
    before = own_stage.size(CA_SHERIFF)
    federation.advance(MINUTE_MS)
    assert ask_open_questions(asker(own_stage)) == 1
    assert [facts.kind for facts in own_stage.entries(CA_SHERIFF, before)] == [EntryKind.RESENT]
    assert status_of(kept(own_stage, outcome), CA_SHERIFF) is Status.ANSWERED


def test_a_question_survives_the_stop_of_its_asker(own_stage: Stage) -> None:
    """The node stopped between the asking and the answers: after the restart the question has its outcome."""
    world = asker(own_stage)
    request = to_request(own_stage.region.scene.detective_question)
    member = own_stage.member(request.member)
    asking = check_asking(world, request, member, world.clock.now_ms())
    sent = tuple(make_query(world, asking, owner) for owner in (CA_SHERIFF, IL_POLICE))
    opens = open_until_answered(request, sent, world.clock.now_ms())
    append_entry(world, replace(asked_unit(asking, sent), opens=opens))
    assert find_outcome(world, WA_POLICE, asking.query_id) is None
    own_stage.federation.advance(MINUTE_MS)
    assert ask_open_questions(world) == 1
    found = find_outcome(world, WA_POLICE, asking.query_id)
    assert found is not None
    assert [source.agency for source in found.revised.outcome.sources] == [CA_SHERIFF, IL_POLICE]
    assert found.revised.outcome.sources[0].verified
    assert ask_open_questions(world) == 0


def test_after_a_day_nobody_is_asked_any_more(own_stage: Stage) -> None:
    """What no owner takes for the same question any more is not sent; the status stays as it was."""
    own_stage.federation.down.add("ca-node")
    outcome = ask(own_stage)
    own_stage.federation.advance(ASKED_FOR_MS + MINUTE_MS)
    ask_open_questions(asker(own_stage))
    own_stage.federation.down.clear()
    own_stage.federation.advance(MINUTE_MS)
    before = own_stage.size(CA_SHERIFF)
    assert ask_open_questions(asker(own_stage)) == 0
    assert own_stage.size(CA_SHERIFF) == before
    assert status_of(kept(own_stage, outcome), CA_SHERIFF) is Status.UNREACHABLE


def test_rounds_come_at_growing_intervals(own_stage: Stage) -> None:
    """A dead owner is asked soon, then ever more rarely, and never by two rounds at once."""
    own_stage.federation.down.add("ca-node")
    ask(own_stage)
    world = asker(own_stage)
    waits = []
    for _ in range(5):
        (question,) = world.journal.open_questions(world.clock.now_ms() + ASKED_FOR_MS, 10)
        waits.append(question.next_ms - world.clock.now_ms())
        own_stage.federation.advance(waits[-1])
        ask_open_questions(world)
    assert waits[1:] == sorted(waits[1:])  # the first is the question's own wait
    assert waits[-1] > waits[1]


def test_an_owner_who_left_the_directory_stops_no_other_question(own_stage: Stage) -> None:
    """The question to it stays unanswered and closes with its day; the other gets its answer."""
    federation = own_stage.federation
    federation.down |= {"ca-node", "il-node"}
    scene = own_stage.region.scene.detective_question
    left = own_stage.ask(scene, sources=(IL_POLICE,), wait_ms=LONGEST_DEADLINE_MS)
    federation.advance(1_000)
    other = own_stage.ask(scene, sources=(CA_SHERIFF,), wait_ms=LONGEST_DEADLINE_MS)
    listed = federation.directory
    federation.directory = replace(
        listed,
        version=listed.version + 1,
        agencies=tuple(one for one in listed.agencies if one.id != IL_POLICE),
        nodes=tuple(one for one in listed.nodes if one.id != "il-node"),
    )
    federation.down.clear()
    federation.advance(60 * MINUTE_MS)
    ask_open_questions(asker(own_stage))
    assert status_of(kept(own_stage, other), CA_SHERIFF) is Status.ANSWERED
    assert status_of(kept(own_stage, left), IL_POLICE) is not Status.ANSWERED
    federation.advance(ASKED_FOR_MS + 60 * MINUTE_MS)
    ask_open_questions(asker(own_stage))
    assert asker(own_stage).journal.open_questions(asker(own_stage).clock.now_ms(), 10) == ()


def test_what_is_recalled_while_another_owner_is_waited_for_comes_in_by_no_round(own_stage: Stage) -> None:
    """The answer was on its way when its owner sealed a record; the recall was taken before the round had ended."""
    federation = own_stage.federation
    federation.down |= {"ca-node", "il-node"}
    outcome = ask(own_stage)
    federation.down.clear()
    federation.advance(MINUTE_MS)
    answered, sealed = threading.Event(), []

    def meddle(node: str, message: bytes) -> bytes:
        asking = threading.current_thread().name.startswith("again")
        if node == "il-node" and asking:
            answered.wait(60)
            world = federation.world_of(CA_SHERIFF)
            item = next(
                one
                for record in own_stage.region.records_of(CA_SHERIFF)
                for one, _ in world.journal.items_of(CA_SHERIFF, record.id)
                if one.query_id == outcome.query_id
            )
            sealed.append(item.item_id)
            act(own_stage, item.item_id, "seal")
            push_deliveries(world)
            raise PeerTimeoutError("il-node did not answer in time")
        raw: bytes = federation.deliver(node, message)
        if node == "ca-node" and asking:
            answered.set()
        return raw

    federation.meddle = meddle
    ask_open_questions(asker(own_stage))
    federation.meddle = None
    assert [one.incoming for one in asker(own_stage).journal.deliveries(WA_POLICE)] == [True]
    assert status_of(kept(own_stage, outcome), CA_SHERIFF) is not Status.ANSWERED
    federation.advance(60 * MINUTE_MS)
    ask_open_questions(asker(own_stage))
    (reason,) = next(one for one in kept(own_stage, outcome).outcome.sources if one.agency == CA_SHERIFF).reasons
    assert reason.because.endswith("recalled since it was given; ask again under a new question")
    assert sealed[0] not in {item.item_id for item in items_of(kept(own_stage, outcome))}


def items_of(revised: RevisedOutcome) -> list[Item]:
    return [item for source in revised.outcome.sources if source.answer for item in source.answer.items]
