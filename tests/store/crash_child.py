"""A process that appends from several threads and on an event loop until it is killed; run by test_crash.py.

Arguments: node directory, first number, threads, and a crash point with the passage at which to die (or `- 0`),
and the address of its database, empty on SQLite.
Prints one line for each acknowledged entry: number, index, checkpoint size, root.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from threading import Thread

sys.path += [str(Path(__file__).parents[1] / "ledger"), str(Path(__file__).parents[1])]

from log_world import make_unit, make_world

from comity.ledger.append import append_entry, start_entry
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.proof import parse_proof
from comity.model.disclosure import Receipt
from store_engines import open_at

MOST_EACH = 20_000  # the parent kills long before
ON_A_LOOP = 6  # clients of the event loop in the last thread


def main() -> None:
    folder, first, threads, point, passage, address = sys.argv[1:7]
    passed = 0

    def fault(name: str) -> None:
        nonlocal passed
        if name == point:
            passed += 1
            if passed >= int(passage):
                os.kill(os.getpid(), signal.SIGKILL)

    store = open_at(Path(folder), address, fault)
    world = make_world(store.journal)
    os.write(1, b"open\n")

    def tell(number: int, receipt: Receipt) -> None:
        proof = parse_proof(receipt.proof)
        head = parse_checkpoint(proof.note)
        os.write(1, f"{number} {proof.index} {head.size} {head.root.hex()}\n".encode())

    def append(start: int) -> None:
        for number in range(start, start + MOST_EACH):
            tell(number, append_entry(world, make_unit(number)))

    async def client(start: int) -> None:
        for number in range(start, start + MOST_EACH):
            tell(number, await start_entry(world, make_unit(number)))

    async def clients() -> None:
        await asyncio.gather(*[client(starts[0] + at * MOST_EACH) for at in range(ON_A_LOOP)])

    starts = [int(first) + (ON_A_LOOP - 1 + at) * MOST_EACH for at in range(int(threads))]
    starts[0] = int(first)
    workers = [Thread(target=append, args=(start,)) for start in starts[1:]]
    workers.append(Thread(target=lambda: asyncio.run(clients())))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
