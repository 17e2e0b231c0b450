"""Twin worlds in time: `python bench/secrecy.py [--blocks N] [--questions N]`.

The same question about a person whose only record here is protected (8 USC 1367) goes to two copies of one node, with
that record and without it, in alternating blocks over the node's real door. Measured at the asker: how long after the
200 ms grid the answer arrives, and how long the owner works before it may leave. Two one-sided tests (TOST, Schuirmann
1987) say whether the difference of the means lies within the stated bound; Welch's standard error, normal quantiles.
Wall time, since that is what an asker sees; blocks alternate so that the machine's own drift meets both worlds.
"""

from __future__ import annotations

import argparse
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from comity.demo.agencies import FEDERAL_INVESTIGATIONS
from comity.demo.build import BuiltRegion, build_region
from comity.demo.run import running_nodes, to_request
from comity.exchange.answering.answer import TICK_MS
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.messages.wire import AnswerBody, Question, read_message, seal_message
from comity.model.codes import DataClass, Status
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.http_signature import sign_request
from comity.node.keys import FileKeys
from comity.node.peers import MESSAGES_PATH
from comity.ports import World
from comity.settings import get_member, read_directory, read_members, read_settings
from comity.store.segments.rows import remove_people
from comity.store.sqlite import DATABASE_NAME
from measure import percentiles, store_result

SEED = 2026
BOUND_MS = 2.0  # a tenth of what one look at a busy network varies by, and far below the grid
CONFIDENCE_QUANTILE = 1.6449  # one-sided 95 %
NODE = "fed-node"


def without_protected(folder: Path, copy: Path) -> int:
    """A copy of a node's folder from which the protected records are taken, keys and all; how many went."""
    shutil.copytree(folder, copy)
    with closing(sqlite3.connect(copy / DATABASE_NAME)) as database, database:
        rows = database.execute("SELECT id, owner FROM record WHERE data_class = ?", (str(DataClass.VICTIM_1367),))
        gone = rows.fetchall()
        for record, owner in gone:
            remove_people(database, owner, "record = ?", (record,))
            database.execute("DELETE FROM record WHERE id = ?", (record,))
    return len(gone)


def asking_world(folder: Path) -> World:
    """What sealing a question takes, beside the process that serves the node: no store, no law, no log of its own."""
    settings = read_settings(folder)
    directory = read_directory(folder, settings)
    closed: Any = None
    return World(
        node=settings.id,
        clock=SystemClock(),
        randomness=SystemRandomness(),
        keys=FileKeys(folder / "keys", settings.id),
        directory=lambda: directory,
        laws=closed,
        records=closed,
        journal=closed,
        peers=closed,
        weights=closed,
    )


def ask_many(asking: BuiltRegion, served: BuiltRegion, address: str, count: int) -> list[float]:
    """Milliseconds after the grid at which answers to fresh copies of one question arrive."""
    request = to_request(asking.scene.protected_question)
    folder = dict(asking.nodes)[NODE]
    world = asking_world(folder)
    member = get_member(read_members(folder), request.member)
    lateness = []
    with running_nodes(served), httpx.Client(timeout=30) as client:
        for _ in range(count + 3):
            asked = check_asking(world, request, member, world.clock.now_ms())
            query = make_query(world, asked, FEDERAL_INVESTIGATIONS)
            raw = seal_message(world, NODE, Question(query=query, member=member), world.clock.now_ms())
            times = (world.clock.now_ms() // 1000, world.randomness.take(16).hex())
            headers, _ = sign_request(world.keys, world.node, address, raw, times)
            response = client.post(address, content=raw, headers=headers)
            arrived = time.time() * 1000
            body = read_message(response.content.partition(b"\n")[2]).body
            assert isinstance(body, AnswerBody), response.content[:200]
            assert body.answer.status is Status.NOTHING_RELEASABLE, body.answer.status
            lateness.append(arrived - (body.answer.answered_ms // TICK_MS + 2) * TICK_MS)
    return lateness[3:]  # the first few warm the node's caches


def equivalence(first: list[float], second: list[float], bound: float) -> dict[str, object]:
    """Difference of means with its 90 % interval, and whether it lies within the bound both ways."""
    error = (statistics.variance(first) / len(first) + statistics.variance(second) / len(second)) ** 0.5
    difference = statistics.fmean(first) - statistics.fmean(second)
    low, high = difference - CONFIDENCE_QUANTILE * error, difference + CONFIDENCE_QUANTILE * error
    return {
        "difference_of_means_ms": round(difference, 3),
        "interval_90_ms": [round(low, 3), round(high, 3)],
        "bound_ms": bound,
        "equivalent": -bound < low and high < bound,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--blocks", type=int, default=6, help="blocks of questions to each world")
    parser.add_argument("--questions", type=int, default=60, help="questions a block")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        region = build_region(Path(scratch) / "region", SEED, given.people, date.today(), lambda _: None)
        folders = dict(region.nodes)
        copy = Path(scratch) / "without"
        gone = without_protected(folders[NODE], copy)
        assert gone, "the region has no protected record; the two worlds would be one"
        with_it = BuiltRegion(region.folder, ((NODE, folders[NODE]),), region.scene, region.people, region.records)
        without = BuiltRegion(region.folder, ((NODE, copy),), region.scene, region.people, region.records)
        listing = asking_world(folders[NODE]).directory().find_node(NODE)
        assert listing is not None
        address = listing.address + MESSAGES_PATH
        late: dict[str, list[float]] = {"with": [], "without": []}
        for block in range(2 * given.blocks):
            name, served = ("with", with_it) if block % 2 == 0 else ("without", without)
            late[name] += ask_many(region, served, address, given.questions)
    figures = {
        "protected_records": gone,
        "questions_each": len(late["with"]),
        "grid_ms": TICK_MS,
        "after_the_grid_ms": {
            name: {**percentiles(found), "mean": round(statistics.fmean(found), 3)} for name, found in late.items()
        },
        "equivalence": equivalence(late["with"], late["without"], BOUND_MS),
    }
    store_result("secrecy", figures, "python " + " ".join(sys.argv))


if __name__ == "__main__":
    main()
