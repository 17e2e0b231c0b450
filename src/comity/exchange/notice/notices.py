"""Notices as either desk sees them, and a notice taken back by its owner."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.asking.kept_outcome import DELIVERY_KEY
from comity.exchange.duty.duties import DESK, look_again, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.messages.wire import Delivered, NoticeBrought
from comity.exchange.notice.notice_made import NOTICE_KEY
from comity.exchange.owners import owner_facts, owner_here
from comity.exchange.recalls.recall import recall_releases
from comity.exchange.recalls.standing_releases import standing_releases
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import EntryKind, Unit
from comity.model.notice import (
    EventNotice,
    NoticeDue,
    NoticeFlow,
    NoticeShown,
    NoticeState,
    NoticeTaken,
    RetractReason,
)
from comity.ports import World

SEES = DESK | {"supervisor", "auditor"}
TELLS_THE_PERSON = frozenset({"subject", "subjects-lawyer"})


def list_notices(world: World, member: Member) -> tuple[NoticeShown, ...]:
    """The notices that the member's agency gave and got, the newest last. Raises WrongUseError for who may not see them."""
    agency = _seeing(world, member)
    deliveries = world.journal.deliveries(agency.id)
    recalls = [(one, one.due) for one in deliveries if isinstance(one.due, Recall)]
    found = [
        _shown(world, agency, one, recalls) for one in deliveries if isinstance(one.due, NoticeDue | NoticeTaken)
    ]
    return tuple(sorted(found, key=lambda one: (one.notice.made_ms if one.notice else 0, one.id)))


def list_flows(world: World, member: Member) -> tuple[NoticeFlow, ...]:
    """The flows of notices of the member's agency, those that ended too. Raises WrongUseError for who may not see them."""
    return world.journal.notice_flows(_seeing(world, member).id)


def retract_notice(world: World, member: Member, notice_id: str, why: RetractReason, words: str) -> NoticeShown:
    """Take a notice back.

    1 the words, and the owner's desk   2 the notice   3 taken back before: nothing changes
    4 one entry: the recall, the duty until its recipient confirmed, and the notice is not sent again

    Raises WrongUseError for who may not, or no such notice.
    """
    said = said_words("reason", words)  # 1
    owner = owner_here(world, member.agency)
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not take a notice back; it needs {', '.join(sorted(DESK))}")

    def act() -> None:
        notice = _given(world, owner, notice_id)  # 2
        item = world.journal.find_item(notice.item.item_id)
        if item is None:
            raise WrongUseError(f"what notice `{notice_id[:64]}` was about is no longer kept")
        if _is_withdrawn(world, owner, item.item_id):  # 3
            return
        now_ms = world.clock.now_ms()
        releases = [one for one in standing_releases(world, owner, item.record_id) if one.item_id == item.item_id]
        recalls = recall_releases(owner, item.record_id, RecallKind.WITHDRAWN, releases, now_ms)
        append_entry(  # 4
            world,
            Unit(
                facts=owner_facts(EntryKind.RECALLED, owner, now_ms),
                content=canonical_bytes({"owner": owner.id, "recalls": len(recalls.deliveries)}),
                record=canonical_bytes({"notice": notice_id, "by": member.id, "why": why, "reason": said}),
                duties=recalls.duties,
                deliveries=recalls.deliveries,
                recalled=recalls.entries,
            ),
        )

    look_again(act)
    return next(one for one in list_notices(world, member) if one.id == notice_id and not one.incoming)


def _seeing(world: World, member: Member) -> Agency:
    agency = owner_here(world, member.agency)
    if not SEES & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not see notices; it needs {', '.join(sorted(SEES))}")
    return agency


def _given(world: World, owner: Agency, notice_id: str) -> EventNotice:
    for one in world.journal.deliveries(owner.id):
        if not one.incoming and isinstance(one.due, NoticeDue) and one.due.notice == notice_id:
            found = world.journal.find_answer(one.recipient, notice_id, NOTICE_KEY)
            if found is not None and found[1]:
                return from_canonical(found[1], EventNotice)
    raise WrongUseError(
        f"`{owner.id}` gave no notice `{notice_id[:64]}` that is still kept; `comity notice list` shows them"
    )


def _is_withdrawn(world: World, owner: Agency, item_id: str) -> bool:
    return any(
        item.item_id == item_id
        for one in world.journal.deliveries(owner.id)
        if not one.incoming and isinstance(one.due, Recall) and one.due.kind is RecallKind.WITHDRAWN
        for item in one.due.items
    )


def _shown(
    world: World, agency: Agency, stored: StoredDelivery, recalls: list[tuple[StoredDelivery, Recall]]
) -> NoticeShown:
    due = stored.due
    assert isinstance(due, NoticeDue | NoticeTaken), "other deliveries are no notices"
    notice = _kept(world, stored, due)
    item_id = notice.item.item_id if notice is not None else ""
    kinds = sorted(
        {
            recall.kind
            for one, recall in recalls
            if one.incoming == stored.incoming and any(item.item_id == item_id for item in recall.items)
        }
    )
    return NoticeShown(
        id=due.notice,
        owner=stored.sender,
        recipient=stored.recipient,
        incoming=stored.incoming,
        state=_state(stored, notice, kinds),
        notice=notice,
        markers=tuple(kind for kind in kinds if kind is not RecallKind.WITHDRAWN),
        owed=_owed(world, agency, due.notice),
    )


def _kept(world: World, stored: StoredDelivery, due: NoticeDue | NoticeTaken) -> EventNotice | None:
    """What a notice says, as long as it is kept."""
    if not stored.incoming:
        found = world.journal.find_answer(stored.recipient, due.notice, NOTICE_KEY)
        return from_canonical(found[1], EventNotice) if found is not None and found[1] else None
    found = world.journal.find_answer(stored.recipient, due.notice, f"{DELIVERY_KEY}:{stored.id}")
    if not due.notice or found is None or not found[1]:
        return None
    parcel = from_canonical(found[1], Delivered).parcel
    return parcel.notice if isinstance(parcel, NoticeBrought) else None


def _state(stored: StoredDelivery, notice: EventNotice | None, kinds: list[RecallKind]) -> NoticeState:
    if notice is None or RecallKind.WITHDRAWN in kinds:
        return NoticeState.WITHDRAWN
    if stored.arrived_ms is None:
        return NoticeState.ON_ITS_WAY if stored.next_ms is not None else NoticeState.STOPPED
    return NoticeState.MARKED if kinds else NoticeState.TOLD


def _owed(world: World, agency: Agency, notice_id: str) -> int:
    """How many notices to the person nobody has given yet."""
    return sum(
        one.query_id == notice_id and one.duty.to in TELLS_THE_PERSON and not is_done(one)
        for one in world.journal.duties(agency.id)
    )
