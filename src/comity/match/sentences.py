"""One plain sentence for what was compared, and one for what it amounts to.

A field that is matched but never shown gets no detail. No sentence speaks of what a file does not hold: a field
that was not compared may be closed, or the record may have none, and neither means anything about the person.
"""

from __future__ import annotations

from collections.abc import Sequence

from comity.match.compare import Comparison
from comity.match.identifiers import IDENTIFIER_FIELDS, forms, is_placeholder
from comity.match.name_levels import Term
from comity.match.objects import OBJECT_FIELDS
from comity.match.verdict import NOT_SAME, SAME

_WORDS = {"ssn": "SSN", "fbi-number": "FBI number", "a-number": "A-number", "other-id": "other number"}
_TWO_OR_ERROR = "it is more than one person or a record in error, and only the owners can find out which"
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
    ("given", "initial"): "the given names agree in the initial, which is all that one side gives",
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
    "january-typo": "both birth dates are 1 January, which often stands for an unknown day; the years differ by a slip",
    "near": "the birth dates share two parts and differ in the third",
    "different": "the birth dates differ",
}
_ADDRESS = {
    "exact": "house number and street are the same",
    "building": "house number and street are the same, the unit is another or not given",
    "street": "the street is the same, the house number is not",
    "number": "the house number and the place are the same, the street is not or is not given",
    "postcode": "only the postcode or the town is the same",
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
        return _tell_not_compared(comparison)
    if hidden:
        return f"the {comparison.field} {comparison.verdict}s with a value that is not shown"
    if comparison.field == "name":
        return _tell_name(comparison.terms) + _tell_relatives(comparison)
    level = comparison.level
    if comparison.field == "birth-date":
        return _BIRTH[level]
    if comparison.field == "address":
        return _ADDRESS[level] + _tell_house(comparison)
    if comparison.field == "sex":
        return "the sex is the same" if level == "agree" else "the sexes differ"
    return _NUMBER[level]


def _tell_not_compared(comparison: Comparison) -> str:
    """Of the question alone: what the record holds, or whether it holds anything, is not said."""
    field, asked = comparison.field, comparison.asked
    if field in IDENTIFIER_FIELDS and all(is_placeholder(field, form) for form in forms(field, asked)):
        return f"{word_of(field)} not compared: such a number was never issued to one person"
    return f"{word_of(field)} not compared"


def _tell_name(terms: tuple[Term, ...]) -> str:
    parts = [_NAME_PARTS[term.comparison, term.level] for term in terms]
    return "; ".join(parts)


def _tell_relatives(comparison: Comparison) -> str:
    if not comparison.family:
        return ""
    return (
        "; relatives may share the name"
        if comparison.verdict == "agree"
        else "; relatives may share part of a name"
    )


def _tell_house(comparison: Comparison) -> str:
    if comparison.terms[0].share:
        return "; many people live there"
    return "; with the same family name this may be a household" if comparison.family else ""


def word_of(field: str) -> str:
    """A field's name as it stands in a sentence."""
    return _WORDS.get(field, field.replace("-", " "))


def listed_words(fields: Sequence[str]) -> str:
    """Fields as words: `name`, `name and SSN`, `name, birth date and SSN`."""
    told = [word_of(field) for field in fields]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def tell_finding(verdict: str, compared: Sequence[tuple[str, str]]) -> str:
    """What a careful examiner says of a pair, from the verdict and each field's own verdict, and from nothing else.

    So it tells no level and no value: a field that is matched and not shown stays hidden.
    """
    agree = [field for field, found in compared if found == "agree"]
    differ = [field for field, found in compared if found == "disagree"]
    if verdict == SAME:
        return _tell_same(agree, differ)
    if verdict == NOT_SAME:
        if not differ:
            return "not taken for the person: what agrees is too weak"
        though = f", though {_do(agree, 'agree')}" if agree else ""
        return f"not the same person: {_do(differ, 'differ')}{though}"
    if differ and agree:
        return f"possible only: {_do(agree, 'agree')}, but {_do(differ, 'differ')}; {_TWO_OR_ERROR}"
    if differ:
        return f"possible only: {_do(differ, 'differ')}"
    told = f"{_do(agree, 'agree')}, which is " if agree else "what was compared is "
    return f"possible only: {told}not enough to say that it is one person"


def tell_apart(ties: Sequence[str], differ: Sequence[str], *, parted: bool = False) -> str:
    """What is said of records that are tied together by some fields and held apart by others.

    `parted`: an owner declared that some of its records among them are two people, whatever they agree on.
    """
    tied = f"tied by {listed_words(ties)}"
    held = f"{tied}, held apart by {listed_words(differ)}" if differ else tied
    if parted:
        return f"{held}; an owner declared that two people are among them"
    if not differ:
        return f"{tied}; each fits more than one of the others, so none is joined"
    return f"{held}; {_TWO_OR_ERROR}"


def _tell_same(agree: Sequence[str], differ: Sequence[str]) -> str:
    if set(agree) <= {*IDENTIFIER_FIELDS, *OBJECT_FIELDS}:
        return f"bears the {listed_words(agree)} asked about; nothing else was compared"
    against = f"; {_do(differ, 'differ')}" if differ else ", and nothing that was compared contradicts"
    return f"same person as far as was compared: {_do(agree, 'agree')}{against}"


def _do(fields: Sequence[str], verb: str) -> str:
    return f"{listed_words(fields)} {verb if len(fields) > 1 else verb + 's'}"
