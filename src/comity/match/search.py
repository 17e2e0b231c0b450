"""Finding the people of an index who may be meant: by keys, then everyone found weighed at once, best first.

An index is searched in parts as if it were one segment: what is near, which keys are too common and who is weighed
are decided over all parts together, so that nobody is found or missed by how the index happens to be divided. Only
where more than `vocabulary.MOST_NEAR` words are near an asked one may a divided index weigh a few words more.

Work is bounded: so many keys (`seek`), so many postings, so many people weighed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from comity.match.arrays import Places, is_new
from comity.match.compare import Question, Scale
from comity.match.keys import Keys
from comity.match.packed import CLASS
from comity.match.seek import Sought, seek, sounds_of, wanted_keys
from comity.match.segment import Segment
from comity.match.weigh import Floats, read_rows, weigh_rows

MOST_POSTINGS = 400_000  # read for one question: about 4 ms
READ_AT_ONCE = 12  # people fetched from the store at a time
FEWEST_READ = (
    12  # people read however little they weigh: the ten of a list, and two; more found nobody else (0104)
)
FAR_BEHIND = 10_000  # millinats; with the shipped calibration one chance in 3,500 beside whoever is so far ahead
MOST_WEIGHED = 20_000  # people weighed for one question: about 10 ms
NOBODY: Places = np.empty(0, dtype=np.int64)


class Part(NamedTuple):
    """A segment of an index, with the places of its people who are gone, in order: nobody finds them."""

    segment: Segment
    gone: Places = NOBODY


class Found(NamedTuple):
    """People found, best first: their numbers in the store, their data classes, what their traits weigh (millinats).

    `cut` when a key was too common to be read, more people were found than are weighed, or somebody who weighs as much
    as the best is left out.
    """

    ordinals: Places
    classes: Places
    weights: Floats
    cut: bool


def is_read(read: int, weight: float, lead: float) -> bool:
    """Whether somebody is read who weighs so much (millinats), when so many were read before, best first.

    `lead` is the weight of even odds against `not in this file` (`parts.even_weight`), or that of the best who was read
    where it is more: who lies far behind both is worth no comparison.
    """
    return read < FEWEST_READ or weight >= lead - FAR_BEHIND


class _Wanted(NamedTuple):
    """Who is wanted: what is asked, how it weighs, of which data classes, and how many."""

    question: Question
    scale: Scale
    classes: frozenset[int]
    most: int


def search(parts: Sequence[Part], question: Question, scale: Scale, classes: frozenset[int], most: int) -> Found:
    """The people of an index, in records of some data classes, whom a question finds; at most `most`.

    `parts` come in the order of their ordinals; `classes` are the places of data classes as they were indexed. Ties go
    by ordinal.
    """
    if not parts:
        return Found(NOBODY, NOBODY, np.empty(0), cut=False)
    sought = [[seek(part.segment.vocabulary, name, scale) for name in question.names] for part in parts]
    sounds = [sounds_of(one[at] for one in sought) for at in range(len(question.names))]
    found, cut = _find(parts, wanted_keys(question, sounds, scale))
    wanted = _Wanted(question, scale, classes, most)
    weighed = [
        _weigh(part.segment, people, one, wanted) for part, one, people in zip(parts, sought, found, strict=True)
    ]
    ordinals, held, weights = (np.concatenate(column) for column in zip(*weighed, strict=True))
    order = np.argsort(-weights, kind="stable")
    kept, rest = order[:most], order[most:]
    cut = cut or (bool(len(rest)) and bool(weights[rest[0]] >= weights[kept[0]]))
    return Found(ordinals[kept], held[kept], weights[kept], cut)


def _weigh(
    segment: Segment, people: Places, sought: Sequence[Sought], asked: _Wanted
) -> tuple[Places, Places, Floats]:
    """Ordinals, data classes and weights of the people of a segment who are of the wanted classes."""
    held = (segment.words[segment.starts[people]] & np.uint32(CLASS)).astype(np.int64)
    open_classes = np.zeros(CLASS + 1, dtype=bool)
    open_classes[list(asked.classes)] = True
    wanted = open_classes[held]
    people, held = people[wanted], held[wanted]
    if not len(people):
        return NOBODY, NOBODY, np.empty(0)
    weights = weigh_rows(read_rows(*segment.packed(people)), asked.question, sought, asked.scale, asked.most)
    return segment.ordinals[people].astype(np.int64), held, weights


def _find(parts: Sequence[Part], wanted: Keys) -> tuple[list[Places], bool]:
    """The people of each part who have any of the keys, in order; those with most keys where there are too many.

    The rarest keys are read first.
    """
    lists = [part.segment.postings.lists(wanted) for part in parts]
    counts: Places = np.sum([one[1] for one in lists], axis=0, dtype=np.int64)
    here = np.flatnonzero(counts)
    order = here[np.argsort(counts[here], kind="stable")]
    fitting = int(np.searchsorted(np.cumsum(counts[order]), MOST_POSTINGS, side="right"))
    kept = order[:fitting]
    found = [_holders(part, first[kept], count[kept]) for part, (first, count) in zip(parts, lists, strict=True)]
    cut = fitting < len(order)
    if sum(len(people) for people, _ in found) <= MOST_WEIGHED:
        return [people for people, _ in found], cut
    return _most_shared(found), True


def _holders(part: Part, first: Places, counts: Places) -> tuple[Places, Places]:
    """The people of a part in the postings of some keys, but for those who are gone, and how many keys each has."""
    held = part.segment.postings.people(first, counts)
    held.sort()
    firsts = np.flatnonzero(is_new(held))
    people, shared = held[firsts], np.diff(firsts, append=len(held))
    if len(part.gone):
        stays = ~np.isin(people, part.gone)
        people, shared = people[stays], shared[stays]
    return people, shared


def _most_shared(found: Sequence[tuple[Places, Places]]) -> list[Places]:
    """The `MOST_WEIGHED` people who have most keys; among equals the first of them."""
    shared = np.concatenate([each for _, each in found])
    enough = np.partition(shared, -MOST_WEIGHED)[-MOST_WEIGHED]
    chosen = shared > enough
    chosen[np.flatnonzero(shared == enough)[: MOST_WEIGHED - np.count_nonzero(chosen)]] = True
    ends = np.cumsum([len(people) for people, _ in found])[:-1]
    return [people[kept] for (people, _), kept in zip(found, np.split(chosen, ends), strict=True)]
