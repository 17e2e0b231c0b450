"""What a change is worth: the same questions put to several versions of the source in turn, one question at a time.

    git worktree add ../before COMMIT
    python bench/match/paired.py --size 100k --questions 300 ../before .

A shared machine is twice as fast in one hour as in another, so two runs of a bench do not compare. Here every version
builds the hard set in a process of its own, and each question goes to all before the next is asked: what the machine
does to one it does to the others. A version's figure for a question is the least of `--rounds`; ratios are to the
version named first. CPU is of the process, answer with its evidence included. Nothing is stored: versions have no name here.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import fmean, median

WARM = 30  # questions before the first is timed
SERVE = "--serve"  # a version's own process: `paired.py --serve SIZE QUESTIONS`


def serve(size: str, questions: int) -> None:
    """Answer the questions whose places are read from the input; what each took in CPU seconds goes to the output."""
    from match.hard import SIZES, hard_set
    from match.present import Comity
    from measure import cpu_timed

    held = hard_set(SIZES.get(size) or int(size), -(-questions // 10), -(-questions // 10))
    engine = Comity()
    engine.build(held.records())
    engine.prepare([asked.subject for asked in held.questions[::2]])
    for asked in held.questions[:WARM]:
        engine.find(asked.subject)
    print("ready", flush=True)
    for line in sys.stdin:
        asked = held.questions[int(line) % len(held.questions)]
        (took,) = cpu_timed(lambda asked=asked: engine.find(asked.subject))
        print(took, flush=True)
    engine.close()


class Version:
    """A source tree and its process."""

    def __init__(self, tree: Path, size: str, questions: int) -> None:
        self.tree = tree
        elsewhere = os.environ.get("PYTHONPATH", "")
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), SERVE, size, str(questions)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([f"{tree}/src", f"{tree}/bench", elsewhere])},
        )

    def __enter__(self) -> Version:
        return self

    def __exit__(self, *trouble: object) -> None:
        self._process.kill()
        self._process.communicate()

    def wait(self) -> None:
        """Until its index is built."""
        if self._hear() != "ready":
            sys.exit(
                f"{self.tree} built no index; what it said stands above, or it is no source tree of this project"
            )

    def ask(self, place: int) -> float:
        """Milliseconds of CPU for one question."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{place}\n")
        self._process.stdin.flush()
        return 1_000 * float(self._hear())

    def _hear(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def in_turn(versions: Sequence[Version], questions: int, rounds: int) -> list[list[float]]:
    """For each version the least that each question took."""
    least = [[float("inf")] * questions for _ in versions]
    for _ in range(rounds):
        for place in range(questions):
            for one, version in zip(least, versions, strict=True):
                one[place] = min(one[place], version.ask(place))
    return least


def main() -> None:
    if sys.argv[1:2] == [SERVE]:
        sys.path.pop(0)  # this file's own folder: the version's bench is another one
        return serve(sys.argv[2], int(sys.argv[3]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trees", nargs="+", type=Path, help="source trees, the one to compare with first")
    parser.add_argument("--size", default="100k")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with ExitStack() as open_until_here:
        versions = []
        for tree in given.trees:  # one after the other: two at once would be timed against each other's memory
            version = open_until_here.enter_context(Version(tree.resolve(), given.size, given.questions))
            version.wait()
            versions.append(version)
        figures = in_turn(versions, given.questions, given.rounds)
    for tree, took in zip(given.trees, figures, strict=True):
        ratios = f"{fmean(took) / fmean(figures[0]):.3f} mean, {median(took) / median(figures[0]):.3f} median"
        print(
            f"{tree}: {median(took):.2f} ms CPU a question in the middle, {fmean(took):.2f} ms mean; ratio {ratios}"
        )
    return None


if __name__ == "__main__":
    main()
