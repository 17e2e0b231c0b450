"""Free words that name an agency the question does not say it is for."""

from __future__ import annotations

from datetime import date

import pytest

from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.web.ask.named_agency import names_agency


def agency(agency_id: str, name: str) -> Agency:
    """An agency of this name."""
    return Agency(
        id=agency_id,
        name=name,
        oris=(DatedOri(ori="WA0990100", first=date(2020, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
    )


AGENCIES = (
    agency("alder-police", "Alder Police Department"),
    agency("fir-sheriff", "Fir Hollow Sheriff's Office"),
    agency("removal-operations", "Federal Removal Operations"),
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("for HSI", "HSI"),
        ("for hsi, they called", "hsi"),
        ("asked by ICE at the scene", "ICE"),
        ("for ice", "ice"),
        ("slipped on ice near the store", ""),
        ("cis man, about forty", ""),
        ("F.B.I. wants this", "F.B.I"),
        ("Fir Hollow Sheriff's Office asked us", "Fir Hollow Sheriff"),
        ("a favour for the fir hollow sheriff", "fir hollow sheriff"),
        ("removal-operations needs it", "removal-operations"),
        ("Alder Police Department, case file", ""),
        ("robbery at the Fir Hollow mall", ""),
        ("", ""),
    ],
)
def test_an_agency_is_named_by_its_name_its_id_or_its_acronym(text: str, named: str) -> None:
    """Whole words alone, in any case; the own agency and the one the question is for are no news."""
    found = names_agency(text, AGENCIES, frozenset({"alder-police"}))
    assert (found.startswith(named) if named else found == "") or found == named, found


def test_whom_the_question_is_for_may_be_named() -> None:
    """Asking for others openly is allowed."""
    both = frozenset({"alder-police", "fir-sheriff"})
    assert names_agency("for the Fir Hollow Sheriff", AGENCIES, both) == ""
