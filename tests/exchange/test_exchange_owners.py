"""The owners a node holds; an entry about one of them falls on the day it is where the owner is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from duty_stage import HEADING, OWNER, Desk, agency, make_desk, record
from msgspec.structs import replace

from comity.errors import RecordFileError, WrongUseError
from comity.exchange.duty.duty_clocks import Happening, happen
from comity.exchange.owners import owner_day, owner_facts, owner_here, owners_here
from comity.exchange.records.intake import take_in
from comity.exchange.records.purge import purge_records
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, DatedOri
from comity.model.disclosure import EntryKind

EAST = "Pacific/Guam"  # ten hours ahead of UTC: just after midnight there it is the day before in UTC
CHANGED = date(2026, 11, 21)
OLD, NEW = "WA0179900", "WA0179901"
RULES = f"""
rule K-1 "Sealed stays out" {HEADING} at ingest forbid entry when record is sealed
rule P-1 "Disputed goes" {HEADING} at purge purge record when record is disputed
rule E-1 "Breach" {HEADING} at configure duty report to state-repository within 48 hours of breach-found
"""


def renamed() -> Agency:
    """An owner far east whose ORI changed on a day."""
    old = DatedOri(ori=OLD, first=date(1970, 1, 1), last=date(2026, 11, 20))
    return replace(agency(zone=EAST), oris=(old, DatedOri(ori=NEW, first=CHANGED)))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The owner with a record that is to go."""
    made = make_desk(tmp_path, RULES, renamed(), (record("r-old", disputed=True),))
    yield made
    made.federation.close()


def refuse_load(desk: Desk) -> None:
    with pytest.raises(RecordFileError):
        take_in(desk.world, OWNER, (record("r-2", sealed=True),), "new.json")


ACTS: dict[str, Callable[[Desk], object]] = {
    "records taken in": lambda desk: take_in(desk.world, OWNER, (record("r-1", sealed=False),), "new.json"),
    "records kept out": refuse_load,
    "records purged": lambda desk: purge_records(desk.world, OWNER),
    "duties raised": lambda desk: happen(desk.world, Happening(owner=OWNER, event="breach-found")),
}


@pytest.mark.parametrize(("at", "ori"), [("2026-11-20T23:59:30", OLD), ("2026-11-21T00:00:30", NEW)])
@pytest.mark.parametrize("act", ACTS)
def test_an_entry_is_of_the_owners_own_day(desk: Desk, act: str, at: str, ori: str) -> None:
    """Just after midnight at the owner's the new day's ORI is entered, though UTC is still at the day before."""
    desk.at(at, EAST)
    ACTS[act](desk)
    facts = decode_entry(desk.world.journal.entry(desk.world.journal.size() - 1)).facts
    assert facts.owner_ori == ori


def test_the_day_is_local(desk: Desk) -> None:
    """One instant is two days, by the owner's zone; the codes of an entry follow it."""
    at_ms = desk.at("2026-11-21T00:00:30", EAST)
    assert owner_day(renamed(), at_ms) == CHANGED
    assert owner_day(agency(), at_ms) == date(2026, 11, 20)
    facts = owner_facts(EntryKind.DUTY_RAISED, renamed(), at_ms)
    assert (facts.kind, facts.at_ms, facts.owner_ori) == (EntryKind.DUTY_RAISED, at_ms, NEW)


def test_only_what_the_node_holds_is_held_here(desk: Desk) -> None:
    """Held here, held elsewhere, and no agency at all."""
    assert [one.id for one in owners_here(desk.world)] == [OWNER]
    assert owner_here(desk.world, OWNER).id == OWNER
    with pytest.raises(WrongUseError, match="`nowhere` is not held at this node; name an agency that is"):
        owner_here(desk.world, "nowhere")
