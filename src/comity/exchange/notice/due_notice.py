"""What a notice that is still to be brought carries, when it is sent: decided once more, and sent only as it was made.

Where it was taken back, its flow ended, or law or record would have it say something else, it does not leave: a notice that
came late is no news, and its recipient may ask.
"""

from __future__ import annotations

from comity.exchange.answering.release import notice_item
from comity.exchange.messages.wire import NoticeBrought
from comity.exchange.notice.notice_decision import decide_notice
from comity.exchange.notice.notice_made import NOTICE_KEY
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import restore_receipt
from comity.ledger.witnessed import check_witnessed
from comity.model.canon import from_canonical
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import RECALLED_BODY
from comity.model.notice import EventNotice, NoticeDue
from comity.ports import World


def due_notice(world: World, delivery: StoredDelivery, due: NoticeDue) -> NoticeBrought | None:
    """The notice as it may leave now, with its receipt; None where it may not. Raises UnwitnessedError."""
    found = world.journal.find_answer(delivery.recipient, due.notice, NOTICE_KEY)
    flow = next((one for one in world.journal.notice_flows(delivery.sender) if one.id == due.flow), None)
    if found is None or found[0] == RECALLED_BODY or not found[1] or flow is None or flow.ended_ms is not None:
        return None
    now_ms = world.clock.now_ms()
    check_witnessed(world, now_ms)  # it was entered while the witnesses were there; it leaves while they are
    notice = from_canonical(found[1], EventNotice)
    minted = world.journal.find_item(notice.item.item_id)
    record = world.records.get(delivery.sender, minted.record_id) if minted is not None else None
    person = (
        next((one for one in record.people if minted and one.key == minted.person_key), None) if record else None
    )
    if record is None or person is None:
        return None
    made = decide_notice(world, flow, (record, person), notice.id, now_ms)
    if made.asked.refused or not made.tells:
        return None
    if notice_item(made.decided, notice.item.item_id, load_vocabulary()) != notice.item:
        return None
    return NoticeBrought(notice=notice, receipt=restore_receipt(world, found[2]))
