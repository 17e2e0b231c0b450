"""Pushing what goes abroad: a transmission on either of its channels, and the e-mail of a recall.

1 now               read once; the partner, and whether it is suspended, here or by the directory
2 what it carries   a transmission: the law asked again, and the stored document if it is still what the law gives
3 let out           the attempt is on disk before a byte leaves: whoever suspends or recalls afterwards comes first or too late
4 send              the circuit as any delivery; the mail server by `world.mail`
5 append_entry      the circuit: it arrived, by the partner's receipt. The e-mail: it was sent; it is sent again each day until
                    the partner's signed receipt was taken in (`mail_receipt.py`)

One channel that fails holds nothing back on the other. A stop after 3 leaves an attempt that may have left: it is made again.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import (
    MessageError,
    NounError,
    PeerError,
    PeerUnreachableError,
    ProofError,
    SettingsError,
    WrongUseError,
)
from comity.exchange.delivery.arrival import check_taken, enter_arrival
from comity.exchange.delivery.put_off import LONGEST_TROUBLE, changed, next_try_ms, put_off
from comity.exchange.messages.relay import send_by_way
from comity.exchange.messages.suspended import suspended_sentence, suspension_among, takes_back
from comity.exchange.messages.wire import Delivered, seal_message
from comity.exchange.owners import owner_day
from comity.exchange.transmission.transmission_law import decide_transmission, terms_with
from comity.exchange.transmission.transmit import RELEASED_KEY
from comity.ledger.append import append_entry
from comity.ledger.witnessed import check_witnessed
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.delivery import Recall, RecallMailed, StoredDelivery
from comity.model.disclosure import RECALLED_BODY, EntryFacts, EntryKind, Unit
from comity.model.transmission import Channel, TransmissionDue, Transmitted
from comity.ports import World

SEND_MS = 10_000  # how long a partner may take to enter one
MAIL_AGAIN_MS = 86_400_000  # an e-mail without a receipt after a day was lost, or is read by nobody yet
GONE = "what was to be sent stands no more"
SUSPENDED = "the partner is suspended"


def push_abroad(world: World, delivery: StoredDelivery) -> bool | None:
    """Send one: whether the partner has it, False where that is not known yet, None where nothing is to be sent."""
    now_ms = world.clock.now_ms()  # 1
    partner = world.directory().find_agency(delivery.recipient)
    due = delivery.due
    if isinstance(due, TransmissionDue) and _is_suspended(world, delivery):
        world.journal.put_off(replace(changed(delivery, next_ms=None, trouble=SUSPENDED), suspended=True))
        return None
    if partner is None or not partner.node:
        return put_off(world, delivery, now_ms, f"`{delivery.recipient}` is at no node of the directory")
    suspended = suspension_among(world.directory(), delivery.sender, partner.id)
    if suspended is not None and not takes_back(due):
        return put_off(world, delivery, now_ms, suspended_sentence(world.directory(), suspended))
    document = _carried(world, delivery, partner, now_ms)  # 2
    if document is None:
        world.journal.put_off(changed(delivery, next_ms=None, trouble=GONE))
        return None
    begun = replace(
        changed(delivery, next_ms=next_try_ms(world, delivery, now_ms), trouble="", tried=delivery.tried + 1),
        begun_ms=delivery.begun_ms if delivery.begun_ms is not None else now_ms,
    )
    world.journal.put_off(begun)  # 3: a stop here has let nothing out, and the attempt counts as one that may have
    try:
        if isinstance(due, TransmissionDue) and due.channel is Channel.CIRCUIT:
            assert isinstance(document, Transmitted), "the circuit of a recall is a delivery like any other"
            return _by_circuit(world, begun, document, partner)  # 4, 5
        return _by_mail(world, begun, document, partner)
    except (PeerError, MessageError, ProofError, NounError, SettingsError) as error:
        world.journal.put_off(changed(begun, next_ms=begun.next_ms, trouble=str(error)[:LONGEST_TROUBLE]))
        return False


def document_of(world: World, partner: str, transmission: str) -> Transmitted | None:
    """The document of a released transmission; None where its record was recalled since, or nothing was released."""
    found = world.journal.find_answer(partner, transmission, RELEASED_KEY)
    if found is None or found[0] == RECALLED_BODY or not found[1]:
        return None
    return from_canonical(found[1], Transmitted)


def _is_suspended(world: World, delivery: StoredDelivery) -> bool:
    stands = world.journal.transmissions.suspension(delivery.sender, delivery.recipient)
    return stands is not None and stands.suspended


def _carried(world: World, delivery: StoredDelivery, partner: Agency, now_ms: int) -> Transmitted | Recall | None:
    due = delivery.due
    if isinstance(due, RecallMailed):
        return due.recall
    assert isinstance(due, TransmissionDue), "nothing else goes abroad"
    document = document_of(world, delivery.recipient, due.transmission)
    found = world.journal.transmissions.find(delivery.sender, due.transmission)
    if document is None or found is None:
        return None
    check_witnessed(world, now_ms)  # it was entered while the witnesses were there; it leaves while they are
    owner = world.directory().get_agency(delivery.sender)
    try:
        terms = terms_with(world, owner, partner)
    except WrongUseError:
        return None  # the agreement ended, or was suspended
    decided = decide_transmission(world, found, (owner, partner, terms), now_ms)
    if decided is None or (terms.hash, decided.released, decided.terms, decided.beside) != (
        document.agreement,
        document.fields,
        document.terms,
        document.beside,
    ):
        return None
    assert digest(document) == due.hash == found.hash, "what was released is what is sent"
    return document


def _by_circuit(world: World, begun: StoredDelivery, document: Transmitted, partner: Agency) -> bool:
    directory, now_ms = world.directory(), world.clock.now_ms()
    delivered = Delivered(id=begun.id, sender=begun.sender, recipient=begun.recipient, parcel=document)
    raw = seal_message(world, partner.node, delivered, now_ms)
    reply = send_by_way(world, partner.node, raw, now_ms + SEND_MS)
    receipt = check_taken(reply, delivered, partner, directory, world.clock.now_ms())
    enter_arrival(world, (begun, delivered), receipt, partner, directory.get_agency(begun.sender))
    return True


def _by_mail(world: World, begun: StoredDelivery, document: Transmitted | Recall, partner: Agency) -> bool:
    if world.mail is None:
        raise PeerUnreachableError("this node sends no e-mail; set up `mail` in its settings")
    content = canonical_bytes(document)
    world.mail.post(partner.id, begun.id, content)
    now_ms = world.clock.now_ms()
    owner = world.directory().get_agency(begun.sender)
    hash_ = digest(document)
    sent = replace(changed(begun, next_ms=now_ms + MAIL_AGAIN_MS, trouble=""), sent_ms=begun.sent_ms or now_ms)
    unit = Unit(
        facts=EntryFacts(
            kind=EntryKind.TRANSMISSION_MAILED,
            at_ms=now_ms,
            owner_ori=owner.ori_on(owner_day(owner, now_ms)),
            asker_ori=partner.ori_on(owner_day(partner, now_ms)),
            pair=hash_.removeprefix("sha256:"),
        ),
        content=canonical_bytes({"delivery": begun.id, "hash": hash_}),
        record=canonical_bytes({"delivery": begun.id, "tried": begun.tried}),
        changed_deliveries=(sent,),
    )
    append_entry(world, unit)  # a stop before this sends it once more, under the same name
    return False
