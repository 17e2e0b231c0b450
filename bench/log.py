"""Figures of the disclosure log: `python bench/log.py [--entries N] [--each N]`.

Entries alone and the full transaction (1 kB content) grouped by one caller; acknowledged entries a second and
waiting times with 64 and 256 threads; receipt, verification and audit; and the disk's own fsync in the same run,
without which the others mean little. CPU-second figures are the ones to trust.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import tempfile
import time
from base64 import b64decode
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from comity.ledger.append import append_entry, restore_receipt, seal_growth
from comity.ledger.checkpoint import log_name, make_vkey, parse_checkpoint
from comity.ledger.entry import Entry, commit, encode_entry
from comity.ledger.proof import build_proof, parse_proof
from comity.ledger.tree import leaf_hash, root_from_inclusion
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.ports import Growth, LogState, Sealed, World
from comity.store.sqlite import Store, open_store
from measure import percentiles, store_result

NODE = "bench"
GROUP = 1_000
BODY = secrets.token_bytes(1_000)
LAW = "sha256:" + "ab" * 32


class BenchKeys:
    """Real Ed25519 and AES key wrap, as a node does it."""

    def __init__(self) -> None:
        self._log, self._month = Ed25519PrivateKey.generate(), secrets.token_bytes(32)
        self._vkey = make_vkey(log_name(NODE), self._log.public_key().public_bytes_raw())

    def sign_message(self, payload: bytes) -> bytes:
        return self._log.sign(payload)

    def sign_log(self, payload: bytes) -> bytes:
        return self._log.sign(payload)

    def log_key(self) -> str:
        return self._vkey

    def wrap(self, key: bytes) -> bytes:
        return aes_key_wrap(self._month, key)

    def unwrap(self, wrapped: bytes) -> bytes:
        return aes_key_unwrap(self._month, wrapped)


class System:
    """Randomness of the operating system and a clock that runs."""

    def take(self, count: int) -> bytes:
        return os.urandom(count)

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


def make_world(store: Store) -> World:
    absent: Any = None
    system = System()
    return World(
        node=NODE,
        clock=system,
        randomness=system,
        keys=BenchKeys(),
        directory=lambda: Directory(version=1, agencies=(), nodes=()),
        laws=absent,
        records=store.records,
        journal=store.journal,
        peers=absent,
        weights=absent,
    )


def make_unit(number: int, content: bytes = BODY) -> Unit:
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
        replay=("wa-city", f"{number:032x}"),
        answer_to=("wa-city", f"{number:032x}", "digest", LAW),
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
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"per_s_wall": round(count / wall), "per_cpu_s": round(count / cpu)}


def entries_alone(world: World, count: int) -> dict[str, float]:
    """Entries made beforehand, `GROUP` a commit: tree, signature, rows and fsync only."""
    facts = make_unit(0).facts
    entry = encode_entry(Entry(facts, bytes(32), bytes(32)))
    unit = Unit(facts=facts, content=b"", record=b"")

    def step(state: LogState) -> None:
        for _ in range(GROUP):
            state.append(entry, unit, (bytes(40), bytes(40)))

    return timed_rate(count, lambda: repeat(world, step, count // GROUP))


def full_grouped(world: World, count: int) -> dict[str, float]:
    """Everything `append_entry` does but the receipt, with 1 kB content, `GROUP` a commit."""
    numbers = iter(range(10_000_000, 20_000_000))

    def step(state: LogState) -> None:
        for _ in range(GROUP):
            unit = make_unit(next(numbers))
            keys = (world.randomness.take(32), world.randomness.take(32))
            entry = Entry(unit.facts, commit(keys[0], unit.content), commit(keys[1], unit.record))
            state.append(encode_entry(entry), unit, (world.keys.wrap(keys[0]), world.keys.wrap(keys[1])))

    return timed_rate(count, lambda: repeat(world, step, count // GROUP))


def repeat(world: World, step: Callable[[LogState], None], times: int) -> None:
    def seal(growth: Growth) -> Sealed:
        return seal_growth(world.keys, growth)

    for _ in range(times):
        world.journal.write(step, seal)


def waiting_threads(world: World, threads: int, each: int) -> dict[str, float]:
    """Acknowledged entries a second and milliseconds of waiting, receipt included, with 1 kB answers."""
    waits: list[float] = []

    def client(start: int) -> None:
        for number in range(start, start + each):
            unit = make_unit(number)
            begun = time.perf_counter()
            append_entry(world, unit)
            waits.append((time.perf_counter() - begun) * 1_000)

    def run() -> None:
        clients = [Thread(target=client, args=(threads * 1_000_000 + at * each,)) for at in range(threads)]
        for one in clients:
            one.start()
        for one in clients:
            one.join()

    rate = timed_rate(threads * each, run)
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


def bench(folder: Path, entries: int, each: int) -> dict[str, Any]:
    figures: dict[str, Any] = {"fsync_4k_ms": raw_fsync(folder)}
    store = open_store(folder / "node")
    world = make_world(store)
    append_entry(world, make_unit(0))
    figures["entries_alone_1000_a_commit"] = entries_alone(world, entries)
    figures["full_1kB_1000_a_commit"] = full_grouped(world, entries // 2)
    for threads in (1, 64, 256):
        figures[f"full_1kB_{threads}_threads"] = waiting_threads(
            world, threads, max(10, each * 64 // max(64, threads))
        )
    unit = make_unit(99_999_999)
    receipt = append_entry(world, unit)
    journal, index = store.journal, store.journal.size() // 2
    figures["receipt"] = microseconds(lambda: build_proof(index, journal.checkpoint(), journal.hash_at))
    figures["receipt_of_a_stored_answer"] = microseconds(partial(restore_receipt, world, 0))
    figures["verify_receipt"] = microseconds(partial(verify_receipt, receipt, unit.content, world.keys.log_key()))
    proof, entry = parse_proof(receipt.proof), leaf_hash(b64decode(receipt.entry))
    head = parse_checkpoint(proof.note)
    figures["verify_receipt_without_signature"] = microseconds(
        lambda: root_from_inclusion(proof.index, head.size, entry, proof.path)
    )
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
    options.add_argument("--each", type=int, default=200, help="entries each of 64 threads appends")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:  # the disk of the work tree, not a memory disk
        figures = bench(Path(folder), given.entries, given.each)
    command = "python bench/log.py" + (f" {' '.join(sys.argv[1:])}" if len(sys.argv) > 1 else "")
    print(store_result("log", figures, command).read_text())


if __name__ == "__main__":
    main()
