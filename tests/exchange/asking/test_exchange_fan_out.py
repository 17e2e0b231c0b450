"""Asking several owners at once: exactly one status from every source, whatever the sources do."""

from __future__ import annotations

import base64
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace as with_port
from threading import Event

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from region_stage import Stage

from comity.demo.agencies import WA_POLICE
from comity.demo.run import to_request
from comity.errors import PeerTimeoutError, PeerUnreachableError, RejectedMessageError
from comity.exchange.answering.record_unit import answer_facts
from comity.exchange.asking import fan_out as asking_fan_out
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.fan_out import fan_out
from comity.exchange.messages.wire import AnswerBody, Question, Turned, seal_message
from comity.ledger.append import append_entry
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Status
from comity.model.disclosure import Receipt, Unit
from comity.model.outcome import Outcome, SourceResult
from comity.model.peer_state import PeerState

Behaviour = Callable[["Actor", str, bytes], bytes]
LATE = Event()  # set when a slow source may go on


class Actor:
    """A network in which every node behaves as told."""

    def __init__(self, stage: Stage, behaviours: dict[str, str]) -> None:
        self.stage, self.behaviours = stage, behaviours
        self.old: dict[str, bytes] = {}

    def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
        return BEHAVIOURS[self.behaviours[node]][0](self, node, message)

    def states(self) -> tuple[PeerState, ...]:
        return ()

    def honest(self, node: str, message: bytes) -> bytes:
        return self.stage.federation.deliver(node, message)


def silent(actor: Actor, node: str, message: bytes) -> bytes:
    raise PeerTimeoutError(f"`{node}` did not answer in time")


def unreachable(actor: Actor, node: str, message: bytes) -> bytes:
    raise PeerUnreachableError(f"`{node}` could not be reached")


def unwilling(actor: Actor, node: str, message: bytes) -> bytes:
    raise RejectedMessageError("the node cannot answer now; ask again later")


def altered(actor: Actor, node: str, message: bytes) -> bytes:
    reply = bytearray(actor.honest(node, message))
    reply[len(reply) // 2] ^= 1
    return bytes(reply)


def anothers(actor: Actor, node: str, message: bytes) -> bytes:
    """Another node's true answer: it refuses, since it does not hold the owner, and signs that with its own key."""
    other = next(name for name in sorted(actor.stage.federation.worlds) if name != node)
    return actor.honest(other, message)


def replayed(actor: Actor, node: str, message: bytes) -> bytes:
    """An answer to an older question of the same asker."""
    return actor.old[node]


def slow(actor: Actor, node: str, message: bytes) -> bytes:
    LATE.wait(5)
    return actor.honest(node, message)


def signed(actor: Actor, node: str, payload: bytes) -> bytes:
    return base64.b64encode(actor.stage.federation.keys[node].sign_message(payload)) + b"\n" + payload


def signed_garbage(actor: Actor, node: str, message: bytes) -> bytes:
    """Truly signed by the owner's node, but no message: text that is not even Unicode."""
    return signed(actor, node, b'{"sender":"' + node.encode() + b'","note":"\xed\xa0\x80"}')


def edited(edit: Callable[[Answer, Receipt], tuple[Answer, Receipt]]) -> Behaviour:
    """The owner's node itself sends something else than it entered in its log, properly signed."""

    def behave(actor: Actor, node: str, message: bytes) -> bytes:
        honest = actor.honest(node, message).partition(b"\n")[2]
        decoded = msgspec.json.decode(honest)
        if decoded["body"]["type"] != "answer":
            return signed(actor, node, honest)
        body = msgspec.json.decode(honest, type=_Wrapped).body
        answer, receipt = edit(body.answer, body.receipt)
        world = actor.stage.federation.worlds[node]
        return seal_message(
            world, decoded["recipient"], AnswerBody(answer=answer, receipt=receipt), decoded["sent_ms"]
        )

    return behave


class _Wrapped(msgspec.Struct):
    body: AnswerBody


def _relabelled(answer: Answer, receipt: Receipt) -> tuple[Answer, Receipt]:
    return msgspec.structs.replace(answer, owner="nobody"), receipt


def _too_early(answer: Answer, receipt: Receipt) -> tuple[Answer, Receipt]:
    return msgspec.structs.replace(answer, answered_ms=1), receipt


def _more_than_entered(answer: Answer, receipt: Receipt) -> tuple[Answer, Receipt]:
    return msgspec.structs.replace(answer, possible=7), receipt


def _another_nodes_receipt(answer: Answer, receipt: Receipt) -> tuple[Answer, Receipt]:
    return answer, msgspec.structs.replace(receipt, node="il-node" if receipt.node != "il-node" else "wa-node")


def entered_as_less(actor: Actor, node: str, message: bytes) -> bytes:
    """The owner's node enters that nothing was released, and proves just that entry with a true receipt."""
    honest = actor.honest(node, message).partition(b"\n")[2]
    answer = msgspec.json.decode(honest, type=_Wrapped).body.answer
    question = msgspec.json.decode(message.partition(b"\n")[2], type=_Asked).body
    owner = actor.stage.federation.directory.get_agency(answer.owner)
    facts = msgspec.structs.replace(answer_facts(question.query, owner, answer), released=0)
    world = actor.stage.federation.worlds[node]
    receipt = append_entry(world, Unit(facts=facts, content=canonical_bytes(answer), record=b"{}"))
    return seal_message(world, "wa-node", AnswerBody(answer=answer, receipt=receipt), world.clock.now_ms())


def asked_back(actor: Actor, node: str, message: bytes) -> bytes:
    """A question in place of an answer."""
    body = msgspec.json.decode(message.partition(b"\n")[2], type=_Asked).body
    return seal_message(actor.stage.federation.worlds[node], "wa-node", body, 0)


class _Asked(msgspec.Struct):
    body: Question


def turned_another(actor: Actor, node: str, message: bytes) -> bytes:
    """A refusal about another message."""
    body = Turned(message_hash="sha256:" + "0" * 64, sentence="not this one")
    return seal_message(actor.stage.federation.worlds[node], "wa-node", body, 0)


def turned_this(actor: Actor, node: str, message: bytes) -> bytes:
    """A true refusal: the same message a second time is a replay."""
    actor.honest(node, message)
    return actor.honest(node, message)


BEHAVIOURS: dict[str, tuple[Behaviour, Status]] = {
    "answers": (Actor.honest, Status.ANSWERED),
    "silent": (silent, Status.TIMED_OUT),
    "unreachable": (unreachable, Status.UNREACHABLE),
    "unwilling": (unwilling, Status.FAILED),
    "garbage": (lambda actor, node, message: b"\x00\xff garbage", Status.FAILED),
    "nothing": (lambda actor, node, message: b"", Status.FAILED),
    "echo": (lambda actor, node, message: message, Status.FAILED),
    "altered": (altered, Status.FAILED),
    "anothers": (anothers, Status.FAILED),
    "replayed": (replayed, Status.FAILED),
    "signed garbage": (signed_garbage, Status.FAILED),
    "relabelled": (edited(_relabelled), Status.FAILED),
    "too early": (edited(_too_early), Status.FAILED),
    "more than entered": (edited(_more_than_entered), Status.FAILED),
    "another node's receipt": (edited(_another_nodes_receipt), Status.FAILED),
    "entered as less": (entered_as_less, Status.FAILED),
    "asked back": (asked_back, Status.FAILED),
    "turned another": (turned_another, Status.FAILED),
    "turned this": (turned_this, Status.FAILED),
}
NODES = ("ca-node", "wa-node", "il-node", "ny-node", "fed-node")


def ask_among(stage: Stage, actor: Actor) -> tuple[Outcome, list[SourceResult]]:
    request = to_request(stage.region.scene.detective_question)
    world = with_port(stage.federation.world_of(WA_POLICE), peers=actor)
    told: list[SourceResult] = []
    outcome = ask_query(world, request, stage.member(request.member), told.append)
    return outcome, told


def old_answers(stage: Stage) -> dict[str, bytes]:
    question = stage.region.scene.detective_question
    directory = stage.federation.directory
    return {
        directory.get_agency(owner).node: stage.federation.deliver(
            directory.get_agency(owner).node, stage.seal(stage.query(question, owner))
        )
        for owner in question.owners
    }


@given(kinds=st.lists(st.sampled_from(sorted(BEHAVIOURS)), min_size=len(NODES), max_size=len(NODES)))
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_every_source_yields_exactly_one_status_whatever_it_does(stage: Stage, kinds: list[str]) -> None:
    """Each source's status is that of its own behaviour, told once; only true answers are shown and verified."""
    actor = Actor(stage, dict(zip(NODES, kinds, strict=True)))
    actor.old = old_answers(stage)
    before = stage.size(WA_POLICE)
    outcome, told = ask_among(stage, actor)
    question = stage.region.scene.detective_question
    assert [result.agency for result in outcome.sources] == list(question.owners)
    assert Counter(result.agency for result in told) == Counter(question.owners)
    for result in outcome.sources:
        node = stage.federation.directory.get_agency(result.agency).node
        assert result.status is BEHAVIOURS[actor.behaviours[node]][1], actor.behaviours[node]
        assert result.verified is (result.answer is not None) is (result.status is Status.ANSWERED)
        assert result.verified or result.reasons
    shown = {item.item_id for result in outcome.sources if result.answer for item in result.answer.items}
    assert {item_id for person in outcome.persons for item_id in person.item_ids} == shown
    kinds_entered = [facts.kind for facts in stage.entries(WA_POLICE, before)]
    assert kinds_entered[0] == "asked"
    assert kinds_entered[-1] == "received"


@pytest.mark.parametrize("kind", sorted(BEHAVIOURS))
def test_each_behaviour_by_itself(stage: Stage, kind: str) -> None:
    """One source misbehaves in one way: its own status says so, the others answer."""
    actor = Actor(stage, dict.fromkeys(NODES, "answers") | {"il-node": kind})
    actor.old = old_answers(stage)
    outcome, _ = ask_among(stage, actor)
    by_agency = {result.agency: result.status for result in outcome.sources}
    assert by_agency.pop("il-police") is BEHAVIOURS[kind][1]
    assert set(by_agency.values()) == {Status.ANSWERED}


def test_a_source_past_the_deadline_is_timed_out_once_and_never_told_late(stage: Stage) -> None:
    """The deadline is kept without waiting for the slow source; what it says later is not reported."""
    LATE.clear()
    behaviours = dict.fromkeys(NODES, "answers") | {"ny-node": "slow"}
    BEHAVIOURS["slow"] = (slow, Status.TIMED_OUT)
    try:
        actor = Actor(stage, behaviours)
        request = msgspec.structs.replace(to_request(stage.region.scene.detective_question), wait_ms=1_500)
        world = with_port(stage.federation.world_of(WA_POLICE), peers=actor)
        told: list[SourceResult] = []
        outcome = ask_query(world, request, stage.member(request.member), told.append)
    finally:
        del BEHAVIOURS["slow"]
        before = stage.size("ny-dmv")
        LATE.set()
    for _ in range(100):  # until the slow source has answered after all
        if stage.size("ny-dmv") > before:
            break
        time.sleep(0.02)
    by_agency = {result.agency: result.status for result in outcome.sources}
    assert by_agency.pop("ny-dmv") is Status.TIMED_OUT
    assert set(by_agency.values()) == {Status.ANSWERED}
    assert sorted(result.agency for result in told) == sorted(outcome.request.sources)
    assert {result.agency: result.status for result in told}["ny-dmv"] is Status.TIMED_OUT


def test_threads_are_kept_for_the_next_question_unless_a_source_still_has_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is left of a question never stands in another's way, and not more is kept than a few questions need."""
    idle: deque[ThreadPoolExecutor] = deque()
    monkeypatch.setattr(asking_fan_out, "_idle", idle)
    ask_among(stage, Actor(stage, dict.fromkeys(NODES, "answers")))
    (kept,) = idle
    ask_among(stage, Actor(stage, dict.fromkeys(NODES, "answers")))
    assert list(idle) == [kept]
    LATE.clear()
    monkeypatch.setitem(BEHAVIOURS, "slow", (slow, Status.TIMED_OUT))
    try:
        request = msgspec.structs.replace(to_request(stage.region.scene.detective_question), wait_ms=300)
        actor = Actor(stage, dict.fromkeys(NODES, "answers") | {"ny-node": "slow"})
        world = with_port(stage.federation.world_of(WA_POLICE), peers=actor)
        ask_query(world, request, stage.member(request.member))
        assert not idle
    finally:
        LATE.set()
    monkeypatch.setattr(asking_fan_out, "MOST_POOLS", 0)
    ask_among(stage, Actor(stage, dict.fromkeys(NODES, "answers")))
    assert not idle


def test_nobody_asked_is_nobody_told(stage: Stage) -> None:
    """Without questions there is no thread and no result."""
    world = stage.federation.world_of(WA_POLICE)
    assert fan_out(world, (), world.clock.now_ms(), lambda result: pytest.fail("told of nobody")) == ()


def test_what_was_received_is_what_is_kept(stage: Stage) -> None:
    """The asker's node keeps the outcome in the bytes its log commits to."""
    actor = Actor(stage, dict.fromkeys(NODES, "answers"))
    outcome, _ = ask_among(stage, actor)
    found = stage.federation.world_of(WA_POLICE).journal.find_answer(WA_POLICE, outcome.query_id, "outcome")
    assert found is not None
    assert found[1] == canonical_bytes(outcome)
