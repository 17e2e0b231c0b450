"""Two operations on arrays that several parts of the search share."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


def runs(starts: NDArray[Any], counts: NDArray[Any]) -> Places:
    """The places of several runs one after the other: `[5, 6, 9]` for starts `[5, 9]` and counts `[2, 1]`."""
    counts = counts.astype(np.int64)
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts.astype(np.int64) - (ends - counts), counts) + np.arange(total, dtype=np.int64)


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """Each number once, in order, as `np.unique`, which takes ten times as long on the few that are near a word."""
    ordered = np.sort(numbers)
    if len(ordered) < 2:
        return ordered
    fresh = np.empty(len(ordered), dtype=bool)
    fresh[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered[fresh]


def highest(values: NDArray[np.float64], starts: Places) -> NDArray[np.float64]:
    """The highest value of each run; runs begin at `starts`, none is empty, the last goes to the end."""
    return np.maximum.reduceat(values, starts)
