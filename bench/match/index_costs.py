"""What the index on disk costs: loading, building it anew, one more record and when it is seen, removing, memory.

    python bench/match/index_costs.py --records 100000

A store in a temporary folder holds the hard set, loaded in batches as a records file is. CPU is of the whole process,
so that upkeep in other threads is counted. Of one more record: `added` is what it costs the index alone, a person put
to as many fresh people as there can be; `insert` is its whole load with transaction and disk,
`rows_alone` the same rows written to the database without the index, `seen` the first look-up after it and `again` the
same look-up once more.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from comity.match.compare import Scale, prepare
from comity.match.put_in import put_in
from comity.match.segment import build_segment
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import load_weights
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import FieldValue, PersonInRecord, Record
from comity.store.segments.owner_index import SEALED_AT
from comity.store.segments.rows import index_person, remove_people
from comity.store.sqlite import Store, open_store
from match.hard import Hard, hard_set
from match.run import most_resident_mb, resident_mb
from match.sets import Held
from measure import percentiles, store_result

OWNER = "bench-police"
BATCH = 20_000
REPEATS = 100
CLASSES = (DataClass.BOOKING,)
QUESTION = 7  # of the hard set, with a right answer


def record_of(held: Held) -> Record:
    """A record of the hard set as the store takes it."""
    fields = tuple(FieldValue(name=name, value=value) for name, values in held.values.items() for value in values)
    return Record(
        id=f"r-{held.number:08}",
        owner=OWNER,
        data_class=DataClass.BOOKING,
        reference=f"B-{held.number}",
        event_date=None,
        as_of=date(2026, 1, 1),
        people=(PersonInRecord(key="p", role=PersonRole.ARRESTEE, fields=fields),),
        disposition=Disposition.UNKNOWN,
    )


def batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    held = iter(records)
    while batch := list(islice(held, BATCH)):
        yield batch


def timed(act: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU milliseconds of one act."""
    wall, cpu = time.monotonic(), time.process_time()
    act()
    return 1_000 * (time.monotonic() - wall), 1_000 * (time.process_time() - cpu)


def told(samples: list[tuple[float, float]]) -> dict[str, Any]:
    wall, cpu = (percentiles([one[at] for one in samples], (50, 99)) for at in (0, 1))
    return {
        "wall_ms": {name: round(value, 2) for name, value in wall.items()},
        "cpu_ms": {name: round(value, 2) for name, value in cpu.items()},
    }


def added() -> dict[str, Any]:
    """A person put to those who are not in a file yet, when those are as many as they can be."""
    records = [record_of(held) for held in Hard().records(SEALED_AT + REPEATS)]
    fresh = build_segment(index_person(at, one, "p") for at, one in enumerate(records[:SEALED_AT]))
    samples = [
        timed(lambda one=one: put_in(fresh, index_person(SEALED_AT, one, "p"))) for one in records[SEALED_AT:]
    ]
    return told(samples)


def fill(store: Store, records: int) -> dict[str, Any]:
    loading = [
        timed(lambda part=part: store.records.load(part))
        for part in batches(map(record_of, Hard().records(records)))
    ]
    number = store.records._number(OWNER)
    assert number is not None
    upkeep = timed(lambda: store._index.upkeep.tend(store._index.of(number)))
    anew = timed(lambda: store.records.rebuild_index(OWNER))
    folder = store.folder / "segments"
    size = sum(path.stat().st_size for path in folder.iterdir())
    return {
        "load_cpu_s": round(sum(cpu for _, cpu in loading) / 1_000, 2),
        "load_wall_s": round(sum(wall for wall, _ in loading) / 1_000, 2),
        "left_to_upkeep_cpu_s": round(upkeep[1] / 1_000, 2),
        "built_anew_cpu_s": round(anew[1] / 1_000, 2),
        "built_anew_wall_s": round(anew[0] / 1_000, 2),
        "files": len(list(folder.iterdir())),
        "bytes_a_record": round(size / records, 1),
        "database_bytes_a_record": round((store.folder / "node.db").stat().st_size / records, 1),
        "resident_mb": resident_mb(),
        "most_resident_mb": most_resident_mb(),
    }


def one_more(store: Store, records: int) -> dict[str, Any]:
    """Insert, look up, look up again; then the same rows written without the index."""
    subject = hard_set(5_000, 100, 5).questions[QUESTION].subject

    def look() -> None:
        store.records.find(OWNER, prepare(subject, MATCHABLE_FIELDS), CLASSES, 200, Scale(load_weights()))

    look()
    insert, seen, again, alone = [], [], [], []
    hard = Hard()
    for number in range(records, records + REPEATS):
        record = record_of(hard.record(number))
        insert.append(timed(lambda record=record: store.records.load([record])))
        seen.append(timed(look))
        again.append(timed(look))
        bare = record_of(hard.record(number + REPEATS))
        alone.append(timed(lambda bare=bare: store._writer.change(lambda db: rows_alone(db, bare))))
    return {
        "added": added(),
        "insert": told(insert),
        "rows_alone": told(alone),
        "seen": told(seen),
        "again": told(again),
    }


def rows_alone(connection: Any, record: Record) -> None:
    connection.execute(
        "INSERT INTO record SELECT max(id) + 1, 1, ?, ?, ? FROM record",
        (record.id, record.data_class, canonical_bytes(record)),
    )


def removed(store: Store) -> dict[str, Any]:
    """One person taken out of the largest file, with the file written anew and the old one overwritten."""
    number = store.records._number(OWNER)
    assert number is not None
    store._writer.change(lambda db: remove_people(db, number, "record = ?", (1_000,)))
    wall, cpu = timed(lambda: store.records.finish_removal(OWNER))
    return {"wall_s": round(wall / 1_000, 2), "cpu_s": round(cpu / 1_000, 2)}


def opened(folder: Path) -> dict[str, Any]:
    """Opening the store and the first look-up of the owner."""
    subject = hard_set(5_000, 100, 5).questions[QUESTION].subject
    stores: list[Store] = []
    opening = timed(lambda: stores.append(open_store(folder)))
    first = timed(
        lambda: stores[0].records.find(
            OWNER, prepare(subject, MATCHABLE_FIELDS), CLASSES, 200, Scale(load_weights())
        )
    )
    again = timed(
        lambda: stores[0].records.find(
            OWNER, prepare(subject, MATCHABLE_FIELDS), CLASSES, 200, Scale(load_weights())
        )
    )
    check = timed(lambda: print(stores[0].records.check_index(OWNER)))
    stores[0].close()
    return {
        "open_ms": round(opening[0]),
        "first_look_up_ms": round(first[0], 1),
        "next_look_up_ms": round(again[0], 1),
        "check_cpu_s": round(check[1] / 1_000, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=100_000)
    records = parser.parse_args().records
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "node"
        store = open_store(folder)
        figures = {"records": records, "fill": fill(store, records), "one_more": one_more(store, records)}
        figures["removal"] = removed(store)
        store.close()
        figures["open"] = opened(folder)
    print(store_result("match_index", figures, f"python bench/match/index_costs.py --records {records}"))
    print(figures)


if __name__ == "__main__":
    main()
