"""Fellegi-Sunter weights: how often each level of agreement occurs among true pairs (m) and other pairs (u).

Weights are a frozen noun of whole numbers: natural logarithms in thousandths of a nat. Sources: Fellegi and
Sunter, "A theory for record linkage", JASA 64 (1969); the term-frequency adjustment after Winkler (1989).
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib.resources import files

import msgspec

from comity.errors import NounError
from comity.match.chances import Frequencies, shipped_frequencies
from comity.model.base import Noun

MILLINATS = 1_000
PPM = 1_000_000
PPB = 1_000_000_000


class LevelWeight(Noun, frozen=True, kw_only=True):
    """ln m and ln u of one level of one comparison, in thousandths of a nat; both are at most 0.

    Where a name's own frequency gives u, the `u` here is the bound it is not let below.
    """

    comparison: str
    level: str
    m_millinats: int
    u_millinats: int

    def __post_init__(self) -> None:
        if self.m_millinats > 0 or self.u_millinats > 0:
            raise NounError(f"weights of `{self.comparison}` `{self.level}` are not logarithms of probabilities")


class NameShare(Noun, frozen=True, kw_only=True):
    """The share of people, in billionths, who bear a name; counted when the weights were learned."""

    name: str
    ppb: int


class Weights(Noun, frozen=True, kw_only=True, dict=True):
    """Everything a probability rests on.

    `population` is the nominal number of people searched (never a live count: a count would leak), `present_ppm`
    the prior probability that the person asked about is among them; `slope_ppm` and `intercept_millinats`
    calibrate the log odds (Platt 1999). `trained_on` states the label source. `surnames` and `givens` are the owner's
    own frequent names, beside the shipped table; both empty: the shipped table alone. `relatives_ppm` is how many
    relatives of a person a file holds, on average.
    """

    version: str
    trained_on: str
    population: int
    present_ppm: int
    slope_ppm: int
    intercept_millinats: int
    levels: tuple[LevelWeight, ...]
    relatives_ppm: int = 1_000_000
    surnames: tuple[NameShare, ...] = ()
    givens: tuple[NameShare, ...] = ()

    @cached_property
    def frequencies(self) -> Frequencies:
        """How common names are under these weights. Made once for each version."""
        if not self.surnames and not self.givens:
            return shipped_frequencies()
        return Frequencies(_shares(self.surnames), _shares(self.givens))

    def __post_init__(self) -> None:
        if not 1 <= self.population <= 1_000_000_000:
            raise NounError("a nominal population lies between 1 and 1,000,000,000")
        if not 0 < self.present_ppm < PPM:
            raise NounError("the prior that the person is in the file lies strictly between 0 and 1")
        if self.slope_ppm <= 0:
            raise NounError("a calibration slope is positive, or more agreement would mean less")

    def table(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(ln m, ln u) in millinats by comparison and level."""
        return {(row.comparison, row.level): (row.m_millinats, row.u_millinats) for row in self.levels}


def _shares(listed: tuple[NameShare, ...]) -> dict[str, float]:
    return {one.name: one.ppb / PPB for one in listed}


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The shipped weights (`tables/weights.json`). Raises NounError when the file is not what it should be."""
    content = (files("comity.match") / "tables" / "weights.json").read_bytes()
    try:
        return msgspec.json.decode(content, type=Weights)
    except msgspec.MsgspecError as error:
        raise NounError(f"`tables/weights.json` does not hold weights: {error}; install comity again") from error
