"""What a delivery carries as it stands when it is sent: put together and decided once more, for the way it goes by."""

from __future__ import annotations

from comity.errors import PeerUnreachableError
from comity.exchange.answering.raised import duty_id
from comity.exchange.delivery.due_answer import due_answer
from comity.exchange.desk.confirmation_said import due_confirmation
from comity.exchange.feed.feed_due import due_batch
from comity.exchange.messages.relay import way_to
from comity.exchange.messages.wire import Delivered, Parcel
from comity.exchange.notice.due_notice import due_notice
from comity.exchange.onward.passed_on import due_passed_on
from comity.model.agency import Agency
from comity.model.canon import digest
from comity.model.confirmation import ConfirmationDue
from comity.model.delivery import AnswerDue, RecallMailed, StoredDelivery
from comity.model.feed import FeedDue
from comity.model.notice import NoticeDue, NoticeTaken
from comity.model.onward import PassedOnDue
from comity.model.transmission import TransmissionDue, TransmissionTaken
from comity.ports import World


def due_parcel(world: World, delivery: StoredDelivery, recipient: Agency) -> Delivered | None:
    """What is sent now; None where nothing stands any more.

    Raises PeerUnreachableError for what would go by brokers that the law was not asked about, or for somebody suspended.
    """
    match delivery.due:
        case AnswerDue() as due:
            found = due_answer(world, due)
            if found is None:
                return None
            _check_way(world, recipient, found.via[::-1])
            # An answer given anew is another message: whoever took the one before takes this one too.
            return _of(delivery, found.late, duty_id(delivery.id, found.index))
        case PassedOnDue() as due:
            passed = due_passed_on(world, due)
            if passed is None:
                return None
            _check_way(world, recipient, passed.query.via[::-1])
            return _of(delivery, passed)
        case FeedDue() as due:  # decided as it is sent, for the way of now; a notice too
            batch = due_batch(world, delivery, due)
            # What leaves of a batch may be less when it is sent again: that is another message about the same batch.
            return None if batch is None else _of(delivery, batch, duty_id(delivery.id, digest(batch)))
        case NoticeDue() as due:
            notice = due_notice(world, delivery, due)
            return None if notice is None else _of(delivery, notice)
        case ConfirmationDue() as due:
            said = due_confirmation(world, delivery, due)
            return None if said is None else _of(delivery, said)
        case NoticeTaken() | TransmissionTaken():
            raise AssertionError("what was taken is not sent")
        case TransmissionDue() | RecallMailed():
            raise AssertionError("what goes abroad has its own way (`push_abroad.py`)")
        case due:
            return _of(delivery, due)


def _of(delivery: StoredDelivery, parcel: Parcel, name: str = "") -> Delivered:
    return Delivered(id=name or delivery.id, sender=delivery.sender, recipient=delivery.recipient, parcel=parcel)


def _check_way(world: World, recipient: Agency, decided_for: tuple[str, ...]) -> None:
    """Raise PeerUnreachableError where the brokers on the way are others than those the law was asked about."""
    if way_to(world, recipient.node) != decided_for:
        raise PeerUnreachableError(
            f"the way to `{recipient.id}` is another than that it was decided for; have it decided anew"
        )
