"""Identifying numbers: one form, and how two compare. Placeholders and unissuable numbers identify nobody."""

from __future__ import annotations

import re

from rapidfuzz.distance import Hamming

from comity.match.fold import alnum
from comity.model.codes import IdentifierKind

IDENTIFIER_FIELDS = tuple(kind.value for kind in IdentifierKind)
LIFELONG_FIELDS = frozenset({"ssn", "fbi-number", "a-number"})  # issued once to a person, by one body
ISSUED_BY = frozenset({"driver-licence", "state-id", "passport"})  # each state or country has its own numbers
# Marks that say what a number is, and not whose; ID may be Idaho, and then tells nothing either.
NO_ISSUERS = frozenset({"DL", "OL", "ID", "LN", "NO", "NR", "PP", "SI"})
MOST_VARIANTS = 120  # one-digit and exchange variants of a number of up to 12 digits
_STATE_MARK = re.compile(r"^\s*\(?[A-Z]{2}\)?[\s:/-]+|[\s:/-]*\(\s*[A-Z]{2}\s*\)\s*$", re.IGNORECASE)
_KEYBOARD_RUNS = frozenset({"123456789", "987654321", "012345678", "1234567890"})
_TAXPAYER_GROUPS = frozenset({*range(50, 66), *range(70, 89), *range(90, 93), *range(94, 100)})
_FAMOUS_SSN = frozenset({"078051120", "219099999"})  # printed on sample cards and copied ever since


def forms(field: str, value: str) -> tuple[str, ...]:
    """The forms under which a number is compared: as written without marks, and without a state mark around it."""
    if field == "a-number":
        return _alien_forms(alnum(value))
    if value.isascii() and value.isalnum() and field != "phone":  # as nearly all are written: no mark to take off
        return (value.upper(),) if len(value) >= 4 else ()
    whole = alnum(value)
    if field == "phone":
        digits = "".join(char for char in whole if char.isdigit())
        return (digits[-10:],) if len(digits) >= 7 else ()
    bare = whole if value[:3].isdigit() and value[-1:] != ")" else alnum(_STATE_MARK.sub("", value))
    if bare == whole or len(bare) < 4:
        return (whole,) if len(whole) >= 4 else ()
    return (whole, bare)


def _alien_forms(whole: str) -> tuple[str, ...]:
    """An A-number as `A` and nine digits: it has seven to nine, and fewer are filled up with zeros (USCIS glossary)."""
    digits = whole.removeprefix("A")
    if digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 9:
        return ("A" + digits.zfill(9),)
    return (whole,) if len(whole) >= 4 else ()


def is_placeholder(field: str, form: str) -> bool:
    """Whether a number was evidently never issued to one person.

    Runs and repeats for every kind; for SSNs the numbers the Social Security Administration never issues (area
    000, 666 or 9xx, group 00, serial 0000; 20 CFR 422.103 and the agency's randomisation notice of 2011).
    Individual taxpayer numbers (9xx with group 50 to 65, 70 to 88, 90 to 92 or 94 to 99) are issued to one person
    by the IRS and stand in SSN fields of people who cannot have an SSN: they count.
    """
    if form.removeprefix("A") in _KEYBOARD_RUNS or (not _ends_in_two(form) and _is_idle(form)):
        return True
    if field != "ssn":
        return False
    if len(form) != 9 or not (form.isascii() and form.isdigit()) or form in _FAMOUS_SSN:
        return True
    if form[0] == "9":
        return int(form[3:5]) not in _TAXPAYER_GROUPS
    return form[:3] in ("000", "666") or form[3:5] == "00" or form[5:] == "0000"


def _ends_in_two(form: str) -> bool:
    """Whether a form ends in two different digits: then it is no repeat and no word, as nearly all are."""
    end = form[-2:]
    return end.isdigit() and end[0] != end[-1]


def _is_idle(form: str) -> bool:
    """Whether a form is one digit repeated, letters before it aside, or a word that stands for none."""
    digits = form if form.isdigit() else form.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    if digits:
        return digits == digits[0] * len(digits)
    return "UNKNOWN" in form or len(set(form)) == 1 or form in {"NONE", "REFUSED"}


def compare_numbers(field: str, asked: str, held: str) -> str:
    """`exact`, `typo` (one character), `exchanged` (two neighbours), `different`, or `placeholder`."""
    return compare_forms(field, forms(field, asked), forms(field, held))


def compare_forms(field: str, ones: tuple[str, ...], others: tuple[str, ...]) -> str:
    """`compare_numbers` of two numbers whose forms were read before."""
    if not ones or not others:
        return "missing"
    shared = any(form in others for form in ones)
    if is_placeholder(field, ones[-1]) or is_placeholder(field, others[-1]):
        return "placeholder-equal" if shared else "placeholder"
    if shared:
        return "different" if field in ISSUED_BY and _are_of_two_issuers(ones, others) else "exact"
    return _slip(ones[-1], others[-1])  # the last form is the barest


def _are_of_two_issuers(ones: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Whether both numbers say whose they are, and not the same: a state's or a country's two letters around the number."""
    if len(ones) != 2 or len(others) != 2:
        return False
    marks = {whole.replace(bare, "", 1) for whole, bare in (ones, others)}
    return len(marks) == 2 and marks.isdisjoint(NO_ISSUERS)


def _slip(one: str, other: str) -> str:
    if len(one) != len(other) or len(one) < 6:
        return "different"
    if Hamming.distance(one, other, score_cutoff=2) > 2:
        return "different"
    places = [place for place in range(len(one)) if one[place] != other[place]]
    if len(places) == 1:
        return "typo"
    if len(places) == 2 and places[1] == places[0] + 1:
        first, second = places
        if one[first] == other[second] and one[second] == other[first]:
            return "exchanged"
    return "different"


def slip_forms(form: str) -> tuple[str, ...]:
    """Forms one slip away: neighbours exchanged first, then every other digit in each place with a digit."""
    if len(form) < 6:
        return ()
    found: dict[str, None] = {}
    for i in range(len(form) - 1):
        found[form[:i] + form[i + 1] + form[i] + form[i + 2 :]] = None
    for place, char in enumerate(form):
        if char.isdigit():
            for digit in "0123456789":
                found[form[:place] + digit + form[place + 1 :]] = None
    found.pop(form, None)
    return tuple(found)[:MOST_VARIANTS]
