"""Invented search logs, policies and lists for the tests of the audit. No real agency, person or plate."""

from __future__ import annotations

from datetime import date

from comity.formats.search_audit.searches import read_searches
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.flow import SharingEdge, Teller
from comity.model.search_audit import PortalPolicy, Search
from comity.oversight.audit.bodies import Body
from comity.oversight.audit.finding import AuditFinding, FindingKind, Sure
from comity.oversight.audit.judge_searches import Searched, judge_searches

HEADER = "slug,search_time_utc,network_count,reason_scrubbed,reason_state,offense_type,case_number"
VENDOR = "Name,Org Name,Total Networks Searched,Time Frame,License Plate,Case #,Reason,Search Time"
FRAME = '"03/01/2026, 01:00:00 PM UTC - 03/02/2026, 01:00:00 PM UTC"'
AT = '"03/02/2026, 01:00:00 PM UTC"'
ON = date(2026, 11, 29)


def portal_row(
    reason: str = "",
    state: str = "",
    offence: str = "",
    case: str = "no column",
    slug: str = "cedar-hollow-ca-pd",
) -> str:
    """One line of the file joined from several pages."""
    return f"{slug},2026-03-20T00:06Z,1,{reason},{state or ('given' if reason else 'empty')},{offence},{case}"


def portal_log(*rows: str) -> bytes:
    """A joined file of some lines; the first of them is line 2."""
    return "\n".join((HEADER, *rows, "")).encode()


def searches_of(*rows: str) -> tuple[Search, ...]:
    return read_searches(portal_log(*rows), "log.csv").searches


def body(state: str = "CA", sure: Sure = Sure.CERTAIN, name: str = "Cedar Hollow Police") -> Body:
    """A police department of a state."""
    level = GovernmentLevel.FEDERAL if state == "US" else GovernmentLevel.LOCAL
    return Body(name, state, level, AgencyKind.POLICE, sure, "invented")


def policy(prohibited: str = "", retention_days: int | None = None, restrictions: str = "") -> PortalPolicy:
    return PortalPolicy(
        file="policies.csv",
        line=7,
        agency="Cedar Hollow Police",
        prohibited=prohibited,
        retention_days=retention_days,
        restrictions=restrictions,
    )


def judged(
    searches: tuple[Search, ...],
    state: str = "CA",
    uses: PortalPolicy | None = None,
    keeps: PortalPolicy | None = None,
    on: date = ON,
) -> dict[FindingKind, AuditFinding]:
    """The findings about one invented agency's searches, by kind; the last where there are several of a kind."""
    one = Searched("log.csv", "Cedar Hollow Police", searches, body(state), uses, keeps, on)
    return {found.kind: found for found in judge_searches(one)}


def edge(recipient: str, line: int = 2, owner: str = "Cedar Hollow CA PD") -> SharingEdge:
    return SharingEdge(
        owner=owner, recipient=recipient, as_of=date(2026, 4, 29), teller=Teller.OWNER, file="list.csv", line=line
    )
