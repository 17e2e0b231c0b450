"""What an administrator asks of a node's copies. Who can reach its local socket reads its folder already."""

from __future__ import annotations

from pathlib import Path

from comity.model.backup import BackupMade, BackupState
from comity.model.base import Noun
from comity.node.backup import make_backup
from comity.node.backup_state import record_backup
from comity.ports import World


class MakeBackup(Noun, frozen=True, kw_only=True, tag="make-backup"):
    """Copy the node to a folder of its machine that is not there yet, named from the root."""

    to: str


class RecordBackup(Noun, frozen=True, kw_only=True, tag="record-backup"):
    """Keep that other means made a copy just now, and which."""

    how: str


BackupRequest = MakeBackup | RecordBackup
BackupResult = BackupMade | BackupState


def run_backup(world: World, folder: Path, request: BackupRequest) -> BackupResult:
    """Carry out one request. Raises what `make_backup` and `record_backup` raise."""
    match request:
        case MakeBackup(to=to):
            return make_backup(world, folder, Path(to))
        case RecordBackup(how=how):
            return record_backup(world, folder, how)
