"""A filled log on either engine."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "findings"))

from finding_stage import Log

from store_engines import Engine


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Iterator[Log]:
    """Two owners at one node, nothing asked yet."""
    made = Log(tmp_path)
    yield made
    made.federation.close()
