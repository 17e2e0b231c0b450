"""Served nodes for benches: one process each, with what it uses of CPU and memory read from the system (Linux alone)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from comity.settings import read_settings

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
START_S = 300.0  # twenty nodes that open a hundred thousand records each, on two cores


@dataclass(frozen=True, slots=True)
class Served:
    """A node's process."""

    node: str
    folder: Path
    process: subprocess.Popen[bytes]

    def cpu_ms(self) -> float:
        """User and system time of all its threads so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS

    def resident_mb(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * PAGE / 1e6

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Stopped in the middle of whatever it does: its connections stay open and nothing answers."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def serve_all(nodes: Sequence[tuple[str, Path]]) -> Iterator[tuple[Served, ...]]:
    """Every node well when the body starts, gone when it ends. Raises TimeoutError for one that does not start."""
    with ExitStack() as stack:
        served = tuple(stack.enter_context(_serve(node, folder)) for node, folder in nodes)
        for one in served:
            _wait_until_ready(one)
        yield served


@contextmanager
def _serve(node: str, folder: Path) -> Iterator[Served]:
    process = subprocess.Popen([sys.executable, "-m", "comity", "node", "serve", "--node", str(folder)])
    try:
        yield Served(node, folder, process)
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(one: Served) -> None:
    settings = read_settings(one.folder)
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://{settings.host}:{settings.port}/ready", timeout=5.0).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError(f"{one.node} did not start within {START_S:.0f} seconds")
