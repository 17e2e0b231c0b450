"""Whatever is inserted, corrected, removed, merged and opened again: index and records agree after every step.

A thousand steps in all, with files so small that sealing, merging and rewriting happen all the time.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from segment_stage import (
    CITY,
    RIVER,
    SUBJECTS,
    bytes_of,
    found,
    found_from_scratch,
    make_record,
    own_word,
    remove,
    tend,
)

from comity.model.record import Record
from comity.store.segments import index, owner_index, rows, upkeep
from long_runs import LONG
from store_engines import NOT_CHECKED, has_postgres, turn_of

OWNERS = (RIVER, CITY)
NAMES = ("GARCIA, MARIA", "GARCIA LOPEZ, MARIO", "HASSAN, OMAR", "EL-HASSAN, UMAR")
DATES = ("1984-03-12", "1990-12-03", "1984-12-03")
RUNS, STEPS = 3 * LONG, 40
SERVER_RUNS = LONG  # every look at the database is a trip to the server


class Node(RuleBasedStateMachine):
    """One store of two owners beside a plain list of the records that should be found."""

    engine_name = "sqlite"
    stored = Bundle("stored")

    @initialize()
    def open(self) -> None:
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(upkeep, "SEALED_AT", 3)
        self.patch.setattr(upkeep, "RATIO", 2)
        self.patch.setattr(rows, "BUILT_AT_ONCE", 2)
        self.patch.setattr(owner_index, "MOST_FRESH", 5)
        self.patch.setattr(index, "MOST_FRESH", 5)
        self.folder = Path(tempfile.mkdtemp())
        self.engines = ExitStack()
        self.engine = self.engines.enter_context(turn_of(self.engine_name, ready=True))
        self.store = self.engine.open_store(self.folder)
        self.live: dict[str, Record] = {}
        self.gone: set[int] = set()
        self.number = 0

    def teardown(self) -> None:
        self.store.close()
        self.engines.close()
        self.patch.undo()
        shutil.rmtree(self.folder)

    def next(self) -> int:
        self.number += 1
        return self.number

    @rule(
        target=stored,
        owner=st.sampled_from(OWNERS),
        names=st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(DATES)), min_size=1, max_size=7),
        witness=st.booleans(),
    )
    def insert(self, owner: str, names: list[tuple[str, str]], witness: bool) -> object:
        made = [make_record(self.next(), name, owner=owner, born=born, witness=witness) for name, born in names]
        assert self.store.records.load(made) == len(made)
        self.live.update({record.id: record for record in made})
        return multiple(*(record.id for record in made))

    @rule(record_id=stored, name=st.sampled_from(NAMES), born=st.sampled_from(DATES))
    def correct(self, record_id: str, name: str, born: str) -> None:
        old = self.store.records.get(*self.place(record_id))
        if old is None:
            return
        new = make_record(int(record_id[2:]), name, owner=old.owner, born=born)
        self.store.records.correct([new])
        if record_id in self.live:
            self.live[record_id] = new

    @rule(record_id=consumes(stored), finish=st.booleans())
    def purge(self, record_id: str, finish: bool) -> None:
        owner, _ = self.place(record_id)
        record = self.store.records.get(owner, record_id)
        assert record is not None
        remove(self.store, self.next(), gone=[record])
        self.live.pop(record_id, None)
        if finish:
            self.store.records.finish_removal(owner)
            assert own_word(int(record_id[2:])).encode() not in bytes_of(self.folder)
        else:
            self.gone.add(int(record_id[2:]))

    @rule(record_id=stored)
    def restrict(self, record_id: str) -> None:
        owner, _ = self.place(record_id)
        record = self.store.records.get(owner, record_id)
        assert record is not None
        remove(self.store, self.next(), kept=[record])
        self.live.pop(record_id, None)

    @rule(owner=st.sampled_from(OWNERS))
    def merge(self, owner: str) -> None:
        tend(self.store, owner)

    @rule(owner=st.sampled_from(OWNERS))
    def rebuild(self, owner: str) -> None:
        assert self.store.records.rebuild_index(owner).faults == ()

    @rule()
    def reopen(self) -> None:
        self.store.close()
        self.store = self.engine.open_store(self.folder)
        held = bytes_of(self.folder)
        assert not [number for number in self.gone if own_word(number).encode() in held]
        self.gone = set()

    @invariant()
    def everybody_is_found_as_from_scratch(self) -> None:
        for owner in OWNERS:
            for subject in SUBJECTS:
                wanted = found_from_scratch(self.store, self.live.values(), owner, subject)
                assert found(self.store, owner, subject) == wanted
            state = self.store.records.check_index(owner)
            assert state.faults == ()
            assert state.people == sum(record.owner == owner for record in self.live.values())

    def place(self, record_id: str) -> tuple[str, str]:
        """Owner and id of a record that may be restricted."""
        owner = next(name for name in OWNERS if self.store.records.get(name, record_id) is not None)
        return owner, record_id


class NodeOnServer(Node):
    """The same with its rows on a PostgreSQL server."""

    engine_name = "postgres"


SETTINGS = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestNode = Node.TestCase
TestNode.settings = SETTINGS
TestNodeOnServer = pytest.mark.skipif(not has_postgres(), reason=NOT_CHECKED)(NodeOnServer.TestCase)
TestNodeOnServer.settings = settings(SETTINGS, max_examples=SERVER_RUNS)
