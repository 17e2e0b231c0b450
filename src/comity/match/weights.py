"""Fellegi-Sunter weights: how often each level of agreement occurs among true pairs (m) and other pairs (u).

Weights are a frozen noun of whole numbers: natural logarithms in thousandths of a nat. Sources: Fellegi and
Sunter, "A theory for record linkage", JASA 64 (1969); the term-frequency adjustment after Winkler (1989).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import msgspec

from comity.errors import NounError
from comity.model.base import Noun

MILLINATS = 1_000
PPM = 1_000_000


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


class Weights(Noun, frozen=True, kw_only=True):
    """Everything a probability rests on.

    `population` is the nominal number of people searched (never a live count: a count would leak), `present_ppm`
    the prior probability that the person asked about is among them; `slope_ppm` and `intercept_millinats`
    calibrate the log odds (Platt 1999). `trained_on` states the label source.
    """

    version: str
    trained_on: str
    population: int
    present_ppm: int
    slope_ppm: int
    intercept_millinats: int
    levels: tuple[LevelWeight, ...]

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


@lru_cache(maxsize=1)
def load_weights() -> Weights:
    """The shipped weights (`tables/weights.json`). Raises NounError when the file is not what it should be."""
    content = (files("comity.match") / "tables" / "weights.json").read_bytes()
    try:
        return msgspec.json.decode(content, type=Weights)
    except msgspec.MsgspecError as error:
        raise NounError(f"`tables/weights.json` does not hold weights: {error}; install comity again") from error
