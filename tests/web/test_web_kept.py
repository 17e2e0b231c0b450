"""What is kept for public pages: once for all readers, bounded, one computation at a time."""

from __future__ import annotations

from threading import Event, Thread

import pytest

from comity.errors import ClosedError
from comity.web.public.kept import KEPT_MS, MOST_KEPT, MOST_WAITING, Busy, Kept


def test_what_is_kept_is_computed_once_until_its_time_is_over() -> None:
    """Ten minutes, then anew; what failed is not kept."""
    kept, made = Kept(), []
    for now_ms in (0, KEPT_MS - 1, KEPT_MS, KEPT_MS + 1):
        kept.find("a", now_ms, lambda: made.append(1) or len(made))  # type: ignore[func-returns-value]
    assert len(made) == 2

    def fails() -> None:
        raise ClosedError("away")

    for _ in range(2):
        with pytest.raises(ClosedError):
            kept.find("b", 0, fails)
    assert kept.find("b", 0, lambda: 5) == 5


def test_no_more_is_kept_than_the_limit() -> None:
    """The oldest goes; a reader who tries every key does not fill the memory."""
    kept, made = Kept(), []
    for number in range(MOST_KEPT + 10):
        kept.find(number, number, lambda number=number: made.append(number) or number)  # type: ignore[misc]
    kept.find(MOST_KEPT + 9, MOST_KEPT + 9, lambda: made.append(-1))
    assert -1 not in made
    kept.find(0, MOST_KEPT, lambda: made.append(-2))
    assert -2 in made


def test_one_computes_and_the_others_wait_as_many_as_may() -> None:
    """Several readers at once cost one computation; who comes when too many wait is told so at once."""
    kept, begun, go, made = Kept(), Event(), Event(), []

    def compute() -> int:
        begun.set()
        assert go.wait(30)
        made.append(1)
        return 7

    found: list[int] = []
    threads = [
        Thread(target=lambda: found.append(kept.find("a", 0, compute)), daemon=True) for _ in range(MOST_WAITING)
    ]
    threads[0].start()
    assert begun.wait(30)
    for one in threads[1:]:
        one.start()
    refused = False
    for _ in range(3_000):  # until all the others have come to wait
        refused = refused or _is_refused(kept)
        if refused:
            break
    go.set()
    for one in threads:
        one.join(30)
    assert refused
    assert made == [1]
    assert found == [7] * MOST_WAITING


def _is_refused(kept: Kept) -> bool:
    if kept._waiting < MOST_WAITING:
        Event().wait(0.01)
        return False
    with pytest.raises(Busy, match="load it again"):
        kept.find("b", 0, lambda: 1)
    return True
