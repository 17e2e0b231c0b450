"""The administrator's page on the directory is true: two nodes made apart, joined, asked; a key replaced, asked again."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from comity.cli.main import run
from comity.node.local import SOCKET_FILE, is_served
from forked import start as start_python

DOCS = Path(__file__).parents[1] / "docs"
BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")
PORTS = ("8411", "8412")
COMMANDS = 33


def free_ports(count: int) -> list[str]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [str(one.getsockname()[1]) for one in held]
    finally:
        for one in held:
            one.close()


def pattern_of(shown: str) -> re.Pattern[str]:
    """What the page shows, with `…` for what differs from run to run; alone on a line it stands for any lines."""
    lines = shown.rstrip().split("\n")
    parts = ["(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + "\n" for line in lines]
    return re.compile("".join(parts))


def start(words: list[str]) -> subprocess.Popen[bytes]:
    """A node as a process of its own, once it listens."""
    process = start_python([sys.executable, "-m", "comity", *words])
    while not is_served(Path(words[-1]) / SOCKET_FILE):
        assert process.poll() is None, "the node did not start"
        time.sleep(0.05)
    return process


def test_every_step_of_the_page_does_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """From an empty folder with the page's files, each command leads to the output that it shows."""
    for path in (DOCS / "directory").iterdir():
        shutil.copy(path, tmp_path)
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "directory.md").read_text(encoding="utf-8")
    for shown, free in zip(PORTS, free_ports(len(PORTS)), strict=True):
        page = page.replace(shown, free)
    commands = [command for block in BLOCK.findall(page) for command in re.split(r"(?m)^\$ ", block)[1:]]
    assert len(commands) == COMMANDS
    served: subprocess.Popen[bytes] | None = None
    try:
        for command in commands:
            line, _, expected = command.partition("\n")
            words = shlex.split(line)[1:]
            if line == "kill %1":
                assert served is not None
                served.terminate()
                assert served.wait(60) == 0
            elif words[-1] == "&":
                served = start(words[:-1])
            else:
                run(words)
                printed = capfd.readouterr()
                told = (printed.out + printed.err).rstrip() + "\n"
                assert pattern_of(expected).fullmatch(told), f"{line}\n{told}"
    finally:
        if served is not None and served.poll() is None:
            served.kill()
            served.wait()


def test_a_wildcard_stands_for_what_differs_and_for_nothing_else() -> None:
    """Within a line for the rest of it, alone for any lines; everything else is compared."""
    pattern = pattern_of("a … c\n…\nz\n")
    assert pattern.fullmatch("a b c\n1\n2\nz\n")
    assert pattern.fullmatch("a b c\nz\n")
    assert not pattern.fullmatch("a b d\nz\n")
    assert not pattern.fullmatch("a b c\nz\nmore\n")
