"""The words that real lists are written in: states, kinds of bodies, closed accounts, and the vendor's additions.

Each phrase is a tuple of plain words (lower case, without stops and apostrophes). Where two phrases begin at one word the
longer one is read. Nothing here is taken from a single list: a word is in the table because it says what it says.
"""

from __future__ import annotations

from comity.model.ori import BodyKind, BodyLevel

STATES = {
    "AL": "alabama", "AK": "alaska", "AZ": "arizona", "AR": "arkansas", "CA": "california", "CO": "colorado",
    "CT": "connecticut", "DE": "delaware", "DC": "district of columbia", "FL": "florida", "GA": "georgia",
    "HI": "hawaii", "ID": "idaho", "IL": "illinois", "IN": "indiana", "IA": "iowa", "KS": "kansas",
    "KY": "kentucky", "LA": "louisiana", "ME": "maine", "MD": "maryland", "MA": "massachusetts",
    "MI": "michigan", "MN": "minnesota", "MS": "mississippi", "MO": "missouri", "MT": "montana",
    "NE": "nebraska", "NV": "nevada", "NH": "new hampshire", "NJ": "new jersey", "NM": "new mexico",
    "NY": "new york", "NC": "north carolina", "ND": "north dakota", "OH": "ohio", "OK": "oklahoma",
    "OR": "oregon", "PA": "pennsylvania", "RI": "rhode island", "SC": "south carolina", "SD": "south dakota",
    "TN": "tennessee", "TX": "texas", "UT": "utah", "VT": "vermont", "VA": "virginia", "WA": "washington",
    "WV": "west virginia", "WI": "wisconsin", "WY": "wyoming", "PR": "puerto rico", "GU": "guam",
    "VI": "virgin islands",
}  # fmt: skip
TERRITORIES = frozenset({"PR", "GU", "VI"})
OFFICES = frozenset({"headquarters", "hq", "statewide", "main"})  # which of its offices, not whose
WORDS_OF_STATES = frozenset(word for name in STATES.values() for word in name.split())
STATE_NAMES = {tuple(name.split()): code for code, name in STATES.items()}

SAME_WORDS = {
    "st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount", "twp": "township", "twnshp": "township",
    "vlg": "village", "boro": "borough", "reg": "regional", "dept": "department", "dpt": "department",
    "univ": "university", "pct": "precinct", "prec": "precinct", "const": "constable", "co": "county",
    "cnty": "county", "hts": "heights", "spgs": "springs", "pk": "park", "sch": "school", "dist": "district",
    "intl": "international", "natl": "national", "auth": "authority", "metro": "metropolitan", "coll": "college",
    "pub": "public", "sherriff": "sheriff", "sherrif": "sheriff",
    "sheriffs": "sheriff", "marshals": "marshal", "prosecutors": "prosecutor", "constables": "constable",
    "solicitors": "solicitor", "ctr": "centre",
    "das": "da", "attorneys": "attorney", "rangers": "ranger", "center": "centre", "tf": "taskforce",
    "dtf": "drugtaskforce", "k12": "school",
}  # fmt: skip
SILENT = frozenset({"of", "the", "and", "at", "for", "a", "in", "by", "s"})
DESIGNATORS = frozenset({"township", "town", "village", "borough", "charter", "city", "metropolitan"})
IN_THE_NAME = frozenset(
    {"city", "metropolitan"}
)  # Park City is not Park; the Park of a list may be a Park Township
COUNTY_WORDS = frozenset({"county", "parish"})

_SET_ASIDE = (
    "do not use", "dont use", "dnu", "duplicate", "duplicate account", "decommissioned", "deactivated", "inactive", "closed",
    "old", "original", "error", "new", "test", "demo", "delete", "archived", "legacy", "sandbox", "training",
    "lr", "raven", "tech", "axon", "insight omnia", "custom hotlist", "hotlist", "backtrace", "org",
    "network", "account", "duplicate dont use", "duplicate do not use", "wing", "stac", "le", "pilot",
)  # fmt: skip
SET_ASIDE = frozenset(tuple(words.split()) for words in _SET_ASIDE)
CLOSED_MARKS = frozenset(
    tuple(words.split())
    for words in (
        "do not use", "dont use", "dnu", "duplicate", "duplicate account", "decommissioned", "deactivated", "inactive",
        "closed", "old", "delete", "archived", "legacy", "error", "duplicate dont use", "duplicate do not use",
    )
)  # fmt: skip
TEST_MARKS = frozenset({("test",), ("demo",), ("sandbox",), ("training",)})

K, L = BodyKind, BodyLevel


class Says:
    """What a phrase says: kind and level, how strongly against others, and whether it belongs to the body's own name."""

    __slots__ = ("kept", "kind", "level", "rank")

    def __init__(self, kind: BodyKind, level: BodyLevel, rank: int, kept: bool = False) -> None:
        self.kind, self.level, self.rank, self.kept = kind, level, rank, kept


def _phrases(
    kind: BodyKind, level: BodyLevel, rank: int, text: str, kept: bool = False
) -> dict[tuple[str, ...], Says]:
    return {tuple(phrase.split()): Says(kind, level, rank, kept) for phrase in text.split(";") if phrase.split()}


# A higher rank speaks louder: a university's police is a campus body, a task force in a police department a task force.
PHRASES: dict[tuple[str, ...], Says] = {
    **_phrases(
        K.POLICE, L.MUNICIPAL, 10,
        """
        pd; police; police department; division police; department police; bureau police; police
        services; police bureau; police division; police force; public safety; department public
        safety; public safety department; dps; police fire; police authority; law enforcement; le
        agency; public safety police; safety department
        """,
    ),
    **_phrases(
        K.SHERIFF, L.COUNTY, 20,
        """
        so; sheriff; sheriff office; sheriff department; sheriff dept; sheriff so; sheriff o;
        sheriff police
        """,
    ),
    **_phrases(
        K.MARSHAL, L.MUNICIPAL, 12,
        """
        marshal; marshal office; town marshal; city marshal; marshal department
        """,
    ),
    **_phrases(
        K.STATE_POLICE, L.STATE, 30,
        """
        state police; highway patrol; state highway patrol; state patrol; state troopers; nysp;
        state department public safety; department state police; state police department; chp
        """,
    ),
    **_phrases(
        K.CAMPUS_POLICE, L.CAMPUS, 40,
        """
        university; college; community college; state university; state college; technical college;
        campus; polytechnic; junior college; institute technology; school mines; citadel
        """,
        kept=True,
    ),
    **_phrases(
        K.CAMPUS_POLICE, L.CAMPUS, 35,
        """
        campus safety; campus police; campus pd; campus security; campus public safety
        """,
    ),
    **_phrases(
        K.SCHOOL_POLICE, L.SCHOOL_DISTRICT, 38,
        """
        isd; independent school district; unified school district; usd; school district; school
        police; schools; public schools; school board; cisd; consolidated independent school
        district; board education; city schools; school; high school; academy; high school district;
        school system
        """,
    ),
    **_phrases(
        K.CONSTABLE, L.COUNTY, 30,
        """
        constable; constable office
        """,
    ),
    **_phrases(
        K.PROSECUTOR, L.COUNTY, 45,
        """
        da; district attorney; district attorney office; da office; prosecutor; prosecutor office;
        county attorney; county attorney office; state attorney; state attorney office; states
        attorney; states attorney office; attorney office; prosecuting attorney; prosecuting
        attorney office; commonwealth attorney; attorney; prosector; solicitor; solicitor office
        """,
    ),
    **_phrases(
        K.PROSECUTOR, L.STATE, 46,
        """
        attorney general; attorney general office; office attorney general
        """,
    ),
    **_phrases(
        K.CORRECTIONS, L.STATE, 42,
        """
        department corrections; corrections; department criminal justice; correctional facility;
        rehabilitation and correction; department rehabilitation; jail; juvenile justice; department
        juvenile justice
        """,
    ),
    **_phrases(
        K.PROBATION, L.COUNTY, 44,
        """
        probation; probation department; parole; community supervision; adult probation
        """,
    ),
    **_phrases(
        K.COURT, L.COUNTY, 43,
        """
        court; courts; judicial circuit; municipal court
        """,
    ),
    **_phrases(
        K.PARKS, L.SPECIAL_DISTRICT, 36,
        """
        state parks; state park; state park police; parks department; park police; park ranger;
        parks; regional park; regional parks; regional park district; park district; parks district;
        forest preserve; forest preserve district; metroparks; conservation district; parks
        recreation; recreation parks; conservation; park rangers; parks pd; open space
        """,
    ),
    **_phrases(
        K.WILDLIFE, L.STATE, 36,
        """
        wildlife; fish wildlife; department fish wildlife; wildlife commission; department natural
        resources; dnr; game fish; natural resources; department conservation; wildlife resources;
        forestry; division forestry; forestry commission
        """,
    ),
    **_phrases(
        K.AIRPORT, L.SPECIAL_DISTRICT, 41,
        """
        airport; international airport; airport authority; regional airport; airports authority;
        airport police
        """,
        kept=True,
    ),
    **_phrases(
        K.TRANSIT, L.SPECIAL_DISTRICT, 37,
        """
        transit; transit authority; rapid transit; transportation authority; bart; transit police;
        area rapid transit
        """,
        kept=True,
    ),
    **_phrases(
        K.RAILROAD, L.PRIVATE, 37,
        """
        railroad; railway; rr; railroad pd; rail road
        """,
        kept=True,
    ),
    **_phrases(
        K.PORT, L.SPECIAL_DISTRICT, 36,
        """
        port authority; port; harbor; port police; harbor police; levee district; levee
        """,
        kept=True,
    ),
    **_phrases(
        K.HOSPITAL, L.SPECIAL_DISTRICT, 37,
        """
        hospital; medical centre; health system; healthcare; health; hospital district; medical;
        health centre
        """,
        kept=True,
    ),
    **_phrases(
        K.HOUSING, L.SPECIAL_DISTRICT, 37,
        """
        housing authority; housing
        """,
        kept=True,
    ),
    **_phrases(
        K.FIRE, L.COUNTY, 39,
        """
        fd; fire department; fire; fire authority; fire marshal; fire marshal office; state fire
        marshal; arson; arson bureau; fire protection district; fire rescue; office state fire
        marshal; state fire marshal office; forestry fire protection
        """,
    ),
    **_phrases(
        K.DISPATCH, L.REGIONAL, 48,
        """
        dispatch; communications; communications centre; comm centre; 911; 911 centre; emergency communications;
        ecc; recc; central dispatch; dispatch centre; emergency services; emergency management;
        e911; regional communications; psap
        """,
    ),
    **_phrases(
        K.TASK_FORCE, L.REGIONAL, 50,
        """
        task force; taskforce; drug task force; drugtaskforce; drug taskforce; auto theft; narcotics
        task force; drug enforcement unit; enforcement team; gang unit; narcotics team; counter
        narcotics; special investigations; strike force; major crimes; auto theft task force; arson
        task force; metropolitan enforcement group; drug unit; violent crime
        """,
    ),
    **_phrases(
        K.INTELLIGENCE, L.REGIONAL, 49,
        """
        fusion centre; hidta; riss; rocic; mocic; magloclen; nespin; wsin; rmin; intelligence
        centre; crime analysis centre; cac; information analysis centre; information network; real
        time crime centre; rtcc; ncric; intelligence; crimes intelligence centre; crime centre; gang
        centre; anti gang centre; ric; regional intelligence centre
        """,
    ),
    **_phrases(
        K.INVESTIGATIVE, L.STATE, 34,
        """
        bureau investigation; state bureau investigation; bureau criminal investigation; department
        law enforcement; fdle; gbi; tbi; sbi; division criminal investigation; department justice;
        criminal investigation; bureau narcotics; fraud; inspector general; workers compensation;
        department insurance; criminal apprehension; bca; bureau investigations
        """,
    ),
    **_phrases(
        K.MOTOR_VEHICLES, L.STATE, 47,
        """
        dmv; motor vehicles; bureau motor vehicles; bmv; department motor vehicles; motor vehicle
        """,
    ),
    **_phrases(
        K.REGULATORY, L.STATE, 33,
        """
        abc; alcohol law enforcement; alcohol beverage control; alcoholic beverage; alcoholic
        beverage control; liquor; department revenue; department labor; department agriculture;
        gaming; gaming commission; lottery; department transportation; dot; environmental
        enforcement; code enforcement; public works; animal control; toll
        """,
    ),
    **_phrases(
        K.MILITARY, L.FEDERAL, 52,
        """
        air force; us air force; usaf; army; us army; navy; us navy; air force base; afb; marine
        corps; coast guard; national guard; joint base; naval
        """,
    ),
    **_phrases(
        K.TRIBAL_POLICE, L.TRIBAL, 45,
        """
        tribal; tribe; nation; rancheria; band; indians; tribal pd; tribal police; pueblo; indian
        nation; reservation; indian tribe; tribes
        """,
    ),
    **_phrases(
        K.FEDERAL_AGENCY, L.FEDERAL, 53,
        """
        federal; national park service; nps; us postal; postal inspection service; veterans affairs;
        dea; fbi; atf; us marshal; us marshal service; homeland security; hsi; border patrol;
        customs border protection; us forest service; secret service; tennessee valley authority;
        amtrak; us park police; us fish wildlife; drug enforcement administration; ice; cbp; irs;
        usps; uspis; us postal inspection service; va police; bureau land management; blm; nra;
        ncis; national aeronautics; department energy; social security; us department; national
        institute; federal protective service
        """,
    ),
    **_phrases(
        K.COMMUNITY, L.PRIVATE, 8,
        """
        hoa; homeowners; homeowners association; home owners association; community; community
        association; association; neighborhood; neighborhood watch; estates; condominiums;
        condominium; villas; apartments; townhomes; poa; mobile city; mobile home; maintenance
        association; property owners; residents; subdivision; neighborhood association; ranch
        community; watch; courtyard; courtyards; gated; improvement district; block
        """,
    ),
    **_phrases(
        K.BUSINESS, L.PRIVATE, 9,
        """
        inc; llc; corporation; corp; corporate; company; management; towing; autobody; insurance;
        mall; shopping centre; country club; tennis club; golf; property group; hotel; hotels;
        lodge; financial; farm; farms; church; ministries; home depot; lowes; fedex; ulta; total
        wine; resort; casino; club; properties; realty; development; developments; business league;
        cemetery; memorial park; mortuary; plaza; shopping; retail; storage; logistics; bank;
        headquarters; hq; simon property; topgolf; stay america; energy; security; patrol services;
        marina; brewery; auto; motors; storage
        """,
    ),
    **_phrases(
        K.VENDOR, L.NOBODY, 60,
        """
        flock; flock safety; genetec; skycop; policing project; customer; vigilant; motorola;
        applied intel; sales; ops; demo cam
        """,
    ),
}  # fmt: skip
FIRST_WORDS = frozenset(phrase[0] for phrase in PHRASES)
LONGEST_PHRASE = max(len(phrase) for phrase in PHRASES)

# Names that are known by a short form, written out: the long form says the state, and what kind of body it is.
WRITTEN_OUT = {
    ("cal", "fire"): ("california", "department", "forestry", "fire", "protection"),
    ("cal", "state"): ("california", "state", "university"),
    ("cal", "poly"): ("california", "polytechnic", "state", "university"),
    ("cal", "maritime"): ("california", "state", "university", "maritime", "academy"),
    ("ncric",): ("northern", "california", "regional", "intelligence", "centre"),
}
LONGEST_SHORT_FORM = max(len(words) for words in WRITTEN_OUT)

# What an abbreviation stands for in the name of a campus, by the state that decides.
CAMPUS_WORDS = {
    ("csu", "CA"): ("california", "state", "university"),
    ("uc", "CA"): ("university", "california"),
    ("ut", "TX"): ("university", "texas"),
    ("unc", "NC"): ("university", "north", "carolina"),
    ("uw", "WI"): ("university", "wisconsin"),
    ("ku", "KS"): ("university", "kansas"),
}
