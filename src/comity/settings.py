"""What a node is told on disk: its settings and the files it trusts, read strictly."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import msgspec

from comity.errors import SettingsError
from comity.model.agency import Directory, Member
from comity.model.base import Noun, check_agency_id
from comity.model.canon import digest

T = TypeVar("T")

SETTINGS_FILE = "node.json"
DIRECTORY_FILE = "directory.json"
MEMBERS_FILE = "members.json"


class NodeSettings(Noun, frozen=True, kw_only=True):
    """A node's settings. `directory_hash` pins the directory it was told to trust; `agencies` are those it holds."""

    id: str
    host: str
    port: int
    agencies: tuple[str, ...]
    directory_hash: str

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        if not 0 < self.port < 65_536:
            raise ValueError("a port lies between 1 and 65535")


def read_settings(folder: Path) -> NodeSettings:
    """The node's settings. Raises SettingsError when the folder is no node or the file cannot be used."""
    if not (folder / SETTINGS_FILE).is_file():
        raise SettingsError(f"`{folder}` is not a node; make one with `comity node init`")
    return read_noun(folder / SETTINGS_FILE, NodeSettings)


def read_directory(folder: Path, settings: NodeSettings) -> Directory:
    """The directory this node trusts. Raises SettingsError when the file is not the one it was told to trust."""
    directory = read_noun(folder / DIRECTORY_FILE, Directory)
    if digest(directory) != settings.directory_hash:
        raise SettingsError(
            f"`{DIRECTORY_FILE}` is not the directory this node was told to trust; restore it, or initialise the node anew"
        )
    return directory


def read_members(folder: Path) -> tuple[Member, ...]:
    """The members of the agencies this node holds."""
    return read_noun(folder / MEMBERS_FILE, tuple[Member, ...])


def read_noun(path: Path, kind: type[T]) -> T:
    """Read one noun from a JSON file, unknown fields refused. Raises SettingsError naming file and fault."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise SettingsError(f"`{path.name}` cannot be read: {error.strerror}; restore the file") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise SettingsError(f"`{path.name}` cannot be used: {error}; correct the file") from error


def write_noun(path: Path, value: object) -> None:
    """Write a noun as readable JSON, whole or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    draft.replace(path)
