"""SQLite and PostgreSQL side by side: `python bench/engines.py [--people N] [--questions N] [--engine NAME]`.

One federation in this process holds the demonstration region; its nodes' rows are on SQLite, or on a PostgreSQL server of
the bench's own with durable commits, reached by a socket of the same machine. Stores for each engine the seconds that
loading took and p50 and p99 of one owner's whole answer, entered durably: wall, and CPU of this process alone. What the
server's processes use is told apart, as CPU seconds of all of them for all questions.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import Any

from comity.demo.agencies import CA_SHERIFF, directory_agencies
from comity.demo.records import Region, generate_region
from comity.sim.federation import build_federation
from comity.store import postgres, sqlite
from comity.store.opening import Store
from match.peers.postgres_server import cpu_seconds_of
from measure import percentiles, store_result

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "exchange")]

from region_stage import Stage, about, law_texts  # noqa: E402

from store_engines import ENGINES, TestServer  # noqa: E402

SEED = 2026
Opened = Callable[[Path], Store]


@contextmanager
def server_store() -> Any:
    """Opens stores on a server that lives as long as this; also how many CPU seconds the server's sessions used."""
    held = TestServer()
    try:
        yield lambda folder: postgres.open_store(folder, held.take()), held
    finally:
        held.server.close()


def sessions(held: TestServer | None) -> float:
    """CPU seconds of the server's sessions that serve the nodes."""
    if held is None:
        return 0.0
    rows = held.run("postgres", "SELECT pid FROM pg_stat_activity WHERE application_name = 'comity'")
    return sum(cpu_seconds_of(pid) for (pid,) in rows)


def measure(region: Region, questions: int, opened: Opened, held: TestServer | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        start = time.perf_counter()
        federation = build_federation(
            Path(scratch), "seed", directory_agencies(), law_texts(), region.records, opened
        )
        loading = time.perf_counter() - start
        stage = Stage(region, federation)
        asked = ask_about(stage, region, questions + 5)
        for raw in asked[:5]:
            federation.deliver("ca-node", raw)
        wall, cpu, before = [], [], sessions(held)
        for raw in asked[5:]:
            began, used = time.perf_counter(), time.process_time()
            federation.deliver("ca-node", raw)
            wall.append((time.perf_counter() - began) * 1000)
            cpu.append((time.process_time() - used) * 1000)
        served = sessions(held) - before
        federation.close()
    return {
        "load_s": round(loading, 2),
        "answer_wall_ms": percentiles(wall),
        "answer_cpu_ms": percentiles(cpu),
        "server_cpu_ms_a_question": round(served * 1000 / questions, 3),
    }


def ask_about(stage: Stage, region: Region, count: int) -> Sequence[bytes]:
    """Sealed questions about people of the sheriff's records, each once."""
    rng = random.Random(SEED)
    records = [one for one in region.records_of(CA_SHERIFF) if one.people[0].values("name")]
    scene = region.scene.detective_question
    drawn = [about(scene, rng.choice(records)) for _ in range(count)]
    return [stage.seal(stage.query(question, CA_SHERIFF)) for question in drawn]


def on(name: str) -> AbstractContextManager[tuple[Opened, TestServer | None]]:
    return server_store() if name == "postgres" else nullcontext((sqlite.open_store, None))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="both when left out")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, store nothing")
    given = parser.parse_args()
    region = generate_region(SEED, given.people, date.today())
    figures: dict[str, Any] = {
        "people": given.people,
        "records": len(region.records),
        "questions": given.questions,
        "processors": os.cpu_count(),
    }
    for name in given.engine or ENGINES:
        with on(name) as (opened, held):
            figures[name] = measure(region, given.questions, opened, held)
    if given.dry_run:
        print(figures)
    else:
        store_result("engines", figures, "python " + " ".join(sys.argv))


if __name__ == "__main__":
    main()
