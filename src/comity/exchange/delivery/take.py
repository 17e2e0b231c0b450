"""Taking a delivery: what another agency's node brings is entered here once, and the receipt says so.

1 now               read once
2 open_message      signature, sender, freshness, replay
3 check_parties     the sending agency is at the sending node, the recipient at this one
4 taken before      the same receipt again; the same id over other content is turned away
5 what it changes   a recall or a hit to confirm, what is said of either, a late answer: each checked against what is here
6 append_entry      with everything that follows from it
7 seal              the receipt goes back: until it has, the sender brings it again
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import DeliveryChangedError, FeedBrokenError, RejectedMessageError, StandingChangedError
from comity.exchange.answering.turn_away import turn_away
from comity.exchange.asking.kept_outcome import DELIVERY_KEY
from comity.exchange.asking.late_answer import late_answer_unit
from comity.exchange.desk.confirmation_asked import forgotten_requests, take_asked
from comity.exchange.desk.confirmation_said import take_said
from comity.exchange.desk.mistakes import take_mistake
from comity.exchange.desk.request_withdrawn import take_withdrawal
from comity.exchange.feed.feed_taken import broken_feed, take_batch
from comity.exchange.messages.listed_keys import nodes_at
from comity.exchange.messages.open_message import OpenMessage, Rejected, open_message, rejected
from comity.exchange.messages.suspended import suspended_sentence, suspension_among, takes_back
from comity.exchange.messages.wire import (
    Delivered,
    LateAnswer,
    NoticeBrought,
    PassedOn,
    Reply,
    Taken,
    seal_message,
)
from comity.exchange.notice.notice_taken import take_notice
from comity.exchange.onward.onward_asked import take_onward_said
from comity.exchange.onward.onward_decided import take_onward
from comity.exchange.onward.passed_on import take_passed_on
from comity.exchange.owners import owner_day, owner_facts
from comity.exchange.recalls.recall_confirmed import take_confirmation
from comity.exchange.recalls.recall_taken import take_recall
from comity.exchange.standing.standing_here import take_told
from comity.exchange.transmission.transmissions import take_transmission
from comity.ledger.append import append_entries, append_entry, restore_receipt
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest
from comity.model.confirmation import ConfirmationAsked, ConfirmationSaid
from comity.model.delivery import Recall, RecallConfirmed
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.feed import FeedBatch
from comity.model.mistake import MistakeReported
from comity.model.onward import OnwardAsked, OnwardSaid
from comity.model.standing import StandingTold
from comity.model.transmission import Transmitted
from comity.model.withdrawal import RequestWithdrawn
from comity.ports import World


def take_delivery(world: World, raw: bytes) -> Reply:
    """Take one delivery. Raises UnauthenticatedError for what nobody listed signed, ClosedError in trouble."""
    try:
        return _take(world, raw)
    except (RejectedMessageError, DeliveryChangedError, StandingChangedError):
        return _take(world, raw)  # another thread took or changed it between our look and our commit: look again


def _take(world: World, raw: bytes) -> Reply:
    now_ms = world.clock.now_ms()  # 1
    opened = open_message(world, raw, now_ms)  # 2
    if isinstance(opened, Rejected):
        return turn_away(world, opened, now_ms)
    try:
        delivered, recipient = _check_parties(world, opened)  # 3
        before = _taken_before(world, delivered, recipient)  # 4
        effects = () if before is not None else _effects(world, delivered, recipient, now_ms)  # 5
    except FeedBrokenError as error:
        _enter_broken(world, delivered, recipient, (str(error), now_ms))
        return turn_away(world, rejected(opened, str(error)), now_ms)
    except RejectedMessageError as error:
        return turn_away(world, rejected(opened, str(error)), now_ms)
    base = _base_unit(opened, delivered, recipient, now_ms)
    if before is None:
        receipt = append_entries(world, _units(base, delivered, recipient, effects))[0]  # 6
    else:
        # What it holds is kept once, where a recall finds it: the second entry says only that it came again.
        append_entry(world, replace(base, content=canonical_bytes({"delivery": delivered.id})))
        receipt = restore_receipt(world, before)
    body = Taken(delivery=delivered.id, receipt=receipt)
    return Reply(seal_message(world, opened.message.sender, body, now_ms))  # 7


def delivery_key(delivered: Delivered) -> tuple[str, str]:
    """Under which a delivery that was taken is kept: what tells of an item with its question, so that a recall finds it."""
    parcel = delivered.parcel
    match parcel:
        case LateAnswer():
            query_id = parcel.answer.query_id
        case ConfirmationSaid():
            query_id = parcel.query_id
        case PassedOn():
            query_id = parcel.query.id
        case NoticeBrought():
            query_id = parcel.notice.id
        case Transmitted():
            query_id = parcel.id
        case _:
            query_id = delivered.id
    return query_id, f"{DELIVERY_KEY}:{delivered.id}"


def _check_parties(world: World, opened: OpenMessage) -> tuple[Delivered, Agency]:
    delivered = opened.message.body
    if not isinstance(delivered, Delivered):
        raise RejectedMessageError("this is no delivery; send it as what it is")
    sender = opened.directory.find_agency(delivered.sender)
    recipient = opened.directory.find_agency(delivered.recipient)
    if sender is None or opened.message.sender not in nodes_at(opened.directory, sender, opened.message.sent_ms):
        raise RejectedMessageError("the sending agency is not at the sending node; send from its own node")
    if recipient is None or recipient.node != world.node:
        raise RejectedMessageError(
            f"`{delivered.recipient}` is not held at this node; look it up in the directory"
        )
    parties = (sender.id, recipient.id, opened.message.sender)
    suspended = suspension_among(opened.directory, *parties)
    if suspended is not None and not takes_back(delivered.parcel):
        raise RejectedMessageError(suspended_sentence(opened.directory, suspended))
    return delivered, recipient


def _taken_before(world: World, delivered: Delivered, recipient: Agency) -> int | None:
    """The entry under which this very delivery was taken. Raises RejectedMessageError where the id was another's."""
    before = world.journal.find_answer(recipient.id, *delivery_key(delivered))
    if before is None:
        return None
    if before[0] != digest(delivered):
        raise RejectedMessageError("this delivery's id was used for another; give each its own")
    return before[2]


def _effects(world: World, delivered: Delivered, recipient: Agency, now_ms: int) -> tuple[Unit, ...]:
    """What follows from a delivery: first what its own entry commits, then entries of their own."""
    nothing = _nothing(recipient, now_ms)
    match delivered.parcel:
        case Recall() as recall:
            taken = take_recall(world, delivered, recall, recipient, now_ms)
            own = replace(
                nothing,
                deliveries=(taken.delivery,),
                duties=(taken.duty,),
                changed_deliveries=forgotten_requests(world, recipient, recall),
                supersedes=taken.supersedes,
                forgets=taken.forgets,
            )
            return own, *taken.revised
        case RecallConfirmed() as confirmed:
            deliveries, duties = take_confirmation(world, delivered, confirmed, now_ms)
            return (replace(nothing, changed_deliveries=deliveries, changed_duties=duties),)
        case ConfirmationAsked() as asked:
            request, duty = take_asked(world, delivered, asked, recipient, now_ms)
            return (replace(nothing, deliveries=(request,), duties=(duty,)),)
        case ConfirmationSaid() as said:
            word, changed = take_said(world, delivered, said, now_ms)
            return (replace(nothing, deliveries=(word,), changed_deliveries=changed),)
        case MistakeReported() as reported:
            report, duty = take_mistake(world, delivered, reported, recipient, now_ms)
            return (replace(nothing, deliveries=(report,), duties=(duty,)),)
        case RequestWithdrawn() as withdrawn:
            taken_back, duties = take_withdrawal(world, delivered, withdrawn, recipient, now_ms)
            return (replace(nothing, deliveries=(taken_back,), duties=duties),)
        case OnwardAsked() as wanted:
            return take_onward(world, delivered, wanted, recipient, now_ms)
        case OnwardSaid() as told:
            return (replace(nothing, deliveries=(take_onward_said(world, delivered, told, now_ms),)),)
        case PassedOn() as passed:
            kept, outcome = take_passed_on(world, delivered, passed, recipient, now_ms)
            return replace(nothing, deliveries=(kept,)), outcome
        case FeedBatch() as batch:
            change = take_batch(world, delivered, batch, recipient, now_ms)
            return (replace(nothing, feeds=(change,), unkept=True),)
        case StandingTold() as told:
            return (replace(nothing, standing=take_told(world, delivered, told, now_ms)),)
        case NoticeBrought() as brought:
            return (replace(nothing, deliveries=(take_notice(world, delivered, brought, recipient, now_ms),)),)
        case Transmitted() as document:
            return (replace(nothing, deliveries=(take_transmission(delivered, document, now_ms),)),)
        case LateAnswer() as late:
            return nothing, late_answer_unit(world, late, recipient, now_ms)


def _nothing(recipient: Agency, now_ms: int) -> Unit:
    return Unit(facts=owner_facts(EntryKind.TAKEN, recipient, now_ms), content=b"", record=b"")


def _enter_broken(world: World, delivered: Delivered, recipient: Agency, told: tuple[str, int]) -> None:
    """That a batch came out of its order; once, however often it is sent again."""
    fault, now_ms = told
    assert isinstance(delivered.parcel, FeedBatch), "only a batch has an order"
    change = broken_feed(world, delivered.parcel, fault)
    if change is None:
        return
    unit = Unit(
        facts=owner_facts(EntryKind.FEED_BROKEN, recipient, now_ms),
        content=canonical_bytes({"feed": change.feed, "trouble": fault}),
        record=canonical_bytes({"sender": delivered.sender}),
        feeds=(change,),
    )
    append_entry(world, unit)


def _base_unit(opened: OpenMessage, delivered: Delivered, recipient: Agency, now_ms: int) -> Unit:
    """That it came, from whom: an entry each time it does."""
    sender = opened.directory.get_agency(delivered.sender)
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.TAKEN,
            at_ms=now_ms,
            owner_ori=sender.ori_on(owner_day(sender, now_ms)),
            asker_ori=recipient.ori_on(owner_day(recipient, now_ms)),
            pair=pair_of(delivered.id),
        ),
        content=canonical_bytes(delivered),
        record=canonical_bytes({"sender": delivered.sender, "node": opened.message.sender}),
        replay=(opened.message.sender, opened.message.nonce),
    )


def _units(base: Unit, delivered: Delivered, recipient: Agency, effects: tuple[Unit, ...]) -> tuple[Unit, ...]:
    own, *further = effects
    first = replace(
        own,
        facts=base.facts,
        content=base.content,
        record=base.record,
        replay=base.replay,
        answer_to=(recipient.id, *delivery_key(delivered), digest(delivered)),
    )
    return first, *further


def pair_of(delivery_id: str) -> str:
    """What both logs hold of one delivery, so that a reconciler can pair them: 64 hexadecimal digits."""
    return digest({"delivery": delivery_id}).removeprefix("sha256:")
