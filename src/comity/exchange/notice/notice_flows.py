"""Flows of notices: an owner declares of which events one agency is told, and ends it.

A flow is no permit. It opens only where an agreement made for notices lets something of such an event be told for its purpose,
and the law decides each notice again.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.duty.duties import DESK, look_again, said_words
from comity.exchange.fresh_id import fresh_id
from comity.exchange.notice.notice_decision import decide_flow
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes
from comity.model.codes import Purpose, Status
from comity.model.decision import Reason
from comity.model.disclosure import EntryKind, Unit
from comity.model.notice import CLASS_OF, EventKind, FlowSet, NoticeFlow
from comity.ports import World

MOST_FLOWS = 64  # of one owner: each looks at every event; more recipients than that are an audience


def open_flow(
    world: World, member: Member, wanted: tuple[str, EventKind, Purpose], case_number: str, contact: str
) -> FlowSet:
    """Declare that a recipient is told of events of one kind for one purpose (`wanted`).

    1 who, and the recipient   2 declared before: nothing changes   3 the law, as for any question
    4 one entry, whether it was let in or refused; events from now on are told

    Raises WrongUseError for who may not, or a recipient that is at no node.
    """
    owner = _desk_of(world, member)  # 1
    recipient, event, purpose = wanted
    agency = world.directory().find_agency(recipient)
    if agency is None or not agency.node or agency.id == owner.id:
        raise WrongUseError(f"`{recipient[:64]}` is at no node of the directory; name another agency that is")
    flows = [one for one in world.journal.notice_flows(owner.id) if one.ended_ms is None]
    same = [one for one in flows if (one.recipient, one.event, one.purpose) == wanted]
    if same:  # 2
        return FlowSet(flow=same[0])
    if len(flows) >= MOST_FLOWS:
        raise WrongUseError(f"`{owner.id}` has {MOST_FLOWS} flows of notices; end one that is no longer needed")
    now_ms = world.clock.now_ms()
    flow = NoticeFlow(
        owner=owner.id,
        id=fresh_id(world, now_ms),
        recipient=recipient,
        event=event,
        purpose=purpose,
        case_number=case_number,
        contact=contact,
        opened_by=member.id,
        opened_ms=now_ms,
        seen=world.records.newest(),
    )
    law, asked = decide_flow(world, flow, now_ms)  # 3
    refused = asked.refused
    append_entry(world, flow_unit(owner, flow, (now_ms, law.hash), refused))  # 4
    return FlowSet(flow=None if refused else flow, refused=refused)


def end_flow(world: World, member: Member, flow_id: str, words: str) -> NoticeFlow:
    """End a flow; what was told stays told. Raises WrongUseError for who may not, or no such flow."""
    said = said_words("reason", words)
    owner = _desk_of(world, member)

    def act() -> NoticeFlow:
        flow = next((one for one in world.journal.notice_flows(owner.id) if one.id == flow_id), None)
        if flow is None:
            raise WrongUseError(
                f"`{owner.id}` has no flow of notices `{flow_id[:64]}`; `comity notice flows` shows them"
            )
        if flow.ended_ms is not None:
            return flow
        now_ms = world.clock.now_ms()
        ended = replace(flow, ended_ms=now_ms, ended_by=member.id, why=said, changed=flow.changed + 1)
        append_entry(world, flow_unit(owner, ended, (now_ms, ""), ()))
        return ended

    return look_again(act)


def flow_unit(owner: Agency, flow: NoticeFlow, at: tuple[int, str], refused: tuple[Reason, ...]) -> Unit:
    """That a flow is as it is from now on, or why it was refused: then it is kept with its entry alone."""
    now_ms, law = at
    facts = replace(
        owner_facts(EntryKind.NOTICES_SET, owner, now_ms),
        purpose=flow.purpose,
        class_mask=class_mask((CLASS_OF[flow.event],)),
        decision=Status.REFUSED if refused else "",
        law=law,
    )
    return Unit(
        facts=facts,
        content=canonical_bytes({"owner": owner.id, "open": int(flow.ended_ms is None and not refused)}),
        record=canonical_bytes([flow, refused]),
        notice_flows=() if refused else (flow,),
    )


def _desk_of(world: World, member: Member) -> Agency:
    owner = owner_here(world, member.agency)
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not set notices; it needs {', '.join(sorted(DESK))}")
    return owner
