"""The review of a finding: taken, then dismissed or upheld by whoever took it; who it was is seen in a step of its own.

Every step is one entry and one changed finding, in one transaction. Closed is closed: what comes later makes its own finding.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.finding import Finding, FindingShown, FindingState, Proved
from comity.model.refused import tell_refused
from comity.oversight.findings.opened import check_included, log_head
from comity.oversight.findings.reviewers import get_finding, members_in, reviewed_owner
from comity.ports import World

MOST_PROOFS = 500  # shown with one finding: a page a person goes through; the entries are listed whole

Change = Callable[[Finding, int], Finding]


def show_finding(world: World, member: Member, name: str) -> FindingShown:
    """A finding with the proof of each entry. Raises WrongUseError, or ProofError for an entry that is not in the log."""
    finding = get_finding(world, member, name)
    head = log_head(world)
    proofs = []
    for index in finding.entries[:MOST_PROOFS]:
        raw = world.journal.entry(index)
        proof = check_included(world, index, raw, head)
        proofs.append(Proved(number=index, entry=b64encode(raw).decode(), proof=proof))
    return FindingShown(finding=finding, proofs=tuple(proofs))


def take_finding(world: World, member: Member, name: str) -> Finding:
    """Take a finding for review, also over from another reviewer. Raises WrongUseError for one that is closed."""

    def change(found: Finding, now_ms: int) -> Finding:
        _check_open(found)
        if found.reviewer == member.id:
            return found
        return replace(found, state=FindingState.TAKEN, reviewer=member.id, taken_ms=now_ms)

    return _act(world, member, name, change, EntryKind.FINDING_TAKEN)


def ask_to_explain(world: World, member: Member, name: str, words: str) -> Finding:
    """Record, in at least three words, that whoever asked is asked to explain; the finding stays open.

    Nothing is sent: the reviewer asks in person. Raises WrongUseError, NounError.
    """
    asked = said_words("reason", words)

    def change(found: Finding, _now_ms: int) -> Finding:
        _check_open(found)
        _check_taken_by(found, member)
        return replace(found, words=asked)

    return _act(world, member, name, change, EntryKind.FINDING_TAKEN)


def dismiss_finding(world: World, member: Member, name: str, words: str) -> Finding:
    """Close a finding as no misuse, with the reason in at least three words. Raises WrongUseError, NounError."""
    return _close(world, member, name, said_words("reason", words), FindingState.DISMISSED)


def uphold_finding(world: World, member: Member, name: str, words: str) -> Finding:
    """Close a finding as misuse, with what is done about it in at least three words. Raises WrongUseError, NounError."""
    return _close(world, member, name, said_words("action", words), FindingState.UPHELD)


def see_members(world: World, member: Member, name: str, words: str) -> FindingShown:
    """Whose questions a finding rests on, for the reviewer who took it, with a reason. Entered before it is told."""
    reason = said_words("reason", words)
    owner = reviewed_owner(world, member)
    found = get_finding(world, member, name)
    _check_taken_by(found, member)
    members = tuple(one for _, one in members_in(world, found))
    now_ms = world.clock.now_ms()
    unit = Unit(
        facts=owner_facts(EntryKind.FINDING_MEMBERS_SEEN, owner, now_ms),
        content=canonical_bytes({"finding": found.id, "members": len(members)}),
        record=canonical_bytes({"finding": found.id, "by": member.id, "reason": reason}),
    )
    append_entry(world, unit)
    return FindingShown(finding=found, proofs=(), members=members)


def _close(world: World, member: Member, name: str, words: str, state: FindingState) -> Finding:
    def change(found: Finding, now_ms: int) -> Finding:
        if (found.state, found.reviewer, found.words) == (state, member.id, words):
            return found
        _check_open(found)
        _check_taken_by(found, member)
        return replace(found, state=state, closed_ms=now_ms, words=words)

    return _act(world, member, name, change, EntryKind.FINDING_CLOSED)


def _act(world: World, member: Member, name: str, change: Change, kind: EntryKind) -> Finding:
    """Change a finding and enter it; nothing where the change leaves it as it is."""
    owner = reviewed_owner(world, member)

    def act() -> Finding:
        now_ms = world.clock.now_ms()
        found = get_finding(world, member, name)
        changed = change(found, now_ms)
        if changed == found:
            return found
        changed = replace(changed, changed=found.changed + 1)
        unit = Unit(
            facts=owner_facts(kind, owner, now_ms),
            content=canonical_bytes({"finding": changed.id, "changed": changed.changed}),
            record=canonical_bytes(changed),
            findings=(changed,),
        )
        append_entry(world, unit)
        return changed

    return look_again(act)


def _check_open(found: Finding) -> None:
    if not found.is_open:
        raise WrongUseError(
            tell_refused("finding.done", finding=found.id, state=found.state, member=found.reviewer)
        )


def _check_taken_by(found: Finding, member: Member) -> None:
    if found.reviewer != member.id:
        raise WrongUseError(tell_refused("finding.not-taken", member=member.id, finding=found.id))
