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


def is_new(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each number is another than the one before it."""
    new = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return new


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """Each number once, in order: `np.unique` takes ten times as long on the few words that are near one."""
    ordered = np.sort(numbers)
    return ordered[is_new(ordered)]


def highest(values: NDArray[np.float64], starts: Places) -> NDArray[np.float64]:
    """The highest value of each run; runs begin at `starts`, none is empty, the last goes to the end."""
    return np.maximum.reduceat(values, starts)
