"""What may be asked of the node about the directory it goes by."""

from __future__ import annotations

from pathlib import Path

from comity.model.base import Noun
from comity.model.directory import AdoptionResult, DirectoryState, SignedDirectory, VersionChecked
from comity.node.directory import adopt_directory, adopt_waiting, check_directory, directory_state
from comity.ports import World


class ShowDirectory(Noun, frozen=True, kw_only=True, tag="show-directory"):
    """Show the version in force, those before it, and forks that were refused."""


class CheckDirectory(Noun, frozen=True, kw_only=True, tag="check-directory"):
    """Say what adopting a version here would come to."""

    offered: SignedDirectory


class AdoptDirectory(Noun, frozen=True, kw_only=True, tag="adopt-directory"):
    """Adopt a version, or enter why not."""

    offered: SignedDirectory


class AdoptBrought(Noun, frozen=True, kw_only=True, tag="adopt-brought"):
    """Adopt what other nodes brought and waits, in its order."""


DirectoryRequest = ShowDirectory | CheckDirectory | AdoptDirectory | AdoptBrought
DirectoryResult = DirectoryState | VersionChecked | AdoptionResult | tuple[AdoptionResult, ...]


def run_directory(world: World, folder: Path, request: DirectoryRequest) -> DirectoryResult:
    """Carry out one request. Raises DirectoryUnavailableError when what was adopted cannot be read."""
    match request:
        case ShowDirectory():
            return directory_state(folder)
        case CheckDirectory(offered=offered):
            return check_directory(world, folder, offered)
        case AdoptDirectory(offered=offered):
            return adopt_directory(world, folder, offered)
        case AdoptBrought():
            return adopt_waiting(world, folder)
