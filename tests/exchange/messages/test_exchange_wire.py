"""Messages between nodes: what is signed, what is believed, and what the sender is told."""

from __future__ import annotations

import base64

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF
from comity.errors import MessageError, NounError, RejectedMessageError, UnauthenticatedError
from comity.exchange.answering.answer import answer_query
from comity.exchange.messages.wire import (
    FRESH_MS,
    LARGEST_MESSAGE,
    Message,
    Turned,
    authenticate,
    check_fresh,
    payload_hash,
    read_message,
    seal_message,
)
from comity.model.agency import NodeListing
from comity.model.disclosure import EntryKind
from comity.sim.federation import START_MS

BODY = Turned(message_hash="sha256:" + "0" * 64, sentence="no")


def sealed(stage: Stage, sent_ms: int = 0) -> bytes:
    return seal_message(stage.federation.worlds["wa-node"], "ca-node", BODY, sent_ms)


def test_what_is_sealed_is_authentic_and_read_back(stage: Stage) -> None:
    """The sender's name comes from the signed bytes, and the message is what was sealed."""
    raw = sealed(stage, 7)
    sender, payload = authenticate(raw, stage.federation.directory, START_MS)
    message = read_message(payload)
    assert (sender, message.sender, message.recipient, message.sent_ms) == ("wa-node", "wa-node", "ca-node", 7)
    assert message.body == BODY
    assert payload_hash(payload).startswith("sha256:")


def test_each_message_has_its_own_nonce(stage: Stage) -> None:
    """Two messages of one content are two messages."""
    assert sealed(stage) != sealed(stage)


@given(cut=st.integers(0, 500), extra=st.binary(max_size=40))
@settings(max_examples=60)
def test_any_other_bytes_are_nobodys(stage: Stage, cut: int, extra: bytes) -> None:
    """Cut short, added to, or noise: nobody in the directory vouches for it."""
    raw = sealed(stage)
    for changed in (raw[: min(cut, len(raw) - 1)], raw + extra + b" ", extra + b"." + raw[cut:]):
        with pytest.raises(UnauthenticatedError):
            authenticate(changed, stage.federation.directory, START_MS)


def test_another_nodes_signature_is_not_the_senders(stage: Stage) -> None:
    """A listed node that writes another's name is nobody."""
    payload = sealed(stage).partition(b"\n")[2]
    forged = base64.b64encode(stage.federation.keys["il-node"].sign_message(payload)) + b"\n" + payload
    with pytest.raises(UnauthenticatedError, match="altered or signed by another"):
        authenticate(forged, stage.federation.directory, START_MS)


def test_a_node_listed_with_a_broken_key_vouches_for_nothing(stage: Stage) -> None:
    """A directory entry whose key is no key closes that node, not ours."""
    directory = stage.federation.directory
    for key in ("", "AAAA", "?"):
        broken = msgspec.structs.replace(
            directory,
            nodes=tuple(
                NodeListing(id=one.id, address=one.address, message_key=key, log_key=one.log_key)
                for one in directory.nodes
            ),
        )
        with pytest.raises(UnauthenticatedError):
            authenticate(sealed(stage), broken, START_MS)


def test_a_message_that_is_too_large_is_not_looked_at(stage: Stage) -> None:
    """Beyond the limit the signature is not even checked."""
    with pytest.raises(UnauthenticatedError, match=str(LARGEST_MESSAGE)):
        authenticate(sealed(stage) + b" " * LARGEST_MESSAGE, stage.federation.directory, START_MS)


def test_fresh_is_two_minutes_either_way(stage: Stage) -> None:
    """Clocks may differ by two minutes, no more; the address must be ours."""
    message = read_message(sealed(stage, 1_000_000).partition(b"\n")[2])
    for now_ms in (1_000_000 - FRESH_MS, 1_000_000, 1_000_000 + FRESH_MS):
        check_fresh(message, "ca-node", now_ms)
    for now_ms in (1_000_000 - FRESH_MS - 1, 1_000_000 + FRESH_MS + 1):
        with pytest.raises(RejectedMessageError, match="stale"):
            check_fresh(message, "ca-node", now_ms)
    with pytest.raises(RejectedMessageError, match="addressed to `ca-node`"):
        check_fresh(message, "wa-node", 1_000_000)


@pytest.mark.parametrize("nonce", ["", "0" * 31, "0" * 33, "G" * 32, "A" * 32])
def test_a_nonce_has_one_form(nonce: str) -> None:
    """32 lower-case hexadecimal digits, so that one nonce cannot be spelt twice."""
    with pytest.raises(NounError, match="nonce"):
        Message(version=1, sender="a", recipient="b", sent_ms=0, nonce=nonce, body=BODY)


@pytest.mark.parametrize(
    ("payload", "sentence"),
    [
        (b"[]", "not of the kind"),
        (b'{"version":"one"}', "not of the kind"),
        (b'{"version":1}', "has no `sender`"),
        (b'{"version":1,"face":2}', "unknown field `face`"),
        (b'{"version":1,"sender":"\xed\xa0\x80"}', "codec"),
        (b"[" * 5_000, "not of the kind"),
    ],
)
def test_a_fault_is_told_in_one_plain_sentence(payload: bytes, sentence: str) -> None:
    """What cannot be decoded is rejected with a sentence of ours, whatever the bytes."""
    with pytest.raises(RejectedMessageError) as told:
        read_message(payload)
    assert "$" not in str(told.value)
    assert "\n" not in str(told.value)
    if sentence != "codec":
        assert sentence in str(told.value)


@given(payload=st.binary(max_size=200))
def test_no_bytes_get_past_the_reader_as_another_error(payload: bytes) -> None:
    """Reading never fails with anything but a message error."""
    for raw in (payload, b'{"version":1,"sender":"' + payload + b'"}'):
        try:
            read_message(raw)
        except MessageError:
            continue


def test_signed_text_that_is_not_unicode_is_turned_away_and_entered(stage: Stage) -> None:
    """An authentic message with broken text is answered with a sentence; the node does not stumble."""
    payload = b'{"sender":"wa-node","note":"\xed\xa0\x80"}'
    raw = base64.b64encode(stage.federation.keys["wa-node"].sign_message(payload)) + b"\n" + payload
    before = stage.size(CA_SHERIFF)
    reply = answer_query(stage.federation.world_of(CA_SHERIFF), raw)
    body = read_message(reply.raw.partition(b"\n")[2]).body
    assert isinstance(body, Turned)
    assert [facts.kind for facts in stage.entries(CA_SHERIFF, before)] == [EntryKind.REJECTED]


def test_a_node_that_gets_no_question_says_so(stage: Stage) -> None:
    """An answer or a refusal sent to a node as if it were a question is turned away."""
    world = stage.federation.worlds["wa-node"]
    raw = seal_message(world, "ca-node", BODY, world.clock.now_ms())
    body = stage.deliver(CA_SHERIFF, raw)
    assert isinstance(body, Turned)
    assert "questions only" in body.sentence
