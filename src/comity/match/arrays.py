"""What several parts of the search do with arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Number = TypeVar("Number", bound=np.generic)


class Lists(NamedTuple):
    """Lists of numbers by number: `values[starts[n]:starts[n + 1]]` is list n."""

    values: NDArray[Any]
    starts: Places

    def sizes(self, lists: NDArray[Any]) -> Places:
        """How long lists are."""
        found: Places = self.starts[lists + 1] - self.starts[lists]
        return found

    def owners(self) -> Places:
        """The list of each value."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


def runs(starts: NDArray[Any], counts: NDArray[Any]) -> Places:
    """The places of several runs one after the other: `[5, 6, 9]` for starts `[5, 9]` and counts `[2, 1]`."""
    counts = counts.astype(np.int64, copy=False)
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    found: Places = (starts.astype(np.int64, copy=False) - ends + counts).repeat(counts)
    found += np.arange(total)
    return found


def put_between(held: NDArray[Number], places: Places, came: Sequence[int] | NDArray[Any]) -> NDArray[Number]:
    """Values put before others at `places`, which are in order: `np.insert` takes twice as long for a few."""
    at = places + np.arange(len(places))
    found = np.empty(len(held) + len(at), dtype=held.dtype)
    stays = np.ones(len(found), dtype=bool)
    stays[at] = False
    found[at] = came
    found[stays] = held
    return found


def is_new(numbers: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each number is another than the one before it."""
    new = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=new[1:])
    return new


def distinct(numbers: NDArray[Number]) -> NDArray[Number]:
    """Each number once, in order: `np.unique` takes ten times as long on the few words that are near one."""
    return sorted_once(numbers.copy())


def is_among(numbers: NDArray[Any], wanted: Iterable[int]) -> NDArray[np.bool_]:
    """Whether each number is one of a few: `np.isin` takes several times as long."""
    found = np.zeros(len(numbers), dtype=bool)
    for one in wanted:
        found |= numbers == one
    return found


def highest(values: NDArray[np.float64], starts: Places) -> NDArray[np.float64]:
    """The highest value of each run; runs begin at `starts`, none is empty, the last goes to the end."""
    return np.maximum.reduceat(values, starts)


def sorted_once(numbers: NDArray[Number]) -> NDArray[Number]:
    """Numbers in order, each once. The array given is sorted in its place."""
    numbers.sort()
    new = is_new(numbers)
    return numbers if new.all() else numbers[new]
