"""Pruning the log: content, records and explanations of months whose time is past become unreadable for good.

 1 now, the months   read once; no month the node's setting keeps
 2 look              every entry of them: what it counts for, and whether something still needs it
 3 tallies           one entry a month with its counts, which stay
 4 keep              what is still needed lies under a fresh key from now on
 5 append_entry      the keys that are destroyed, in one transaction with the word that they are
 6 finish            rows erased, then the keys

A stop before 5 leaves everything readable, and a second pruning does it again. A stop behind it is made good when the node
is opened (`finish_pruning`). Entries, tree and proofs are never touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from msgspec.structs import replace

from comity.errors import KeyUnavailableError, WrongUseError
from comity.exchange.log.still_needed import needed_for, needs_of
from comity.exchange.log.tally import OPENED, Calendars, MonthsCounted, Read, month_of
from comity.exchange.recalls.standing_releases import TOLD_BY
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, MintedItem, Unit
from comity.model.feed import FEED_MEMBER
from comity.model.pruning import LogPruned, MonthPruned, Tally, check_month
from comity.ports import KeptEntry, World, Wrapping

DAY_MS = 86_400_000
PAGE = 1_000  # entries looked at together
KEPT_A_TURN = 500  # entries of one transaction that moves them: the log waits no longer than for these
TALLY_KEY = "tally"  # under which a month's counts are kept, as the answer to a question of the node's own


@dataclass
class _Found:
    """What lies under one key: how many entries go, why others stay, which these are with their items."""

    forgotten: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    indexes: list[int] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


@dataclass
class _Looked:
    keys: dict[str, _Found]
    tallies: dict[str, Tally]  # of months that have none yet


def prune_log(world: World, keep_days: int, before: str = "", *, trial: bool = False) -> LogPruned:
    """Forget what the log keeps of every month that ended `keep_days` ago, or only of those `before` a month.

    Raises WrongUseError for a month that is kept still, KeyUnavailableError where no monthly keys are.
    """
    wrapping = _wrapping(world)
    if not trial:
        finish_pruning(world)  # one that could not destroy its keys
    now_ms = world.clock.now_ms()  # 1
    cutoff = _cutoff(now_ms, keep_days, before)
    looked = _look(world, wrapping, cutoff, now_ms)  # 2
    if trial or not looked.keys:
        return LogPruned(before=cutoff, months=_told(looked, {}))
    tallies = {month: _enter_tally(world, tally, now_ms) for month, tally in looked.tallies.items()}  # 3
    kept = wrapping.make_kept()
    _keep(world, kept, looked)  # 4
    months = _told(looked, tallies)
    entry = _enter(world, months, tuple(looked.keys), now_ms)  # 5
    finish_pruning(world)  # 6
    return LogPruned(before=cutoff, months=months, entry=entry)


def finish_pruning(world: World) -> None:
    """Erase what lies under keys that an entry destroyed, then the keys; nothing where nothing was broken off."""
    names = world.journal.keeping.destroyed_keys()
    if not names:
        return
    wrapping = _wrapping(world)
    world.journal.keeping.erase_under(names, wrapping.newest_kept(), trimmed)
    for name in names:  # a stop here leaves keys of nothing, which go the next time
        wrapping.destroy(name)
    world.journal.keeping.end_destruction(names)


def trimmed(item: MintedItem) -> MintedItem:
    """What stays of an item: which agency was shown which record, by which id and way, so that it can be recalled."""
    channel = item.member if item.member.startswith(TOLD_BY) or item.member == FEED_MEMBER else ""
    return replace(item, member=channel, beneficiary="", question="")


def _wrapping(world: World) -> Wrapping:
    if world.wrapping is None:
        raise KeyUnavailableError("what this log keeps lies under no monthly keys; open the node by its folder")
    return world.wrapping


def _cutoff(now_ms: int, keep_days: int, before: str) -> str:
    """The first month that is kept."""
    kept = month_of(max(0, now_ms - keep_days * DAY_MS))
    if not before:
        return kept
    if check_month(before) > kept:
        raise WrongUseError(
            f"the node keeps its log for {keep_days} days, which is everything since {kept}; name that month or an earlier "
            "one, or change `log_days` in node.json as far as the law lets you"
        )
    return before


def _look(world: World, wrapping: Wrapping, cutoff: str, now_ms: int) -> _Looked:
    """Every entry before a month, and everything earlier prunings kept. Nothing is changed.

    The whole log is read: where a clock once ran ahead, entries of a month do not lie together.
    """
    due = {name: _Found() for name in wrapping.names() if name.startswith("k") or name < cutoff}
    months = MonthsCounted(
        Calendars(world.directory().agencies), cutoff, lambda month: not _is_tallied(world, month)
    )
    needs = needs_of(world)
    for one in _entries(world):
        facts = decode_entry(one.entry).facts
        if months.wants(facts):
            months.add(_read(world, one, facts))
        if one.key not in due:
            continue
        found = due[one.key]
        reason, items = needed_for(world, needs, one, facts)
        if reason:
            found.kept[reason] += 1
            found.indexes.append(one.index)
            found.items += items
        else:
            found.forgotten += 1
    only_lasting = all(not one.forgotten for one in due.values())
    if only_lasting and all(name.startswith("k") for name in due):
        due = {}  # what was kept is needed still: a new key would gain nothing
    return _Looked(due, months.tallies(world.node, month_of(now_ms)))


def _read(world: World, one: KeptEntry, facts: EntryFacts) -> Read:
    """An entry with what is kept of it, where that is counted."""
    if not one.key or facts.kind not in OPENED:
        return Read(one.index, facts)
    return Read(one.index, facts, world.journal.content(one.index), world.journal.record(one.index))


def _entries(world: World) -> Iterator[KeptEntry]:
    after = -1
    while page := world.journal.keeping.entries(
        after, PAGE
    ):  # ends: each page begins behind the last entry before it
        yield from page
        after = page[-1].index


def _is_tallied(world: World, month: str) -> bool:
    return world.journal.find_answer(world.node, TALLY_KEY, month) is not None


def _enter_tally(world: World, tally: Tally, now_ms: int) -> int:
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.MONTH_TALLIED, at_ms=now_ms),
            content=canonical_bytes(tally),
            record=canonical_bytes({"month": tally.month}),
            answer_to=(world.node, TALLY_KEY, tally.month, ""),
        ),
    )
    return parse_proof(receipt.proof).index


def _keep(world: World, kept: str, looked: _Looked) -> None:
    for found in looked.keys.values():
        for at in range(0, max(len(found.indexes), len(found.items)), KEPT_A_TURN):
            turn = slice(at, at + KEPT_A_TURN)
            world.journal.keeping.keep_under(kept, found.indexes[turn], found.items[turn])


def _told(looked: _Looked, tallies: dict[str, int]) -> tuple[MonthPruned, ...]:
    return tuple(
        MonthPruned(
            key=key, forgotten=found.forgotten, kept=dict(sorted(found.kept.items())), tally=tallies.get(key)
        )
        for key, found in sorted(looked.keys.items())
    )


def _enter(world: World, months: tuple[MonthPruned, ...], keys: tuple[str, ...], now_ms: int) -> int:
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.LOG_PRUNED, at_ms=now_ms),
            content=canonical_bytes({"node": world.node, "months": months}),
            record=canonical_bytes({"destroyed": keys}),
            destroys=keys,
        ),
    )
    return parse_proof(receipt.proof).index
