"""One agency's searches held against its own promises and the law of its state: a pure function for each kind of finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from comity.model.codes import GovernmentLevel
from comity.model.search_audit import CellState, PortalPolicy, Search
from comity.oversight.audit.bodies import Body
from comity.oversight.audit.finding import (
    At,
    AuditFinding,
    Cited,
    FindingKind,
    LawStanding,
    Sure,
    standing_of,
    weaker,
)
from comity.oversight.audit.plate_law import Outcome, Party, PlateFlow, ask_law, logged_reason_rules
from comity.oversight.audit.reasons import has_more, is_bare, is_poor, side_doors, topics_of
from comity.oversight.audit.sentences import say_audit
from comity.oversight.audit.words import Topic, found_in, plain

DAY_MS = 86_400_000
GRACE_DAYS = 1  # a window may begin within the hour in which the oldest read goes; a day is never a finding
RECYCLED_PERCENT = 25  # a quarter of all readable reasons in the same words
RECYCLED_LEAST = 20  # searches; below that a quarter is chance
LONGEST_QUOTE = 200  # characters of a policy that a finding shows


@dataclass(frozen=True, slots=True)
class Searched:
    """All searches of one agency in one file, who it is, what its page forbids (`uses`) and how long it `keeps` reads.

    `on` is the day of the audit, the law of which counts for a log that shows no time.
    """

    file: str
    agency: str
    searches: tuple[Search, ...]
    body: Body
    uses: PortalPolicy | None
    keeps: PortalPolicy | None
    on: date

    @property
    def party(self) -> Party | None:
        """The agency as the law sees it; None where its state is not known."""
        if not self.body.state:
            return None
        return Party(self.body.state, self.body.level or GovernmentLevel.LOCAL, self.body.kind)

    @property
    def latest(self) -> date:
        """The day of the last search, whose law is the law that counts; the audit's where no search has a time."""
        at_ms = max((one.at_ms for one in self.searches if one.at_ms is not None), default=None)
        return self.on if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).date()

    def at(self, searches: Iterable[Search], show: Callable[[Search], str]) -> tuple[At, ...]:
        return tuple(At(self.file, one.line, show(one)) for one in searches)


def judge_searches(one: Searched) -> tuple[AuditFinding, ...]:
    """Every finding about one agency's searches."""
    found: list[AuditFinding | None] = [
        *_purposes(one),
        *_own_policy(one),
        *_side_doors(one),
        *_windows(one),
        *(_state_of_reason(one, state) for state in (CellState.EMPTY, CellState.ABSENT, CellState.REDACTED)),
        _bare(one),
        _recycled(one),
        _missing(one, FindingKind.OFFENCE_EMPTY, lambda search: search.offence_state),
        _missing(one, FindingKind.CASE_EMPTY, lambda search: search.case_state),
    ]
    return tuple(finding for finding in found if finding is not None)


def _reason(search: Search) -> str:
    return search.reason or say_audit(f"shows.reason-{search.reason_state}")


def _with_offence(search: Search) -> str:
    if not search.offence:
        return _reason(search)
    return say_audit("shows.offence", reason=_reason(search), offence=search.offence)


# ---------------------------------------------------------------- what reasons are worth


def _state_of_reason(one: Searched, state: CellState) -> AuditFinding | None:
    hits = [search for search in one.searches if search.reason_state is state]
    if not hits:
        return None
    kind = {
        CellState.EMPTY: FindingKind.REASON_EMPTY,
        CellState.ABSENT: FindingKind.REASON_ABSENT,
        CellState.REDACTED: FindingKind.REASON_REDACTED,
    }[state]
    beside = sum(map(has_more, hits))
    more = say_audit("audit.beside", beside=beside) if beside else say_audit("audit.beside-none")
    says = say_audit(f"audit.{kind}", searches=len(hits), beside=more)
    rules = logged_reason_rules(one.body.state, one.latest) if state is CellState.EMPTY and one.body.state else ()
    law = LawStanding.NOT_ASKED
    if state is CellState.EMPTY:
        law = standing_of(rules)
        if rules:
            says = say_audit("audit.to-be-recorded", empty=says)
    return AuditFinding(
        kind=kind,
        agency=one.agency,
        says=says,
        sure=Sure.CERTAIN,
        counted=len(hits),
        of=len(one.searches),
        lines=one.at(hits, _with_offence),
        rules=rules,
        law=law,
    )


def _bare(one: Searched) -> AuditFinding | None:
    hits = [search for search in one.searches if is_poor(search)]
    if not hits:
        return None
    return AuditFinding(
        kind=FindingKind.REASON_BARE,
        agency=one.agency,
        says=say_audit("audit.reason-bare", searches=len(hits)),
        sure=Sure.LIKELY,
        counted=len(hits),
        of=len(one.searches),
        lines=one.at(hits, _reason),
    )


def commonest(searches: Iterable[Search]) -> tuple[str, int, int]:
    """The reason most often given, how often, and out of how many that can be read. Case and signs make no difference."""
    given = [search.reason for search in searches if search.reason_state is CellState.GIVEN]
    counts = Counter(" ".join(plain(reason)) for reason in given)
    if not counts:
        return "", 0, 0
    reason, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
    return reason, count, len(given)


def _recycled(one: Searched) -> AuditFinding | None:
    reason, count, given = commonest(one.searches)
    if count < RECYCLED_LEAST or count * 100 < given * RECYCLED_PERCENT:
        return None
    hits = [
        search
        for search in one.searches
        if search.reason_state is CellState.GIVEN and " ".join(plain(search.reason)) == reason
    ]
    return AuditFinding(
        kind=FindingKind.REASON_RECYCLED,
        agency=one.agency,
        says=say_audit("audit.reason-recycled", reason=reason, same=count, given=given),
        sure=Sure.LIKELY if is_bare(hits[0].reason) else Sure.LEAD,
        counted=count,
        of=given,
        lines=one.at(hits, _reason),
    )


def _missing(one: Searched, kind: FindingKind, state: Callable[[Search], CellState]) -> AuditFinding | None:
    asked = [search for search in one.searches if state(search) is not CellState.ABSENT]
    hits = [search for search in asked if state(search) is CellState.EMPTY]
    if not hits:
        return None
    return AuditFinding(
        kind=kind,
        agency=one.agency,
        says=say_audit(f"audit.{kind}", searches=len(hits)),
        sure=Sure.CERTAIN,
        counted=len(hits),
        of=len(asked),
        lines=one.at(hits, _reason),
    )


# ---------------------------------------------------------------- whom and what reasons name


def _side_doors(one: Searched) -> Iterable[AuditFinding]:
    by_kind: dict[str, list[Search]] = {}
    phrases: dict[str, Counter[str]] = {}
    for search in one.searches:
        for door in side_doors(search.reason):
            by_kind.setdefault(door.kind, []).append(search)
            phrases.setdefault(door.kind, Counter()).update(door.phrases)
    for kind, hits in sorted(by_kind.items()):
        named = ", ".join(f"`{phrase}` {count}" for phrase, count in phrases[kind].most_common(5))
        yield AuditFinding(
            kind=FindingKind.SIDE_DOOR,
            agency=one.agency,
            says=say_audit(f"audit.names-{kind}", searches=len(hits), named=named),
            sure=Sure.LEAD if kind == "on-behalf" else Sure.LIKELY,
            counted=len(hits),
            of=len(one.searches),
            lines=one.at(hits, _reason),
        )


def _by_topic(one: Searched) -> dict[str, tuple[Topic, list[Search]]]:
    found: dict[str, tuple[Topic, list[Search]]] = {}
    for search in one.searches:
        for topic, _ in topics_of(search.reason, search.offence):
            found.setdefault(topic.topic, (topic, []))[1].append(search)
    return found


def _own_policy(one: Searched) -> Iterable[AuditFinding]:
    """Uses that the agency's own page forbids and its reasons or offences name."""
    if one.uses is None or not one.uses.prohibited:
        return
    forbidden = plain(one.uses.prohibited)
    for name, (topic, hits) in sorted(_by_topic(one).items()):
        if found_in(topic.forbids, forbidden):
            yield AuditFinding(
                kind=FindingKind.OWN_POLICY,
                agency=one.agency,
                says=say_audit("audit.against-own-policy", searches=len(hits), topic=name),
                sure=Sure.LIKELY,
                counted=len(hits),
                of=len(one.searches),
                lines=one.at(hits, _with_offence),
                policy=At(one.uses.file, one.uses.line, one.uses.prohibited[:LONGEST_QUOTE]),
            )


def _purposes(one: Searched) -> Iterable[AuditFinding]:
    """Purposes that words suggest, put to the law of the state: a hypothesis, never more than likely."""
    if one.party is None:
        return
    for name, (topic, hits) in sorted(_by_topic(one).items()):
        if topic.purpose is None:
            continue
        says = ask_law(PlateFlow(one.party, one.party, one.latest, purpose=topic.purpose))
        if says.outcome in (Outcome.CLOSED, Outcome.NEEDS_PAPER):
            yield AuditFinding(
                kind=FindingKind.PURPOSE_CLOSED,
                agency=one.agency,
                says=say_audit("audit.purpose-closed", searches=len(hits), topic=name, state=one.party.state),
                sure=weaker(Sure.LIKELY, one.body.sure),
                counted=len(hits),
                of=len(one.searches),
                lines=one.at(hits, _with_offence),
                rules=says.rules,
                law=says.law,
            )


# ---------------------------------------------------------------- how far back a search looked


def age_days(search: Search) -> int | None:
    """How old the oldest read asked for is, in whole days; None where the file does not say."""
    if search.at_ms is None or search.first_ms is None:
        return None
    return max(0, search.at_ms - search.first_ms) // DAY_MS


def _shows_window(search: Search) -> str:
    reason, days = _reason(search), age_days(search)
    assert days is not None, "a window of a search that shows none"
    if not search.networks:
        return say_audit("shows.window-untold", reason=reason, back_days=days)
    return say_audit("shows.window", reason=reason, back_days=days, networks=search.networks)


def _windows(one: Searched) -> Iterable[AuditFinding]:
    yield from _windows_of_page(one)
    yield from _windows_of_law(one)


def _windows_of_page(one: Searched) -> Iterable[AuditFinding]:
    """Windows longer than the retention the agency states: of its own cameras alone, then of those of others too."""
    policy = one.keeps
    if policy is None or policy.retention_days is None:
        return
    most = policy.retention_days + GRACE_DAYS
    asked = [search for search in one.searches if age_days(search) is not None]
    over = [search for search in asked if (age_days(search) or 0) > most]
    own = [search for search in over if search.networks == 1]
    others = [search for search in over if search.networks != 1]
    for hits, sure, where in ((own, Sure.LIKELY, "one"), (others, Sure.LEAD, "several")):
        if hits:
            yield AuditFinding(
                kind=FindingKind.WINDOW_LONGER,
                agency=one.agency,
                says=say_audit(
                    f"audit.window-of-page-{where}", searches=len(hits), kept_days=policy.retention_days
                ),
                sure=sure,
                counted=len(hits),
                of=len(asked),
                lines=one.at(hits, _shows_window),
                policy=At(policy.file, policy.line, say_audit("shows.retention", kept_days=policy.retention_days)),
            )


def _windows_of_law(one: Searched) -> Iterable[AuditFinding]:
    """Windows that reach reads which the law of the state closes by their age, outside a case."""
    aged = [(search, days) for search in one.searches if (days := age_days(search)) is not None]
    if one.party is None or not aged:
        return
    today = one.latest
    fresh = set(ask_law(PlateFlow(one.party, one.party, today)).rules)
    by_rules: dict[tuple[Cited, ...], list[Search]] = {}
    for search, days in aged:
        says = ask_law(PlateFlow(one.party, one.party, today, age_days=days))
        of_age = tuple(rule for rule in says.rules if rule not in fresh)
        if of_age:
            by_rules.setdefault(of_age, []).append(search)
    for rules, hits in by_rules.items():
        yield AuditFinding(
            kind=FindingKind.WINDOW_LONGER,
            agency=one.agency,
            says=say_audit("audit.window-of-law", searches=len(hits), state=one.party.state),
            sure=weaker(Sure.LEAD, one.body.sure),
            counted=len(hits),
            of=len(aged),
            lines=one.at(hits, _shows_window),
            rules=rules,
            law=standing_of(rules),
        )
