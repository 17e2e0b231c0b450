"""Comity beside its peers: what is compared, and the page that tells it."""

from __future__ import annotations

from typing import Any

from match.__main__ import PAGE, stored
from match.against import COLUMNS, Entrant, against, page, verdicts
from match.lineup import LARGEST, PEERS
from match.report import report
from match.scores import Row, table


def entrant(name: str, found: int, ms: float, at_once_ms: float = 0.0) -> Entrant:
    """An engine that finds the first `found` of forty people and names nobody else."""
    rows = [
        Row(True, int(place < found), 0.9 * (place < found), (), 1.0, ms, "", "name+date", (), at_once_ms)
        for place in range(40)
    ]
    return Entrant(name, report(table(rows), probability=False), rows)


def test_a_peer_that_finds_less_is_behind() -> None:
    """Of forty questions comity finds thirty and the peer twenty: ten in forty between them, and nothing to admit."""
    found = against(entrant("comity", 30, 2.0), [entrant("peer", 20, 3.0)])["peer"]
    assert found["questions"] == 40
    assert found["difference"]["recall@10"][0] == 0.25
    low, high = found["difference"]["recall@10"][1:]
    assert low < 0.25 < high
    assert found["difference"]["f1"][0] > 0
    assert "right_at_1pct_false" not in found["difference"]  # too few questions for one
    assert found["cpu_ratio"] == 1.5
    assert found["behind_in"] == []


def test_what_comity_is_behind_in_is_named() -> None:
    """A peer that finds more, in less time, and in less still at once: each is said."""
    found = against(entrant("comity", 20, 2.0), [entrant("peer", 30, 1.0, at_once_ms=0.5)])
    assert found["peer"]["behind_in"] == ["f1", "recall@10", "cpu_ms", "cpu_ms_at_once"]
    assert found["peer"]["cpu_ratio_at_once"] == 0.25
    assert "**comity is behind in f1, recall@10, cpu_ms, cpu_ms_at_once**" in verdicts(found)[0]


def test_a_comparison_is_of_the_questions_both_were_asked() -> None:
    """A peer asked ten questions is compared on these ten, however many comity was asked."""
    peer = entrant("peer", 10, 1.0)
    found = against(entrant("comity", 30, 1.0), [peer._replace(rows=peer.rows[:10])])["peer"]
    assert found["questions"] == 10
    assert found["difference"]["recall@10"] == [0.0, 0.0, 0.0]


def test_the_page_has_every_engine_and_says_who_was_left_out() -> None:
    """One table a run, a line an engine, the differences below it, and the reason where a peer is missing."""
    ours, peer = entrant("comity", 30, 2.0), entrant("peer", 20, 1.0)
    figures: dict[str, Any] = {
        "set": "hard",
        "records": 5_000,
        "engines": {one.name: {"build_cpu_s": 0.5, **one.found} for one in (ours, peer)},
        "against": against(ours, [peer]),
        "left_out": {"slow": "takes a day"},
    }
    told = page([{"command": "python bench/match", "date": "2026-11-28T10:00:00Z", "figures": figures}])
    assert "## hard, 5,000 records" in told
    assert all(f"| {name} | 40 |" in told for name in ("comity", "peer"))
    assert "- against peer, 40 questions: f1 +" in told
    assert "- slow was left out: takes a day" in told
    assert all(line.count("|") == len(COLUMNS) + 1 for line in told.splitlines() if line.startswith("|"))


def test_the_page_is_that_of_the_stored_runs() -> None:
    """Where comparisons are stored, `python bench/match --page` has been run since."""
    results = stored()
    assert PAGE.exists() == bool(results)
    assert not results or PAGE.read_text(encoding="utf-8") == page(results)


def test_a_peer_that_is_left_out_of_large_files_is_one_of_the_peers() -> None:
    """The largest sizes are those of peers there are, and each has its reason."""
    assert set(LARGEST) <= set(PEERS)
    assert all(most >= 100_000 and reason for most, reason in LARGEST.values())
