"""Figures of the disclosure log: `python bench/log.py [--entries N] [--each N]`.

Entries alone and the full transaction (1 kB content) grouped by one caller; acknowledged entries a second and
waiting times with 1, 64 and 256 clients of an event loop, and with a thread for each; receipt, verification and audit;
and the disk's own fsync in the same run, without which the others mean little. What is appended was made before the
clock starts. CPU-second figures are the ones to trust.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import secrets
import sys
import tempfile
import time
from base64 import b64decode
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.ledger.append import append_entry, restore_receipt, seal_growth, start_entry
from comity.ledger.checkpoint import parse_checkpoint, parse_vkey, verify_checkpoint
from comity.ledger.entry import KEY_BYTES, Entry, encode_entry
from comity.ledger.proof import parse_proof, write_proof
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.disclosure import EntryFacts, EntryKind, Receipt, Unit
from comity.node.key_files import make_key_file
from comity.node.keys import FileKeys
from comity.ports import Growth, Journal, LogState, Pending, Sealed, World
from comity.store.sqlite import Store, open_store
from measure import percentiles, store_result

NODE = "bench"
GROUP = 1_000
BODY = secrets.token_bytes(1_000)
LAW = "sha256:" + "ab" * 32


class System:
    """Randomness of the operating system and a clock that runs."""

    def take(self, count: int) -> bytes:
        return os.urandom(count)

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def make_keys(folder: Path) -> FileKeys:
    """A node's own keys, on the disk like its database."""
    for name in ("message", "log", "witness"):
        make_key_file(folder / f"{name}.key")
    return FileKeys(folder, NODE)


def make_world(store: Store) -> World:
    absent: Any = None
    system, keys = System(), make_keys(store.folder / "keys")
    store.journal.hide_under(keys.months)
    return World(
        node=NODE,
        clock=system,
        randomness=system,
        keys=keys,
        directory=lambda: Directory(version=1, agencies=(), nodes=()),
        laws=absent,
        records=store.records,
        journal=store.journal,
        peers=absent,
        weights=absent,
    )


def make_unit(number: int, content: bytes = BODY) -> Unit:
    """An answer. Its question and its nonce have ids as `exchange.fresh_id` gives them, twenty in a millisecond."""
    fresh, other = (f"{1_790_000_000_000 + number // 20:012x}{secrets.token_hex(10)}" for _ in range(2))
    facts = EntryFacts(
        kind=EntryKind.ANSWERED,
        at_ms=1_790_000_000_000,
        owner_ori="CA0300100",
        asker_ori="WA0170000",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        instrument="nothing",
        decision="answered",
        class_mask=9,
        released=1,
        agreement=LAW,
        law=LAW,
        pair=f"{number + 1:064x}",
    )
    return Unit(
        facts=facts,
        content=content,
        record=b"record",
        replay=("wa-city", fresh),
        answer_to=("wa-city", other, "digest", LAW),
    )


def raw_fsync(folder: Path, count: int = 300) -> dict[str, float]:
    """Milliseconds of one 4 KiB append and fsync."""
    samples = []
    with (folder / "raw").open("wb", buffering=0) as file:
        for _ in range(count):
            begun = time.perf_counter()
            file.write(bytes(4_096))
            os.fsync(file.fileno())
            samples.append((time.perf_counter() - begun) * 1_000)
    return {name: round(value, 2) for name, value in percentiles(samples).items()}


def timed_rate(count: int, work: Callable[[], object]) -> dict[str, float]:
    """Per second of wall time and of CPU time."""
    gc.collect()
    gc.freeze()  # what was made before the clock starts is not looked through again while it runs
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    gc.unfreeze()
    return {"per_s_wall": round(count / wall), "per_cpu_s": round(count / cpu)}


def entries_alone(world: World, count: int, under_way: int) -> dict[str, float]:
    """Entries made beforehand, `GROUP` a commit: tree, signature, rows and fsync only."""
    entry, unit = lone_entry()
    wrapped = (world.keys.wrap(bytes(KEY_BYTES)), world.keys.wrap(bytes(KEY_BYTES)))

    def step(state: LogState) -> None:
        for _ in range(GROUP):
            state.append(entry, unit, wrapped)

    def run() -> None:
        waiting: deque[Pending[None]] = deque()
        for _ in range(count // GROUP):
            if len(waiting) == under_way:
                waiting.popleft().result()
            waiting.append(world.journal.start(step, sealing(world)))
        for one in waiting:
            one.result()

    return timed_rate(count, run)


def full_grouped(world: World, count: int) -> dict[str, float]:
    """Everything `append_entry` does, receipts too, with 1 kB content; one caller starts `GROUP` and waits for all."""
    units = [make_unit(10_000_000 + number) for number in range(count)]

    def run() -> None:
        for first in range(0, count, GROUP):
            for one in [start_entry(world, unit) for unit in units[first : first + GROUP]]:
                one.receipt()

    return timed_rate(count, run)


def lone_entry() -> tuple[bytes, Unit]:
    """An entry of 208 bytes with nothing beside it."""
    facts = make_unit(0).facts
    return encode_entry(Entry(facts, bytes(32), bytes(32))), Unit(facts=facts, content=b"", record=b"")


def sealing(world: World) -> Callable[[Growth], Sealed]:
    return lambda growth: seal_growth(world.keys, growth)


def alone(world: World) -> Callable[[Unit], Pending[int]]:
    """Starts an entry with nothing beside it; acknowledged by its index."""
    entry, unit = lone_entry()
    wrapped = (world.keys.wrap(bytes(KEY_BYTES)), world.keys.wrap(bytes(KEY_BYTES)))
    return lambda _: world.journal.start(lambda state: state.append(entry, unit, wrapped), sealing(world))


def waiting_clients(
    begin: Callable[[Unit], Awaitable[object]], clients: int, each: int, first: int
) -> dict[str, float]:
    """Acknowledged entries a second and milliseconds of waiting, with clients of one event loop that each wait in turn."""
    units = [make_unit(first + number) for number in range(clients * each)]
    waits: list[float] = []

    async def client(own: Sequence[Unit]) -> None:
        for unit in own:
            begun = time.perf_counter()
            await begin(unit)
            waits.append((time.perf_counter() - begun) * 1_000)

    async def run() -> None:
        await asyncio.gather(*[client(units[at::clients]) for at in range(clients)])

    return acknowledged(len(units), lambda: asyncio.run(run()), waits)


def waiting_threads(world: World, threads: int, each: int, first: int) -> dict[str, float]:
    """The same of the full transaction with a thread for each client."""
    units = [make_unit(first + number) for number in range(threads * each)]
    waits: list[float] = []

    def client(own: Sequence[Unit]) -> None:
        for unit in own:
            begun = time.perf_counter()
            append_entry(world, unit)
            waits.append((time.perf_counter() - begun) * 1_000)

    def run() -> None:
        clients = [Thread(target=client, args=(units[at::threads],)) for at in range(threads)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()

    return acknowledged(len(units), run, waits)


def acknowledged(count: int, run: Callable[[], None], waits: list[float]) -> dict[str, float]:
    """Rates of `count` entries, and what those who waited saw."""
    rate = timed_rate(count, run)
    return {**rate, **{f"{name}_ms": round(value, 2) for name, value in percentiles(waits).items()}}


def microseconds(work: Callable[[], object], count: int = 3_000) -> dict[str, float]:
    """CPU of the whole loop, and wall percentiles of single calls."""
    samples = []
    cpu = time.process_time()
    for _ in range(count):
        begun = time.perf_counter()
        work()
        samples.append((time.perf_counter() - begun) * 1e6)
    cpu = (time.process_time() - cpu) / count * 1e6
    return {
        "cpu_us": round(cpu, 1),
        **{f"{name}_us": round(value, 1) for name, value in percentiles(samples).items()},
    }


def proof_of(journal: Journal, index: int) -> str:
    note, path = journal.path(index)
    return write_proof(index, path, note)


def verification(receipt: Receipt, content: bytes, vkey: str) -> dict[str, dict[str, float]]:
    """The first receipt under a checkpoint pays for its signature, the next ones do not; and what Ed25519 alone takes."""
    key, note = parse_vkey(vkey), parse_proof(receipt.proof).note
    public, message = Ed25519PublicKey.from_public_bytes(key.public), parse_checkpoint(note).body.encode()
    signature = b64decode(note.rstrip("\n").rpartition(" ")[2])[4:]

    def first() -> None:
        verify_checkpoint.cache_clear()
        verify_receipt(receipt, content, vkey)

    return {
        "verify_first_of_a_checkpoint": microseconds(first),
        "verify_further_of_the_same_checkpoint": microseconds(partial(verify_receipt, receipt, content, vkey)),
        "ed25519_verify_alone": microseconds(partial(public.verify, signature, message)),
    }


def written(world: World, entries: int, each: int) -> dict[str, Any]:
    """The table of what is written: entries alone and the full transaction, grouped and with many who wait."""
    clients = (1, max(10, each)), (64, each), (256, each)
    figures: dict[str, Any] = {
        "entries_alone_1000_a_commit": entries_alone(world, entries, under_way=2),
        "entries_alone_1000_a_commit_one_by_one": entries_alone(world, entries, under_way=1),
        "full_1kB_1000_a_commit": full_grouped(world, entries // 2),
    }
    for at, (count, times) in enumerate(clients):
        figures[f"entries_alone_{count}_clients"] = waiting_clients(alone(world), count, times, 0)
        figures[f"full_1kB_{count}_clients"] = waiting_clients(
            partial(start_entry, world), count, times, (at + 2) * 10_000_000
        )
    for threads in (64, 256):
        figures[f"full_1kB_{threads}_threads"] = waiting_threads(world, threads, each // 4, threads * 1_000_000)
    return figures


def bench(folder: Path, entries: int, each: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"fsync_4k_ms": raw_fsync(folder)}
    store = open_store(folder / "node")
    world = make_world(store)
    append_entry(world, make_unit(0))
    figures |= written(world, entries, each)
    figures["fsync_4k_ms_afterwards"] = raw_fsync(folder)
    unit = make_unit(999_999_999)
    receipt = append_entry(world, unit)
    journal, index = store.journal, store.journal.size() // 2
    figures["receipt"] = microseconds(lambda: proof_of(journal, index))
    figures["receipt_of_a_stored_answer"] = microseconds(partial(restore_receipt, world, 0))
    figures |= verification(receipt, unit.content, world.keys.log_key())
    size = store.journal.size()
    store.close()
    figures["audit_whole_directory"] = timed_rate(
        size, lambda: verify_log_directory(folder / "node" / "log", world.keys.log_key())
    )
    figures["entries"] = size
    figures["bytes_an_entry_in_database"] = round((folder / "node" / "node.db").stat().st_size / size)
    return figures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=100_000, help="entries appended alone")
    options.add_argument(
        "--each", type=int, default=200, help="entries each waiting client appends, threads a quarter"
    )
    given = options.parse_args()
    # On the disk of the work tree, not a memory disk.
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-log-", ignore_cleanup_errors=True) as folder:
        figures = bench(Path(folder), given.entries, given.each)
    command = "python bench/log.py" + (f" {' '.join(sys.argv[1:])}" if len(sys.argv) > 1 else "")
    print(store_result("log", figures, command).read_text())


if __name__ == "__main__":
    main()
