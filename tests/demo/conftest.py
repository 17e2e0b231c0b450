"""Regions shared by the tests of the demonstration: a small one, and the full one generated once."""

from __future__ import annotations

import pytest

from comity.demo.records import Region, generate_region


@pytest.fixture(scope="session")
def small_region() -> Region:
    return generate_region(seed=11, people=1_500)


@pytest.fixture(scope="session")
def full_region() -> Region:
    return generate_region()
