"""Pytest puts this folder on the path, so that every test can import the twin that lives beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store_engines import ENGINES, Engine, turn_of

LONGEST = (
    "law/test_law_cedar.py",
    "law/test_law_twin.py",
    "law/test_law_analyse_reach.py",
    "cli/test_cli_main.py",
    "web/test_web_browser.py",
    "node/test_two_hosts.py",
    "node/test_node_law.py",
    "node/test_breaking_in_turn.py",
    "sim/test_sim_run.py",
    "match/test_match_finding.py",
    "exchange/weights/test_own_weights.py",
)
"""Files that take longest, by what was measured; a wrong one costs a little time and nothing else."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no worker is left with one when the others have done."""
    here = Path(__file__).parent
    turns = {here / name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in its turn; `store_engines.open_store` opens on it."""
    with turn_of(request.param) as made:
        yield made
