"""What a change of law would open and close, proved over every question, before anybody signs or switches it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import compiled_election
from comity.exchange.answering.wanted import while_wanted
from comity.exchange.owners import owner_day, owner_here
from comity.law import ast
from comity.law.analyse.diff import DIMENSIONS, Change, Diff, diff
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.texts import as_signed, listed_ground
from comity.law.compile import parse_text
from comity.law.standing import parties_of
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency
from comity.model.forbidden_way import OpenedWay
from comity.model.foreseen import AgreementForeseen, CellsChanged, LawForeseen
from comity.model.law_state import OfferedText
from comity.model.law_text import LawText, OwnerLaw, SignedElection
from comity.node.plan_agreement import plan_agreement, unsigned_text
from comity.oversight.reach.foreseen import opening_ways
from comity.ports import World

MOST_KEPT = 64  # proofs: more drafts and offers than the desks of a node read in a day
PURPOSE = DIMENSIONS.index("query's purpose")


def foresee_agreement(world: World, folder: Path, owner: str, offered: OfferedText) -> AgreementForeseen:
    """What an agreement would open for one of its parties that is held here.

    1 plan      faults, signatures, rules that forbid it, forbidden ways, the first day
    2 compare   the owner's law without it and with it, on that day, as if everybody had signed
    3 ways      through whom else the owner's data would then leave

    Raises WrongUseError for an owner that is not held here. Some seconds.
    """
    agency = owner_here(world, owner)
    plan = plan_agreement(world, folder, offered)  # 1
    if plan.findings:
        return AgreementForeseen(plan=plan, owner=owner, change=None)
    text = unsigned_text(offered.text, offered.file)
    law = while_wanted(world.laws.law_of(owner), agency)
    beside = tuple(one for one in law.texts if (one.kind, one.name) != (text.kind, text.name))
    day = plan.begins or owner_day(agency, world.clock.now_ms())
    with_it = replace(law, texts=(*beside, as_signed(text)))
    change = foresee_law(world, agency, replace(law, texts=beside), with_it, day)  # 2
    return AgreementForeseen(
        plan=plan,
        owner=owner,
        change=change,
        closed=_closed(change, _others(world, agency, text)),
        ways=tuple(one for one in opening_ways(world, text, plan.begins, owner) if len(one.hops) > 1),  # 3
    )


def ways_over(world: World, owner: str, text: LawText) -> tuple[OpenedWay, ...]:
    """Every way by which data of an owner leaves over an agreement that is in force."""
    return opening_ways(world, text, None, owner)


def foresee_law(world: World, owner: Agency, before: OwnerLaw, after: OwnerLaw, day: date) -> LawForeseen:
    """What changes between two laws of an owner on a day, for every question that could be asked."""
    read = [_Read(law.texts, law.elections) for law in (before, after)]
    return _foreseen(owner, read[0], read[1], world.directory().agencies, day)


class _Read(NamedTuple):
    """What of an owner's law decides: not since when, nor until when an agreement is kept."""

    texts: tuple[LawText, ...]
    elections: tuple[SignedElection, ...]


@lru_cache(maxsize=MOST_KEPT)
def _foreseen(owner: Agency, before: _Read, after: _Read, agencies: tuple[Agency, ...], day: date) -> LawForeseen:
    """The proof follows from these alone: whoever reads, sends and signs a draft has it made once."""
    grounds = [
        listed_ground(law.texts, owner, agencies, day, tuple(map(compiled_election, law.elections)))
        for law in (before, after)
    ]
    found = diff(grounds[0], grounds[1], Given(today=day))
    changes = _told(found)
    touched = {(one.requester, one.data_class) for one in changes}
    touched |= {(name, data_class) for data_class, _ in found.undecided for name in _names(grounds)}
    pairs = len(_names(grounds)) * len(load_vocabulary().classes)
    return LawForeseen(
        changes=changes, stays=pairs - len(touched), undecided=found.undecided, sampled=found.sampled
    )


def _names(grounds: Sequence[Ground]) -> set[str]:
    return {one.name for ground in grounds for one in ground.requesters}


def _told(found: Diff) -> tuple[CellsChanged, ...]:
    """The changes by requester and class, those that differ in nothing but their fields together; what opens comes first."""
    fields: dict[CellsChanged, list[str]] = {}
    for change in found.changes:
        for one, name in _by_class(change):
            fields.setdefault(one, []).append(name)
    whole = (replace(one, fields=tuple(names)) for one, names in fields.items())
    return tuple(sorted(whole, key=lambda one: (not one.wider, one.requester, one.data_class, one.purposes)))


def _by_class(change: Change) -> Iterator[tuple[CellsChanged, str]]:
    for data_class, name in change.fields:
        yield (
            CellsChanged(
                wider=change.wider,
                requester=change.requester,
                data_class=data_class,
                fields=(),
                purposes=tuple(sorted(change.words[PURPOSE])),
                before=change.before,
                after=change.after,
                rules=change.rules,
            ),
            name,
        )


def _others(world: World, owner: Agency, text: LawText) -> frozenset[str]:
    tree = parse_text(text)
    assert isinstance(tree, ast.Agreement)
    return frozenset(one.id for one in parties_of(tree, world.directory()) if one.id != owner.id)


def _closed(change: LawForeseen, others: frozenset[str]) -> tuple[str, ...]:
    """The labels of which no question of another party gets more; none is said where some proof did not finish."""
    if change.undecided:
        return ()
    vocabulary = load_vocabulary()
    opened = {
        label
        for one in change.opens
        if one.requester in others
        for name in one.fields
        for label in vocabulary.class_fields(one.data_class).labels[name]
    }
    return tuple(label for label in vocabulary.labels if label not in opened)
