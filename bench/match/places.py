"""Invented addresses and numbers: streets of a made-up state, and identifying numbers of the issued shapes."""

from __future__ import annotations

from typing import NamedTuple

from match.spellings import Roll, pick

_STREETS = (
    "Main Oak Pine Maple Cedar Elm Washington Lake Hill Walnut Spring North Ridge Church Willow Mill Sunset "
    "Railroad Jackson Lincoln Highland Franklin River Cherry Jefferson Dogwood Madison Chestnut Adams Locust "
    "Mission Alvarado Broadway Euclid Harbor Juniper Magnolia Orchard Prospect Valencia Vermont Wilshire "
    "Yosemite Pacific Cypress Alameda Almond Amber Apache Arbor Ash Aspen Atlantic Azalea Bay Beech Bell Birch "
    "Blossom Bluff Bridge Brook Buena_Vista Cactus Calle_Real Camino_Real Canal Canyon Cardinal Carver Center "
    "Central Clay Cleveland Cliff Clover College Columbia Commerce Concord Cottage Cottonwood Country_Club "
    "Court Creek Crescent Crest Crystal Custer Dale Dawn Deer Del_Norte Delaware Depot Division Dove Eagle "
    "East Edgewood El_Dorado Evergreen Fairview Falcon Fern Field First Forest Fort Fox Front Garden Garfield "
    "Garnet Gate Georgia Glen Golden Grand Grant Green Grove Hamilton Harrison Harvest Hazel Heather Heritage "
    "Hickory High Hillcrest Holly Houston Hunter Indian Ivy Jasmine Johnson Kennedy King Kings La_Paz Laguna "
    "Lakeview Lark Laurel Lee Liberty Lilac Linden Longview Loma_Vista Manor Market Martin Meadow Mesa "
    "Mesquite Monroe Morning Mountain Mulberry Myrtle Nevada Oakwood Ocean Olive Opal Palm Park Parker "
    "Paseo_Verde Peach Pearl Pecan Penn Pheasant Piedmont Plum Poplar Post Prairie Quail Quarry Quartz Rainbow "
    "Ranch Raven Red Reed Robin Rock Rose Royal Ruby Sage San_Pedro Sandy Santa_Rosa School Second Shady Shore "
    "Sierra Silver Sky Smith South Spruce Star State Stone Summit Sycamore Taylor Terrace Third Timber Trail "
    "Tulip Union Valley Van_Buren Victory View Village Vine Vista Warren Water Wayne West Wheeler White Wild "
    "Wilson Windsor Wood Woodland York"
)
TYPES = (
    ("St", "Street"), ("Ave", "Avenue"), ("Rd", "Road"), ("Dr", "Drive"), ("Ln", "Lane"), ("Ct", "Court"),
    ("Blvd", "Boulevard"), ("Pl", "Place"), ("Cir", "Circle"), ("Way", "Way"),
)  # fmt: skip
_TOWNS = (
    "Alder Ashford Bellmont Brayton Calloway Carrick Delmora Dunmore Eastham Elverton Fallbrook Farrow "
    "Glenhaven Granby Halden Harwick Iverson Kelso Kingsley Lakemoor Larkin Linfield Marlow Merrin Norwood "
    "Oakdale Orland Pembroke Quincy Ransom Redfield Saltery Sherwin Stanton Thornbury Upton Verdal Wexford "
    "Winslow Yarrow"
)
STREETS = tuple(one.replace("_", " ") for one in _STREETS.split())
TOWNS = tuple(_TOWNS.split())
STATE = "CA"


class Home(NamedTuple):
    """An address, in parts; `unit` may be empty."""

    number: int
    street: str
    kind: int
    unit: str
    town: int
    postcode: int


class Numbers(NamedTuple):
    """Identifying numbers of one person: invented, of the shapes that are issued."""

    ssn: str
    licence: str
    state_id: str


def make_home(roll: Roll) -> Home:
    """A home: a quarter are flats; a town has nine postcodes."""
    number = 1 + int(roll() ** 2 * 9_900)  # low numbers are common
    street = pick(STREETS, roll) if roll() < 0.8 else _numbered(1 + int(roll() * 199))
    kind = int(roll() * len(TYPES))
    flat = roll()
    unit = str(1 + int(flat * 160)) if flat < 0.25 else ""
    town = int(roll() * len(TOWNS))
    return Home(number, street, kind, unit, town, 90_010 + town * 137 + int(roll() * 9))


def _numbered(number: int) -> str:
    tail = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{tail}"


def write_home(home: Home, long: bool, unit: bool) -> str:
    """One line: street type short or long, with or without the unit."""
    flat = f" Apt {home.unit}" if unit and home.unit else ""
    kind = TYPES[home.kind][long]
    return f"{home.number} {home.street} {kind}{flat}, {TOWNS[home.town]}, {STATE} {home.postcode}"


def make_numbers(roll: Roll) -> Numbers:
    """Numbers nobody was asked for: a person may have them without any record that says so."""
    area = 1 + int(roll() * 664)  # 000, 666 and 9xx are never issued
    ssn = f"{area:03}{1 + int(roll() * 99):02}{1 + int(roll() * 9_999):04}"
    letter = "ABCDEFGHJKMNPRSTVWXY"[int(roll() * 20)]
    return Numbers(ssn, f"{letter}{int(roll() * 10_000_000):07}", f"A{10_000_000 + int(roll() * 89_999_999)}")
