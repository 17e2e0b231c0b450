"""A process that loads, corrects and removes records until it is killed; run by test_segments_crash.py.

Arguments: node directory, first number, and a crash point with the passage at which to die (or `- 0`),
and the address of its database, empty on SQLite. Files are so small that sealing, merging and rewriting
happen all the time. Prints what was done, one line each, after it was done:
`open`, `stored N`, `corrected N`, `removed N`; and `removing N` before.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / "ledger"), str(Path(__file__).parents[1])]

from segment_stage import make_record, remove

from comity.store.segments import index, owner_index, upkeep
from store_engines import open_at

MOST = 2_000  # the parent kills long before
upkeep.SEALED_AT, upkeep.RATIO = 3, 2
index.MOST_FRESH = owner_index.MOST_FRESH = 5


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def main() -> None:
    folder, first, point, passage, address = sys.argv[1:6]
    passed = 0

    def fault(name: str) -> None:
        nonlocal passed
        if name == point:
            passed += 1
            if passed >= int(passage):
                os.kill(os.getpid(), signal.SIGKILL)

    store = open_at(Path(folder), address, fault)
    tell("open")
    for number in range(int(first), int(first) + MOST):
        store.records.load([make_record(number)])
        tell(f"stored {number}")
        if number % 5 == 4:
            store.records.correct([make_record(number - 1, "HASSAN, OMAR")])
            tell(f"corrected {number - 1}")
        if number % 3 == 2:
            tell(f"removing {number - 2}")
            remove(store, number, gone=[make_record(number - 2)])
            store.records.finish_removal("ca-river")
            tell(f"removed {number - 2}")


if __name__ == "__main__":
    main()
