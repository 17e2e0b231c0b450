"""A partner's signed receipt for an e-mail: checked by the certificate that is kept of it, and entered."""

from __future__ import annotations

from base64 import b64encode

from msgspec.structs import replace

from comity.errors import NounError, WrongUseError
from comity.exchange.delivery.put_off import changed
from comity.exchange.duty.duties import look_again
from comity.exchange.owners import owner_day, owner_here
from comity.exchange.transmission.transmission_law import partner_of
from comity.ledger.append import append_entry
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.delivery import RecallMailed, StoredDelivery
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.transmission import Channel, MailReceipt, TransmissionDue
from comity.ports import World

LARGEST_RECEIPT = 65_536  # bytes; a hash, a signature and a certificate have some thousands


def take_mail_receipt(world: World, member: Member, partner: str, signed: bytes) -> StoredDelivery:
    """Enter that a partner has an e-mail of the member's agency; the delivery as it is then. Twice changes nothing.

    Raises WrongUseError for a receipt of nothing that was mailed to it, ProofError for one that it did not sign.
    """
    owner, found = owner_here(world, member.agency), partner_of(world, partner)
    if world.mail is None:
        raise WrongUseError("this node sends no e-mail; set up `mail` in its settings")
    if len(signed) > LARGEST_RECEIPT:
        raise WrongUseError(
            f"the receipt is larger than {LARGEST_RECEIPT} bytes; name the file that the partner sent"
        )
    content = world.mail.open_receipt(found.id, signed)
    try:
        receipt = from_canonical(content.strip(), MailReceipt)
    except NounError as error:
        raise WrongUseError(f"what the partner signed is no receipt ({error}); ask for one") from error

    def act() -> StoredDelivery:
        stored = _find(world, owner, found, receipt.hash)
        if stored.arrived_ms is not None:
            return stored
        now_ms = world.clock.now_ms()
        arrived = replace(changed(stored, next_ms=None, trouble="", arrived_ms=now_ms), suspended=False)
        unit = Unit(
            facts=EntryFacts(
                kind=EntryKind.DELIVERED,
                at_ms=now_ms,
                owner_ori=owner.ori_on(owner_day(owner, now_ms)),
                asker_ori=found.ori_on(owner_day(found, now_ms)),
                pair=receipt.hash.removeprefix("sha256:"),
            ),
            content=canonical_bytes({"delivery": stored.id, "hash": receipt.hash}),
            record=canonical_bytes({"receipt": b64encode(signed).decode(), "by": member.id}),
            changed_deliveries=(arrived,),
        )
        append_entry(world, unit)
        return arrived

    return look_again(act)


def _find(world: World, owner: Agency, partner: Agency, hash_: str) -> StoredDelivery:
    for one in world.journal.deliveries(owner.id):
        if one.incoming or one.recipient != partner.id or one.sent_ms is None:
            continue
        due = one.due
        if isinstance(due, TransmissionDue) and due.channel is Channel.MAIL and due.hash == hash_:
            return one
        if isinstance(due, RecallMailed) and digest(due.recall) == hash_:
            return one
    raise WrongUseError(
        f"nothing of the hash `{hash_}` was mailed to `{partner.id}`; the receipt is of something else"
    )
