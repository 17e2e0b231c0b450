"""Looking for misuse: what an owner's disclosure records show, and what of it a reviewer has not seen yet.

1 now, who             a privacy officer or an auditor
2 open_uses            every record since, against its commitment
3 sealed list          as it stands now
4 read_uses            hashes in place of what anybody wrote; what a second person approved is no look-up of one's own circle
5 earlier findings     what was put to a reviewer already
6 find_patterns        pure
7 append_entries       each new finding with its entry, all or none
8 told                 without findings the reader is in
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from comity.exchange.asking.circle import read_circle
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entries
from comity.model.agency import Agency, Member
from comity.model.approval import Approval
from comity.model.canon import canonical_bytes, digest
from comity.model.disclosure import EntryKind, Unit
from comity.model.finding import Finding, FindingKind, FindingsListed, FindingState, FindingsTold
from comity.model.sentence import Sentence
from comity.oversight.findings.detect import find_patterns
from comity.oversight.findings.opened import Opening, open_uses
from comity.oversight.findings.pointers import followed_of_agencies
from comity.oversight.findings.read_uses import read_uses
from comity.oversight.findings.reviewers import may_see, reviewed_owner
from comity.oversight.findings.seen import SEEN, sentence_of
from comity.oversight.findings.uses import DAY_MS, Pattern, Use
from comity.ports import World

LOOK_BACK_DAYS = 120  # a quarter, which is the longest any pattern reaches, and a month beside it
ID_DIGITS = 12
MOST_NEW = 500  # findings entered at one look; the rest is found by the next, when these were put to somebody


def look_for_findings(
    world: World, member: Member, since_ms: int | None = None, kind: FindingKind | None = None
) -> FindingsTold:
    """Look for misuse and tell what is there: findings since a time, of one kind where it is named; the newest first.

    Raises WrongUseError for who is no reviewer, ProofError where the log has no head to hold its entries against.
    """
    return look_again(lambda: _look(world, member, since_ms, kind))


def _look(world: World, member: Member, since_ms: int | None, kind: FindingKind | None) -> FindingsTold:
    now_ms = world.clock.now_ms()  # 1
    owner = reviewed_owner(world, member)
    begin_ms = max(0, now_ms - LOOK_BACK_DAYS * DAY_MS)
    opening = open_uses(world, owner, begin_ms)  # 2
    circle = read_circle(world, owner)[1]  # 3
    uses = read_uses(opening.uses, world.directory(), circle, world.randomness.take(32))  # 4
    stored = world.journal.findings.of(owner.id)  # 5
    uses = without_approved(uses, owner.id, world.journal.approvals.of(owner.id))
    patterns = find_patterns(uses, judged_of(stored))  # 6
    unopened = _unopened(owner, opening, stored, now_ms)
    new = tuple(chain(unopened, (_finding(owner, one, now_ms) for one in patterns)))[:MOST_NEW]
    if new:
        append_entries(world, tuple(_unit(owner, one, now_ms) for one in new))  # 7
    everything = (*stored, *new)
    pointers, followed = followed_of_agencies(uses)
    shown = [
        one
        for one in everything
        if kind in (None, one.kind) and one.last_ms >= (since_ms or 0) and may_see(world, member, one)
    ]
    return FindingsTold(  # 8
        owner=owner.id,
        since_ms=begin_ms,
        questions=sum(1 for one in uses if not one.told),
        forgotten=opening.forgotten,
        pointers=pointers,
        followed=followed,
        findings=tuple(sorted(shown, key=_newest_open)),
        closed=_count(one for one in everything if not one.is_open),
        dismissed=_count(one for one in everything if one.state is FindingState.DISMISSED),
    )


def list_findings(world: World, member: Member) -> FindingsListed:
    """What earlier looks found, without looking again: what is open first, then the newest. Raises WrongUseError."""
    owner = reviewed_owner(world, member)
    stored = world.journal.findings.of(owner.id)
    shown = [one for one in stored if may_see(world, member, one)]
    return FindingsListed(
        owner=owner.id,
        findings=tuple(sorted(shown, key=_newest_open)),
        closed=_count(one for one in stored if not one.is_open),
        dismissed=_count(one for one in stored if one.state is FindingState.DISMISSED),
    )


def _newest_open(one: Finding) -> tuple[bool, int, str]:
    return not one.is_open, -one.last_ms, one.id


def without_approved(uses: Iterable[Use], owner: str, approvals: Iterable[Approval]) -> tuple[Use, ...]:
    """Uses of which those that a second person let go out, or found right afterwards, are about nobody on the list."""
    approved = {one.id for one in approvals if one.granted}
    return tuple(
        replace(one, circle=None) if one.asker == owner and one.query_id in approved else one for one in uses
    )


def judged_of(stored: Iterable[Finding]) -> Mapping[FindingKind, frozenset[int]]:
    """By kind, the entries that some finding rests on already."""
    found: dict[FindingKind, set[int]] = {}
    for one in stored:
        found.setdefault(one.kind, set()).update(one.entries)
    return {kind: frozenset(entries) for kind, entries in found.items()}


def _finding(owner: Agency, pattern: Pattern, now_ms: int) -> Finding:
    askers = {one.asker for one in pattern.uses}
    return Finding(
        id=_id(owner, pattern.kind, pattern.entries),
        owner=owner.id,
        kind=pattern.kind,
        asker=askers.pop() if len(askers) == 1 else "",
        sentence=pattern.sentence,
        entries=pattern.entries,
        counts=pattern.counts,
        first_ms=min(one.at_ms for one in pattern.uses),
        last_ms=max(one.at_ms for one in pattern.uses),
        opened_ms=now_ms,
    )


def _unopened(owner: Agency, opening: Opening, stored: Iterable[Finding], now_ms: int) -> tuple[Finding, ...]:
    """One finding over the entries that do not open: the log says one thing and what is kept beside it another."""
    judged = judged_of(stored).get(FindingKind.UNOPENED, frozenset())
    entries = tuple(index for index in opening.unopened if index not in judged)
    if not entries:
        return ()
    kind = FindingKind.UNOPENED
    counts = {"entries": len(entries)}
    return (
        Finding(
            id=_id(owner, kind, entries),
            owner=owner.id,
            kind=kind,
            asker="",
            sentence=sentence_of(Sentence(code=SEEN + kind, facts=dict(counts))),
            entries=entries,
            counts=counts,
            first_ms=now_ms,
            last_ms=now_ms,
            opened_ms=now_ms,
        ),
    )


def _id(owner: Agency, kind: FindingKind, entries: tuple[int, ...]) -> str:
    """The same pattern has the same id, whoever looks and when."""
    name = digest({"owner": owner.id, "kind": kind, "entries": entries})
    return "f-" + name.removeprefix("sha256:")[:ID_DIGITS]


def _unit(owner: Agency, one: Finding, now_ms: int) -> Unit:
    return Unit(
        facts=owner_facts(EntryKind.FINDING_OPENED, owner, now_ms),
        content=canonical_bytes({"finding": one.id, "changed": one.changed}),
        record=canonical_bytes(one),
        findings=(one,),
    )


def _count(findings: Iterable[Finding]) -> dict[str, int]:
    return dict(sorted(Counter(str(one.kind) for one in findings).items()))
