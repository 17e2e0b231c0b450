"""Requests for action: what the law declines by itself, what waits, what may be done, and taking one back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from recall_stage import push
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, REMOVAL_OPERATIONS, WA_POLICE, member_of
from comity.demo.records import Region
from comity.errors import DutyRefusedError, NounError, WrongUseError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.desk.action_requests import act_on_request, list_requests
from comity.exchange.desk.request_withdrawn import withdraw_request
from comity.model.action_request import ActionRequest, RequestAct, RequestAnswer, RequestStanding
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, MessageKind, Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import Outcome
from comity.model.record import Conviction

ON_BOTH_ENGINES = True
WHY = "as counsel advised us"


@pytest.fixture
def jail(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """The sheriff's custody records and no others."""
    records = tuple(record for record in region.records_of(CA_SHERIFF) if record.data_class is DataClass.CUSTODY)
    made = make_stage(tmp_path, region, records)
    yield made
    made.federation.close()


def request(stage: Stage, message: MessageKind, owner: str = CA_SHERIFF, family: str = "") -> Outcome:
    question = dataclasses.replace(stage.region.scene.removal_question, data_classes=(DataClass.CUSTODY,))
    if family:
        question = dataclasses.replace(
            question, family=family, given="Xenophon", birth_date="1931-01-02", identifiers=()
        )
    return stage.ask(question, sources=(owner,), message=message)


def keeper(stage: Stage, owner: str = CA_SHERIFF) -> Member:
    return stage.member(member_of(owner, "custodian"))


def listed(stage: Stage, owner: str = CA_SHERIFF) -> ActionRequest:
    (one,) = list_requests(stage.federation.world_of(owner), keeper(stage, owner))
    return one


def act(stage: Stage, query_id: str, what: RequestAct, rule: str, member: Member | None = None) -> ActionRequest:
    given = RequestAnswer(query_id=query_id, act=what, rule=rule, reason=WHY)
    return act_on_request(stage.federation.world_of(CA_SHERIFF), member or keeper(stage), given)


def decide_all(stage: Stage, *, grant: bool) -> None:
    """Every hold, each by the role that its rule names."""
    world = stage.federation.world_of(CA_SHERIFF)
    posts = {"agency-head": "sheriff", "counsel": "counsel", "records-custodian": "custodian"}
    for task in list_held(world, keeper(stage)):
        member = stage.member(member_of(CA_SHERIFF, posts[task.hold.role]))
        decide_held(world, member, task.duty_id, grant=grant, reason=WHY)


def test_a_detainer_is_declined_by_the_law_and_documented(jail: Stage) -> None:
    """No person had to decide; the notice to the person stands beside it, and nothing may be done about it."""
    outcome = request(jail, MessageKind.HOLD_REQUEST)
    one = listed(jail)
    assert one.standing is RequestStanding.DECLINED_BY_LAW
    assert [reason.rule for reason in one.rules] == ["us-ca/CA-04"]
    assert one.status is Status.REFUSED
    assert next((duty.duty.kind, duty.duty.to, duty.duty.rule) for duty in one.duties) == (
        "notify",
        "subject",
        "us-ca/CA-10",
    )
    size = jail.size(CA_SHERIFF)
    with pytest.raises(DutyRefusedError, match=r"the law declines this request \(us-ca/CA-04\)"):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-04")
    assert jail.size(CA_SHERIFF) == size
    said = act(jail, outcome.query_id, RequestAct.DECLINED, "us-ca/CA-04")
    assert said.standing is RequestStanding.DECLINED
    assert said.acted is not None
    assert (said.acted.rule, said.acted.by, said.acted.reason) == ("us-ca/CA-04", keeper(jail).id, WHY)
    assert [facts.kind for facts in jail.entries(CA_SHERIFF, size)] == [EntryKind.REQUEST_ACTED]


def test_what_waits_for_a_role_is_decided_first(jail: Stage) -> None:
    """A release date waits for the agency's head and counsel; granted by both, it may be said that it was done."""
    outcome = request(jail, MessageKind.NOTIFICATION_REQUEST)
    one = listed(jail)
    assert one.standing is RequestStanding.WAITS
    assert {reason.rule for reason in one.rules} == {"us-ca/CA-01a", "us-ca/CA-01b"}
    assert len(one.records) == 1
    with pytest.raises(DutyRefusedError, match="held list"):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-01a")
    decide_all(jail, grant=True)
    assert listed(jail).standing is RequestStanding.OPEN
    done = act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-01a")
    assert done.standing is RequestStanding.DONE
    assert any(duty.duty.kind == "notify" for duty in done.duties)
    size = jail.size(CA_SHERIFF)
    assert act(jail, outcome.query_id, RequestAct.DECLINED, "us-ca/CA-01a").acted == done.acted
    assert jail.size(CA_SHERIFF) == size


def test_what_a_role_refused_may_not_be_done(jail: Stage) -> None:
    """The refusal stands as the answer to it, and closes it."""
    outcome = request(jail, MessageKind.TRANSFER_REQUEST)
    assert listed(jail).standing is RequestStanding.WAITS
    decide_all(jail, grant=False)
    assert listed(jail).standing is RequestStanding.DECLINED
    with pytest.raises(DutyRefusedError):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-03a")


def test_a_request_about_nobody_here_is_said_to_be_one(jail: Stage) -> None:
    """Nothing is done for a person that no record is of; the asker was told no more than for any other."""
    outcome = request(jail, MessageKind.NOTIFICATION_REQUEST, family="Nonesuchname")
    assert listed(jail).standing is RequestStanding.NOBODY
    assert outcome.sources[0].status is Status.NOTHING_RELEASABLE
    with pytest.raises(DutyRefusedError, match="nobody to do it for"):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-01a")


def test_questions_for_records_are_not_listed(jail: Stage) -> None:
    """The list is of requests to do something."""
    request(jail, MessageKind.RECORDS_QUERY)
    assert list_requests(jail.federation.world_of(CA_SHERIFF), keeper(jail)) == ()


def test_who_may_not_act_does_not(jail: Stage) -> None:
    """An officer, another agency, a rule nobody has and a request nobody made are refused, with nothing entered."""
    outcome = request(jail, MessageKind.HOLD_REQUEST)
    size = jail.size(CA_SHERIFF)
    world = jail.federation.world_of(CA_SHERIFF)
    officer = jail.member(member_of(CA_SHERIFF, "detective"))
    with pytest.raises(WrongUseError, match="may not act"):
        act(jail, outcome.query_id, RequestAct.DECLINED, "us-ca/CA-04", officer)
    with pytest.raises(WrongUseError, match="may not do this"):
        list_requests(world, officer)
    with pytest.raises(WrongUseError, match="not held at this node"):
        act(jail, outcome.query_id, RequestAct.DECLINED, "us-ca/CA-04", keeper(jail, WA_POLICE))
    with pytest.raises(WrongUseError, match="no rule of your law"):
        act(jail, outcome.query_id, RequestAct.DECLINED, "us-ca/CA-99")
    with pytest.raises(WrongUseError, match="has no request"):
        act(jail, "f" * 32, RequestAct.DECLINED, "us-ca/CA-04")
    with pytest.raises(NounError, match="name the rule"):
        act(jail, outcome.query_id, RequestAct.DECLINED, "")
    assert jail.size(CA_SHERIFF) == size


def test_a_detainer_that_is_withdrawn_ends_at_its_owner(jail: Stage) -> None:
    """The owner's node takes it once, its desk ends what was begun; the notices to the person are owed all the same."""
    outcome = request(jail, MessageKind.TRANSFER_REQUEST)
    officer = jail.member(outcome.request.member)
    asker = jail.federation.world_of(REMOVAL_OPERATIONS)
    told = withdraw_request(asker, officer, outcome.query_id, "the detainer was lifted")
    assert told.owners == (CA_SHERIFF,)
    assert push(jail) == 1
    one = listed(jail)
    assert one.standing is RequestStanding.WITHDRAWN
    assert one.withdrawn_ms == told.withdrawn_ms
    rules = {duty.duty.rule for duty in one.duties}
    assert {"comity/WITHDRAWN", "us-ca/CA-10"} <= rules
    for what in RequestAct:
        with pytest.raises(DutyRefusedError, match="was withdrawn"):
            act(jail, outcome.query_id, what, "us-ca/CA-03a")
    with pytest.raises(DutyRefusedError, match="nothing to grant"):
        decide_all(jail, grant=True)
    decide_all(jail, grant=False)
    size = jail.size(REMOVAL_OPERATIONS)
    again = withdraw_request(asker, officer, outcome.query_id, "the detainer was lifted")
    assert (again.entry, again.withdrawn_ms) == (None, told.withdrawn_ms)
    assert jail.size(REMOVAL_OPERATIONS) == size


def test_the_reason_of_a_withdrawal_stays_with_the_asker(jail: Stage) -> None:
    """What reaches the owner is that the request is made no more."""
    outcome = request(jail, MessageKind.HOLD_REQUEST)
    asker = jail.federation.world_of(REMOVAL_OPERATIONS)
    withdraw_request(asker, jail.member(outcome.request.member), outcome.query_id, "mistaken for his brother")
    push(jail)
    journal = jail.federation.world_of(CA_SHERIFF).journal
    assert all(b"brother" not in (journal.content(index) or b"") for index in range(journal.size()))
    assert all(b"brother" not in canonical_bytes(one) for one in journal.deliveries(CA_SHERIFF))


def test_a_withdrawal_of_a_request_that_never_arrived_is_taken_and_does_nothing(jail: Stage) -> None:
    """The owner was down when it was asked: the withdrawal leaves no task, and the sender learns nothing from that."""
    jail.federation.down.add("ca-node")
    outcome = request(jail, MessageKind.HOLD_REQUEST)
    jail.federation.down.clear()
    asker = jail.federation.world_of(REMOVAL_OPERATIONS)
    withdraw_request(asker, jail.member(outcome.request.member), outcome.query_id, "the detainer was lifted")
    assert push(jail) == 1
    world = jail.federation.world_of(CA_SHERIFF)
    assert world.journal.duties(CA_SHERIFF) == ()
    assert list_requests(world, keeper(jail)) == ()


def test_who_may_not_withdraw_does_not(jail: Stage) -> None:
    """A question for records, another's request, and one nobody made are refused."""
    records = request(jail, MessageKind.RECORDS_QUERY)
    officer = jail.member(records.request.member)
    asker = jail.federation.world_of(REMOVAL_OPERATIONS)
    with pytest.raises(WrongUseError, match="no action to withdraw"):
        withdraw_request(asker, officer, records.query_id, "the detainer was lifted")
    with pytest.raises(WrongUseError, match="has no answer"):
        withdraw_request(asker, officer, "f" * 32, "the detainer was lifted")
    wa = jail.federation.world_of(WA_POLICE)
    held = request(jail, MessageKind.HOLD_REQUEST)
    with pytest.raises(WrongUseError, match="has no answer"):
        withdraw_request(
            wa, jail.member(member_of(WA_POLICE, "detective")), held.query_id, "the detainer was lifted"
        )


def test_a_request_to_another_state_is_declined_by_that_states_law(own_stage: Stage) -> None:
    """Illinois holds nobody for it, and counts that it was asked."""
    request(own_stage, MessageKind.HOLD_REQUEST, IL_POLICE)
    one = listed(own_stage, IL_POLICE)
    assert one.standing is RequestStanding.DECLINED_BY_LAW
    assert "us-il/IL-01" in {reason.rule for reason in one.rules}
    assert "il-ag-annual" in {duty.duty.report for duty in one.duties}


def test_what_a_record_forbids_is_declined_by_law_and_the_asker_is_told_nothing(jail: Stage) -> None:
    """A conviction that closes every transfer: the desk sees rule and record, the asker what it hears of nobody."""
    world = jail.federation.world_of(CA_SHERIFF)
    closed = (Conviction(reclassified="act-2014"),)
    for record in [one for one in jail.region.records_of(CA_SHERIFF) if one.data_class is DataClass.CUSTODY]:
        people = tuple(
            msgspec.structs.replace(one, facts=msgspec.structs.replace(one.facts, convictions=closed))
            for one in record.people
        )
        world.records.correct([msgspec.structs.replace(record, people=people)])
    outcome = request(jail, MessageKind.TRANSFER_REQUEST)
    assert outcome.sources[0].status is Status.NOTHING_RELEASABLE
    one = listed(jail)
    assert one.standing is RequestStanding.DECLINED_BY_LAW
    assert "us-ca/CA-03b" in {reason.rule for reason in one.rules}
    assert len(one.records) == 1
    with pytest.raises(DutyRefusedError, match="us-ca/CA-03b"):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-03a")


def test_for_an_agency_that_is_listed_no_more_nothing_is_open(jail: Stage) -> None:
    """The list stays readable; nothing may be said to be done for it."""
    outcome = request(jail, MessageKind.NOTIFICATION_REQUEST, family="Nonesuchname")
    directory = jail.federation.directory
    jail.federation.directory = msgspec.structs.replace(
        directory, agencies=tuple(one for one in directory.agencies if one.id != REMOVAL_OPERATIONS)
    )
    assert listed(jail).standing is RequestStanding.NOBODY
    with pytest.raises(NounError, match="not in the directory"):
        act(jail, outcome.query_id, RequestAct.DONE, "us-ca/CA-01a")
