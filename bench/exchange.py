"""Whole questions between served nodes, durable writes on both sides.

    python bench/exchange.py --owners 20 --records 100000     20 owners: all alive, one killed, one that hangs
    python bench/exchange.py --overhead                       law and log of one question, without matching and network
    python bench/exchange.py --sustained --minutes 10         many questions at once where matching is trivial

Wall times are those of the asking node's own clock, CPU that of each node's process with all its threads. Nodes, records
and law are those of `bench/owners.py`; every owner knows the person asked about, since answers that tell nothing wait for
their tick (docs/decisions/0006). A part that is measured leaves the stored figures of the others as they are.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from comity.demo.run import to_request
from comity.exchange.answering import answer as answering
from comity.exchange.asking.ask import ask_query
from comity.exchange.receive import receive_message
from comity.model.codes import Status
from comity.model.outcome import AskRequest, Outcome
from comity.node.local import Ask, at_node
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import get_member, read_members
from measure import percentiles, store_result, stored_figures
from owners import ASKING_NODE, Owners, build_owners
from served import Served, serve_all

WARM = 3  # questions before anything is measured: connections, law and tables are there afterwards
FEW = 1_000  # records of a region whose matching is trivial; everybody whom all owners know is among them


def requests(region: Owners, count: int, sources: Sequence[str]) -> list[AskRequest]:
    """The detective's question about people whom every owner knows, in turn, each under a case number of their own.

    Of 213 one gets `nothing-releasable`, rightly: the only record is a case that does not say whether it is sealed, and the
    owner's policy hides sealed records (`tests/exchange/answering/test_exchange_candidates.py`).
    """
    like = replace(to_request(region.built.scene.detective_question), sources=tuple(sources), dppa_use="")
    numbered = [(f"26-{number:05}", subject) for number, subject in enumerate(region.known)]
    return [
        replace(like, subject=subject, case_number=case)
        for case, subject in itertools.islice(itertools.cycle(numbered), count)
    ]


def ask_in_turn(asker: Served, asked: Sequence[AskRequest]) -> tuple[list[Outcome], list[list[float]]]:
    """Each question after the one before it: outcomes, and for each when every source's status came (milliseconds)."""
    outcomes, told = [], []
    with at_node(asker.folder) as verbs:
        for request in asked:
            began, heard = time.perf_counter(), []
            outcomes.append(
                verbs(
                    Ask(request=request),
                    Outcome,
                    lambda _a, _s, b=began, h=heard: h.append((time.perf_counter() - b) * 1000),
                )
            )
            told.append(heard)
    return outcomes, told


def measure_turns(served: Sequence[Served], asked: Sequence[AskRequest]) -> dict[str, Any]:
    """Wall, statuses, and CPU of both sides for each question asked."""
    asker, owners = served[0], served[1:]
    ask_in_turn(asker, asked[:WARM])
    before = [one.cpu_ms() if one.process.poll() is None else 0.0 for one in served]
    outcomes, told = ask_in_turn(asker, asked)
    used = [
        (one.cpu_ms() if one.process.poll() is None else 0.0) - was
        for one, was in zip(served, before, strict=True)
    ]
    statuses: dict[str, int] = {}
    for source in (source for outcome in outcomes for source in outcome.sources):
        statuses[source.status] = statuses.get(source.status, 0) + 1
    alive = len([one for one in owners if one.process.poll() is None])
    return {
        "wall_ms": percentiles([float(outcome.took_ms) for outcome in outcomes]),
        "last_but_one_status_ms": percentiles([sorted(heard)[-2] for heard in told]) if len(told[0]) > 1 else None,
        "asker_cpu_ms": round(used[0] / len(asked), 2),
        "owner_cpu_ms": round(sum(used[1:]) / len(asked) / alive, 2),
        "statuses": statuses,
    }


def measure_owners(folder: Path, count: int, records: int, questions: int) -> dict[str, Any]:
    """All owners alive; one killed; one stopped with its connections open."""
    region = build_owners(folder, count, records)
    asked = requests(region, questions, region.owners)
    with serve_all(region.built.nodes) as served:
        figures: dict[str, Any] = {"owners": count, "records_each": records, "questions": questions}
        figures["alive"] = measure_turns(served, asked)
        figures["one_owner_alone"] = measure_turns(
            (served[0], served[1]), requests(region, questions, region.owners[:1])
        )
        with served[-1].hanging():
            # Few: until the breaker opens each of them waits its whole second for the one that hangs.
            figures["one_hanging"] = measure_turns(served, [replace(one, wait_ms=1_000) for one in asked[:20]])
        served[-1].kill()
        figures["one_dead"] = measure_turns(served, asked)
        figures["resident_mb"] = {"asker": served[0].resident_mb(), "owner": served[1].resident_mb()}
    return figures


def measure_overhead(folder: Path, records: int, questions: int) -> dict[str, Any]:
    """Both worlds in this process: what a question costs without its network, and without finding and comparing."""
    region = build_owners(folder, 1, records)
    folders = dict(region.built.nodes)
    asked = requests(region, questions + WARM, region.owners)
    taken: list[float] = []
    whole: list[float] = []
    cpu: list[float] = []
    with open_world(folders["owner-01-node"]) as owner, open_world(folders[ASKING_NODE]) as asker:
        asking = _direct(asker, owner)
        member = get_member(read_members(folders[ASKING_NODE]), asked[0].member)
        with timed_matching(taken):
            for request in asked:
                taken.append(0.0)
                began, used = time.perf_counter(), time.process_time()
                outcome = ask_query(asking, request, member)
                whole.append((time.perf_counter() - began) * 1000)
                cpu.append((time.process_time() - used) * 1000)
                if outcome.sources[0].status not in (Status.ANSWERED, Status.NOTHING_RELEASABLE):
                    raise ValueError(f"a question was {outcome.sources[0].status}; nothing is measured by that")
    rest = [all_of - of_it for all_of, of_it in zip(whole, taken, strict=True)]
    return {
        "records": records,
        "questions": questions,
        "law_and_log_ms": percentiles(rest[WARM:]),
        "matching_ms": percentiles(taken[WARM:]),
        "whole_cpu_ms": percentiles(cpu[WARM:]),
    }


def _direct(asker: World, owner: World) -> World:
    """The asker's world with the owner's verb where the network was; answers that tell nothing do not wait for their tick."""

    class Straight:
        def send(self, node: str, message: bytes, deadline_ms: int) -> bytes:
            return receive_message(owner, message).raw

        def states(self) -> tuple[()]:
            return ()

    return changed(asker, peers=Straight())


@contextmanager
def timed_matching(taken: list[float]) -> Any:
    """Adds what `find_people` and `compare_people` take to the last number of `taken`."""
    plain = answering.find_people, answering.compare_people

    def timed(verb: Any) -> Any:
        def run(*given: Any) -> Any:
            began = time.perf_counter()
            try:
                return verb(*given)
            finally:
                taken[-1] += (time.perf_counter() - began) * 1000

        return run

    answering.find_people, answering.compare_people = map(timed, plain)
    try:
        yield
    finally:
        answering.find_people, answering.compare_people = plain


def measure_sustained(folder: Path, minutes: float, clients: int) -> dict[str, Any]:
    """Questions by so many clients at once, each asking on as soon as it has its answer; rates and memory by the minute."""
    region = build_owners(folder, 1, FEW)
    asked = requests(region, 300, region.owners)
    with serve_all(region.built.nodes) as served:
        ask_in_turn(served[0], asked[:WARM])
        done, statuses, stop = [0] * clients, [Counter[str]() for _ in range(clients)], threading.Event()

        def client(place: int) -> None:
            with at_node(served[0].folder) as verbs:
                for request in itertools.islice(itertools.cycle(asked), place * 7, None):
                    if stop.is_set():
                        return
                    outcome = verbs(Ask(request=request), Outcome, lambda _a, _s: None)
                    done[place] += 1
                    statuses[place][outcome.sources[0].status] += 1

        threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
        began, cpu = time.perf_counter(), [one.cpu_ms() for one in served]
        for thread in threads:
            thread.start()
        minutes_seen = []
        for turn in range(max(1, round(minutes))):
            until = began + min(minutes, turn + 1) * 60
            count = sum(done)
            time.sleep(max(0.0, until - time.perf_counter()))
            seconds = min(minutes - turn, 1) * 60
            minutes_seen.append(
                {
                    "per_s": round((sum(done) - count) / seconds, 1),
                    "asker_mb": round(served[0].resident_mb(), 1),
                    "owner_mb": round(served[1].resident_mb(), 1),
                }
            )
        stop.set()
        for thread in threads:
            thread.join()
        total, took = sum(done), time.perf_counter() - began
        used = [one.cpu_ms() - was for one, was in zip(served, cpu, strict=True)]
    return {
        "minutes": minutes,
        "clients": clients,
        "questions": total,
        "statuses": dict(sum(statuses, Counter[str]())),
        "per_s": round(total / took, 1),
        "asker_cpu_ms": round(used[0] / total, 3),
        "owner_cpu_ms": round(used[1] / total, 3),
        "by_minute": minutes_seen,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--owners", type=int, default=20)
    parser.add_argument("--records", type=int, default=100_000, help="of each owner")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--overhead", action="store_true", help="law and log alone")
    parser.add_argument("--sustained", action="store_true", help="rate over minutes")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--unstored", action="store_true", help="print only")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "region"
        if given.overhead:
            part, figures = "overhead", measure_overhead(folder, given.records, given.questions)
        elif given.sustained:
            part, figures = "sustained", measure_sustained(folder, given.minutes, given.clients)
        else:
            part = f"owners_{given.owners}_records_{given.records}"
            figures = measure_owners(folder, given.owners, given.records, given.questions)
    print(part, figures)
    if not given.unstored:
        figures["command"] = "python " + " ".join(sys.argv)
        store_result(
            "exchange", {**stored_figures("exchange"), part: figures}, "python bench/exchange.py; see each part"
        )


if __name__ == "__main__":
    main()
