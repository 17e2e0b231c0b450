"""Fellegi-Sunter weights: how often each level of agreement occurs among true pairs (m) and other pairs (u).

Weights are a frozen noun of whole numbers: natural logarithms in thousandths of a nat. Sources: Fellegi and
Sunter, "A theory for record linkage", JASA 64 (1969); the term-frequency adjustment after Winkler (1989).
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from comity.errors import NounError
from comity.model.base import Noun, check_text

MILLINATS = 1_000
PPM = 1_000_000
PPB = 1_000_000_000
MOST_LEVELS = 1_000  # rows of one version; the comparisons have about a hundred
MOST_NAMES = 100_000  # listed family names, and as many given names; `match/learn_chance.py` lists half of that
LONGEST_NAME = 200
MOST_BUILDINGS = 10_000  # in which many live: the barracks, prisons, shelters and dormitories of a large state
BUILDING_BITS = 26  # of the hash that stands for a building


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

    def __post_init__(self) -> None:
        check_text("a listed name", self.name, LONGEST_NAME)
        if not 0 < self.ppb <= PPB:
            raise NounError(f"the share of `{self.name}` is not one; write billionths")


class BuildingShare(Noun, frozen=True, kw_only=True):
    """The share of people, in billionths, who live in one building; `building` is a hash of house number and street."""

    building: int
    ppb: int

    def __post_init__(self) -> None:
        if not 0 <= self.building < 1 << BUILDING_BITS:
            raise NounError(f"a building is listed by a hash of {BUILDING_BITS} bits")
        if not 0 < self.ppb <= PPB:
            raise NounError("the share of people in a building is not one; write billionths")


class Weights(Noun, frozen=True, kw_only=True):
    """Everything a probability rests on.

    `population` is the nominal number of people searched (never a live count: a count would leak), `present_ppm`
    the prior probability that the person asked about is among them; `slope_ppm` and `intercept_millinats`
    calibrate the log odds (Platt 1999), `undated_millinats` once more where a name is asked without a birth date:
    family and given names go together, so that strangers share both oftener than each alone says. `trained_on` states
    the label source. `surnames` and `givens` are the owner's own frequent names, beside the shipped table; both empty:
    the shipped table alone. `relatives_ppm` is how many relatives of a person a file holds, on average. `middles_ppm` is
    how many of its people have a further given name written out, `buildings` those in which many of them live; unset where
    nobody counted, they leave no trace in the hash.
    """

    version: str
    trained_on: str
    population: int
    present_ppm: int
    slope_ppm: int
    intercept_millinats: int
    levels: tuple[LevelWeight, ...]
    relatives_ppm: int = 1_000_000
    undated_millinats: int = 0
    surnames: tuple[NameShare, ...] = ()
    givens: tuple[NameShare, ...] = ()
    middles_ppm: int | UnsetType = UNSET
    buildings: tuple[BuildingShare, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.middles_ppm is not UNSET and not 0 < self.middles_ppm <= PPM:
            raise NounError(
                "the share of people with a further given name is above 0 and at most 1; write millionths"
            )
        if not 1 <= self.population <= 1_000_000_000:
            raise NounError("a nominal population lies between 1 and 1,000,000,000")
        if not 0 < self.present_ppm < PPM:
            raise NounError("the prior that the person is in the file lies strictly between 0 and 1")
        if self.slope_ppm <= 0:
            raise NounError("a calibration slope is positive, or more agreement would mean less")
        if len(self.levels) > MOST_LEVELS or max(len(self.surnames), len(self.givens)) > MOST_NAMES:
            raise NounError(f"weights have at most {MOST_LEVELS} rows and {MOST_NAMES} names of a kind")
        if self.buildings is not UNSET and len(self.buildings) > MOST_BUILDINGS:
            raise NounError(f"weights list at most {MOST_BUILDINGS} buildings in which many live")

    @property
    def middles(self) -> float:
        """The share of people with a further given name; 1 where nobody counted."""
        return 1.0 if self.middles_ppm is UNSET else self.middles_ppm / PPM

    def table(self) -> dict[tuple[str, str], tuple[int, int]]:
        """(ln m, ln u) in millinats by comparison and level."""
        return {(row.comparison, row.level): (row.m_millinats, row.u_millinats) for row in self.levels}
