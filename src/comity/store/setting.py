"""A small table of named texts: what a node must remember beside its log and records."""

from __future__ import annotations

from comity.errors import SettingsError
from comity.store.connect import Readers
from comity.store.database import Connection
from comity.store.writer import Writer

LONGEST_NAME = 120
LONGEST_TEXT = 1_000_000  # a directory or agreement text fits; anything larger belongs in a file


class SettingTable:
    """Named texts, written durably by the store's one writer."""

    def __init__(self, writer: Writer, readers: Readers) -> None:
        self._writer, self._readers = writer, readers

    def find(self, name: str) -> str | None:
        with self._readers.lend() as connection:
            row = connection.execute("SELECT text FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set(self, name: str, text: str) -> None:
        """Store a text under a name, replacing an older one. Raises SettingsError for an unusable name or text."""
        if not name or len(name) > LONGEST_NAME or len(text) > LONGEST_TEXT:
            raise SettingsError(
                f"setting `{name[:LONGEST_NAME]}` needs a name of 1 to {LONGEST_NAME} characters "
                f"and at most {LONGEST_TEXT} characters of text"
            )

        def change(connection: Connection) -> None:
            connection.execute(
                "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET text = excluded.text",
                (name, text),
            )

        self._writer.change(change)

    def forget(self, name: str) -> None:
        """Take a text away; nothing where there is none."""

        def change(connection: Connection) -> None:
            connection.execute("DELETE FROM setting WHERE name = ?", (name,))

        self._writer.change(change)
