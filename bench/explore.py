"""Looking through a log of a hundred thousand entries by its codes: `python bench/explore.py [--entries N]`.

The entries are those of simulated quarters (`comity.demo.traffic`), entered in a real log on SQLite with the records that
lie behind them. Measured: one page of everything, of one purpose in one month, and of nothing; and one entry with its proof.
Wall time is what somebody waits; the machine is shared, so that CPU time is told beside it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from comity.demo.traffic.enter import opened_uses, unit_of
from comity.demo.traffic.quarter import OWNER, make_quarter
from comity.ledger.append import append_entries
from comity.model.agency import Member
from comity.model.disclosure import Unit
from comity.model.log_view import LogBrowsed, LogFilter
from comity.oversight.explore.browse import browse_log
from comity.oversight.explore.entry_view import show_entry
from comity.sim.federation import build_federation
from measure import store_result

AT_ONCE = 500  # entries of one transaction
PAGE = 50
TIMES = 5  # of each look; the median is told
REVIEWER = Member(
    id="privacy", name="Privacy", agency=OWNER, roles=("privacy-officer",), trained_until=date(2030, 1, 1)
)


def timed(look: Callable[[], Any]) -> dict[str, float]:
    """The median of some looks, in milliseconds: of wall time and of this process' own."""
    walls, cpus = [], []
    for _ in range(TIMES):
        wall, cpu = time.perf_counter(), time.process_time()
        look()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return {
        "wall_ms": round(1_000 * sorted(walls)[TIMES // 2], 1),
        "cpu_ms": round(1_000 * sorted(cpus)[TIMES // 2], 1),
    }


def run(entries: int) -> dict[str, Any]:
    """Fill a log and look through it."""
    quarter = make_quarter(0, [])
    with tempfile.TemporaryDirectory() as folder:
        federation = build_federation(Path(folder), "explore", quarter.agencies, {}, ())
        owner, world = federation.directory.get_agency(OWNER), federation.world_of(OWNER)
        entered = 0
        for seed in count():
            if entered >= entries:
                break
            units: list[Unit] = [
                unit_of(one, owner)
                for one in opened_uses(make_quarter(seed, []))
                if not one.told and not one.pointed
            ][: entries - entered]
            for at in range(0, len(units), AT_ONCE):
                append_entries(world, units[at : at + AT_ONCE])
            entered += len(units)

        def page(**wanted: str) -> LogBrowsed:
            return browse_log(world, REVIEWER, LogFilter(**wanted), PAGE)

        everything = page()
        month = everything.facets["month"][0][0]
        purpose = everything.facets["purpose"][0][0]
        figures = {
            "entries": everything.size,
            "everything": timed(page),
            "one_purpose_in_one_month": timed(lambda: page(purpose=purpose, month=month)),
            "nothing": timed(lambda: page(purpose="subject-access", decision="refused")),
            "one_entry": timed(lambda: show_entry(world, REVIEWER, entries // 2)),
        }
        federation.close()
    return figures


def main() -> None:
    """Measure, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--entries", type=int, default=100_000)
    given = parser.parse_args()
    figures = run(given.entries)
    print(figures)
    store_result("explore", figures, f"python bench/explore.py --entries {given.entries}")


if __name__ == "__main__":
    main()
