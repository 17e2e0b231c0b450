"""What was filed stands in the log, does its duty, and is held against any copy later."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, NY_DMV, WA_POLICE, member_of
from comity.errors import DutyRefusedError, WrongUseError
from comity.exchange.duty.duties import finish_duty
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.ledger.proof import verify_proof
from comity.model.agency import Member
from comity.model.canon import digest
from comity.model.disclosure import StoredDuty
from comity.model.filing import FilingTold, ToFile
from comity.model.report import Report
from comity.node.duty_requests import raise_owed
from comity.oversight.reports.described import described, report_kinds
from comity.oversight.reports.enter import GivenFigure, enter_figure
from comity.oversight.reports.filings import file_report, filings_of, verify_filing
from comity.oversight.reports.make import Wanted, make_report
from comity.oversight.reports.owed import owed_by, raise_reports
from comity.oversight.reports.period import due_on

DAY_MS = 86_400_000
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
YEAR = (date(2026, 1, 1), date(2026, 12, 31))
ON_BOTH_ENGINES = True


def custodian(stage: Stage, agency: str) -> Member:
    return stage.member(member_of(agency, "custodian"))


def made(stage: Stage, kind: str, agency: str, days: tuple[date, date]) -> Report:
    return make_report(stage.federation.world_of(agency), Wanted(kind, agency, *days))


def to_file(report: Report, corrects: int | None = None) -> ToFile:
    """A report as it is handed over: its bytes stand for any form."""
    return ToFile(report=report, form="json", bytes_hash=hash_of(report), corrects=corrects)


def hash_of(report: Report) -> str:
    return "sha256:" + hashlib.sha256(repr(report).encode()).hexdigest()


def filed(
    stage: Stage, kind: str, agency: str, days: tuple[date, date], corrects: int | None = None
) -> FilingTold:
    report = made(stage, kind, agency, days)
    return file_report(stage.federation.world_of(agency), custodian(stage, agency), to_file(report, corrects))


def until(stage: Stage, day: date) -> None:
    """Let the clock run to noon of a day, where the simulated clock began on 18 November."""
    stage.federation.advance((day - date(2026, 11, 18)).days * DAY_MS)


def reports_owed(stage: Stage, agency: str) -> dict[tuple[str, str], StoredDuty]:
    """The report duties of an agency, by register and period."""
    world = stage.federation.world_of(agency)
    raise_owed(world)
    found = world.journal.periodic_duties(agency)
    return {(one.duty.report, one.duty.period): one for one in found if one.duty.kind == "report"}


def test_what_was_filed_is_held_against_a_copy(own_stage: Stage) -> None:
    """The same bytes are found with who signed them and when, a proof that any verifier accepts, and nothing differs."""
    stage = own_stage
    stage.ask(stage.region.scene.detective_question)
    until(stage, date(2026, 12, 3))
    world = stage.federation.world_of(CA_SHERIFF)
    report = made(stage, "public", CA_SHERIFF, NOVEMBER)
    told = file_report(world, custodian(stage, CA_SHERIFF), to_file(report))
    checked = verify_filing(world, CA_SHERIFF, hash_of(report))
    assert checked.told == told
    assert (told.filing.by, told.filing.report) == (custodian(stage, CA_SHERIFF).id, report.hash)
    assert checked.differs == ()
    index, _ = verify_proof(checked.proof, bytes.fromhex(checked.raw_entry), world.keys.log_key())
    assert index == told.entry
    with pytest.raises(WrongUseError, match="altered"):
        verify_filing(world, CA_SHERIFF, digest("another file"))


def test_two_runs_are_compared_before_and_after(own_stage: Stage) -> None:
    """Figures that changed since the report was made are not filed; those that change afterwards are named."""
    stage = own_stage
    until(stage, date(2026, 12, 3))
    world, member = stage.federation.world_of(CA_SHERIFF), custodian(stage, CA_SHERIFF)
    given = GivenFigure("complaint", 2, *NOVEMBER, "desk book, page 1")
    first = enter_figure(world, member, given)
    stale = made(stage, "public", CA_SHERIFF, NOVEMBER)
    second = enter_figure(world, member, replace_figure(given, 3, first.entry))
    with pytest.raises(WrongUseError, match=r"`entered:complaint` was 2 .* is 3 now"):
        file_report(world, member, to_file(stale))
    report = made(stage, "public", CA_SHERIFF, NOVEMBER)
    file_report(world, member, to_file(report))
    enter_figure(world, member, replace_figure(given, 4, second.entry))
    differs = verify_filing(world, CA_SHERIFF, hash_of(report)).differs
    assert {(one.key, one.filed, one.now) for one in differs} == {
        ("entered:complaint", "3", "4"),
        ("entered", "3", "4"),
    }


def replace_figure(given: GivenFigure, number: int, corrects: int) -> GivenFigure:
    return GivenFigure(
        given.what, number, given.first, given.last, given.evidence, given.label, given.group, corrects
    )


def test_a_correction_is_a_new_filing_that_names_the_old(own_stage: Stage) -> None:
    """A second filing of the same days needs the entry of the newest; both stay, and the old one is known as replaced."""
    stage = own_stage
    until(stage, date(2026, 12, 3))
    world = stage.federation.world_of(CA_SHERIFF)
    first = filed(stage, "public", CA_SHERIFF, NOVEMBER)
    for corrects in (None, 0):
        with pytest.raises(WrongUseError, match=f"--corrects {first.entry}"):
            filed(stage, "public", CA_SHERIFF, NOVEMBER, corrects)
    second = filed(stage, "public", CA_SHERIFF, NOVEMBER, first.entry)
    with pytest.raises(WrongUseError, match=f"--corrects {second.entry}"):
        filed(stage, "public", CA_SHERIFF, NOVEMBER, first.entry)
    owner = stage.federation.directory.get_agency(CA_SHERIFF)
    found = filings_of(world, owner)
    assert [(one.entry, one.replaced_by) for one in found] == [(first.entry, second.entry), (second.entry, None)]
    with pytest.raises(WrongUseError, match="no filing of these days"):
        filed(stage, "criminal-history", CA_SHERIFF, (date(2025, 1, 1), date(2025, 12, 31)), first.entry)


def test_who_may_file_and_what(own_stage: Stage) -> None:
    """A member of the desk, of the agency, a report that was made here, of a whole period that is over."""
    stage = own_stage
    until(stage, date(2026, 12, 3))
    world, member = stage.federation.world_of(CA_SHERIFF), custodian(stage, CA_SHERIFF)
    report = made(stage, "public", CA_SHERIFF, NOVEMBER)
    half = made(stage, "public", CA_SHERIFF, (date(2026, 11, 2), date(2026, 11, 30)))
    running = made(stage, "public", CA_SHERIFF, (date(2026, 12, 1), date(2026, 12, 31)))
    for given, by, why in (
        (report, stage.member(member_of(CA_SHERIFF, "detective")), "may not file"),
        (replace(report, certificate="Nil report"), member, "make it again"),
        (half, member, "one whole month"),
        (running, member, "not over"),
    ):
        with pytest.raises(WrongUseError, match=why):
            file_report(world, by, to_file(given))
    with pytest.raises(WrongUseError, match="a member of it files"):
        file_report(stage.federation.world_of(WA_POLICE), custodian(stage, WA_POLICE), to_file(report))
    assert filings_of(world, stage.federation.directory.get_agency(CA_SHERIFF)) == ()


@pytest.mark.parametrize("agency", [CA_SHERIFF, IL_POLICE, NY_DMV, WA_POLICE])
def test_every_statutory_report_is_a_duty_with_its_day(own_stage: Stage, agency: str) -> None:
    """Each kind an agency's statutes demand is owed for the running period, by its own law's duty or by ours, on its day."""
    owner = own_stage.federation.directory.get_agency(agency)
    owed = reports_owed(own_stage, agency)
    kinds = owed_by(owner)
    assert kinds == tuple(kind for kind in report_kinds() if owner.state in described(kind).states)
    for kind in kinds:
        asked = described(kind)
        names = {kind, asked.register} - {""}
        mine = [one for (report, _), one in owed.items() if report in names]
        if not mine:
            assert asked.register, f"`{kind}` is owed by nobody"
            continue  # its pack raises it with the first question it is about
        last = YEAR[1] if asked.every == "year" else NOVEMBER[1]
        assert due_on(last, asked.every, asked.due) > last
        assert all(one.duty.due_ms is not None for one in mine)


def test_a_report_that_is_not_filed_is_overdue_until_it_is(own_stage: Stage) -> None:
    """Illinois, 1 March: open before, overdue after, done by the filing, certificate or not."""
    stage = own_stage
    key = ("il-ag-annual", "2026")
    assert state_of(reports_owed(stage, IL_POLICE)[key], now(stage, IL_POLICE)) is DutyState.OPEN
    until(stage, date(2027, 2, 20))
    assert state_of(reports_owed(stage, IL_POLICE)[key], now(stage, IL_POLICE)) is DutyState.OPEN
    stage.federation.advance(12 * DAY_MS)
    duty = reports_owed(stage, IL_POLICE)[key]
    assert state_of(duty, now(stage, IL_POLICE)) is DutyState.OVERDUE
    told = filed(stage, "il-ag", IL_POLICE, YEAR)
    assert not told.filing.nil, "the log began in November: of the months before it nothing is certified"
    assert (told.filing.due, told.filing.days_late) == (date(2027, 3, 1), 3)
    assert told.duties == (duty.id,)
    assert state_of(reports_owed(stage, IL_POLICE)[key], now(stage, IL_POLICE)) is DutyState.DONE
    until(stage, date(2028, 1, 5))
    assert filed(stage, "il-ag", IL_POLICE, (date(2027, 1, 1), date(2027, 12, 31))).filing.nil


def now(stage: Stage, agency: str) -> int:
    return stage.federation.world_of(agency).clock.now_ms()


def test_a_report_no_pack_demands_is_ours_and_done_by_filing_alone(own_stage: Stage) -> None:
    """California's access report is no rule of its pack: the duty is the exchange's, and words do not do it."""
    stage = own_stage
    world = stage.federation.world_of(CA_SHERIFF)
    duty = reports_owed(stage, CA_SHERIFF)[("ca-ice-access", "2026")]
    assert duty.duty.rule == "comity/REPORT"
    assert raise_reports(world) == (), "raised once"
    until(stage, date(2027, 1, 10))
    with pytest.raises(DutyRefusedError, match="filing make"):
        finish_duty(world, custodian(stage, CA_SHERIFF), duty.id, "it was sent by mail")
    told = filed(stage, "ca-ice-access", CA_SHERIFF, YEAR)
    assert told.duties == (duty.id,)
    assert told.filing.days_late == 0
    assert ("ca-ice-access", "2027") in reports_owed(stage, CA_SHERIFF)


def test_a_node_that_was_away_owes_what_it_missed(own_stage: Stage) -> None:
    """Three years later every year since the last that was raised is owed, and overdue."""
    stage = own_stage
    reports_owed(stage, NY_DMV)
    stage.federation.advance(timedelta(days=3 * 366) // timedelta(milliseconds=1))
    owed = reports_owed(stage, NY_DMV)
    assert {period for report, period in owed if report == "ny-dmv"} == {"2025", "2026", "2027", "2028", "2029"}
    overdue = [
        period
        for (report, period), one in owed.items()
        if report == "ny-dmv" and state_of(one, now(stage, NY_DMV)) is DutyState.OVERDUE
    ]
    assert set(overdue) == {"2025", "2026", "2027"}, "2028's is due at the end of 2029, which runs"
