"""Whom an agency may ask: itself, and the owners that give it something under an agreement in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from comity.exchange.answering.law_in_force import read_law
from comity.law.ast import Agreement, Rule
from comity.law.compile import messages_of
from comity.model.agency import Agency, Directory
from comity.model.asked import OpenOwner
from comity.model.codes import MADE_BY_VERBS, DataClass, MessageKind
from comity.model.law_text import LawKind
from comity.ports import World


def open_sources(
    world: World,
    asker: Agency,
    directory: Directory,
    now_ms: int,
    message: MessageKind = MessageKind.RECORDS_QUERY,
) -> tuple[str, ...]:
    """Owners' ids, in the directory's order, that an agreement in the asker's own files opens to it today, by message.

    The asker itself is one of them where its own policy opens its records to its members.
    """
    found = _given(world, asker, directory, now_ms, message)
    return tuple(agency.id for agency in directory.agencies if _is_open(agency, asker, found))


def open_owners(world: World, asker: Agency, now_ms: int) -> tuple[OpenOwner, ...]:
    """The same owners, each with the data classes its agreements name; the agency's own records are all classes.

    Nothing here turns on what is asked for, so that nobody learns from it which purpose would fare better.
    """
    directory = world.directory()
    found = _given(world, asker, directory, now_ms, MessageKind.RECORDS_QUERY)
    return tuple(
        OpenOwner(agency=agency.id, classes=_classes(agency, asker, found))
        for agency in directory.agencies
        if _is_open(agency, asker, found)
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """By an owner's ORI the clauses by which it gives something; and whether the asker's policy opens its own records."""

    clauses: dict[str, tuple[Rule, ...]]
    has_policy: bool


def _is_open(agency: Agency, asker: Agency, found: _Found) -> bool:
    return (agency.id == asker.id and found.has_policy) or any(one.ori in found.clauses for one in agency.oris)


def _classes(agency: Agency, asker: Agency, found: _Found) -> tuple[DataClass, ...]:
    clauses = [clause for dated in agency.oris for clause in found.clauses.get(dated.ori, ())]
    if agency.id == asker.id or not all(clause.classes for clause in clauses):
        return ()
    return tuple(sorted({DataClass(str(word)) for clause in clauses for word in clause.classes}))


def _given(world: World, asker: Agency, directory: Directory, now_ms: int, message: MessageKind) -> _Found:
    own_law, law = read_law(world, directory, asker.id)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    own = {dated.ori for dated in asker.oris}
    has_policy = message not in MADE_BY_VERBS and any(text.kind is LawKind.POLICY for text in own_law.texts)
    clauses: dict[str, tuple[Rule, ...]] = {}
    for source in law.agreements:
        if message not in messages_of(source, law.vocabulary):
            continue
        dates = source.agreement.dates if source.agreement else None
        if source.agreement and dates and dates.first and dates.first <= today <= (dates.last or today):
            for giver, clause in _clauses_to(source.agreement, own):
                clauses[giver] = (*clauses.get(giver, ()), clause)
    return _Found(clauses, has_policy)


def _clauses_to(agreement: Agreement, takers: set[str]) -> Iterator[tuple[str, Rule]]:
    """The clauses by which something is given to one of the takers, each with the ORI of who gives it."""
    oris = {party.name: str(party.ori) for party in agreement.parties}
    for clause in agreement.clauses:
        if clause.gives is not None and oris.get(clause.gives.taker) in takers:
            yield oris[clause.gives.giver], clause
