"""Which statute times a petition, and where its answer may be taken further. Rules as data, each with its citation.

The desk is one and everybody's; which remedy there is follows from the owner's government and state, from what is asked,
and from what the person says of residence. It never follows from whether there is a record: the clock would tell.

A rule that nobody here has read in full is `unverified`: it is shown as such, and where two rules time the same step the
sooner one counts, read or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.law.ast import Span
from comity.law.calendar import OwnerCalendar
from comity.law.duty import after_ms
from comity.model.agency import Agency
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.petition import Clock, PetitionKind, Residence

ACKNOWLEDGE, DECIDE = "acknowledge", "decide"
VERIFIED, UNVERIFIED, HOUSE = "verified", "unverified", "house rule"
STATE_AND_LOCAL = frozenset({GovernmentLevel.STATE, GovernmentLevel.LOCAL, GovernmentLevel.TERRITORIAL})
CRIMINAL_JUSTICE = frozenset(
    {
        AgencyKind.POLICE,
        AgencyKind.SHERIFF,
        AgencyKind.SCHOOL_POLICE,
        AgencyKind.CORRECTIONS,
        AgencyKind.PROBATION,
        AgencyKind.PROSECUTOR,
        AgencyKind.COURT,
        AgencyKind.INVESTIGATIVE,
    }
)
_SUBJECT = frozenset({PetitionKind.ACCOUNTING, PetitionKind.ACCESS})
_AMENDING = frozenset({PetitionKind.AMENDMENT})
_REVIEW = frozenset({PetitionKind.REVIEW})
_PRIVACY_ACT = frozenset({Residence.CITIZEN_OR_RESIDENT, Residence.NOT_SAID})


@dataclass(frozen=True, slots=True)
class Statute:
    """One rule on petitions: whom it binds, what it times, what may be done about the answer.

    `levels`, `states`, `agencies` and `residences` narrow it, empty for all. `within` is None where the statute gives a
    remedy and no time. `appeal` is where a refusal may be taken.
    """

    id: str
    kinds: frozenset[PetitionKind]
    citation: str
    status: str
    says: str
    step: str = ""
    within: Span | None = None
    appeal: str = ""
    levels: frozenset[GovernmentLevel] = frozenset()
    states: frozenset[str] = frozenset()
    agencies: frozenset[AgencyKind] = frozenset()
    residences: frozenset[Residence] = frozenset()


FEDERAL = frozenset({GovernmentLevel.FEDERAL})

STATUTES: tuple[Statute, ...] = (
    Statute(
        id="US-PA-ACCOUNTING",
        kinds=frozenset({PetitionKind.ACCOUNTING}),
        citation="5 USC 552a(c)(3)",
        status=VERIFIED,
        says="the accounting of disclosures is shown to the person on request, but for those under (b)(7); no time is set",
        levels=FEDERAL,
        residences=_PRIVACY_ACT,
    ),
    Statute(
        id="US-PA-ACCESS",
        kinds=frozenset({PetitionKind.ACCESS}),
        citation="5 USC 552a(d)(1)",
        status=VERIFIED,
        says="the person sees the record on request; no time is set",
        appeal="a United States district court (5 USC 552a(g))",
        levels=FEDERAL,
        residences=_PRIVACY_ACT,
    ),
    Statute(
        id="US-PA-AMEND",
        kinds=_AMENDING,
        citation="5 USC 552a(d)(2)(A)",
        status=VERIFIED,
        says="a request to amend is acknowledged in writing within ten working days, then promptly decided",
        step=ACKNOWLEDGE,
        within=Span(10, "working-day"),
        appeal="a review by the agency's head (5 USC 552a(d)(3)), then a United States district court (552a(g))",
        levels=FEDERAL,
        residences=_PRIVACY_ACT,
    ),
    Statute(
        id="US-PA-REVIEW",
        kinds=_REVIEW,
        citation="5 USC 552a(d)(3)",
        status=VERIFIED,
        says="a review of a refusal ends within thirty working days; a person who is refused may file a statement",
        step=DECIDE,
        within=Span(30, "working-day"),
        appeal="a United States district court (5 USC 552a(g)), and a statement of disagreement",
        levels=FEDERAL,
        residences=_PRIVACY_ACT,
    ),
    Statute(
        id="US-JRA",
        kinds=_SUBJECT | _AMENDING | _REVIEW,
        citation="Pub. L. 114-126 s. 2; 5 USC 552a note",
        status=VERIFIED,
        says="a citizen of a designated country may sue a designated federal agency that refuses access or amendment",
        appeal="a United States district court, against a designated federal agency",
        levels=FEDERAL,
        residences=frozenset({Residence.DESIGNATED_COUNTRY}),
    ),
    Statute(
        id="US-FBI-IDENTIFICATION",
        kinds=_AMENDING,
        citation="28 CFR 16.34",
        status=UNVERIFIED,
        says="a challenge to an FBI identification record goes to whoever contributed it, or through the FBI to them",
        appeal="whoever contributed the entry",
        levels=FEDERAL,
    ),
    Statute(
        id="US-CHRI-REVIEW",
        kinds=_SUBJECT | _AMENDING | _REVIEW,
        citation="28 CFR 20.21(g)",
        status=VERIFIED,
        says="on proof of identity a person reviews criminal history about themself; corrections reach whoever received it",
        appeal="the administrative review that the state provides",
        levels=STATE_AND_LOCAL,
        agencies=CRIMINAL_JUSTICE,
    ),
    Statute(
        id="CA-LOCAL-AMEND",
        kinds=_AMENDING,
        citation="Cal. Penal Code 13324(a)",
        status=VERIFIED,
        says="the agency reviews its local summary history and tells the applicant within sixty days",
        step=DECIDE,
        within=Span(60, "day"),
        appeal="administrative adjudication under the local governing body's rules (Penal Code 13324(c))",
        levels=frozenset({GovernmentLevel.LOCAL}),
        states=frozenset({"CA"}),
        agencies=CRIMINAL_JUSTICE,
    ),
    Statute(
        id="CA-STATE-AMEND",
        kinds=_AMENDING,
        citation="Cal. Penal Code 11126",
        status=UNVERIFIED,
        says="whoever furnished a questioned entry of the state summary history answers within thirty days",
        step=DECIDE,
        within=Span(30, "day"),
        appeal="administrative adjudication (Penal Code 11126(c))",
        levels=frozenset({GovernmentLevel.STATE}),
        states=frozenset({"CA"}),
    ),
    Statute(
        id="IL-REVIEW",
        kinds=_SUBJECT | _AMENDING,
        citation="20 ILCS 2630/7; 20 Ill. Adm. Code 1210",
        status=VERIFIED,
        says="an individual reviews and corrects criminal history of the State Police on proof of identity; no time is set",
        states=frozenset({"IL"}),
        levels=STATE_AND_LOCAL,
        agencies=CRIMINAL_JUSTICE,
    ),
    Statute(
        id="WA-INSPECT",
        kinds=_SUBJECT,
        citation="WAC 446-20-100(2); RCW 10.97.080",
        status=VERIFIED,
        says="a criminal justice agency answers a request to inspect within ten business days",
        step=DECIDE,
        within=Span(10, "working-day"),
        states=frozenset({"WA"}),
        levels=STATE_AND_LOCAL,
        agencies=CRIMINAL_JUSTICE,
    ),
    Statute(
        id="US-FOIA",
        kinds=frozenset({PetitionKind.PUBLIC_RECORDS}),
        citation="5 USC 552(a)(6)(A)(i)",
        status=UNVERIFIED,
        says="a request for public records is decided within twenty working days",
        step=DECIDE,
        within=Span(20, "working-day"),
        appeal="the agency's head, then a United States district court",
        levels=FEDERAL,
    ),
    Statute(
        id="CA-PRA",
        kinds=frozenset({PetitionKind.PUBLIC_RECORDS}),
        citation="Cal. Gov. Code 7922.535(a)",
        status=UNVERIFIED,
        says="whether there are public records to disclose is said within ten days",
        step=DECIDE,
        within=Span(10, "day"),
        appeal="the superior court",
        states=frozenset({"CA"}),
        levels=STATE_AND_LOCAL,
    ),
    Statute(
        id="IL-FOIA",
        kinds=frozenset({PetitionKind.PUBLIC_RECORDS}),
        citation="5 ILCS 140/3(d)",
        status=UNVERIFIED,
        says="a request for public records is decided within five business days",
        step=DECIDE,
        within=Span(5, "working-day"),
        appeal="the Public Access Counselor, or the circuit court",
        states=frozenset({"IL"}),
        levels=STATE_AND_LOCAL,
    ),
    Statute(
        id="WA-PRA",
        kinds=frozenset({PetitionKind.PUBLIC_RECORDS}),
        citation="RCW 42.56.520(1)",
        status=UNVERIFIED,
        says="a request for public records is answered or acknowledged within five business days",
        step=ACKNOWLEDGE,
        within=Span(5, "working-day"),
        appeal="the superior court",
        states=frozenset({"WA"}),
        levels=STATE_AND_LOCAL,
    ),
    Statute(
        id="NY-FOIL",
        kinds=frozenset({PetitionKind.PUBLIC_RECORDS}),
        citation="N.Y. Pub. Off. Law 89(3)(a)",
        status=UNVERIFIED,
        says="a request for public records is acknowledged within five business days",
        step=ACKNOWLEDGE,
        within=Span(5, "working-day"),
        appeal="the agency's appeals officer, then the supreme court",
        states=frozenset({"NY"}),
        levels=STATE_AND_LOCAL,
    ),
)

# What the desk promises where no statute says when: everybody is acknowledged and answered, whoever they are.
HOUSE_RULES: tuple[tuple[str, Span], ...] = ((ACKNOWLEDGE, Span(10, "working-day")), (DECIDE, Span(30, "day")))
DEMAND_RULES: tuple[tuple[str, Span], ...] = (
    (DECIDE, Span(3, "working-day")),
)  # counsel looks before it falls due
HOUSE_APPEAL = "the agency's head"


def statutes_on(owner: Agency, kind: PetitionKind, residence: Residence) -> tuple[Statute, ...]:
    """The rules that bind an owner for a petition of a kind by such a person, in the order of the table."""
    return tuple(one for one in STATUTES if _binds(one, owner, kind, residence))


def clocks_of(owner: Agency, kind: PetitionKind, residence: Residence, opened_ms: int) -> tuple[Clock, ...]:
    """The steps of a petition with their due times, the soonest rule of each; the desk's own where no statute has one."""
    calendar = OwnerCalendar(opened_ms, owner.zone, frozenset(owner.holidays))
    found: dict[str, Clock] = {}
    for one in statutes_on(owner, kind, residence):
        if one.within is not None:
            _sooner(found, _clock(one.step, (one.id, one.citation, one.status), one.within, calendar))
    for step, within in DEMAND_RULES if kind is PetitionKind.DEMAND else HOUSE_RULES:
        if step not in found:
            rule = ("comity/PETITION", "no statute gives a time; the desk's own", HOUSE)
            found[step] = _clock(step, rule, within, calendar)
    return tuple(found[step] for step in (ACKNOWLEDGE, DECIDE) if step in found)


def appeal_of(owner: Agency, kind: PetitionKind, residence: Residence) -> str:
    """Where a refusal may be taken, with every statute that says so; the agency's head where none does."""
    ways = [f"{one.appeal} [{one.id}]" for one in statutes_on(owner, kind, residence) if one.appeal]
    return "; ".join(ways) or HOUSE_APPEAL


def is_of_age(birth_date: str, today: date) -> bool | None:
    """Whether somebody born on a whole date is eighteen or older; None where the date is not whole."""
    parts = birth_date.split("-")
    if len(parts) != 3:
        return None
    year, month, day = (int(part) for part in parts)
    return (today.year - year, today.month, today.day) >= (18, month, day)


def _binds(one: Statute, owner: Agency, kind: PetitionKind, residence: Residence) -> bool:
    return (
        kind in one.kinds
        and (not one.levels or owner.level in one.levels)
        and (not one.states or owner.state in one.states)
        and (not one.agencies or owner.kind in one.agencies)
        and (not one.residences or residence in one.residences)
    )


def _clock(step: str, rule: tuple[str, str, str], within: Span, calendar: OwnerCalendar) -> Clock:
    name, citation, status = rule
    return Clock(step=step, statute=name, citation=citation, status=status, due_ms=after_ms(within, calendar))


def _sooner(found: dict[str, Clock], clock: Clock) -> None:
    known = found.get(clock.step)
    if known is None or clock.due_ms < known.due_ms:
        found[clock.step] = clock
