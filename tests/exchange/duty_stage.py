"""One owner with a law of its own, its store on disk, and shorthands for its duties."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from comity.exchange.answering.raised import duty_id
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.model.agency import Agency, DatedOri, Member
from comity.model.canon import text_digest
from comity.model.codes import AgencyKind, DataClass, Disposition, GovernmentLevel, PersonRole
from comity.model.decision import Duty
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState, SubjectFacts
from comity.ports import Journal, World
from comity.sim.federation import START_MS, Federation, build_federation
from store_engines import open_store

OWNER = "river-police"
HEADING = 'cite "Act 1" status verified from 2020-01-01 '
PACIFIC = "America/Los_Angeles"
ORDER = "sha256:" + "a" * 64
DAY_MS = 86_400_000


def agency(name: str = OWNER, zone: str = PACIFIC, holidays: tuple[date, ...] = ()) -> Agency:
    """A Washington police department."""
    return Agency(
        id=name,
        name="River Police",
        oris=(DatedOri(ori="WA0179900", first=date(1970, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
        zone=zone,
        holidays=holidays,
        node="river-node",
    )


def law_pack(rules: str) -> LawText:
    """A pack with these rules."""
    text = f'pack test "Test" in WA version 1 uses vocabulary comity 1\n{rules}'
    return LawText(kind=LawKind.PACK, name="test", version=1, text=text, hash=text_digest(whole_text(text, ())))


def record(record_id: str, **state: bool) -> Record:
    """A case report about one person."""
    person = PersonInRecord(
        key="p",
        role=PersonRole.SUSPECT,
        fields=(FieldValue(name="name", value="Marsh, Rosa"),),
        facts=SubjectFacts(),
    )
    return Record(
        id=record_id,
        owner=OWNER,
        data_class=DataClass.CASE,
        reference=record_id,
        event_date=date(2026, 1, 1),
        as_of=date(2026, 1, 1),
        people=(person,),
        disposition=Disposition.PENDING,
        state=RecordState(**state),
    )


def member(*roles: str, of: str = OWNER) -> Member:
    return Member(
        id=f"member-{'-'.join(roles)}", name="A. Member", agency=of, roles=roles, trained_until=date(2030, 1, 1)
    )


COUNSEL, CUSTODIAN, OFFICER = member("counsel"), member("records-custodian"), member("member")


@dataclasses.dataclass
class Desk:
    """The owner's world; `reopen` closes the store and opens it again, as a restart does."""

    folder: Path
    federation: Federation

    @property
    def world(self) -> World:
        return self.federation.worlds["river-node"]

    @property
    def now_ms(self) -> int:
        return self.federation.clocks["river-node"].at_ms

    def at(self, text: str, zone: str = PACIFIC) -> int:
        """Set the clock to a local time; UTC milliseconds."""
        at_ms = int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)
        self.federation.clocks["river-node"].at_ms = at_ms
        return at_ms

    def put(self, duty: Duty, **more: object) -> StoredDuty:
        """Raise one duty, as an answer would."""
        count = len(self.world.journal.duties(OWNER))
        given = {"id": duty_id("test", count), "owner": OWNER, "query_id": "q-1", "raised_ms": self.now_ms, **more}
        stored = StoredDuty(duty=duty, **given)  # type: ignore[arg-type]
        append_entry(self.world, unit(stored))
        return stored

    def get(self, one: StoredDuty) -> StoredDuty:
        found = self.world.journal.find_duty(OWNER, one.id)
        assert found is not None
        return found

    def kinds(self) -> list[EntryKind]:
        """The kinds of all entries in the log."""
        note = self.world.journal.checkpoint()
        size = int(note.split("\n")[1]) if note else 0
        return [decode_entry(self.world.journal.entry(index)).facts.kind for index in range(size)]

    def reopen(self) -> None:
        self.federation.close()
        store = open_store(self.folder / "river-node")
        self.federation.stores["river-node"] = store
        self.federation.worlds["river-node"] = dataclasses.replace(
            self.world, journal=store.journal, records=store.records
        )


def unit(*duties: StoredDuty) -> Unit:
    """Duties under an entry of their own."""
    facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=duties[0].raised_ms)
    return Unit(facts=facts, content=b"{}", record=b"{}", duties=duties)


def make_desk(
    folder: Path, rules: str = "", owner: Agency | None = None, records: tuple[Record, ...] = ()
) -> Desk:
    """An owner whose law are these rules."""
    held = owner or agency()
    text = law_pack(rules or f'rule Z-1 "Nothing" {HEADING} at ask duty log query on any-outcome')
    federation = build_federation(
        folder, "seed", (held,), {held.id: ((text, ((held.id, "agency-head"),)),)}, records, open_store
    )
    return Desk(folder, federation)


def local(at_ms: int | None, zone: str = PACIFIC) -> str:
    """Local time to the second."""
    assert at_ms is not None
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


NOTICE = Duty(
    kind="notify", rule="test/N-1", citation="Act 1", to="subject", due_ms=START_MS + 3 * DAY_MS, text="tell"
)
WAITING = Duty(
    kind="notify", rule="test/W-1", citation="Act 1", to="subject", after="record-changed", within="3 days"
)


class AlwaysOlder:
    """A journal that shows every duty as it was one change ago: somebody else is always faster."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def __getattr__(self, name: str) -> Any:
        return getattr(self._journal, name)

    def find_duty(self, owner: str, duty_id: str) -> StoredDuty | None:
        found = self._journal.find_duty(owner, duty_id)
        return found and replace(found, changed=found.changed - 1)

    def waiting_duties(self, owner: str, event: str) -> tuple[StoredDuty, ...]:
        return tuple(replace(one, changed=one.changed - 1) for one in self._journal.waiting_duties(owner, event))


def always_older(desk: Desk) -> World:
    return dataclasses.replace(desk.world, journal=cast(Journal, AlwaysOlder(desk.world.journal)))
