"""One plain sentence for what was compared. A field that is matched but never shown gets no detail."""

from __future__ import annotations

from comity.match.compare import Comparison
from comity.match.name_levels import Term

_NAME_PARTS = {
    ("surname", "exact"): "the family names are the same",
    ("surname", "part"): "one of the family names is the same",
    ("surname", "variant"): "the family names are spellings of one name",
    ("surname", "prefix"): "the family name begins as asked",
    ("surname", "close"): "the family names differ by about a letter",
    ("surname", "similar"): "the family names sound or look alike",
    ("surname", "different"): "the family names differ",
    ("given", "exact"): "the given names are the same",
    ("given", "joined"): "the given names are the same, written together or apart",
    ("given", "variant"): "the given names are forms of one name",
    ("given", "initial"): "a given name and its initial",
    ("given", "prefix"): "the given name begins as asked",
    ("given", "crossed"): "the given name stands as a middle name",
    ("given", "close"): "the given names differ by about a letter",
    ("given", "similar"): "the given names sound or look alike",
    ("given", "different"): "the given names differ",
    ("middle", "exact"): "the middle names are the same",
    ("middle", "initial"): "a middle name and its initial",
    ("middle", "close"): "the middle names are alike",
    ("middle", "different"): "the middle names differ",
    ("suffix", "same"): "the generation is the same",
    ("suffix", "conflict"): "the generations contradict (junior and senior are two people)",
    ("order", "swapped"): "in swapped order",
    ("alias", "other"): "under another name",
}
_BIRTH = {
    "exact": "the birth dates are the same",
    "january-exact": "both birth dates are 1 January of one year, which often stands for an unknown day",
    "swapped": "the birth dates differ as if day and month were swapped",
    "typo": "the birth dates differ by one digit or two exchanged digits",
    "year-month": "year and month of birth are the same; a day is not given on both sides",
    "year": "the year of birth is the same; month or day is not given on both sides",
    "january": "the year of birth is the same; one date is 1 January, which often stands for an unknown day",
    "near": "the birth dates share two parts and differ in the third",
    "different": "the birth dates differ",
}
_ADDRESS = {
    "exact": "house number and street are the same",
    "building": "house number and street are the same, the unit is another or not given",
    "street": "the street is the same, the house number is not",
    "postcode": "only the postcode is the same",
    "different": "the addresses differ",
}
_NUMBER = {
    "exact": "the numbers are the same",
    "typo": "the numbers differ by one character",
    "exchanged": "the numbers differ by two exchanged characters",
    "placeholder-equal": "the numbers are the same, but such a number was never issued to one person",
    "different": "the numbers differ",
}


def tell(comparison: Comparison, hidden: bool) -> str:
    """The sentence for one comparison. `hidden`: the held value is matched but never shown."""
    if comparison.verdict == "missing":
        return f"no {comparison.field} to compare"
    if hidden:
        return f"the {comparison.field} {comparison.verdict}s with a value that is not shown"
    if comparison.field == "name":
        return _tell_name(comparison.terms)
    level = comparison.level
    if comparison.field == "birth-date":
        return _BIRTH[level]
    if comparison.field == "address":
        family = comparison.terms[0].comparison == "household" and comparison.verdict == "agree"
        return _ADDRESS[level] + ("; with the same family name this may be a household" if family else "")
    if comparison.field == "sex":
        return "the sex is the same" if level == "agree" else "the sexes differ"
    return _NUMBER[level]


def _tell_name(terms: tuple[Term, ...]) -> str:
    parts = [_NAME_PARTS[term.comparison, term.level] for term in terms]
    return "; ".join(parts)
