"""Pytest puts this folder on the path, so that every test can import the twin that lives beside this file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from store_engines import ENGINES, Engine, turn_of


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in its turn; `store_engines.open_store` opens on it."""
    with turn_of(request.param) as made:
        yield made
