"""Decoders are made by one thread: msgspec reads a type's annotations at its first use, and bears no second thread there."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock
from typing import Any

import msgspec

from comity.model.canon import decoder_of

THREADS = 8
LOOK_S = 0.05  # how long one reading of annotations takes here: long enough for every other thread to come

_inside = 0
_most_inside = 0
_counted = Lock()


def watched() -> type[int]:
    """Stands in an annotation, so that msgspec calls it while it makes a decoder; counts who is in there at once."""
    global _inside, _most_inside
    with _counted:
        _inside += 1
        _most_inside = max(_most_inside, _inside)
    time.sleep(LOOK_S)
    with _counted:
        _inside -= 1
    return int


def most_at_once(make: Callable[[Any], Any]) -> int:
    """How many threads read the annotations of one new type at the same time, when all first use it at once."""
    global _most_inside
    _most_inside = 0
    kind = msgspec.defstruct("Fresh", [("x", "watched()")], module=__name__)
    start = Barrier(THREADS)

    def use() -> None:
        start.wait()
        assert make(kind).decode(b'{"x":1}').x == 1

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(use) for _ in range(THREADS)]:
            done.result()
    return _most_inside


def test_one_thread_at_a_time_makes_a_decoder() -> None:
    """However many threads first meet a type at once, its annotations are read by one of them."""
    assert most_at_once(decoder_of) == 1
