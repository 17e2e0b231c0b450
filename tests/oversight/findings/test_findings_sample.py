"""The monthly sample: drawn by what nobody picks, drawn again by anybody, reviewed by somebody who did not ask."""

from __future__ import annotations

import hashlib

import pytest
from finding_stage import ASKER, DAY_MS, OWNER, Log, reviewer
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import WrongUseError
from comity.exchange.log.tally import month_of
from comity.ledger.tree import grow, leaf_hash, root_of
from comity.model.disclosure import EntryKind
from comity.model.sample import SampleResult
from comity.oversight.findings.sample import LEAST, MOST, SHARE_PERCENT, draw, review_sampled, show_sample

OTHER = "il-police"


@pytest.fixture
def months(log: Log) -> str:
    """Forty questions of one agency and two of another last month, and one entry of this month."""
    before = 1 + next(day for day in range(1, 40) if month_of(log.now_ms - day * DAY_MS) != month_of(log.now_ms))
    log.enter(*(log.asked(before, case_number=f"26-{at:05}") for at in range(40)))
    log.enter(*(log.asked(before, asker=OTHER, member=f"{OWNER}-privacy") for _ in range(2)))
    log.enter(log.asked(0))
    return month_of(log.now_ms - before * DAY_MS)


def test_h15_a_random_sample_goes_to_a_reviewer_and_is_drawn_again_from_the_log(log: Log, months: str) -> None:
    """H15: of each agency a stated share; seed and draw follow from the log's bytes alone, counted again without the code."""
    told = show_sample(log.world, reviewer(), months)
    assert told.questions == {ASKER: 40, OTHER: 2}
    entries = [log.world.journal.entry(index) for index in range(told.size)]
    assert month_of(int.from_bytes(entries[-1][2:6], "big") * 60_000) > months
    root = root_of(grow(0, (), [leaf_hash(raw) for raw in entries]).edge)
    assert told.seed == root.hex()
    first = told.size - 43
    ranks = {at: hashlib.sha256(root + leaf_hash(entries[at])).digest() for at in range(first, first + 40)}
    wanted = sorted(sorted(ranks, key=lambda at: ranks[at])[:LEAST])
    assert [one.entry for one in told.drawn if one.agency == ASKER] == wanted
    assert all(one.stated is not None and one.stated.case_number.startswith("26-") for one in told.drawn)
    assert show_sample(log.world, reviewer(), months) == told


def test_the_sample_stands_once_the_month_is_over(log: Log, months: str) -> None:
    """What is entered later changes nothing of it, and a month that is not over has none."""
    told = show_sample(log.world, reviewer(), months)
    log.enter(*(log.asked(0) for _ in range(5)))
    assert show_sample(log.world, reviewer(), months) == told
    with pytest.raises(WrongUseError, match="is not over in the log"):
        show_sample(log.world, reviewer(), month_of(log.now_ms))


def test_each_is_reviewed_counted_and_entered(log: Log, months: str) -> None:
    """Reason sufficient, member asked, passed on: the last word counts, each is an entry of its own."""
    one, two = show_sample(log.world, reviewer(), months).drawn[:2]
    review_sampled(log.world, reviewer(), months, one.entry, (SampleResult.ASKED, "the note names nobody"))
    review_sampled(log.world, reviewer(), months, one.entry, (SampleResult.SUFFICIENT, "the case file has it"))
    review_sampled(
        log.world, reviewer(name="auditor"), months, two.entry, (SampleResult.PASSED_ON, "to internal affairs now")
    )
    told = show_sample(log.world, reviewer(), months)
    assert told.reviewed == {"passed-on": 1, "sufficient": 1}
    assert told.drawn[0].review is not None
    assert told.drawn[0].review.words == "the case file has it"
    with pytest.raises(WrongUseError, match="not in the sample"):
        review_sampled(log.world, reviewer(), months, told.size - 1, (SampleResult.SUFFICIENT, "it was not drawn"))


def test_nobody_reviews_an_own_question_or_without_the_role(log: Log, months: str) -> None:
    """Who asked is told that there are some; who is no reviewer is told nothing."""
    told = show_sample(log.world, reviewer(), months)
    assert told.own == 0  # the other agency's member has the same name and is another person
    with pytest.raises(WrongUseError, match="does not review findings"):
        show_sample(log.world, reviewer(OWNER, "clerk", "member"), months)
    assert EntryKind.SAMPLE_REVIEWED in set(EntryKind)


@given(
    counts=st.dictionaries(st.sampled_from(("a", "b", "c")), st.integers(0, 9_000), max_size=3),
    seed=st.binary(min_size=32, max_size=32),
)
def test_the_share_drawn_is_the_stated_one(counts: dict[str, int], seed: bytes) -> None:
    """Of every agency at least so many, at most so many, and two in a hundred between; each once."""
    answers = {name: [(at, at.to_bytes(32, "big")) for at in range(count)] for name, count in counts.items()}
    drawn = draw(seed, answers)
    assert len(set(drawn)) == len(drawn)
    for name, count in counts.items():
        number = sum(1 for agency, _ in drawn if agency == name)
        assert number == min(count, MOST, max(LEAST, -(-count * SHARE_PERCENT // 100)))
