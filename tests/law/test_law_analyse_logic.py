"""Analyses in several threads: one at a time, each as if alone, and nothing of the solver outside of one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from law_samples import HEAD, HEADING, TODAY, law_text

from comity.law.analyse.diff import diff
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.logic import Solver, Verdict, analysis, flag, number
from comity.law.analyse.texts import ground_of
from comity.model.law_text import LawKind

AT_ONCE = 4
GIVEN = Given(today=TODAY)
STOPS = f'rule T-01 "Title" {HEADING} decided automatically at release forbid fields labelled address when '


def ground(purpose: str) -> Ground:
    return ground_of(
        (law_text(LawKind.PACK, f"{HEAD}{STOPS}query's purpose is {purpose} and asker's level is federal\n"),)
    )


def cells(purpose: str) -> set[tuple[object, ...]]:
    """Every cell that changes where a rule moves from stops to another purpose."""
    found = diff(ground("stop"), ground(purpose), GIVEN)
    assert not found.undecided
    return {
        (one.wider, words, field) for one in found.changes for words in product(*one.words) for field in one.fields
    }


def test_analyses_at_once_say_what_each_says_alone() -> None:
    """Four threads prove at the same moment; beside each other in the solver they would be wrong, or end the process."""
    purposes = ("audit", "criminal-investigation") * AT_ONCE
    alone = {purpose: cells(purpose) for purpose in set(purposes)}
    assert all(alone.values())
    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert list(pool.map(cells, purposes)) == [alone[purpose] for purpose in purposes]


def test_nothing_of_the_solver_is_made_outside_an_analysis() -> None:
    """A function that forgets its turn fails at once, and not one time in a thousand beside another thread."""
    for make in (lambda: flag("open"), lambda: number("day"), Solver):
        with pytest.raises(RuntimeError, match="outside `analysis`"):
            make()


def test_an_analysis_within_an_analysis_keeps_the_turn() -> None:
    """What calls another analysis goes on with its own solver afterwards."""
    with analysis():
        solver = Solver()
        with analysis():
            assert Solver().find(flag("open")) is Verdict.FOUND
        assert solver.find(flag("open")) is Verdict.FOUND
