"""Weights of an owner: u and name shares counted over its file, m by EM over its own records, no labels needed.

Each sampled record is put as a question to the rest of the file. Where the file holds people twice, EM learns from
them how an owner's clerks err; where it does not, m stays what it was. The calibration is the starting weights' own
and `trained_on` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from comity.match.addresses import Address
from comity.match.compare import Question, Scale, compare
from comity.match.learn import all_terms, learn
from comity.match.learn_chance import learn_chance, learn_places
from comity.match.name_levels import Terms
from comity.match.search import Part, search
from comity.match.segment import Segment
from comity.match.traits import read_traits
from comity.match.weights import Weights

STRANGERS = 400  # whose addresses are compared with those asked: some ten thousand pairs
CANDIDATES = 40  # compared for one sampled record; the person is hardly ever farther down

Values = Mapping[str, tuple[str, ...]]


class Sampled(NamedTuple):
    """One question of the training: what is asked, and the place of the record it was made of (-1: of none)."""

    question: Question
    itself: int = -1


def train_weights(
    segment: Segment, sample: Sequence[Sampled], values_of: Callable[[int], Values], start: Weights
) -> Weights:
    """Weights learned on a file. `values_of` gives the values of the person at a place of the segment."""
    weights = learn_chance(segment, [one.question for one in sample], start)
    weights = learn_places(weights, [one.question for one in sample], strangers_of(segment, values_of))
    return learn([candidate_terms(segment, one, values_of, weights)[0] for one in sample], weights)


def strangers_of(segment: Segment, values_of: Callable[[int], Values]) -> list[Address]:
    """The addresses of people drawn at random."""
    drawn = np.random.default_rng(segment.people).permutation(segment.people)[:STRANGERS]
    return [address for place in drawn.tolist() for _, address in read_traits(values_of(place)).addresses[:1]]


def candidate_terms(
    segment: Segment, asked: Sampled, values_of: Callable[[int], Values], weights: Weights
) -> tuple[list[Terms], list[int]]:
    """The terms of the best candidates of a question, and their places in the segment."""
    scale = Scale(weights)
    classes = frozenset(range(1 << 8))
    found = search((Part(segment),), asked.question, scale, classes, CANDIDATES + 1)
    people = np.searchsorted(segment.ordinals, found.ordinals.astype(np.uint32))
    places = people[people != asked.itself][:CANDIDATES].astype(np.int64).tolist()
    return [all_terms(compare(asked.question, values_of(place), scale)) for place in places], places
