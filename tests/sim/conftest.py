"""Fixtures: one simulation for all tests of a process, and a calm run to break on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

import pytest

from comity.sim.faults import CALM
from comity.sim.play import Play
from comity.sim.run import Simulation, open_simulation

_numbers = count()


@pytest.fixture(scope="session")
def simulation() -> Iterator[Simulation]:
    """Templates made once."""
    with open_simulation() as opened:
        yield opened


@pytest.fixture
def play(simulation: Simulation) -> Iterator[Play]:
    """Four nodes on which nothing goes wrong by itself."""
    made = simulation.begin(f"calm-{next(_numbers)}", Random(1), CALM)
    yield made
    simulation.close(made)
