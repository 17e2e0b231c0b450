"""Numbered migrations: `migrations/NNNN_name.sql`, each once, each in its own transaction."""

from __future__ import annotations

import sqlite3
from importlib import resources

from comity.errors import StoreError

APPLICATION_ID = 0x434F4D59  # "COMY": tells our database from any other file
LAST_VERSION = 4


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a database to the newest version. Raises StoreError for a foreign or newer database."""
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if application != APPLICATION_ID and not (empty and application == 0):
        raise StoreError("the database was not written by comity; give the node its own directory")
    if version > LAST_VERSION:
        raise StoreError(
            f"the database has version {version}, newer than {LAST_VERSION}; run the comity that wrote it"
        )
    for number in range(version + 1, LAST_VERSION + 1):
        _apply(connection, number)


def migration_text(number: int) -> str:
    """The SQL of one migration. Raises StoreError when the installation lacks it."""
    folder = resources.files("comity.store") / "migrations"
    found = [file for file in folder.iterdir() if file.name.startswith(f"{number:04}_")]
    if len(found) != 1:
        raise StoreError(f"migration {number:04} is missing from this installation; install comity again")
    return found[0].read_text(encoding="utf-8")


def _apply(connection: sqlite3.Connection, number: int) -> None:
    # a crash before COMMIT leaves the older version whole: schema, version and mark change together
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{migration_text(number)}\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {number};\nCOMMIT;"
    )
