"""The node's own log on the public door (C2SP tlog-tiles): its checkpoints and tiles, and its entries where that is set.

Read from the published directory, so that no checkpoint is shown before its tiles. Tiles are hashes over keyed commitments
and tell nothing; entries hold no particular either, but many of them together tell who asks whom how often, and for what.
"""

from __future__ import annotations

from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from comity.errors import ProofError
from comity.ledger.checkpoint import LONGEST_NOTE
from comity.ledger.directory import CHECKPOINT, LARGEST_BUNDLE, WITNESSED, LogDirectory
from comity.ledger.tiles import parse_path

LOG_FOLDER = "log"
NO_ENTRIES = "this node does not serve its log's entries; ask its administrator for a copy\n"


def log_routes(folder: Path, entries_served: bool) -> list[HTTPRouteHandler]:
    """Checkpoints, tiles and entry bundles of the log in a node's folder."""

    @get(f"/{CHECKPOINT}", sync_to_thread=True)
    def checkpoint() -> Response[bytes]:
        return _file(folder, CHECKPOINT, LONGEST_NOTE)

    @get(f"/{WITNESSED}", sync_to_thread=True)
    def witnessed() -> Response[bytes]:
        return _file(folder, WITNESSED, LONGEST_NOTE)

    @get("/tile/{path:path}", sync_to_thread=True)
    def tile(path: FromPath[Path]) -> Response[bytes]:
        name = parse_path(f"tile{path.as_posix()}")
        if name is None:
            return _sentence(404, "no tile has that name\n")
        if name.level < 0 and not entries_served:
            return _sentence(403, NO_ENTRIES)
        return _file(folder, name.path, LARGEST_BUNDLE)

    return [checkpoint, witnessed, tile]


def _file(folder: Path, relative: str, most: int) -> Response[bytes]:
    try:
        content = LogDirectory(folder / LOG_FOLDER).read(relative, most)
    except ProofError:
        return _sentence(404, f"the log has no `{relative}`\n")
    kind = "application/octet-stream" if "/" in relative else "text/plain; charset=utf-8"
    return Response(content, headers={"content-type": kind})


def _sentence(status: int, text: str) -> Response[bytes]:
    return Response(text.encode(), status_code=status, headers={"content-type": "text/plain; charset=utf-8"})
