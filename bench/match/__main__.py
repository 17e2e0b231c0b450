"""Bench of person matching: sets with known answers, comity and its peers in the same run.

    python bench/match --set hard --size 100000 --questions 2000
    python bench/match --set hard --size 1M --questions 10000 --absent 25000     parity and calibration
    python bench/match --set hard --size 1M --evidence "name only"               one class alone, for its cells
    python bench/match --set hard --size 10M                                     some 4 GB of files under $TMPDIR
    python bench/match --set febrl4 --peers all                                  beside the peers
    python bench/match --page                                                    docs/matching-peers.md, of what is stored

`--questions` and `--absent` are numbers over all five groups, with and without a right answer. Figures are kept in
`bench/results/`. CPU is of the engine, one question at a time, answer and evidence included.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if not __package__:  # run as a folder: the parts are a package beside the other benches
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from match.against import Entrant, against, page, verdicts
from match.engine import Engine
from match.families import SIZE, families_set
from match.febrl import febrl_set
from match.hard import SIZES, hard_set
from match.lineup import LARGEST, PEERS
from match.names import GROUPS, census
from match.present import Comity
from match.report import lines, report
from match.run import run
from match.scores import table
from match.sets import EVIDENCE, BenchSet
from measure import RESULTS, store_result

SETS = ("hard", "families", "febrl4", "pseudopeople")
PEER_QUESTIONS = 1_000  # of a peer, unless told otherwise: some take a second each
PAGE = RESULTS.parent.parent / "docs" / "matching-peers.md"
COMPARED = "match_peers_"  # begins the name of a result with peers in it


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
    parser.add_argument("--page", action="store_true", help=f"write {PAGE.name} from the stored comparisons")
    return parser.parse_args()


def engines(
    wanted: argparse.Namespace, size: int, left_out: dict[str, str]
) -> Iterator[tuple[Engine, int | None]]:
    """Comity on all questions, then the peers on their share, each made when its turn comes; who is left out, and why."""
    if not wanted.only_peers:
        yield Comity(past_questions=wanted.set != "families"), None
    for name in wanted.peers:
        most, reason = LARGEST.get(name, (size, ""))
        if size > most:
            left_out[name] = reason
            continue
        try:
            yield PEERS[name](), wanted.peer_questions
        except ImportError as missing:
            left_out[name] = f"{missing}; run `make bench-tools`"


def compare(wanted: argparse.Namespace, bench_set: BenchSet) -> dict[str, Any]:
    """Run everybody who was asked for; each report is printed as soon as it is there."""
    found: dict[str, Any] = {"set": bench_set.name, "records": bench_set.size}
    if bench_set.name in ("hard", "families"):
        found["names"] = census()[2]
    left_out: dict[str, str] = {}
    entrants = []
    for engine, most in engines(wanted, bench_set.size, left_out):
        cells, rows = run(engine, bench_set, most)
        engine.close()
        entrants.append(Entrant(engine.name, cells, rows))
        print("\n".join(lines(engine.name, cells)), flush=True)
    for name, reason in left_out.items():
        print(f"bench: {name} is left out: {reason}", file=sys.stderr)
    if not wanted.peers:
        return found | {one.name: one.found for one in entrants}
    engines_found = {one.name: one.found for one in entrants}
    if not wanted.only_peers:
        ours = entrants[0]
        same = ours.rows[: wanted.peer_questions]  # a comparison is fair on the same questions only
        engines_found[f"{ours.name}, questions of the peers"] = report(table(same))
        found["against"] = against(ours, entrants[1:])
    return found | {"engines": engines_found, "left_out": left_out}


def write_page() -> int:
    """Write the page of all stored comparisons."""
    PAGE.write_text(page(stored()), encoding="utf-8")
    print(PAGE)
    return 0


def stored() -> list[dict[str, Any]]:
    """The stored runs with peers, by name."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob(f"{COMPARED}*.json"))]


def main() -> int:
    wanted = arguments()
    if wanted.page:
        return write_page()
    bench_set = make_set(wanted)
    found = compare(wanted, bench_set)
    print("\n".join(verdicts(found.get("against", {}))))
    if not wanted.unstored:
        size = str(bench_set.size) if bench_set.name == "hard" else ""
        parts = (bench_set.name, size, wanted.evidence.replace(" ", "-").replace("+", "-"))
        name = (COMPARED if wanted.peers else "match_") + "_".join(part for part in parts if part)
        print(store_result(name, found, "python bench/match " + " ".join(sys.argv[1:])))
    return 0


if __name__ == "__main__":
    os.environ.setdefault("TQDM_DISABLE", "1")
    sys.exit(main())
