"""A node's doors over real HTTP, in processes of their own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from socket import SO_REUSEADDR, SOL_SOCKET, socket

import httpx
from serving import Door, enter_owed, entries, opened, question, seal, serving, signed_by, wait_for

from comity.demo.agencies import CA_SHERIFF, members
from comity.demo.build import BuiltRegion
from comity.demo.run import to_request
from comity.exchange.answering.answer import TICK_MS, answer_query
from comity.exchange.messages.wire import LARGEST_MESSAGE, AnswerBody, Turned
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.codes import Status
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.node.http_signature import UNSIGNED
from comity.node.local import Ask, at_node
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import read_settings

NODE = "ca-node"
NOBODY = PersonSubject(family="Zzyzxworth", given="Quill", birth_date="1931-01-31")


def detective(grown: BuiltRegion) -> Member:
    asked = grown.scene.detective_question
    return next(member for member in members() if member.id == asked.member)


def about_somebody(grown: BuiltRegion, asker: World) -> bytes:
    asked = grown.scene.detective_question
    return seal(asker, NODE, detective(grown), question(asker, detective(grown), asked, CA_SHERIFF))


def about_nobody(grown: BuiltRegion, asker: World) -> bytes:
    asked = grown.scene.detective_question
    query = question(asker, detective(grown), asked, CA_SHERIFF, subject=NOBODY)
    return seal(asker, NODE, detective(grown), query)


def test_a_sealed_question_is_answered_with_a_receipt(grown: BuiltRegion, asker: World, door: Door) -> None:
    """Status 200, and the receipt verifies under the log key of the directory."""
    reply = door.post(about_somebody(grown, asker), asker)
    assert reply.status_code == 200
    body = opened(reply.content)
    assert isinstance(body, AnswerBody)
    assert body.answer.status is Status.ANSWERED
    listing = asker.directory().find_node(NODE)
    assert listing is not None
    verify_receipt(body.receipt, canonical_bytes(body.answer), listing.log_key)


def test_an_authentic_message_that_is_not_accepted_is_answered_in_one_sentence(
    grown: BuiltRegion, asker: World, door: Door
) -> None:
    """The same message twice: the second is turned away in a sealed sentence, and entered."""
    raw = about_somebody(grown, asker)
    door.post(raw, asker)
    again = door.post(raw, asker)
    assert again.status_code == 200
    body = opened(again.content)
    assert isinstance(body, Turned)
    assert "sent before" in body.sentence


NOISE = {
    "nothing": b"",
    "no message": b"GET / HTTP/1.0",
    "binary": bytes(range(256)),
    "no signature": b'\n{"sender":"wa-node"}',
    "a stranger": b'AAAA\n{"sender":"nobody-node"}',
    "another's signature": b'AAAA\n{"sender":"wa-node"}',
    "deep": b"AAAA\n" + b"[" * 100_000,
    "too much": b"x" * (LARGEST_MESSAGE + 1),
}


def test_noise_is_turned_away_in_a_sentence_and_counted(copy: Callable[[str], Path]) -> None:
    """What nobody signed gets 401 before it is read, is counted and told, and never entered."""
    folder = copy(NODE)
    enter_owed(folder)
    before = entries(folder)
    with serving(folder) as door:
        for name, raw in NOISE.items():
            reply = door.post(raw)
            assert (reply.status_code, reply.text) == (401, UNSIGNED), name
            assert reply.headers["content-type"].startswith("text/plain")
            assert "signature" not in reply.headers
        assert door.get("/health").status_code == 200
        assert door.stop() == (0, f"comity: 127.0.0.1: a message was turned away: {UNSIGNED}\n")
    with open_world(folder) as world:
        assert world.journal.unauthenticated() == {UNSIGNED: len(NOISE)}
    assert entries(folder) == before


def test_noise_that_a_listed_node_brings_is_entered(asker: World, copy: Callable[[str], Path]) -> None:
    """A request that a listed node signed around something nobody sealed: one entry each, and a signed sentence.

    What is too large to be read, or is not what was signed, nobody vouches for: it is counted.
    """
    folder = copy(NODE)
    enter_owed(folder)
    with serving(folder) as door:
        before = entries(folder)
        for name, raw in NOISE.items():
            reply = door.post(raw, asker)
            assert reply.status_code == (413 if name == "too much" else 401), name
            assert ("signature" in reply.headers) == (name != "too much")
            assert 20 < len(reply.text) < 200
            assert "\n" not in reply.text
        other = door.client.post("/messages", content=b"two", headers=signed_by(asker, NODE, b"one"))
        assert (other.status_code, other.text) == (
            401, "the content is not what was signed; it was altered on its way",
        )  # fmt: skip
        status, said = door.stop()
    assert status == 0
    assert "comity: wa-node: a message was turned away and entered: this is not a signed message" in said
    assert entries(folder) == before + len(NOISE) - 1
    with open_world(folder) as world:
        assert sum(world.journal.unauthenticated().values()) == 2


def test_an_endless_body_is_cut_off(asker: World, door: Door) -> None:
    """A body whose length nobody said is read no further than a message may be long."""

    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield b"x" * 65_536

    reply = door.client.post("/messages", content=endless(), headers=signed_by(asker, NODE, b""))
    assert reply.status_code == 413
    assert "send less" in reply.text
    assert door.client.post("/messages", content=endless()).status_code == 401


def test_the_public_door_shows_health_and_checkpoint_and_nothing_else(asker: World, door: Door) -> None:
    """`/health` lives, `/checkpoint` is signed by the log key; every other path says what the node takes."""
    listing = asker.directory().find_node(NODE)
    assert listing is not None
    assert door.get("/health").text == "ok\n"
    assert verify_checkpoint(door.get("/checkpoint").text, listing.log_key).size > 0
    assert door.get("/ready").text == "ok\n"
    for path in ("/", "/verbs", "/metrics", "/messages", "/schema", "/../node.json", "/log/checkpoint"):
        reply = door.get(path)
        assert reply.status_code in (404, 405), path
        assert reply.text == "this node takes sealed messages at /messages and nothing else"
    assert "server" not in door.get("/health").headers


def test_a_closed_node_answers_nobody_and_opens_again(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """A listed text that fails its check: 503 with a sentence that tells a stranger nothing; the administrator reads it."""
    folder = copy(NODE)
    enter_owed(folder)
    active = folder / "law" / CA_SHERIFF / "active.json"
    whole = active.read_bytes()
    with serving(folder) as door:
        active.write_bytes(whole.replace(b'"entry": 0', b'"entry": 1', 1))
        before = entries(folder)
        closed = door.post(about_somebody(grown, asker), asker)
        assert (closed.status_code, closed.text) == (503, "the node cannot answer now; ask again later")
        wait_for(lambda: door.get("/ready").status_code == 503)  # looked at once a second at most
        assert door.get("/ready").text == "the node cannot answer now; ask again later"
        assert door.get("/health").status_code == 200
        assert entries(folder) == before
        active.write_bytes(whole)
        wait_for(lambda: door.get("/ready").status_code == 200)
        assert door.post(about_somebody(grown, asker), asker).status_code == 200
        status, said = door.stop()
    assert status == 0
    assert "`us` is not the text that was activated; activate it again" in said
    assert len(said.splitlines()) == 1


def test_a_stop_finishes_the_answer_in_flight(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """A question that was entered before the stop is answered before the process ends, with status 0."""
    folder = copy(NODE)
    enter_owed(folder)
    heard: list[httpx.Response] = []
    with serving(folder) as door:
        before = entries(folder)
        raw = about_nobody(grown, asker)  # its answer waits for its tick after it was entered
        thread = threading.Thread(target=lambda: heard.append(door.post(raw, asker)))
        thread.start()
        wait_for(lambda: entries(folder) > before)
        assert door.stop() == (0, "")
        thread.join()
    (reply,) = heard
    body = opened(reply.content)
    assert isinstance(body, AnswerBody)
    assert body.answer.status is Status.NOTHING_RELEASABLE
    key = (folder / "log.vkey").read_text().strip()
    assert verify_log_directory(folder / "log", key).size == before + 1


def test_answers_that_tell_nothing_leave_on_the_grid(
    grown: BuiltRegion, asker: World, copy: Callable[[str], Path]
) -> None:
    """Nothing releasable may leave on a tick of 200 ms and not before; what is answered leaves at once."""
    with open_world(copy(NODE)) as owner:
        for _ in range(5):
            asked_ms = owner.clock.now_ms()
            reply = answer_query(owner, about_nobody(grown, asker))
            body = opened(reply.raw)
            assert isinstance(body, AnswerBody)
            assert body.answer.status is Status.NOTHING_RELEASABLE
            assert reply.not_before_ms % TICK_MS == 0
            assert reply.not_before_ms > asked_ms + TICK_MS
        assert answer_query(owner, about_somebody(grown, asker)).not_before_ms == 0


def takes(door: socket, address: tuple[str, int]) -> bool:
    """Whether an address was free to be bound; who has it meanwhile ends, or the test's own time-out says so."""
    door.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)
    try:
        door.bind(address)
    except OSError:
        return False
    return True


@contextmanager
def held_ports(grown: BuiltRegion, *nodes: str) -> Iterator[None]:
    """The ports of nodes that are dead, bound and not listened at: no other test's server can answer in their place."""
    with ExitStack() as held:
        for name in nodes:
            settings = read_settings(dict(grown.nodes)[name])
            wait_for(partial(takes, held.enter_context(socket()), (settings.host, settings.port)))
        yield


def test_a_dead_node_costs_only_its_own_status(
    grown: BuiltRegion, copy: Callable[[str], Path], door: Door
) -> None:
    """Two nodes run, the others do not: each source asked has exactly one status, and the living ones answer."""
    request = to_request(grown.scene.detective_question)
    with held_ports(grown, "il-node", "ny-node", "fed-node"), serving(copy("wa-node")) as mine:
        told: list[tuple[str, str]] = []
        with at_node(Path(mine.ready["socket"]).parent) as verbs:
            outcome: Outcome = verbs(Ask(request=request), Outcome, lambda *one: told.append(one))
    statuses = {source.agency: source.status for source in outcome.sources}
    assert tuple(statuses) == request.sources
    assert statuses["ca-sheriff"] is Status.ANSWERED
    assert statuses["wa-police"] is Status.ANSWERED
    assert {statuses[agency] for agency in ("il-police", "ny-dmv", "federal-investigations")} == {
        Status.UNREACHABLE
    }
    assert dict(told) == {agency: str(status) for agency, status in statuses.items()}
    assert all(source.verified for source in outcome.sources if source.answer)
