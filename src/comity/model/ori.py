"""Agencies as an ORI directory lists them, and what kind of body a name speaks of.

`BodyLevel` and `BodyKind` are finer than the words of the law (`GovernmentLevel`, `AgencyKind`): real sharing lists hold
school districts, home owners' associations and the vendor's own test accounts. `government_level` and `agency_kind` map
them to the law's words.
"""

from __future__ import annotations

from enum import StrEnum

from comity.model.base import Noun, check_ori, check_text
from comity.model.codes import AgencyKind, GovernmentLevel


class BodyLevel(StrEnum):
    """Which public, or whose private, body it belongs to. `unknown` is written where nothing says so."""

    MUNICIPAL = "municipal"
    COUNTY = "county"
    REGIONAL = "regional"
    STATE = "state"
    FEDERAL = "federal"
    TRIBAL = "tribal"
    CAMPUS = "campus"
    SCHOOL_DISTRICT = "school-district"
    SPECIAL_DISTRICT = "special-district"
    TERRITORIAL = "territorial"
    PRIVATE = "private"
    NOBODY = "nobody"  # an account that belongs to no body: tests, closed accounts, the vendor's own
    UNKNOWN = "unknown"


class BodyKind(StrEnum):
    """What a body does, as far as a name or a directory says."""

    POLICE = "police"
    COUNTY_POLICE = "county-police"
    SHERIFF = "sheriff"
    STATE_POLICE = "state-police"
    CAMPUS_POLICE = "campus-police"
    SCHOOL_POLICE = "school-police"
    CONSTABLE = "constable"
    MARSHAL = "marshal"
    PROSECUTOR = "prosecutor"
    CORRECTIONS = "corrections"
    PROBATION = "probation"
    COURT = "court"
    PARKS = "parks"
    WILDLIFE = "wildlife"
    AIRPORT = "airport"
    TRANSIT = "transit"
    RAILROAD = "railroad"
    PORT = "port"
    HOSPITAL = "hospital"
    HOUSING = "housing"
    FIRE = "fire"
    DISPATCH = "dispatch"
    TASK_FORCE = "task-force"
    INTELLIGENCE = "intelligence"
    INVESTIGATIVE = "investigative"
    MOTOR_VEHICLES = "motor-vehicles"
    REGULATORY = "regulatory"
    MILITARY = "military"
    TRIBAL_POLICE = "tribal-police"
    FEDERAL_AGENCY = "federal-agency"
    GOVERNMENT = "government"  # a city or county without a word for its police
    COMMUNITY = "community"  # a home owners' association or neighbourhood
    BUSINESS = "business"
    VENDOR = "vendor"  # the vendor's own accounts, tests, and accounts marked closed without a name
    UNKNOWN = "unknown"


_LEVELS = {
    BodyLevel.MUNICIPAL: GovernmentLevel.LOCAL,
    BodyLevel.COUNTY: GovernmentLevel.LOCAL,
    BodyLevel.REGIONAL: GovernmentLevel.LOCAL,
    BodyLevel.SCHOOL_DISTRICT: GovernmentLevel.LOCAL,
    BodyLevel.SPECIAL_DISTRICT: GovernmentLevel.LOCAL,
    BodyLevel.STATE: GovernmentLevel.STATE,
    BodyLevel.FEDERAL: GovernmentLevel.FEDERAL,
    BodyLevel.TRIBAL: GovernmentLevel.TRIBAL,
    BodyLevel.TERRITORIAL: GovernmentLevel.TERRITORIAL,
    BodyLevel.PRIVATE: GovernmentLevel.PRIVATE,
    BodyLevel.NOBODY: GovernmentLevel.PRIVATE,
}
_KINDS = {
    BodyKind.POLICE: AgencyKind.POLICE,
    BodyKind.COUNTY_POLICE: AgencyKind.POLICE,
    BodyKind.STATE_POLICE: AgencyKind.POLICE,
    BodyKind.TRIBAL_POLICE: AgencyKind.POLICE,
    BodyKind.CONSTABLE: AgencyKind.POLICE,
    BodyKind.MARSHAL: AgencyKind.POLICE,
    BodyKind.SHERIFF: AgencyKind.SHERIFF,
    BodyKind.SCHOOL_POLICE: AgencyKind.SCHOOL_POLICE,
    BodyKind.CAMPUS_POLICE: AgencyKind.SCHOOL_POLICE,
    BodyKind.PROSECUTOR: AgencyKind.PROSECUTOR,
    BodyKind.CORRECTIONS: AgencyKind.CORRECTIONS,
    BodyKind.PROBATION: AgencyKind.PROBATION,
    BodyKind.COURT: AgencyKind.COURT,
    BodyKind.MOTOR_VEHICLES: AgencyKind.MOTOR_VEHICLES,
    BodyKind.REGULATORY: AgencyKind.LICENSING,
    BodyKind.INTELLIGENCE: AgencyKind.INTELLIGENCE,
    BodyKind.INVESTIGATIVE: AgencyKind.INVESTIGATIVE,
    BodyKind.TASK_FORCE: AgencyKind.INVESTIGATIVE,
}


def government_level(level: BodyLevel) -> GovernmentLevel | None:
    """The law's word for a level; None where the name leaves it open (a campus may be a state's or private)."""
    return _LEVELS.get(level)


def agency_kind(kind: BodyKind) -> AgencyKind:
    """The law's word for a kind."""
    return _KINDS.get(kind, AgencyKind.OTHER)


class OriEntry(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """One line of an ORI directory, merged over the editions that list it.

    `state` is a USPS code, `US` for federal bodies. `names` are as the editions write them, the newest first; one that ends
    with a colon is cut by its edition. `counties` are without the word county, none where no edition names one. `edition` is
    the newest that lists it, for instance `2025`.
    """

    ori: str
    state: str
    names: tuple[str, ...]
    counties: tuple[str, ...]
    type: str
    edition: str
    population: int = 0

    def __post_init__(self) -> None:
        check_ori(self.ori)
        if not self.names:
            check_text(f"the name of `{self.ori}`", "", 200)

    @property
    def name(self) -> str:
        """The newest name, or the longer one that begins with it where an edition cuts it or leaves out the kind."""
        newest = self.names[0].strip(" :,")
        return max((name for name in self.names if name.startswith(newest)), key=len)
