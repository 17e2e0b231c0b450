"""Every figure is what the entries say: counted again by a reader that shares no code, refused when one entry differs."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from history_stage import material_of
from region_stage import Stage
from rows_read import ReadRow, figures, last_answers, read_rows

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    directory_agencies,
    member_of,
)
from comity.errors import NounError, ProofError, WrongUseError
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.owners import owner_day, owner_here
from comity.ledger.entry import decode_entry
from comity.ledger.proof import verify_proof
from comity.model.codes import DataClass, Instrument, Issuer, MessageKind
from comity.model.outcome import FetchRequest
from comity.model.petition import Capacity, Outcome, Particulars, PetitionKind, PetitionWanted
from comity.model.query import LegalBasis
from comity.model.report import Report
from comity.oversight.redress.decide_petition import ToDecide, decide_petition
from comity.oversight.redress.open_petition import open_petition
from comity.oversight.reports.count import count_row, since_words
from comity.oversight.reports.described import Counts, Dimension, described, report_kinds
from comity.oversight.reports.enter import GivenFigure, enter_figure
from comity.oversight.reports.make import Wanted, make_report, trace_figure
from comity.oversight.reports.register import log_begun, make_register

DAY_MS = 24 * 60 * 60 * 1000
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
YEAR = date(2026, 1, 1), date(2026, 12, 31)
NAMES = {dated.ori: agency.name for agency in directory_agencies() for dated in agency.oris}
DETAINER = LegalBasis(instrument=Instrument.DETAINER, issuer=Issuer.AGENCY_OFFICER)


def fill(stage: Stage) -> None:
    """Questions of several agencies, one asked twice, a detail, a detainer, and a request to be told of a release."""
    scene = stage.region.scene
    outcome = stage.ask(scene.detective_question)
    stage.ask(scene.detective_question)
    stage.federation.advance(90 * 60_000)
    stage.ask(scene.investigator_question)
    stage.ask(scene.removal_question)
    custody = dataclasses.replace(scene.removal_question, data_classes=(DataClass.CUSTODY,))
    for owner in (CA_SHERIFF, IL_POLICE):
        stage.ask(custody, sources=(owner,), message=MessageKind.HOLD_REQUEST, basis=DETAINER)
    stage.ask(custody, sources=(CA_SHERIFF,), message=MessageKind.NOTIFICATION_REQUEST)
    fetch_one(stage, outcome)


def fetch_one(stage: Stage, outcome: Any) -> None:
    (answer,) = [one.answer for one in outcome.sources if one.agency == CA_SHERIFF]
    item = next(one.item_id for one in answer.items if one.second_identifier)
    scene = stage.region.scene.detective_question
    wanted = FetchRequest(query_id=answer.query_id, item_id=item, asker=scene.asker, member=scene.member)
    fetch_item(stage.federation.world_of(WA_POLICE), wanted, stage.member(scene.member))


@pytest.fixture
def filled(own_stage: Stage) -> Stage:
    fill(own_stage)
    return own_stage


def rows_of(stage: Stage, agency: str) -> list[ReadRow]:
    """Rows about an agency as owner, read apart."""
    node = stage.federation.directory.get_agency(agency).node
    oris = {dated.ori for dated in stage.federation.directory.get_agency(agency).oris}
    folder = stage.federation.stores[node].folder
    return [row for row in read_rows(folder, f"seed/{node}/wrap") if row.owner in oris]


def made(stage: Stage, kind: str, agency: str) -> dict[str, Any]:
    """A report's tables by id: of November, or of the whole year where its law asks for years."""
    days = (FIRST, LAST) if described(kind).every == "month" else YEAR
    report = make_report(stage.federation.world_of(agency), Wanted(kind, agency, *days))
    return {"report": report} | {table["id"]: table for table in msgspec.to_builtins(report)["tables"]}


@pytest.mark.parametrize("agency", [CA_SHERIFF, IL_POLICE, NY_DMV, FEDERAL_INVESTIGATIONS])
def test_the_public_report_is_what_the_rows_say(filled: Stage, agency: str) -> None:
    """Each table and each total of it, counted again from rows, bytes and JSON."""
    rows = rows_of(filled, agency)
    answers = [row for row in rows if row.kind == "answered"]
    last = last_answers(rows)
    found = made(filled, "public", agency)
    assert answers
    assert figures(found["requests"]) == Counter((NAMES[row.asker], row.outcome) for row in last)
    assert found["requests"]["total"]["number"] == len(last)
    assert figures(found["answers"]) == Counter((NAMES[row.asker], row.outcome, row.compelled) for row in answers)
    assert found["answers"]["total"]["number"] == len(answers)
    assert figures(found["purposes"]) == Counter((row.purpose, row.outcome) for row in answers)
    items: Counter[tuple[str, ...]] = Counter()
    for row in answers:
        items.update((item["data_class"], NAMES[row.asker]) for item in row.content["items"])
    assert figures(found["items"]) == items
    assert found["items"]["total"]["number"] == items.total() == sum(row.released for row in answers)
    asked_by = {(row.purpose, row.asker) for row in answers}
    assert figures(found["agencies"]) == Counter((purpose,) for purpose, _ in asked_by)
    assert found["agencies"]["total"]["number"] == len({row.asker for row in answers})


def test_demands_for_the_log_are_counted_as_they_came_and_as_counsel_decided_them(filled: Stage) -> None:
    """Two came and one was decided; what others ask for about themselves is not among them; nobody is named by it."""
    assert made(filled, "public", CA_SHERIFF)["demands"]["total"]["number"] == 0
    world, desk = (
        filled.federation.world_of(CA_SHERIFF),
        {post: filled.member(member_of(CA_SHERIFF, post)) for post in ("custodian", "counsel")},
    )
    who = Particulars(petitioner="a court's clerk", contact="box 12", words="the log of October", subject=None)
    kinds = (PetitionKind.DEMAND, PetitionKind.DEMAND, PetitionKind.COMPLAINT, PetitionKind.PUBLIC_RECORDS)
    demand, *_ = [
        open_petition(
            world,
            desk["custodian"],
            PetitionWanted(kind=kind, capacity=Capacity.ANYBODY, particulars=who),
        )
        for kind in kinds
    ]
    refused = ToDecide(outcome=Outcome.REFUSED, reason="no court signed it")
    decide_petition(world, desk["counsel"], demand.id, refused)
    steps = [row for row in rows_of(filled, CA_SHERIFF) if row.kind.startswith("petition-")]
    wanted = Counter((row.kind,) for row in steps if row.content["kind"] == "demand")
    found = made(filled, "public", CA_SHERIFF)["demands"]
    assert wanted == {("petition-opened",): 2, ("petition-decided",): 1}
    assert figures(found) == wanted
    assert found["total"]["number"] == 3
    assert "clerk" not in str(found)
    traced = trace_figure(
        filled.federation.world_of(CA_SHERIFF),
        Wanted("public", CA_SHERIFF, FIRST, LAST),
        next(one["key"] for one in found["figures"] if tuple(one["values"]) == ("petition-opened",)),
    )
    assert len(traced.entries) == 2


def test_the_rules_of_the_public_report_are_those_the_answers_name(filled: Stage) -> None:
    """A rule counts once an answer that names it, as reason, as what removed a class, withheld a field or holds it."""
    wanted: Counter[tuple[str, ...]] = Counter()
    for row in rows_of(filled, CA_SHERIFF):
        if row.kind != "answered":
            continue
        rules = {one["rule"] for one in row.content["reasons"]}
        rules |= {one["rule"] for removed in row.content["removed"] for one in removed["reasons"]}
        for item in row.content["items"]:
            rules |= {one["rule"] for one in (*item["withheld"], *item["holds"])}
        wanted.update((rule, NAMES[row.asker]) for rule in rules or {"none named"})
    assert figures(made(filled, "public", CA_SHERIFF)["rules"]) == wanted
    assert any(rule.startswith("us-ca/") for rule, _ in wanted)


@pytest.mark.parametrize("agency", [CA_SHERIFF, NY_DMV])
def test_h15_the_rate_of_the_most_common_purpose_of_each_agency_is_published(filled: Stage, agency: str) -> None:
    """H15: for each requester the purpose it states most and its percent, counted again, and traced to all it asked."""
    stated: dict[str, Counter[str]] = {}
    for row in rows_of(filled, agency):
        if row.kind == "answered":
            stated.setdefault(NAMES[row.asker], Counter())[row.purpose] += 1
    found = made(filled, "public", agency)["reasons"]
    assert stated
    assert {(name, percent) for (name, _), percent in figures(found).items()} == {
        (name, 100 * max(counts.values()) // counts.total()) for name, counts in stated.items()
    }
    for one in found["figures"]:
        name, purpose = one["values"]
        assert stated[name][purpose] == max(stated[name].values())
        wanted = Wanted("public", agency, FIRST, LAST)
        traced = trace_figure(filled.federation.world_of(agency), wanted, f"reasons:{name}:{purpose}")
        assert len(traced.entries) == stated[name].total()
        assert sum(entry.counts for entry in traced.entries) == stated[name][purpose]


def test_people_are_counted_once_and_small_counts_are_not_shown(filled: Stage) -> None:
    """Few people were shown: no figure of them is a number, nor is the total; those of agencies are."""
    people = {
        (one["record_id"], one["person_key"])
        for row in rows_of(filled, CA_SHERIFF)
        if row.kind == "answered"
        for one in row.record["shown"]
    }
    table = made(filled, "public", CA_SHERIFF)["people"]
    assert 0 < len(people) < 11
    assert table["total"]["number"] is None
    assert all(one["number"] is None and one["said"] for one in table["figures"])


@pytest.mark.parametrize("agency", [CA_SHERIFF, IL_POLICE])
def test_requests_of_immigration_enforcement_are_what_the_rows_say(filled: Stage, agency: str) -> None:
    """Illinois's detainers and California's requests, by message, requester, paper and outcome."""
    rows = rows_of(filled, agency)
    civil = [
        row
        for row in last_answers(rows)
        if row.purpose == "civil-immigration" or row.instrument in ("detainer", "administrative-warrant")
    ]
    assert civil
    if agency == IL_POLICE:
        found = made(filled, "il-ag", agency)
        assert figures(found["requests"]) == Counter(
            (NAMES[row.asker], row.record["query"]["message"], row.outcome) for row in civil
        )
        papers = [row for row in rows if row.kind == "answered" and row.instrument == "detainer"]
        assert found["papers"]["total"]["number"] == len(papers) == 1
    else:
        found = made(filled, "ca-ice-access", agency)
        theirs = [row for row in last_answers(rows) if NAMES[row.asker] == NAMES_OF_REMOVAL or row in civil]
        assert figures(found["requests"]) == Counter(
            (row.record["query"]["message"], row.outcome) for row in theirs
        )


NAMES_OF_REMOVAL = next(one.name for one in directory_agencies() if one.id == REMOVAL_OPERATIONS)


@pytest.mark.parametrize("column", ["entry", "content", "record"])
def test_h20_h23_one_altered_entry_and_there_is_no_report(filled: Stage, column: str) -> None:
    """H20, H23: one byte of one entry, or of what it keeps, and the report refuses and names the entry."""
    node = filled.federation.directory.get_agency(CA_SHERIFF).node
    with closing(sqlite3.connect(filled.federation.stores[node].folder / "node.db")) as database:
        (raw,) = database.execute(f"SELECT {column} FROM entry WHERE idx = 1").fetchone()
        database.execute(f"UPDATE entry SET {column} = ? WHERE idx = 1", (altered(bytes(raw), column),))
        database.commit()
    with pytest.raises(ProofError, match="entry 1 "):
        made(filled, "public", CA_SHERIFF)


def altered(raw: bytes, column: str) -> bytes:
    """An entry with another minute; a part with another last letter but one."""
    at = 5 if column == "entry" else -2
    return (
        raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :] if at >= 0 else raw[:at] + bytes([raw[at] ^ 1]) + raw[-1:]
    )


def test_a_row_that_is_gone_leaves_no_report(filled: Stage) -> None:
    """An entry taken out of the table is missed."""
    node = filled.federation.directory.get_agency(CA_SHERIFF).node
    with closing(sqlite3.connect(filled.federation.stores[node].folder / "node.db")) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM entry WHERE idx = 1")
        database.commit()
    with pytest.raises(ProofError, match="entry"):
        made(filled, "public", CA_SHERIFF)


def test_a_nil_report_is_certified_where_nothing_happened(own_stage: Stage) -> None:
    """Illinois certifies days that are over without a request; with one request there is no certificate."""
    stage = own_stage
    world = stage.federation.world_of(IL_POLICE)

    def certificate(day: date) -> str:
        return make_report(world, Wanted("il-ag", IL_POLICE, day, day)).certificate

    def today() -> date:
        return owner_day(owner_here(world, IL_POLICE), world.clock.now_ms())

    stage.ask(stage.region.scene.detective_question)
    crime = today()
    assert not certificate(crime), "the day is not over"
    stage.federation.advance(DAY_MS)
    assert certificate(crime).startswith("Nil report, certified")
    stage.ask(stage.region.scene.removal_question)
    asked = today()
    stage.federation.advance(DAY_MS)
    assert certificate(crime)
    assert not certificate(asked)


def test_of_days_before_its_log_a_report_certifies_nothing(own_stage: Stage) -> None:
    """A year that began before the log did has figures and no nil certificate, and so has one that ended before it."""
    stage = own_stage
    stage.federation.advance(60 * DAY_MS)
    world = stage.federation.world_of(IL_POLICE)
    for year in (2025, 2026):
        report = make_report(world, Wanted("il-ag", IL_POLICE, date(year, 1, 1), date(year, 12, 31)))
        assert report.tables
        assert not report.certificate


def test_of_days_before_its_log_no_zero_is_claimed(own_stage: Stage) -> None:
    """What ended before the log has no figure; what began before it has its number with the day; what follows is proved."""
    stage = own_stage
    stage.ask(stage.region.scene.detective_question)
    stage.federation.advance(60 * DAY_MS)
    world = stage.federation.world_of(IL_POLICE)
    facts = decode_entry(world.journal.entry(0)).facts
    begun = owner_day(owner_here(world, IL_POLICE), facts.at_ms)

    def tables(first: date, last: date) -> list[Any]:
        report = make_report(world, Wanted("public", IL_POLICE, first, last))
        return [table for table in report.tables if table.source != "entered"]

    for table in tables(begun - timedelta(days=300), begun - timedelta(days=1)):
        assert table.unproved == f"cannot be proved: the log of this node began on {begun}, after these days"
        assert (table.figures, table.total) == ((), None)
        traced = trace_figure(
            world, Wanted("public", IL_POLICE, begun - timedelta(days=300), begun - timedelta(days=1)), table.id
        )
        assert (traced.figure.number, traced.figure.said, traced.entries) == (None, table.unproved, ())
    for table in tables(begun - timedelta(days=1), begun + timedelta(days=30)):
        assert not table.unproved
        for figure in (*table.figures, table.total):
            assert figure.number is None or figure.said == f"since {begun}, when the log began"
    for table in tables(begun, begun + timedelta(days=30)):
        assert all(figure.number is None or not figure.said for figure in (*table.figures, table.total))


def test_an_empty_log_proves_no_zero(own_stage: Stage) -> None:
    """No figure is counted from a log that has no entry."""
    row = next(one for one in described("public").rows if one.counts is Counts.ENTRIES)
    assert count_row(row, material_of([], {}, (FIRST, LAST), begun=None)).unproved.startswith("cannot be proved")


def test_a_month_that_the_log_has_whole_says_no_day(own_stage: Stage) -> None:
    """By months, only the one in which the log began counts from a day."""
    row = next(one for kind in report_kinds() for one in described(kind).rows if Dimension.MONTH in one.by)
    at = row.by.index(Dimension.MONTH)
    begun = date(2026, 11, 5)

    def said(month: str) -> str:
        return since_words(row, tuple(month if one == at else "any" for one in range(len(row.by))), begun)

    assert said("2026-11") == "since 2026-11-05, when the log began"
    assert said("2026-12") == ""
    assert since_words(row, (), begun)
    assert since_words(row, (), None) == ""


def test_the_register_proves_no_use_of_days_before_the_log(own_stage: Stage) -> None:
    """Without a number where the log began after the days; with the day where it began in them."""
    stage = own_stage
    assert log_begun(
        stage.federation.world_of(IL_POLICE), owner_here(stage.federation.world_of(IL_POLICE), IL_POLICE)
    )
    stage.ask(stage.region.scene.detective_question)
    stage.federation.advance(60 * DAY_MS)
    world = stage.federation.world_of(CA_SHERIFF)
    owner = owner_here(world, CA_SHERIFF)
    begun = owner_day(owner, decode_entry(world.journal.entry(0)).facts.at_ms)
    before = make_register(world, CA_SHERIFF, begun - timedelta(days=90), begun - timedelta(days=1))
    assert before.agreements
    assert {(one.answers, one.items) for one in before.agreements} == {(None, None)}
    during = make_register(world, CA_SHERIFF, begun - timedelta(days=90), begun)
    assert during.begun == begun
    assert all(one.answers is not None for one in during.agreements)
    assert log_begun(world, owner) == begun


def test_a_figure_is_followed_to_entries_whose_proofs_verify(filled: Stage) -> None:
    """Each entry behind a figure stands in the log by its own proof, and what they count adds up."""
    world = filled.federation.world_of(CA_SHERIFF)
    traced = trace_figure(world, Wanted("public", CA_SHERIFF, FIRST, LAST), "items")
    assert sum(one.counts for one in traced.entries) == traced.figure.number
    for one in traced.entries:
        verify_proof(one.proof, bytes.fromhex(one.entry), world.keys.log_key())


def test_a_figure_that_is_not_shown_is_not_traced(filled: Stage) -> None:
    """The entries behind a small count of people would show it."""
    world = filled.federation.world_of(CA_SHERIFF)
    wanted = Wanted("public", CA_SHERIFF, FIRST, LAST)
    with pytest.raises(WrongUseError, match="not shown"):
        trace_figure(world, wanted, "people")
    with pytest.raises(WrongUseError, match="no figure"):
        trace_figure(world, wanted, "nothing")


def test_what_the_desk_enters_counts_and_what_it_did_not_enter_cannot_be_proved(filled: Stage) -> None:
    """Without an entered figure the row says so in words; a correction replaces a figure; 0 is proved."""
    stage = filled
    world = stage.federation.world_of(CA_SHERIFF)
    custodian = stage.member(member_of(CA_SHERIFF, "custodian"))
    before = made(stage, "ca-doj", CA_SHERIFF)
    assert before["transfers"]["total"] is None
    assert "no figure" in before["transfers"]["unproved"]
    given = GivenFigure("transfer", 14, FIRST, date(2026, 11, 10), "jail file, sheet 11", label="robbery")
    told = enter_figure(world, custodian, given)
    enter_figure(world, custodian, dataclasses.replace(given, number=12, corrects=told.entry))
    enter_figure(world, custodian, dataclasses.replace(given, what="task-force-arrest", number=0, label=""))
    after = made(stage, "ca-doj", CA_SHERIFF)
    assert figures(after["transfers"]) == Counter({("robbery",): 12})
    assert after["arrests"]["total"]["number"] == 0
    assert entered_in_rows(stage) == [14, 12, 0]


def entered_in_rows(stage: Stage) -> list[int]:
    return [row.record["number"] for row in rows_of(stage, CA_SHERIFF) if row.kind == "figure-entered"]


def test_two_tables_of_the_same_people_do_not_tell_a_small_count_together(filled: Stage) -> None:
    """By month all are many, by group one is few: the second table is not shown, since the difference would tell."""
    world = filled.federation.world_of(CA_SHERIFF)
    custodian = filled.member(member_of(CA_SHERIFF, "custodian"))
    for number, group in ((30, "one group"), (3, "another group")):
        given = GivenFigure("gang-entry", number, FIRST, date(2026, 11, 10), "gang file, sheet 2", group=group)
        enter_figure(world, custodian, given)
    found = made(filled, "ca-doj", CA_SHERIFF)
    assert figures(found["gang"]) == Counter({("gang-entry", "2026-11"): 33})
    assert not found["gang-by-group"]["figures"]
    assert "the same people" in found["gang-by-group"]["total"]["said"]


def test_a_figure_is_of_days_that_are_over_and_of_a_word_some_report_asks_for(filled: Stage) -> None:
    """What nobody asks for, what is to come, and what somebody without the role enters, is refused."""
    stage = filled
    world = stage.federation.world_of(CA_SHERIFF)
    custodian = stage.member(member_of(CA_SHERIFF, "custodian"))
    given = GivenFigure("transfer", 1, FIRST, date(2026, 11, 10), "jail file, sheet 11")
    for wrong, member, why in (
        (dataclasses.replace(given, what="weather"), custodian, "no figure that a report asks for"),
        (dataclasses.replace(given, last=LAST), custodian, "not over"),
        (given, stage.member(member_of(CA_SHERIFF, "detective")), "may not enter"),
        (dataclasses.replace(given, corrects=0), custodian, "no figure of"),
        (dataclasses.replace(given, corrects=99_999), custodian, "no entry"),
    ):
        with pytest.raises(WrongUseError, match=why):
            enter_figure(world, member, wrong)
    with pytest.raises(NounError):
        enter_figure(world, custodian, dataclasses.replace(given, evidence=""))


def test_a_figure_of_more_than_the_reports_days_is_not_split(filled: Stage) -> None:
    """A count of more than a year in a year's report is said in words, not guessed."""
    world = filled.federation.world_of(CA_SHERIFF)
    given = GivenFigure("transfer", 40, date(2025, 12, 1), date(2026, 11, 10), "jail file, sheets 12 to 11")
    enter_figure(world, filled.member(member_of(CA_SHERIFF, "custodian")), given)
    assert "more than these days" in made(filled, "ca-doj", CA_SHERIFF)["transfers"]["unproved"]


def test_h24_a_home_address_has_a_line_of_its_own(filled: Stage) -> None:
    """H24: each field that left is counted apart by purpose, as the records say; no address left for removal."""
    wanted: Counter[tuple[str, ...]] = Counter()
    for row in rows_of(filled, WA_POLICE) + rows_of(filled, CA_SHERIFF):
        if row.kind == "answered" and row.released:
            wanted.update((name, row.purpose) for shown in row.record["shown"] for name in shown["fields"])
    found = figures(made(filled, "public", CA_SHERIFF)["fields"]) + figures(
        made(filled, "public", WA_POLICE)["fields"]
    )
    assert found == wanted
    assert any("address" in name for name, _ in wanted)
    assert not [1 for name, purpose in wanted if "address" in name and purpose == "civil-immigration"]


def test_h20_the_register_counts_what_an_agreement_gave(filled: Stage) -> None:
    """H20: answers and records to its parties for its purposes, counted again from the rows."""
    register = make_register(filled.federation.world_of(CA_SHERIFF), CA_SHERIFF, FIRST, LAST)
    one = next(found for found in register.agreements if found.agreement == "ACSO-CCPD-2026")
    theirs = [
        row
        for row in rows_of(filled, CA_SHERIFF)
        if row.kind == "answered"
        and row.released
        and NAMES[row.asker] in one.parties
        and row.purpose in one.purposes
    ]
    assert (one.answers, one.items) == (len(theirs), sum(row.released for row in theirs))
    assert one.answers


def test_a_report_is_owed_where_its_law_binds(filled: Stage) -> None:
    """Illinois's report is none of California's agencies."""
    with pytest.raises(WrongUseError, match="owed by agencies of IL"):
        made(filled, "il-ag", CA_SHERIFF)


def test_the_same_log_gives_the_same_hash(filled: Stage) -> None:
    """A report over the same entries at the same time is the same, byte for byte; another answer changes its hash."""
    first: Report = made(filled, "public", WA_POLICE)["report"]
    assert made(filled, "public", WA_POLICE)["report"] == first
    filled.ask(filled.region.scene.investigator_question)
    assert made(filled, "public", WA_POLICE)["report"].hash != first.hash


@pytest.mark.parametrize("kind", report_kinds())
def test_every_kind_is_described_whole(kind: str) -> None:
    """Each names its law, whom it is for, and rows that can be counted."""
    found = described(kind)
    assert found.citation
    assert found.to
    assert found.rows


@pytest.mark.parametrize("kind", [kind for kind in report_kinds() if not described(kind).states])
def test_every_kind_without_a_state_can_be_made(filled: Stage, kind: str) -> None:
    """No row of it raises, and every figure is a number or words."""
    report = make_report(filled.federation.world_of(CA_SHERIFF), Wanted(kind, CA_SHERIFF, FIRST, LAST))
    for table in report.tables:
        assert table.unproved or table.total is not None
        for figure in table.figures:
            assert figure.number is None or not figure.said or figure.said.startswith("since ")
            assert figure.number is not None or figure.said
