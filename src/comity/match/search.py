"""Finding the people of a segment who may be meant: by keys, then everyone found weighed at once, best first.

Work is bounded: so many keys (`seek`), so many postings, so many people weighed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from comity.match.arrays import Places, runs
from comity.match.compare import Question, Scale
from comity.match.keys import Keys
from comity.match.packed import PAYLOAD
from comity.match.seek import seek, wanted_keys
from comity.match.segment import Segment
from comity.match.weigh import Floats, read_rows, weigh_rows

MOST_POSTINGS = 400_000  # read for one question in one segment: about 4 ms
READ_AT_ONCE = 20  # people read before it is asked whether the rest can matter; most questions need no more
FAR_BEHIND = 10_000  # millinats: who lies so far behind another has one chance in 20,000 beside them
MOST_WEIGHED = 20_000  # people weighed for one question in one segment: about 10 ms


class Found(NamedTuple):
    """People of a segment: their places, and what their traits weigh (millinats), best first.

    `cut` when a key was too common to be read, more people were found than are weighed, or somebody who weighs as much
    as the best is left out.
    """

    people: Places
    weights: Floats
    cut: bool


def search(segment: Segment, question: Question, scale: Scale, classes: frozenset[int], most: int) -> Found:
    """The people of a segment, in records of some data classes, whom a question finds; at most `most`.

    `classes` are the places of data classes as they were indexed. Ties go by place.
    """
    sought = tuple([seek(segment.vocabulary, name, scale) for name in question.names])
    people, cut = _find(segment, wanted_keys(question, sought))
    people = people[np.isin(segment.words[segment.starts[people]] & np.uint32(PAYLOAD), list(classes))]
    if not len(people):
        return Found(people, np.empty(0), cut)
    weights = weigh_rows(read_rows(*segment.packed(people)), question, sought, scale)
    order = np.argsort(-weights, kind="stable")
    kept, rest = order[:most], order[most:]
    cut = cut or (bool(len(rest)) and weights[rest[0]] >= weights[kept[0]])
    return Found(people[kept], weights[kept], cut)


def _find(segment: Segment, wanted: Keys) -> tuple[Places, bool]:
    """The people who have any of the keys, in order; those with most keys where there are too many.

    The rarest keys are read first.
    """
    first, counts = segment.lists(wanted)
    here = counts > 0
    first, counts = first[here], counts[here]
    order = np.argsort(counts, kind="stable")
    fitting = int(np.searchsorted(np.cumsum(counts[order]), MOST_POSTINGS, side="right"))
    kept = order[:fitting]
    people, shared = np.unique(segment.postings[runs(first[kept], counts[kept])], return_counts=True)
    cut = fitting < len(order)
    if len(people) > MOST_WEIGHED:
        enough = np.partition(shared, -MOST_WEIGHED)[-MOST_WEIGHED]
        more, equal = people[shared > enough], people[shared == enough]
        people, cut = np.sort(np.concatenate([more, equal[: MOST_WEIGHED - len(more)]])), True
    return people.astype(np.int64), cut
