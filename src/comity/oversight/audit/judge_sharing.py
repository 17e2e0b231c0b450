"""Sharing lists held against the law of the owner's state and the owner's own words; and what changed between two lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from comity.model.codes import GovernmentLevel
from comity.model.flow import Change, SharingChange, SharingEdge
from comity.model.search_audit import PortalPolicy
from comity.model.sentence import Said
from comity.oversight.audit.bodies import Body, Resolve
from comity.oversight.audit.finding import At, AuditFinding, Cited, FindingKind, LawStanding, Sure, weaker
from comity.oversight.audit.plate_law import LawSays, Outcome, Party, PlateFlow, ask_law
from comity.oversight.audit.sentences import say_audit, say_to

# A page's own words that it shares with nobody outside its state.
STAYS_INSIDE = re.compile(
    r"outside (?:of )?(?:the state|california|florida|illinois|washington)|out[- ]of[- ]state", re.I
)
NO_FEDERAL = re.compile(r"\bfederal\b", re.I)
LONGEST_QUOTE = 200
# The law of a state does not reach what these own; they are not judged by it.
SOVEREIGN = frozenset({GovernmentLevel.FEDERAL, GovernmentLevel.TRIBAL})
OTHER_STATES, OWN_STATE, FEDERAL = "of_other_states", "of_own_state", "federal"


@dataclass(frozen=True, slots=True)
class Judged:
    """An edge with both bodies and what the law says; `law` None where a body could not be placed."""

    edge: SharingEdge
    owner: Body
    recipient: Body
    law: LawSays | None

    @property
    def class_of_recipient(self) -> str:
        """How a report groups recipients."""
        if self.recipient.level is GovernmentLevel.FEDERAL:
            return FEDERAL
        if self.recipient.level is GovernmentLevel.TRIBAL:
            return "tribal"
        if self.recipient.level is GovernmentLevel.PRIVATE:
            return "private"
        return OTHER_STATES if self.recipient.state != self.owner.state else OWN_STATE

    @property
    def sure(self) -> Sure:
        return weaker(self.owner.sure, self.recipient.sure)

    @property
    def at(self) -> At:
        return At(self.edge.file, self.edge.line, self.edge.recipient)


def judge_edges(edges: Sequence[SharingEdge], resolve: Resolve, on: date) -> tuple[Judged, ...]:
    """Every edge with its bodies and the law of its day; `on` stands for lists that carry no day."""
    bodies: dict[str, Body] = {}
    for edge in edges:
        for name in (edge.owner, edge.recipient):
            if name not in bodies:
                bodies[name] = resolve(name)
    return tuple(
        Judged(edge, bodies[edge.owner], bodies[edge.recipient], _law(edge, bodies, on)) for edge in edges
    )


def _law(edge: SharingEdge, bodies: dict[str, Body], on: date) -> LawSays | None:
    owner, recipient = bodies[edge.owner], bodies[edge.recipient]
    if not owner.placed or not recipient.placed or owner.level in SOVEREIGN:
        return None
    flow = PlateFlow(_party(owner), _party(recipient), edge.as_of or on, standing=True)
    return ask_law(flow)


def _party(body: Body) -> Party:
    return Party(body.state, body.level or GovernmentLevel.LOCAL, body.kind)


def sharing_findings(
    agency: str, judged: Sequence[Judged], policy: PortalPolicy | None
) -> tuple[AuditFinding, ...]:
    """Findings about the edges of one owner."""
    return (
        *_by_law(agency, judged),
        *_own_word(agency, judged, policy),
        *_not_judged(agency, judged),
    )


def _by_law(agency: str, judged: Sequence[Judged]) -> Iterable[AuditFinding]:
    groups: dict[tuple[Outcome, str, tuple[Cited, ...], Sure], list[Judged]] = {}
    for one in judged:
        if one.law is not None and one.law.outcome in (Outcome.CLOSED, Outcome.NEEDS_PAPER):
            key = (one.law.outcome, one.class_of_recipient, one.law.rules, one.sure)
            groups.setdefault(key, []).append(one)
    for (outcome, recipients, rules, sure), hits in groups.items():
        closed = outcome is Outcome.CLOSED
        state = hits[0].owner.state
        states = len({one.recipient.state for one in hits})
        whom = (
            say_to(len(hits), recipients, states=states)
            if recipients == OTHER_STATES
            else say_to(len(hits), recipients)
        )
        if recipients not in (OTHER_STATES, FEDERAL):
            rules = tuple(replace(rule, reading="") for rule in rules)  # the reading speaks of these two alone
        says = say_audit(f"audit.sharing-{'closed' if closed else 'needs-paper'}", whom=whom, state=state)
        assert hits[0].law is not None
        yield AuditFinding(
            kind=FindingKind.SHARING_CLOSED if closed else FindingKind.SHARING_NEEDS_PAPER,
            agency=agency,
            says=says,
            sure=sure if closed else Sure.LEAD,
            counted=len(hits),
            of=len(judged),
            lines=tuple(one.at for one in hits),
            rules=rules,
            law=hits[0].law.law,
        )


def _own_word(agency: str, judged: Sequence[Judged], policy: PortalPolicy | None) -> Iterable[AuditFinding]:
    if policy is None or not policy.restrictions:
        return
    wanted = []
    if STAYS_INSIDE.search(policy.restrictions):
        wanted.append(OTHER_STATES)
    if NO_FEDERAL.search(policy.restrictions):
        wanted.append(FEDERAL)
    hits = [
        one for one in judged if one.class_of_recipient in wanted and one.recipient.placed and one.owner.placed
    ]
    if hits:
        yield AuditFinding(
            kind=FindingKind.SHARING_AGAINST_OWN_WORD,
            agency=agency,
            says=say_audit("audit.own-word", whom=_whom(hits, wanted)),
            sure=weaker(Sure.LIKELY, *(one.sure for one in hits)),
            counted=len(hits),
            of=len(judged),
            lines=tuple(one.at for one in hits),
            policy=At(policy.file, policy.line, policy.restrictions[:LONGEST_QUOTE]),
        )


def _whom(hits: Sequence[Judged], wanted: Sequence[str]) -> Said:
    """Bodies of a kind that a page names; one of them by its own kind, several by all that the page names."""
    if len(wanted) > 1 and len(hits) > 1:
        return say_audit("audit.to-either", count=len(hits))
    if hits[0].class_of_recipient == FEDERAL:
        return say_to(len(hits), FEDERAL)
    return say_audit("audit.to-any-other-state", of_other_states=len(hits))


def _not_judged(agency: str, judged: Sequence[Judged]) -> Iterable[AuditFinding]:
    nobody = [one for one in judged if one.recipient.nobody]
    unplaced = [
        one for one in judged if not one.recipient.nobody and not one.recipient.placed and one.owner.placed
    ]
    if nobody:
        yield AuditFinding(
            kind=FindingKind.SHARING_NOBODY,
            agency=agency,
            says=say_audit("audit.sharing-nobody", accounts=len(nobody)),
            sure=Sure.LEAD,
            counted=len(nobody),
            of=len(judged),
            lines=tuple(one.at for one in nobody),
        )
    if unplaced:
        yield AuditFinding(
            kind=FindingKind.SHARING_UNPLACED,
            agency=agency,
            says=say_audit("audit.sharing-unplaced", bodies=len(unplaced)),
            sure=Sure.LEAD,
            counted=len(unplaced),
            of=len(judged),
            lines=tuple(one.at for one in unplaced),
        )


def change_findings(
    agency: str, changes: Sequence[SharingChange], resolve: Resolve, on: date
) -> tuple[AuditFinding, ...]:
    """Recipients of other states, or of no state, that were added between two lists of one owner."""
    added = [one for one in changes if one.change is Change.ADDED]
    judged = judge_edges([one.edge for one in added], resolve, on)
    before = {(one.edge.file, one.edge.line): one.before for one in added}
    hits = [one for one in judged if one.law is not None and one.class_of_recipient != OWN_STATE]
    if not hits:
        return ()
    rules = {rule.rule: rule for one in hits for rule in (one.law.rules if one.law else ())}
    says = next((one.law for one in hits if one.law is not None and one.law.rules), None)
    return (
        AuditFinding(
            kind=FindingKind.SHARING_ADDED,
            agency=agency,
            says=say_audit("audit.sharing-added", recipients=len(hits)),
            sure=weaker(*(one.sure for one in hits)),
            counted=len(hits),
            of=len(changes),
            lines=tuple(
                At(
                    one.edge.file,
                    one.edge.line,
                    say_audit(
                        "shows.added",
                        recipient=one.edge.recipient,
                        before=str(before[one.edge.file, one.edge.line]),
                        after=str(one.edge.as_of),
                    ),
                )
                for one in hits
            ),
            rules=tuple(rules.values()),
            law=says.law if says else LawStanding.NO_RULE,
        ),
    )
