"""A secret in a file: made once, for its owner only, on the disk before it is used, read whole."""

from __future__ import annotations

import os
from pathlib import Path

from comity.errors import KeyUnavailableError
from comity.model.faults import fault, system_says
from comity.settings import sync_folder, write_whole

KEY_BYTES = 32


def make_key_file(path: Path) -> None:
    """Make a fresh 32-byte secret, readable by its owner only, durable before it is used. An existing key is kept."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.urandom(8).hex()}")
    write_whole(draft, os.urandom(KEY_BYTES), mode=0o600)
    try:
        # A link fails where a name is taken: of two threads at the turn of a month both use the first one's key.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    sync_folder(path.parent)


def read_secret(path: Path) -> bytes:
    """The secret in a file. Raises KeyUnavailableError when it is missing or damaged."""
    try:
        secret = path.read_bytes()
    except OSError as error:
        raise KeyUnavailableError(fault("key.unreadable", key=path.name, why=system_says(error))) from error
    if len(secret) != KEY_BYTES:
        raise KeyUnavailableError(fault("key.damaged", key=path.name))
    return secret
