"""Questions that a second person of the agency decides before anybody is asked: about people close to a member, and those that
ask again for another purpose or for somebody else after one that fell short.

Whoever decides it did not ask, has one of `APPROVERS` as role, and is not the one whose own person or household it is: for
that member it is not there. Nobody else learns as whom the subject is listed. A question of an emergency was sent at once
and is decided afterwards, with nothing left to stop. Whoever asked takes it back by `withdraw_waiting.py`.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import LedgerError, WrongUseError
from comity.exchange.asking.asker import check_asking
from comity.exchange.asking.kept_outcome import APPROVAL_KEY
from comity.exchange.asking.looked_up import asked_lately
from comity.exchange.asking.put import Progress, Ready, make_ready, put_question
from comity.exchange.builtin import builtin_reason
from comity.exchange.duty.duties import look_again, said_words
from comity.exchange.owners import owner_day, owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.approval import Approval
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import Status
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import Outcome, SourceResult
from comity.model.refused import tell_refused
from comity.model.waiting import ApprovalShown, OwnWaiting, WaitingQuestion, WaitsFor
from comity.ports import World

APPROVERS = frozenset({"supervisor", "agency-head", "privacy-officer"})
WAITS_MS = 24 * 3_600_000  # every shift's supervisor comes by once; what is asked after a day is asked anew
LIST_SENTENCE = "it matches your agency's list of people close to its members"
CHANGED_SENTENCE = (
    "you asked about this person within 7 days for another purpose or another agency, and that question was refused or "
    "held, is not answered yet, or the law withheld some of its answer"
)


def wait_for_approval(world: World, ready: Ready, waits: WaitsFor) -> Outcome:
    """Keep a question until a second person decides; nothing of it leaves. The outcome says so of every owner."""
    append_entry(world, approval_unit(ready, waits))
    asking = ready.asking
    reason = builtin_reason("comity/SECOND-PERSON", effect="hold", because=sentence_of(waits))
    return Outcome(
        query_id=asking.query_id,
        request=asking.request,
        asked_ms=asking.now_ms,
        took_ms=world.clock.now_ms() - asking.now_ms,
        sources=tuple(
            SourceResult(agency=query.owner, status=Status.REFUSED, reasons=ready.refused[query.owner])
            if ready.refused[query.owner]
            else SourceResult(agency=query.owner, status=Status.HELD, reasons=(reason,))
            for query in ready.queries
        ),
        persons=(),
    )


def sentence_of(waits: WaitsFor) -> str:
    """Why a question waits, as its asker is told; of one that is on the list no other reason is given."""
    return LIST_SENTENCE if waits.close else CHANGED_SENTENCE


def approval_unit(ready: Ready, waits: WaitsFor) -> Unit:
    """The entry of a question that a second person has to see. The public part says that there is one, and not of what."""
    asking = ready.asking
    owner, query_id = asking.asker, asking.query_id
    return Unit(
        facts=owner_facts(EntryKind.APPROVAL_ASKED, owner, asking.now_ms),
        content=canonical_bytes(WaitingQuestion(request=asking.request, stands=ready.stands)),
        record=canonical_bytes(asking.member),
        sealed=canonical_bytes(waits),
        answer_to=(owner.id, query_id, APPROVAL_KEY, digest(asking.request)),
        approvals=(
            Approval(
                id=query_id,
                owner=owner.id,
                member=asking.member.id,
                emergency=asking.is_emergency,
                asked_ms=asking.now_ms,
                until_ms=asking.now_ms + WAITS_MS,
            ),
        ),
    )


def list_approvals(world: World, member: Member, *, decided: bool = False) -> tuple[ApprovalShown, ...]:
    """The questions that wait for a second person and that this member may decide; those decided or lapsed too where asked."""
    owner = _approving(world, member)
    now_ms = world.clock.now_ms()
    found = (one for one in world.journal.approvals.of(owner.id) if decided or one.is_open(now_ms))
    shown = (_shown(world, one) for one in found)
    return tuple(one for one in shown if one is not None and not _is_own(member, one))


def own_waiting(world: World, member: Member, query_id: str) -> tuple[OwnWaiting, ...]:
    """How a question of the member's own stands with its second person; nothing for any other and for one sent at once."""
    owner = owner_here(world, member.agency)
    approval = world.journal.approvals.find(owner.id, query_id)
    shown = _shown(world, approval) if approval is not None and approval.member == member.id else None
    if shown is None or shown.approval.emergency:
        return ()
    return (OwnWaiting(approval=shown.approval, listed=bool(shown.close)),)


def decide_approval(
    world: World,
    member: Member,
    members: tuple[Member, ...],
    query_id: str,
    decision: tuple[bool, str],
    progress: Progress = lambda _: None,
) -> Approval:
    """Approve a question, which sends it, or refuse it; of one that was sent at once, say whether it was right.

    `members` are those the node has now: who asked may have left.
    1 the reason, and who decides   2 the question, as it was put   3 decided before: that stands
    4 refused, or sent long ago: one entry   5 approved: made ready anew under the law of now, entered and sent at once

    Raises WrongUseError for who may not, no such question, or one that lapsed.
    """
    granted, said = decision[0], said_words("reason", decision[1])  # 1
    owner = _approving(world, member)

    def act() -> Approval:
        now_ms = world.clock.now_ms()
        shown = get_approval(world, owner, member, query_id)  # 2
        approval = shown.approval
        if (approval.by, approval.granted, approval.reason) == (member.id, granted, said):  # 3
            return approval
        _check_open(owner, approval, now_ms)
        decided = replace(
            approval, by=member.id, decided_ms=now_ms, granted=granted, reason=said, changed=approval.changed + 1
        )
        unit = _decided_unit(owner, decided, now_ms)
        if decided.emergency or not granted:  # 4
            append_entry(world, unit)
            return decided
        question = shown.question
        asker = next((one for one in members if one.id == approval.member), None)  # 5
        if asker is None:
            raise WrongUseError(tell_refused("approval.no-member", member=approval.member))
        asking = check_asking(world, question.request, asker, now_ms, query_id)
        ready = make_ready(world, asking, question.stands, asked_lately(world, asking))
        put_question(world, ready, (unit,), progress)
        return decided

    return look_again(act)


def get_approval(world: World, owner: Agency, member: Member, query_id: str) -> ApprovalShown:
    """A question that a member may decide. Raises WrongUseError for any other, also for one about the member's own circle."""
    approval = world.journal.approvals.find(owner.id, query_id)
    shown = _shown(world, approval) if approval is not None else None
    if shown is None or _is_own(member, shown):
        raise WrongUseError(tell_refused("approval.none", question=query_id[:64], agency=owner.id))
    return shown


def _approving(world: World, member: Member) -> Agency:
    """The agency whose questions a member decides. Raises WrongUseError for anybody without the role or the training."""
    owner = owner_here(world, member.agency)
    if not APPROVERS & set(member.roles):
        raise WrongUseError(
            f"`{member.id}` does not approve questions; it needs one of {', '.join(sorted(APPROVERS))}"
        )
    if member.trained_until < owner_day(owner, world.clock.now_ms()):
        raise WrongUseError(tell_refused("approval.training", member=member.id, day=str(member.trained_until)))
    return owner


def _check_open(owner: Agency, approval: Approval, now_ms: int) -> None:
    if approval.is_withdrawn:
        raise WrongUseError(tell_refused("approval.taken-back", member=approval.member))
    if approval.decided_ms is not None:
        raise WrongUseError(tell_refused("approval.decided", member=approval.by))
    if not approval.is_open(now_ms):
        raise WrongUseError(tell_refused("approval.lapsed", agency=owner.id))


def _is_own(member: Member, shown: ApprovalShown) -> bool:
    """Whether the member asked it, or it is about the member's own person or household."""
    return member.id == shown.approval.member or any(one.member == member.id for one in shown.close)


def _shown(world: World, approval: Approval) -> ApprovalShown | None:
    """The question as it was put; None where what it asked is no longer kept."""
    found = world.journal.find_answer(approval.owner, approval.id, APPROVAL_KEY)
    sealed = world.journal.sealed(found[2]) if found is not None else None
    if found is None or not found[1] or sealed is None:
        if approval.decided_ms is None and approval.is_open(world.clock.now_ms()):
            raise LedgerError(f"what question `{approval.id}` asks is not kept; restore the database from a copy")
        return None
    question = from_canonical(found[1], WaitingQuestion)
    waits = from_canonical(sealed, WaitsFor)
    return ApprovalShown(approval=approval, question=question, close=waits.close, changed=waits.changed)


def _decided_unit(owner: Agency, decided: Approval, now_ms: int) -> Unit:
    return Unit(
        facts=owner_facts(EntryKind.APPROVAL_DECIDED, owner, now_ms),
        content=canonical_bytes({"query": decided.id, "changed": decided.changed}),
        record=canonical_bytes(decided),
        approvals=(decided,),
    )
