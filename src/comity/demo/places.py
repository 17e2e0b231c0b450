"""Invented streets, towns and numbers that can be nobody's.

Every number lies in a range its issuer never gives out, so that no demonstration record can hit a real person:
social security numbers have an area of 900 to 999 (never issued, 20 CFR 422.103 practice) and a group below 50
(so that they are no taxpayer numbers either), telephone numbers the unassigned area code 555, ZIP codes a prefix
the postal service has not assigned, and licences, state and FBI numbers an `X` where the issuer writes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

STATES = ("CA", "WA", "IL", "NY")

_STREETS = (
    "Alder", "Heron", "Juniper", "Larkspur", "Marigold", "Thistle", "Bramble", "Copperfield",
    "Dovetail", "Elderberry", "Foxglove", "Gantry", "Hollyhock", "Ironbark", "Kestrel", "Lantern",
    "Millrace", "Nettle", "Osprey", "Pinnacle", "Quarry", "Ridgeline", "Saltmarsh", "Tamarack", "Umber",
    "Vesper", "Willet", "Yarrow", "Birchbark", "Cinnabar", "Drumlin", "Fiddlehead", "Glasswort",
    "Harrier", "Inkberry", "Kittiwake", "Lodestone", "Meadowlark", "Northlight", "Oxbow", "Plover",
    "Quill", "Rookery", "Sandpiper", "Tidewater", "Underhill", "Wagonwheel",
)  # fmt: skip
_KINDS = ("St", "Ave", "Rd", "Ln", "Dr", "Ct", "Way", "Pl")
_TOWNS = {
    "CA": ("Alder Springs Junction", "Port Sorrel", "Rincon Verdugo Flats", "Tanoak", "Mesa Halcyon"),
    "WA": ("Cascade City", "Fernhollow Bay", "Port Camas Head", "Skyline Prairie", "Low Tamarack"),
    "IL": ("Sandstone Falls", "Prairie Lantern", "Kettle Grove Station", "Millrace", "Blue Oxbow"),
    "NY": ("Hudson Quarry", "Lake Wintergreen", "Thornbury Landing", "Port Saltmarsh", "Upper Drumlin"),
}
_ZIP_PREFIX = {"CA": "929", "WA": "987", "IL": "621", "NY": "004"}  # unassigned three-digit prefixes


@dataclass(frozen=True, slots=True)
class Numbers:
    """A person's identifying numbers, none of which any issuer gives out."""

    ssn: str
    licence: str
    state_id: str
    fbi: str
    a_number: str
    passport: str
    plate: str
    phone: str
    email: str


def draw_address(random: Random, state: str) -> str:
    """One line: number, street, town, state and ZIP code, all invented."""
    house = 1 + int(random.random() * 9800)
    street, kind = _pick(random, _STREETS), _pick(random, _KINDS)
    town, last = _pick(random, _TOWNS[state]), int(random.random() * 100)
    return f"{house} {street} {kind}, {town}, {state} {_ZIP_PREFIX[state]}{last:02d}"


def town_of(state: str) -> str:
    """The first town of a state, where its agency sits."""
    return _TOWNS[state][0]


def draw_numbers(random: Random, number: int, state: str) -> Numbers:
    """Numbers of person `number` (from 0); distinct between persons because `number` is part of each."""
    mixed = (
        number * 7_368_787 + 1_234_577
    ) % 9_000_000 + 1_000_000  # a bijection: 7,368,787 is prime to 9 million
    group, serial = 1 + mixed % 49, 1 + mixed // 49 % 9999
    area = 900 + mixed // 49 // 9999
    tail = 1_000_000 + int(random.random() * 9_000_000)
    return Numbers(
        ssn=f"{area:03d}-{group:02d}-{serial:04d}",
        licence=f"{state}X{mixed:07d}",
        state_id=f"{state}X{mixed % 9_999_991:08d}",
        fbi=f"{mixed:07d}XX{number % 10}",
        a_number=f"A999{mixed:07d}",
        passport=f"XX{mixed:07d}",
        plate=f"XX{mixed % 900_000 + 100_000}",
        phone=f"+1555{tail:07d}",
        email=f"resident{mixed}@mail.example",
    )


def _pick(random: Random, choices: tuple[str, ...] | list[str]) -> str:
    return choices[int(random.random() * len(choices))]
