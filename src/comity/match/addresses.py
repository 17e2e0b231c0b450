"""Addresses: house number, street, unit and postcode, read from one line of text."""

from __future__ import annotations

from typing import NamedTuple

from rapidfuzz.distance import JaroWinkler

from comity.match.fold import listed, words

_TYPES = listed(
    "ST STREET AVE AV AVENUE RD ROAD DR DRIVE LN LANE BLVD BOULEVARD CT COURT PL PLACE WAY TER TERRACE CIR CIRCLE "
    "HWY HIGHWAY PKWY PARKWAY TRL TRAIL SQ SQUARE CRES CRESCENT CL CLOSE LOOP"
)
_DIRECTIONS = listed("N S E W NE NW SE SW NORTH SOUTH EAST WEST NORTHEAST NORTHWEST SOUTHEAST SOUTHWEST")
_UNITS = listed("APT APARTMENT UNIT STE SUITE RM ROOM LOT FL FLOOR TRLR SPC SPACE")
SAME_STREET = 0.92  # Jaro-Winkler; a letter wrong in a street name of seven

AGREE_LEVELS = frozenset({"exact", "building"})


class Address(NamedTuple):
    """An address, read; every part may be empty."""

    number: str
    street: str
    unit: str
    postcode: str


def read_address(text: str) -> Address:
    """Read one address line. The first number is the house number; the street ends at its type, unit or comma."""
    line, _, rest = text.partition(",")
    tokens = words(line)
    number, unit = "", ""
    street: list[str] = []
    skip_next = False
    for place, token in enumerate(tokens):
        if skip_next:
            unit, skip_next = token, False
        elif token in _UNITS and place + 1 < len(tokens):
            skip_next = True
        elif not number and token[0].isdigit() and not street:
            number = token
        elif token in _TYPES and street:
            unit = unit or _unit_after(tokens[place + 1 :])
            break
        elif token not in _DIRECTIONS:
            street.append(token)
    after = words(rest)
    return Address(number, "".join(street[:4]), unit or _unit_after(after), _postcode(tokens[1:] + after))


def _unit_after(tokens: list[str]) -> str:
    for place, token in enumerate(tokens[:-1]):
        if token in _UNITS:
            return tokens[place + 1]
    return ""


def _postcode(tokens: list[str]) -> str:
    return next((token for token in reversed(tokens) if len(token) == 5 and token.isdigit()), "")


def compare_addresses(one: Address, other: Address) -> str:
    """`exact`, `building` (another or no unit), `street`, `postcode`, `different`, or `missing`."""
    if not one.street or not other.street:
        if one.postcode and other.postcode:
            return "postcode" if one.postcode == other.postcode else "different"
        return "missing"
    if one.postcode and other.postcode and one.postcode[:3] != other.postcode[:3]:
        return "different"
    alike = one.street == other.street or JaroWinkler.similarity(one.street, other.street) >= SAME_STREET
    if alike and one.number and one.number == other.number:
        return "exact" if one.unit == other.unit else "building"
    if alike:
        return "street"
    return "postcode" if one.postcode and one.postcode == other.postcode else "different"
