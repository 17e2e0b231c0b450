"""Acts in any order on a real store: what is stored is what the history says, undoing restores it, owners never meet."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from duty_stage import COUNSEL, CUSTODIAN, OWNER, agency, law_pack, member
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec.structs import replace
from person_stage import BORN, Desk, booking, derived, members

from comity.exchange.person.person_acts import Merge, Split, merge_persons, split_person, undo_act
from comity.ledger.append import append_entry
from comity.match.grouping import Grouping, group_appearances
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.person_act import PersonsChanged
from comity.sim.federation import build_federation
from store_engines import NOT_CHECKED, has_postgres, open_store, turn_of

OTHER = "lake-police"
OWNERS = {
    OWNER: (CUSTODIAN, COUNSEL),
    OTHER: tuple(replace(member(role, of=OTHER), id=f"lake-{role}") for role in ("records-custodian", "counsel")),
}
IDS = "abcdefg"  # both owners use the same ids, so that only the owner tells the records apart
STEPS = 200
NAMES = st.lists(st.sampled_from(IDS), min_size=2, max_size=3, unique=True)


class Acts(RuleBasedStateMachine):
    """Two owners at one node; random merges, splits, undoings and purges by both."""

    engine_name = "sqlite"

    def __init__(self) -> None:
        super().__init__()
        self._engine = ExitStack()
        self._engine.enter_context(turn_of(self.engine_name, ready=True))
        self._folder = tempfile.TemporaryDirectory()
        held = (agency(), replace(agency(OTHER), name="Lake Police"))
        text = law_pack('rule Z-1 "Nothing" cite "Act 1" status verified from 2020-01-01 at ask duty log query')
        texts = {one.id: ((text, ((one.id, "agency-head"),)),) for one in held}
        records = [
            booking(name, "Marsh, Rosa", BORN if name < "e" else "", owner=owner)
            for owner in OWNERS
            for name in IDS
        ]
        federation = build_federation(Path(self._folder.name), "seed", held, texts, records, open_store)
        self.desk = Desk(Path(self._folder.name), federation)
        self.gone: dict[str, set[str]] = {owner: set() for owner in OWNERS}

    def teardown(self) -> None:
        self.desk.federation.close()
        self._engine.close()
        self._folder.cleanup()

    def _there(self, owner: str, names: list[str]) -> tuple[str, ...]:
        left = tuple(name for name in names if name not in self.gone[owner])
        assume(left)
        return left

    def _acted(self, owner: str, changed: PersonsChanged, before: dict[Any, str]) -> None:
        """Every third act is undone at once, and then everything is exactly as it was."""
        act = changed.act
        if act is None or act.number % 3:
            return
        custodian, _ = OWNERS[owner]
        undone = undo_act(self.desk.world, custodian, act.id, "it was a mistake").act
        assert undone is not None
        assert members(self.desk, owner) == before

    @rule(owner=st.sampled_from(sorted(OWNERS)), names=NAMES)
    def merge(self, owner: str, names: list[str]) -> None:
        there = self._there(owner, names)
        assume(len(there) > 1)
        custodian, counsel = OWNERS[owner]
        before = members(self.desk, owner)
        order = Merge(there, "the same fingerprint card", counsel, "counsel compared the photographs")
        self._acted(owner, merge_persons(self.desk.world, custodian, order), before)

    @rule(owner=st.sampled_from(sorted(OWNERS)), names=NAMES)
    def split(self, owner: str, names: list[str]) -> None:
        there = self._there(owner, names)
        assume(len(there) > 1)
        before = members(self.desk, owner)
        order = Split(there[:1], "the twin sister it is", there[1:])
        self._acted(owner, split_person(self.desk.world, OWNERS[owner][0], order), before)

    @rule(owner=st.sampled_from(sorted(OWNERS)), place=st.integers(0, 10_000))
    def undo(self, owner: str, place: int) -> None:
        acts = self.desk.world.journal.persons.page_of(owner, 0, 10_000)
        assume(acts)
        undo_act(self.desk.world, OWNERS[owner][0], acts[place % len(acts)].id, "it was a mistake")

    @precondition(lambda self: sum(len(names) for names in self.gone.values()) < 4)
    @rule(owner=st.sampled_from(sorted(OWNERS)), name=st.sampled_from(IDS), often=st.integers(0, 9))
    def purge(self, owner: str, name: str, often: int) -> None:
        assume(often == 0 and name not in self.gone[owner])
        facts = EntryFacts(kind=EntryKind.RECORDS_PURGED, at_ms=self.desk.now_ms)
        append_entry(self.desk.world, Unit(facts=facts, content=b"{}", record=b"{}", removes=((owner, name),)))
        self.gone[owner].add(name)
        assert not any(one.record_id == name for one in members(self.desk, owner))

    @invariant()
    def what_is_stored_is_what_the_history_says(self) -> None:
        for owner in OWNERS:
            acts = self.desk.world.journal.persons.page_of(owner, 0, 10_000)
            assert [act.number for act in acts] == list(range(1, len(acts) + 1))
            grouping = group_appearances(acts)
            assert members(self.desk, owner) == derived(grouping, owner)
            self._check(grouping, owner)

    def _check(self, grouping: Grouping, owner: str) -> None:
        """Every record in exactly one person, nobody declared two is one, no record that is gone, none of the other's."""
        for one, person in grouping.persons.items():
            assert one in person
            assert all(grouping.persons[other] == person for other in person)
            assert one.record_id not in self.gone[owner]
        assert not any(set(pair) <= set(grouping.person_of(pair[0])) for pair in grouping.apart)
        stored = members(self.desk, owner)
        others = {person for name in OWNERS if name != owner for person in members(self.desk, name).values()}
        assert not set(stored.values()) & others


class ActsOnServer(Acts):
    """The same with the rows on a PostgreSQL server."""

    engine_name = "postgres"


SETTINGS = settings(max_examples=3, stateful_step_count=STEPS, suppress_health_check=list(HealthCheck))
TestActs = Acts.TestCase
TestActs.settings = SETTINGS
TestActsOnServer = pytest.mark.skipif(not has_postgres(), reason=NOT_CHECKED)(ActsOnServer.TestCase)
TestActsOnServer.settings = settings(SETTINGS, max_examples=1)  # every look at the rows is a trip to the server
