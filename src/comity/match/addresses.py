"""Addresses: house number, street, unit and postcode, read from one line of text."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from comity.match.fold import listed, words

_TYPES = listed(
    "ST STREET AVE AV AVENUE RD ROAD DR DRIVE LN LANE BLVD BOULEVARD CT COURT PL PLACE WAY TER TERRACE CIR CIRCLE "
    "HWY HIGHWAY PKWY PARKWAY TRL TRAIL SQ SQUARE CRES CRESCENT CL CLOSE LOOP"
)
_DIRECTIONS = listed("N S E W NE NW SE SW NORTH SOUTH EAST WEST NORTHEAST NORTHWEST SOUTHEAST SOUTHWEST")
_UNITS = listed("APT APARTMENT UNIT STE SUITE RM ROOM LOT FL FLOOR TRLR SPC SPACE")
_STATES = listed(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
    "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP"
)
_SHORT = {"NORTH": "N", "SOUTH": "S", "EAST": "E", "WEST": "W"}
# Roads that go by number: the number behind the type is the street's name, not a unit. Each with its one spelling.
_NUMBERED = {"ROAD": "ROAD", "RD": "ROAD", "HIGHWAY": "HIGHWAY", "HWY": "HIGHWAY"}
_BY_NUMBER = {"COUNTY": "COUNTY", "CO": "COUNTY", "STATE": "STATE", "US": "US"}
_LONG_TYPES = tuple(sorted(one for one in _TYPES if len(one) >= 5))  # a shorter one is the end of many names
FEWEST_LETTERS = 3  # of a street's own name
MOST_TOWN_WORDS = 5
SAME_STREET = 0.92  # Jaro-Winkler; a letter wrong in a street name of seven

AGREE_LEVELS = frozenset({"exact", "building"})


class Address(NamedTuple):
    """An address, read; every part may be empty."""

    number: str
    street: str
    unit: str
    postcode: str
    town: str = ""


def read_address(text: str) -> Address:
    """Read one address line. The first number is the house number; the street ends at its type, unit or comma.

    A direction is the street's name where it has no other (West St); a road that goes by number has it in its name
    (County Road 12). A unit that stands before the whole (Apt 1A, 123 Main St) is read as one.
    """
    line, _, rest = text.partition(",")
    tokens = words(line)
    number, unit = "", ""
    street: list[str] = []
    direction = ""
    skip_next = False
    for at, token in enumerate(tokens):
        if skip_next:
            unit, skip_next = token, False
        elif token in _UNITS and at + 1 < len(tokens):
            skip_next = True
        elif not number and token[0].isdigit() and not street:
            number = token
        elif token in _TYPES and (street or direction):
            by_number = _by_number(street, tokens[at : at + 2])
            street = by_number or street or [_SHORT.get(direction, direction)]
            unit = unit or _unit_after(tokens[at + 1 :])
            break
        elif token in _DIRECTIONS:
            direction = token
        else:
            street.append(token)
    else:
        street = _without_type(street)
    if not street and rest.strip()[:1].isdigit() and (unit or number):
        behind = read_address(rest)
        if behind.street:
            return behind._replace(unit=behind.unit or unit or number)
    place, _, end = rest.partition(",")
    town = words(place)
    after = town + words(end)
    return Address(
        number, "".join(street[:4]), unit or _unit_after(after), _postcode(tokens[1:] + after), _town(town)
    )


def _by_number(street: list[str], end: list[str]) -> list[str]:
    """The words of a road that goes by number, which stands first; none of another. `end` is its type and what follows."""
    kind, number = end[0], end[-1]
    if len(street) != 1 or street[0] not in _BY_NUMBER or kind not in _NUMBERED or not number[0].isdigit():
        return []
    return [number, _BY_NUMBER[street[0]], _NUMBERED[kind]]


def _without_type(street: list[str]) -> list[str]:
    """The words of a street without a type that was glued to its name or has a letter wrong: `chisholmstreet`."""
    joined = "".join(street)
    for kind in _LONG_TYPES:
        for size in (len(kind), len(kind) + 1, len(kind) - 1):
            if len(joined) >= size + FEWEST_LETTERS and OSA.distance(joined[-size:], kind, score_cutoff=1) <= 1:
                return [joined[:-size]]
    return street


def _town(tokens: list[str]) -> str:
    """The words after the street up to a number, a unit or a state."""
    town: list[str] = []
    for token in tokens[:MOST_TOWN_WORDS]:
        if token[0].isdigit() or token in _UNITS or (town and token in _STATES):
            break
        town.append(token)
    return "".join(town)


def _unit_after(tokens: list[str]) -> str:
    if _UNITS.isdisjoint(tokens):
        return ""
    return next((after for token, after in pairwise(tokens) if token in _UNITS), "")


def _postcode(tokens: list[str]) -> str:
    """Five digits (ZIP code), or four at the very end as other countries have them; zeros stand for none."""
    found = ""
    for token in reversed(tokens):
        if len(token) == 5 and token.isdigit():
            found = token
            break
    if not found and len(tokens) > 1 and len(tokens[-1]) == 4 and tokens[-1].isdigit():
        found = tokens[-1]
    return found if found.strip("0") else ""


def compare_addresses(one: Address, other: Address) -> str:
    """`exact`, `building` (another or no unit), `street`, `number` (in the same place), `postcode` (or the same town),
    `different`, or `missing`.
    """
    near = is_same_place(one, other)
    same_number = bool(near and one.number and one.number == other.number)
    if not one.street and not other.street and same_number:
        return "building"
    if not one.street or not other.street:
        if (one.postcode or one.town) and (other.postcode or other.town):
            return _level_of_place(near, same_number)
        return "missing"
    alike = one.street == other.street or _is_slip(one.street, other.street)
    far = bool(one.postcode and other.postcode and one.postcode[:3] != other.postcode[:3])
    if alike and not (far and not _same_town(one, other)):
        if one.number and one.number == other.number:
            return "exact" if one.unit == other.unit else "building"
        return "street"
    return _level_of_place(near, same_number)


def _is_slip(one: str, other: str) -> bool:
    """Whether one street is the other with a letter wrong; with another number it is another street."""
    if JaroWinkler.similarity(one, other) < SAME_STREET:
        return False
    ones, others = ("".join(filter(str.isdigit, street)) for street in (one, other))
    return ones == others or not ones or not others


def _level_of_place(near: bool, same_number: bool) -> str:
    return "number" if same_number else "postcode" if near else "different"


def is_same_place(one: Address, other: Address) -> bool:
    """The same postcode, or the same town by name up to a letter."""
    return bool(one.postcode and one.postcode == other.postcode) or _same_town(one, other)


def _same_town(one: Address, other: Address) -> bool:
    if not one.town or not other.town:
        return False
    return one.town == other.town or JaroWinkler.similarity(one.town, other.town) >= SAME_STREET
