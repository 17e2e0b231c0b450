"""One PostgreSQL database a node: the same tables in a schema of their own, one writer elected, a wall between owners.

The writer holds an advisory lock in the session it writes in: who lost the session lost the lock, and what it had not
committed is gone. Connections that read say in each transaction whose rows they read; row-level security shows no others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from comity.errors import SettingsError, StoreError
from comity.store.committer import Fault
from comity.store.database import EVERY_OWNER, ConflictError, Connection, DatabaseError, Rows, Value
from comity.store.opening import Store, no_fault, open_on, tell_nobody

SCHEMA = "comity"
ELECTION = 0x434F4D59  # "COMY": the advisory lock of the one who writes; locks are of one database
CLAIM = ELECTION + 1  # the lock of one who makes a node
ELECTION_MS = 3_000  # the server notices late that a killed node's connection is gone
# The writer's session is durable and stays: the server ends it neither for being idle nor for long statements, and notices
# within two minutes when the machine at the other end has gone without a word, so that another may be elected.
LASTING = (
    "SET synchronous_commit = on; SET statement_timeout = 0; SET idle_session_timeout = 0; "
    "SET idle_in_transaction_session_timeout = 0; SET tcp_keepalives_idle = 60; SET tcp_keepalives_interval = 15; "
    "SET tcp_keepalives_count = 4"
)
ALIVE_S = 60  # without a word from the server it is asked whether it is there, so that no firewall forgets the connection
CONNECT_S = 10  # a server that does not answer by then is not there
OLDEST_SERVER = 150_000  # version 15: what we test against
STREAMED_AT_ONCE = 2_000  # rows of a record or so, a few megabytes
CLEARED = "record, person, duty, person_act, person_act_record, person_member"

# Other words for the same thing, replaced before the numbered places are.
_OTHER_WORDS = (
    (re.compile(r"\bjson_each\((\?\d*)\)"), r"json_array_elements_text(\1::json) AS one (value)"),
    (
        re.compile(r"\bjson_extract\(CAST\((\w+) AS TEXT\), '\$\.(\w+)'\)"),
        r"convert_from(\1, 'UTF8')::json ->> '\2'",
    ),
)
_PLACE = re.compile(r"\?(\d*)")


def open_store(
    folder: Path, address: str, fault: Fault = no_fault, tell: Callable[[str], None] = tell_nobody
) -> Store:
    """The store of a node whose rows are in the database at `address`; index and log directory stay in its folder."""
    return open_on(PostgresDatabase(address), folder, fault, tell)


@contextmanager
def claim(address: str) -> Iterator[None]:
    """An empty database for one who makes a node in it; what was made goes again when the body fails.

    Raises SettingsError for a database that holds a node or is being given one.
    """
    database = PostgresDatabase(address)
    try:
        with closing(database.connect()) as connection:
            if not connection.execute("SELECT pg_try_advisory_lock(?)", (CLAIM,)).fetchone()[0]:
                raise SettingsError(f"somebody is making a node in database `{database.name}`; give each its own")
            if connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = ?", (SCHEMA,)).fetchone()[0]:
                raise SettingsError(
                    f"database `{database.name}` holds a node already; give the new one an empty database, or drop the "
                    f"schema `{SCHEMA}` there if nobody needs it"
                )
            try:
                yield
            except BaseException:
                with closing(database.open_writer()) as writer:  # elected: nobody else's node goes
                    writer.script(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
                raise
    except DatabaseError as error:
        raise SettingsError(f"database `{database.name}` cannot be used: {error}; {database.remedy}") from error


class PostgresDatabase:
    """`Database` on a server. `address` is a `postgresql://` address without a password, as libpq reads it."""

    engine = "postgres"
    remedy = "check that the server runs and that the role may connect to the database"

    def __init__(self, address: str) -> None:
        self._address = address
        self.name = urlsplit(address).path.removeprefix("/") or "of the role's own name"

    def open_writer(self) -> PostgresConnection:
        """Every owner in sight, durable at every commit, the only one. Raises StoreError where another node writes."""
        connection = self.connect()
        try:
            self._check_server(connection)
            connection.script(
                f"SET search_path = {SCHEMA}, pg_temp; SET comity.owner = '{EVERY_OWNER}'; {LASTING}"
            )
            self._elect(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def open_reader(self) -> PostgresConnection:
        connection = self.connect()
        try:
            connection.script(
                f"SET search_path = {SCHEMA}, pg_temp; SET comity.owner = ''; SET default_transaction_read_only = on"
            )
        except BaseException:
            connection.close()
            raise
        return connection

    def version(self, writer: Connection) -> int:
        """As `Database.version`; makes the schema where it is missing."""
        known, tables = writer.execute(
            "SELECT to_regnamespace(?1) IS NOT NULL, (SELECT count(*) FROM pg_tables WHERE schemaname = ?1)",
            (SCHEMA,),
        ).fetchone()
        if not known:
            writer.script(f"CREATE SCHEMA {SCHEMA}")
        if not tables:
            return 0
        if writer.execute("SELECT to_regclass(?) IS NULL", (f"{SCHEMA}.migration",)).fetchone()[0]:
            raise StoreError(
                f"the schema `{SCHEMA}` of database `{self.name}` was not written by comity; "
                "give the node a database of its own"
            )
        return int(writer.execute("SELECT max(number) FROM migration").fetchone()[0])

    def mark(self, version: int) -> str:
        return f"INSERT INTO migration VALUES ({version});"

    def check(self, writer: Connection) -> None:
        """The wall between owners stands around every table that holds an owner's rows."""
        open_tables = writer.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(?) AND relkind IN ('r', 'p') "
            "AND NOT (relrowsecurity AND relforcerowsecurity) AND EXISTS (SELECT FROM pg_attribute "
            "WHERE attrelid = pg_class.oid AND attname = 'owner' AND NOT attisdropped) ORDER BY relname",
            (SCHEMA,),
        ).fetchall()
        if open_tables:
            raise StoreError(
                f"the wall between owners is down around `{open_tables[0][0]}`; switch its row-level security on and force it"
            )

    def clear_removed(self) -> bool:
        """Vacuum: the room of deleted rows becomes free to be written over. The server alone decides when it is."""
        try:
            with closing(self.connect()) as connection:
                connection.script(f"SET search_path = {SCHEMA}, pg_temp")
                connection.script(f"VACUUM {CLEARED}")
        except DatabaseError as error:
            raise StoreError(f"removed rows cannot be vacuumed away: {error}; look at the server's log") from error
        return True

    def connect(self) -> PostgresConnection:
        """A connection as the server gives it. Raises DatabaseError."""
        with _OURS:
            return PostgresConnection(
                psycopg.connect(
                    self._address,
                    autocommit=True,
                    cursor_factory=psycopg.RawCursor,
                    connect_timeout=CONNECT_S,
                    application_name="comity",
                    keepalives_idle=ALIVE_S,
                )
            )

    def _check_server(self, connection: PostgresConnection) -> None:
        """A server that forgets commits or sorts bytes otherwise, or a role that sees through walls, is refused."""
        version, encoding, fsync, pages, sees = connection.execute(
            "SELECT current_setting('server_version_num')::int, current_setting('server_encoding'), "
            "current_setting('fsync'), current_setting('full_page_writes'), "
            "(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user)"
        ).fetchone()
        if version < OLDEST_SERVER:
            raise StoreError(f"the server is PostgreSQL {version // 10_000}; run 15 or newer")
        if encoding != "UTF8":
            raise StoreError(f"database `{self.name}` has the encoding {encoding}; make one with encoding UTF8")
        if (fsync, pages) != ("on", "on"):
            raise StoreError(
                "the server may lose what it committed; set `fsync` and `full_page_writes` to on and restart it"
            )
        if sees:
            raise StoreError(
                "the role sees through the wall between owners; connect as one that is no superuser and has no BYPASSRLS"
            )

    def _elect(self, connection: PostgresConnection) -> None:
        try:
            connection.script(
                f"SET lock_timeout = {ELECTION_MS}; SELECT pg_advisory_lock({ELECTION}); SET lock_timeout = 0"
            )
        except DatabaseError as error:
            if not isinstance(error.__cause__, psycopg.errors.LockNotAvailable):
                raise
            raise StoreError(
                f"another node owns the database `{self.name}`; stop it, or give this node a database of its own"
            ) from error


class PostgresConnection:
    """`Connection` over psycopg, which commits only what it is told to."""

    __slots__ = ("_names", "_raw")

    def __init__(self, raw: psycopg.Connection[Any]) -> None:
        self._raw = raw
        self._raw.server_cursor_factory = psycopg.RawServerCursor
        self._names = count()

    def execute(self, statement: str, values: Sequence[Value] = ()) -> Rows:
        with _OURS:
            cursor = self._raw.execute(in_postgres(statement), values, binary=True)
            return Rows(cursor.fetchall() if cursor.description else (), cursor.rowcount)

    def executemany(self, statement: str, rows: Sequence[Sequence[Value]]) -> None:
        with _OURS, self._raw.cursor() as cursor:
            cursor.executemany(in_postgres(statement), rows)

    def stream(self, statement: str, values: Sequence[Value] = ()) -> Iterator[tuple[Any, ...]]:
        with _OURS, self._raw.cursor(f"stream_{next(self._names)}") as cursor:
            cursor.itersize = STREAMED_AT_ONCE
            cursor.execute(in_postgres(statement), values, binary=True)
            yield from cursor

    def script(self, text: str) -> None:
        with _OURS:
            self._raw.execute(text.encode(), prepare=False)

    def begin(self) -> None:
        self.script("BEGIN")

    def begin_reading(self, owner: str | int, one_state: bool) -> None:
        """Always one state. One trip to the server: `SET LOCAL` by a function, as a name is found under its number too."""
        name = f"(SELECT name FROM owner WHERE id = {owner})" if isinstance(owner, int) else sql.quote(owner)
        self.script(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
            f"SELECT set_config('comity.owner', coalesce({name}, ''), true)"
        )

    def end_reading(self) -> None:
        if self._raw.info.transaction_status != TransactionStatus.IDLE:
            self.commit()

    def commit(self) -> None:
        with _OURS:
            done = self._raw.execute(b"COMMIT", prepare=False)
        if done.statusmessage != "COMMIT":  # the server answers so where a statement failed before
            raise DatabaseError("the server rolled the transaction back")

    def roll_back(self) -> None:
        if self._raw.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR):
            try:
                self.script("ROLLBACK")
            except DatabaseError:
                self._raw.close()

    @property
    def is_lost(self) -> bool:
        return self._raw.closed

    def close(self) -> None:
        self._raw.close()


@lru_cache(maxsize=512)  # the store has some hundred statements
def in_postgres(statement: str) -> bytes:
    """A statement of the store as PostgreSQL reads it."""
    for ours, theirs in _OTHER_WORDS:
        statement = ours.sub(theirs, statement)
    places = count(1)
    return _PLACE.sub(lambda place: f"${place[1] or next(places)}", statement).encode()


class _Ours:
    """Turns the driver's errors into the store's. A value that no column takes is a conflict: it fails alone."""

    def __enter__(self) -> None:
        return

    def __exit__(
        self, _: type[BaseException] | None, error: BaseException | None, __: TracebackType | None
    ) -> None:
        if isinstance(error, psycopg.IntegrityError | psycopg.DataError):
            told = error.diag
            raise ConflictError(f"{told.table_name}.{told.constraint_name}: {_primary(error)}") from error
        if isinstance(error, psycopg.Error):
            raise DatabaseError(_primary(error)) from error


_OURS = _Ours()


def _primary(error: psycopg.Error) -> str:
    """What the server said, without the detail: that may name values of a row."""
    return error.diag.message_primary or " ".join(str(error).split())
