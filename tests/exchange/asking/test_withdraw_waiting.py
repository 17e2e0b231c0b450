"""A question that waits for a second person is taken back by whoever put it: nobody is asked, and both acts stay told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import Stage
from test_asking_before import CHIEF, CLERK, DAY_MS, PRIVACY, SERGEANT, Desk

from comity.demo.agencies import WA_POLICE
from comity.errors import ComityError, NounError, WrongUseError
from comity.exchange.asking.approval import list_approvals, own_waiting
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.my_questions import my_questions
from comity.exchange.asking.withdraw_waiting import withdraw_waiting
from comity.exchange.log.still_needed import PASSING, needs_of
from comity.ledger.witnessed import INNER_KINDS
from comity.model.approval import Approval, ApprovalState
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import Purpose
from comity.model.disclosure import EntryKind
from comity.model.outcome import Outcome

ON_BOTH_ENGINES = True
REASON = "asked under the wrong case"
WITHDRAWN = ApprovalState.WITHDRAWN


@pytest.fixture
def desk(own_stage: Stage) -> Desk:
    made = Desk(own_stage)
    made.list()
    return made


def take_back(desk: Desk, outcome: Outcome, reason: str = REASON) -> Approval:
    return withdraw_waiting(desk.world, desk.detective, outcome.query_id, reason)


def state(desk: Desk, approval: Approval | None) -> ApprovalState:
    assert approval is not None
    return approval.state(desk.world.clock.now_ms())


def test_whoever_asked_takes_a_waiting_question_back(desk: Desk) -> None:
    """One entry of its own kind; nobody is asked then, whoever would approve it."""
    outcome, theirs, before = desk.ask(), desk.owner_size(), desk.stage.size(WA_POLICE)
    done = take_back(desk, outcome)
    assert (state(desk, done), done.by, done.reason) == (WITHDRAWN, desk.detective.id, REASON)
    assert desk.kinds(before) == [EntryKind.APPROVAL_WITHDRAWN]
    record = desk.world.journal.record(before)
    assert record is not None
    assert from_canonical(record, Approval) == done
    for grant in (True, False):
        with pytest.raises(WrongUseError, match="took this question back; nobody was asked"):
            desk.decide(CHIEF, outcome, grant)
    assert (desk.owner_size(), desk.kinds(before)) == (theirs, [EntryKind.APPROVAL_WITHDRAWN])


def test_taken_back_a_second_time_nothing_changes(desk: Desk) -> None:
    """The first withdrawal stands, with its reason and its time; there is no second entry."""
    outcome = desk.ask()
    done, size = take_back(desk, outcome), desk.stage.size(WA_POLICE)
    desk.wait(60_000)
    assert take_back(desk, outcome, "another reason given later") == done
    assert desk.stage.size(WA_POLICE) == size


def test_its_asker_reads_that_it_was_taken_back(desk: Desk) -> None:
    """By its number and in the list of their own; whom it is about is in neither."""
    outcome = desk.ask()
    assert [(one.second_person, one.unsent) for one in my_questions(desk.world, desk.detective)] == [(True, None)]
    take_back(desk, outcome)
    (line,) = my_questions(desk.world, desk.detective)
    assert (line.query_id, line.second_person, line.unsent) == (outcome.query_id, False, WITHDRAWN)
    assert b"Quillfeather" not in canonical_bytes(line)
    with pytest.raises(WrongUseError, match="taken back before anybody was asked"):
        get_outcome(desk.world, WA_POLICE, outcome.query_id)
    (own,) = own_waiting(desk.world, desk.detective, outcome.query_id)
    assert state(desk, own.approval) is WITHDRAWN
    desk.wait(31 * DAY_MS)
    assert my_questions(desk.world, desk.detective) == ()


def test_the_list_of_ones_own_says_how_each_ended_that_was_not_sent(desk: Desk) -> None:
    """Refused and lapsed ones too; one that was approved is there once, as it was answered."""
    refused, lapsed = desk.ask(), desk.ask(case_number="26-7")
    desk.decide(CHIEF, refused, False)
    approved = desk.ask(case_number="26-8")
    desk.decide(CHIEF, approved, True)
    desk.wait(DAY_MS)
    ended = {one.query_id: one.unsent for one in my_questions(desk.world, desk.detective)}
    assert ended == {
        refused.query_id: ApprovalState.REFUSED,
        lapsed.query_id: ApprovalState.LAPSED,
        approved.query_id: None,
    }


def test_the_second_person_still_sees_what_was_put_and_taken_back(desk: Desk) -> None:
    """Taking back is no way to have asked nothing: it is with what was decided, whole, and waits for nobody."""
    outcome = desk.ask()
    take_back(desk, outcome)
    assert list_approvals(desk.world, CHIEF) == ()
    (shown,) = list_approvals(desk.world, CHIEF, decided=True)
    assert (shown.approval.by, shown.approval.reason) == (desk.detective.id, REASON)
    assert shown.question.request == outcome.request
    assert list_approvals(desk.world, SERGEANT, decided=True) == (), "it is about the sergeant's own household"


@pytest.mark.parametrize("by", [CLERK, CHIEF, SERGEANT, PRIVACY], ids=lambda one: one.id)
def test_nobody_else_takes_it_back(desk: Desk, by: object) -> None:
    """Not a colleague, and not the head, who refuses it: both read the same as of no such question."""
    outcome = desk.ask()
    size = desk.stage.size(WA_POLICE)
    for query_id in (outcome.query_id, "0" * 32):
        with pytest.raises(WrongUseError, match="waits for a second person; look at its number"):
            withdraw_waiting(desk.world, by, query_id, REASON)  # type: ignore[arg-type]
    assert desk.stage.size(WA_POLICE) == size
    assert state(desk, desk.world.journal.approvals.find(WA_POLICE, outcome.query_id)) is ApprovalState.WAITING


@pytest.mark.parametrize(
    ("grant", "told"),
    [(True, "approved and sent"), (False, "refused by a second person"), (None, "lapsed")],
)
def test_what_is_decided_or_too_late_stands(desk: Desk, grant: bool | None, told: str) -> None:
    """Each with its reason; nothing is entered."""
    outcome = desk.ask()
    if grant is None:
        desk.wait(DAY_MS)
    else:
        desk.decide(CHIEF, outcome, grant)
    size = desk.stage.size(WA_POLICE)
    with pytest.raises(WrongUseError, match=told):
        take_back(desk, outcome)
    assert desk.stage.size(WA_POLICE) == size


def test_what_was_sent_at_once_is_not_taken_back(desk: Desk) -> None:
    """Danger to life went out; a second person still says whether it was right."""
    outcome = desk.ask(purpose=Purpose.EMERGENCY_LIFE)
    with pytest.raises(WrongUseError, match="sent at once, as danger to life"):
        take_back(desk, outcome)
    assert state(desk, desk.decide(CHIEF, outcome, False)) is ApprovalState.OBJECTED
    with pytest.raises(WrongUseError, match="sent at once"):
        take_back(desk, outcome)


def test_it_takes_a_reason(desk: Desk) -> None:
    """In words, as any act that whoever oversees it reads."""
    outcome = desk.ask()
    with pytest.raises(WrongUseError, match="at least 3 words"):
        take_back(desk, outcome, "no")


def test_what_it_asked_is_kept_no_longer_than_a_refused_ones(desk: Desk) -> None:
    """It is needed while it waits; taken back, its content goes with its month, as the entry of the withdrawal does."""
    outcome = desk.ask()
    assert outcome.query_id in needs_of(desk.world).questions
    take_back(desk, outcome)
    assert outcome.query_id not in needs_of(desk.world).questions
    assert EntryKind.APPROVAL_WITHDRAWN in PASSING


def test_it_lets_nothing_out_and_waits_for_no_witness() -> None:
    """A node whose witnesses are away can still take a question back; approving it stays with the quorum."""
    assert EntryKind.APPROVAL_WITHDRAWN in INNER_KINDS
    assert EntryKind.APPROVAL_DECIDED not in INNER_KINDS


def test_the_same_question_waits_again(desk: Desk) -> None:
    """Taken back and put once more it is another question, which nobody approved."""
    first = desk.ask()
    take_back(desk, first)
    theirs, second = desk.owner_size(), desk.ask()
    assert second.query_id != first.query_id
    assert [one.approval.id for one in list_approvals(desk.world, CHIEF)] == [second.query_id]
    assert desk.owner_size() == theirs


@pytest.mark.parametrize("turn", range(6))
def test_approved_and_taken_back_at_once_one_wins_and_the_log_says_which(desk: Desk, turn: int) -> None:
    """Whichever entry is there, the row says the same, the other hears how it stands, and only an approved one left."""
    outcome, before, theirs = desk.ask(), desk.stage.size(WA_POLICE), desk.owner_size()
    gate = Barrier(2)

    def approve() -> object:
        gate.wait()
        return _tried(lambda: desk.decide(CHIEF, outcome, True))

    def take() -> object:
        gate.wait()
        return _tried(lambda: take_back(desk, outcome))

    acts = (approve, take) if turn % 2 else (take, approve)
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(act) for act in acts]
        said = [one.result() for one in results]
    won = [one for one in said if isinstance(one, Approval)]
    lost = [one for one in said if isinstance(one, WrongUseError)]
    assert (len(won), len(lost)) == (1, 1), said
    kinds = desk.kinds(before)
    assert (EntryKind.APPROVAL_WITHDRAWN in kinds) is (won[0].state(0) is WITHDRAWN)
    assert (EntryKind.APPROVAL_DECIDED in kinds) is won[0].granted
    assert (desk.owner_size() > theirs) is won[0].granted
    assert desk.world.journal.approvals.find(WA_POLICE, outcome.query_id) == won[0]
    assert ("approved and sent" if won[0].granted else "took this question back") in str(lost[0])


def _tried(act: object) -> object:
    try:
        return act()  # type: ignore[operator]
    except ComityError as error:
        return error


PLAIN = Approval(id="q", owner="wa-police", member="asker", emergency=False, asked_ms=1, until_ms=2)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    by=st.sampled_from(["", "asker", "head"]),
    decided_ms=st.sampled_from([None, 1]),
    granted=st.booleans(),
    emergency=st.booleans(),
    now_ms=st.integers(0, 4),
)
def test_an_approval_is_withdrawn_by_its_asker_or_decided_by_another(
    by: str, decided_ms: int | None, granted: bool, emergency: bool, now_ms: int
) -> None:
    """No approval has its asker's word for a decision; what its asker ended was never sent and never is."""
    changes = {"by": by, "decided_ms": decided_ms, "granted": granted, "emergency": emergency}
    if bool(by) != (decided_ms is not None) or (by == "asker" and (granted or emergency)):
        with pytest.raises(NounError):
            replace(PLAIN, **changes)
        return
    one = replace(PLAIN, **changes)
    assert (one.state(now_ms) is WITHDRAWN) is (by == "asker")
    if by == "asker":
        assert not one.is_open(now_ms)
