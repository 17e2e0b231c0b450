"""The keys under which a node wraps what its log keeps: one for each month, and those of what a pruning kept.

They lie in a folder of their own, outside the database and its backups. Destroying one makes everything under it
unreadable at once, in every copy of the database, while the log's proofs stay whole.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.errors import KeyUnavailableError
from comity.model.faults import fault
from comity.node.key_files import KEY_BYTES, make_key_file, read_secret
from comity.settings import sync_folder

NONCE_BYTES = 12  # AES-GCM, NIST SP 800-38D
NAME_BYTES = 7  # `2026-11` or `k000001`, written before each wrapped part
MONTH = re.compile(rb"[0-9]{4}-[0-9]{2}")
NAME = re.compile(rb"[0-9]{4}-[0-9]{2}|k[0-9]{6}")


def this_month() -> str:
    """The month of now, as its key is named."""
    now = datetime.now(UTC)
    return f"{now.year:04}-{now.month:02}"


class MonthKeys:
    """The `Wrapping` port over a folder of key files. A month's key is made when it is first used."""

    def __init__(self, folder: Path, month: Callable[[], str] = this_month) -> None:
        self._folder, self._month = folder, month
        self._held: dict[str, AESGCM] = {}

    def wrap(self, part: bytes) -> bytes:
        """Wrap under the key of this month."""
        month = self._month()
        if month not in self._held:
            make_key_file(self._folder / f"{month}.key")
        return self.wrap_under(month, part)

    def wrap_under(self, name: str, part: bytes) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return name.encode() + nonce + self._key(name).encrypt(nonce, part, name.encode())

    def unwrap(self, wrapped: bytes) -> bytes:
        name = self.name_of(wrapped)
        nonce = wrapped[NAME_BYTES : NAME_BYTES + NONCE_BYTES]
        try:
            return self._key(name).decrypt(nonce, wrapped[NAME_BYTES + NONCE_BYTES :], name.encode())
        except InvalidTag as error:
            raise KeyUnavailableError(fault("key.month", month=name)) from error

    def name_of(self, wrapped: bytes) -> str:
        if not NAME.fullmatch(wrapped[:NAME_BYTES]):
            raise KeyUnavailableError(fault("key.wrapped"))
        return wrapped[:NAME_BYTES].decode()

    def names(self) -> tuple[str, ...]:
        return tuple(
            sorted(path.stem for path in self._folder.glob("*.key") if NAME.fullmatch(path.stem.encode()))
        )

    def newest_kept(self) -> str:
        kept = [name for name in self.names() if name.startswith("k")]
        if not kept:
            raise KeyUnavailableError("the key of what a pruning kept is missing; restore it from the key backup")
        return kept[-1]

    def make_kept(self) -> str:
        last = max((int(name[1:]) for name in self.names() if name.startswith("k")), default=0)
        name = f"k{last + 1:06}"
        make_key_file(self._folder / f"{name}.key")
        return name

    def destroy(self, name: str) -> None:
        path = self._folder / f"{name}.key"
        try:
            with suppress(FileNotFoundError):  # a stop behind the last step: it is gone already
                _overwrite(path)
                path.unlink()
                sync_folder(self._folder)
        except OSError as error:
            raise KeyUnavailableError(
                f"the key `{path.name}` cannot be destroyed ({(error.strerror or 'trouble').lower()}); "
                "mend the folder of the monthly keys and prune again"
            ) from error
        finally:
            self._held.pop(name, None)

    def _key(self, name: str) -> AESGCM:
        if name not in self._held:
            self._held[name] = AESGCM(read_secret(self._folder / f"{name}.key"))
        return self._held[name]


def _overwrite(path: Path) -> None:
    """A name that is gone says nothing of the disk; a file system that copies what it writes keeps more all the same."""
    with path.open("r+b") as file:
        file.write(bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
