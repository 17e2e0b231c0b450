"""Style, scripts, fonts and icons as they were built into the package (`hatch_build.py`), served from memory.

All of them stand under one address that ends with what they were built from, so that a browser may keep them for ever and
never mixes two versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from comity.errors import SettingsError

STATIC = Path(__file__).parent / "static"
STAMP = "built.txt"
FOLDERS = ("css", "js", "fonts", "img")  # what a browser may ask for; maps and licences are read here
TYPES = MappingProxyType(
    {
        ".css": "text/css",  # "; charset=utf-8" is added where it is sent
        ".js": "text/javascript",
        ".svg": "image/svg+xml",
        ".woff2": "font/woff2",
    }
)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its type, its bytes, and the same gzipped where that makes it smaller (else empty)."""

    media_type: str
    raw: bytes
    packed: bytes


@dataclass(frozen=True, slots=True, eq=False)
class Assets:
    """Every file by its name below the version's address, for instance `css/comity.css`."""

    version: str
    files: MappingProxyType[str, Asset]

    def find(self, name: str) -> Asset | None:
        """The file of a name; None for any other, whatever path it spells: names are looked up, never opened."""
        return self.files.get(name)

    def address(self, name: str) -> str:
        """Where a page finds a file. Raises KeyError for a name that is not there, which is a fault of the page."""
        if name not in self.files:
            raise KeyError(name)
        return f"/assets/{self.version}/{name}"


def read_assets(folder: Path = STATIC) -> Assets:
    """Read what was built. Raises SettingsError where it was not."""
    try:
        version = (folder / STAMP).read_text()
    except OSError as error:
        raise SettingsError(
            "the pages' style and scripts are not built; install the package again, or run `python hatch_build.py`"
        ) from error
    found = {}
    for path in sorted(one for part in FOLDERS for one in (folder / part).rglob("*") if one.suffix in TYPES):
        packed = path.with_name(path.name + ".gz")
        found[path.relative_to(folder).as_posix()] = Asset(
            TYPES[path.suffix], path.read_bytes(), packed.read_bytes() if packed.exists() else b""
        )
    return Assets(version, MappingProxyType(found))
