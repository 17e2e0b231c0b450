"""The shipped weights, and how common names are under a version of the weights. The nouns are the model's."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import msgspec

from comity.errors import NounError
from comity.match.chances import Frequencies, shipped_frequencies
from comity.match.nearness import find_near
from comity.model.canon import decoder_of
from comity.model.weights import MILLINATS, PPB, PPM, BuildingShare, LevelWeight, NameShare, Weights

__all__ = [
    "MILLINATS", "PPB", "PPM", "BuildingShare", "LevelWeight", "NameShare", "Weights", "crowds_of", "frequencies_of",
    "load_weights", "make_ready",
]  # fmt: skip

MOST_VERSIONS = 64  # whose names are kept ready: the owners of one node, and what they compare


class _Same:
    """A version by its identity: its names are not compared to find what was made of them."""

    __slots__ = ("weights",)

    def __init__(self, weights: Weights) -> None:
        self.weights = weights

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.weights is other.weights

    def __hash__(self) -> int:
        return id(self.weights)


def frequencies_of(weights: Weights) -> Frequencies:
    """How common names are under a version of the weights. Made once for each."""
    if not weights.surnames and not weights.givens:
        return shipped_frequencies()
    return _own_frequencies(_Same(weights))


def crowds_of(weights: Weights) -> Mapping[int, float]:
    """Shares of people by building, of the buildings in which many live. Made once for each version."""
    return _crowds(_Same(weights)) if weights.buildings else {}


@lru_cache(maxsize=MOST_VERSIONS)
def _crowds(same: _Same) -> Mapping[int, float]:
    return {one.building: one.ppb / PPB for one in same.weights.buildings or ()}


def make_ready(weights: Weights) -> None:
    """Build what the first question weighed by a version would build: half a second for the shipped names."""
    find_near(frequencies_of(weights).vocabulary(), "")


@lru_cache(maxsize=MOST_VERSIONS)
def _own_frequencies(same: _Same) -> Frequencies:
    return Frequencies(_shares(same.weights.surnames), _shares(same.weights.givens))


def _shares(listed: tuple[NameShare, ...]) -> dict[str, float]:
    return {one.name: one.ppb / PPB for one in listed}


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The shipped weights (`tables/weights.json`). Raises NounError when the file is not what it should be."""
    content = (files("comity.match") / "tables" / "weights.json").read_bytes()
    try:
        return decoder_of(Weights).decode(content)
    except msgspec.MsgspecError as error:
        raise NounError(f"`tables/weights.json` does not hold weights: {error}; install comity again") from error
