"""How common names are: shipped, versioned lists, never the live file.

A live file's counts would let a closed value move a probability; a shipped list cannot. Source: US Census Bureau,
frequently occurring names of the 2020 Census (public domain), trimmed (`tables/SOURCE.md`).
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

BEARERS = 331_449_281  # resident population of the 2020 Census, the denominator of every share
UNLISTED_SURNAME = 2.0e-6  # a surname below the 10,000th has fewer than 3,077 bearers; most far fewer
UNLISTED_GIVEN = 3.0e-6  # a first name below the 4,000th has fewer than 4,900 bearers; most far fewer


def read_table(name: str) -> tuple[str, ...]:
    """Lines of a shipped table, without comments and blank lines."""
    text = (files("comity.match") / "tables" / name).read_text(encoding="utf-8")
    return tuple(line for line in text.splitlines() if line and not line.startswith("#"))


@lru_cache(maxsize=1)
def surnames() -> tuple[tuple[str, int], ...]:
    """The 10,000 most frequent surnames as `(NAME, bearers)`, most frequent first; upper-case ASCII."""
    rows = (line.split(",") for line in read_table("surnames.csv")[1:])
    return tuple((name, int(count)) for name, count in rows)


@lru_cache(maxsize=1)
def first_names() -> tuple[tuple[str, int, float], ...]:
    """The 4,000 most frequent first names as `(NAME, bearers, percentage of men)`, most frequent first."""
    rows = (line.split(",") for line in read_table("first_names.csv")[1:])
    return tuple((name, int(count), float(men)) for name, count, men in rows)


@lru_cache(maxsize=1)
def surname_shares() -> dict[str, float]:
    """Share of the population that bears each listed surname. Read-only by agreement."""
    return {name: count / BEARERS for name, count in surnames()}


@lru_cache(maxsize=1)
def given_shares() -> dict[str, float]:
    """Share of the population that bears each listed first name. Read-only by agreement."""
    return {name: count / BEARERS for name, count, _ in first_names()}
