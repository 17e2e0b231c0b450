"""What a node tells of its flows: agreements by the entries that switched them on and off, and use by the codes of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta

import msgspec

from comity.errors import ProofError
from comity.exchange.answering.law_in_force import veto_days
from comity.exchange.answering.wanted import wanted_until
from comity.exchange.desk.disclosures import list_disclosures
from comity.exchange.owners import owner_day, owners_here
from comity.exchange.person.person_state import reader_of
from comity.law.calendar import local_time
from comity.model.agency import Agency, Member
from comity.model.canon import from_canonical
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.flow_map import ActingFor, AgreedFlow, MonthUse, NodeFlows, PrivateFlows, Spell, ToldFlow
from comity.model.law_text import LawKind, LawText
from comity.model.told import DisclosedEntry
from comity.oversight.flows.agreed import InForce, agreed_flows
from comity.oversight.map.month import Month, month_of_day
from comity.oversight.reports.period import instants_of
from comity.oversight.reports.read_log import REFUSED, OpenedEntry, ReadLog, begun_on, read_log
from comity.ports import World

NO_PURPOSE = "none stated"
KeptText = Callable[[str, str, str], LawText | None]
"""The text an owner had in force, by owner, name and hash; None where it is not kept any more."""


class _Changed(msgspec.Struct, frozen=True):
    """What the entry of a change of law says: whose, and which text. In the order of the canonical bytes of a table."""

    hash: str
    kind: str
    name: str
    owner: str


def node_flows(world: World, kept: KeptText, first: Month, last: Month) -> NodeFlows:
    """The public flows of a node: every agreement that was ever in force here, and how often each owner was asked.

    1 log          read whole and verified, for each owner held here   2 agreements   by the entries that changed its law
    3 use          of the months from `first` to `last`, by the owner's own days

    Raises ProofError for an entry that does not verify.
    """
    agreed: list[AgreedFlow] = []
    use: list[MonthUse] = []
    lost: list[str] = []
    note, size, begun = "", 0, ""
    for owner in owners_here(world):
        log = read_log(world, owner, *instants_of(first.first, last.last, owner.zone))  # 1
        note, size = log.note, log.size
        began = begun_on(owner, log)
        begun = max(begun, str(month_of_day(began))) if began is not None else ""
        for (name, law_hash), days in _days_in_force(world, owner, log.law_changes).items():  # 2
            text = kept(owner.id, name, law_hash)
            if text is None:
                lost.append(f"{name} of {owner.id}")
            else:
                spells = _behind_vetoes(text, days.spells)
                agreed += agreed_flows(text, owner, world.directory(), InForce(spells, days.within))
        use += _use(owner, log)  # 3
    return NodeFlows(
        node=world.node,
        agencies=tuple(owner.id for owner in owners_here(world)),
        months=(str(first), str(last)),
        agreed=tuple(agreed),
        use=tuple(use),
        lost=tuple(lost),
        checkpoint=note,
        size=size,
        begun=begun,
    )


def private_flows(world: World, members: tuple[Member, ...], member: Member) -> PrivateFlows:
    """What the desk and auditor of an agency see beside: which of its members act for whom, and what was told to whom.

    No entry is made, as for every reading of an agency's own books by its own desk: nothing leaves the agency. Raises
    WrongUseError for anybody else.
    """
    owner = reader_of(world, member)
    acting = (
        ActingFor(member=one.id, other=other)
        for one in members
        if one.agency == owner.id
        for other in dict.fromkeys(one.acting_for)
        if other != owner.id
    )
    return PrivateFlows(
        agency=owner.id, acting=tuple(acting), told=tuple(_told(owner, list_disclosures(world, member)))
    )


def _days_in_force(world: World, owner: Agency, changes: Iterable[OpenedEntry]) -> dict[tuple[str, str], InForce]:
    """When each text of an agreement was switched on, by name and hash, from the entries of the log.

    A text replaces the one of its name. What an entry switched on last and is not in force now was broken off there.
    """
    law = world.laws.law_of(owner.id)
    now = {text.hash: wanted_until(law, owner, text) for text in law.texts}
    today = owner_day(owner, world.clock.now_ms())
    began: dict[str, tuple[str, date]] = {}
    found: dict[tuple[str, str], InForce] = {}

    def end(name: str, day: date) -> None:
        if name in began:
            law_hash, first = began.pop(name)
            known = found.get((name, law_hash), InForce())
            if first < day:
                spell = Spell(first=first, last=day - timedelta(days=1))
                known = InForce((*known.spells, spell), known.within)
            else:
                known = InForce(known.spells, (*known.within, day))
            found[name, law_hash] = known

    for one in changes:
        said = _said(one)
        if said.owner != owner.id or said.kind != LawKind.AGREEMENT:
            continue
        day = owner_day(owner, one.facts.at_ms)
        if one.facts.kind is EntryKind.LAW_SUSPENDED:
            end(said.name, day)
        elif began.get(said.name, ("", day))[0] != said.hash:
            end(said.name, day)
            began[said.name] = said.hash, day
    for name, (law_hash, first) in began.items():
        if law_hash in now:
            known = found.get((name, law_hash), InForce())
            until = now[law_hash]
            spell = Spell(first=first, last=until) if until is not None and until < today else Spell(first=first)
            found[name, law_hash] = InForce((*known.spells, spell), known.within)
    return found


def _said(one: OpenedEntry) -> _Changed:
    if one.content is None:
        raise ProofError(
            f"what entry {one.index} says of law is gone, and no change of law is forgotten; {REFUSED}"
        )
    return from_canonical(one.content, _Changed)


def _behind_vetoes(text: LawText, spells: Iterable[Spell]) -> tuple[Spell, ...]:
    """The spells without the days on which a party could still veto what another signed for it."""
    wait = veto_days(text.signatures)
    moved = (
        (spell.first + timedelta(days=wait + 1) if wait and spell.first is not None else spell.first, spell.last)
        for spell in spells
    )
    return tuple(
        Spell(first=first, last=last) for first, last in moved if first is None or last is None or first <= last
    )


def _use(owner: Agency, log: ReadLog) -> Iterator[MonthUse]:
    """Questions by the month of their first answer and its purpose, each once, by their last answer of those read."""
    oris = {dated.ori for dated in owner.oris}
    asked: dict[str, tuple[str, str]] = {}
    released: set[str] = set()
    refused: set[str] = set()
    for one in log.entries:
        facts = one.facts
        if facts.kind is not EntryKind.ANSWERED or facts.owner_ori not in oris or facts.pair in log.before:
            continue
        pair = facts.pair or str(one.index)
        month = f"{local_time(facts.at_ms, owner.zone):%Y-%m}"
        asked.setdefault(pair, (month, str(facts.purpose or NO_PURPOSE)))
        (released.add if facts.released else released.discard)(pair)
        (refused.add if facts.decision == Status.REFUSED else refused.discard)(pair)
    counted = Counter(asked.values())
    given = Counter(asked[pair] for pair in released)
    shut = Counter(asked[pair] for pair in refused - released)
    for (month, purpose), count in sorted(counted.items()):
        key = month, purpose
        yield MonthUse(
            agency=owner.id,
            month=month,
            purpose=purpose,
            asked=count,
            released=given[key],
            refused=shut[key],
        )


def _told(owner: Agency, entries: Iterable[DisclosedEntry]) -> Iterator[ToldFlow]:
    """What was told, by whom it was told to or was for, class and channel; what was expunged since is not there."""
    days: dict[tuple[str, str, str], list[date]] = {}
    for entry in entries:
        if entry.disclosed is None:
            continue
        told = entry.disclosed.told
        for taker in dict.fromkeys(name for name in (told.recipient, told.beneficiary) if name):
            if taker != owner.id:
                key = taker, str(entry.disclosed.data_class), str(told.channel)
                days.setdefault(key, []).append(owner_day(owner, entry.at_ms))
    for (taker, data_class, channel), when in sorted(days.items()):
        yield ToldFlow(recipient=taker, data_class=data_class, channel=channel, count=len(when), first=min(when))
