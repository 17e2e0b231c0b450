"""States and counties with the codes a drawing needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from comity.errors import RecordFileError
from comity.formats.agencies.county_csv import County, read_counties
from comity.formats.agencies.ori_csv import read_ori_csv
from comity.oversight.map.places import STATE_FIPS, county_codes
from comity.oversight.reach.party import Party

GAZETTEER = b"""\
usps,geoid,name
MO,29189,St. Louis County
MO,29510,St. Louis city
LA,22033,East Baton Rouge Parish
NM,35013,Do\xc3\xb1a Ana County
AK,02110,Juneau City and Borough
NV,32510,Carson City
IN,18033,DeKalb County
"""
SHARED = Path(__file__).parents[4] / "shared" / "data"


def code(state: str, county: str) -> str:
    codes = county_codes(read_counties(GAZETTEER, "counties.csv"))
    return codes.code(Party(id="a", name="A", state=state, county=county))


@pytest.mark.parametrize(
    ("state", "county", "fips"),
    [
        ("MO", "St. Louis", "29189"),
        ("MO", "Saint Louis", "29189"),
        ("MO", "St. Louis City", "29510"),
        ("LA", "East Baton Rouge", "22033"),
        ("NV", "Carson City", "32510"),
        ("IN", "De Kalb", "18033"),
        ("IN", "Nowhere", ""),
        ("KS", "St. Louis", ""),
        ("MO", "", ""),
    ],
)
def test_a_county_is_found_however_it_is_written(state: str, county: str, fips: str) -> None:
    """Parishes, saints, blanks and cities that are none of a county; what is not known has no code."""
    assert code(state, county) == fips


def test_a_code_that_the_exchanges_directory_says_goes_before_a_name() -> None:
    """The quorum signed it; a name is looked up where there is none."""
    party = Party(id="a", name="A", state="WA", county="Pierce")
    codes = county_codes((County(fips="53053", state="WA", name="Pierce County"),))
    assert codes.code(party) == "53053"
    assert codes.code(replace(party, county_code="53033")) == "53033"


def test_a_file_that_is_no_gazetteer_is_refused() -> None:
    """Columns and codes are checked, with the line and a remedy."""
    with pytest.raises(RecordFileError, match="not those of a gazetteer"):
        read_counties(b"a,b\n1,2\n", "x.csv")
    with pytest.raises(RecordFileError, match="no code of a county"):
        read_counties(b"usps,geoid,name\nMO,291,Adair County\n", "x.csv")


def test_the_real_directory_and_gazetteer_agree() -> None:
    """Of the counties that the real ORI directory names, nineteen in twenty have a code of their state."""
    if not SHARED.is_dir():
        pytest.skip("SKIPPED LOUDLY: the real directory is missing; put it at ../shared/data")
    counties = read_counties((SHARED / "geo_us_counties_gazetteer.csv").read_bytes(), "counties.csv")
    codes = county_codes(counties)
    assert all(one.fips.startswith(STATE_FIPS[one.state]) for one in counties)
    entries = read_ori_csv((SHARED / "agencies_fbi_lee_2025.csv").read_bytes(), "agencies.csv").entries
    named = {(entry.state, entry.counties[0]) for entry in entries if entry.counties}
    found = [codes.code(Party(id="a", name="A", state=state, county=county)) for state, county in sorted(named)]
    assert sum(map(bool, found)) > 0.95 * len(found), sorted(
        pair for pair, one in zip(sorted(named), found, strict=True) if not one
    )
