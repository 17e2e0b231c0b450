"""Which records share most with a question: rarity-weighted sums over posting lists, as buffers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NOMINAL_RECORDS = 10_000_000  # rarity is measured against this, so that file size cannot reorder candidates
LONGEST_POSTINGS = 50_000  # a longer list says nothing; a surname of one in 200 with one initial in ten million


def best_shared(postings: Sequence[NDArray[np.int64]], limit: int) -> NDArray[np.int64]:
    """The `limit` record numbers that share the rarest keys, best first, ties by number.

    `postings` are arrays of record numbers (no number twice in one array), one for each key of the question. Each
    shared key adds ln(NOMINAL_RECORDS / length of its list). Lists longer than `LONGEST_POSTINGS` are skipped.
    """
    lists = [numbers for numbers in postings if 0 < len(numbers) <= LONGEST_POSTINGS]
    if not lists or limit <= 0:
        return np.empty(0, dtype=np.int64)
    lengths = np.array([len(numbers) for numbers in lists])
    rarity = np.repeat(np.log(NOMINAL_RECORDS / lengths), lengths)
    numbers, places = np.unique(np.concatenate(lists), return_inverse=True)
    sums = np.round(np.bincount(places, weights=rarity), 6)
    if len(numbers) > 4 * limit:
        cut = np.partition(sums, -limit)[-limit]
        keep = sums >= cut
        numbers, sums = numbers[keep], sums[keep]
    order = np.lexsort((numbers, -sums))
    return numbers[order][:limit].astype(np.int64)
