"""The store on either engine: SQLite in the folder, or a database of a PostgreSQL server that the tests start themselves.

A test that takes the fixture `engine` runs on both. Under it `open_store` opens a folder's store on the engine of the turn.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from comity.store import sqlite
from comity.store.migrate import migrate
from comity.store.opening import Store, no_fault, tell_nobody

sys.path.append(str(Path(__file__).parents[1] / "bench"))

from match.peers.postgres_server import SUPERUSER, PostgresServer, find_programs

ENGINES = ("sqlite", "postgres")
ROLE = "comity_test"
NOT_CHECKED = (
    "NOT CHECKED on PostgreSQL: its programs or psycopg are missing; install `postgresql` and `comity[postgres]`"
)
SETTINGS = {"listen_addresses": "", "max_connections": "300", "shared_buffers": "64MB", "max_wal_size": "256MB"}
TABLES = (
    ("entry", "sealed", "tile", "head", "nonce", "item", "duty", "unauthenticated", "setting"),
    ("owner", "record", "person", "person_act", "person_act_record", "person_member", "segment", "removed_person"),
    ("next_ordinal", "delivery", "item_record", "ruling", "open_question", "cosigned", "witnessed"),
    ("standing", "notice_flow"),
)
"""Each behind those it refers to."""


@dataclass
class Engine:
    """Where the stores of one test are. `ready`: with the tables of a node in them, which costs a server most of a start."""

    name: str
    ready: bool = False
    _taken: dict[Path, str] = field(default_factory=dict)

    def address(self, folder: Path) -> str:
        """The database of a node's folder, made when it is first asked for; nothing on SQLite."""
        if self.name == "sqlite":
            return ""
        where = folder.resolve()
        if where not in self._taken:
            self._taken[where] = server().take_ready() if self.ready else server().take()
        return self._taken[where]

    def open_store(
        self, folder: Path, fault: Callable[[str], None] = no_fault, tell: Callable[[str], None] = tell_nobody
    ) -> Store:
        return open_at(folder, self.address(folder), fault, tell)

    def rows(self, folder: Path, statement: str) -> list[Any]:
        """What the database of a folder holds, read or changed behind the store's back."""
        if self.name == "postgres":
            return server().run(name_of(self.address(folder)), f"SET search_path = comity; {statement}")
        with closing(sqlite3.connect(folder / sqlite.DATABASE_NAME, isolation_level=None)) as database:
            return database.execute(statement).fetchall()

    def give_back(self) -> None:
        for address in self._taken.values():
            if not (self.ready and server().empty(address)):
                server().give_back(address)


def open_at(
    folder: Path, address: str, fault: Callable[[str], None] = no_fault, tell: Callable[[str], None] = tell_nobody
) -> Store:
    """The store of a folder, in a database where there is an address."""
    if not address:
        return sqlite.open_store(folder, fault, tell)
    from comity.store import postgres

    return postgres.open_store(folder, address, fault, tell)


_turn: list[Engine] = [Engine("sqlite")]


def open_store(
    folder: Path, fault: Callable[[str], None] = no_fault, tell: Callable[[str], None] = tell_nobody
) -> Store:
    """The store of a folder on the engine of the turn: SQLite outside the fixture `engine`."""
    return _turn[-1].open_store(folder, fault, tell)


def engine_in_turn() -> str:
    """The name of the engine that `open_store` opens on now."""
    return _turn[-1].name


@contextmanager
def turn_of(name: str, *, ready: bool = False) -> Iterator[Engine]:
    """While this lasts `open_store` opens on this engine. Skips the test where the engine is not installed."""
    if name == "postgres" and not has_postgres():
        pytest.skip(NOT_CHECKED)
    engine = Engine(name, ready)
    _turn.append(engine)
    try:
        yield engine
    finally:
        _turn.remove(engine)
        engine.give_back()


def move_to_server(folder: Path, address: str) -> None:
    """Put the rows of a closed node on SQLite into an empty database; what is beside them stays in the folder."""
    from comity.store.postgres import PostgresDatabase

    database = PostgresDatabase(address)
    with (
        closing(sqlite3.connect(folder / sqlite.DATABASE_NAME)) as source,
        closing(database.open_writer()) as target,
    ):
        migrate(database, target)
        for table in chain.from_iterable(TABLES):
            rows = source.execute(f"SELECT * FROM {table} ORDER BY {'rowid' if table == 'duty' else 1}").fetchall()
            target.execute(f"DELETE FROM {table}")
            if rows:
                target.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
    (folder / sqlite.DATABASE_NAME).unlink()


def has_postgres() -> bool:
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return False
    return find_programs() is not None


class Pristine(NamedTuple):
    """A database with a node's tables: its address, how they are made, and what makes one of the same shape as new."""

    address: str
    shape: list[Any]
    anew: str


SHAPE = """
SELECT 'column', table_name, column_name, data_type, column_default, is_nullable FROM information_schema.columns
WHERE table_schema = 'comity' UNION ALL
SELECT 'index', tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'comity' UNION ALL
SELECT 'policy', tablename, policyname, qual, with_check, cmd FROM pg_policies WHERE schemaname = 'comity' UNION ALL
SELECT 'wall', relname, relrowsecurity::text, relforcerowsecurity::text, '', '' FROM pg_class
WHERE relnamespace = to_regnamespace('comity') AND relkind IN ('r', 'p') ORDER BY 1, 2, 3, 4
"""


class TestServer:
    """The server, and its databases that no test is using."""

    __test__ = False

    def __init__(self) -> None:
        self.server = PostgresServer(SETTINGS)
        self._free: list[str] = []
        self._ready: list[str] = []
        self._made = 0
        self.run("postgres", f"CREATE ROLE {ROLE} LOGIN")

    def take(self) -> str:
        """The address of an empty database. It sorts words as people do, so that a missing collation shows."""
        if not self._free:
            self._made += 1
            name = f"node_{self._made}"
            self.run(
                "postgres",
                f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE template0 ENCODING 'UTF8' "
                "LOCALE_PROVIDER icu ICU_LOCALE 'en-US'",
            )
            self._free.append(name)
        return self.address_of(self._free.pop())

    def give_back(self, address: str) -> None:
        name = name_of(address)
        self.run(name, "DROP SCHEMA IF EXISTS comity CASCADE")
        self._free.append(name)

    def take_ready(self) -> str:
        """The address of a database in which a node's tables are, as they are made, and nothing else."""
        if not self._ready:
            return self.clone(self._pristine.address)
        return self.address_of(self._ready.pop())

    def empty(self, address: str) -> bool:
        """Keep a database as `take_ready` gives it, without what was written in it; false where its tables are others now."""
        name, pristine = name_of(address), self._pristine
        if self.run(name, SHAPE) != pristine.shape:
            return False
        self.run(name, pristine.anew)
        self._ready.append(name)
        return True

    @cached_property
    def _pristine(self) -> Pristine:
        """A database in which a node's tables were made, and which no test has."""
        from comity.store.postgres import PostgresDatabase

        address = self.take()
        database = PostgresDatabase(address)
        with closing(database.open_writer()) as writer:
            migrate(database, writer)
        name = name_of(address)
        tables = [
            table for (table,) in self.run(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'comity'")
        ]
        anew = ["SET session_replication_role = replica", *(f"DELETE FROM comity.{table}" for table in tables)]
        for table in tables:
            rows = self.run(name, f"SELECT json_agg(one)::text FROM comity.{table} one")[0][0]
            if rows:
                anew.append(
                    f"INSERT INTO comity.{table} SELECT * FROM json_populate_recordset(NULL::comity.{table}, $${rows}$$)"
                )
        anew.append(
            "SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences "
            "WHERE schemaname = 'comity'"
        )
        return Pristine(address, self.run(name, SHAPE), "; ".join(anew))

    def clone(self, address: str) -> str:
        """The address of a database with the same rows, for a copy of the node's folder."""
        self._made += 1
        name = f"node_{self._made}"
        self.run("postgres", f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {name_of(address)}")
        return self.address_of(name)

    def address_of(self, name: str, role: str = ROLE) -> str:
        return f"postgresql://{role}@/{name}?host={self.server.folder}"

    def run(self, database: str, statement: str, *values: Any) -> list[Any]:
        """What the server's own superuser gets for a statement."""
        import psycopg

        with closing(psycopg.connect(self.address_of(database, SUPERUSER), autocommit=True)) as connection:
            cursor = connection.execute(statement, values or None)
            while cursor.nextset():
                pass  # the last of several statements is the one asked
            return cursor.fetchall() if cursor.description else []


def name_of(address: str) -> str:
    """The database of an address."""
    return address.partition("@/")[2].partition("?")[0]


@contextmanager
def own_server() -> Iterator[TestServer]:
    """A server of a test's own, to kill. Skips the test where there is none."""
    if not has_postgres():
        pytest.skip(NOT_CHECKED)
    made = TestServer()
    try:
        yield made
    finally:
        made.server.close()


@cache
def server() -> TestServer:
    """One server for all tests of this process; it goes with the process."""
    return TestServer()


on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
"""For a test of what SQLite alone does, in a module that runs on both engines."""

both_engines = pytest.mark.usefixtures("engine")
