"""Bench of person matching: sets with known answers, comity and its peers in the same run.

    python bench/match --set hard --size 100000 --questions 2000
    python bench/match --set hard --size 1M --questions 10000 --absent 25000     parity and calibration
    python bench/match --set hard --size 1M --evidence "name only"               one class alone, for its cells
    python bench/match --set hard --size 10M                                     some 4 GB of files under $TMPDIR
    python bench/match --set febrl4 --peers all

`--questions` and `--absent` are numbers over all five groups, with and without a right answer. Figures are kept in
`bench/results/`. CPU is of the engine, one question at a time, answer and evidence included.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if not __package__:  # run as a folder: the parts are a package beside the other benches
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from match.engine import Engine
from match.families import SIZE, families_set
from match.febrl import febrl_set
from match.hard import SIZES, hard_set
from match.lineup import PEERS
from match.names import GROUPS, census
from match.present import Comity
from match.report import lines, report
from match.run import run
from match.scores import table
from match.sets import EVIDENCE, BenchSet
from measure import store_result

SETS = ("hard", "families", "febrl4", "pseudopeople")
PEER_QUESTIONS = 1_000  # of a peer, unless told otherwise: some take a second each


def make_set(wanted: argparse.Namespace) -> BenchSet:
    """The set that was asked for."""
    if wanted.set == "febrl4":
        return febrl_set()
    if wanted.set == "pseudopeople":
        from match.pseudopeople_sets import pseudopeople_set

        return pseudopeople_set()
    if wanted.set == "families":
        return families_set(wanted.questions, max(SIZE, 2 * wanted.questions, wanted.size))
    present, absent = (-(-count // len(GROUPS)) for count in (wanted.questions, wanted.absent))
    return hard_set(wanted.size, present, absent, wanted.evidence)


def size_of(text: str) -> int:
    """A size as a number or as `5k`, `100k`, `1M`, `10M`."""
    return SIZES.get(text) or int(text)


def peers_of(text: str) -> list[str]:
    """Peers by name, comma-separated; `all` of them."""
    names = list(PEERS) if text == "all" else [name for name in text.split(",") if name]
    for name in names:
        if name not in PEERS:
            raise argparse.ArgumentTypeError(f"no peer is called `{name}`; there are {', '.join(PEERS)}")
    return names


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python bench/match", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--set", choices=SETS, default="hard")
    parser.add_argument("--size", type=size_of, default=5_000, help="records of the hard set; at least 5,000")
    parser.add_argument("--questions", type=int, default=2_000, help="with a right answer; pairs of look-alikes")
    parser.add_argument("--absent", type=int, default=1_500, help="without a right answer")
    parser.add_argument("--evidence", choices=("", *EVIDENCE), default="", help="hard set: this class alone")
    parser.add_argument(
        "--peers", type=peers_of, default=[], help=f"names, comma-separated, or all: {' '.join(PEERS)}"
    )
    parser.add_argument("--peer-questions", type=int, default=PEER_QUESTIONS, help="the first so many, for a peer")
    parser.add_argument("--only-peers", action="store_true", help="leave comity out")
    parser.add_argument("--unstored", action="store_true", help="print only")
    return parser.parse_args()


def engines(wanted: argparse.Namespace, bench_set: BenchSet) -> Iterator[tuple[Engine, int | None]]:
    """Comity on all questions, then the peers on their share, each made when its turn comes."""
    if not wanted.only_peers:
        yield Comity(), None
    for name in wanted.peers:
        try:
            yield PEERS[name](bench_set), wanted.peer_questions
        except ImportError as missing:
            print(f"bench: {name} is left out ({missing}); run `make bench-tools`", file=sys.stderr)


def main() -> int:
    wanted = arguments()
    bench_set = make_set(wanted)
    results: dict[str, Any] = {"set": bench_set.name, "records": bench_set.size}
    if bench_set.name in ("hard", "families"):
        results["names"] = census()[2]
    for engine, most in engines(wanted, bench_set):
        found, rows = run(engine, bench_set, most)
        engine.close()
        shown = {engine.name: found}
        if most is None and wanted.peers:  # a comparison is fair on the same questions only
            shown[f"{engine.name}, questions of the peers"] = report(table(rows[: wanted.peer_questions]))
        for name, figures in shown.items():
            print("\n".join(lines(name, figures)), flush=True)
        results |= shown
    if not wanted.unstored:
        size = str(bench_set.size) if bench_set.name == "hard" else ""
        parts = (bench_set.name, size, wanted.evidence.replace(" ", "-").replace("+", "-"))
        name = "_".join(("match", *(part for part in parts if part)))
        print(store_result(name, results, "python bench/match " + " ".join(sys.argv[1:])))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("TQDM_DISABLE", "1")
    sys.exit(main())
