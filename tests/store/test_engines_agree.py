"""Whatever is done to them, a store on SQLite and one on PostgreSQL give the same: answers, order, refusals, log, index files.

The same random acts go to both; after each one everything that can be read is compared, byte for byte.
"""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from log_world import make_unit, make_world
from msgspec.structs import replace
from segment_stage import CITY, RIVER, SUBJECTS, found, make_record, numbers_of, tend

from comity.errors import ComityError
from comity.ledger.append import append_entry, restore_receipt
from comity.model.codes import Purpose
from comity.model.decision import Duty
from comity.model.disclosure import MintedItem, StoredDuty
from comity.model.person_act import ActKind, Appearance, PersonAct
from comity.model.record import Record
from comity.ports import World
from comity.store.opening import Store
from comity.store.segments import index, owner_index, rows, upkeep
from long_runs import LONG
from store_engines import ENGINES, NOT_CHECKED, has_postgres, turn_of

OWNERS = (RIVER, CITY)
NAMES = ("GARCIA, MARIA", "GARCÍA LÓPEZ, MARIO", "HASSAN, OMAR", "O'NEIL, Zoë")
KINDS = ("count", "notify")
EVENTS = ("", "released", "record-changed")
RUNS, STEPS = LONG, 40
DRIVERS_WORDS = "do not fit the database"  # what follows is the driver's own sentence


@dataclass
class Side:
    """One engine's store and the world of its log."""

    folder: Path
    store: Store
    world: World
    opened: Callable[[Path], Store]

    def reopen(self) -> None:
        self.store.close()
        self.store = self.opened(self.folder)
        self.world = dataclasses.replace(self.world, journal=self.store.journal)


class Twins(RuleBasedStateMachine):
    """Two stores that are told the same."""

    @initialize()
    def open(self) -> None:
        self.ends = ExitStack()
        patch = pytest.MonkeyPatch()
        self.ends.callback(patch.undo)
        patch.setattr(upkeep, "SEALED_AT", 3)
        patch.setattr(upkeep, "RATIO", 2)
        patch.setattr(rows, "BUILT_AT_ONCE", 2)
        patch.setattr(owner_index, "MOST_FRESH", 5)
        patch.setattr(index, "MOST_FRESH", 5)
        self.sides: list[Side] = []
        for name in ENGINES:
            engine = self.ends.enter_context(turn_of(name, ready=True))
            folder = Path(tempfile.mkdtemp())
            self.ends.callback(shutil.rmtree, folder)
            store = engine.open_store(folder)
            self.sides.append(Side(folder, store, make_world(store.journal), engine.open_store))
        self.number = 0
        self.ids: list[tuple[str, int]] = []
        self.duties: list[StoredDuty] = []

    def teardown(self) -> None:
        for side in self.sides:
            side.store.close()
        self.ends.close()

    def next(self) -> int:
        self.number += 1
        return self.number

    def both(self, act: Callable[[Side], Any]) -> Any:
        """What the act gives on both sides, which is the same; a refusal counts with its words."""
        told = []
        for side in self.sides:
            try:
                told.append(("done", act(side)))
            except ComityError as error:
                told.append((type(error).__name__, str(error).partition(DRIVERS_WORDS)[0]))
        assert told[0] == told[1]
        return told[0]

    def append(self, **changes: Any) -> Any:
        number = self.next()
        return self.both(lambda side: append_entry(side.world, make_unit(number, **changes)))

    @rule(
        owner=st.sampled_from(OWNERS),
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=6),
        again=st.booleans(),
    )
    def insert(self, owner: str, names: list[str], again: bool) -> None:
        numbers = [self.next() for _ in names]
        if again and self.ids:
            numbers[-1] = self.ids[0][1]
        made = [record_of(number, name, owner) for number, name in zip(numbers, names, strict=True)]
        done, _ = self.both(lambda side: side.store.records.load(made))
        if done == "done":
            self.ids += [(owner, number) for number in numbers]

    @rule(at=st.integers(0, 200), name=st.sampled_from(NAMES))
    def correct(self, at: int, name: str) -> None:
        owner, number = self.ids[at % len(self.ids)] if self.ids else (RIVER, 1)
        self.both(lambda side: side.store.records.correct([record_of(number, name, owner)]))

    @rule(at=st.integers(0, 200), name=st.sampled_from(NAMES), stale=st.booleans())
    def correct_with_an_entry(self, at: int, name: str, stale: bool) -> None:
        if self.ids:
            owner, number = self.ids[at % len(self.ids)]
            before = self.sides[0].store.records.get(owner, named(number))
            after = record_of(number, name, owner)
            if before is not None:
                self.append(corrects=((after if stale else before, after),))

    @rule(at=st.integers(0, 200), finish=st.booleans(), restrict=st.booleans())
    def purge(self, at: int, finish: bool, restrict: bool) -> None:
        if not self.ids:
            return
        owner, number = self.ids[at % len(self.ids)]
        record = self.sides[0].store.records.get(owner, named(number))
        if record is None:
            return
        kept = replace(record, state=replace(record.state, restricted=True))
        self.append(**({"restricts": (kept,)} if restrict else {"removes": ((owner, record.id),)}))
        if finish:
            self.both(lambda side: side.store.records.finish_removal(owner))

    @rule(owner=st.sampled_from(OWNERS), names=st.lists(st.integers(1, 30), min_size=2, max_size=3, unique=True))
    def say_who_is_one(self, owner: str, names: list[int]) -> None:
        number = self.sides[0].store.journal.persons.count(owner) + 1
        act = PersonAct(
            id=f"{self.number:064x}",
            owner=owner,
            number=number,
            kind=ActKind.MERGED,
            by="somebody",
            at_ms=self.number,
            words="the same clerk",
            people=tuple(Appearance(record_id=named(name), person_key="p0") for name in sorted(names)),
        )
        self.append(person_acts=(act,))

    @rule(
        owner=st.sampled_from(OWNERS),
        kind=st.sampled_from(KINDS),
        after=st.sampled_from(EVENTS),
        period=st.sampled_from(("", "2026", "2026")),
    )
    def owe(self, owner: str, kind: str, after: str, period: str) -> None:
        name = f"duty-{period or self.number}-{owner}"
        duty = Duty(kind=kind, rule="r", citation="c", after=after, period=period)
        made = StoredDuty(id=name, owner=owner, query_id="q", duty=duty, raised_ms=self.number)
        done, _ = self.append(duties=(made,))
        if done == "done":
            self.duties.append(made)

    @rule(at=st.integers(0, 50), skip=st.integers(0, 1))
    def change_duty(self, at: int, skip: int) -> None:
        if self.duties:
            held = self.duties[at % len(self.duties)]
            changed = self.sides[0].store.journal.find_duty(held.owner, held.id)
            assert changed is not None
            self.append(changed_duties=(replace(changed, done_ms=5, changed=changed.changed + 1 + skip),))

    @rule(reuse=st.sampled_from(("nothing", "nonce", "question", "item")))
    def answer(self, reuse: str) -> None:
        changes: dict[str, Any] = {
            "nothing": {},
            "nonce": {"replay": ("wa-city", "nonce-1")},
            "question": {"answer_to": make_unit(1).answer_to},
            "item": {},
        }[reuse]
        name = "item-1" if reuse == "item" else f"item-{self.number}"
        self.append(items=(minted(name),), **changes)

    @rule(reason=st.sampled_from(("unsigned", "stranger", "a zero \0 in it")))
    def count(self, reason: str) -> None:
        self.both(lambda side: side.store.journal.count_unauthenticated(reason))

    @rule(name=st.sampled_from(("a", "B", "ä")), text=st.sampled_from(("one", "two")))
    def set(self, name: str, text: str) -> None:
        self.both(lambda side: side.store.settings.set(name, text))

    @rule()
    def reopen(self) -> None:
        for side in self.sides:
            side.reopen()

    @invariant()
    def everything_reads_the_same(self) -> None:
        self.both(lambda side: read_log(side))
        for owner in OWNERS:
            self.both(lambda side, owner=owner: read_owner(side, owner))
        self.both(lambda side: {name: side.store.settings.find(name) for name in ("a", "B", "ä", "b")})


def named(number: int) -> str:
    """A record's id. People sort these letters otherwise than their bytes do."""
    return f"{('r', 'R', 'é', '_r')[number % 4]}-{number:05}"


def record_of(number: int, name: str, owner: str) -> Record:
    return replace(make_record(number, name, owner=owner), id=named(number))


def minted(name: str) -> MintedItem:
    return MintedItem(
        item_id=name,
        query_id="q",
        asker="wa-city",
        member="m",
        owner=RIVER,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        beneficiary="wa-city",
        record_id="r-00001",
        person_key="p0",
        question="q",
    )


def read_log(side: Side) -> tuple[Any, ...]:
    """Everything of the log."""
    journal = side.store.journal
    entries = tuple(
        (journal.entry(at), journal.content(at), journal.record(at), journal.sealed(at), journal.content_key(at))
        for at in range(journal.size())
    )
    receipt = restore_receipt(side.world, journal.size() - 1) if entries else None
    found = (journal.find_nonce("wa-city", "nonce-1"), journal.find_answer("wa-city", f"{1:032x}", "digest"))
    return journal.checkpoint(), entries, receipt, found, journal.find_item("item-1"), journal.unauthenticated()


def read_owner(side: Side, owner: str) -> tuple[Any, ...]:
    """Everything of an owner, and whom questions find, in their order."""
    records, journal = side.store.records, side.store.journal
    tend(side.store, owner)
    answers = tuple(found(side.store, owner, subject) for subject in SUBJECTS)
    people = records.people(owner, [number for number, _ in answers[0]])
    kept = records.page_of(owner, "", 1_000)
    acts = journal.persons.page_of(owner, 0, 1_000)
    with side.store._readers.lend(owner) as connection:
        members = connection.execute(
            "SELECT * FROM person_member WHERE owner = ? ORDER BY record_id, person_key", (owner,)
        ).fetchall()
    waiting = tuple(journal.waiting_duties(owner, event) for event in EVENTS)
    state = records.check_index(owner)
    assert state.faults == ()
    return (
        answers,
        people,
        kept,
        records.page_of(owner, "r-00004", 2),
        [records.ids_of(owner, f"B-{number}", 5) for number in range(1, 6)],
        numbers_of(side.store, owner),
        acts,
        journal.persons.acts_on(owner, [named(1), named(2)]),
        members,
        [journal.persons.members_of(owner, person) for *_, person in members],
        (journal.duties(owner), waiting, journal.periodic_duties(owner)),
        (state.people, state.files, state.bytes),
    )


@pytest.mark.skipif(not has_postgres(), reason=NOT_CHECKED)
class TestTwins(Twins.TestCase):  # type: ignore[misc,name-defined]
    settings = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
