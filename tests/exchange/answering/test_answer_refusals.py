"""What is not accepted: one clear sentence, recorded, nothing released."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.errors import ClockError, ComityError, NounError, UnauthenticatedError
from comity.exchange.answering.answer import answer_query
from comity.exchange.messages.wire import FRESH_MS, LARGEST_MESSAGE, AnswerBody, Turned
from comity.ledger.entry import decode_entry
from comity.model.codes import Instrument, Issuer, Status
from comity.model.disclosure import EntryKind
from comity.model.query import LegalBasis, PersonSubject

Edit = Callable[[dict[str, Any]], None]


def two_subjects(message: dict[str, Any]) -> None:
    query = message["body"]["query"]
    query["subject"] = [query["subject"], query["subject"]]


def list_upload(message: dict[str, Any]) -> None:
    message["body"]["query"]["subject"]["family"] = "Cahoon\nOrtiz\nNguyen"


def wildcard_only(message: dict[str, Any]) -> None:
    message["body"]["query"]["subject"]["family"] = "*"


def missing_purpose(message: dict[str, Any]) -> None:
    del message["body"]["query"]["purpose"]


def unknown_field(message: dict[str, Any]) -> None:
    message["body"]["query"]["face"] = "unknown"


def empty_case(message: dict[str, Any]) -> None:
    message["body"]["query"]["case_number"] = " "


def no_classes(message: dict[str, Any]) -> None:
    message["body"]["query"]["data_classes"] = []


def other_recipient(message: dict[str, Any]) -> None:
    message["recipient"] = "il-node"


def foreign_asker(message: dict[str, Any]) -> None:
    message["body"]["query"]["asker"] = "il-police"


def wrong_ori(message: dict[str, Any]) -> None:
    message["body"]["query"]["asker_ori"] = "WA0000000"


def stale(message: dict[str, Any]) -> None:
    message["sent_ms"] -= FRESH_MS + 1
    message["body"]["query"]["asked_ms"] -= FRESH_MS + 1


def other_version(message: dict[str, Any]) -> None:
    message["version"] = 2


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (two_subjects, "exactly one subject"),
        (list_upload, "one person at a time"),
        (wildcard_only, "wildcard alone names nobody"),
        (missing_purpose, "has no `purpose`"),
        (unknown_field, "unknown field `face`"),
        (empty_case, "case number is empty"),
        (no_classes, "no data class"),
        (other_recipient, "addressed to `il-node`"),
        (foreign_asker, "not at the sending node"),
        (wrong_ori, "not the asking agency's ORI"),
        (stale, "stale"),
        (other_version, "version `2` is not known"),
    ],
)
def test_an_unacceptable_message_is_told_why_and_entered_in_the_log(
    stage: Stage, edit: Edit, sentence: str
) -> None:
    """Authentic but unacceptable: one sentence back, one entry, no answer and no item."""
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))
    before = stage.size(CA_SHERIFF)
    body = stage.deliver(CA_SHERIFF, stage.reseal(raw, edit))
    assert isinstance(body, Turned)
    assert sentence in body.sentence
    assert stage.size(CA_SHERIFF) == before + 1
    entry = decode_entry(stage.federation.world_of(CA_SHERIFF).journal.entry(before))
    assert entry.facts.kind is EntryKind.REJECTED
    assert entry.facts.released == 0


def test_a_replayed_message_is_refused_and_a_fresh_retry_gets_the_stored_answer(stage: Stage) -> None:
    """The same bytes twice are a replay; the same question under a fresh nonce gets the committed answer again."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    raw = stage.seal(query)
    first = stage.deliver(CA_SHERIFF, raw)
    assert isinstance(first, AnswerBody)
    replayed = stage.deliver(CA_SHERIFF, raw)
    assert isinstance(replayed, Turned)
    assert "fresh nonce" in replayed.sentence
    again = stage.deliver(CA_SHERIFF, stage.seal(query))
    assert isinstance(again, AnswerBody)
    assert again.answer == first.answer
    assert again.receipt.entry == first.receipt.entry
    other = stage.deliver(CA_SHERIFF, stage.seal(msgspec.structs.replace(query, case_number="another")))
    assert isinstance(other, Turned)
    assert "used for another question" in other.sentence


@pytest.mark.parametrize("position", [5, 200, -2])
def test_an_altered_message_is_counted_and_never_entered(stage: Stage, position: int) -> None:
    """A changed byte breaks the signature: nobody vouches for it, so it is only counted."""
    raw = bytearray(stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF)))
    raw[position] ^= 1
    before = stage.size(CA_SHERIFF)
    with pytest.raises(UnauthenticatedError):
        stage.deliver(CA_SHERIFF, bytes(raw))
    assert stage.size(CA_SHERIFF) == before


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"{}", b"QUJD\n[]", b"\xff" * 100, b"A" * (LARGEST_MESSAGE + 1), b"[" * 200_000]
)
def test_noise_is_unauthenticated(stage: Stage, raw: bytes) -> None:
    """Whatever is no signed message is refused with one sentence and without an entry."""
    with pytest.raises(UnauthenticatedError):
        answer_query(stage.federation.world_of(CA_SHERIFF), raw)


def test_an_unlisted_node_and_an_unsigned_one_are_refused(stage: Stage) -> None:
    """A sender outside the directory, or one that does not sign with its own key, is nobody."""
    raw = stage.seal(stage.query(stage.region.scene.detective_question, CA_SHERIFF))

    def rename(message: dict[str, Any]) -> None:
        message["sender"] = "stranger-node"

    for forged in (
        stage.reseal(raw, rename, sign=False),
        stage.reseal(raw, lambda message: None, sign=False)[88:],
    ):
        with pytest.raises(UnauthenticatedError):
            answer_query(stage.federation.world_of(CA_SHERIFF), forged)


def test_unauthenticated_messages_are_counted_by_reason(own_stage: Stage) -> None:
    """The node's own door counts what it turned away, without keeping anything of it."""
    journal = own_stage.federation.world_of(CA_SHERIFF).journal
    journal.count_unauthenticated("the sending node is not in the directory; ask to be listed first")
    journal.count_unauthenticated("the sending node is not in the directory; ask to be listed first")
    assert journal.unauthenticated() == {"the sending node is not in the directory; ask to be listed first": 2}


def test_expired_training_refuses_with_a_reason(stage: Stage) -> None:
    """A member whose training ended is refused by the owner, with the rule that says so."""
    query = stage.query(stage.region.scene.detective_question, CA_SHERIFF)

    def expire(message: dict[str, Any]) -> None:
        message["body"]["member"]["trained_until"] = "2020-01-01"

    body = stage.deliver(CA_SHERIFF, stage.reseal(stage.seal(query), expire))
    assert isinstance(body, AnswerBody)
    assert body.answer.status is Status.REFUSED
    assert body.answer.reasons[0].rule == "comity/TRAINING"


def test_a_question_that_cannot_be_written_is_refused_before_it_leaves(stage: Stage) -> None:
    """The asker's own model refuses a wildcard-only name: no query, no entry."""
    before = stage.size(WA_POLICE)
    with pytest.raises(NounError, match="wildcard"):
        PersonSubject(family="***")
    assert stage.size(WA_POLICE) == before


@pytest.mark.parametrize("broken", ["law", "keys", "clock", "journal"])
def test_trouble_closes_the_door(own_stage: Stage, broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Law, keys, clock or log unavailable: no release, whatever the question."""
    raw = own_stage.seal(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    federation = own_stage.federation
    if broken == "law":
        federation.laws.lost = True
    elif broken == "keys":
        federation.keys["ca-node"].lost = True
    elif broken == "clock":

        def no_clock() -> int:
            raise ClockError("the system clock ran backwards; set it right and restart the node")

        monkeypatch.setattr(federation.clocks["ca-node"], "now_ms", no_clock)
    else:
        federation.stores.pop("ca-node").close()
    with pytest.raises(ComityError):
        federation.deliver("ca-node", raw)


def test_a_dead_owner_costs_only_its_own_status(own_stage: Stage) -> None:
    """One node down: its status says so, every other source answers."""
    own_stage.federation.down.add("ca-node")
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    by_agency = {source.agency: source.status for source in outcome.sources}
    assert by_agency.pop(CA_SHERIFF) is Status.UNREACHABLE
    assert set(by_agency.values()) == {Status.ANSWERED}


def test_an_answer_meddled_with_on_the_way_is_not_shown(own_stage: Stage) -> None:
    """A changed answer fails, is not shown and does not count as verified."""

    def meddle(node: str, message: bytes) -> bytes:
        reply = bytearray(own_stage.federation.deliver(node, message))
        reply[len(reply) // 2] ^= 1
        return bytes(reply)

    own_stage.federation.meddle = meddle
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    assert {source.status for source in outcome.sources} == {Status.FAILED}
    assert not any(source.verified or source.answer for source in outcome.sources)


def test_an_answer_to_another_question_is_not_shown(own_stage: Stage) -> None:
    """A peer that sends an old answer back is found out by the question id and the pairing commitment."""
    kept: dict[str, bytes] = {}

    def repeat(node: str, message: bytes) -> bytes:
        return kept.setdefault(node, own_stage.federation.deliver(node, message))

    own_stage.federation.meddle = repeat
    own_stage.ask(own_stage.region.scene.detective_question)
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    assert {source.status for source in outcome.sources} == {Status.FAILED}


def test_a_paper_that_is_only_named_opens_nothing(stage: Stage) -> None:
    """`judicial-warrant` typed without its document leaves Washington's limit where it was."""
    question = stage.region.scene.removal_question
    plain = stage.deliver(WA_POLICE, stage.seal(stage.query(question, WA_POLICE)))
    named = LegalBasis(instrument=Instrument.JUDICIAL_WARRANT, issuer=Issuer.ARTICLE_THREE_JUDGE)
    typed = stage.deliver(WA_POLICE, stage.seal(stage.query(question, WA_POLICE, basis=named)))
    assert isinstance(plain, AnswerBody)
    assert isinstance(typed, AnswerBody)

    def shown(body: AnswerBody) -> list[tuple[str, tuple[str, ...]]]:
        return [(item.reference, tuple(field.field for field in item.fields)) for item in body.answer.items]

    assert shown(typed) in (shown(plain), [])
    assert not {item.data_class for item in typed.answer.items} - {item.data_class for item in plain.answer.items}


def test_a_paper_that_is_shown_waits_for_counsel(own_stage: Stage) -> None:
    """Whatever a shown paper would open is held until the owner's counsel has looked at it; nothing leaves before."""
    question = own_stage.region.scene.removal_question
    paper = LegalBasis(
        instrument=Instrument.JUDICIAL_WARRANT, issuer=Issuer.ARTICLE_THREE_JUDGE, document="sha256:" + "a" * 64
    )
    body = own_stage.deliver(WA_POLICE, own_stage.seal(own_stage.query(question, WA_POLICE, basis=paper)))
    assert isinstance(body, AnswerBody)
    assert body.answer.status is Status.HELD
    assert not body.answer.items
    assert "comity/PAPER" in {reason.rule for reason in body.answer.reasons}
    tasks = [one.duty for one in own_stage.federation.world_of(WA_POLICE).journal.duties(WA_POLICE)]
    assert any(duty.rule == "comity/PAPER" and duty.to == "counsel" for duty in tasks)


def test_an_invented_birth_date_tells_nobody_who_bears_a_name(stage: Stage) -> None:
    """Namesakes are shown only beside a record of the person: a wrong date harvests no true one."""
    question = stage.region.scene.detective_question
    for owner in question.owners:
        query = stage.query(question, owner)
        subject = msgspec.structs.replace(question.subject, birth_date="1900-01-02", identifiers=())
        body = stage.deliver(owner, stage.seal(msgspec.structs.replace(query, subject=subject)))
        assert isinstance(body, AnswerBody)
        assert body.answer.items == ()
