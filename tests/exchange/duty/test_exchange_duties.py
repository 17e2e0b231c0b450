"""Duties on the owner's desk: what state they are in, who may do what about them, and what the log holds of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from duty_stage import (
    COUNSEL,
    CUSTODIAN,
    DAY_MS,
    NOTICE,
    OFFICER,
    ORDER,
    OWNER,
    WAITING,
    Desk,
    always_older,
    local,
    make_desk,
    member,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import DutyChangedError, DutyRefusedError, NounError, WrongUseError
from comity.exchange.duty.duties import SealedOrder, confirm_duty, defer_duty, finish_duty, lift_deferral
from comity.exchange.duty.duty_state import DutyState, deferred_by, due_of, overdue_since_ms, state_of
from comity.ledger.append import append_entry
from comity.model.decision import Duty
from comity.model.disclosure import CounselDeferral, EntryFacts, EntryKind, Said, StoredDuty, Unit
from comity.sim.federation import START_MS
from store_engines import both_engines

pytestmark = both_engines

LETTER = "letter of 3 December"
WHY = "counsel read the order"
UNTIL = START_MS + 30 * DAY_MS
DEFERRED = replace(NOTICE, deferred_until_ms=UNTIL, deferred_by="test/D-1")
DOUBTFUL = replace(NOTICE, confirm=True)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An owner with a small law."""
    made = make_desk(tmp_path)
    yield made
    made.federation.close()


def stored(duty: Duty, **more: object) -> StoredDuty:
    return StoredDuty(id="d", owner=OWNER, query_id="q", duty=duty, raised_ms=START_MS, **more)  # type: ignore[arg-type]


LOGGED = Duty(kind="log", rule="r", citation="c")
STATES = {
    "open": (stored(NOTICE), START_MS, DutyState.OPEN),
    "at its due time": (stored(NOTICE), START_MS + 3 * DAY_MS, DutyState.OPEN),
    "past it": (stored(NOTICE), START_MS + 3 * DAY_MS + 1, DutyState.OVERDUE),
    "without a time": (stored(replace(NOTICE, due_ms=None)), START_MS + 900 * DAY_MS, DutyState.OPEN),
    "done late": (stored(NOTICE, done_ms=START_MS + 9 * DAY_MS), START_MS + 10 * DAY_MS, DutyState.DONE),
    "waiting": (stored(WAITING), START_MS + 900 * DAY_MS, DutyState.WAITING),
    "started": (stored(replace(WAITING, due_ms=START_MS + 1)), START_MS, DutyState.OPEN),
    "deferred": (stored(DEFERRED), START_MS, DutyState.DEFERRED),
    "deferred past its own time": (stored(DEFERRED), START_MS + 9 * DAY_MS, DutyState.DEFERRED),
    "on the last millisecond": (stored(DEFERRED), UNTIL, DutyState.DEFERRED),
    "released by itself": (stored(DEFERRED), UNTIL + 1, DutyState.OVERDUE),
    "lifted": (
        stored(DEFERRED, counsel=CounselDeferral(until_ms=None, said=Said(by="m", at_ms=1, words="w"))),
        START_MS,
        DutyState.OPEN,
    ),
    "to confirm": (stored(DOUBTFUL), START_MS, DutyState.TO_CONFIRM),
    "confirmed": (stored(DOUBTFUL, confirmed=Said(by="m", at_ms=1, words="w")), START_MS, DutyState.OPEN),
    "logged": (stored(LOGGED), START_MS, DutyState.DONE),
    "counted": (stored(replace(LOGGED, kind="count")), START_MS, DutyState.DONE),
    "logged by a date": (stored(replace(LOGGED, due_ms=START_MS + 1)), START_MS, DutyState.OPEN),
    "counted later": (stored(replace(LOGGED, after="released", within="1 day")), START_MS, DutyState.WAITING),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_follows_from_facts_and_clock(name: str) -> None:
    """Nothing is stored of a state: the same facts at another time are in another."""
    one, now_ms, state = STATES[name]
    assert state_of(one, now_ms) is state


def test_a_deferred_notice_is_due_at_the_later_of_its_own_time_and_the_end() -> None:
    """No second act is needed: after the last day it is due, and what was due later still is."""
    assert due_of(stored(DEFERRED)) == UNTIL
    assert due_of(stored(replace(DEFERRED, due_ms=UNTIL + 5))) == UNTIL + 5
    assert due_of(stored(replace(DEFERRED, due_ms=None))) == UNTIL
    assert due_of(stored(replace(WAITING, deferred_until_ms=UNTIL))) is None
    assert overdue_since_ms(stored(DEFERRED), UNTIL + 1) == UNTIL


def test_a_doubtful_notice_is_overdue_as_well() -> None:
    """Waiting for a person's word does not stop the clock."""
    assert overdue_since_ms(stored(DOUBTFUL), START_MS + 4 * DAY_MS) == START_MS + 3 * DAY_MS


def test_a_duty_is_done_once(desk: Desk) -> None:
    """Evidence, member and time are kept under one entry; saying it again changes nothing and enters nothing."""
    one = desk.put(NOTICE)
    done = finish_duty(desk.world, CUSTODIAN, one.id, LETTER)
    assert (done.evidence, done.done_by, done.done_ms) == (LETTER, CUSTODIAN.id, desk.now_ms)
    again = finish_duty(desk.world, OFFICER, one.id, "another letter altogether")
    assert again == done == desk.get(one)
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_DONE]


def test_a_duty_survives_a_restart(desk: Desk) -> None:
    """What was raised, confirmed, deferred and done is there after the store was closed and opened again."""
    one, two = desk.put(DOUBTFUL), desk.put(NOTICE)
    confirm_duty(desk.world, CUSTODIAN, one.id, WHY)
    defer_duty(desk.world, COUNSEL, two.id, SealedOrder(document=ORDER, last_day=date(2027, 1, 5)), WHY)
    before = desk.world.journal.duties(OWNER)
    desk.reopen()
    assert desk.world.journal.duties(OWNER) == before
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER).changed == 2
    with pytest.raises(DutyRefusedError, match="deferred by a sealed order until the end of 2027-01-05"):
        finish_duty(desk.world, CUSTODIAN, two.id, LETTER)


@pytest.mark.parametrize(
    ("kind", "to", "roles", "may"),
    [
        ("notify", "subject", ("records-custodian",), True),
        ("notify", "subject", ("privacy-officer",), True),
        ("notify", "subject", ("counsel",), True),
        ("notify", "subject", ("agency-head",), True),
        ("notify", "subject", ("member",), False),
        ("notify", "subject", ("subject",), False),  # an outsider's role is nobody's here
        ("forward", "supervisor", ("supervisor",), True),
        ("review", "supervisor", ("supervisor",), True),
        ("review", "supervisor", ("agency-head",), True),
        ("review", "supervisor", ("records-custodian",), False),  # a review is the word of the one it names
        ("document", "", ("records-custodian",), True),
    ],
)
def test_who_may_say_that_a_duty_is_done(
    desk: Desk, kind: str, to: str, roles: tuple[str, ...], may: bool
) -> None:
    """The role it names, and the desk; a review only by its own role or the agency's head."""
    one = desk.put(replace(NOTICE, kind=kind, to=to))
    if may:
        assert finish_duty(desk.world, member(*roles), one.id, LETTER).done_ms
        return
    with pytest.raises(WrongUseError, match="may not do this for duty"):
        finish_duty(desk.world, member(*roles), one.id, LETTER)
    assert desk.get(one) == one


@pytest.mark.parametrize("evidence", ["", "  ", "done", "sent it", "word " * 200])
def test_evidence_is_said_in_words(desk: Desk, evidence: str) -> None:
    """Fewer than three words say nothing; a book is no evidence either."""
    one = desk.put(NOTICE)
    with pytest.raises(NounError):
        finish_duty(desk.world, CUSTODIAN, one.id, evidence)


def test_an_unknown_duty_is_told_in_one_sentence(desk: Desk) -> None:
    """Another agency's duty is as unknown as one that never was."""
    desk.put(NOTICE)
    with pytest.raises(
        WrongUseError, match="`river-police` has no duty `none`; `comity duties` lists what it has"
    ):
        finish_duty(desk.world, CUSTODIAN, "none", LETTER)
    with pytest.raises(WrongUseError, match="`elsewhere` is not held at this node"):
        finish_duty(desk.world, member("counsel", of="elsewhere"), "none", LETTER)


def test_a_deferred_notice_is_not_sent_before_its_time(desk: Desk) -> None:
    """Refused on the last millisecond, done one later, with no act between."""
    one = desk.put(DEFERRED)
    desk.federation.advance(UNTIL - desk.now_ms)
    with pytest.raises(DutyRefusedError, match="unless counsel lifts the deferral"):
        finish_duty(desk.world, CUSTODIAN, one.id, LETTER)
    desk.federation.advance(1)
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER).done_ms == UNTIL + 1
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_DONE]


def test_a_doubtful_notice_waits_for_a_person(desk: Desk) -> None:
    """Confirmed once, by the desk; then it may be done."""
    one = desk.put(DOUBTFUL)
    with pytest.raises(DutyRefusedError, match="a person must confirm"):
        finish_duty(desk.world, CUSTODIAN, one.id, LETTER)
    with pytest.raises(WrongUseError, match="may not"):
        confirm_duty(desk.world, OFFICER, one.id, WHY)
    confirmed = confirm_duty(desk.world, CUSTODIAN, one.id, WHY)
    assert confirm_duty(desk.world, COUNSEL, one.id, WHY) == confirmed
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER).done_ms
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_RAISED, EntryKind.DUTY_DONE]


def test_what_waits_for_an_event_is_not_done_before_it(desk: Desk) -> None:
    """Nobody is told of a change that nobody reported."""
    one = desk.put(WAITING)
    with pytest.raises(DutyRefusedError, match="waits for `record-changed`; report the event first"):
        finish_duty(desk.world, CUSTODIAN, one.id, LETTER)


def test_a_report_waits_for_the_end_of_its_period(desk: Desk) -> None:
    """A year is reported from its last local day on."""
    one = desk.put(replace(NOTICE, kind="report", period="2026"))
    desk.at("2026-12-30T23:59:59")
    with pytest.raises(DutyRefusedError, match="the period `2026` has not ended"):
        finish_duty(desk.world, CUSTODIAN, one.id, LETTER)
    desk.at("2026-12-31T00:00:00")
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER).done_ms


def test_counsel_lifts_a_deferral(desk: Desk) -> None:
    """The notice is due at its own time again; lifting twice enters once; nobody else may."""
    one = desk.put(DEFERRED)
    with pytest.raises(WrongUseError, match="it needs counsel"):
        lift_deferral(desk.world, CUSTODIAN, one.id, WHY)
    lifted = lift_deferral(desk.world, COUNSEL, one.id, WHY)
    assert (due_of(lifted), deferred_by(lifted)) == (NOTICE.due_ms, "")
    assert lift_deferral(desk.world, COUNSEL, one.id, WHY) == lifted
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER).done_ms
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_DEFERRED, EntryKind.DUTY_DONE]


def test_counsel_defers_a_notice_by_an_order(desk: Desk) -> None:
    """Until the end of the order's last day where the owner is; the same order again enters nothing."""
    one = desk.put(NOTICE)
    order = SealedOrder(document=ORDER, last_day=date(2027, 1, 5))
    with pytest.raises(WrongUseError, match="it needs counsel"):
        defer_duty(desk.world, CUSTODIAN, one.id, order, WHY)
    deferred = defer_duty(desk.world, COUNSEL, one.id, order, WHY)
    assert local(due_of(deferred)) == "2027-01-05T23:59:59-08:00"
    assert (deferred_by(deferred), deferred.counsel and deferred.counsel.order) == ("counsel", ORDER)
    desk.federation.advance(DAY_MS)
    assert defer_duty(desk.world, COUNSEL, one.id, order, WHY) == deferred
    assert desk.kinds() == [EntryKind.ANSWERED, EntryKind.DUTY_DEFERRED]


@pytest.mark.parametrize("last_day", [date(2026, 11, 17), date(2036, 11, 19), date(9999, 12, 31)])
def test_an_order_without_an_end_ahead_defers_nothing(desk: Desk, last_day: date) -> None:
    """A past day, or one beyond ten years, is refused."""
    one = desk.put(NOTICE)
    with pytest.raises(DutyRefusedError, match="is not a last day from today to 10 years on"):
        defer_duty(desk.world, COUNSEL, one.id, SealedOrder(document=ORDER, last_day=last_day), WHY)


def test_only_a_notice_that_did_not_go_out_can_be_deferred(desk: Desk) -> None:
    """A count, a notice to one's own counsel and one that was sent stay what they are."""
    order = SealedOrder(document=ORDER, last_day=date(2027, 1, 5))
    for duty in (replace(NOTICE, kind="document"), replace(NOTICE, to="supervisor"), replace(NOTICE, to="")):
        with pytest.raises(DutyRefusedError, match="only a notice to somebody outside"):
            defer_duty(desk.world, COUNSEL, desk.put(duty).id, order, WHY)
    sent = desk.put(NOTICE)
    finish_duty(desk.world, CUSTODIAN, sent.id, LETTER)
    with pytest.raises(DutyRefusedError, match="the notice went out"):
        defer_duty(desk.world, COUNSEL, sent.id, order, WHY)
    with pytest.raises(NounError):
        SealedOrder(document="order.pdf", last_day=date(2027, 1, 5))


def test_two_members_at_once_make_one_entry(desk: Desk) -> None:
    """However many say it together, a duty is done once and entered once."""
    one = desk.put(NOTICE)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: finish_duty(desk.world, CUSTODIAN, one.id, LETTER), range(24)))
    assert set(found) == {desk.get(one)}
    assert desk.kinds().count(EntryKind.DUTY_DONE) == 1


def test_a_change_that_is_not_the_next_fails_alone(desk: Desk) -> None:
    """A change made over an older one is refused whole: no entry, no change; others in its transaction go through."""
    one = desk.put(NOTICE)
    wrong = replace(one, evidence="an old copy", changed=2)
    facts = EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=desk.now_ms)
    with pytest.raises(DutyChangedError, match="somebody changed this duty meanwhile"):
        append_entry(desk.world, Unit(facts=facts, content=b"{}", record=b"{}", changed_duties=(wrong,)))
    assert desk.get(one) == one
    assert desk.kinds() == [EntryKind.ANSWERED]


def test_an_act_gives_up_after_looking_thrice(desk: Desk) -> None:
    """A journal in which somebody is always faster ends in a sentence, not in a loop."""
    one = desk.put(NOTICE)
    world = always_older(desk)
    with pytest.raises(DutyChangedError):
        finish_duty(world, CUSTODIAN, one.id, LETTER)
    assert desk.kinds() == [EntryKind.ANSWERED]


@given(st.permutations(["confirm", "lift", "lift", "confirm"]), st.integers(0, 60))
@settings(max_examples=12)
def test_the_order_of_acts_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, acts: list[str], days: int
) -> None:
    """Confirmed and lifted in any order, however often, the duty ends in the same state and is due at the same time."""
    desk = make_desk(tmp_path_factory.mktemp("acts"))
    one = desk.put(replace(DEFERRED, confirm=True))
    for act in acts:
        (confirm_duty if act == "confirm" else lift_deferral)(desk.world, COUNSEL, one.id, WHY)
    desk.federation.advance(days * DAY_MS)
    found = desk.get(one)
    assert due_of(found) == NOTICE.due_ms
    assert state_of(found, desk.now_ms) is (DutyState.OPEN if days <= 3 else DutyState.OVERDUE)
    assert finish_duty(desk.world, CUSTODIAN, one.id, LETTER) == finish_duty(desk.world, CUSTODIAN, one.id, LETTER)
    assert len(desk.kinds()) == 4
    desk.federation.close()
