"""Whom an agency may ask: itself, and the owners that give it something under an agreement in force."""

from __future__ import annotations

from datetime import UTC, datetime

from comity.exchange.answering.law_in_force import read_law
from comity.law.ast import Agreement
from comity.law.compile import messages_of
from comity.model.agency import Agency, Directory
from comity.model.codes import MADE_BY_VERBS, MessageKind
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
    own_law, law = read_law(world, directory, asker.id)
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    own = {dated.ori for dated in asker.oris}
    has_policy = message not in MADE_BY_VERBS and any(text.kind is LawKind.POLICY for text in own_law.texts)
    givers: set[str] = set()
    for source in law.agreements:
        if message not in messages_of(source, law.vocabulary):
            continue
        dates = source.agreement.dates if source.agreement else None
        if source.agreement and dates and dates.first and dates.first <= today <= (dates.last or today):
            givers |= _givers(source.agreement, own)
    return tuple(
        agency.id
        for agency in directory.agencies
        if (agency.id == asker.id and has_policy) or any(dated.ori in givers for dated in agency.oris)
    )


def _givers(agreement: Agreement, takers: set[str]) -> set[str]:
    """ORIs of the parties that give something to one of the takers."""
    oris = {party.name: str(party.ori) for party in agreement.parties}
    return {
        oris[clause.gives.giver]
        for clause in agreement.clauses
        if clause.gives is not None and oris.get(clause.gives.taker) in takers
    }
