"""What a question leaves on the owner's desk: a sealed order's deferral reaches it, periods are raised once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from duty_stage import COUNSEL, CUSTODIAN, DAY_MS, ORDER
from msgspec.structs import replace
from region_stage import Stage, make_stage

from comity.demo.records import Region
from comity.errors import DutyRefusedError, NounError
from comity.exchange.duty.duties import finish_duty, lift_deferral
from comity.exchange.duty.duty_state import DutyState, deferred_until_ms, due_of, state_of
from comity.law.calendar import end_of_day_ms
from comity.model.codes import Instrument, Issuer, MessageKind
from comity.model.disclosure import StoredDuty
from comity.model.query import LegalBasis

NY, NEW_YORK = "ny-dmv", "America/New_York"
LAST_DAY = date(2026, 12, 24)
SEALED = LegalBasis(
    instrument=Instrument.JUDICIAL_WARRANT,
    issuer=Issuer.ARTICLE_THREE_JUDGE,
    document=ORDER,
    expires=LAST_DAY,
    sealed=True,
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Stage]:
    made = make_stage(tmp_path_factory.mktemp("raised"), region)
    yield made
    made.federation.close()


def raised(stage: Stage, basis: LegalBasis, owner: str = NY, **changes: object) -> list[StoredDuty]:
    """The duties that one question leaves at an owner."""
    query = stage.query(stage.region.scene.removal_question, owner, basis=basis, **changes)
    stage.answer(query)
    return [one for one in stage.federation.world_of(owner).journal.duties(owner) if one.query_id == query.id]


def of_rule(duties: list[StoredDuty], rule: str, kind: str) -> StoredDuty:
    (found,) = [one for one in duties if (one.duty.rule, one.duty.kind) == (rule, kind)]
    return found


def test_a_sealed_order_holds_the_notice_and_counsel_is_asked(own: Stage) -> None:
    """Worked case 6 with the seal: the notice waits till the last day in New York, counsel looks within a working day."""
    duties = raised(own, SEALED)
    world = own.federation.world_of(NY)
    notice, review = of_rule(duties, "us-ny/NY-02", "notify"), of_rule(duties, "us-ny/NY-02a", "review")
    assert deferred_until_ms(notice) == end_of_day_ms(LAST_DAY, NEW_YORK) == due_of(notice)
    assert notice.duty.due_ms is not None
    assert notice.duty.due_ms < end_of_day_ms(LAST_DAY, NEW_YORK)
    assert notice.asker == own.region.scene.removal_question.asker
    assert state_of(notice, world.clock.now_ms()) is DutyState.DEFERRED
    assert (review.duty.to, state_of(review, world.clock.now_ms())) == ("counsel", DutyState.OPEN)
    assert of_rule(duties, "us-ny/NY-02", "count").duty.deferred_until_ms is None
    custodian = replace(CUSTODIAN, agency=NY)
    with pytest.raises(DutyRefusedError, match="until the end of 2026-12-24"):
        finish_duty(world, custodian, notice.id, "letter was sent today")
    lifted = lift_deferral(world, replace(COUNSEL, agency=NY), notice.id, "the court knows no such order")
    assert due_of(lifted) == notice.duty.due_ms
    assert finish_duty(world, custodian, notice.id, "letter was sent today").done_ms


@pytest.mark.parametrize(
    "basis",
    [
        replace(SEALED, sealed=False),
        replace(SEALED, document=None),
        replace(SEALED, expires=None),
        replace(SEALED, issuer=Issuer.IMMIGRATION_JUDGE),
        replace(SEALED, issuer=Issuer.NOBODY),
        replace(SEALED, expires=date(2026, 11, 1)),
        replace(SEALED, expires=date(9999, 12, 31)),
        replace(SEALED, instrument=Instrument.DETAINER),
    ],
)
def test_without_the_whole_order_the_person_is_told(own: Stage, basis: LegalBasis) -> None:
    """No seal, no paper, no last day, no judge of a court, an order that ran out or never ends: nothing is deferred."""
    notice = of_rule(raised(own, basis), "us-ny/NY-02", "notify")
    assert deferred_until_ms(notice) is None
    assert state_of(notice, own.federation.world_of(NY).clock.now_ms()) is DutyState.OPEN


def test_a_deferred_notice_releases_itself(own: Stage) -> None:
    """Thirty-seven days later it is due, with no act between."""
    notice = of_rule(raised(own, SEALED), "us-ny/NY-02", "notify")
    now_ms = own.federation.world_of(NY).clock.now_ms()
    assert state_of(notice, now_ms + 37 * DAY_MS) is DutyState.OVERDUE


def test_nothing_cannot_be_sealed() -> None:
    """A seal needs a paper under it."""
    with pytest.raises(NounError, match="cannot be sealed; name the order"):
        LegalBasis(instrument=Instrument.NOTHING, sealed=True)


def test_a_notification_request_in_california_waits_as_well(own: Stage) -> None:
    """The copy of the request waits; the public count does not."""
    order = replace(SEALED, issuer=Issuer.STATE_JUDGE, instrument=Instrument.COURT_ORDER)
    duties = raised(own, order, "ca-sheriff", message=MessageKind.NOTIFICATION_REQUEST)
    assert of_rule(duties, "us-ca/CA-10", "notify").duty.deferred_by == "us-ca/CA-10b"
    assert of_rule(duties, "us-ca/CA-10", "count").duty.deferred_by == ""


def test_two_questions_owe_one_report_for_the_year(own: Stage, tmp_path: Path) -> None:
    """Illinois counts every call for help and reports once a year."""
    owner = "il-police"
    plain = own.region.scene.removal_question.basis
    counts = [len([one for one in raised(own, plain, owner) if one.duty.kind == "count"]) for _ in range(2)]
    world = own.federation.world_of(owner)
    (report,) = world.journal.periodic_duties(owner)
    assert (report.duty.rule, report.duty.period, report.query_id) == ("us-il/IL-05", "2026", "")
    assert counts[0] == counts[1] > 0
