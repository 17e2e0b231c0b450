"""Retention: what is due by rule and day, what holds keep, and that what was purged is countable and not readable."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from prune_stage import keep_by_month, months_later
from record_stage import entry as intelligence_entry
from region_stage import TODAY, Stage, make_stage

from comity.demo.agencies import OWNERS, WA_POLICE, directory_agencies, member_of
from comity.demo.records import Region
from comity.errors import KeyUnavailableError, ProofError, WrongUseError
from comity.exchange.log.prune_log import prune_log
from comity.exchange.records.purge import purge_records
from comity.exchange.records.record_act import act_on_record
from comity.ledger.entry import decode_entry
from comity.model.agency import Member
from comity.model.codes import DataClass, GovernmentLevel
from comity.model.correction import RecordAct
from comity.model.disclosure import EntryKind
from comity.model.record import FieldValue, Record
from comity.oversight.retain.obligations import YEAR_DAYS, log_life, obligations_on
from comity.oversight.retain.purge_due import prove_purge, purge_due
from comity.oversight.retain.schedule import plan_retention
from comity.ports import World

RULE = "us/P23-09a"
WORD = "qxoneverseenagain"  # stands in one record alone, so that its bytes can be looked for
LOG_DAYS = 5 * YEAR_DAYS


def held(number: int, retain_until: date | None, **state: object) -> Record:
    """An intelligence entry with a last day, validated this year."""
    made = intelligence_entry(number)
    known = {"retain_until": retain_until, "last_validated": date(2026, 1, 1), "legal_hold": False, **state}
    return replace(made, state=replace(made.state, **known))


def marked(record: Record) -> Record:
    """The record with the word among its person's fields."""
    (person, *others) = record.people
    fields = (*person.fields, FieldValue(name="alias", value=WORD))
    return replace(record, people=(replace(person, fields=fields), *others))


RECORDS = (
    held(1, TODAY - timedelta(days=1)),
    held(2, TODAY + timedelta(days=9)),
    held(3, TODAY + timedelta(days=400)),
    held(4, TODAY - timedelta(days=1), legal_hold=True),
    held(5, None, last_validated=None),
)


@pytest.fixture
def aged(tmp_path: Path, region: Region) -> Iterator[Stage]:
    """Cascade City's file with entries around their last day, and nothing else of it."""
    stage = make_stage(tmp_path, region, tuple(marked(one) if one.id == "intel-1" else one for one in RECORDS))
    yield stage
    stage.federation.close()


def at(stage: Stage, post: str = "custodian") -> tuple[World, Member]:
    return stage.federation.world_of(WA_POLICE), stage.member(member_of(WA_POLICE, post))


def test_what_is_due_is_told_by_rule_and_by_the_first_day(aged: Stage) -> None:
    """By today one goes; by the tenth day two, the second from the day after its last; the far one is on neither list."""
    world, custodian = at(aged)
    now = plan_retention(world, custodian, LOG_DAYS)
    assert [(one.reference, one.first_day) for one in now.records if one.state == "goes"] == [("I-1", TODAY)]
    later = plan_retention(world, custodian, LOG_DAYS, TODAY + timedelta(days=30))
    assert [(one.reference, one.first_day) for one in later.records if one.state == "goes"] == [
        ("I-1", TODAY),
        ("I-2", TODAY + timedelta(days=10)),
    ]
    (rule,) = [one for one in later.rules if one.rule == RULE]
    assert (rule.goes, rule.held, rule.first_day) == (2, 1, TODAY)
    assert "23.20(h)" in rule.citation


def test_the_schedule_is_what_a_purge_then_does(aged: Stage) -> None:
    """Whoever purges on the day named finds exactly what was told for it, and a plan enters nothing."""
    world, custodian = at(aged)
    before = aged.size(WA_POLICE)
    by = TODAY + timedelta(days=30)
    told = {one.reference for one in plan_retention(world, custodian, LOG_DAYS, by).records if one.state == "goes"}
    assert aged.size(WA_POLICE) == before
    aged.federation.advance(30 * 86_400_000)
    done = purge_due(world, custodian, (), "the yearly review is over")
    assert {reference for reference, _ in done.removed} == told


def test_a_legal_hold_is_shown_with_what_it_keeps(aged: Stage) -> None:
    """The held record stands on the list of holds with the rule by which it would go, and a purge leaves it."""
    world, custodian = at(aged)
    (hold,) = plan_retention(world, custodian, LOG_DAYS).holds
    assert (hold.reference, hold.rules) == ("I-4", (RULE,))
    purge_due(world, custodian, (), "the yearly review is over")
    assert world.records.get(WA_POLICE, "intel-4") is not None


def test_h32_nobody_is_kept_without_an_end_unseen(aged: Stage) -> None:
    """H32: records with no last day that no rule ever ends are counted by class; of an owner's whole file they and those that
    are due in ten years are all there are."""
    world, custodian = at(aged)
    far = plan_retention(world, custodian, LOG_DAYS, TODAY + timedelta(days=3_600))
    assert sum(far.endless.values()) + len(far.records) == far.looked_at == len(RECORDS)


def test_h32_a_last_day_that_no_rule_heeds_ends_nothing(tmp_path: Path, region: Region) -> None:
    """H32: a case file whose own last day is past, which no rule of the owner heeds, is told as one without an end."""
    case = next(one for one in region.records_of(WA_POLICE) if one.data_class is DataClass.CASE)
    past = replace(case, state=replace(case.state, retain_until=TODAY - timedelta(days=400)))
    stage = make_stage(tmp_path, region, (past,))
    try:
        world, custodian = at(stage)
        found = plan_retention(world, custodian, LOG_DAYS)
        assert (found.records, found.endless) == ((), {DataClass.CASE: 1})
    finally:
        stage.federation.close()


def test_one_rule_is_purged_by_and_the_others_wait(aged: Stage) -> None:
    """With a rule named only its records go; one that reaches nothing enters nothing, and one written wrongly is refused."""
    world, custodian = at(aged)
    before = aged.size(WA_POLICE)
    assert purge_due(world, custodian, ("us-wa/WA-08b",), "the yearly review is over").removed == ()
    with pytest.raises(WrongUseError, match="`us/P23-09x` is no rule"):
        purge_due(world, custodian, (RULE, "us/P23-09x"), "the yearly review is over")
    assert aged.size(WA_POLICE) == before
    assert [one for one, _ in purge_due(world, custodian, (RULE,), "the yearly review is over").removed] == ["I-1"]


def test_a_custodian_purges_and_nobody_else(aged: Stage) -> None:
    """A privacy officer plans and proves; a detective does neither."""
    world, privacy = at(aged, "privacy")
    plan_retention(world, privacy, LOG_DAYS)
    with pytest.raises(WrongUseError, match="needs records-custodian"):
        purge_due(world, privacy, (), "the yearly review is over")
    with pytest.raises(WrongUseError, match="may not do this"):
        plan_retention(world, aged.member(member_of(WA_POLICE, "detective")), LOG_DAYS)
    with pytest.raises(WrongUseError, match="no day from today"):
        plan_retention(world, privacy, LOG_DAYS, TODAY - timedelta(days=1))


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_was_purged_is_countable_and_not_readable(aged: Stage, tmp_path: Path) -> None:
    """The record's word is in the node's files before and in none of them after; the entry counts as many as it names, its
    place in the tree is proved, and nothing of what it names is there."""
    world, custodian = at(aged)
    assert WORD.encode() in every_byte(tmp_path)
    before = len(list(records_of(world)))
    done = purge_due(world, custodian, (), "the yearly review is over")
    (index,) = done.entries
    proof = prove_purge(world, custodian, index)
    assert (proof.counted, proof.named, proof.left, proof.holds) == (len(done.removed), 1, (), True)
    assert before - len(list(records_of(world))) == proof.counted
    assert WORD.encode() not in every_byte(tmp_path)
    assert json.loads(world.journal.record(index) or b"")["said"]["words"] == "the yearly review is over"


def records_of(world: World) -> Iterator[Record]:
    return iter(world.records.page_of(WA_POLICE, "", 1_000))


def test_after_the_month_is_forgotten_the_count_stays_and_the_names_do_not(aged: Stage, tmp_path: Path) -> None:
    """When the key of the purge's month is destroyed too, the entry and its proof stay, what it named is not readable in any
    byte, and the proof says what it cannot show; the month's tally still counts it."""
    keep_by_month(aged, tmp_path / "months")
    world, custodian = at(aged)
    (index,) = purge_due(world, custodian, (), "the yearly review is over").entries
    months_later(aged)
    pruned = prune_log(world, 31)
    assert pruned.entry is not None
    proof = prove_purge(world, custodian, index)
    assert (proof.counted, proof.named, proof.holds) == (None, None, True)
    assert len(proof.unproved) == 2
    assert world.journal.content(index) is None
    with pytest.raises(Exception, match="was forgotten"):
        world.journal.content_key(index)
    (month,) = [one for one in pruned.months if one.key == "2026-11"]
    assert month.tally is not None
    rows = json.loads(world.journal.content(month.tally) or b"")["rows"]
    assert sum(row["entries"] for row in rows if row["kind"] == "records-purged") == 1
    gone = prove_purge(world, custodian, pruned.entry)
    assert (gone.keys, gone.left) == (("2026-11",), ())


def test_a_purge_that_was_undone_is_found(aged: Stage) -> None:
    """A record that is loaded again after its purge, and an entry's content that somebody altered, speak against the proof."""
    world, custodian = at(aged)
    (index,) = purge_due(world, custodian, (), "the yearly review is over").entries
    world.records.load([RECORDS[0]])
    assert prove_purge(world, custodian, index).left == ("record intel-1 is there",)
    acted = act_on_record(
        world, custodian, RecordAct(record_id="intel-3", act="hold", reason="by order of the court")
    )
    assert acted.entry is not None
    with pytest.raises(WrongUseError, match="no purge of"):
        prove_purge(world, custodian, acted.entry)
    with pytest.raises(WrongUseError, match="has no entry"):
        prove_purge(world, custodian, 10_000)


def test_an_altered_count_is_refused(aged: Stage, tmp_path: Path) -> None:
    """A number changed in the database does not open the entry's commitment any more."""
    world, custodian = at(aged)
    (index,) = purge_due(world, custodian, (), "the yearly review is over").entries
    (path,) = [one for one in tmp_path.rglob("node.db") if WA_POLICE.split("-")[0] in str(one.parent)]
    with sqlite3.connect(path) as database:
        (raw,) = database.execute("SELECT content FROM entry WHERE idx = ?", (index,)).fetchone()
        changed = bytes(raw).replace(b'"removed":1', b'"removed":2')
        assert changed != bytes(raw)
        database.execute("UPDATE entry SET content = ? WHERE idx = ?", (changed, index))
    with pytest.raises(ProofError, match="not what the entry commits to"):
        prove_purge(world, custodian, index)


def test_a_plain_purge_is_proved_too(aged: Stage) -> None:
    """What `comity records purge` did has the same proof: the entry names nobody who did it and counts all the same."""
    world, custodian = at(aged)
    (index,) = purge_records(world, WA_POLICE).entries
    assert decode_entry(world.journal.entry(index)).facts.kind is EntryKind.RECORDS_PURGED
    assert prove_purge(world, custodian, index).holds


# ---------------------------------------------------------------- the log's life


@given(st.sampled_from(OWNERS), st.integers(31, 4_000), st.dates(date(2020, 1, 1), date(2026, 11, 1)))
def test_h30_no_month_is_ready_before_the_longest_obligation(owner: str, log_days: int, day: date) -> None:
    """H30, property: whatever the node's setting, a month of the log is not called ready before the longest time that any law
    on the owner's data wants it kept, nor before the setting."""
    agency = next(one for one in directory_agencies() if one.id == owner)
    floor = max(one.days for one in obligations_on(agency) if one.floor)
    assert floor >= 5 * 365
    month = f"{day:%Y-%m}"
    life = log_life(agency, log_days, (month,), date(2026, 11, 18))
    (told,) = life.months
    first_after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    assert told.from_day >= first_after + timedelta(days=max(floor, log_days))
    assert told.ready == (told.from_day <= date(2026, 11, 18))


def test_a_ceiling_below_the_floor_is_a_conflict_and_is_shown() -> None:
    """C-17: the most a European owner's log may last is less than the least elsewhere; that is said, and not resolved."""
    agency = replace(next(iter(directory_agencies())), level=GovernmentLevel.FOREIGN)
    life = log_life(agency, LOG_DAYS, (), TODAY)
    assert "eu/EU-03b" in life.conflict
    assert "counsel decides" in life.conflict
    assert life.days == LOG_DAYS


def test_a_store_without_monthly_keys_says_so_by_listing_none(aged: Stage) -> None:
    """Where nothing lies under monthly keys no month can be forgotten by one."""
    world, custodian = at(aged)
    assert plan_retention(world, custodian, LOG_DAYS).log.months == ()
    with pytest.raises(KeyUnavailableError):
        prune_log(world, 31)
    assert DataClass.INTELLIGENCE in {one.data_class for one in plan_retention(world, custodian, LOG_DAYS).records}
