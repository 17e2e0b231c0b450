"""Where a node's rows are: in its folder, or on a PostgreSQL server that its settings name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from comity.errors import SettingsError
from comity.store import sqlite
from comity.store.opening import Store


def open_database(folder: Path, address: str, tell: Callable[[str], None]) -> Store:
    """The store of a node; `address` is empty for SQLite. Raises SettingsError where the driver is not installed."""
    if not address:
        return sqlite.open_store(folder, tell=tell)
    _check_driver()
    from comity.store import postgres

    return postgres.open_store(folder, address, tell=tell)


@contextmanager
def claim_database(address: str) -> Iterator[None]:
    """An empty database, for one who makes a node; emptied again when that fails. Nothing to do for SQLite.

    Raises SettingsError for one that holds something already, or where the driver is not installed.
    """
    if not address:
        yield
        return
    _check_driver()
    from comity.store import postgres

    with postgres.claim(address):
        yield


def _check_driver() -> None:
    # Imported where it is used: who keeps SQLite needs no driver of a server.
    if find_spec("psycopg") is None:
        raise SettingsError(
            "the settings name a PostgreSQL database and its driver is missing; install `comity[postgres]`"
        )
