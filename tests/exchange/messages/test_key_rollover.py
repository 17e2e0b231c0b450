"""Keys replaced, keys revoked, agencies that move: what arrives, what does not, and which receipts stay good."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, WA_POLICE
from comity.errors import ProofError, UnauthenticatedError
from comity.exchange.answering.answer import answer_query
from comity.exchange.asking.check_answer import check_answer, verify_answer
from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.exchange.messages.listed_keys import own_log_keys
from comity.exchange.messages.wire import AnswerBody, Turned, authenticate, read_message
from comity.ledger.checkpoint import signing_key
from comity.ledger.verify import verify_log_directory
from comity.model.agency import Directory
from comity.model.answer import Answer
from comity.model.codes import Status
from comity.model.directory import DirectoryChange, KeyUse, MoveAgency, ReplaceKey, RevokeKey
from comity.model.disclosure import Receipt
from comity.model.query import Query
from comity.sim.federation import START_MS, SimKeys

DAY_MS = 86_400_000


def changed(stage: Stage, *changes: DirectoryChange) -> Directory:
    """The stage's directory one version on."""
    return next_version(Link.of(stage.federation.directory), changes)


def key_of(stage: Stage, node: str, use: KeyUse, turn: int = 1) -> str:
    """A node's `turn`th key, as a directory lists it."""
    keys = SimKeys(stage.federation.seed, node)
    keys.roll_message(turn)
    keys.roll_log(turn)
    return keys.message_key if use is KeyUse.MESSAGE else keys.log_key()


def rolled(stage: Stage, node: str, use: KeyUse, until_ms: int = START_MS + DAY_MS) -> ReplaceKey:
    return ReplaceKey(use=use, of=node, key=key_of(stage, node, use), until_ms=until_ms)


def statuses(stage: Stage, **changes: Any) -> dict[str, Status]:
    """What each source comes to when the detective asks California."""
    outcome = stage.ask(stage.region.scene.detective_question, sources=(CA_SHERIFF,), **changes)
    return {source.agency: source.status for source in outcome.sources}


def answered(stage: Stage) -> tuple[Query, Answer, Receipt]:
    """California's answer to the detective with its receipt."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    body = stage.deliver(CA_SHERIFF, stage.seal(query))
    assert isinstance(body, AnswerBody), body
    return query, body.answer, body.receipt


def test_the_old_key_counts_in_its_life_and_not_after(own_stage: Stage) -> None:
    """Whoever adopted the new key first still hears the old one: no message is lost; when its time is over, it is."""
    federation = own_stage.federation
    until = START_MS + DAY_MS
    federation.adopted["ca-node"] = changed(own_stage, rolled(own_stage, "wa-node", KeyUse.MESSAGE, until))
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    in_flight = own_stage.seal(query)
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}
    federation.advance(until - START_MS)
    assert authenticate(in_flight, federation.adopted["ca-node"], until)[0] == "wa-node"
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}
    federation.advance(1)
    with pytest.raises(UnauthenticatedError, match="the signature does not fit the message"):
        answer_query(federation.worlds["ca-node"], own_stage.seal(query))
    assert statuses(own_stage) == {CA_SHERIFF: Status.FAILED}


def test_the_new_key_counts_where_it_is_listed(own_stage: Stage) -> None:
    """Signed with the new key: heard by whoever adopted the version that lists it, by nobody else."""
    federation = own_stage.federation
    new = changed(own_stage, rolled(own_stage, "wa-node", KeyUse.MESSAGE))
    federation.keys["wa-node"].roll_message(1)
    assert statuses(own_stage) == {CA_SHERIFF: Status.FAILED}
    federation.adopted["ca-node"] = new
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}


def test_a_question_on_its_way_while_keys_change_is_answered(own_stage: Stage) -> None:
    """Asked under one version, answered under the next with the new key: believed by whoever adopted it meanwhile."""
    federation = own_stage.federation
    new = changed(
        own_stage, rolled(own_stage, "ca-node", KeyUse.MESSAGE), rolled(own_stage, "ca-node", KeyUse.LOG)
    )

    def adopt_on_the_way(node: str, message: bytes) -> bytes:
        federation.adopted["wa-node"] = federation.adopted["ca-node"] = new
        federation.keys["ca-node"].roll_message(1)
        federation.keys["ca-node"].roll_log(1)
        return federation.deliver(node, message)

    federation.meddle = adopt_on_the_way
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}


def test_an_owner_that_moves_meanwhile_is_answered_by_its_old_node(own_stage: Stage) -> None:
    """The answer of the node that was asked counts, until the time the directory lists."""
    federation = own_stage.federation
    until = START_MS + DAY_MS
    moved = changed(own_stage, MoveAgency(agency=CA_SHERIFF, node="il-node", until_ms=until))

    def move_on_the_way(node: str, message: bytes) -> bytes:
        answer = federation.deliver(node, message)
        federation.adopted["wa-node"] = moved
        return answer

    federation.meddle = move_on_the_way
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}


def test_an_owners_answer_under_its_old_key_is_believed_in_its_life(own_stage: Stage) -> None:
    """The asker that adopted first takes answers under either key, and under the old one only until its time."""
    federation = own_stage.federation
    new = changed(own_stage, rolled(own_stage, "ca-node", KeyUse.MESSAGE))
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    sent = own_stage.seal(query)
    answer = federation.deliver("ca-node", sent)
    assert check_answer(answer, sent, query, new, START_MS).verified
    with pytest.raises(UnauthenticatedError):
        check_answer(answer, sent, query, new, START_MS + DAY_MS + 1)


def test_a_revoked_key_is_heard_by_nobody_who_knows(own_stage: Stage) -> None:
    """From adoption on at once, whatever time the revocation names; the key in its place is heard."""
    federation = own_stage.federation
    stolen = federation.keys["wa-node"].message_key
    instead = key_of(own_stage, "wa-node", KeyUse.MESSAGE)
    change = RevokeKey(use=KeyUse.MESSAGE, of="wa-node", key=stolen, from_ms=START_MS + DAY_MS, instead=instead)
    federation.adopted["ca-node"] = changed(own_stage, change)
    before = own_stage.size(CA_SHERIFF)
    assert statuses(own_stage) == {CA_SHERIFF: Status.FAILED}
    assert own_stage.size(CA_SHERIFF) == before, "what a revoked key signed is not entered"
    federation.keys["wa-node"].roll_message(1)
    assert statuses(own_stage) == {CA_SHERIFF: Status.ANSWERED}


def test_a_log_whose_key_was_replaced_stays_one_log(own_stage: Stage, tmp_path: Path) -> None:
    """Same origin, one tree: receipts of before and after verify, and the copy verifies with the key it is signed by."""
    federation = own_stage.federation
    first = answered(own_stage)
    old_key = federation.keys["ca-node"].log_key()
    federation.directory = changed(own_stage, rolled(own_stage, "ca-node", KeyUse.LOG))
    federation.keys["ca-node"].roll_log(1)
    second = answered(own_stage)
    directory = federation.directory
    for query, answer, receipt in (first, second):
        verify_answer(answer, receipt, query, directory)
    listing = directory.find_node("ca-node")
    assert listing is not None
    both = own_log_keys(listing)
    assert both == (federation.keys["ca-node"].log_key(), old_key)
    note = federation.worlds["ca-node"].journal.checkpoint()
    federation.close()
    assert signing_key(note, (old_key, both[0])) == both[0]
    report = verify_log_directory(tmp_path / "ca-node" / "log", signing_key(note, both))
    assert report.origin == "comity.log/ca-node"
    with pytest.raises(ProofError, match="has no signature by"):
        verify_log_directory(tmp_path / "ca-node" / "log", old_key)


def test_a_receipt_under_a_former_log_key_counts_for_answers_of_its_life(own_stage: Stage) -> None:
    """What was answered while the key was the log's stays proven; an answer given later is not proven by it."""
    query, answer, receipt = answered(own_stage)
    for until, good in ((answer.answered_ms, True), (answer.answered_ms - 1, False)):
        directory = changed(own_stage, rolled(own_stage, "ca-node", KeyUse.LOG, until))
        if good:
            verify_answer(answer, receipt, query, directory)
        else:
            with pytest.raises(ProofError, match="has no signature by"):
                verify_answer(answer, receipt, query, directory)


def test_a_receipt_under_a_revoked_log_key_counts_for_what_was_answered_before(own_stage: Stage) -> None:
    """Nothing from the revocation's time on is believed."""
    query, answer, receipt = answered(own_stage)
    stolen = own_stage.federation.keys["ca-node"].log_key()
    instead = key_of(own_stage, "ca-node", KeyUse.LOG)
    for from_ms, good in ((answer.answered_ms + 1, True), (answer.answered_ms, False)):
        change = RevokeKey(use=KeyUse.LOG, of="ca-node", key=stolen, from_ms=from_ms, instead=instead)
        directory = changed(own_stage, change)
        if good:
            verify_answer(answer, receipt, query, directory)
        else:
            with pytest.raises(ProofError, match="has no signature by"):
                verify_answer(answer, receipt, query, directory)
    bare = changed(own_stage, change)
    listing = bare.find_node("ca-node")
    assert listing is not None
    both = replace(listing, revoked_keys=(*listing.revoked_keys, replace(listing.revoked_keys[0], key=instead)))
    none = replace(bare, nodes=tuple(both if one.id == "ca-node" else one for one in bare.nodes))
    with pytest.raises(ProofError, match="the log key of `ca-node` was revoked before the answer was given"):
        verify_answer(answer, receipt, query, none)


def test_a_question_to_the_old_node_is_told_where_the_agency_is(own_stage: Stage) -> None:
    """One sentence with the new node and the version that says so; the log has the refusal."""
    federation = own_stage.federation
    move = MoveAgency(agency=IL_POLICE, node="ca-node", until_ms=START_MS + DAY_MS)
    federation.adopted["il-node"] = changed(own_stage, move)
    query = own_stage.query(own_stage.region.scene.detective_question, IL_POLICE)
    body = own_stage.deliver(IL_POLICE, own_stage.seal(query))
    assert isinstance(body, Turned)
    assert body.sentence == (
        "`il-police` is not held at this node: it moved to node `ca-node`; adopt version 2 of the directory"
    )
    raw = own_stage.reseal(own_stage.seal(query), lambda message: message.update(recipient="wa-node"))
    elsewhere = read_message(answer_query(federation.worlds["wa-node"], raw).raw.partition(b"\n")[2]).body
    assert isinstance(elsewhere, Turned)
    assert "`il-police` is not held at this node: it is at node `il-node`" in elsewhere.sentence


def test_answers_of_the_old_node_stay_proven(own_stage: Stage) -> None:
    """A receipt from before the move verifies under the directory of after it, and not beyond the time listed."""
    query, answer, receipt = answered(own_stage)
    for until, good in ((answer.answered_ms, True), (answer.answered_ms - 1, False)):
        moved = changed(own_stage, MoveAgency(agency=CA_SHERIFF, node="il-node", until_ms=until))
        if good:
            verify_answer(answer, receipt, query, moved)
        else:
            with pytest.raises(ProofError, match="from another node than the owner's"):
                verify_answer(answer, receipt, query, moved)


def test_a_question_in_flight_while_the_asker_moves_is_answered(own_stage: Stage) -> None:
    """Sent from the old node before the move: accepted; sent from there after its time: not."""
    federation = own_stage.federation
    query = own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF)
    raw = own_stage.seal(query)
    for until, taken in ((START_MS, AnswerBody), (START_MS - 1, Turned)):
        federation.adopted["ca-node"] = changed(
            own_stage, MoveAgency(agency=WA_POLICE, node="il-node", until_ms=until)
        )
        body = own_stage.deliver(CA_SHERIFF, own_stage.seal(query) if taken is Turned else raw)
        assert isinstance(body, taken), body
