"""A small comparison: every set, cut down, and every peer on it. Nobody is measured here, everybody must answer.

It needs `make bench-tools` and takes minutes; `.ci/run` runs it, with `COMITY_PEERS=all`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from typing import NoReturn

import pytest

from match.engine import Engine
from match.families import families_set
from match.febrl import febrl_set
from match.hard import hard_set
from match.lineup import PEERS
from match.run import run
from match.sets import BenchSet

RECORDS = 2_000
QUESTIONS = 400  # which the peers that learn may look at; every other one
ASKED = 40
FEWEST_FOUND = 0.5  # of the people who are there: all the peers find nearly all, and one that is broken finds none
SETS = ("hard", "families", "febrl4", "pseudopeople")
FEWEST_SCORES = 3  # a matcher of rules has few; one that scores everybody alike is broken
LABELLED = 60  # questions dedupe learns from; it takes five times as many where it is measured


@lru_cache(maxsize=1)
def small(name: str) -> BenchSet:
    """A set cut down to its first questions, the records they are about, and others up to `RECORDS`."""
    if name == "febrl4":
        whole = febrl_set()
    elif name == "pseudopeople":
        whole = import_module("match.pseudopeople_sets").pseudopeople_set()
    else:
        whole = hard_set(5_000, 50, 30) if name == "hard" else families_set(QUESTIONS, RECORDS)
    questions = whole.questions[:QUESTIONS]
    wanted = {one.right for one in questions}
    records = list(whole.records())
    others = [one.number for one in records if one.number not in wanted]
    kept = wanted | set(others[: RECORDS - len(wanted)])
    held = [one for one in records if one.number in kept]
    return BenchSet(name, len(held), lambda: held, questions)


def engine_of(peer: str) -> Engine:
    if peer != "dedupe":
        return PEERS[peer]()
    engine: Engine = import_module("match.peers.dedupe_gazetteer").DedupeGazetteer(LABELLED)
    return engine


@pytest.mark.slow
@pytest.mark.skipif("COMITY_PEERS" not in os.environ, reason="a comparison takes minutes; .ci/run makes it")
@pytest.mark.filterwarnings("ignore")  # the peers' packages warn about each other, not about us
@pytest.mark.parametrize("peer", sorted(PEERS))
@pytest.mark.parametrize("name", SETS)
def test_everybody_answers(name: str, peer: str, missing: Callable[[str, str], NoReturn]) -> None:
    """On every set every peer finds most people who are there, and its scores tell one answer from another."""
    try:
        bench_set, engine = small(name), engine_of(peer)
    except ImportError as reason:
        missing(peer, f"{reason}; run `make bench-tools`")
    try:
        found, rows = run(engine, bench_set, ASKED)
    finally:
        engine.close()
    present = [row for row in rows if row.present]
    assert len(rows) == ASKED
    assert present
    assert sum(1 <= row.rank <= 10 for row in present) > FEWEST_FOUND * len(present)
    assert len({row.score for row in rows}) >= FEWEST_SCORES
    assert all(row.cpu_ms > 0 for row in rows)
    assert found["all"]["questions"] == ASKED
