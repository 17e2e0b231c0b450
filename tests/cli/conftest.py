"""Fixtures: one region on disk for all tests of the command line."""

from __future__ import annotations

from datetime import date

import pytest
from cli_stage import Stage

from comity.demo.build import build_region


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Five nodes with four hundred synthetic people; tests may ask there, and break only copies."""
    folder = tmp_path_factory.mktemp("cli") / "region"
    return Stage(build_region(folder, 2026, 400, date.today(), lambda _: None))
