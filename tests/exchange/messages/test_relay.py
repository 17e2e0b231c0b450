"""Brokers: they carry questions and answers between nodes that do not reach each other, and can change neither."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from broker_stage import ASKER, OWNER, POOL, SWITCH, BrokerStage, broker_stage, edited, kinds, size
from held_stage import question_about, waiting_record
from msgspec.structs import replace
from recall_stage import act, push, shown

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE, member_of
from comity.demo.records import Region
from comity.errors import PeerTimeoutError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.open_questions import ask_open_questions
from comity.exchange.messages.wire import AnswerBody, Lost, NotCarried, Turned, payload_hash, seal_message, unpack
from comity.ledger.entry import decode_entry
from comity.model.canon import from_canonical
from comity.model.codes import Status
from comity.model.disclosure import Disclosure, EntryKind

Deliver = Callable[[bytes], bytes]


@pytest.fixture
def stage(tmp_path: Path, region: Region) -> Iterator[BrokerStage]:
    """One broker between asker and owner."""
    with broker_stage(tmp_path, region) as made:
        yield made


@pytest.fixture
def chain(tmp_path: Path, region: Region) -> Iterator[BrokerStage]:
    """Two brokers: the asker's switch and the owner's pool."""
    with broker_stage(tmp_path, region, switch=True) as made:
        yield made


def last_sentence(stage: BrokerStage, node: str) -> str:
    """What the newest rejection in a node's log says."""
    journal = stage.federation.worlds[node].journal
    for index in reversed(range(journal.size())):
        if decode_entry(journal.entry(index)).facts.kind is EntryKind.REJECTED:
            sentence: str = msgspec.json.decode(journal.content(index) or b"{}")["sentence"]
            return sentence
    raise AssertionError("nothing was turned away")


def because(stage: BrokerStage) -> tuple[Status, str]:
    """What comes of the question: its status, and why."""
    source = stage.source()
    return source.status, " ".join(reason.because for reason in source.reasons)


class TestOneBroker:
    """Asker, broker, owner."""

    def test_a_question_is_answered_as_if_it_came_directly(self, stage: BrokerStage) -> None:
        """The owner's answer verifies; the owner's record names asker, member and broker; each of the three has its entry."""
        before = {node: size(stage, node) for node in (ASKER, POOL, OWNER)}
        source = stage.source()
        assert (source.status, source.verified) == (Status.ANSWERED, True)
        assert kinds(stage, POOL, before[POOL]) == [EntryKind.RELAYED]
        assert kinds(stage, OWNER, before[OWNER]) == [EntryKind.ANSWERED]
        assert kinds(stage, ASKER, before[ASKER]) == [EntryKind.ASKED, EntryKind.RECEIVED]
        kept = stage.federation.worlds[OWNER].journal.record(before[OWNER])
        disclosure = from_canonical(kept or b"", Disclosure)
        assert (disclosure.query.asker, disclosure.query.via) == (WA_POLICE, (POOL,))
        assert disclosure.node == ASKER

    def test_asker_and_owner_exchange_no_byte(self, stage: BrokerStage) -> None:
        """Nothing goes directly, in neither direction."""
        stage.source()
        links = {frozenset((one, other)) for one, other, _ in stage.lines.sent}
        assert links == {frozenset((ASKER, POOL)), frozenset((POOL, OWNER))}

    def test_the_brokers_log_holds_nothing_of_a_person(self, stage: BrokerStage) -> None:
        """Neither entry nor what it commits to has a word of the question."""
        before = size(stage, POOL)
        stage.source()
        journal = stage.federation.worlds[POOL].journal
        asked = stage.region.scene.detective_question
        for index in range(before, size(stage, POOL)):
            whole = b"".join((journal.entry(index), journal.content(index) or b"", journal.record(index) or b""))
            for word in (asked.family, asked.given, asked.birth_date, asked.case_number):
                assert word.encode() not in whole
            assert decode_entry(journal.entry(index)).facts.purpose is None

    def test_both_ends_find_the_brokers_entry(self, stage: BrokerStage) -> None:
        """The entry's pair is the hash of the sealed message, which sender and addressee hold."""
        before = size(stage, POOL)
        stage.source()
        (handed,) = [raw for one, other, raw in stage.lines.sent if (one, other) == (ASKER, POOL)]
        inner = unpack(msgspec.json.decode(handed.partition(b"\n")[2])["body"]["carried"])
        facts = decode_entry(stage.federation.worlds[POOL].journal.entry(before)).facts
        assert facts.pair == _hash(inner)
        directory = stage.federation.directory
        assert facts.asker_ori == directory.get_agency(WA_POLICE).oris[0].ori
        assert facts.owner_ori == directory.get_agency(CA_SHERIFF).oris[0].ori

    def test_a_broker_that_is_listed_no_more_carries_nothing(self, stage: BrokerStage) -> None:
        """With the next version of the directory nothing passes, from the next message on."""
        assert stage.source().status is Status.ANSWERED
        held = stage.federation.directory
        nodes = tuple(replace(one, broker=False, via="") for one in held.nodes)
        stage.federation.adopted[POOL] = replace(held, version=held.version + 1, nodes=nodes)
        before = size(stage, OWNER)
        status, why = because(stage)
        assert status is Status.FAILED
        assert "carries nothing for others" in why
        assert size(stage, OWNER) == before
        assert "carries nothing for others" in last_sentence(stage, POOL)

    def test_an_owner_that_lists_the_broker_no_more_takes_nothing_from_it(self, stage: BrokerStage) -> None:
        """The owner goes by its own directory: a broker that still carries brings nothing in."""
        held = stage.federation.directory
        nodes = tuple(replace(one, broker=False, via="") for one in held.nodes)
        stage.federation.adopted[OWNER] = replace(held, version=held.version + 1, nodes=nodes)
        status, why = because(stage)
        assert status is Status.FAILED
        assert "another way" in why
        assert "another way" in last_sentence(stage, OWNER)

    def test_an_owner_that_is_down_is_unreachable_through_the_broker(self, stage: BrokerStage) -> None:
        """The source's status says what happened and through whom; the broker has it in its log; it is asked again later."""
        stage.lines.reach.discard(frozenset((POOL, OWNER)))
        before = size(stage, POOL)
        status, why = because(stage)
        assert status is Status.UNREACHABLE
        assert f"through the broker `{POOL}`" in why
        assert f"`{OWNER}` could not be reached" in why
        assert kinds(stage, POOL, before) == [EntryKind.RELAYED, EntryKind.NOT_CARRIED]
        stage.lines.reach.add(frozenset((POOL, OWNER)))
        stage.federation.advance(60_000)
        assert ask_open_questions(stage.federation.worlds[ASKER]) == 1

    def test_a_broker_that_is_down_is_named(self, stage: BrokerStage) -> None:
        """Unreachable is told of the broker, not of the owner."""
        stage.lines.reach.discard(frozenset((ASKER, POOL)))
        status, why = because(stage)
        assert status is Status.UNREACHABLE
        assert why == f"through the broker `{POOL}`: `{POOL}` could not be reached"

    def test_a_way_that_changed_is_not_gone(self, stage: BrokerStage) -> None:
        """A question that was decided for one way is not put again by another."""
        stage.lines.reach.discard(frozenset((POOL, OWNER)))
        assert stage.source().status is Status.UNREACHABLE
        held = stage.federation.directory
        stage.federation.directory = replace(held, nodes=tuple(replace(one, via="") for one in held.nodes))
        stage.federation.advance(60_000)
        assert ask_open_questions(stage.federation.worlds[ASKER]) == 1
        assert stage.lines.sent[-1][1] == POOL


class TestHostileBroker:
    """The broker is a hostile peer: whatever it does, the side that sees it refuses it and has it in its log."""

    def handed(self, stage: BrokerStage) -> bytes:
        """A question as the asker hands it to the pool."""
        return stage.layer(ASKER, POOL, stage.sealed(stage.the_query()))

    def test_what_it_changes_breaks_a_signature(self, stage: BrokerStage) -> None:
        """Asker, member, purpose, subject, basis: the question of a broker is nobody's."""
        changes: list[tuple[str, object]] = [
            ("purpose", "officer-safety"),
            ("asker", FEDERAL_INVESTIGATIONS),
            ("member", member_of(FEDERAL_INVESTIGATIONS, "investigator")),
            ("beneficiary", FEDERAL_INVESTIGATIONS),
            ("via", []),
        ]
        for name, value in changes:
            inner = stage.sealed(stage.the_query())

            def change(message: dict[str, object], name: str = name, value: object = value) -> None:
                message["body"]["query"][name] = value  # type: ignore[index]

            false = stage.layer(POOL, OWNER, stage.layer(ASKER, POOL, edited(inner, change)))
            before = size(stage, OWNER)
            body = stage.opened_by(OWNER, false)
            assert isinstance(body, Turned), name
            assert "not as it was handed over" in body.sentence
            assert kinds(stage, OWNER, before) == [EntryKind.REJECTED]

    def test_it_cannot_take_the_askers_hand_away(self, stage: BrokerStage) -> None:
        """Without the asker's own layer, or with another's, a message is not what the asker sent by this broker."""
        inner = stage.sealed(stage.the_query())
        for false in (
            stage.layer(POOL, OWNER, inner),
            stage.layer(POOL, OWNER, stage.layer(SWITCH, POOL, inner)),
            stage.layer(POOL, OWNER, stage.layer(POOL, POOL, inner)),
        ):
            body = stage.opened_by(OWNER, false)
            assert isinstance(body, Turned)

    def test_it_cannot_pass_itself_off_as_no_broker(self, stage: BrokerStage) -> None:
        """The question itself says through whom it comes: bare, it came by another way than it says."""
        body = stage.opened_by(OWNER, stage.sealed(stage.the_query()))
        assert isinstance(body, Turned)
        assert "comes through `fed-node`, and came through no broker" in body.sentence

    def test_another_broker_cannot_stand_in_for_it(self, stage: BrokerStage) -> None:
        """A listed node that is no broker on this way brings nothing in, whatever it was handed."""
        inner = stage.sealed(stage.the_query(via=(SWITCH,)))
        body = stage.opened_by(OWNER, stage.layer(SWITCH, OWNER, stage.layer(ASKER, SWITCH, inner)))
        assert isinstance(body, Turned)
        assert "another way" in body.sentence

    def test_it_cannot_hand_on_a_message_twice(self, stage: BrokerStage) -> None:
        """A replay, in a fresh layer of its own, is one entry and one sentence."""
        handed = self.handed(stage)
        assert isinstance(stage.opened_by(OWNER, stage.layer(POOL, OWNER, handed)), AnswerBody)
        before = size(stage, OWNER)
        body = stage.opened_by(OWNER, stage.layer(POOL, OWNER, handed))
        assert isinstance(body, Turned)
        assert "sent before" in body.sentence
        assert kinds(stage, OWNER, before) == [EntryKind.REJECTED]

    def test_what_it_holds_back_is_stale(self, stage: BrokerStage) -> None:
        """After two minutes no layer it makes is fresh enough for what is in it."""
        handed = self.handed(stage)
        stage.federation.advance(121_000)
        body = stage.opened_by(OWNER, stage.layer(POOL, OWNER, handed))
        assert isinstance(body, Turned)
        assert "stale" in body.sentence

    def test_it_cannot_send_it_to_somebody_else(self, stage: BrokerStage) -> None:
        """A message is for whom its sender sealed it, whatever the layers say."""
        handed = self.handed(stage)
        false = stage.layer(POOL, SWITCH, handed, end=SWITCH)
        body = stage.opened_by(SWITCH, false)
        assert isinstance(body, Turned)
        assert "another addressee" in body.sentence

    def test_a_broker_carries_nothing_that_was_altered_or_borrowed_on_its_way_to_it(
        self, stage: BrokerStage
    ) -> None:
        """It checks what it can: signature, sender, freshness, addressee, and that it did not carry this before."""
        inner = stage.sealed(stage.the_query())

        def other(message: dict[str, object]) -> None:
            message["nonce"] = "0" * 32

        before = size(stage, OWNER)
        for false, sentence in (
            (stage.layer(ASKER, POOL, edited(inner, other)), "not as it was handed over"),
            (stage.layer(SWITCH, POOL, inner), "handed to a broker by another node"),
            (stage.layer(ASKER, POOL, inner, end=SWITCH), "addressed to"),
        ):
            body = stage.opened_by(POOL, false)
            assert isinstance(body, Turned)
            assert sentence in body.sentence
        assert size(stage, OWNER) == before
        handed = stage.layer(ASKER, POOL, inner)
        assert isinstance(stage.opened_by(POOL, handed), AnswerBody)
        assert isinstance(stage.opened_by(POOL, stage.layer(ASKER, POOL, inner)), Turned)

    @pytest.mark.parametrize("how", ["drops", "delays", "answers", "swaps", "alters", "blames", "garbage", "old"])
    def test_whatever_comes_back_instead_of_the_answer_is_no_answer(self, stage: BrokerStage, how: str) -> None:
        """Dropped, held up, its own, another question's, altered, somebody's refusal: one status, no item, in the log."""
        old: list[bytes] = []

        def remember(deliver: Deliver, raw: bytes) -> bytes:
            old.append(deliver(raw))
            return old[-1]

        stage.lines.meddling[ASKER, POOL] = remember
        stage.source()
        stage.lines.meddling[ASKER, POOL] = _ANSWERS[how](stage, old)
        before = size(stage, ASKER)
        source = stage.source()
        assert source.status in {Status.FAILED, Status.TIMED_OUT, Status.UNREACHABLE}
        assert (source.answer, source.verified) == (None, False)
        assert kinds(stage, ASKER, before) == [EntryKind.ASKED, EntryKind.RECEIVED]

    def test_answers_that_come_in_another_order_find_their_questions(self, stage: BrokerStage) -> None:
        """Two questions, the second handed on first: each gets its own answer."""
        queries = (stage.the_query(), stage.the_query())
        handed = [stage.layer(POOL, OWNER, stage.layer(ASKER, POOL, stage.sealed(one))) for one in queries]
        bodies = [stage.opened_by(OWNER, raw) for raw in reversed(handed)]
        assert [body.answer.query_id for body in bodies if isinstance(body, AnswerBody)] == [
            one.id for one in reversed(queries)
        ]

    def test_a_false_reply_of_the_owners_side_is_stopped_at_the_broker(self, stage: BrokerStage) -> None:
        """What the addressee did not seal does not go back; the broker says that it has no reply, and has it in its log."""

        def other(deliver: Deliver, raw: bytes) -> bytes:
            return stage.layer(SWITCH, ASKER, b"")

        stage.lines.meddling[POOL, OWNER] = other
        before = size(stage, POOL)
        status, why = because(stage)
        assert status is Status.FAILED
        assert "sealed by `il-node`, which nobody asked" in why
        assert kinds(stage, POOL, before) == [EntryKind.RELAYED, EntryKind.NOT_CARRIED]

    def test_a_hostile_brokers_word_about_another_message_is_not_believed(self, stage: BrokerStage) -> None:
        """That a message was not carried is said of that message alone."""

        def blame(deliver: Deliver, raw: bytes) -> bytes:
            world = stage.federation.worlds[POOL]
            word = NotCarried(message_hash="sha256:" + "0" * 64, at=OWNER, why=Lost.UNREACHABLE, sentence="gone")
            return seal_message(world, ASKER, word, world.clock.now_ms())

        stage.lines.meddling[ASKER, POOL] = blame
        status, why = because(stage)
        assert status is Status.FAILED
        assert "about another message" in why


def _hash(raw: bytes) -> str:
    return payload_hash(raw.partition(b"\n")[2]).removeprefix("sha256:")


def _drops(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        raise PeerTimeoutError("`fed-node` did not answer in time")

    return meddle


def _delays(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        stage.federation.advance(200_000)
        return deliver(raw)

    return meddle


def _answers(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    """The owner's true answer, sealed by the broker as its own."""

    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        honest = deliver(raw)
        return stage.reseal(honest, lambda message: message.update(sender=POOL))

    return meddle


def _swaps(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        deliver(raw)
        return old[0]

    return meddle


def _alters(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        return edited(deliver(raw), lambda message: message["body"]["answer"].update(items=[]))

    return meddle


def _blames(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    """A refusal in the broker's name, of a message nobody sent."""

    def meddle(deliver: Deliver, raw: bytes) -> bytes:
        body = {"type": "turned", "message_hash": "sha256:" + "1" * 64, "sentence": "no"}
        return stage.reseal(deliver(raw), lambda message: message.update(sender=POOL, body=body))

    return meddle


def _garbage(stage: BrokerStage, old: list[bytes]) -> Callable[[Deliver, bytes], bytes]:
    return lambda deliver, raw: b"no\n{}"


_ANSWERS = {
    "drops": _drops,
    "delays": _delays,
    "answers": _answers,
    "swaps": _swaps,
    "old": _swaps,
    "alters": _alters,
    "blames": _blames,
    "garbage": _garbage,
}


class TestTwoBrokers:
    """The asker's switch, the owner's pool."""

    def test_a_question_goes_through_both(self, chain: BrokerStage) -> None:
        """Each broker has its entry, the owner's record both names in order, and the answer verifies at the asker."""
        before = {node: size(chain, node) for node in (SWITCH, POOL, OWNER)}
        source = chain.source()
        assert (source.status, source.verified) == (Status.ANSWERED, True)
        assert kinds(chain, SWITCH, before[SWITCH]) == [EntryKind.RELAYED]
        assert kinds(chain, POOL, before[POOL]) == [EntryKind.RELAYED]
        record = chain.federation.worlds[OWNER].journal.record(before[OWNER])
        assert from_canonical(record or b"", Disclosure).query.via == (SWITCH, POOL)

    def test_what_is_lost_behind_the_second_is_told_of_it(self, chain: BrokerStage) -> None:
        """The word of the broker that failed reaches the asker through the other."""
        chain.lines.reach.discard(frozenset((POOL, OWNER)))
        status, why = because(chain)
        assert status is Status.UNREACHABLE
        assert f"through the broker `{POOL}`" in why

    def test_a_broker_cannot_leave_the_other_out(self, chain: BrokerStage) -> None:
        """The way is the directory's: the switch brings nothing to the owner itself, nor the pool without the switch."""
        inner = chain.sealed(chain.the_query())
        for false, at in (
            (chain.layer(SWITCH, OWNER, chain.layer(ASKER, SWITCH, inner)), OWNER),
            (chain.layer(POOL, OWNER, chain.layer(ASKER, POOL, inner)), OWNER),
            (chain.layer(ASKER, POOL, inner), POOL),
        ):
            body = chain.opened_by(at, false)
            assert isinstance(body, Turned)
            assert "another way" in body.sentence or "stale" in body.sentence

    def test_no_message_goes_through_a_third(self, chain: BrokerStage) -> None:
        """One layer more than the limit is no message, however each of them is signed."""
        raw = chain.sealed(chain.the_query())
        for sender, to in ((ASKER, SWITCH), (SWITCH, POOL), (POOL, "ny-node"), ("ny-node", OWNER)):
            raw = chain.layer(sender, to, raw)
        body = chain.opened_by(OWNER, raw)
        assert isinstance(body, Turned)
        assert "too many brokers" in body.sentence

    def test_a_withdrawal_goes_back_by_the_same_way(self, chain: BrokerStage) -> None:
        """A recall reaches the asker's log through both brokers, and its receipt the owner's."""
        outcome = chain.ask(chain.region.scene.detective_question, sources=(CA_SHERIFF,))
        item = shown(outcome)[0]
        before = {node: size(chain, node) for node in (SWITCH, POOL)}
        act(chain, item.item_id, "seal")
        assert push(chain) == 1
        assert kinds(chain, POOL, before[POOL]) == [EntryKind.RELAYED]
        assert kinds(chain, SWITCH, before[SWITCH]) == [EntryKind.RELAYED]
        now = get_outcome(chain.federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id)
        assert item.item_id not in {one.item_id for one in shown(now.outcome)}


class TestLateAnswers:
    """What a person decides later takes the way of its question."""

    @pytest.fixture
    def waiting(self, tmp_path: Path, region: Region) -> Iterator[BrokerStage]:
        """The sheriff's file with one record of the person, which waits whole; two brokers between."""
        with broker_stage(tmp_path, region, switch=True, records=(waiting_record(region),)) as made:
            yield made

    def decide(self, stage: BrokerStage) -> str:
        """The detective asks, the custodian grants; the question's id."""
        question = question_about(stage.region, waiting_record(stage.region))
        outcome = stage.ask(question, sources=(CA_SHERIFF,))
        (source,) = outcome.sources
        assert source.status is Status.HELD
        world, keeper = stage.federation.world_of(CA_SHERIFF), stage.member(member_of(CA_SHERIFF, "custodian"))
        (task,) = list_held(world, keeper)
        decide_held(world, keeper, task.duty_id, grant=True, reason="checked with the state repository")
        return outcome.query_id

    def status(self, stage: BrokerStage, query_id: str) -> Status:
        (source,) = get_outcome(stage.federation.world_of(WA_POLICE), WA_POLICE, query_id).outcome.sources
        return source.status

    def test_a_late_answer_comes_through_both_brokers(self, waiting: BrokerStage) -> None:
        """Granted at the desk, brought by the same way, shown at the asker; each broker has its entry."""
        query_id = self.decide(waiting)
        before = {node: size(waiting, node) for node in (SWITCH, POOL)}
        assert push(waiting) == 1
        assert self.status(waiting, query_id) is Status.ANSWERED
        assert kinds(waiting, POOL, before[POOL]) == kinds(waiting, SWITCH, before[SWITCH]) == [EntryKind.RELAYED]

    def test_a_late_answer_goes_by_no_other_way_than_its_question(self, waiting: BrokerStage) -> None:
        """The law was asked about these brokers: by others, or none, nothing is sent until the directory has them again."""
        query_id = self.decide(waiting)
        held = waiting.federation.directory
        waiting.federation.directory = replace(
            held, nodes=tuple(replace(one, via="") if one.id == ASKER else one for one in held.nodes)
        )
        waiting.lines.reach.add(frozenset((POOL, ASKER)))
        assert push(waiting) == 0
        assert self.status(waiting, query_id) is Status.HELD
        waiting.federation.directory = held
        waiting.federation.advance(10_000)
        assert push(waiting) == 1
