"""Another purpose, or somebody else it is for, after a question that fell short: a second person looks first."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import Stage
from test_asking_before import CLERK, SERGEANT, Desk

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.run import to_request
from comity.exchange.asking.approval import list_approvals
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.asking.changed_purpose import CHANGED_BACK_MS, fell_short
from comity.exchange.asking.kept_outcome import ASKED_KEY
from comity.exchange.asking.looked_up import look_up_of
from comity.exchange.asking.put import asked_unit
from comity.ledger.append import append_entry
from comity.model.answer import Answer, Item, WithheldField
from comity.model.approval import ApprovalState
from comity.model.canon import digest
from comity.model.codes import DataClass, Instrument, Issuer, Purpose, Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import Outcome, SourceResult
from comity.model.query import LegalBasis, PersonSubject

CLOSED, OPEN, ALSO_OPEN = Purpose.CIVIL_IMMIGRATION, Purpose.CRIMINAL_INVESTIGATION, Purpose.MISSING_PERSON
SECOND = "comity/SECOND-PERSON"


@pytest.fixture
def desk(own_stage: Stage) -> Desk:
    """The police's node, whose questions the sheriff decides."""
    return Desk(own_stage)


def waits(outcome: Outcome) -> bool:
    """Whether it went to nobody and waits for a second person."""
    return [[reason.rule for reason in one.reasons] for one in outcome.sources] == [[SECOND]]


def test_another_purpose_after_a_refusal_waits_for_a_supervisor(desk: Desk) -> None:
    """H4: nobody is asked; the asker is told why and of no other purpose; approved, it leaves, and is not stopped again."""
    first = desk.ask(purpose=CLOSED)
    assert first.sources[0].status is Status.REFUSED
    theirs = desk.owner_size()
    second = desk.ask(purpose=OPEN)
    assert waits(second)
    assert desk.owner_size() == theirs
    (reason,) = second.sources[0].reasons
    assert not [one for one in Purpose if one in f"{reason.because} {reason.remedy} {reason.title}"]
    (shown,) = list_approvals(desk.world, SERGEANT)
    assert not shown.close
    assert [(one.purpose, one.beneficiary) for one in shown.changed] == [(CLOSED, WA_POLICE)]
    assert desk.decide(SERGEANT, second, True).state(0) is ApprovalState.APPROVED
    assert desk.owner_size() > theirs
    assert not waits(desk.ask(purpose=OPEN))
    assert not waits(desk.ask(purpose=CLOSED))


def test_another_beneficiary_waits_too_and_the_same_again_does_not(desk: Desk) -> None:
    """H13: whom it is for decides as much as what it is for; another case for the same ends is the same question."""
    subject = to_request(desk.stage.region.scene.detective_question).subject
    paper = LegalBasis(
        instrument=Instrument.COURT_ORDER,
        issuer=Issuer.STATE_JUDGE,
        document=digest("an order"),
        expires=date(2030, 1, 1),
    )
    assert desk.ask(subject=subject, basis=paper).sources[0].status is Status.HELD
    assert not waits(desk.ask(subject=subject, case_number="26-9"))
    assert waits(desk.ask(subject=subject, beneficiary=CA_SHERIFF))


def test_another_member_another_person_and_a_week_later_are_left_alone(desk: Desk) -> None:
    """Of one member, about one person, within seven days."""
    desk.ask(purpose=CLOSED)
    assert not waits(desk.ask(CLERK, purpose=OPEN))
    assert not waits(desk.ask(purpose=OPEN, subject=PersonSubject(family="Zzyzwick", birth_date="1901-01-01")))
    desk.wait(CHANGED_BACK_MS)
    assert not waits(desk.ask(purpose=OPEN))


def test_danger_to_life_is_asked_at_once_and_looked_at_afterwards(desk: Desk) -> None:
    """Nothing waits in an emergency; the supervisor has it to review."""
    desk.ask(purpose=CLOSED)
    before = desk.stage.size(WA_POLICE)
    assert not waits(desk.ask(purpose=Purpose.EMERGENCY_LIFE))
    assert EntryKind.APPROVAL_ASKED in desk.kinds(before)
    assert [one.approval.emergency for one in list_approvals(desk.world, SERGEANT)] == [True]


PAIRS = tuple((purpose, agency) for purpose in (CLOSED, OPEN, ALSO_OPEN) for agency in (WA_POLICE, CA_SHERIFF))
NUMBERS = count(1)


def fresh() -> PersonSubject:
    """Somebody whom nobody asked about, and who shares name and birth date with none before."""
    number = next(NUMBERS)
    family = "".join(chr(ord("a") + one % 26) for one in sha256(str(number).encode()).digest()[:10])
    return PersonSubject(
        family=family.title(), given="Zed", birth_date=f"{1901 + number % 90}-0{1 + number % 9}-11"
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PAIRS), max_size=5))
def test_it_waits_exactly_where_something_fell_short_and_nothing_was_asked_so(
    desk: Desk, asked: list[tuple[Purpose, str]]
) -> None:
    """Held against the rule said anew: over any order of purposes and beneficiaries about one person."""
    subject, put, short = fresh(), set(), False
    for purpose, beneficiary in asked:
        alone = desk.ask(
            purpose=purpose, beneficiary=beneficiary, subject=fresh(), case_number=f"26-{next(NUMBERS)}"
        )
        ours = not alone.sources[0].answer  # refused by our own law: it would go to nobody, and waits for nobody
        outcome = desk.ask(purpose=purpose, beneficiary=beneficiary, subject=subject, case_number="26-1")
        assert waits(outcome) == (short and not ours and (purpose, beneficiary) not in put), asked
        if not waits(outcome):
            put.add((purpose, beneficiary))
            short = short or outcome.sources[0].status in (Status.REFUSED, Status.HELD)
        desk.wait(1_000)


def test_a_question_still_on_its_way_counts_as_one_that_fell_short(desk: Desk) -> None:
    """Two put at once do not pass each other; one whose content went with its month is not held against anybody."""
    request = desk.ask(purpose=OPEN).request
    other = replace(request, subject=PersonSubject(family="Quorn", given="Zed", birth_date="1961-07-09"))
    for sent in (True, False):
        asking = check_asking(desk.world, other, desk.detective, desk.world.clock.now_ms())
        queries = (make_query(desk.world, asking, CA_SHERIFF),) if sent else ()
        append_entry(desk.world, replace(asked_unit(asking, queries), look_ups=(look_up_of(asking),)))
        assert desk.world.journal.find_answer(WA_POLICE, asking.query_id, ASKED_KEY) is not None
        assert waits(desk.ask(purpose=ALSO_OPEN, subject=other.subject)) is sent
        other = replace(other, subject=PersonSubject(family="Quarles", given="Zed", birth_date="1951-07-09"))


def source(status: Status, *rules: str) -> SourceResult:
    """A source whose one record has these rules' fields withheld."""
    held = tuple(WithheldField(field="f", rule=one, citation="", title="", status="verified") for one in rules)
    item = Item(
        item_id="1",
        data_class=DataClass.CASE,
        reference="",
        probability_ppm=1,
        second_identifier=False,
        evidence=(),
        fields=(),
        withheld=held,
        labels=(),
        as_of=date(2026, 11, 2),
    )
    answer = Answer(
        query_id="0" * 32, number=1, owner="x", status=status, reasons=(), items=(item,), answered_ms=1
    )
    return SourceResult(agency="x", status=status, answer=answer if rules else None)


@pytest.mark.parametrize(
    ("one", "short"),
    [
        (source(Status.REFUSED), True),
        (source(Status.HELD), True),
        (source(Status.NOTHING_RELEASABLE), False),
        (source(Status.UNREACHABLE), False),
        (source(Status.ANSWERED, "us-ca/CA-02"), True),
        (source(Status.ANSWERED, "comity/DETAIL", "comity/NO-AGREEMENT"), False),
    ],
)
def test_what_falls_short_is_a_refusal_a_hold_or_a_field_that_the_law_keeps(
    desk: Desk, one: SourceResult, short: bool
) -> None:
    """A step that is still to be taken, and what no agreement gives to anybody, are nothing that a purpose opens."""
    outcome = replace(desk.ask(), sources=(one,))
    assert fell_short(outcome) is short
