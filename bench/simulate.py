"""Seeds of the simulation: `python bench/simulate.py [--seeds N] [--from K] [--jobs N] [--minutes M] [--store]`.

Each seed is a federation of five nodes in one process, one of them hostile, under faults drawn from the seed; checkers
that know nothing of the run look at what is left (`comity.sim`). Printed: seeds, verbs and how they ended, faults by
kind, and for each failing seed what was wrong and the line that plays it again. Exit status 1 where one fails.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from comity.sim.run import Report, Simulation, open_simulation
from measure import store_result

LONGEST_SEED_S = (
    300  # without any seed done in this time something waits for ever, which is a fault like any other
)
AT_ONCE = 100  # seeds handed out together; the time is looked at between
TOLD_EVERY = 500  # seeds

_simulations: list[Simulation] = []  # one in each process


def begin() -> None:
    """Make what all seeds of this process share; it lives as long as the process."""
    opened = open_simulation()
    _simulations.append(opened.__enter__())
    multiprocessing.util.Finalize(None, opened.__exit__, args=(None, None, None), exitpriority=10)


def play(seed: int) -> Report:
    """One seed; whatever it raises is what was wrong with it, and the next one runs."""
    try:
        return _simulations[0].run(seed)
    except Exception:
        return Report(seed, Counter(), Counter(), (traceback.format_exc(),))


def tell(report: Report) -> None:
    """A failing seed, as whoever mends it needs it."""
    print(f"seed {report.seed} failed; again: python bench/simulate.py --seeds 1 --from {report.seed}")
    for one in report.findings:
        print(f"  {one.strip()}")
    sys.stdout.flush()


@dataclass
class Sums:
    """All seeds together."""

    seeds: int = 0
    crashes: int = 0
    verbs: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    failed: list[int] = field(default_factory=list)

    def add(self, report: Report) -> None:
        self.seeds += 1
        self.crashes += report.crashes
        self.verbs += report.verbs
        self.faults += report.faults
        if report.findings:
            self.failed.append(report.seed)
            tell(report)
        if self.seeds % TOLD_EVERY == 0:
            print(f"{self.seeds} seeds, {self.crashes} crashes, {len(self.failed)} failed", flush=True)


def play_all(seeds: range, jobs: int, most_s: float) -> Sums:
    """Play seeds in their order, as many as the time allows."""
    sums, begun = Sums(), time.monotonic()
    with multiprocessing.get_context("spawn").Pool(jobs, begin) as pool:
        for first in range(0, len(seeds), AT_ONCE):
            some = seeds[first : first + AT_ONCE]
            reports = pool.imap_unordered(play, some)
            for _ in some:
                sums.add(reports.next(timeout=LONGEST_SEED_S))
            if time.monotonic() - begun > most_s:
                break
        pool.close()
        pool.join()
    return sums


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--from", dest="first", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2, help="processes")
    parser.add_argument("--minutes", type=float, default=24 * 60, help="begin no further seeds after this time")
    parser.add_argument("--store", action="store_true", help="keep the figures in bench/results")
    given = parser.parse_args()
    begun = time.monotonic()
    sums = play_all(range(given.first, given.first + given.seeds), given.jobs, given.minutes * 60)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures: dict[str, Any] = {
        "seeds": sums.seeds,
        "first": given.first,
        "failed": sorted(sums.failed),
        "crashes": sums.crashes,
        "verbs": dict(sorted(sums.verbs.items())),
        "faults": dict(sorted(sums.faults.items())),
        "cpu_ms_a_seed": round(1000 * (used.ru_utime + used.ru_stime) / sums.seeds, 1),
        "wall_s": round(time.monotonic() - begun, 1),
    }
    for name, value in figures.items():
        print(f"{name}: {value}")
    if given.store:
        store_result("simulation", figures, "python " + " ".join(sys.argv))
    return 1 if sums.failed else 0


if __name__ == "__main__":
    sys.exit(main())
