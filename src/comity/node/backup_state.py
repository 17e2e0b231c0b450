"""When a node was last copied, in a file beside its settings: never in the log.

An entry that said so would make every copy one entry older than its log, and no copy could ever be gone on from.
"""

from __future__ import annotations

from pathlib import Path

from comity.errors import WrongUseError
from comity.model.backup import BackupState
from comity.ports import World
from comity.settings import read_noun, write_noun

STATE_FILE = "backups.json"


def read_backup_state(folder: Path) -> BackupState:
    """The newest copy that a node knows of. Raises SettingsError for a file that cannot be read."""
    path = folder / STATE_FILE
    return read_noun(path, BackupState) if path.exists() else BackupState()


def keep_backup_state(folder: Path, state: BackupState) -> None:
    """Keep which copy is the newest."""
    write_noun(folder / STATE_FILE, state)


def record_backup(world: World, folder: Path, how: str) -> BackupState:
    """Keep that other means made a copy now, by an administrator's word. Raises WrongUseError for no word."""
    if not how.strip():
        raise WrongUseError("say how the copy was made, such as `pg_dump to the vault`")
    state = BackupState(at_ms=world.clock.now_ms(), entries=world.journal.size(), how=how.strip())
    keep_backup_state(folder, state)
    return state
