"""`audit_others`: imported logs and lists of other systems in, findings per agency out. Nothing here is stored or sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.model.flow import Change, SharingChange, SharingEdge, Teller
from comity.model.ori import OriEntry
from comity.model.search_audit import CellState, PortalPolicy, Search, SearchAudit
from comity.oversight.audit.bodies import Body, Resolve, bodies_by, by_pages
from comity.oversight.audit.finding import ORDER, AuditFinding, FindingKind, Sure
from comity.oversight.audit.judge_retention import judge_retention
from comity.oversight.audit.judge_searches import Searched, commonest, judge_searches
from comity.oversight.audit.judge_sharing import change_findings, judge_edges, sharing_findings
from comity.oversight.audit.plate_law import pack_of, speaks_of_plates
from comity.oversight.audit.reasons import is_poor
from comity.oversight.audit.words import plain
from comity.oversight.names.decisions import Decision
from comity.oversight.names.several import resolver_of


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows of a sharing list that were no edge, and why."""

    file: str
    why: str
    rows: int


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read: what kind of list, and the SHA-256 of the copy."""

    file: str
    kind: str
    hash: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was read. `on` is the day of the audit, the law of which counts for lists that carry no day."""

    on: date
    audits: tuple[SearchAudit, ...] = ()
    policies: tuple[PortalPolicy, ...] = ()
    edges: tuple[SharingEdge, ...] = ()
    changes: tuple[SharingChange, ...] = ()
    told: tuple[PortalPolicy, ...] = ()  # retention told by whoever asks for the audit
    left_out: tuple[LeftOut, ...] = ()
    sources: tuple[Source, ...] = ()
    directory: tuple[OriEntry, ...] = ()
    decisions: tuple[Decision, ...] = ()
    is_whole: bool = True  # whether the directory lists every agency a name may mean (names/several.py)


@dataclass(frozen=True, slots=True)
class Reasons:
    """Counts of one agency's searches by what is shown of the reason. `poor` are given reasons that say nothing."""

    searches: int = 0
    given: int = 0
    redacted: int = 0
    empty: int = 0
    absent: int = 0
    poor: int = 0
    commonest: str = ""
    commonest_count: int = 0
    readable: int = 0

    @property
    def commonest_percent(self) -> str:
        """Share of the commonest reason among those that can be read, rounded half up; empty without any."""
        return f"{(self.commonest_count * 200 + self.readable) // (2 * self.readable)} %" if self.readable else ""


@dataclass(frozen=True, slots=True)
class AgencyAudit:
    """All that was found about one agency."""

    agency: str
    body: Body
    pack: str
    reasons: Reasons
    first: date | None
    shares_with: int
    added: int
    removed: int
    uses: PortalPolicy | None
    keeps: PortalPolicy | None
    findings: tuple[AuditFinding, ...]

    @property
    def law_known(self) -> bool:
        """Whether the pack of its state holds a rule on plate data."""
        return bool(self.body.state) and speaks_of_plates(self.body.state)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """The audit of everything that was given."""

    given: Given
    agencies: tuple[AgencyAudit, ...]

    @property
    def findings(self) -> tuple[AuditFinding, ...]:
        return tuple(finding for one in self.agencies for finding in one.findings)

    def count(self, state: CellState) -> int:
        """Searches whose reason is in a state, over all agencies."""
        return sum(search.reason_state is state for audit in self.given.audits for search in audit.searches)

    @property
    def poor(self) -> int:
        return sum(one.reasons.poor for one in self.agencies)

    @property
    def searches(self) -> int:
        return sum(len(audit.searches) for audit in self.given.audits)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What belongs to one agency, gathered from all files."""

    searched: list[tuple[str, list[Search]]]
    edges: list[SharingEdge]
    changes: list[SharingChange]


def audit_others(given: Given) -> AuditReport:
    """Judge what was given. Names are resolved by the directory given with it; without one their own words speak.

    1. *promises*: the newest statement of each page
    2. *gathering*: searches, edges and changes by the agency they speak of
    3. *judging*: each agency's searches, then how long it keeps reads, its sharing, and what changed
    4. *order*: agencies with the gravest findings first
    """
    promises = _promises(given)
    resolve = by_pages(bodies_by(resolver_of(given.directory, given.decisions, given.is_whole)), promises.pages)
    parts = _gather(given, promises)
    agencies = [_audit_agency(agency, one, promises, resolve, given.on) for agency, one in parts.items()]
    return AuditReport(given, tuple(sorted(agencies, key=_gravest)))


@dataclass(frozen=True, slots=True)
class _Promises:
    """The latest statement of uses, and of retention, under the page's name and under the agency's.

    `pages` is the name of an agency's page by the agency's name, empty where several pages are of agencies of one name.
    """

    names: dict[str, str]
    uses: dict[str, PortalPolicy]
    keeps: dict[str, PortalPolicy]
    pages: dict[str, str]

    def agency_of(self, name: str) -> str:
        """The agency a page or a spelling belongs to; the name itself where no list says."""
        return self.names.get(_key(name), name)


def _promises(given: Given) -> _Promises:
    """What pages say. A newer statement replaces an older one; a retention told beside the files replaces all."""
    found = _Promises({}, {}, {}, {})
    for policy in (*sorted(given.policies, key=lambda one: one.stated_on or date.min), *given.told):
        if policy.slug:
            known = found.pages.setdefault(policy.agency, policy.slug)
            found.pages[policy.agency] = policy.slug if known == policy.slug else ""
        for name in filter(None, (policy.slug, policy.agency)):
            key = _key(name)
            if policy.slug or key not in found.names:
                found.names[key] = policy.agency
            if policy.prohibited or policy.restrictions:
                found.uses[key] = policy
            if policy.retention_days is not None:
                found.keeps[key] = policy
    return found


def _key(name: str) -> str:
    return " ".join(plain(name))


def _gather(given: Given, promises: _Promises) -> dict[str, _Parts]:
    """Parts by agency. A page's name and the same words as a list spells them are one agency, shown as spelt."""
    found: dict[str, _Parts] = {}
    shown: dict[str, str] = {}

    def parts(name: str) -> _Parts:
        agency = promises.agency_of(name)
        key = _key(agency)
        if key not in shown or shown[key].islower():
            shown[key] = agency
        return found.setdefault(key, _Parts([], [], []))

    for audit in given.audits:
        by_agency: dict[str, list[Search]] = {}
        for search in audit.searches:
            by_agency.setdefault(search.agency, []).append(search)
        for agency, searches in by_agency.items():
            parts(agency).searched.append((audit.file, searches))
    for edge in _each_once(given.edges, promises):
        parts(edge.owner).edges.append(edge)
    for change in given.changes:
        parts(change.edge.owner).changes.append(change)
    for policy in promises.keeps.values():
        parts(policy.agency)
    return {shown[key]: one for key, one in found.items()}


def _each_once(edges: Iterable[SharingEdge], promises: _Promises) -> Iterable[SharingEdge]:
    """Every edge once: what an owner's list says needs no recipient's list to say it again."""
    seen: set[tuple[str, str]] = set()
    for edge in sorted(
        edges, key=lambda one: one.teller is not Teller.OWNER
    ):  # stable: owners' lists first, in order
        pair = (_key(promises.agency_of(edge.owner)), _key(promises.agency_of(edge.recipient)))
        if edge.teller is Teller.OWNER or pair not in seen:
            seen.add(pair)
            yield edge


def _audit_agency(agency: str, parts: _Parts, promises: _Promises, resolve: Resolve, on: date) -> AgencyAudit:
    uses, keeps = promises.uses.get(_key(agency)), promises.keeps.get(_key(agency))
    body = _body(agency, uses or keeps, resolve)
    found: list[AuditFinding] = []
    for file, searches in parts.searched:
        found += judge_searches(Searched(file, agency, tuple(searches), body, uses, keeps, on))
    found += judge_retention(agency, body, keeps, on)
    if parts.edges:
        found += sharing_findings(agency, judge_edges(parts.edges, resolve, on), uses)
    if parts.changes:
        found += change_findings(agency, parts.changes, resolve, on)
    every = tuple(search for _, searches in parts.searched for search in searches)
    days = [edge.as_of for edge in parts.edges if edge.as_of is not None]
    order = list(FindingKind)
    return AgencyAudit(
        agency=agency,
        body=body,
        pack=pack_of(body.state) if body.state else "",
        reasons=_reasons(every),
        first=min(days, default=None),
        shares_with=sum(edge.teller is Teller.OWNER for edge in parts.edges),
        added=sum(one.change is Change.ADDED for one in parts.changes),
        removed=sum(one.change is Change.REMOVED for one in parts.changes),
        uses=uses,
        keeps=keeps,
        findings=tuple(sorted(found, key=lambda one: (order.index(one.kind), ORDER[one.sure], -one.counted))),
    )


def _body(agency: str, policy: PortalPolicy | None, resolve: Resolve) -> Body:
    """The agency by its name, or by the name of its page where that says more."""
    body = resolve(agency)
    if policy is None or not policy.slug or body.sure is Sure.CERTAIN:
        return body
    own = resolve(policy.slug)
    return own if own.state and (not body.state or body.by_page) else body


def _reasons(searches: tuple[Search, ...]) -> Reasons:
    reason, count, readable = commonest(searches)
    states = [search.reason_state for search in searches]
    return Reasons(
        searches=len(searches),
        given=states.count(CellState.GIVEN),
        redacted=states.count(CellState.REDACTED),
        empty=states.count(CellState.EMPTY),
        absent=states.count(CellState.ABSENT),
        poor=sum(map(is_poor, searches)),
        commonest=reason,
        commonest_count=count,
        readable=readable,
    )


def _gravest(one: AgencyAudit) -> tuple[int, int, int, str]:
    order = list(FindingKind)
    ranks = [(order.index(found.kind), ORDER[found.sure], -found.counted) for found in one.findings]
    rank = min(ranks, default=(len(order), 0, 0))
    return (*rank, one.agency.casefold())
