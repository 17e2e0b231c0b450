"""A notice comes in: believed by the receipt of its owner's log, kept with its entry, and forgotten when it is withdrawn."""

from __future__ import annotations

from comity.errors import ProofError, RejectedMessageError
from comity.exchange.messages.listed_keys import log_keys, nodes_at
from comity.exchange.messages.wire import Delivered, NoticeBrought
from comity.exchange.notice.notice_made import notice_pair
from comity.ledger.checkpoint import signing_key
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_receipt
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.delivery import Recall, RecallKind, StoredDelivery
from comity.model.disclosure import EntryKind
from comity.model.notice import NoticeTaken
from comity.ports import World


def take_notice(
    world: World, delivered: Delivered, brought: NoticeBrought, recipient: Agency, now_ms: int
) -> StoredDelivery:
    """A notice as its recipient keeps it. Raises RejectedMessageError for one that is another's, unproved or withdrawn."""
    notice = brought.notice
    if (notice.owner, notice.recipient) != (delivered.sender, recipient.id):
        raise RejectedMessageError("the notice is another agency's; bring your own, to whom it is for")
    try:
        _verify(world, brought)
    except ProofError as error:
        raise RejectedMessageError(f"the notice does not verify: {error}") from error
    if _is_withdrawn(world, recipient, notice.item.item_id):
        raise RejectedMessageError("the notice was withdrawn since it was made")
    return StoredDelivery(
        id=delivered.id,
        sender=delivered.sender,
        recipient=recipient.id,
        due=NoticeTaken(notice=notice.id, item_id=notice.item.item_id),
        made_ms=notice.made_ms,
        incoming=True,
        arrived_ms=now_ms,
    )


def _verify(world: World, brought: NoticeBrought) -> None:
    """The receipt proves that the owner's log holds exactly this notice."""
    notice, receipt = brought.notice, brought.receipt
    directory = world.directory()
    owner, node = directory.get_agency(notice.owner), directory.find_node(receipt.node)
    if node is None or node.id not in nodes_at(directory, owner, notice.made_ms):
        raise ProofError("the receipt is from another node than the owner's")
    keys = log_keys(node, notice.made_ms)
    if not keys:
        raise ProofError(f"the log key of `{node.id}` was revoked before the notice was made")
    entered = verify_receipt(receipt, canonical_bytes(notice), signing_key(parse_proof(receipt.proof).note, keys))
    if entered.kind is not EntryKind.NOTICED or entered.pair != notice_pair(notice.id) or entered.released != 1:
        raise ProofError("the receipt's entry is about something else than this notice")


def _is_withdrawn(world: World, recipient: Agency, item_id: str) -> bool:
    return any(
        item.item_id == item_id
        for one in world.journal.deliveries(recipient.id)
        if one.incoming and isinstance(one.due, Recall) and one.due.kind is RecallKind.WITHDRAWN
        for item in one.due.items
    )
