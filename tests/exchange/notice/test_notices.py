"""Notices of events: only under an agreement made for them, cut like an answer, proved, marked and taken back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from region_stage import TODAY, Stage
from standing_stage import again, agree, come, made_for, somebody, suspend

from comity.demo.agencies import CA_SHERIFF, REMOVAL_OPERATIONS, WA_POLICE, member_of
from comity.demo.laws import texts_for
from comity.errors import WrongUseError
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.duty.duties import finish_duty
from comity.exchange.messages.wire import Turned
from comity.exchange.notice.notice_decision import NEWS_DAYS
from comity.exchange.notice.notice_flows import MOST_FLOWS, end_flow, open_flow
from comity.exchange.notice.notice_made import make_notices
from comity.exchange.notice.notices import list_flows, list_notices, retract_notice
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.records.correct import correct_record
from comity.exchange.records.record_act import act_on_record
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Member
from comity.model.canon import from_canonical, text_digest
from comity.model.codes import DataClass, Disposition, Purpose, Status
from comity.model.correction import Correction, GivenField, RecordAct
from comity.model.delivery import Recall
from comity.model.disclosure import DeskRecord, EntryKind
from comity.model.law_text import LawKind, LawText
from comity.model.notice import NO_EVENT, EventKind, FlowSet, NoticeShown, NoticeState, RetractReason
from comity.model.record import FieldValue, Record
from comity.sim.federation import signed_text

ON_BOTH_ENGINES = True
NOTICES = "ACSO-CCPD-NOTICES"
CONTACT = "records desk, +1 555 0100"


@pytest.fixture
def told(own_stage: Stage) -> Stage:
    """The region's records, an agreement made for notices, and a flow of bookings to the police department."""
    agree(own_stage, "notice", NOTICES)
    assert opened(own_stage).flow is not None
    return own_stage


def keeper(stage: Stage, agency: str = CA_SHERIFF) -> Member:
    return stage.member(member_of(agency, "custodian"))


def opened(
    stage: Stage,
    recipient: str = WA_POLICE,
    purpose: Purpose = Purpose.CRIMINAL_INVESTIGATION,
    event: EventKind = EventKind.BOOKING,
) -> FlowSet:
    world = stage.federation.world_of(CA_SHERIFF)
    return open_flow(world, keeper(stage), (recipient, event, purpose), "26-01417", CONTACT)


def booked(stage: Stage, name: str = "booked", **changes: object) -> Record:
    """Somebody's booking of yesterday."""
    return again(somebody(stage.region), name, event_date=TODAY, **changes)


def rounds(stage: Stage) -> int:
    arrived = 0
    for _ in range(6):
        made = sum(make_notices(world) for world in stage.federation.worlds.values())
        pushed = sum(push_deliveries(world).arrived for world in stage.federation.worlds.values())
        arrived += pushed
        if not made and not pushed:
            return arrived
    raise AssertionError("work begets work without end")


def seen(stage: Stage, agency: str = WA_POLICE) -> tuple[NoticeShown, ...]:
    return list_notices(stage.federation.world_of(agency), keeper(stage, agency))


def entries(stage: Stage, kind: EntryKind, agency: str = CA_SHERIFF) -> list[str]:
    return [one.decision for one in stage.entries(agency) if one.kind is kind]


def test_without_an_agreement_made_for_notices_no_flow_opens(own_stage: Stage) -> None:
    """The refusal has its reason, is entered, and leaves no flow; no event tells anybody anything."""
    done = opened(own_stage)
    assert done.flow is None
    assert [reason.rule for reason in done.refused] == ["comity/NO-AGREEMENT"]
    assert entries(own_stage, EntryKind.NOTICES_SET) == [Status.REFUSED]
    come(own_stage, booked(own_stage))
    assert rounds(own_stage) == 0


def test_an_event_is_told_once_with_contact_label_and_day(told: Stage) -> None:
    """What the law opens of it, as of its day, for its purpose, and whom to call; a second round tells nothing."""
    record = booked(told)
    come(told, record)
    assert rounds(told) == 1
    (one,) = seen(told)
    assert one.state is NoticeState.TOLD
    assert one.notice is not None
    assert (one.notice.contact, one.notice.purpose, one.notice.case_number) == (
        CONTACT,
        Purpose.CRIMINAL_INVESTIGATION,
        "26-01417",
    )
    assert one.notice.item.reference == record.reference
    assert one.notice.item.as_of == record.as_of
    assert "not certified" in one.notice.item.labels or record.state.certified
    assert rounds(told) == 0
    assert [found.state for found in seen(told, CA_SHERIFF)] == [NoticeState.TOLD]


def test_no_place_leaves_with_a_notice(told: Stage) -> None:
    """The agreement gives addresses and whereabouts to a question; a notice has none of them."""
    come(told, booked(told))
    rounds(told)
    (one,) = seen(told)
    assert one.notice is not None
    vocabulary = load_vocabulary()
    places = {"address", "contact", "location", "narrative"}
    for field in one.notice.item.fields:
        assert not vocabulary.labels_of(one.notice.item.data_class, field.field) & places


@pytest.mark.parametrize(
    "outcome", [Disposition.DISMISSED, Disposition.ACQUITTED, Disposition.VOID, Disposition.NOT_FILED]
)
def test_what_came_to_nothing_is_no_event(told: Stage, outcome: Disposition) -> None:
    """Whoever was let off is told of to nobody."""
    come(told, booked(told, disposition=outcome))
    assert rounds(told) == 0
    assert entries(told, EntryKind.NOTICED) == []


def test_what_is_old_or_undated_is_no_news(told: Stage) -> None:
    """A file that is loaded later brings no notices of years ago."""
    old = replace(booked(told, "old"), event_date=TODAY.replace(year=TODAY.year - 1))
    come(told, old, replace(booked(told, "undated"), event_date=None))
    assert NEWS_DAYS < 365
    assert rounds(told) == 0


def test_a_sealed_record_leaves_no_trace_at_all(told: Stage) -> None:
    """No entry and no message more than when nothing of the kind came: the mark alone moves."""
    record = booked(told, "sealed")
    sealed = replace(record, state=replace(record.state, sealed=True))
    come(told, sealed)
    size = told.size(CA_SHERIFF)
    assert rounds(told) == 0
    assert told.size(CA_SHERIFF) == size
    (flow,) = list_flows(told.federation.world_of(CA_SHERIFF), keeper(told))
    assert flow.seen == told.federation.world_of(CA_SHERIFF).records.newest()


def test_a_notice_is_refused_with_its_reasons_for_the_desk(own_stage: Stage) -> None:
    """Where the record is what closes it, the entry says refused and the desk can read why; nothing leaves."""
    text = made_for("notice", NOTICES)
    closing = 'clause X-01 "No booking of a minor"\n  gives  ca-sheriff to wa-police\n  at     release\n'
    body = f"{text.text}\n{closing}  forbid all fields\n  when   subject is minor\n"
    base, signers = next((one, who) for one, who in texts_for(CA_SHERIFF) if one.name == "ACSO-CCPD-2026")
    assert base.kind is LawKind.AGREEMENT
    closed = LawText(kind=text.kind, name=text.name, version=1, text=body, hash=text_digest(body), signatures=())
    signed = signed_text(closed, signers, "seed")
    for agency in (CA_SHERIFF, WA_POLICE):
        own_stage.federation.laws.texts[agency] = (*own_stage.federation.laws.texts[agency], signed)
    assert opened(own_stage).flow is not None
    record = booked(own_stage, "minor")
    (person,) = record.people
    come(own_stage, replace(record, people=(replace(person, facts=replace(person.facts, minor=True)),)))
    assert rounds(own_stage) == 0
    assert entries(own_stage, EntryKind.NOTICED) == [Status.REFUSED]
    world = own_stage.federation.world_of(CA_SHERIFF)
    index = next(at for at, one in enumerate(own_stage.entries(CA_SHERIFF)) if one.kind is EntryKind.NOTICED)
    desk = from_canonical(world.journal.sealed(index) or b"", DeskRecord)
    rules = {reason.rule for field in desk.considered[0].decision.fields for reason in field.reasons}
    assert f"{NOTICES}/X-01" in rules


def test_a_release_is_not_told_for_civil_immigration_in_california(own_stage: Stage) -> None:
    """An agreement opens the flow, the shipped pack closes the day of release: each notice is refused, and entered."""
    base, signers = next((one, who) for one, who in texts_for(CA_SHERIFF) if one.name == "HDR-ACSO-2026")
    body = base.text.replace("  access     query\n", "  access     notice\n")
    body = body.replace("agreement HDR-ACSO-2026 ", "agreement HDR-ACSO-NOTICES ", 1)
    text = LawText(
        kind=base.kind, name="HDR-ACSO-NOTICES", version=1, text=body, hash=text_digest(body), signatures=()
    )
    texts = own_stage.federation.laws.texts
    texts[CA_SHERIFF] = (*texts[CA_SHERIFF], signed_text(text, signers, "seed"))
    assert opened(own_stage, REMOVAL_OPERATIONS, Purpose.CIVIL_IMMIGRATION, EventKind.RELEASE).flow is not None
    custody = next(
        one
        for one in own_stage.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.CUSTODY and not one.state.sealed and one.disposition not in NO_EVENT
    )
    day = FieldValue(name="release-date", value=TODAY.isoformat())
    fields = (*(one for one in custody.fields if one.name != "release-date"), day)
    come(own_stage, again(custody, "released", event_date=TODAY, fields=fields))
    assert rounds(own_stage) == 0
    assert entries(own_stage, EntryKind.NOTICED) == [Status.REFUSED]
    world = own_stage.federation.world_of(CA_SHERIFF)
    index = next(at for at, one in enumerate(own_stage.entries(CA_SHERIFF)) if one.kind is EntryKind.NOTICED)
    desk = from_canonical(world.journal.sealed(index) or b"", DeskRecord)
    closed = next(one for one in desk.considered[0].decision.fields if one.field == "release-date")
    assert "us-ca/CA-01" in {reason.rule for reason in closed.reasons}


def test_a_flow_that_the_law_lets_stand_no_longer_ends(told: Stage) -> None:
    """With its agreement suspended, the next event ends it; nothing is told."""
    suspend(told, NOTICES)
    come(told, booked(told))
    assert rounds(told) == 0
    (flow,) = list_flows(told.federation.world_of(CA_SHERIFF), keeper(told))
    assert flow.ended_ms is not None
    assert flow.why


def test_what_waits_when_the_agreement_goes_is_not_sent(told: Stage) -> None:
    """Decided once more when it is sent."""
    come(told, booked(told))
    make_notices(told.federation.world_of(CA_SHERIFF))
    suspend(told, NOTICES)
    assert rounds(told) == 0
    assert [one.state for one in seen(told, CA_SHERIFF)] == [NoticeState.STOPPED]
    assert seen(told) == ()


def test_a_correction_and_an_outcome_mark_the_notice(told: Stage) -> None:
    """Its recipient sees that it says something else now, and confirms that."""
    come(told, booked(told))
    rounds(told)
    world = told.federation.world_of(CA_SHERIFF)
    correction = Correction(
        record_id="booked",
        reason="the paper file says so",
        fields=(GivenField(person="", name="charge", values=("something else",)),),
    )
    correct_record(world, keeper(told), correction)
    rounds(told)
    (one,) = seen(told)
    assert (one.state, one.markers) == (NoticeState.MARKED, ("corrected",))
    stored = world.records.get(CA_SHERIFF, "booked")
    assert stored is not None
    ended = Correction(
        record_id="booked",
        reason="the court dismissed the case",
        whole=replace(stored, disposition=Disposition.DISMISSED),
    )
    correct_record(world, keeper(told), ended)
    rounds(told)
    (one,) = seen(told)
    assert "disposition" in one.markers


@pytest.mark.parametrize("what", ["seal", "expunge"])
def test_a_withdrawn_record_takes_the_notice_with_it(told: Stage, what: str) -> None:
    """Nothing of it stays at its recipient but that a notice was withdrawn."""
    come(told, booked(told))
    rounds(told)
    world = told.federation.world_of(CA_SHERIFF)
    act_on_record(world, keeper(told), RecordAct(record_id="booked", act=what, reason="by order of the court"))
    rounds(told)
    (one,) = seen(told)
    assert (one.id, one.notice, one.state) == ("", None, NoticeState.WITHDRAWN)
    theirs = told.federation.world_of(WA_POLICE)
    assert all(b"R-booked" not in (theirs.journal.content(index) or b"") for index in range(theirs.journal.size()))


@pytest.mark.parametrize("why", list(RetractReason))
def test_its_owner_takes_a_notice_back(told: Stage, why: RetractReason) -> None:
    """Withdrawn at both desks, confirmed by the recipient; a second time nothing changes, and it is not told again."""
    come(told, booked(told))
    rounds(told)
    world = told.federation.world_of(CA_SHERIFF)
    (given,) = seen(told, CA_SHERIFF)
    done = retract_notice(world, keeper(told), given.id, why, "another man of the same name")
    assert done.state is NoticeState.WITHDRAWN
    size = told.size(CA_SHERIFF)
    assert retract_notice(world, keeper(told), given.id, why, "another man of the same name") == done
    assert told.size(CA_SHERIFF) == size
    rounds(told)
    (one,) = seen(told)
    assert one.notice is None
    theirs = told.federation.world_of(WA_POLICE)
    (recall,) = [one for one in theirs.journal.deliveries(WA_POLICE) if isinstance(one.due, Recall)]
    confirm_recall(theirs, keeper(told, WA_POLICE), recall.id, "shredded and noted")
    rounds(told)
    open_duties = [
        one for one in world.journal.duties(CA_SHERIFF) if one.duty.kind == "recall" and not one.done_ms
    ]
    assert all(one.duty.rule != "comity/RECALL" for one in open_duties)


def test_a_notice_taken_back_under_way_is_not_sent(told: Stage) -> None:
    """It never arrives, and its recall tells nothing that anybody has."""
    come(told, booked(told))
    world = told.federation.world_of(CA_SHERIFF)
    make_notices(world)
    (given,) = seen(told, CA_SHERIFF)
    retract_notice(world, keeper(told), given.id, RetractReason.DISMISSED, "the case was dismissed")
    rounds(told)
    assert seen(told) == ()


def test_only_the_desk_sets_and_sees(told: Stage) -> None:
    """A detective opens, ends, takes back and lists nothing; what does not exist is said to be not there."""
    world = told.federation.world_of(CA_SHERIFF)
    detective = (
        told.stage_member if hasattr(told, "stage_member") else told.member(member_of(CA_SHERIFF, "detective"))
    )
    wanted = (WA_POLICE, EventKind.WARRANT, Purpose.CRIMINAL_INVESTIGATION)
    with pytest.raises(WrongUseError, match="may not set notices"):
        open_flow(world, detective, wanted, "26-01417", CONTACT)
    with pytest.raises(WrongUseError, match="may not take a notice back"):
        retract_notice(world, detective, "0" * 32, RetractReason.DISMISSED, "the case was dismissed")
    with pytest.raises(WrongUseError, match="may not see notices"):
        list_notices(world, detective)
    with pytest.raises(WrongUseError, match="gave no notice"):
        retract_notice(world, keeper(told), "0" * 32, RetractReason.DISMISSED, "the case was dismissed")
    with pytest.raises(WrongUseError, match="has no flow"):
        end_flow(world, keeper(told), "0" * 32, "the task force ended")
    with pytest.raises(WrongUseError, match="at no node"):
        open_flow(world, keeper(told), ("nobody", *wanted[1:]), "26-01417", CONTACT)


def test_a_flow_opens_once_and_ends_once(told: Stage) -> None:
    """The same flow again is the one that stands; after its end nothing is told."""
    world = told.federation.world_of(CA_SHERIFF)
    (flow,) = list_flows(world, keeper(told))
    assert opened(told).flow == flow
    ended = end_flow(world, keeper(told), flow.id, "the task force ended")
    assert ended.ended_ms is not None
    assert end_flow(world, keeper(told), flow.id, "the task force ended") == ended
    come(told, booked(told))
    assert rounds(told) == 0
    assert MOST_FLOWS == 64


def test_a_duty_to_tell_the_person_stays_open_until_it_is_done(own_stage: Stage) -> None:
    """What the law demands as notice to the person is owed with the notice, and the list says so until somebody did it."""
    text = made_for("notice", NOTICES)
    clause = 'clause X-02 "The person hears of it"\n  gives  ca-sheriff to wa-police\n  at     release\n'
    body = f"{text.text}\n{clause}  duty   notify subject within 2 days of released on release\n"
    signers = next(who for one, who in texts_for(CA_SHERIFF) if one.name == "ACSO-CCPD-2026")
    signed = signed_text(
        LawText(kind=text.kind, name=text.name, version=1, text=body, hash=text_digest(body), signatures=()),
        signers,
        "seed",
    )
    for agency in (CA_SHERIFF, WA_POLICE):
        own_stage.federation.laws.texts[agency] = (*own_stage.federation.laws.texts[agency], signed)
    assert opened(own_stage).flow is not None
    come(own_stage, booked(own_stage))
    rounds(own_stage)
    (given,) = seen(own_stage, CA_SHERIFF)
    assert given.owed == 1
    world = own_stage.federation.world_of(CA_SHERIFF)
    (duty,) = [
        one for one in world.journal.duties(CA_SHERIFF) if one.query_id == given.id and one.duty.to == "subject"
    ]
    finish_duty(world, keeper(own_stage), duty.id, "handed over in the jail, signed for")
    (given,) = seen(own_stage, CA_SHERIFF)
    assert given.owed == 0


def test_a_notice_is_believed_by_its_owners_log_alone(told: Stage) -> None:
    """Another text under the same receipt, another agency's, or one for somebody else is turned away."""
    come(told, booked(told))
    world = told.federation.world_of(CA_SHERIFF)
    make_notices(world)
    caught: list[bytes] = []

    def keep(node: str, raw: bytes) -> bytes:
        caught.append(raw)
        return told.federation.deliver(node, raw)

    told.federation.meddle = keep
    rounds(told)
    told.federation.meddle = None
    (raw,) = caught

    def altered(**changes: str) -> str:
        def edit(message: dict) -> None:  # type: ignore[type-arg]
            message["nonce"] = "f" * 31 + str(len(changes["case_number"]) % 10 if "case_number" in changes else 7)
            message["body"]["id"] = "e" * 32
            message["body"]["parcel"]["notice"].update(changes)

        body = told.deliver(WA_POLICE, told.reseal(raw, edit))
        assert isinstance(body, Turned), body
        return body.sentence

    assert "does not verify" in altered(case_number="another case")
    assert "another agency's" in altered(recipient="il-police")
