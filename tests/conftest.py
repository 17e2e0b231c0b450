"""Pytest puts this folder on the path, so that every test can import the twin that lives beside this file."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import settings

from one_region import PLACE
from store_engines import ENGINES, Engine, turn_of

LONGEST = (
    "sim/test_sim_run.py",
    "web/test_web_desk_browser.py",
    "law/test_law_cedar.py",
    "law/test_law_twin.py",
    "web/test_web_browser_every_page.py",
    "web/test_web_api_fuzz.py",
    "law/test_law_properties.py",
    "cli/test_cli_main.py",
    "web/test_web_oversight_browser.py",
    "web/test_web_browser.py",
    "store/test_segments_stateful.py",
    "exchange/answering/test_closed_values.py",
    "store/test_engines_agree.py",
    "law/test_law_analyse_reach.py",
    "web/test_web_audits_browser.py",
    "cli/test_cli_match.py",
    "web/test_web_told_browser.py",
    "sim/test_sim_warden.py",
    "exchange/log/test_prune_log.py",
    "oversight/findings/test_findings_review.py",
    "exchange/log/test_exchange_witnessing.py",
    "exchange/weights/test_own_weights.py",
    "web/test_web_browser_sign_in.py",
    "node/test_two_hosts.py",
    "web/test_web_rules.py",
    "store/test_segments_crash.py",
    "oversight/reports/test_report_figures.py",
)
"""Files that take longest, most of all where `.ci/run` plays them long; a wrong one costs a little time and nothing else."""


# Days of tests are those of the region's own zone: where it is still yesterday, nothing is of a day that has not come.
os.environ["TZ"] = "America/Los_Angeles"
time.tzset()

MEMORY = Path("/dev/shm")
ROOM = 4_000_000_000  # bytes: ten times what was seen in use at once; what a test wrote goes when it passed

settings.register_profile("comity", deadline=None)  # how long an example takes is the machine's affair
settings.load_profile("comity")


def pytest_configure(config: pytest.Config) -> None:
    """A run has one folder for its region; workers have it from the process that started them, which removes it.

    What tests write is in memory where there is room: no test is about a disk that loses what was synced, and each waits for
    hundreds of commits.
    """
    if hasattr(config, "workerinput"):
        return
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    os.environ[PLACE] = mkdtemp(prefix="comity-region-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT"))
    config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(PLACE), ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first, so that no worker is left with one when the others have done."""
    here = Path(__file__).parent
    turns = {here / name: turn for turn, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.path, len(turns)))


def pytest_collection_finish() -> None:
    """What was imported stays: the collector does not look through all of it again and again, a tenth of the computing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each engine in its turn; `store_engines.open_store` opens on it."""
    with turn_of(request.param, ready=True) as made:
        yield made
