"""Outcomes of hits: said by a member who found out, entered in the owner's log, and read from it for calibration.

An outcome belongs to one item of one answer. It changes no record, no person and no answer; a later outcome of the same
item takes the place of the earlier one. Nothing of the question is kept with it (`model.hit`).
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.answering.release import CUSTODY_LEADS
from comity.exchange.desk.confirmations import confirmations
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_facts, owner_here
from comity.exchange.replay.replay import past_entries
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.match.outcomes import FEWEST_OUTCOMES, sides_of
from comity.model.agency import Agency, Member
from comity.model.answer import Answer, Item
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.confirmation import ConfirmationState
from comity.model.disclosure import DeskRecord, EntryKind, MintedItem, Unit
from comity.model.hit import Hit, HitOutcome, HitsTold
from comity.ports import World

MOST_READ = 100_000  # newest entries looked through for outcomes, as for a replay: some seconds


def say_outcome(world: World, member: Member, item_id: str, outcome: HitOutcome) -> HitsTold:
    """Enter what came of a hit.

    1 the item, and who may say it: the owner's desk, or a member of the agency that asked   2 what its evidence weighed
    3 said already: no entry   4 the entry

    Raises WrongUseError for an item this node never minted, a member of neither, or a lead that its owner did not confirm.
    """
    minted = world.journal.find_item(item_id)  # 1
    if minted is None:
        raise WrongUseError(
            f"`{item_id[:64]}` is no item of an answer given here; say the outcome at the node of the record's owner"
        )
    owner = owner_here(world, minted.owner)
    _check_who(member, minted)
    entry, item, weights = _shown(world, owner, minted)  # 2
    if outcome is HitOutcome.CONFIRMED and item.data_class in CUSTODY_LEADS:
        _check_confirmed(world, owner, member, item)
    hit = Hit(
        owner=owner.id,
        entry=entry,
        query_id=minted.query_id,
        item_id=item_id,
        outcome=outcome,
        by=member.id,
        at_ms=world.clock.now_ms(),
        evidence_millinats=sum(one.weight_millinats for one in item.evidence) if item.waterfall else None,
        weights=weights,
    )
    before = {one.item_id: one for one in read_hits(world, owner)}
    standing = before.get(item_id)
    if standing is not None and standing.outcome is outcome:  # 3
        return _told(standing, None, before)
    receipt = append_entry(world, hit_unit(owner, hit))  # 4
    return _told(hit, parse_proof(receipt.proof).index, {**before, item_id: hit})


def hit_unit(owner: Agency, hit: Hit) -> Unit:
    """An outcome as it is entered: the public part says that there is one, not which."""
    return Unit(
        facts=owner_facts(EntryKind.HIT_OUTCOME, owner, hit.at_ms),
        content=canonical_bytes({"owner": owner.id, "outcomes": 1}),
        record=canonical_bytes(hit),
    )


def read_hits(world: World, owner: Agency) -> tuple[Hit, ...]:
    """The outcomes that stand, one an item, from the newest `MOST_READ` entries; what was purged is not among them."""
    found: dict[str, Hit] = {}
    size = world.journal.size()
    oris = {dated.ori for dated in owner.oris}
    for index in range(size - 1, max(-1, size - 1 - MOST_READ), -1):
        facts = decode_entry(world.journal.entry(index)).facts
        record = world.journal.record(index) if facts.kind is EntryKind.HIT_OUTCOME else None
        if record is not None and facts.owner_ori in oris:
            hit = from_canonical(record, Hit)
            if hit.owner == owner.id:
                found.setdefault(hit.item_id, hit)
    return tuple(found[item_id] for item_id in sorted(found))


def _check_who(member: Member, minted: MintedItem) -> None:
    if member.agency == minted.asker:
        return
    if member.agency != minted.owner or not DESK & set(member.roles):
        raise WrongUseError(
            f"`{member.id}` may not say what came of it; that is for the desk of `{minted.owner}`, or for whoever asked"
        )


def _check_confirmed(world: World, owner: Agency, member: Member, item: Item) -> None:
    """A lead is called positive by its owner's desk, or once its owner confirmed it. Raises WrongUseError."""
    if member.agency == owner.id and DESK & set(member.roles):
        return
    asked = (one for one in confirmations(world, owner) if one.incoming and one.item_id == item.item_id)
    if not any(one.state is ConfirmationState.CONFIRMED for one in asked):
        raise WrongUseError(
            "nothing is called positive before its owner confirms it; ask with `comity hit confirm`, then say it"
        )


def _shown(world: World, owner: Agency, minted: MintedItem) -> tuple[int, Item, str]:
    """The answer's entry, its item, and the version of the weights. Raises WrongUseError where it is no longer kept."""
    for index in past_entries(world, owner):
        content = world.journal.content(index)
        if content is None or minted.item_id.encode() not in content:
            continue
        item = next((one for one in from_canonical(content, Answer).items if one.item_id == minted.item_id), None)
        if item is not None:
            sealed = world.journal.sealed(index)
            return index, item, from_canonical(sealed, DeskRecord).weights if sealed else ""
    raise WrongUseError(
        f"the answer with item `{minted.item_id[:64]}` is no longer kept; nothing can be said of it"
    )


def _told(hit: Hit, entry: int | None, standing: dict[str, Hit]) -> HitsTold:
    confirmed, not_the_person = sides_of(standing.values())
    return HitsTold(
        hit=hit, log_entry=entry, confirmed=confirmed, not_the_person=not_the_person, needed=FEWEST_OUTCOMES
    )
