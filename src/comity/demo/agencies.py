"""The region's agencies and their members. All invented: names, ORIs and people.

ORIs are well formed but lie in ranges nobody uses: California and Illinois have no county 99 or 199, the
Washington one is that of the rule language's example, and the others hold letters in place of a county. On the public
map the three local agencies stand in real counties, for it has no others; state and federal offices are of none.

The federal department has two components, separate askers and owners under one `parent`. Investigations work on
crime and belong to no immigration component; removal operations are one, and immigration is their main work.
"""

from __future__ import annotations

from datetime import date

from comity.model.agency import Agency, DatedOri, HeldCertificate, Member
from comity.model.codes import AgencyKind, Certificate, Component, GovernmentLevel

CA_SHERIFF = "ca-sheriff"
WA_POLICE = "wa-police"
IL_POLICE = "il-police"
NY_DMV = "ny-dmv"
FEDERAL_INVESTIGATIONS = "federal-investigations"
REMOVAL_OPERATIONS = "removal-operations"
FEDERAL_DEPARTMENT = "federal-homeland-department"

OWNERS = (CA_SHERIFF, WA_POLICE, IL_POLICE, NY_DMV, FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS)
NODES = ("ca-node", "wa-node", "il-node", "ny-node", "fed-node")
COUNTIES = {CA_SHERIFF: "06093", WA_POLICE: "53033", IL_POLICE: "17167"}  # Siskiyou, King, Sangamon

REGION_FIRST = date(2026, 1, 1)
REGION_LAST = date(2029, 12, 31)
TRAINED_UNTIL = date(2030, 12, 31)

# Days federal offices are closed, as observed (5 USC 6103): a holiday on a Saturday is kept on the Friday
# before, one on a Sunday on the Monday after. New Year's Day of 2028 is kept in 2027.
_CLOSED = (
    "2026-01-01", "2026-01-19", "2026-02-16", "2026-05-25", "2026-06-19", "2026-07-03",
    "2026-09-07", "2026-10-12", "2026-11-11", "2026-11-26", "2026-12-25", "2027-01-01",
    "2027-01-18", "2027-02-15", "2027-05-31", "2027-06-18", "2027-07-05", "2027-09-06",
    "2027-10-11", "2027-11-11", "2027-11-25", "2027-12-24", "2027-12-31",
)  # fmt: skip
FEDERAL_HOLIDAYS = tuple(date.fromisoformat(day) for day in _CLOSED)


def directory_agencies() -> tuple[Agency, ...]:
    """The six agencies on five nodes, in the order of `OWNERS`; keys are left empty for the node to fill."""
    return (*_state_agencies(), *_federal_components())


def node_of(agency_id: str) -> str:
    """The node that holds an agency's records. Raises KeyError for an agency outside the region."""
    return {agency.id: agency.node for agency in directory_agencies()}[agency_id]


def members() -> tuple[Member, ...]:
    """The people who ask, decide and sign; at least one in each role that a rule of the region names."""
    return tuple(
        Member(
            id=f"{agency}-{post}",
            name=name,
            agency=agency,
            roles=tuple(roles.split()),
            trained_until=TRAINED_UNTIL,
        )
        for agency, staff in _STAFF.items()
        for post, name, roles in staff
    )


def member_of(agency_id: str, post: str) -> str:
    """A member's id, from agency and post: `wa-police`, `detective`. Raises KeyError for a post nobody holds."""
    if post not in {held for held, _, _ in _STAFF[agency_id]}:
        raise KeyError(f"`{agency_id}` has no post `{post}`")
    return f"{agency_id}-{post}"


_STAFF: dict[str, tuple[tuple[str, str, str], ...]] = {
    CA_SHERIFF: (
        ("sheriff", "Marguerite Ostrow", "member agency-head"),
        ("detective", "Idris Calloway", "member"),
        ("sergeant", "Paula Renwick", "member supervisor"),
        ("custodian", "Theo Marchbanks", "member records-custodian"),
        ("counsel", "Anneliese Dorr", "counsel"),
        ("privacy", "Winona Achterberg", "privacy-officer"),
        ("auditor", "Ines Okafor", "auditor"),
        ("administrator", "Ada Lindqvist", "agency-administrator"),
    ),
    WA_POLICE: (
        ("chief", "Harlan Moffitt", "member agency-head"),
        ("detective", "Avery Lindgren", "member"),
        ("sergeant", "Ruth Okonjo", "member supervisor"),
        ("custodian", "Silas Wetherby", "member records-custodian"),
        ("counsel", "Beatrix Fonseca", "counsel"),
        ("privacy", "Noor Halvorsen", "privacy-officer"),
        ("auditor", "Emmett Dravid", "auditor"),
        ("administrator", "Lucia Brandt", "agency-administrator"),
        ("operator", "Piet Soames", "node-administrator"),
    ),
    IL_POLICE: (
        ("chief", "Delphine Arquette", "member agency-head"),
        ("detective", "Gordon Szymborski", "member"),
        ("sergeant", "Lenora Whitfield", "member supervisor"),
        ("custodian", "Amos Tillery", "member records-custodian"),
        ("counsel", "Priya Vandermeer", "counsel"),
        ("privacy", "Ellis Brankovic", "privacy-officer"),
    ),
    NY_DMV: (
        ("commissioner", "Cornelius Abara", "member agency-head"),
        ("examiner", "Judith Kessling", "member"),
        ("custodian", "Mateo Fairweather", "member records-custodian"),
        ("counsel", "Rosalind Quay", "counsel"),
        ("privacy", "Ingrid Salcedo", "privacy-officer"),
    ),
    FEDERAL_INVESTIGATIONS: (
        ("director", "Vaughn Pelletier", "member agency-head"),
        ("investigator", "Simone Hathaway", "member"),
        ("supervisor", "Terrence Ilves", "member supervisor"),
        ("custodian", "Odette Grimaldi", "member records-custodian"),
        ("counsel", "Frances Yoder", "counsel"),
        ("protected", "Hannah Brightwater", "member officer-1367"),
        ("privacy", "Leopold Nakagawa", "privacy-officer"),
    ),
    REMOVAL_OPERATIONS: (
        ("director", "Wesley Kirchner", "member agency-head"),
        ("officer", "Dana Pruitt", "member"),
        ("supervisor", "Marlon Eriksen", "member supervisor"),
        ("custodian", "Clara Benedetti", "member records-custodian"),
        ("counsel", "Owen Strand", "counsel"),
        ("protected", "Miriam Castellane", "member officer-1367"),
    ),
}


def _state_agencies() -> tuple[Agency, ...]:
    return (
        _local(CA_SHERIFF, "Alder County Sheriff's Office", "CA0990000", AgencyKind.SHERIFF, "CA"),
        _local(WA_POLICE, "Cascade City Police Department", "WA0179900", AgencyKind.POLICE, "WA"),
        _local(IL_POLICE, "Sandstone Falls Police Department", "IL1990100", AgencyKind.POLICE, "IL"),
        Agency(
            id=NY_DMV,
            name="New York Motor Vehicle Records Office",
            oris=_ori("NYDMV9900"),
            level=GovernmentLevel.STATE,
            state="NY",
            kind=AgencyKind.MOTOR_VEHICLES,
            zone="America/New_York",
            holidays=FEDERAL_HOLIDAYS,
            certificates=_certificates(Certificate.NY_DMV_CERTIFICATION),
            node="ny-node",
            contact="records@motor-vehicles.example",
        ),
    )


def _local(agency_id: str, name: str, ori: str, kind: AgencyKind, state: str) -> Agency:
    certificates = {
        "CA": (Certificate.CLETS, Certificate.NY_DMV_CERTIFICATION),
        "WA": (Certificate.WA_ACCESS, Certificate.NY_DMV_CERTIFICATION),
        "IL": (),
    }[state]
    zones = {"CA": "America/Los_Angeles", "WA": "America/Los_Angeles", "IL": "America/Chicago"}
    return Agency(
        id=agency_id,
        name=name,
        oris=_ori(ori),
        level=GovernmentLevel.LOCAL,
        state=state,
        kind=kind,
        county=COUNTIES[agency_id],
        zone=zones[state],
        holidays=FEDERAL_HOLIDAYS,
        certificates=_certificates(*certificates),
        node=f"{state.lower()}-node",
        contact=f"records@{agency_id}.example",
    )


def _federal_components() -> tuple[Agency, ...]:
    return (
        Agency(
            id=FEDERAL_INVESTIGATIONS,
            name="Homeland Department, Office of Investigations",
            oris=_ori("DCHDI9900"),
            level=GovernmentLevel.FEDERAL,
            state="US",
            kind=AgencyKind.INVESTIGATIVE,
            component=Component.NONE,
            parent=FEDERAL_DEPARTMENT,
            zone="America/New_York",
            holidays=FEDERAL_HOLIDAYS,
            certificates=_certificates(Certificate.NY_DMV_CERTIFICATION, Certificate.PART_23),
            node="fed-node",
            contact="records@investigations.example",
        ),
        Agency(
            id=REMOVAL_OPERATIONS,
            name="Homeland Department, Office of Removal Operations",
            oris=_ori("DCHDR9900"),
            level=GovernmentLevel.FEDERAL,
            state="US",
            kind=AgencyKind.OTHER,
            component=Component.ICE,
            primarily_immigration=True,
            parent=FEDERAL_DEPARTMENT,
            zone="America/New_York",
            holidays=FEDERAL_HOLIDAYS,
            node="fed-node",
            contact="records@removal-operations.example",
        ),
    )


def _ori(ori: str) -> tuple[DatedOri, ...]:
    return (DatedOri(ori=ori, first=date(1990, 1, 1)),)


def _certificates(*names: Certificate) -> tuple[HeldCertificate, ...]:
    return tuple(HeldCertificate(name=name, first=REGION_FIRST, last=REGION_LAST) for name in names)
