"""Agencies, members and the directory: identifiers checked, days dated, nobody listed twice."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import NounError
from comity.model.agency import Agency, DatedOri, Directory, HeldCertificate, Member, NodeListing
from comity.model.base import check_agency_id, check_hash, check_instant, check_ori, check_text, check_zone
from comity.model.canon import canonical_bytes
from comity.model.codes import AgencyKind, Certificate, GovernmentLevel

DAY = date(2026, 11, 18)
ORI = DatedOri(ori="WA0179900", first=date(1990, 1, 1), last=date(2020, 6, 30), successor="WA0179901")
NEXT = DatedOri(ori="WA0179901", first=date(2020, 7, 1))


def agency(**changes: object) -> Agency:
    parts: dict[str, object] = {
        "id": "wa-police",
        "name": "Cascade City Police",
        "oris": (ORI, NEXT),
        "level": GovernmentLevel.LOCAL,
        "state": "WA",
        "kind": AgencyKind.POLICE,
    }
    return Agency(**(parts | changes))  # type: ignore[arg-type]


def test_a_county_is_a_code_of_five_digits_and_is_written_where_there_is_one() -> None:
    """A directory of before reads, and has the same bytes, as ever."""
    assert b"county" not in canonical_bytes(agency())
    assert agency(county="53033").county == "53033"
    for wrong in ("", "King", "5303", "53033 ", "530330"):
        with pytest.raises(NounError, match="FIPS code, five digits"):
            agency(county=wrong)


@pytest.mark.parametrize("ori", ["WA01799", "WA0179900", "CADOJ01", "DCHDI9900"])
def test_an_ori_has_seven_or_nine_characters(ori: str) -> None:
    """State letters first, then letters and digits."""
    assert check_ori(ori) == ori


@pytest.mark.parametrize(
    "ori", ["", "WA0179", "WA017990", "WA01799000", "wa0179900", "1A0179900", "WA 179900", "WA01799é0"]
)
def test_other_texts_are_no_ori(ori: str) -> None:
    """Eight characters, lower case, blanks, digits in place of the state: refused with the form to write."""
    with pytest.raises(NounError, match="7 or 9"):
        check_ori(ori)


@given(text=st.text(max_size=12))
def test_whatever_is_accepted_as_an_ori_has_its_form(text: str) -> None:
    """No text outside the form gets through."""
    try:
        check_ori(text)
    except NounError:
        return
    assert len(text) in (7, 9)
    assert text.isascii()
    assert text.isalnum()
    assert text == text.upper()


@pytest.mark.parametrize("text", ["", "A", "a--b", "-a", "a-", "a_b", "ä", "a" * 65, "a b", "1a"])
def test_ids_are_lower_case_words_with_hyphens(text: str) -> None:
    """At most 64 characters, a letter first."""
    with pytest.raises(NounError, match="hyphens"):
        check_agency_id(text)
    assert check_agency_id("ca-sheriff-2") == "ca-sheriff-2"


@pytest.mark.parametrize("text", ["", "sha256:" + "g" * 64, "sha256:" + "0" * 63, "md5:" + "0" * 64])
def test_a_hash_names_its_function_and_has_64_digits(text: str) -> None:
    """Anything else is no hash."""
    with pytest.raises(NounError, match="64 hexadecimal"):
        check_hash(text)
    assert check_hash("sha256:" + "0" * 64)


@pytest.mark.parametrize(("text", "sentence"), [(" ", "empty"), ("x" * 11, "longer"), ("a\x00b", "control")])
def test_texts_are_given_short_and_printable(text: str, sentence: str) -> None:
    """Blank, too long, or with control characters: refused with what to do."""
    with pytest.raises(NounError, match=sentence):
        check_text("name", text, 10)
    assert check_text("name", "a\tb\nc", 10)


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../etc/passwd", "/etc/localtime", "America/Los_Angeles\x00"])
def test_a_zone_is_an_iana_name(zone: str) -> None:
    """A path, an empty name or an invented place is no zone."""
    with pytest.raises(NounError, match="IANA"):
        check_zone(zone)
    assert check_zone("America/Los_Angeles")


@pytest.mark.parametrize("at_ms", [-1, 253_402_300_800_000])
def test_an_instant_lies_in_the_calendar(at_ms: int) -> None:
    """Between 1970 and the year 9999, so that every time can be shown."""
    with pytest.raises(NounError, match="UTC milliseconds"):
        check_instant("the time", at_ms)
    assert check_instant("the time", 0) == 0


def test_the_ori_of_a_day_is_the_one_in_use_then() -> None:
    """First and last day count; before the first there is none."""
    assert agency().ori_on(date(1990, 1, 1)) == "WA0179900"
    assert agency().ori_on(date(2020, 6, 30)) == "WA0179900"
    assert agency().ori_on(date(2020, 7, 1)) == "WA0179901"
    assert agency().ori_on(DAY) == "WA0179901"
    with pytest.raises(NounError, match="no ORI in use on 1989-12-31"):
        agency().ori_on(date(1989, 12, 31))


def test_certificates_count_on_their_days_only() -> None:
    """A certificate is held from its first to its last day."""
    held = HeldCertificate(name=Certificate.CLETS, first=DAY, last=DAY)
    one = agency(certificates=(held,))
    assert one.certificates_on(DAY) == {Certificate.CLETS}
    assert one.certificates_on(date(2026, 11, 17)) == frozenset()
    assert one.certificates_on(date(2026, 11, 19)) == frozenset()


def test_periods_end_after_they_begin() -> None:
    """An ORI or a certificate that ends before it begins cannot be."""
    with pytest.raises(NounError, match="before it begins"):
        DatedOri(ori="WA0179900", first=DAY, last=date(2026, 11, 17))
    with pytest.raises(NounError, match="before it begins"):
        HeldCertificate(name=Certificate.CLETS, first=DAY, last=date(2026, 11, 17))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"oris": ()}, "no ORI"),
        ({"state": "wa"}, "not a state"),
        ({"state": "WAS"}, "not a state"),
        ({"id": "WA Police"}, "not an id"),
        ({"name": ""}, "agency name is empty"),
        ({"zone": "Nowhere"}, "IANA"),
    ],
)
def test_an_agency_is_whole(changes: dict[str, object], sentence: str) -> None:
    """An agency without ORI, state, name or zone is not built."""
    with pytest.raises(NounError, match=sentence):
        agency(**changes)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"roles": ()}, "has no role"), ({"name": " "}, "empty"), ({"acting_for": ("Not An Id",)}, "not an id")],
)
def test_a_member_is_whole(changes: dict[str, object], sentence: str) -> None:
    """A member has a name, a role, and acts for agencies by their ids."""
    parts: dict[str, object] = {
        "id": "wa-police-detective",
        "name": "Avery Lindgren",
        "agency": "wa-police",
        "roles": ("member",),
        "trained_until": DAY,
        "acting_for": ("federal-investigations",),
    }
    assert Member(**parts)  # type: ignore[arg-type]
    with pytest.raises(NounError, match=sentence):
        Member(**(parts | changes))  # type: ignore[arg-type]


def test_a_directory_lists_everybody_once_and_finds_them() -> None:
    """Two agencies or nodes of one id would make it matter who is looked up first."""
    node = NodeListing(id="wa-node", address="sim://wa-node", message_key="k", log_key="v")
    directory = Directory(version=1, agencies=(agency(),), nodes=(node,))
    assert directory.find_agency("wa-police") == directory.get_agency("wa-police") == agency()
    assert directory.find_node("wa-node") == node
    assert directory.find_agency("nobody") is None
    assert directory.find_node("nobody") is None
    with pytest.raises(NounError, match="`nobody` is not in the directory"):
        directory.get_agency("nobody")
    with pytest.raises(NounError, match="an agency twice"):
        Directory(version=1, agencies=(agency(), agency(name="Other")), nodes=())
    with pytest.raises(NounError, match="a node twice"):
        Directory(version=1, agencies=(), nodes=(node, node))
