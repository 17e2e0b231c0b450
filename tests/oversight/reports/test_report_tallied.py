"""A report over months that were pruned is the report that was made of them before, wherever a tally carries it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from history_stage import BEGINS_MS, OWNER, Sample, history, material_of, pruned, tallies_of
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import make_stage

from comity.demo.agencies import CA_SHERIFF
from comity.demo.records import Region
from comity.exchange.log.tally import Calendars, Counting, Read
from comity.ledger.entry import decode_entry
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.disclosure import Disclosure, EntryKind
from comity.model.pruning import Tally
from comity.oversight.reports.count import count_row
from comity.oversight.reports.described import Counts, Row, described, report_kinds
from comity.oversight.reports.read_log import OpenedEntry

ROWS = tuple(
    pytest.param(row, id=f"{kind}-{row.id}")
    for kind in report_kinds()
    for row in described(kind).rows
    if row.counts is not Counts.ENTERED
)
NOT_ADDED = (Counts.MINUTES, Counts.MOST_COMMON)  # a median and a percent
MONTH = (date(2026, 11, 1), date(2026, 11, 30))
WHOLE = (MONTH, (date(2026, 10, 1), date(2026, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31)))
SEEDS = st.integers(0, 2**32)
CUTOFFS = ("2026-11", "2026-12", "2027-01", "2027-03")


@pytest.fixture(scope="module")
def sample(region: Region, tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """An answer with items that a real node gave."""
    stage = make_stage(Path(tmp_path_factory.mktemp("sample")), region)
    stage.ask(stage.region.scene.detective_question)
    journal = stage.federation.world_of(CA_SHERIFF).journal
    made = None
    for index in range(journal.size()):
        facts = decode_entry(journal.entry(index)).facts
        content, record = journal.content(index), journal.record(index)
        if facts.kind is EntryKind.ANSWERED and facts.released and content and record:
            made = Sample(facts, from_canonical(record, Disclosure), from_canonical(content, Answer))
    stage.federation.close()
    assert made is not None
    return made


@pytest.mark.parametrize("row", ROWS)
@settings(max_examples=25)
@given(seed=SEEDS, cutoff=st.sampled_from(CUTOFFS))
def test_a_row_over_pruned_months_is_what_it_was(sample: Sample, row: Row, seed: int, cutoff: str) -> None:
    """Every row of every kind, over a month, a quarter and a year, whatever was pruned: the same numbers, the same total.

    Only different people of several months are not counted, since one may be in two of them; that is said.
    """
    entries = history(seed, sample)
    tallies = tallies_of(entries, cutoff)
    for days in WHOLE:
        before = count_row(row, material_of(entries, {}, days))
        after = count_row(row, material_of(pruned(entries, cutoff), tallies, days))
        assert not before.unproved
        if after.unproved:
            assert row.counts is Counts.SUBJECTS
            assert days != MONTH
            continue
        assert +after.numbers == +before.numbers
        assert after.total == before.total
        for words, number in after.numbers.items():
            counted = [times for _, times in after.behind[words]]
            assert row.counts in NOT_ADDED or sum(counted) == number


@settings(max_examples=60)
@given(seed=SEEDS, first=st.integers(2, 20), last=st.integers(1, 30))
def test_a_part_of_a_pruned_month_is_not_guessed(sample: Sample, seed: int, first: int, last: int) -> None:
    """Where days cut a month in two, what is counted from its tally is said to be unproved, or is exactly right."""
    entries = history(seed, sample)
    tallies = tallies_of(entries, "2027-03")
    days = (date(2026, 11, first), date(2026, 12, last))
    for row in described("public").rows:
        if row.counts is not Counts.ENTERED:
            before = count_row(row, material_of(entries, {}, days))
            after = count_row(row, material_of(pruned(entries, "2027-03"), tallies, days))
            assert after.unproved or (after.numbers, after.total) == (before.numbers, before.total)


@settings(max_examples=60)
@given(seed=SEEDS)
def test_a_tally_names_nobody_and_no_question(sample: Sample, seed: int) -> None:
    """No record, no person, no member, no question and no item stands in a tally's bytes, and they read back as they were."""
    entries = history(seed, sample)
    for _, tally in tallies_of(entries, "2027-03").values():
        raw = canonical_bytes(tally)
        assert from_canonical(raw, Tally) == tally
        for secret in ('"R-1"', '"R-2"', '"P"', "item-", sample.disclosure.query.member, f"{0:032x}"):
            assert secret.encode() not in raw


def test_what_was_gone_before_the_tally_is_not_counted_as_nothing(sample: Sample) -> None:
    """An answer forgotten before its month was tallied leaves its figures unproved: it named rules that nobody knows."""
    counting = Counting(Calendars((OWNER,)))
    counting.add(Read(0, sample.facts), first=True)
    tally = counting.tally("a-node", "2026-11")
    facts = sample.facts
    entries = [OpenedEntry(0, facts, None, None)]
    material = material_of(entries, {"2026-11": (7, tally)}, MONTH)
    for row in described("public").rows:
        counted = count_row(row, material)
        if row.id in ("rules", "fields", "people", "requests", "minutes", "items"):
            assert counted.unproved, row.id
        if row.id in ("answers", "purposes", "agencies"):
            assert counted.total == 1, row.id


def test_a_month_tallied_before_petitions_were_told_apart_says_that_demands_cannot_be_proved(
    sample: Sample,
) -> None:
    """A tally without their kinds is no proof that there was none: the row has words, and no nought."""
    (row,) = [one for one in described("public").rows if one.id == "demands"]
    facts = replace(sample.facts, kind=EntryKind.PETITION_OPENED, released=0, at_ms=BEGINS_MS)
    step = canonical_bytes({"petition": "P-1", "changed": 0, "kind": "demand"})
    entries = [OpenedEntry(0, facts, step, canonical_bytes({}))]
    tallies = tallies_of(entries, "2027-01")
    days = (date(2026, 1, 1), date(2026, 12, 31))
    after = count_row(row, material_of(pruned(entries, "2027-01"), tallies, days))
    assert (after.total, after.unproved) == (1, "")
    old = {
        month: (index, replace(tally, rows=tuple(replace(one, done="") for one in tally.rows)))
        for month, (index, tally) in tallies.items()
    }
    assert "cannot be proved" in count_row(row, material_of(pruned(entries, "2027-01"), old, days)).unproved
