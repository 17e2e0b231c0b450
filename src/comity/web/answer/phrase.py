"""The four phrases for how a record fits, from the evidence alone; no percent stands for identity (screens.md, I4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from comity.model.answer import Evidence
from comity.model.codes import IdentifierKind

NAME, BIRTH = "name", "birth-date"
FITS_WELL, FITS_IN_PART, NOT_ENOUGH, NOT_SAME = "fits-well", "fits-in-part", "not-enough", "not-same"
ORDER = (FITS_WELL, FITS_IN_PART, NOT_ENOUGH, NOT_SAME)


@dataclass(frozen=True, slots=True)
class Fit:
    """One phrase, and the fields that agree and disagree, by the names the evidence has."""

    phrase: str
    agree: tuple[str, ...]
    disagree: tuple[str, ...]


def fit_of(evidence: Sequence[Evidence]) -> Fit:
    """Fits well: name, birth date and one more identifier agree and nothing disagrees. In part: the name and one of them."""
    agree = tuple(one.field for one in evidence if one.verdict == "agree")
    disagree = tuple(one.field for one in evidence if one.verdict == "disagree")
    told = set(agree)
    numbers = told & set(IdentifierKind)
    if disagree:
        return Fit(NOT_SAME, agree, disagree)
    if NAME in told and BIRTH in told and numbers:
        return Fit(FITS_WELL, agree, disagree)
    if NAME in told and (BIRTH in told or numbers):
        return Fit(FITS_IN_PART, agree, disagree)
    return Fit(NOT_ENOUGH, agree, disagree)
