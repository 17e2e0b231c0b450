"""Where the parties of the map are: state and county with the codes that a drawing needs (FIPS)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.formats.agencies.county_csv import County
from comity.model.agency import Agency
from comity.model.codes import GovernmentLevel
from comity.oversight.names.resolve import Resolver
from comity.oversight.reach.lists import party_of
from comity.oversight.reach.party import Party

# FIPS 5-2, as the Census Bureau still uses it; the two letters are the postal service's.
STATE_FIPS = {
    "AL": "01", "AK": "02", "AZ": "04", "AR": "05", "CA": "06", "CO": "08", "CT": "09", "DE": "10", "DC": "11", "FL": "12",
    "GA": "13", "HI": "15", "ID": "16", "IL": "17", "IN": "18", "IA": "19", "KS": "20", "KY": "21", "LA": "22", "ME": "23",
    "MD": "24", "MA": "25", "MI": "26", "MN": "27", "MS": "28", "MO": "29", "MT": "30", "NE": "31", "NV": "32", "NH": "33",
    "NJ": "34", "NM": "35", "NY": "36", "NC": "37", "ND": "38", "OH": "39", "OK": "40", "OR": "41", "PA": "42", "RI": "44",
    "SC": "45", "SD": "46", "TN": "47", "TX": "48", "UT": "49", "VT": "50", "VA": "51", "WA": "53", "WV": "54", "WI": "55",
    "WY": "56", "AS": "60", "GU": "66", "MP": "69", "PR": "72", "VI": "78",
}  # fmt: skip
WHAT_IT_IS = re.compile(
    r" (county|parish|borough|census area|municipality|municipio|city and borough|planning region)$"
)
CITY = re.compile(r" city$")
SHORT = {"st": "saint", "ste": "sainte"}
NO_LETTER = re.compile(r"[^a-z]")


@dataclass(frozen=True, slots=True, eq=False)
class CountyCodes:
    """FIPS codes by state and plain name. A county and a city of one name are told apart only by the word `city`."""

    codes: Mapping[tuple[str, str], str]

    def code(self, party: Party) -> str:
        """The code of a party's county; empty where it is not known."""
        if party.county_code:
            return party.county_code
        written = party.county.casefold()
        named = _plain(written)
        return self.codes.get((party.state, named)) or self.codes.get(
            (party.state, _plain(CITY.sub("", written))), ""
        )


NO_CODES = CountyCodes({})


def county_codes(counties: Iterable[County]) -> CountyCodes:
    """The codes of a gazetteer. Where a county and a city have one name, the plain name is the county's."""
    found: dict[tuple[str, str], str] = {}
    cities: dict[tuple[str, str], str] = {}
    for county in counties:
        name = county.name.casefold()
        if CITY.search(name):
            found[county.state, _plain(name)] = county.fips
            cities[county.state, _plain(CITY.sub("", name))] = county.fips
        else:
            found[county.state, _plain(WHAT_IT_IS.sub("", name))] = county.fips
    return CountyCodes({**cities, **found})


def _plain(name: str) -> str:
    """A name without what lists write in two ways: blanks, stops, `st` for `saint`."""
    words = (SHORT.get(word, word) for word in WHAT_IT_IS.sub("", name).replace(".", "").split())
    return NO_LETTER.sub("", "".join(words))


def place_of(agency: Agency, resolve: Resolver) -> Party:
    """An agency of the exchange's directory as a party; its county as that says, or an ORI directory of one of its ORIs."""
    known = (party_of(resolve(dated.ori), {}) for dated in agency.oris)
    return Party(
        id=agency.id,
        name=agency.name,
        state="US" if agency.level is GovernmentLevel.FEDERAL else agency.state,
        level=str(agency.level),
        kind=str(agency.kind),
        county=next((one.county for one in known if one.sure and one.county), ""),
        county_code=agency.county if isinstance(agency.county, str) else "",
    )
