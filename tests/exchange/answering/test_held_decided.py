"""Held answers: who may decide, what a decision opens, and how the answer reaches whoever asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest
from held_stage import question_about, waiting_record
from recall_stage import push, shown
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, directory_agencies, member_of
from comity.demo.laws import texts_for
from comity.demo.records import Region
from comity.errors import DutyRefusedError, WrongUseError
from comity.exchange.answering.held import decide_held, list_held
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.duty.duties import finish_duty
from comity.exchange.replay.replay import decide_again, fold_past, is_exact, past_entries, read_past
from comity.model.agency import DatedOri, Member
from comity.model.canon import text_digest
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.held import HeldTask
from comity.model.law_text import LawKind, LawText
from comity.model.outcome import FetchRequest, Outcome, SourceResult
from comity.sim.federation import build_federation, signed_text
from store_engines import open_store

ON_BOTH_ENGINES = True
MONTH_MS = 30 * 86_400_000
SECOND_HOLD = """
rule ACSO-98 "Counsel looks at a history first"
  data   criminal-history
  hold   all fields for review by counsel
"""
REASON = "checked with the state repository"


@pytest.fixture
def held_stage(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """The sheriff's file with one record of the person, which waits whole."""
    made = make_stage(tmp_path, region, (waiting_record(region),))
    yield made
    made.federation.close()


def ask(stage: Stage) -> Outcome:
    return stage.ask(question_about(stage.region, waiting_record(stage.region)), sources=(CA_SHERIFF,))


def keeper(stage: Stage) -> Member:
    return stage.member(member_of(CA_SHERIFF, "custodian"))


def the_task(stage: Stage) -> HeldTask:
    (task,) = list_held(stage.federation.world_of(CA_SHERIFF), keeper(stage))
    return task


def source(stage: Stage, outcome: Outcome) -> SourceResult:
    kept = get_outcome(stage.federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id)
    (one,) = kept.outcome.sources
    return one


def test_the_queue_says_who_asks_for_what_and_what_a_decision_would_open(held_stage: Stage) -> None:
    """One task with the question's parties, its rule, its deadline, what would leave and what stays back whatever is said."""
    outcome = ask(held_stage)
    task = the_task(held_stage)
    assert (task.query_id, task.asker, task.hold.rule) == (outcome.query_id, WA_POLICE, "us/CH-04")
    assert task.records == (waiting_record(held_stage.region).reference,)
    assert task.opens
    assert not {one.field for one in task.opens} & {one.field for one in task.stays}
    assert not task.passed
    held_stage.federation.advance(MONTH_MS)
    assert the_task(held_stage).passed


def test_what_the_queue_says_will_go_is_what_goes(held_stage: Stage) -> None:
    """Field for field, at its level; what waits for a second request is told apart, and goes only with that."""
    outcome = ask(held_stage)
    world, task = held_stage.federation.world_of(CA_SHERIFF), the_task(held_stage)
    decide_held(world, keeper(held_stage), task.duty_id, grant=True, reason=REASON)
    push(held_stage)
    answer = source(held_stage, outcome).answer
    assert answer is not None
    (item,) = answer.items
    assert {(one.field, one.level) for one in task.opens} == {(one.field, one.level.word) for one in item.fields}
    later = {one.field for one in task.later}
    assert later
    assert later <= {one.field for one in item.withheld if one.rule == "comity/DETAIL"}
    assert not later & {one.field for one in task.stays}
    asked = FetchRequest(
        query_id=outcome.query_id,
        item_id=item.item_id,
        asker=WA_POLICE,
        member=outcome.request.member,
    )
    asking = held_stage.federation.world_of(WA_POLICE)
    full = fetch_item(asking, asked, held_stage.member(outcome.request.member)).answer
    assert full is not None
    assert later == {one.field for one in full.items[0].fields} - {one.field for one in item.fields}


def with_second_hold(stage: Stage) -> None:
    """The sheriff's policy has counsel look at every criminal history, beside what holds it already."""
    texts = stage.federation.laws.texts
    policy = next(text for text in texts[CA_SHERIFF] if text.kind is LawKind.POLICY)
    body = policy.text + SECOND_HOLD
    unsigned = msgspec.structs.replace(policy, text=body, hash=text_digest(body), signatures=())
    signers = [(one.agency, one.role) for one in policy.signatures]
    added = signed_text(unsigned, signers, stage.federation.seed)
    texts[CA_SHERIFF] = tuple(added if text is policy else text for text in texts[CA_SHERIFF])


def test_of_two_holds_each_says_what_both_grants_open_and_a_refused_one_opens_nothing(held_stage: Stage) -> None:
    """While both wait each task names what goes when both are granted; when one is refused nothing will go by the other."""
    with_second_hold(held_stage)
    ask(held_stage)
    world, counsel = (
        held_stage.federation.world_of(CA_SHERIFF),
        held_stage.member(member_of(CA_SHERIFF, "counsel")),
    )
    tasks = {one.hold.role: one for one in list_held(world, counsel)}
    assert set(tasks) == {"counsel", "records-custodian"}
    first, second = tasks["counsel"], tasks["records-custodian"]
    assert first.opens
    assert (first.opens, first.later, first.stays) == (second.opens, second.later, second.stays)
    assert (first.subject is None, second.subject is None) == (False, True)
    decide_held(world, counsel, first.duty_id, grant=False, reason=REASON)
    (left,) = list_held(world, keeper(held_stage))
    assert (left.opens, left.later) == ((), ())


def test_who_decides_is_told_who_was_asked_about_and_nobody_else(held_stage: Stage) -> None:
    """The role that the rule names reads the subject; another of the desk gets the task without it."""
    outcome = ask(held_stage)
    assert the_task(held_stage).subject == outcome.request.subject
    world = held_stage.federation.world_of(CA_SHERIFF)
    (other,) = list_held(world, held_stage.member(member_of(CA_SHERIFF, "privacy")))
    assert other.subject is None


def test_one_task_is_asked_for_by_its_id_and_a_list_may_leave_out_what_goes(held_stage: Stage) -> None:
    """By id the very task; of no such id none; a list without foresight has all but what would leave."""
    ask(held_stage)
    world, whole = held_stage.federation.world_of(CA_SHERIFF), the_task(held_stage)
    assert list_held(world, keeper(held_stage), whole.duty_id) == (whole,)
    assert list_held(world, keeper(held_stage), "0" * 32) == ()
    (brief,) = list_held(world, keeper(held_stage), foresee=False)
    assert brief == msgspec.structs.replace(whole, opens=(), later=(), stays=())


def test_what_is_granted_is_answered_anew_and_reaches_the_asker(held_stage: Stage) -> None:
    """The ruling and the new answer are one transaction; the asker's outcome then shows the record, marked as late."""
    outcome = ask(held_stage)
    (before,) = outcome.sources
    assert before.status is Status.HELD
    world = held_stage.federation.world_of(CA_SHERIFF)
    size = held_stage.size(CA_SHERIFF)
    decided = decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    assert decided.answered == Status.ANSWERED
    kinds = [facts.kind for facts in held_stage.entries(CA_SHERIFF, size)]
    assert kinds == [EntryKind.HELD_DECIDED, EntryKind.ANSWERED]
    assert push(held_stage) == 1
    now = source(held_stage, outcome)
    assert now.status is Status.ANSWERED
    assert now.verified
    assert [item.reference for item in now.answer.items] == [  # type: ignore[union-attr]
        waiting_record(held_stage.region).reference
    ]
    kept = get_outcome(held_stage.federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id)
    assert kept.late == (CA_SHERIFF,)
    assert list_held(world, keeper(held_stage)) == ()


def test_what_is_refused_is_told_with_the_rule(held_stage: Stage) -> None:
    """The asker sees that a person refused, and under which rule; nothing of the record leaves."""
    outcome = ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=False, reason=REASON)
    push(held_stage)
    now = source(held_stage, outcome)
    assert now.status is Status.REFUSED
    assert [reason.rule for reason in now.reasons] == ["us/CH-04", "comity/HELD-REFUSED"]
    assert now.answer is not None
    assert now.answer.items == ()


def test_who_may_not_decide_does_not(held_stage: Stage) -> None:
    """Another role, another agency and a task that is none are refused, with nothing entered."""
    ask(held_stage)
    task = the_task(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    size = held_stage.size(CA_SHERIFF)
    for post in ("detective", "counsel", "privacy"):
        with pytest.raises(WrongUseError, match="may not decide"):
            decide_held(
                world, held_stage.member(member_of(CA_SHERIFF, post)), task.duty_id, grant=True, reason=REASON
            )
    with pytest.raises(WrongUseError, match="not held at this node"):
        decide_held(
            world, held_stage.member(member_of(WA_POLICE, "custodian")), task.duty_id, grant=True, reason=REASON
        )
    with pytest.raises(WrongUseError, match="has no held task"):
        decide_held(world, keeper(held_stage), "f" * 32, grant=True, reason=REASON)
    with pytest.raises(DutyRefusedError, match="held decide"):
        finish_duty(world, keeper(held_stage), task.duty_id, "done by the desk")
    assert held_stage.size(CA_SHERIFF) == size


def test_whoever_asked_decides_nothing_of_it(held_stage: Stage) -> None:
    """Even of the right role: whoever put the question does not grant it."""
    outcome = ask(held_stage)
    themselves = msgspec.structs.replace(keeper(held_stage), id=outcome.request.member)
    with pytest.raises(WrongUseError, match="asked this question yourself"):
        decide_held(
            held_stage.federation.world_of(CA_SHERIFF),
            themselves,
            the_task(held_stage).duty_id,
            grant=True,
            reason=REASON,
        )


def test_a_decision_is_made_once(held_stage: Stage) -> None:
    """The same task again, even the other way: what was decided stands, and nothing is entered."""
    ask(held_stage)
    task = the_task(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), task.duty_id, grant=True, reason=REASON)
    size = held_stage.size(CA_SHERIFF)
    again = decide_held(world, keeper(held_stage), task.duty_id, grant=False, reason=REASON)
    assert again.ruling.granted
    assert again.entry is None
    assert held_stage.size(CA_SHERIFF) == size


def test_a_law_that_closes_meanwhile_closes_what_was_granted(held_stage: Stage) -> None:
    """Between the decision and the sending the agreement ends: the answer is given anew and nothing leaves."""
    outcome = ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    texts = held_stage.federation.laws.texts
    texts[CA_SHERIFF] = tuple(text for text in texts[CA_SHERIFF] if text.kind is not LawKind.AGREEMENT)
    push(held_stage)
    now = source(held_stage, outcome)
    assert now.status is not Status.ANSWERED
    assert now.answer is not None
    assert now.answer.items == ()


def test_a_record_that_changed_since_waits_again(held_stage: Stage) -> None:
    """What was granted was granted for the record as it was; a retry of the digest finds it held once more."""
    outcome = ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    record = waiting_record(held_stage.region)
    world.records.correct([msgspec.structs.replace(record, reference="other-1")])
    held_stage.federation.advance(86_400_000)  # another day: the answer is given anew before it is sent
    push(held_stage)
    assert source(held_stage, outcome).status is Status.HELD


def test_the_detail_of_what_was_granted_needs_no_second_decision(held_stage: Stage) -> None:
    """The same question's detail is decided by the rulings on it; another question waits for its own."""
    outcome = ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    push(held_stage)
    answer = source(held_stage, outcome).answer
    assert answer is not None
    request = FetchRequest(
        query_id=outcome.query_id,
        item_id=answer.items[0].item_id,
        asker=WA_POLICE,
        member=outcome.request.member,
    )
    detail = fetch_item(
        held_stage.federation.world_of(WA_POLICE), request, held_stage.member(outcome.request.member)
    )
    assert detail.status is Status.ANSWERED
    assert ask(held_stage).sources[0].status is Status.HELD


def test_a_decided_answer_replays_bit_for_bit(held_stage: Stage) -> None:
    """Both answers to the question decide again as they did: the first without the ruling, the second with it."""
    ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    held_stage.federation.advance(60_000)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    owner = held_stage.federation.directory.get_agency(CA_SHERIFF)
    _, law = read_law(world, held_stage.federation.directory, CA_SHERIFF)
    found = [read_past(world, index) for index in past_entries(world, owner)]
    assert [past.status for past in found] == [Status.ANSWERED, Status.HELD]
    for past in found:
        assert is_exact(past, decide_again(world, past, fold_past(past, law)))


def test_an_answer_waits_for_a_dead_asker(held_stage: Stage) -> None:
    """The asker's node is down when the answer is ready: it is brought when it is back."""
    outcome = ask(held_stage)
    world = held_stage.federation.world_of(CA_SHERIFF)
    decide_held(world, keeper(held_stage), the_task(held_stage).duty_id, grant=True, reason=REASON)
    held_stage.federation.down.add("wa-node")
    assert push_deliveries(world).put_off == 1
    assert source(held_stage, outcome).status is Status.HELD
    held_stage.federation.down.clear()
    held_stage.federation.advance(5_000)
    assert push_deliveries(world).arrived == 1
    assert shown(get_outcome(held_stage.federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id).outcome)


JAIL = "ca-sheriff-jail"  # its id begins with the other owner's


def of_the_jail(text: LawText) -> LawText:
    """A text of the sheriff's as the jail's own."""
    if text.kind is LawKind.PACK:
        return text
    words = text.text
    for ours, theirs in ((CA_SHERIFF, JAIL), ("ACSO", "ACSJ"), ("CA0990000", "CA0990100")):
        words = words.replace(ours, theirs)
    name = text.name.replace("ACSO", "ACSJ").replace(CA_SHERIFF, JAIL)
    return msgspec.structs.replace(text, text=words, hash=text_digest(words), name=name)


def test_of_two_owners_at_one_node_each_decides_its_own(tmp_path: Path, region: Region) -> None:
    """Both are asked one question, both hold it, and the one whose id begins the other's name comes second."""
    agencies = directory_agencies()
    sheriff = next(one for one in agencies if one.id == CA_SHERIFF)
    jail = msgspec.structs.replace(
        sheriff, id=JAIL, name="Alder County Jail", oris=(DatedOri(ori="CA0990100", first=date(1990, 1, 1)),)
    )
    texts = {one.id: list(texts_for(one.id)) for one in agencies}
    signed = [(of_the_jail(text), signers) for text, signers in texts[CA_SHERIFF]]
    texts[JAIL] = [
        (text, tuple((JAIL if who == CA_SHERIFF else who, role) for who, role in signers))
        for text, signers in signed
    ]
    texts[WA_POLICE] += [
        one
        for one in texts[JAIL]
        if one[0].kind is LawKind.AGREEMENT and any(who == WA_POLICE for who, _ in one[1])
    ]
    record = waiting_record(region)
    other = msgspec.structs.replace(record, id="jail-000001", owner=JAIL, reference="JAIL-1")
    federation = build_federation(tmp_path, "seed", (*agencies, jail), texts, (record, other), open_store)
    answered = threading.Event()

    def jail_first(node: str, message: bytes) -> bytes:
        if b'"owner":"ca-sheriff"' in message:
            answered.wait(20)
        reply: bytes = federation.deliver(node, message)
        if b'"owner":"ca-sheriff-jail"' in message:
            answered.set()
        return reply

    stage = Stage(region, federation)
    federation.meddle = jail_first
    outcome = stage.ask(question_about(region, record), sources=(JAIL, CA_SHERIFF), wait_ms=30_000)
    federation.meddle = None
    assert [source.status for source in outcome.sources] == [Status.HELD, Status.HELD]
    world = federation.world_of(CA_SHERIFF)
    (task,) = list_held(world, keeper(stage))
    assert task.records == (record.reference,)
    decided = decide_held(world, keeper(stage), task.duty_id, grant=True, reason=REASON)
    assert [one.record_id for one in decided.ruling.records] == [record.id]
    assert push(stage) == 1
    kept = get_outcome(federation.world_of(WA_POLICE), WA_POLICE, outcome.query_id).outcome
    assert {source.agency: source.status for source in kept.sources} == {
        JAIL: Status.HELD,
        CA_SHERIFF: Status.ANSWERED,
    }
    warden = msgspec.structs.replace(keeper(stage), id="jail-custodian", agency=JAIL)
    assert [one.owner for one in list_held(world, warden)] == [JAIL]
    federation.close()


def test_after_its_time_nothing_is_granted(held_stage: Stage) -> None:
    """The asker was told until when it waits; then the answer is nothing. A refusal still says so."""
    ask(held_stage)
    task = the_task(held_stage)
    held_stage.federation.advance(MONTH_MS)
    world = held_stage.federation.world_of(CA_SHERIFF)
    assert the_task(held_stage).passed
    with pytest.raises(DutyRefusedError, match="its time is over"):
        decide_held(world, keeper(held_stage), task.duty_id, grant=True, reason=REASON)
    assert decide_held(world, keeper(held_stage), task.duty_id, grant=False, reason=REASON).answered
    assert push(held_stage) == 1
