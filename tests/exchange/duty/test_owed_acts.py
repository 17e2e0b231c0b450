"""What several rules demand of one act: one row by the earliest clock, every rule named, nothing of another act in it."""

from __future__ import annotations

from itertools import permutations

import pytest
from msgspec.structs import replace

from comity.exchange.duty.duty_state import DutyState
from comity.exchange.duty.owed_acts import done_with, key_of, owed_acts
from comity.model.decision import Duty
from comity.model.disclosure import StoredDuty

AT, DAY = 1_000_000_000, 86_400_000
OURS = StoredDuty(
    id="ours",
    owner="alder",
    query_id="",
    duty=Duty(kind="recall", rule="comity/RECALL", citation="docs", to="birch", due_ms=AT + 3 * DAY, text="birch confirms"),
    raised_ms=AT,
    asker="birch",
    record_id="r1",
)  # fmt: skip
LAW = StoredDuty(
    id="law",
    owner="alder",
    query_id="q1",
    duty=Duty(kind="recall", rule="us/CH-05", citation="28 CFR", due_ms=AT + DAY, after="record-changed"),
    raised_ms=AT - 9 * DAY,
    started_ms=AT,
    asker="birch",
    record_id="r1",
)
AGREED = replace(
    LAW, id="agreed", duty=replace(LAW.duty, rule="AB-1/R-01", citation="AB-1", due_ms=AT + 2 * DAY, text="t")
)
AGAIN = replace(LAW, id="again", query_id="q2")  # shown twice
SAME = (OURS, LAW, AGREED, AGAIN)


def test_one_act_is_one_row_by_the_earliest_clock_with_every_rule() -> None:
    """In whatever order they come; the exchange's own says what is to be done, since it names the recipient."""
    for order in permutations(SAME):
        (act,) = owed_acts(order)
        assert act.lead == OURS
        assert (act.due_ms, act.recipient) == (AT + DAY, "birch")
        assert [one.duty.rule for one in act.by_rule] == ["us/CH-05", "AB-1/R-01", "comity/RECALL"]
        assert {one.id for one in act.duties} == {one.id for one in SAME}
        assert act.state(AT) is DutyState.OPEN
        assert act.state(AT + DAY + 1) is DutyState.OVERDUE


@pytest.mark.parametrize(
    "other",
    [
        replace(LAW, asker="cedar"),
        replace(LAW, record_id="r2"),
        replace(LAW, record_id=""),
        replace(LAW, asker=""),
        replace(LAW, started_ms=AT + 1),
        replace(LAW, owner="dogwood"),
        replace(LAW, started_ms=None, duty=replace(LAW.duty, due_ms=None)),
        replace(LAW, duty=replace(LAW.duty, kind="notify")),
        replace(LAW, duty=replace(LAW.duty, confirm=True)),
        replace(LAW, duty=replace(LAW.duty, deferred_until_ms=AT + DAY, deferred_by="us/X-1")),
        replace(LAW, duty=replace(LAW.duty, rule="comity/RECALLED")),
    ],
    ids=str,
)
def test_nothing_of_another_act_is_in_it(other: StoredDuty) -> None:
    """Another recipient, record, event or owner, what waits or stands on its own, and the other side's task."""
    assert len(owed_acts((OURS, replace(other, id="other")))) == 2
    assert done_with((OURS, replace(other, id="other")), OURS) == ()


def test_what_waits_for_its_event_is_one_row_of_its_own() -> None:
    """By recipient and record: what will be owed when the record changes, whoever demands it."""
    waiting = [
        replace(one, id=f"waits-{one.id}", started_ms=None, duty=replace(one.duty, due_ms=None))
        for one in (LAW, AGREED, AGAIN)
    ]
    (act,) = owed_acts(waiting)
    assert act.state(AT) is DutyState.WAITING
    assert len(owed_acts((*waiting, *SAME))) == 2


def test_what_is_done_stands_apart_from_what_is_not() -> None:
    """Nothing is told as done while a demand of it is open, and what is done is not asked for again."""
    done = replace(OURS, done_ms=AT)
    first, second = owed_acts((done, LAW, AGREED))
    assert {first.state(AT), second.state(AT)} == {DutyState.OPEN, DutyState.DONE}
    assert done_with((done, LAW, AGREED), LAW) == (AGREED,)
    assert done_with((done, LAW, AGREED), done) == (LAW, AGREED)


def test_any_other_duty_is_an_act_alone() -> None:
    """A notice, a report, a review: each its own row, as it was."""
    notice = replace(LAW, duty=Duty(kind="notify", rule="us/X-1", citation="c", to="subject", due_ms=AT))
    assert key_of(notice) is None
    assert done_with((notice, OURS), notice) == ()
    acts = owed_acts((notice, replace(notice, id="second")))
    assert [act.duties for act in acts] == [(notice,), (replace(notice, id="second"),)]
    assert [act.recipient for act in acts] == ["subject", "subject"]
