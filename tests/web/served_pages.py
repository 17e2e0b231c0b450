"""A node and its pages as two processes, as an administrator starts them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace
from serving import serving

from comity.demo.build import BuiltRegion
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from comity.web.settings import WEB_FILE, WebSettings
from forked import start

HOST = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens at now."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])


@contextmanager
def served_node(
    region: BuiltRegion, name: str, to: Path, before: Callable[[Path], None] = lambda _: None
) -> Iterator[Path]:
    """A node's folder while it serves: a copy, on a port of its own; `before` is done to it first."""
    folder = Path(shutil.copytree(dict(region.nodes)[name], to / name))
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), port=free_port()))
    before(folder)
    with serving(folder):
        yield folder


@contextmanager
def served_pages(folder: Path, settings: WebSettings | None = None) -> Iterator[str]:
    """The address of a served node's pages, with the demonstration's sign-in unless there are settings."""
    words = [sys.executable, "-m", "comity", "web", "serve", "--node", str(folder)]
    if settings is None:
        words += ["--demonstration", "--port", str(free_port())]
    else:
        write_noun(folder / WEB_FILE, settings)
    process = start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield line.split()[4]
    finally:
        process.kill()
        process.communicate()
