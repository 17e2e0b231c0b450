"""What reach costs at the size of a nation. Run `python bench/reach.py`. CPU time of this process.

Ways and closings between agencies of an invented network of 5,000 agencies and 100,000 hops (a few takers have most of
them, as in real lists). With law on half of it, it is decided in no time, so that the network is what is timed; and by the
engine over the shipped packs, the policies and the agreements of the demonstration region, of which each invented agency
has one owner's. What an agency may pass on is asked of law once for each agency it has it from, some two hundred thousand
times in a question. Those whose law is equal but for the name are decided once. The part after it decides each hop anew for
a minute, as a node does where no two agencies have equal law, and counts what was not decided by then as made.

Beside these the demonstration region with every hop decided by law and, where they are beside the repository, the real sharing
lists by the command line.
"""

from __future__ import annotations

import io
import random
import resource
import sys
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import process_time
from typing import Any
from zlib import crc32

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "law")]

from analyse_bodies import ANSWERED_ON, demo_grounds  # noqa: E402

from comity.cli.main import run  # noqa: E402
from comity.demo.agencies import CA_SHERIFF, REMOVAL_OPERATIONS  # noqa: E402
from comity.law.analyse.ground import Given, Ground  # noqa: E402
from comity.law.analyse.reach import Wanted, fields_named  # noqa: E402
from comity.law.vocabulary import load_vocabulary  # noqa: E402
from comity.oversight.reach.answer import reach  # noqa: E402
from comity.oversight.reach.hop import By, Hop, Known  # noqa: E402
from comity.oversight.reach.law_hops import decider  # noqa: E402
from comity.oversight.reach.lay import Passing  # noqa: E402
from comity.oversight.reach.question import Federation, ReachQuestion, answer_reach  # noqa: E402
from measure import cpu_timed, percentiles, store_result, stored_figures  # noqa: E402

ONE_MINUTE_S = 60.0
AGENCIES, HOPS, QUESTIONS, SEED = 5_000, 100_000, 4, 20261129
SHARED = ROOT.parent / "shared" / "data"
LISTS = ("alpr_portal_sharing_edges_2024.csv", "alpr_portal_sharing_edges_2026.csv")
DIRECTORIES = ("agencies_fbi_lee_2025.csv", "agencies_fbi_cde_2018.csv")


def network(rng: random.Random, law: bool) -> tuple[Hop, ...]:
    """Hops between invented agencies; takers are drawn with a heavy head. With `law`, half of them carry a giver's law on."""
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < HOPS:
        giver, taker = rng.randrange(AGENCIES), int(AGENCIES * rng.random() ** 2)
        if giver != taker:
            pairs.add((giver, taker))
    return tuple(
        Hop(
            giver=f"agency-{giver}",
            taker=f"agency-{taker}",
            by=By.AGREEMENT if rng.random() < 0.5 else By.LIST,
            known=Known.LAW if law and rng.random() < 0.5 else Known.LISTED,
            authority="paper",
            closing=("paper",),
        )
        for giver, taker in sorted(pairs)
    )


def passes(passing: Passing) -> bool:
    """A law that lets every third hop of another's data pass: decided in no time, so that the network is what is timed."""
    return not passing.had_from or crc32(f"{passing.had_from} {passing.hop.taker}".encode()) % 3 == 0


def network_figures(law: bool) -> dict[str, Any]:
    rng = random.Random(SEED)
    hops = network(rng, law)
    asked = [(f"agency-{rng.randrange(AGENCIES)}", f"agency-{rng.randrange(AGENCIES)}") for _ in range(QUESTIONS)]
    seconds, ways, costs, reached = [], 0, [], 0
    for owner, to in asked:
        found: list[Any] = []

        def one(owner: str = owner, to: str = to, found: list[Any] = found) -> None:
            found.append(reach(hops, owner, frozenset({to}), passes if law else (lambda passing: True)))

        seconds += cpu_timed(one)
        ways += len(found[0].ways)
        reached += bool(found[0].ways)
        costs.append(found[0].cost or 0)
    points = {name: round(value, 3) for name, value in percentiles(seconds, (50, 99)).items()}
    return {"questions": QUESTIONS, "reached": reached, "ways": ways, "largest_cut": max(costs), "cpu_s": points}


@dataclass
class ShippedLaw:
    """Decides hops of the invented network by the law of the region: each agency has that of one owner there.

    Each decision is made once where `equal_once`; else each anew, until `stop_s` of CPU are over since the first.
    """

    equal_once: bool
    stop_s: float = 0.0
    grounds: Mapping[str, Ground] = field(default_factory=demo_grounds)
    wanted: Wanted = field(
        default_factory=lambda: Wanted(fields_named(load_vocabulary(), ("booking",), (), ""), held=True)
    )
    known: dict[tuple[str, ...], bool] = field(default_factory=dict)
    asked: int = 0
    seconds: list[float] = field(default_factory=list)
    began: float = 0.0

    def kind(self, agency: str) -> str:
        """Whose law an invented agency has; empty for nobody."""
        kinds = sorted(self.grounds)
        return kinds[crc32(agency.encode()) % len(kinds)] if agency else ""

    def passes_for(self, owner: str, to: str) -> Callable[[Passing], bool]:
        """What decides the hops of one question."""
        given = Given(today=ANSWERED_ON)
        judge = decider(self.grounds, self.kind(owner), frozenset({self.kind(to)}), given, self.wanted)
        self.began = process_time()

        def passes(passing: Passing) -> bool:
            self.asked += 1
            had_from, giver, taker = (
                self.kind(one) for one in (passing.had_from, passing.hop.giver, passing.hop.taker)
            )
            if giver == taker:  # no owner of the region has an agreement with itself
                return False
            key = (self.kind(owner), self.kind(to), had_from, giver, taker)
            if not self.equal_once and process_time() - self.began > self.stop_s:
                return True
            if not self.equal_once or key not in self.known:
                judge.decided.clear()
                before = process_time()
                self.known[key] = judge.passes(Passing(had_from, replace(passing.hop, giver=giver, taker=taker)))
                self.seconds.append(process_time() - before)
            return self.known[key]

        return passes


def shipped_figures(equal_once: bool) -> dict[str, Any]:
    """Questions over the network with the shipped law on half of it; where not `equal_once`, one question for a minute."""
    rng = random.Random(SEED)
    hops = network(rng, law=True)
    asked = [(f"agency-{rng.randrange(AGENCIES)}", f"agency-{rng.randrange(AGENCIES)}") for _ in range(QUESTIONS)]
    law = ShippedLaw(equal_once, ONE_MINUTE_S)
    seconds, ways, reached, costs = [], 0, 0, []
    for owner, to in asked if equal_once else asked[:1]:
        found: list[Any] = []

        def one(owner: str = owner, to: str = to, found: list[Any] = found) -> None:
            found.append(reach(hops, owner, frozenset({to}), law.passes_for(owner, to)))

        seconds += cpu_timed(one)
        ways += len(found[0].ways)
        reached += bool(found[0].ways)
        costs.append(found[0].cost or 0)
    decision = {name: round(value * 1000, 2) for name, value in percentiles(law.seconds, (50, 99)).items()}
    return {
        "questions": len(seconds),
        "reached": reached,
        "ways": ways,
        "largest_cut": max(costs),
        "hops_asked_of_law": law.asked,
        "decided_by_the_engine": len(law.seconds),
        "decision_cpu_ms": decision,
        "cpu_s": {name: round(value, 2) for name, value in percentiles(seconds, (50, 99)).items()},
    }


def region_figures() -> dict[str, Any]:
    grounds = demo_grounds()
    figures = {}
    for classes in (("booking",), ()):
        wanted = Wanted(fields_named(load_vocabulary(), classes, (), ""), held=True)
        question = ReachQuestion(CA_SHERIFF, frozenset({REMOVAL_OPERATIONS}), wanted, Given(today=ANSWERED_ON))
        found: list[Any] = []

        def one(question: ReachQuestion = question, found: list[Any] = found) -> None:
            found.append(answer_reach(Federation(grounds), question))

        (seconds,) = cpu_timed(one)
        told = {"ways": len(found[0].ways), "refuted": found[0].refuted, "cpu_s": round(seconds, 3)}
        figures["one class" if classes else "every class"] = told
    return figures


def list_figures() -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name in LISTS if SHARED.is_dir() else ():
        words = ["oversight", "reach", "--list", str(SHARED / name), "--from", "state=CA", "--to", "state!=CA"]
        words += [word for one in DIRECTORIES for word in ("--directory", str(SHARED / one))]
        out = io.StringIO()

        def one(words: list[str] = words, out: io.StringIO = out) -> None:
            with redirect_stdout(out):
                run(words)

        (seconds,) = cpu_timed(one)
        figures[name] = {"cpu_s": round(seconds, 2), "says": out.getvalue().splitlines()[:4]}
    figures["largest_resident_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return figures


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "network": lambda: network_figures(law=False),
    "network with law on half of it": lambda: network_figures(law=True),
    "network with the shipped law on half of it, equal law decided once": lambda: shipped_figures(equal_once=True),
    "the same, every hop decided anew for a minute": lambda: shipped_figures(equal_once=False),
    "region": region_figures,
    "lists": list_figures,
}


def main() -> None:
    """Measure the parts named, or all; what was stored of the others stays."""
    figures = stored_figures("reach") | {"agencies": AGENCIES, "hops": HOPS}
    for part in sys.argv[1:] or PARTS:
        figures[part] = PARTS[part]()
        print(store_result("reach", figures, "python bench/reach.py").read_text(), flush=True)


if __name__ == "__main__":
    main()
