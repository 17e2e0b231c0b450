"""One process owns a node's store."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from comity.errors import StoreError

LOCK_NAME = "lock"


class StoreLock:
    """An exclusive lock on a node directory; the system drops it when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._file)
            raise StoreError(
                f"another process owns the node `{folder.name}`; stop it, or ask the running node instead"
            ) from error

    def release(self) -> None:
        """Let go; doing so twice does no harm."""
        held, self._file = self._file, -1
        if held >= 0:
            os.close(held)
