"""Looking through the log by its codes: counted as a slow reader counts them, and no other agency's."""

from __future__ import annotations

from collections import Counter

import pytest
from finding_stage import ASKER, OTHER_OWNER, OWNER, Log, reviewer

from comity.errors import NounError, ProofError, WrongUseError
from comity.exchange.log.tally import month_of
from comity.ledger.columns import columns_of
from comity.ledger.entry import decode_entry
from comity.model.codes import Purpose
from comity.model.disclosure import EntryFacts
from comity.model.log_view import LogFilter
from comity.oversight.explore.browse import browse_log

NAMES = ("purpose", "decision", "kind", "month", "asker")


def filled(log: Log) -> Log:
    """Two owners' answers of half a year, for several purposes."""
    purposes = (Purpose.CRIMINAL_INVESTIGATION, Purpose.MISSING_PERSON, Purpose.CUSTODY)
    log.enter(
        *(
            log.asked(
                180 - 3 * at,
                owner=OTHER_OWNER if at % 5 == 0 else OWNER,
                asker=OWNER if at % 7 == 0 else ASKER,
                purpose=purposes[at % 3],
            )
            for at in range(60)
        )
    )
    return log


def word(facts: EntryFacts, name: str) -> str:
    return {
        "purpose": str(facts.purpose or ""),
        "decision": facts.decision,
        "kind": str(facts.kind),
        "month": month_of(facts.at_ms),
        "asker": facts.asker_ori,
    }[name]


def slowly(log: Log, **wanted: str) -> tuple[list[int], dict[str, dict[str, int]]]:
    """What a reader finds who decodes every entry by itself: numbers, the newest first, and facets."""
    owner = log.federation.directory.get_agency(OWNER)
    oris = {dated.ori for dated in owner.oris}
    journal = log.world.journal
    own = {
        index: facts
        for index in range(journal.size())
        if (facts := decode_entry(journal.entry(index)).facts).owner_ori in oris
        or facts.asker_ori in oris
        or not (facts.owner_ori or facts.asker_ori)
    }
    found = [i for i, facts in own.items() if all(word(facts, name) == text for name, text in wanted.items())]
    facets: dict[str, dict[str, int]] = {}
    for name in NAMES:
        others = {other: text for other, text in wanted.items() if other != name}
        kept = [facts for facts in own.values() if all(word(facts, one) == text for one, text in others.items())]
        facets[name] = {text: count for text, count in Counter(word(one, name) for one in kept).items() if text}
    return found[::-1], facets


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"purpose": "custody"},
        {"purpose": "missing-person", "month": "2026-02"},
        {"decision": "nothing-releasable", "kind": "answered"},
        {"decision": "refused"},
        {"purpose": "no-such-purpose"},
        {"asker": "ZZ0000000"},
    ],
    ids=str,
)
def test_entries_and_facets_are_those_a_slow_reader_finds(log: Log, wanted: dict[str, str]) -> None:
    """Column by column or entry by entry: the same entries, the same counts; what nothing has is not there."""
    browsed = browse_log(filled(log).world, reviewer(), LogFilter(**wanted), 1_000)
    found, facets = slowly(log, **wanted)
    assert [row.index for row in browsed.rows] == found
    assert browsed.found == len(found)
    assert {name: dict(pairs) for name, pairs in browsed.facets.items()} == facets
    assert (browsed.older, browsed.newer) == (None, None)


def test_pages_follow_each_other_without_a_gap(log: Log) -> None:
    """From the newest to the oldest by `older`, and back by `newer`, every entry is met once."""
    world = filled(log).world
    met: list[int] = []
    below, back = None, []
    while True:
        page = browse_log(world, reviewer(), LogFilter(kind="answered"), 7, below)
        met += [row.index for row in page.rows]
        back.append(page.newer)
        if page.older is None:
            break
        below = page.older
    assert met == slowly(log, kind="answered")[0]
    assert back[0] is None
    assert all(one is not None for one in back[1:])
    again = browse_log(world, reviewer(), LogFilter(kind="answered"), 7, back[1])
    assert [row.index for row in again.rows] == met[:7]


def test_another_agencys_entries_at_the_same_node_are_not_there(log: Log) -> None:
    """Neither listed nor counted, though they stand in the same log."""
    filled(log)
    browsed = browse_log(log.world, reviewer(), LogFilter(), 1_000)
    assert browsed.own < browsed.size
    own = {dated.ori for dated in log.federation.directory.get_agency(OWNER).oris}
    assert all({row.facts.owner_ori, row.facts.asker_ori} & own for row in browsed.rows if row.facts.owner_ori)


def test_only_whoever_reviews_looks(log: Log) -> None:
    """A detective does not, and no choice is longer than a word."""
    with pytest.raises(WrongUseError, match="does not review"):
        browse_log(log.world, reviewer(OWNER, "detective", "member"), LogFilter(), 10)
    with pytest.raises(NounError):
        LogFilter(purpose="x" * 65)
    assert browse_log(log.world, reviewer(), LogFilter(), 10).rows == ()


def test_bytes_of_another_length_are_no_entries() -> None:
    """Nothing is counted of a log whose entries are not of one size."""
    with pytest.raises(ProofError):
        columns_of([b"x" * 195, b"x" * 194])
