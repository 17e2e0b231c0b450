"""Transmissions to a foreign partner: decided by the law, released by two people, one document on two channels."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import replace as with_changes
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from comity.demo.agencies import REMOVAL_OPERATIONS
from comity.errors import (
    DeliveryChangedError,
    DutyRefusedError,
    PeerUnreachableError,
    ProofError,
    UnwitnessedError,
    WrongUseError,
)
from comity.exchange.answering.open_query import open_query
from comity.exchange.delivery.push import push_deliveries, push_delivery
from comity.exchange.messages.wire import Delivered, Question, read_message, seal_message
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.exchange.transmission.mail_receipt import take_mail_receipt
from comity.exchange.transmission.suspend_partner import resume_partner, suspend_partner
from comity.exchange.transmission.transmission_law import question_of
from comity.exchange.transmission.transmissions import list_taken, list_transmissions
from comity.exchange.transmission.transmit import release_transmission
from comity.ledger.entry import ENTRY_BYTES
from comity.model.agency import Directory
from comity.model.canon import canonical_bytes, text_digest
from comity.model.codes import DataClass, Disposition, Status
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.delivery import Recall
from comity.model.disclosure import EntryKind
from comity.model.listing import Suspended
from comity.model.record import Conviction, Record, SubjectFacts
from comity.model.transmission import Channel, ChannelState, Transmission
from comity.model.witness import WitnessRound
from comity.store.opening import Store
from store_engines import ENGINES, open_store, turn_of
from transmit_stage import ELIGIBLE, PARTNER, SECRETS, SOUND, Abroad, history, make_abroad

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
VOUCHED = ("crime-related", "about-views=no")
WHY = "the government there changed yesterday"


class StopError(BaseException):
    """The machine stops here; what is on the disk is what is committed."""


@pytest.fixture(params=ENGINES if os.environ.get("COMITY_BOTH_ENGINES") else ENGINES[:1])
def abroad(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Abroad]:
    with turn_of(request.param, ready=True):
        made = make_abroad(tmp_path, history(1), history(2))
        yield made
        made.federation.close()


def listen(abroad: Abroad) -> list[bytes]:
    """Everything that leaves the owner's node on the circuit from now on."""
    heard: list[bytes] = []

    def carry(node: str, raw: bytes) -> bytes:
        heard.append(raw)
        return abroad.federation.deliver(node, raw)

    abroad.federation.meddle = carry
    return heard


def push_for(abroad: Abroad, milliseconds: int, turn_ms: int = HOUR_MS) -> None:
    """Push as a node does, for so long."""
    for _ in range(milliseconds // turn_ms):
        abroad.push()
        abroad.later(turn_ms)


def facts(**changes: Any) -> SubjectFacts:
    return replace(ELIGIBLE, **changes)


# ---------------------------------------------------------------- one document on two channels
def test_a_released_summary_is_the_same_bytes_on_both_channels(abroad: Abroad) -> None:
    """Circuit and e-mail carry one canonical document, and its SHA-256 stands in the entry, on both ways and in the list."""
    heard = listen(abroad)
    one = abroad.transmit()
    abroad.push()
    (posted,) = abroad.mail.posted
    (raw,) = heard
    assert raw.count(posted.document) == 1  # the message on the circuit holds the e-mail's document, byte for byte
    hash_ = "sha256:" + hashlib.sha256(posted.document).hexdigest()
    assert one.hash == hash_
    released = next(entry for entry in abroad.entries() if entry.kind is EntryKind.TRANSMISSION_RELEASED)
    mailed = next(entry for entry in abroad.entries() if entry.kind is EntryKind.TRANSMISSION_MAILED)
    assert {f"sha256:{released.pair}", f"sha256:{mailed.pair}"} == {hash_}
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    assert canonical_bytes(taken.document) == posted.document
    assert taken.hash == hash_


def test_the_document_is_a_closed_digest(abroad: Abroad) -> None:
    """Who the person is and what they were convicted of; no photograph, address, relative, victim, status or birthplace."""
    heard = listen(abroad)
    abroad.transmit()
    abroad.push()
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    assert {one.field for one in taken.document.fields} == {
        *("name", "birth-date", "sex", "arrest-date", "charge", "outcome", "sentence", "court"),
    }
    sent = b"".join((*heard, *(one.document for one in abroad.mail.posted)))
    for secret in (*SECRETS.values(), "Secreta", "supervision", "protection"):
        assert secret.encode() not in sent


def test_the_terms_travel_under_the_same_hash(abroad: Abroad) -> None:
    """Purpose, no onward sharing, retention, and what it may not be used for: in the document, in the agreement's words."""
    abroad.transmit()
    abroad.push()
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    terms = " / ".join(taken.document.terms)
    for words in ("only to receive the person", "passed on to nobody", "destroyed after two years", "no use for"):
        assert words in terms


def test_what_a_person_says_of_a_record_travels_abroad(tmp_path: Path) -> None:
    """The statement of disagreement, and that the record is not certified, in the document itself, on both channels."""
    said = "I was never at that address, and the court said so."
    one = history(1, state=replace(SOUND, certified=False))
    people = tuple(replace(person, statement=said) for person in one.people)
    abroad = make_abroad(tmp_path, replace(one, people=people))
    abroad.transmit()
    abroad.push()
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    assert any(said in words for words in taken.document.beside)
    assert "not certified" in taken.document.beside
    (posted,) = abroad.mail.posted
    assert posted.document == canonical_bytes(taken.document)
    assert said.encode() in posted.document
    abroad.federation.close()


def test_a_signed_receipt_completes_the_mail(abroad: Abroad) -> None:
    """An e-mail is sent until the partner's receipt holds the document's hash; somebody else's receipt counts for nothing."""
    one = abroad.transmit()
    abroad.push()
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}
    officer = abroad.member("officer")
    with pytest.raises(ProofError):
        take_mail_receipt(abroad.owner, officer, PARTNER, b"unsigned")
    with pytest.raises(WrongUseError, match="nothing of the hash"):
        take_mail_receipt(abroad.owner, officer, PARTNER, abroad.sign_receipt("sha256:" + "0" * 64))
    signed = abroad.sign_receipt(one.hash)
    first = take_mail_receipt(abroad.owner, officer, PARTNER, signed)
    size = abroad.owner.journal.size()
    assert take_mail_receipt(abroad.owner, officer, PARTNER, signed) == first
    assert abroad.owner.journal.size() == size  # the second time changes nothing
    assert set(abroad.states(one).values()) == {ChannelState.RECEIVED}
    push_for(abroad, 3 * DAY_MS)
    assert len(abroad.mail.posted) == 1


def test_mail_without_a_receipt_goes_again_each_day(abroad: Abroad) -> None:
    """The same bytes under the same name, until the partner signs."""
    abroad.transmit()
    push_for(abroad, 3 * DAY_MS)
    assert len(abroad.mail.posted) == 3
    assert len(set(abroad.mail.posted)) == 1


# ---------------------------------------------------------------- two people
def test_whoever_prepared_it_does_not_release_it(abroad: Abroad) -> None:
    """A second person of the role that the law names; nothing leaves before."""
    one = abroad.prepare()
    with pytest.raises(WrongUseError, match="another person must release"):
        abroad.release(one, "officer")
    with pytest.raises(WrongUseError, match="needs supervisor"):
        abroad.release(one, "custodian")
    with pytest.raises(WrongUseError, match="no trained member"):
        abroad.release(one, "counsel")
    assert not abroad.owner.journal.deliveries(REMOVAL_OPERATIONS)
    assert abroad.release(one).status is Status.ANSWERED
    assert abroad.release(one).hash == abroad.shown(one).transmission.hash  # released once


def test_a_supervisor_who_prepares_needs_another(abroad: Abroad) -> None:
    """The role alone is not two people."""
    one = abroad.prepare()
    journal = abroad.owner.journal
    assert journal.transmissions.find(REMOVAL_OPERATIONS, one.id) == one
    with pytest.raises(WrongUseError, match="`removal-operations` prepared no transmission"):
        abroad.release(replace(one, id="0" * 32))


# ---------------------------------------------------------------- eligibility is law
NOT_ELIGIBLE: dict[str, dict[str, Any]] = {
    "of another country": {"facts": facts(nationality="XB")},
    "of a country nobody knows": {"facts": facts(nationality=None)},
    "not removed": {"facts": facts(being_removed=False)},
    "perhaps removed": {"facts": facts(being_removed=None)},
    "convicted of nothing": {"facts": facts(convictions=())},
    "convicted of nothing on the list": {"facts": facts(convictions=(Conviction(offence="PC484"),))},
    "with an incomplete file": {"facts": facts(convictions=None)},
    "with a claim to protection": {"facts": facts(protection_claimed=True)},
    "with perhaps a claim": {"facts": facts(protection_claimed=None)},
    "acquitted": {"disposition": Disposition.ACQUITTED},
    "who disputes it": {"state": replace(SOUND, disputed=True)},
    "whose record is sealed": {"state": replace(SOUND, sealed=True)},
    "whose record may be sealed": {"state": replace(SOUND, sealed=None)},
    "in another class of record": {"data_class": DataClass.CASE, "fields": ()},
}


@pytest.mark.parametrize("who", NOT_ELIGIBLE)
def test_nothing_is_told_of_somebody(tmp_path: Path, who: str) -> None:
    """Nationality and removal and listed conviction, all known, on a record that stands; unknown is no."""
    abroad = make_abroad(tmp_path, history(1, **NOT_ELIGIBLE[who]))
    heard = listen(abroad)
    assert abroad.prepare().status is Status.NOTHING_RELEASABLE
    push_for(abroad, DAY_MS)
    assert not heard
    assert not abroad.mail.posted
    abroad.federation.close()


def test_a_claim_made_before_the_release_is_nothing_too(abroad: Abroad) -> None:
    """The second person is told one word, and nothing is queued."""
    one = abroad.prepare()
    changed_facts(abroad, facts(protection_claimed=True))
    assert abroad.release(one).status is Status.NOTHING_RELEASABLE
    assert not abroad.owner.journal.deliveries(REMOVAL_OPERATIONS)
    with pytest.raises(WrongUseError, match="has no record"):
        abroad.prepare("history-9")
    gone = abroad.prepare("history-2")
    wanted = RecordAct(record_id="history-2", act="expunge", reason="a court of appeal ordered it")
    act_on_record(abroad.owner, abroad.member("custodian"), wanted)
    assert abroad.release(gone).status is Status.NOTHING_RELEASABLE


def test_what_no_rule_holds_for_a_second_person_never_leaves(abroad: Abroad) -> None:
    """An owner that switches the model rules off tells nothing abroad: no rule is no leave."""
    texts = abroad.federation.laws.texts
    texts[REMOVAL_OPERATIONS] = tuple(text for text in texts[REMOVAL_OPERATIONS] if text.name != "model")
    assert abroad.prepare().status is Status.NOTHING_RELEASABLE


def test_the_head_releases_in_the_place_of_any_role(abroad: Abroad) -> None:
    """As with every hold."""
    assert abroad.release(abroad.prepare(), "director").status is Status.ANSWERED


def test_one_person_is_named(abroad: Abroad) -> None:
    """The record's subject where nobody is named; a key that is not there is told, with those that are."""
    assert abroad.prepare(whom="").person_key == "p"
    with pytest.raises(WrongUseError, match=r"the record has the people p \(subject\), v \(victim\)"):
        abroad.prepare(whom="nobody")
    assert abroad.prepare(whom="v").status is Status.NOTHING_RELEASABLE


def test_a_victim_is_nobody_of_whom_something_is_told(tmp_path: Path) -> None:
    """Even with every fact of an eligible person."""
    record = history(1)
    people = tuple(replace(one, facts=ELIGIBLE) for one in record.people)
    abroad = make_abroad(tmp_path, replace(record, people=people))
    assert abroad.prepare(whom="v").status is Status.NOTHING_RELEASABLE
    abroad.federation.close()


def test_no_agreement_no_transmission(abroad: Abroad) -> None:
    """Without an agreement in force with that country nothing is prepared, and an agency of this country is no partner."""
    with pytest.raises(WrongUseError, match="no foreign partner"):
        abroad.prepare(partner=REMOVAL_OPERATIONS)
    texts = abroad.federation.laws.texts
    *others, agreed = texts[REMOVAL_OPERATIONS]
    text = agreed.text.replace(PARTNER, "xb-office")
    elsewhere = replace(agreed, text=text, hash=text_digest(text))
    texts[REMOVAL_OPERATIONS] = (*others, elsewhere)
    with pytest.raises(WrongUseError, match="no agreement"):
        abroad.prepare()
    texts[REMOVAL_OPERATIONS] = (*others, agreed, agreed)
    with pytest.raises(WrongUseError, match="several agreements"):
        abroad.prepare()


def test_a_partner_cannot_ask_for_a_transmission(abroad: Abroad) -> None:
    """What would be told is not to be had by asking: the question is turned away before any law is read."""
    one = abroad.prepare()
    directory = abroad.federation.directory
    parties = directory.get_agency(REMOVAL_OPERATIONS), directory.get_agency(PARTNER)
    query = replace(question_of(one, *parties, "a statute"), member=f"{PARTNER}-clerk")
    now_ms = abroad.clock.now_ms()
    raw = seal_message(abroad.partner, abroad.owner.node, Question(query=query, member=abroad.clerk()), now_ms)
    turned = open_query(abroad.owner, raw, now_ms)
    assert "never asked for" in getattr(turned, "sentence", "")


# ---------------------------------------------------------------- a claim to protection is hidden
def outward(folder: Path, record: Record, change: Callable[[Abroad], None] | None = None) -> dict[str, Any]:
    """All that can be seen of preparing, releasing and a day of pushing, but for the owner's sealed file."""
    abroad = make_abroad(folder, record)
    heard = listen(abroad)
    one = abroad.prepare()
    released: Transmission | None = abroad.release(one)
    if change is not None:
        change(abroad)
    push_for(abroad, DAY_MS)
    journal = abroad.owner.journal
    seen = {
        "prepared": one,
        "released": released,
        "shown": abroad.shown(one),
        "entries": abroad.entries(),
        "sizes": [len(journal.entry(at)) for at in range(journal.size())],
        "contents": [len(journal.content(at) or b"") for at in range(journal.size())],
        "records": [journal.record(at) for at in range(journal.size())],
        "circuit": [read_message(raw.partition(b"\n")[2]).body for raw in heard],
        "mail": list(abroad.mail.posted),
        "duties": journal.duties(REMOVAL_OPERATIONS),
        "partner": abroad.partner.journal.size(),
    }
    abroad.federation.close()
    assert set(seen["sizes"]) == {ENTRY_BYTES}
    return seen


def test_a_protection_claim_is_indistinguishable_from_no_listed_conviction(tmp_path: Path) -> None:
    """The same word, the same entries, codes and lengths, the same silence on both channels, the same empty desk."""
    claimed = outward(tmp_path / "claimed", history(1, facts(protection_claimed=True)))
    for number, other in enumerate(
        (facts(convictions=(Conviction(offence="PC484"),)), facts(being_removed=False), facts(nationality="XB"))
    ):
        assert outward(tmp_path / str(number), history(1, other)) == claimed
    assert claimed["released"].status is Status.NOTHING_RELEASABLE
    assert not claimed["circuit"]
    assert not claimed["mail"]
    assert not claimed["duties"]


def changed_facts(abroad: Abroad, new: SubjectFacts) -> None:
    before = abroad.owner.records.get(REMOVAL_OPERATIONS, "history-1")
    assert before is not None
    people = tuple(replace(one, facts=new) if one.key == "p" else one for one in before.people)
    correction = Correction(
        record_id=before.id,
        reason="the file was brought up to date",
        whole=replace(before, people=people),
        attested=VOUCHED,
    )
    correct_record(abroad.owner, abroad.member("custodian"), correction)


def test_a_claim_made_between_release_and_sending_is_hidden_too(tmp_path: Path) -> None:
    """The law is asked again before a byte leaves; a claim of that hour looks like a removal that was called off."""
    claimed = outward(
        tmp_path / "claimed", history(1), lambda abroad: changed_facts(abroad, facts(protection_claimed=True))
    )
    called_off = outward(
        tmp_path / "off", history(1), lambda abroad: changed_facts(abroad, facts(being_removed=False))
    )
    assert {**claimed, "records": None} == {**called_off, "records": None}
    assert not claimed["circuit"]
    assert not claimed["mail"]
    assert {on.state for on in claimed["shown"].channels} == {ChannelState.STOPPED}


# ---------------------------------------------------------------- one channel fails
def test_one_failing_channel_holds_nothing_back_and_hides_nothing(abroad: Abroad) -> None:
    """The mail server is gone for hours: the circuit is received, the mail waits with the reason, and goes when it is back."""

    def gone(partner: str, name: str) -> None:
        raise PeerUnreachableError("the mail server is gone")

    abroad.mail.before = gone
    one = abroad.transmit()
    push_for(abroad, 5 * HOUR_MS)
    circuit, mail = abroad.shown(one).channels
    assert circuit.state is ChannelState.RECEIVED
    assert (mail.state, mail.trouble) == (ChannelState.WAITING, "the mail server is gone")
    assert mail.tried >= 5
    abroad.mail.before = lambda partner, name: None
    push_for(abroad, 2 * HOUR_MS)
    assert abroad.states(one)[Channel.MAIL] is ChannelState.SENT
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    assert canonical_bytes(taken.document) == abroad.mail.posted[0].document


def test_a_dead_circuit_does_not_hold_the_mail(abroad: Abroad) -> None:
    """The partner's node is down: the mail is sent, and the circuit goes on being tried, later each time."""
    abroad.federation.down.add("xa-node")
    one = abroad.transmit()
    push_for(abroad, 5 * HOUR_MS)
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.SENT, Channel.MAIL: ChannelState.SENT}
    assert "could not be reached" in abroad.shown(one).channels[0].trouble
    abroad.federation.down.clear()
    push_for(abroad, 2 * HOUR_MS)
    assert abroad.states(one)[Channel.CIRCUIT] is ChannelState.RECEIVED


def test_a_node_without_mail_says_so(abroad: Abroad) -> None:
    """The circuit goes; the mail waits for its settings."""
    node = abroad.owner.node
    abroad.federation.worlds[node] = with_changes(abroad.owner, mail=None)
    one = abroad.transmit()
    abroad.push()
    assert abroad.states(one)[Channel.CIRCUIT] is ChannelState.RECEIVED
    assert "sends no e-mail" in abroad.shown(one).channels[1].trouble


# ---------------------------------------------------------------- suspension
def stops(abroad: Abroad, at: str) -> None:
    """Let the machine stop once at a point of the way of both channels."""

    def stop(*_: object) -> None:
        raise StopError

    def after(node: str, raw: bytes) -> bytes:
        abroad.federation.deliver(node, raw)
        raise StopError

    match at:
        case "before anything":
            return
        case "mail let out, not posted":
            abroad.mail.before = stop
        case "mail posted, not entered":
            abroad.mail.after = stop
        case "circuit let out, not sent":
            abroad.federation.meddle = stop
        case "circuit sent, not entered":
            abroad.federation.meddle = after
        case _:
            raise AssertionError(at)


POINTS = (
    "before anything",
    "mail let out, not posted",
    "mail posted, not entered",
    "circuit let out, not sent",
    "circuit sent, not entered",
)


@pytest.mark.parametrize("point", POINTS)
def test_harm_h22_a_suspension_bites_at_the_next_turn_on_both_channels(abroad: Abroad, point: str) -> None:
    """Harms H22: from the entry on not one byte more leaves, on either channel, at the very next turn as after days."""
    stops(abroad, point)
    one = abroad.transmit()
    if point != "before anything":
        with pytest.raises(StopError):
            abroad.push()
    abroad.mail.before = abroad.mail.after = lambda partner, name: None
    mailed = len(abroad.mail.posted)
    suspend_partner(abroad.owner, abroad.member("supervisor"), PARTNER, WHY)
    heard = listen(abroad)
    abroad.push()  # the very next turn
    assert (len(heard), len(abroad.mail.posted)) == (0, mailed)
    push_for(abroad, 3 * DAY_MS)
    assert (len(heard), len(abroad.mail.posted)) == (0, mailed)
    assert ChannelState.SENT not in abroad.states(one).values()
    resume_partner(abroad.owner, abroad.member("director"), PARTNER, "the new government signed it again")
    push_for(abroad, HOUR_MS * 2)
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}
    assert len({posted.document for posted in abroad.mail.posted}) == 1
    assert len(list_taken(abroad.partner, abroad.clerk())) == 1


def test_harm_h22_whoever_the_directory_suspends_is_told_nothing_abroad_until_it_is_lifted(abroad: Abroad) -> None:
    """Harms H22: what was released waits on both channels, nothing more is prepared, and no partner's row is touched."""
    one = abroad.transmit()
    held = abroad.federation.directory
    cut = (Suspended(id=PARTNER, reason="treaty ended"),)
    abroad.federation.directory = replace(held, version=held.version + 1, suspended=cut)
    heard = listen(abroad)
    abroad.push()
    push_for(abroad, 3 * DAY_MS)
    assert (len(heard), len(abroad.mail.posted)) == (0, 0)
    assert set(abroad.states(one).values()) == {ChannelState.WAITING}
    with pytest.raises(DutyRefusedError, match="is suspended by version"):
        abroad.prepare("history-2")
    abroad.federation.directory = held
    push_for(abroad, HOUR_MS * 2)
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}


class Suspending:
    """The law as it is; whoever reads it all finds the partner suspended a moment later."""

    def __init__(self, abroad: Abroad, reads: int = 1) -> None:
        self.abroad, self.left, self.laws = abroad, reads, abroad.federation.laws

    def law_of(self, owner: str) -> Any:
        self.left -= 1
        if not self.left:
            suspend_partner(self.abroad.owner, self.abroad.member("supervisor"), PARTNER, WHY)
        return self.laws.law_of(owner)

    def texts_of(self, owner: str) -> Any:
        return self.laws.texts_of(owner)


def test_a_release_that_commits_after_the_suspension_sends_nothing(abroad: Abroad) -> None:
    """The second person had looked before somebody suspended: what is queued then waits for the head like the rest."""
    one = abroad.prepare()
    heard = listen(abroad)
    release_transmission(with_changes(abroad.owner, laws=Suspending(abroad)), abroad.member("supervisor"), one.id)
    assert set(abroad.states(one).values()) == {ChannelState.WAITING}
    push_for(abroad, DAY_MS)
    assert not heard
    assert not abroad.mail.posted
    assert set(abroad.states(one).values()) == {ChannelState.SUSPENDED}
    resume_partner(abroad.owner, abroad.member("director"), PARTNER, "the new government signed it again")
    abroad.push()
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}


def test_a_suspension_between_the_look_and_the_sending_comes_first(abroad: Abroad) -> None:
    """Somebody suspends while a sender has decided already: what it let out before is all that can arrive."""
    abroad.transmit()
    heard = listen(abroad)

    push_deliveries(with_changes(abroad.owner, laws=Suspending(abroad)))
    assert not heard
    assert not abroad.mail.posted


def test_nothing_is_prepared_or_released_while_suspended(abroad: Abroad) -> None:
    """What was prepared before waits; whoever may suspend may not resume."""
    one = abroad.prepare()
    stands = suspend_partner(abroad.owner, abroad.member("supervisor"), PARTNER, WHY)
    assert suspend_partner(abroad.owner, abroad.member("counsel"), PARTNER, WHY) == stands
    with pytest.raises(DutyRefusedError, match="are suspended"):
        abroad.prepare("history-2")
    with pytest.raises(DutyRefusedError, match="are suspended"):
        abroad.release(one)
    with pytest.raises(WrongUseError, match="needs agency-head"):
        resume_partner(abroad.owner, abroad.member("supervisor"), PARTNER, "it looks better again")
    resume_partner(abroad.owner, abroad.member("director"), PARTNER, "the new government signed it again")
    assert abroad.release(one).status is Status.ANSWERED
    with pytest.raises(WrongUseError, match="needs"):
        suspend_partner(abroad.owner, abroad.member("officer"), PARTNER, WHY)


def test_an_agreement_that_ends_stops_both_channels(abroad: Abroad) -> None:
    """Queued and unsent when the agreement goes out of force: neither channel carries it, and nobody sends it later."""
    one = abroad.transmit()
    heard = listen(abroad)
    texts = abroad.federation.laws.texts
    agreed = texts[REMOVAL_OPERATIONS]
    texts[REMOVAL_OPERATIONS] = agreed[:-1]
    abroad.push()
    texts[REMOVAL_OPERATIONS] = agreed
    push_for(abroad, DAY_MS)
    assert not heard
    assert not abroad.mail.posted
    assert set(abroad.states(one).values()) == {ChannelState.STOPPED}


def test_harm_h19_told_abroad_and_taken_back(abroad: Abroad) -> None:
    """Harms H19 from beginning to end: a listed conviction under a country's agreement, one document on two channels with its
    terms and receipts; one suspension stops what is queued for both, and what was told is taken back on both."""
    heard = listen(abroad)
    one = abroad.transmit()
    abroad.push()
    (posted,) = abroad.mail.posted
    assert heard[0].count(posted.document) == 1
    assert b"no use for detention without a charge" in posted.document
    receipt = abroad.sign_receipt(one.hash)
    take_mail_receipt(abroad.owner, abroad.member("officer"), PARTNER, receipt)
    assert set(abroad.states(one).values()) == {ChannelState.RECEIVED}
    queued = abroad.transmit("history-2")
    suspend_partner(
        abroad.owner, abroad.member("supervisor"), PARTNER, "dossiers used to hold deportees without a charge"
    )
    push_for(abroad, DAY_MS)
    assert set(abroad.states(queued).values()) == {ChannelState.SUSPENDED}
    assert (len(heard), len(abroad.mail.posted)) == (1, 1)
    wanted = RecordAct(record_id="history-1", act="seal", reason="a court of appeal ordered it")
    act_on_record(abroad.owner, abroad.member("custodian"), wanted)
    push_for(abroad, HOUR_MS)
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is None
    assert heard[1].count(abroad.mail.posted[1].document) == 1  # a suspension keeps no recall back
    assert set(abroad.states(queued).values()) == {ChannelState.SUSPENDED}


# ---------------------------------------------------------------- recall
def correct_charge(abroad: Abroad) -> None:
    given = GivenField(person="", name="charge", values=("manslaughter",))
    correction = Correction(
        record_id="history-1", reason="the court of appeal reduced it", fields=(given,), attested=VOUCHED
    )
    correct_record(abroad.owner, abroad.member("custodian"), correction)


def test_a_correction_reaches_the_partner_on_both_channels(abroad: Abroad) -> None:
    """The recall is one document too: the circuit's and the e-mail's are the same bytes, and the partner confirms."""
    abroad.transmit()
    abroad.push()
    heard = listen(abroad)
    correct_charge(abroad)
    abroad.push()
    mailed = abroad.mail.posted[-1]
    (raw,) = heard
    assert raw.count(mailed.document) == 1
    assert b"manslaughter" not in raw
    (recall,) = [
        one for one in abroad.partner.journal.deliveries(PARTNER) if one.incoming and isinstance(one.due, Recall)
    ]
    done = confirm_recall(abroad.partner, abroad.clerk(), recall.id, "marked in the file here")
    assert done.confirmed_ms is not None
    signed = abroad.sign_receipt("sha256:" + hashlib.sha256(mailed.document).hexdigest())
    assert take_mail_receipt(abroad.owner, abroad.member("officer"), PARTNER, signed).arrived_ms is not None


@pytest.mark.parametrize("act", ["seal", "expunge"])
def test_a_seal_or_an_expungement_takes_the_document_away(abroad: Abroad, act: str) -> None:
    """The partner's copy is destroyed with its keys, the e-mail says withdrawn, and neither tells which it was."""
    abroad.transmit()
    abroad.push()
    wanted = RecordAct(record_id="history-1", act=act, reason="a court of appeal ordered it")
    act_on_record(abroad.owner, abroad.member("custodian"), wanted)
    abroad.push()
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is None
    assert b'"kind":"withdrawn"' in abroad.mail.posted[-1].document
    assert act.encode() not in abroad.mail.posted[-1].document


def test_what_was_corrected_before_it_left_never_leaves(abroad: Abroad) -> None:
    """Nothing was told, so nothing is recalled: neither channel learns that there was a transmission."""
    one = abroad.transmit()
    heard = listen(abroad)
    correct_charge(abroad)
    push_for(abroad, DAY_MS)
    assert not heard
    assert not abroad.mail.posted
    assert set(abroad.states(one).values()) == {ChannelState.STOPPED}


def test_a_sender_that_looked_before_the_correction_sends_nothing(abroad: Abroad) -> None:
    """It holds the deliveries as they were; both are others by now."""
    abroad.transmit()
    heard = listen(abroad)
    queued = abroad.owner.journal.due_deliveries(abroad.clock.now_ms(), 10)
    assert len(queued) == 2
    correct_charge(abroad)
    for one in queued:
        with pytest.raises(DeliveryChangedError):
            push_delivery(abroad.owner, one)
    assert not heard
    assert not abroad.mail.posted


def test_what_left_on_one_channel_is_recalled_on_both(abroad: Abroad) -> None:
    """The mail server was down when the record was sealed: its document is not sent any more, its recall is."""

    def gone(partner: str, name: str) -> None:
        raise PeerUnreachableError("the mail server is gone")

    abroad.mail.before = gone
    abroad.transmit()
    abroad.push()
    wanted = RecordAct(record_id="history-1", act="seal", reason="a court of appeal ordered it")
    act_on_record(abroad.owner, abroad.member("custodian"), wanted)
    abroad.mail.before = lambda partner, name: None
    push_for(abroad, DAY_MS)
    assert {b'"type":"recall"' in posted.document for posted in abroad.mail.posted} == {True}


# ---------------------------------------------------------------- receipts and messages that do not fit
def test_a_receipt_that_does_not_fit_is_told(abroad: Abroad) -> None:
    """Too large, of another form, or at a node without mail."""
    one = abroad.transmit()
    abroad.push()
    officer = abroad.member("officer")
    with pytest.raises(WrongUseError, match="larger than"):
        take_mail_receipt(abroad.owner, officer, PARTNER, bytes(70_000))
    abroad.mail.signed[b"other"] = (PARTNER, b'{"document":"no hash"}')
    with pytest.raises(WrongUseError, match="no receipt"):
        take_mail_receipt(abroad.owner, officer, PARTNER, b"other")
    without = with_changes(abroad.owner, mail=None)
    with pytest.raises(WrongUseError, match="sends no e-mail"):
        take_mail_receipt(without, officer, PARTNER, abroad.sign_receipt(one.hash))


def test_a_transmission_between_others_is_turned_away(abroad: Abroad) -> None:
    """Whoever brings a document brings its own, to the partner it is for."""
    abroad.transmit()
    abroad.push()
    (taken,) = list_taken(abroad.partner, abroad.clerk())
    assert taken.document is not None
    for changes in ({"owner": "federal-investigations"}, {"partner": REMOVAL_OPERATIONS}):
        forged = replace(taken.document, **changes)
        body = Delivered(id="1" * 32, sender=REMOVAL_OPERATIONS, recipient=PARTNER, parcel=forged)
        raw = seal_message(abroad.owner, abroad.partner.node, body, abroad.clock.now_ms())
        reply = abroad.federation.deliver(abroad.partner.node, raw)
        told = read_message(reply.partition(b"\n")[2]).body
        assert "of another owner or for another partner" in getattr(told, "sentence", "")


def test_nothing_leaves_while_the_witnesses_are_away(abroad: Abroad) -> None:
    """It was entered; it leaves when a quorum vouches for the log again."""
    abroad.transmit()
    heard = listen(abroad)
    closed = with_changes(abroad.owner, witnesses=Away())
    with pytest.raises(UnwitnessedError):
        push_deliveries(closed)
    assert not heard
    assert not abroad.mail.posted


class Away:
    """Witnesses that hold more of the log than there is."""

    def told(self) -> Any:
        return WitnessRound(at_ms=0, size=0, met=False, said=(), closed="a witness holds more of the log")


def without_partner(abroad: Abroad, node: str = "") -> Directory:
    """The directory without the partner, or with it at another node, or at none."""
    held = abroad.federation.directory
    others = tuple(one for one in held.agencies if one.id != PARTNER)
    moved = (replace(held.get_agency(PARTNER), node=node),) if node != "gone" else ()
    return replace(held, version=held.version + 1, agencies=(*others, *moved))


@pytest.mark.parametrize("node", ["gone", ""])
def test_a_partner_that_is_no_longer_listed_gets_nothing(abroad: Abroad, node: str) -> None:
    """What is queued waits with the reason: another version of the directory may list it again."""
    one = abroad.transmit()
    abroad.federation.adopted[abroad.owner.node] = without_partner(abroad, node)
    heard = listen(abroad)
    abroad.push()
    assert not heard
    for channel in abroad.shown(one).channels:
        assert (channel.state, channel.trouble) == (
            ChannelState.WAITING,
            f"`{PARTNER}` is at no node of the directory",
        )
    with pytest.raises(WrongUseError, match="no foreign partner"):
        abroad.prepare()
    abroad.federation.adopted.clear()
    push_for(abroad, 2 * HOUR_MS)
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}


def test_a_person_taken_out_of_the_record_is_not_told_of(abroad: Abroad) -> None:
    """The record is there and the person is not."""
    one = abroad.prepare()
    before = abroad.owner.records.get(REMOVAL_OPERATIONS, "history-1")
    assert before is not None
    people = tuple(person for person in before.people if person.key != "p")
    correction = Correction(
        record_id=before.id, reason="it was another person", whole=replace(before, people=people), attested=VOUCHED
    )
    correct_record(abroad.owner, abroad.member("custodian"), correction)
    assert abroad.release(one).status is Status.NOTHING_RELEASABLE


def test_nothing_to_resume_is_told(abroad: Abroad) -> None:
    """Nobody suspended it."""
    with pytest.raises(WrongUseError, match="nothing to resume"):
        resume_partner(abroad.owner, abroad.member("director"), PARTNER, "it looks better again")


# ---------------------------------------------------------------- restart, and who sees what
def test_both_channels_survive_a_restart(tmp_path: Path) -> None:
    """What was queued when the machine stopped is sent by the same path afterwards, once each."""
    abroad = make_abroad(tmp_path, history(1))
    one = abroad.transmit()
    node = abroad.owner.node
    abroad.federation.stores[node].close()
    reopen(abroad, tmp_path, node)
    abroad.push()
    assert abroad.states(one) == {Channel.CIRCUIT: ChannelState.RECEIVED, Channel.MAIL: ChannelState.SENT}
    abroad.federation.close()


def reopen(abroad: Abroad, folder: Path, node: str) -> None:
    store: Store = open_store(folder / node)
    abroad.federation.stores[node] = store
    world = abroad.federation.worlds[node]
    abroad.federation.worlds[node] = with_changes(world, records=store.records, journal=store.journal)


def test_an_officer_sees_their_own_and_the_partner_reads_by_its_desk(abroad: Abroad) -> None:
    """A list is no way around the roles."""
    abroad.transmit()
    abroad.push()
    assert len(list_transmissions(abroad.owner, abroad.member("officer"))) == 1
    assert not list_transmissions(abroad.owner, abroad.member("protected"))
    nobody = replace(abroad.clerk(), roles=("member",))
    with pytest.raises(WrongUseError, match="may not read transmissions"):
        list_taken(abroad.partner, nobody)


def test_a_receipt_taken_while_suspended_stands_when_that_is_lifted(abroad: Abroad) -> None:
    """The partner has the document: it is not sent again, and the status goes on to say so."""
    one = abroad.transmit()
    abroad.push()
    suspend_partner(abroad.owner, abroad.member("supervisor"), PARTNER, "treaty under review")
    take_mail_receipt(abroad.owner, abroad.member("officer"), PARTNER, abroad.sign_receipt(one.hash))
    resume_partner(abroad.owner, abroad.member("director"), PARTNER, "the government signed it again")
    posted = len(abroad.mail.posted)
    push_for(abroad, 3 * 86_400_000)
    assert len(abroad.mail.posted) == posted
    assert {channel.state for channel in abroad.shown(one).channels} == {ChannelState.RECEIVED}
