"""The public door shows the own log: checkpoint and tiles always, entries where that is set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from serving import Door, serving

from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.tiles import tiles_of
from comity.node.monitor import HttpLog, look_at
from comity.settings import SETTINGS_FILE, read_settings, write_noun

Copy = Callable[[str], Path]


def log_key(folder: Path) -> str:
    return (folder / "log.vkey").read_text(encoding="utf-8").strip()


def test_a_monitor_follows_the_log_of_a_running_node(copy: Copy, tmp_path: Path) -> None:
    """Over HTTP, from the tiles alone: what it shows later extends what it showed first."""
    folder = copy("ca-node")
    seen = tmp_path / "seen"
    with serving(folder) as door:
        log = HttpLog(door.ready["address"])
        first, evidence = look_at(log, log_key(folder), seen)
        assert (first.before, evidence) == (0, None)
        again, evidence = look_at(log, log_key(folder), seen)
        assert (again.before, again.head.size >= first.head.size, evidence) == (first.head.size, True, None)
        log.close()


def test_entries_are_shown_only_where_that_is_set(copy: Copy) -> None:
    """By default 403 with what to do instead; set, they are the bytes of the directory."""
    folder = copy("ca-node")
    for served in (False, True):
        write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), entries_served=served))
        with serving(folder) as door:
            head = verify_checkpoint(door.get("/checkpoint").text, log_key(folder))
            for name in tiles_of(head.size):
                reply = door.get(f"/{name.path}")
                if name.level >= 0 or served:
                    assert reply.status_code == 200
                    assert reply.content == (folder / "log" / name.path).read_bytes()
                    assert reply.headers["content-type"] == "application/octet-stream"
                else:
                    assert reply.status_code == 403
                    assert "ask its administrator for a copy" in reply.text


NO_TILES = (
    "/tile/0/999",
    "/tile/0/000.p/256",
    "/tile/0/0",
    "/tile/64/000",
    "/tile/0/../../../node.json",
    "/tile/0/%2e%2e/%2e%2e/%2e%2e/node.json",
    "/tile/entries/../../keys/log.key",
    "/tile/",
    "/witnessed",
)


def test_nothing_but_the_log_is_shown(door: Door) -> None:
    """No other name leads to a file, whichever way it is spelt; a log that no quorum cosigned shows none."""
    for path in NO_TILES:
        assert door.get(path).status_code in (403, 404), path
