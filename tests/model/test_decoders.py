"""Decoders are made by one thread: a fresh process whose threads all read their first message at once goes on living."""

from __future__ import annotations

import subprocess
import sys

ROUNDS = 12  # fresh interpreters; without the lock about one in three of them stops with a segmentation fault

FIRST_USE = """
import sys, threading
from comity.errors import NounError
from comity.exchange.wire import Message
from comity.model.canon import from_canonical
sys.setswitchinterval(1e-6)
start = threading.Barrier(16)
def read():
    start.wait()
    try:
        from_canonical(b"{}", Message)
    except NounError:
        pass
threads = [threading.Thread(target=read) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""


def test_many_threads_may_read_the_first_message_at_once() -> None:
    """No interpreter stops: what msgspec does at the first use of a type is done by one thread."""
    for _ in range(ROUNDS):
        done = subprocess.run([sys.executable, "-c", FIRST_USE], capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()[-500:]
