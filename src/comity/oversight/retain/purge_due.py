"""A custodian purges what is due, by rule and with a reason; and what a purge or a pruning can prove afterwards.

 1 the entry               its place in the tree, its content against its commitment: a changed byte is found
 2 what it counted         against what its own record names, as long as that is kept
 3 what is left            records that should be gone, records that somebody would find though they are restricted
 4 what lies under keys    that a pruning destroyed: nothing may be readable, and no key may be there

What was purged is countable and not readable: the entry's number stays for good, the names go with the key of its month.
"""

from __future__ import annotations

from comity.errors import LedgerError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.duty.duties import said_words
from comity.exchange.person.person_state import custodian_of, reader_of
from comity.exchange.records.purge import purge_records
from comity.ledger.append import restore_receipt
from comity.ledger.entry import decode_entry
from comity.ledger.verify import prove, verify_receipt
from comity.model.agency import Agency, Member
from comity.model.base import Noun
from comity.model.canon import decoder_of
from comity.model.disclosure import EntryFacts, EntryKind, Purged
from comity.model.retention import PurgeProof
from comity.model.said import Said
from comity.ports import World

PAGE = 1_000  # entries looked at together
MOST_LEFT = 20  # of what is left, or of rules there are, what is named
FORGOTTEN = "which records went: the entry's own record was forgotten with its month"
NO_CONTENT = "how many went: the entry's content was forgotten with its month; the month's tally counts the entry"


class _Counted(Noun, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What the content of a purge's entry says."""

    removed: int
    restricted: int


class _Named(Noun, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """What the record of a purge's entry names."""

    removed: tuple[str, ...]
    restricted: tuple[str, ...] = ()


class _Destroyed(Noun, frozen=True, kw_only=True):
    """What the record of a pruning's entry names."""

    destroyed: tuple[str, ...]


def purge_due(world: World, member: Member, rules: tuple[str, ...], reason: str) -> Purged:
    """Purge what is due now by these rules, or by every rule. Raises WrongUseError for who may not, or a rule that is none."""
    owner = custodian_of(world, member)
    _check_rules(world, owner, rules)
    said = Said(by=member.id, at_ms=world.clock.now_ms(), words=said_words("reason", reason))
    return purge_records(world, owner.id, only=frozenset(rules), said=said)


def _check_rules(world: World, owner: Agency, rules: tuple[str, ...]) -> None:
    """A rule written wrongly would purge nothing and say that all is well."""
    _, law = read_law(world, world.directory(), owner.id)
    known = {code.id for code in law.at_point.get("purge", ())}
    unknown = next((rule for rule in rules if rule not in known), None)
    if unknown is not None:
        some = ", ".join(sorted(known)[:MOST_LEFT])
        raise WrongUseError(
            f"`{unknown[:60]}` is no rule of `{owner.id}` that says what goes; write one of {some}"
        )


def prove_purge(world: World, member: Member, entry: int) -> PurgeProof:
    """What can be shown of a purge or a pruning. Raises WrongUseError for another entry, ProofError for an altered one."""
    owner = reader_of(world, member)
    facts = _facts(world, owner, entry)
    content = world.journal.content(entry)
    if content is None:
        prove(world.journal, entry)  # 1
    else:
        verify_receipt(restore_receipt(world, entry), content, world.keys.log_key())
    if facts.kind is EntryKind.LOG_PRUNED:
        return _pruning(world, entry, facts)  # 4
    return _purge(world, owner, entry, (facts, content))


def _facts(world: World, owner: Agency, entry: int) -> EntryFacts:
    try:
        facts = decode_entry(world.journal.entry(entry)).facts
    except LedgerError as error:
        raise WrongUseError(f"the log has no entry {entry}; name that of a purge or of a pruning") from error
    mine = facts.owner_ori in {dated.ori for dated in owner.oris}
    if not (facts.kind is EntryKind.LOG_PRUNED or (facts.kind is EntryKind.RECORDS_PURGED and mine)):
        raise WrongUseError(f"entry {entry} is no purge of `{owner.id}` and no pruning of the log")
    return facts


def _purge(world: World, owner: Agency, entry: int, read: tuple[EntryFacts, bytes | None]) -> PurgeProof:
    facts, content = read
    counted = decoder_of(_Counted).decode(content) if content is not None else None
    record = world.journal.record(entry)
    named = decoder_of(_Named).decode(record) if record is not None else None  # 2
    left: list[str] = []
    for record_id in named.removed if named is not None else ():  # 3
        if world.records.get(owner.id, record_id) is not None:
            left.append(f"record {record_id} is there")
    for record_id in named.restricted if named is not None else ():
        found = world.records.get(owner.id, record_id)
        if found is not None and not found.state.restricted:
            left.append(f"record {record_id} is restricted no more")
    return PurgeProof(
        entry=entry,
        kind=facts.kind,
        at_ms=facts.at_ms,
        counted=counted.removed if counted is not None else None,
        named=len(named.removed) if named is not None else None,
        restricted=counted.restricted if counted is not None else 0,
        left=tuple(left[:MOST_LEFT]),
        keys=(),
        unproved=(*((NO_CONTENT,) if counted is None else ()), *((FORGOTTEN,) if named is None else ())),
    )


def _pruning(world: World, entry: int, facts: EntryFacts) -> PurgeProof:
    record = world.journal.record(entry)
    destroyed = decoder_of(_Destroyed).decode(record).destroyed if record is not None else ()
    there = set(world.wrapping.names()) if world.wrapping is not None else set()
    left = [f"key {name} is there" for name in destroyed if name in there]
    under = _readable_under(world, frozenset(destroyed)) if world.wrapping is not None else 0
    if under:
        left.append(f"{under} entries lie under destroyed keys")
    return PurgeProof(
        entry=entry,
        kind=facts.kind,
        at_ms=facts.at_ms,
        counted=None,
        named=None,
        restricted=0,
        left=tuple(left[:MOST_LEFT]),
        keys=destroyed,
        unproved=("that nobody kept a copy of the keys: they lie outside database and backup",),
    )


def _readable_under(world: World, names: frozenset[str]) -> int:
    count, after = 0, -1
    while page := world.journal.keeping.entries(after, PAGE):  # ends: each page begins behind the one before
        count += sum(one.key in names for one in page)
        after = page[-1].index
    return count
