"""Numbered migrations: `migrations/ENGINE/NNNN_name.sql`, each once, each in its own transaction.

A number means the same tables on every engine. An engine that came later begins with the number it came at.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from comity.errors import StoreError
from comity.store.database import Connection, Database

LAST_VERSION = 12


def migrate(database: Database, connection: Connection) -> None:
    """Bring a database to the newest version. Raises StoreError for a foreign or newer database."""
    version = database.version(connection)
    if version > LAST_VERSION:
        raise StoreError(
            f"the database has version {version}, newer than {LAST_VERSION}; run the comity that wrote it"
        )
    for number in range(max(version + 1, first_version(database.engine)), LAST_VERSION + 1):
        text = migration_text(number, database.engine)
        # a crash before COMMIT leaves the older version whole: tables, version and mark change together
        connection.script(f"BEGIN;\n{text}\n{database.mark(number)}\nCOMMIT;")


def first_version(engine: str) -> int:
    """The number an engine begins with."""
    return min(_texts(engine), default=LAST_VERSION)


def migration_text(number: int, engine: str = "sqlite") -> str:
    """The SQL of one migration. Raises StoreError when the installation lacks it."""
    text = _texts(engine).get(number)
    if text is None:
        raise StoreError(f"migration {number:04} is missing from this installation; install comity again")
    return text


@cache
def _texts(engine: str) -> dict[int, str]:
    folder = resources.files("comity.store") / "migrations" / engine
    return {
        int(file.name[:4]): file.read_text(encoding="utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".sql")
    }
