"""Seeds of the simulation: `python bench/simulate.py [--seeds N] [--from K] [--jobs N] [--store]`.

Each seed is a federation of four nodes in one process, one of them hostile, under faults drawn from the seed; checkers
that know nothing of the run look at what is left (`comity.sim`). Printed: seeds, verbs and how they ended, faults by
kind, and for each failing seed what was wrong and the line that plays it again. Exit status 1 where one fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
from collections import Counter
from typing import Any

from comity.sim.run import Report, Simulation, open_simulation
from measure import store_result

LONGEST_SEED_S = (
    300  # without any seed done in this time something waits for ever, which is a fault like any other
)
TOLD_EVERY = 500  # seeds

_simulations: list[Simulation] = []  # one in each process


def begin() -> None:
    """Make what all seeds of this process share; it lives as long as the process."""
    opened = open_simulation()
    _simulations.append(opened.__enter__())
    multiprocessing.util.Finalize(None, opened.__exit__, args=(None, None, None), exitpriority=10)


def play(seed: int) -> Report:
    return _simulations[0].run(seed)


def tell(report: Report) -> None:
    """A failing seed, as whoever mends it needs it."""
    print(f"seed {report.seed} failed; again: python bench/simulate.py --seeds 1 --from {report.seed}")
    for one in report.findings:
        print(f"  {one.strip()}")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--store", action="store_true", help="keep the figures in bench/results")
    given = parser.parse_args()
    verbs, faults, failed, crashes = Counter[str](), Counter[str](), list[int](), 0
    begun = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(given.jobs, begin) as pool:
        reports = pool.imap_unordered(play, range(given.first, given.first + given.seeds))
        for number in range(1, given.seeds + 1):
            report = reports.next(timeout=LONGEST_SEED_S)
            verbs += report.verbs
            faults += report.faults
            crashes += report.crashes
            if report.findings:
                failed.append(report.seed)
                tell(report)
            if number % TOLD_EVERY == 0:
                print(f"{number} seeds, {crashes} crashes, {len(failed)} failed", flush=True)
        pool.close()
        pool.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures: dict[str, Any] = {
        "seeds": given.seeds,
        "first": given.first,
        "failed": sorted(failed),
        "crashes": crashes,
        "verbs": dict(sorted(verbs.items())),
        "faults": dict(sorted(faults.items())),
        "cpu_ms_a_seed": round(1000 * (used.ru_utime + used.ru_stime) / given.seeds, 1),
        "wall_s": round(time.monotonic() - begun, 1),
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    if given.store:
        store_result("simulation", figures, "python " + " ".join(sys.argv))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
