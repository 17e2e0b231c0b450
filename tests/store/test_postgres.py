"""What a store on PostgreSQL promises beside what every store does: one writer, a wall between owners, a closed door."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from log_world import make_unit, make_world
from segment_stage import CITY, RIVER, SUBJECTS, found, make_record, remove, tend

from comity.errors import LedgerError, StoreError
from comity.ledger.append import append_entry
from comity.ledger.verify import verify_log_directory
from comity.model.agency import Member
from comity.model.approval import Approval, LookUp
from comity.model.codes import DataClass, Instrument, MessageKind, Purpose, Status, Step
from comity.model.decision import Duty, Hold
from comity.model.delivery import OpenQuestion, RecallConfirmed, StoredDelivery
from comity.model.disclosure import MintedItem, StoredDuty
from comity.model.feed import (
    Cadence,
    Copy,
    Feed,
    FeedChange,
    FeedContent,
    FeedItem,
    FeedState,
    FeedTerms,
    TakenFeed,
)
from comity.model.finding import Finding, FindingKind
from comity.model.held import Ruling
from comity.model.notice import EventKind, NoticeFlow
from comity.model.person_act import ActKind, Appearance, PersonAct
from comity.model.petition import Capacity, Petition, PetitionKind, Residence
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.standing import Standing, Stands
from comity.model.transmission import Suspension, Transmission
from comity.store import sqlite
from comity.store.database import DatabaseError
from comity.store.opening import Store
from store_engines import NOT_CHECKED, ROLE, Engine, TestServer, has_postgres, name_of, own_server, server, turn_of

if not has_postgres():
    pytest.skip(NOT_CHECKED, allow_module_level=True)

import psycopg

from comity.store import postgres
from comity.store.postgres import PostgresDatabase, in_postgres

WALLED = {
    "approval",
    "delivery",
    "duty",
    "feed",
    "feed_changed",
    "feed_copy",
    "feed_item",
    "finding",
    "item_record",
    "look_up",
    "open_question",
    "ruling",
    "standing",
    "notice_flow",
    "person",
    "person_act",
    "person_act_record",
    "person_member",
    "petition",
    "record",
    "removed_person",
    "segment",
    "suspension",
    "transmission",
}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """PostgreSQL alone."""
    with turn_of("postgres") as made:
        yield made


@pytest.fixture
def store(engine: Engine, tmp_path: Path) -> Iterator[Store]:
    opened = engine.open_store(tmp_path / "node")
    yield opened
    opened.close()


@pytest.fixture
def address(engine: Engine, tmp_path: Path) -> str:
    """The database of `store`."""
    return engine.address(tmp_path / "node")


def fill(store: Store) -> None:
    """Rows of two owners in every table behind the wall."""
    for number, owner in enumerate((RIVER, CITY)):
        records = [make_record(number * 1_000 + at, owner=owner) for at in range(600)]
        store.records.load(records)
        tend(store, owner)
        act = PersonAct(
            id=f"act-{owner}",
            owner=owner,
            number=1,
            kind=ActKind.MERGED,
            at_ms=1,
            by="somebody",
            words="one person",
            people=tuple(Appearance(record_id=record.id, person_key="p0") for record in records[:2]),
        )
        duty = Duty(kind="count", rule="r", citation="c")
        owed = StoredDuty(id=f"duty-{owner}", owner=owner, query_id="q", duty=duty, raised_ms=1)
        more = federation_rows(owner, number)
        append_entry(make_world(store.journal), make_unit(number, person_acts=(act,), duties=(owed,), **more))
        remove(store, number + 10, gone=[records[5]])


def feed_rows(owner: str, name: str) -> tuple[FeedChange, ...]:
    """A feed of an owner with an item and a record that changed, and one that came to it with a copy."""
    terms = FeedTerms(
        agreement="A",
        recipient=owner,
        beneficiary=owner,
        purpose=Purpose.CUSTODY,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="c",
        data_classes=(DataClass.CASE,),
        cadence=Cadence.DAILY,
    )
    sent = Feed(id=name, owner=owner, terms=terms, state=FeedState.RUNNING, signed=(), opened_ms=1)
    taken = TakenFeed(
        id=name,
        owner=owner,
        terms=terms,
        state=FeedState.RUNNING,
        epoch=1,
        number=1,
        head="h",
        edition=0,
        as_of_ms=1,
        taken_ms=1,
    )
    item = FeedItem(
        feed=name, item_id=name, record_id="r", person_key="p0", hash="h", salt="s", fields=(), sent_ms=1
    )
    content = FeedContent(data_class=DataClass.CASE, fields=(), labels=(), as_of=date(2026, 1, 1))
    copy = Copy(feed=name, item_id=name, owner=owner, content=content)
    return (
        FeedChange(agency=owner, feed=name, sent=sent, items=(item,), again=("r",)),
        FeedChange(agency=owner, feed=name, taken=taken, copies=(copy,)),
    )


def standing_of(owner: str, name: str) -> Standing:
    """A question that stands at an owner."""
    day = date(2027, 1, 1)
    paper = Instrument.COURT_ORDER
    return Standing(
        agency=owner,
        incoming=True,
        query=Query(
            id=name,
            step=Step.DIGEST,
            asker=owner,
            asker_ori="WA0179900",
            member="somebody",
            owner=owner,
            beneficiary=owner,
            purpose=Purpose.CUSTODY,
            basis=LegalBasis(instrument=Instrument.NOTHING),
            case_number="1",
            data_classes=(DataClass.BOOKING,),
            subject=PersonSubject(family="Nobody"),
            asked_ms=1,
            pair="0" * 64,
            message=MessageKind.STANDING_QUESTION,
        ),
        member=Member(id="somebody", name="S", agency=owner, roles=("member",), trained_until=day),
        owners=(owner,),
        stands=Stands(paper=paper, document="sha256:" + "d" * 64, paper_ends=day, until=day, review_by=day),
        opened_ms=1,
    )


def federation_rows(owner: str, number: int) -> dict[str, Any]:
    """What an owner has of other nodes: a delivery, an item that was shown, an open question, a ruling, a transmission."""
    name = f"{number:032x}"
    due = RecallConfirmed(recall=name, confirmed_ms=1)
    hold = Hold(kind="review", rule="r", what="w", role="counsel", within="", citation="c")
    return {
        "feeds": feed_rows(owner, name),
        "deliveries": (StoredDelivery(id=name, sender=owner, recipient=owner, due=due, made_ms=1),),
        "standing": (standing_of(owner, name),),
        "notice_flows": (
            NoticeFlow(
                owner=owner,
                id=name,
                recipient=owner,
                event=EventKind.WARRANT,
                purpose=Purpose.CUSTODY,
                case_number="1",
                contact="the desk",
                opened_by="somebody",
                opened_ms=1,
            ),
        ),
        "opens": (OpenQuestion(asker=owner, query_id=name, owners=(owner,), next_ms=1, until_ms=2),),
        "rulings": (
            Ruling(
                id=name,
                owner=owner,
                query_id="q",
                hold=hold,
                granted=True,
                by="somebody",
                at_ms=1,
                reason="r",
                records=(),
            ),
        ),
        "transmissions": (
            Transmission(
                id=name,
                owner=owner,
                partner="elsewhere",
                record_id="r",
                person_key="p0",
                agreement="A-1",
                case_number="c",
                status=Status.HELD,
                prepared_by="somebody",
                prepared_ms=1,
            ),
        ),
        "suspensions": (
            Suspension(owner=owner, partner="elsewhere", suspended=True, by="somebody", at_ms=1, reason="r"),
        ),
        "findings": (
            Finding(
                id=name,
                owner=owner,
                kind=FindingKind.FISHING,
                asker=owner,
                sentence="30 questions",
                entries=(1,),
                counts={},
                first_ms=1,
                last_ms=1,
                opened_ms=1,
            ),
        ),
        "approvals": (Approval(id=name, owner=owner, member="m", emergency=False, asked_ms=1, until_ms=2),),
        "look_ups": (
            LookUp(agency=owner, member="m", query_id=name, at_ms=1, case="c", telling=("t",), names=()),
        ),
        "petitions": (
            Petition(
                id="R-2222-2222-2222",
                owner=owner,
                kind=PetitionKind.COMPLAINT,
                capacity=Capacity.ANYBODY,
                residence=Residence.NOT_SAID,
                opened_ms=1,
                taken_by="somebody",
                clocks=(),
            ),
        ),
        "items": (
            MintedItem(
                item_id=name,
                query_id="q",
                asker=owner,
                member="m",
                owner=owner,
                purpose=Purpose.CUSTODY,
                beneficiary=owner,
                record_id="r",
                person_key="p0",
                question="",
            ),
        ),
    }


# ---------------------------------------------------------------- one writer


def test_one_node_owns_a_database(store: Store, address: str, tmp_path: Path) -> None:
    """A second node, from another folder, is refused in a sentence; it may write once the first has gone."""
    with pytest.raises(StoreError, match=f"another node owns the database `{name_of(address)}`; stop it, or give"):
        postgres.open_store(tmp_path / "other", address)
    append_entry(make_world(store.journal), make_unit(1))
    store.close()
    postgres.open_store(tmp_path / "node", address).close()


def test_a_node_that_lost_its_election_writes_nothing(store: Store, address: str, tmp_path: Path) -> None:
    """Another node may take over when the session is gone; the first one's door stays shut, and the log is one."""
    append_entry(make_world(store.journal), make_unit(1))
    terminate_writer(address)
    other = postgres.open_store(tmp_path / "other", address)
    append_entry(make_world(other.journal), make_unit(2))
    with pytest.raises(StoreError, match="could not be written"):
        append_entry(make_world(store.journal), make_unit(3))
    assert other.journal.size() == 2
    other.close()


# ---------------------------------------------------------------- trouble closes the door


def terminate_writer(address: str) -> None:
    """End the session that holds the election, as an administrator or a lost network would."""
    gone = server().run(
        name_of(address),
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        postgres.ELECTION,
    )
    assert gone == [(True,)]


@pytest.mark.parametrize("point", ["taken", "begun", "rows", "sealed"])
def test_a_connection_lost_during_a_write_stores_nothing(engine: Engine, tmp_path: Path, point: str) -> None:
    """Nothing is acknowledged, nothing more is written, and after a restart the log goes on where it was."""
    node, armed = tmp_path / "node", [False]

    def fault(name: str) -> None:
        if armed[0] and name == point:
            armed[0] = False
            terminate_writer(engine.address(node))

    store = engine.open_store(node, fault)
    world = make_world(store.journal)
    append_entry(world, make_unit(1))
    armed[0] = True
    with pytest.raises(StoreError, match="could not be written"):
        append_entry(world, make_unit(2))
    for refused in (lambda: append_entry(world, make_unit(3)), lambda: store.records.load([make_record(1)])):
        with pytest.raises(StoreError, match="restart the node"):
            refused()
    store.close()
    store = engine.open_store(node)
    assert store.journal.size() == 1
    append_entry(make_world(store.journal), make_unit(2))
    store.close()
    assert verify_log_directory(node / "log", world.keys.log_key()).size == 2


def test_a_reading_connection_that_was_lost_is_replaced(store: Store, address: str) -> None:
    """One read meets the trouble and says so; the next has a new connection."""
    store.records.load([make_record(1)])
    store._index.close()  # its thread reads too, and would meet the lost connection in our place
    assert store.records.count(RIVER) == 1
    server().run(
        name_of(address),
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'comity' "
        "AND datname = current_database() AND NOT EXISTS "
        "(SELECT FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND locktype = 'advisory')",
    )
    with pytest.raises(StoreError, match="cannot be read"):
        store.records.count(RIVER)
    for _ in range(10):  # each lost connection is met once
        with suppress(StoreError):
            store.records.count(RIVER)
    assert store.records.count(RIVER) == 1
    append_entry(make_world(store.journal), make_unit(1))


def test_a_server_killed_during_writes_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    """Killed without warning and started again: every acknowledged entry and record is there, once."""
    with own_server() as own:
        address = own.take()
        store = postgres.open_store(tmp_path / "node", address)
        world = make_world(store.journal)
        for number in range(30):
            append_entry(world, make_unit(number))
            store.records.load([make_record(number)])
        own.server.kill()
        with pytest.raises(StoreError):
            append_entry(world, make_unit(30))
        with pytest.raises(StoreError):
            found(store, RIVER, SUBJECTS[0])
        with suppress(StoreError):  # what was not published yet is at the next start
            store.close()
        with pytest.raises(StoreError, match=r"cannot be opened: .*check that the server runs"):
            postgres.open_store(tmp_path / "node", address)
        own.server.start()
        store = postgres.open_store(tmp_path / "node", address)
        assert store.journal.size() == 30
        assert [store.journal.content(at) for at in range(30)] == [b"answer %d" % at for at in range(30)]
        assert store.records.count(RIVER) == 30
        assert store.records.check_index(RIVER).faults == ()
        append_entry(make_world(store.journal), make_unit(30))
        store.close()
        assert verify_log_directory(tmp_path / "node" / "log", world.keys.log_key()).size == 31


def test_a_value_no_column_takes_fails_alone(store: Store) -> None:
    """A text with a zero in it cannot be stored here: its step fails, the log goes on."""
    world = make_world(store.journal)
    with pytest.raises(StoreError, match="do not fit the database"):
        append_entry(world, make_unit(1, answer_to=("wa-city", "a\0b", "digest", "sha256:" + "00" * 32)))
    append_entry(world, make_unit(2))
    assert store.journal.size() == 1


def test_what_the_server_says_of_a_row_is_not_passed_on(store: Store) -> None:
    """Its detail names values; the sentence has table and rule alone."""
    item = "INSERT INTO item VALUES (?, ?)"
    told: list[str] = []

    def twice(connection: Any) -> None:
        for _ in range(2):
            try:
                connection.execute(item, ("zanzibar", b""))
            except DatabaseError as error:
                told.append(str(error))
                raise

    with pytest.raises(DatabaseError):
        store._writer.change(twice)
    assert told[0].startswith("item.item_pkey: ")
    assert "zanzibar" not in told[0]


# ---------------------------------------------------------------- the wall between owners


def seen(address: str, owner: str | None, role: str = ROLE) -> dict[str, set[Any]]:
    """The owners of the rows that a plain connection sees in every table with an owner, told or not whose rows it wants."""
    shown: dict[str, set[Any]] = {}
    with closing(psycopg.connect(address, autocommit=True)) as connection, connection.transaction():
        connection.execute("SET LOCAL search_path = comity")
        if owner is not None:
            connection.execute("SELECT set_config('comity.owner', %s, true)", (owner,))
        for table in WALLED:
            shown[table] = {row[0] for row in connection.execute(f"SELECT DISTINCT owner FROM {table}".encode())}
    return shown


def test_a_connection_for_one_owner_sees_no_other_owners_rows(store: Store, address: str) -> None:
    """In every table that has an owner, whatever the statement; without an owner it sees nobody's."""
    fill(store)
    numbers = {owner: store.records._number(owner) for owner in (RIVER, CITY)}
    for owner, number in numbers.items():
        assert all(rows in ({owner}, {number}) for rows in seen(address, owner).values()), seen(address, owner)
    assert not any(seen(address, None).values())
    assert not any(seen(address, "nobody").values())
    assert not any(seen(address, "").values())
    for owner in (RIVER, numbers[RIVER]):
        with store._readers.lend(owner) as connection:
            rows = connection.execute("SELECT DISTINCT owner FROM record").fetchall()
            assert rows == [(numbers[RIVER],)]
    with store._readers.lend() as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (0,)


def test_a_connection_for_one_owner_writes_for_no_other(store: Store, address: str) -> None:
    """A row of another's is not inserted, changed or deleted; the owner's own role is held too."""
    fill(store)
    city = store.records._number(CITY)
    with closing(psycopg.connect(address, autocommit=True)) as connection:
        connection.execute("SET search_path = comity")
        connection.execute("SELECT set_config('comity.owner', %s, false)", (RIVER,))
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            connection.execute("INSERT INTO record VALUES (900000, %s, 'x', 'case', '')", (city,))
        assert connection.execute("DELETE FROM person_member WHERE owner = %s", (CITY,)).rowcount == 0
        assert connection.execute("UPDATE duty SET body = ''").rowcount == 1


def test_connections_that_read_cannot_write(store: Store) -> None:
    """Whatever they are told."""
    for owner in ("", RIVER):
        with pytest.raises(StoreError, match="read-only"), store._readers.lend(owner) as connection:
            connection.execute("DELETE FROM nonce")


def test_what_one_lender_saw_the_next_does_not(store: Store) -> None:
    """The owner is forgotten with the transaction, also when it failed."""
    fill(store)
    with pytest.raises(StoreError), store._readers.lend(RIVER) as connection:
        connection.execute("SELECT * FROM nothing")
    with store._readers.lend(RIVER) as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (599,)
    with store._readers.lend() as connection:
        assert connection.execute("SELECT count(*) FROM record").fetchone() == (0,)


def test_every_table_with_an_owner_stands_behind_the_wall(store: Store, engine: Engine, tmp_path: Path) -> None:
    """A table that a later migration adds is not forgotten."""
    rows = engine.rows(
        tmp_path / "node",
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'comity' AND column_name = 'owner'",
    )
    assert {name for (name,) in rows} == WALLED


@pytest.mark.parametrize("change", ["NO FORCE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"])
def test_a_node_does_not_open_while_the_wall_is_down(engine: Engine, tmp_path: Path, change: str) -> None:
    """Which table stands open is said."""
    node = tmp_path / "node"
    engine.open_store(node).close()
    engine.rows(node, f"ALTER TABLE person_act {change}")
    with pytest.raises(StoreError, match="the wall between owners is down around `person_act`"):
        engine.open_store(node)


@pytest.mark.parametrize("power", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_sees_through_the_wall_is_refused(engine: Engine, tmp_path: Path, power: str) -> None:
    """Nothing is made in its database."""
    address = engine.address(tmp_path / "node")
    role = f"strong_{power.lower()}"
    server().run("postgres", f"CREATE ROLE {role} LOGIN {power}")
    with pytest.raises(StoreError, match="sees through the wall between owners"):
        postgres.open_store(tmp_path / "node", server().address_of(name_of(address), role))
    assert server().run(name_of(address), "SELECT to_regnamespace('comity')") == [(None,)]


# ---------------------------------------------------------------- what is refused at the start


def test_a_server_that_forgets_commits_is_refused(tmp_path: Path) -> None:
    """Durability is the server's promise; without it no answer may leave."""
    with own_server() as own:
        address = own.take()
        own.run("postgres", "ALTER SYSTEM SET full_page_writes = off")
        own.run("postgres", "SELECT pg_reload_conf()")
        refuse_until_told(own, address, tmp_path)


def refuse_until_told(own: TestServer, address: str, folder: Path) -> None:
    while own.run("postgres", "SHOW full_page_writes") != [("off",)]:
        pass  # the server reads its configuration again in its own time
    with pytest.raises(StoreError, match="may lose what it committed"):
        postgres.open_store(folder / "node", address)


def test_a_database_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Texts would be other bytes there."""
    with turn_of("postgres"):
        server().run("postgres", "DROP DATABASE IF EXISTS latin")
        server().run(
            "postgres", f"CREATE DATABASE latin OWNER {ROLE} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"
        )
        with pytest.raises(StoreError, match="has the encoding LATIN1"):
            postgres.open_store(tmp_path / "node", server().address_of("latin"))


def test_a_schema_of_somebody_else_is_refused(engine: Engine, tmp_path: Path) -> None:
    """Nothing of it is touched."""
    address = engine.address(tmp_path / "node")
    server().run(
        name_of(address), f"CREATE SCHEMA comity AUTHORIZATION {ROLE}; CREATE TABLE comity.theirs (id INT)"
    )
    with pytest.raises(StoreError, match="was not written by comity"):
        engine.open_store(tmp_path / "node")
    assert server().run(name_of(address), "SELECT count(*) FROM pg_tables WHERE schemaname = 'comity'") == [(1,)]


def test_a_schema_made_by_an_administrator_is_used(engine: Engine, tmp_path: Path) -> None:
    """A role that may not make schemas is given an empty one of its own."""
    address = engine.address(tmp_path / "node")
    server().run(name_of(address), f"CREATE SCHEMA comity AUTHORIZATION {ROLE}")
    engine.open_store(tmp_path / "node").close()


def test_a_newer_database_is_refused(engine: Engine, tmp_path: Path) -> None:
    """As on SQLite."""
    engine.open_store(tmp_path / "node").close()
    engine.rows(tmp_path / "node", "INSERT INTO migration VALUES (99)")
    with pytest.raises(StoreError, match="version 99, newer than"):
        engine.open_store(tmp_path / "node")


DAMAGES: list[tuple[str, str]] = [
    ("DELETE FROM entry WHERE idx = 2", "3 entries but 2"),
    ("UPDATE entry SET entry = '' WHERE idx = 2", "entry 2 differs"),
    ("UPDATE head SET size = 2", "2 entries but 3"),
    ("DELETE FROM tile", "missing or cut"),
    ("DROP SCHEMA comity CASCADE", "never an older one"),
]


@pytest.mark.parametrize(("change", "fault"), DAMAGES)
def test_a_damaged_log_refuses_to_open(engine: Engine, tmp_path: Path, change: str, fault: str) -> None:
    """Also a database older than what the node published."""
    node = tmp_path / "node"
    store = engine.open_store(node)
    for number in range(3):
        append_entry(make_world(store.journal), make_unit(number, sealed=b""))
    store.close()
    engine.rows(node, change)
    for _ in range(2):
        with pytest.raises(LedgerError, match=fault):
            engine.open_store(node)


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(StoreError, match=r"cannot be opened: .*check that the server runs"):
        postgres.open_store(tmp_path / "node", f"postgresql://nobody@/none?host={tmp_path}")


# ---------------------------------------------------------------- one shape


def test_both_engines_have_the_same_tables(store: Store, engine: Engine, tmp_path: Path) -> None:
    """Column for column in their order, which inserts rely on; PostgreSQL's own come last."""
    sqlite.open_store(tmp_path / "plain").close()
    with closing(sqlite3.connect(tmp_path / "plain" / sqlite.DATABASE_NAME)) as database:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        ours = {name: [row[1] for row in database.execute(f"PRAGMA table_info({name})")] for name in names}
    rows = engine.rows(
        tmp_path / "node",
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'comity' "
        "ORDER BY table_name, ordinal_position",
    )
    theirs: dict[str, list[str]] = {}
    for table, column in rows:
        theirs.setdefault(table, []).append(column)
    assert theirs.pop("migration") == ["number"]
    assert theirs["duty"].pop() == "rowid"
    assert theirs == ours


def test_names_sort_by_their_bytes(store: Store, engine: Engine, tmp_path: Path) -> None:
    """Every text column, whatever the collation of the database."""
    rows = engine.rows(
        tmp_path / "node",
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'comity' "
        "AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'",
    )
    assert rows == []


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT 1", b"SELECT 1"),
        ("a = ? AND b = ?", b"a = $1 AND b = $2"),
        ("a = ?2 AND b = ?1 AND c = ?2", b"a = $2 AND b = $1 AND c = $2"),
        (
            "IN (SELECT value FROM json_each(?2))",
            b"IN (SELECT value FROM json_array_elements_text($2::json) AS one (value))",
        ),
        (
            "json_extract(CAST(body AS TEXT), '$.reference') = ?",
            b"convert_from(body, 'UTF8')::json ->> 'reference' = $1",
        ),
    ],
)
def test_statements_are_told_in_other_words(ours: str, theirs: bytes) -> None:
    """Places by number, and the two functions that have other names."""
    assert in_postgres(ours) == theirs


def test_a_vacuum_that_fails_says_so(tmp_path: Path) -> None:
    """A removal is then not told as done."""
    with pytest.raises(StoreError, match="cannot be vacuumed away"):
        PostgresDatabase(f"postgresql://nobody@/none?host={tmp_path}").clear_removed()
