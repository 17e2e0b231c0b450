"""Fixtures of the pages' tests."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.append(str(Path(__file__).parents[1] / "node"))  # `serving.py`, which starts nodes

from web_stage import Stage, make_stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """Pages of one node, with the demonstration's sign-in."""
    return make_stage(tmp_path / "node")
