"""The agencies of a node's own directory as entries that a name can lead to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from comity.model.agency import Agency
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.ori import OriEntry

OTHER_TYPE = "Other State Agency"
_BY_LEVEL = {GovernmentLevel.FEDERAL: "Federal", GovernmentLevel.TRIBAL: "Tribal"}


def entries_of(agencies: Iterable[Agency], on: date) -> tuple[OriEntry, ...]:
    """An entry for every ORI in use on a day, in the order of the ORI. Counties are not told: the directory has none."""
    found = {
        dated.ori: OriEntry(
            ori=dated.ori,
            state=agency.state,
            names=(agency.name,),
            counties=(),
            type=_type_of(agency),
            edition=str(on.year),
        )
        for agency in agencies
        for dated in agency.oris
        if dated.first <= on and (dated.last is None or on <= dated.last)
    }
    return tuple(found[ori] for ori in sorted(found))


def with_own(edition: Iterable[OriEntry], own: Iterable[OriEntry]) -> tuple[OriEntry, ...]:
    """An edition of a national directory, and behind it those of our own that it does not list."""
    listed = {entry.ori: entry for entry in own} | {entry.ori: entry for entry in edition}
    return tuple(listed[ori] for ori in sorted(listed))


def _type_of(agency: Agency) -> str:
    """The word that editions of the FBI's directory have for it (`listed.py` reads them)."""
    if agency.level in _BY_LEVEL:
        return _BY_LEVEL[agency.level]
    if agency.kind is AgencyKind.SHERIFF:
        return "County"
    if agency.kind is AgencyKind.POLICE:
        return "State Police" if agency.level is GovernmentLevel.STATE else "City"
    return OTHER_TYPE
