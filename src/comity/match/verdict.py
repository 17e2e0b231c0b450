"""What may be said of a pair: same person, possible, or not the same person. Doubt never says `same person`.

The rule behind it (harm H1): two people who share a surname and a given name but differ in a second identifier, a
middle name or a generation are never called one person, whatever the probability.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from comity.match.addresses import AGREE_LEVELS
from comity.match.compare import Comparison
from comity.match.dates import CONFLICTING_BIRTHS, read_birth
from comity.match.identifiers import IDENTIFIER_FIELDS, forms, is_placeholder
from comity.match.name_levels import STRONG_LEVELS
from comity.match.objects import OBJECT_FIELDS
from comity.model.query import PersonSubject, Subject

SAME = "same person"
POSSIBLE = "possible"
NOT_SAME = "not the same person"
SAME_PPM = 900_000  # below nine in ten nobody should read `same`
NOT_SAME_PPM = 5_000  # one in two hundred
_NUMBERS = frozenset({*IDENTIFIER_FIELDS, *OBJECT_FIELDS})


class Standing(NamedTuple):
    """What the comparisons of one pair amount to, apart from probability."""

    name: str
    parts_strong: bool
    parts_differ: bool
    birth: str
    number_agrees: bool
    number_differs: bool
    number_slips: bool
    address_agrees: bool


def take_stock(comparisons: Sequence[Comparison]) -> Standing:
    """Reduce comparisons to what the rules turn on."""
    by_field = {found.field: found for found in comparisons}
    name = by_field.get("name")
    levels = {term.comparison: term.level for term in name.terms} if name else {}
    numbers = [found.level for found in comparisons if found.field in _NUMBERS]
    birth, address = by_field.get("birth-date"), by_field.get("address")
    return Standing(
        name=name.verdict if name else "not asked",
        parts_strong=levels.get("surname") in STRONG_LEVELS | {"close"} and levels.get("given") in STRONG_LEVELS,
        parts_differ=levels.get("surname") == "different" and levels.get("given") == "different",
        birth=birth.level if birth else "missing",
        number_agrees="exact" in numbers,
        number_differs="different" in numbers,
        number_slips="typo" in numbers or "exchanged" in numbers,
        address_agrees=address is not None and address.level in AGREE_LEVELS,
    )


def has_second_identifier(standing: Standing) -> bool:
    """An agreeing second identifier beyond the name, and none that contradicts.

    A whole birth date (1 January does not count), an identifying number, or an address with house number. Not sex,
    not the year alone. For a question about a number or thing, that number.
    """
    conflict = standing.name == "disagree" or standing.number_differs or standing.birth in CONFLICTING_BIRTHS
    agrees = standing.birth == "exact" or standing.number_agrees or standing.address_agrees
    return agrees and not conflict


def judge(standing: Standing, probability_ppm: int) -> str:
    """The word for a pair. See the module for the rule."""
    if standing.birth == "different" and not standing.number_agrees:
        return NOT_SAME
    if standing.parts_differ and not standing.number_agrees:
        return NOT_SAME
    if probability_ppm < NOT_SAME_PPM:
        return NOT_SAME
    if probability_ppm < SAME_PPM or not has_second_identifier(standing):
        return POSSIBLE
    if standing.name == "not asked":
        return SAME
    slips = standing.number_slips or standing.birth in ("typo", "swapped", "january")
    sound = standing.name == "agree" and (standing.parts_strong or standing.number_agrees)
    return SAME if sound and not slips else POSSIBLE


def is_enough_to_identify(subject: Subject) -> bool:
    """Whether a question could identify anyone: a name alone, even with sex or a year of birth, could not.

    Nor could a number that was never issued to one person.

    Source: CFPB advisory opinion on name-only matching, 86 FR 62468 (2021).
    """
    if not isinstance(subject, PersonSubject):
        return True
    birth = read_birth(subject.birth_date) if subject.birth_date else None
    numbers = any(
        not all(is_placeholder(str(one.kind), form) for form in forms(str(one.kind), one.value))
        for one in subject.identifiers
    )
    return bool(numbers or subject.address.strip() or (birth is not None and birth.month))
