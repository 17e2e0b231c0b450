"""Who gains and who loses when an owner's law changes: every agency with a link to it, every account held here.

Nobody without an agreement with the owner, or of the owner itself, sees anything before or after.

What is compared is the most that any record of a class could show to a question for a purpose, with a case number and
no legal paper, on the day; and which agreements the law lets stand, for each party that could ask under one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from comity.errors import NounError
from comity.exchange.replay.probes import (
    ANYBODY,
    anybody_of,
    asks_on,
    linked_agencies,
    parties_between,
    probe_question,
)
from comity.law.calendar import local_time
from comity.law.compiled import Law
from comity.law.decide import open_fields
from comity.law.facts import Parties, request_facts
from comity.law.fold import fold
from comity.law.standing import Barred, barred_agreements
from comity.model.agency import Agency, Directory, Member
from comity.model.codes import DataClass, Purpose
from comity.model.replay import AccessChange, SweepReport

MOST_ASKERS = 5_000  # agencies and accounts of one sweep: a large region; each takes some milliseconds a purpose


def sweep(
    before: Law, after: Law, owner: Agency, people: tuple[tuple[Member, ...], Directory], now_ms: int
) -> SweepReport:
    """Everything that changes in what can be seen of an owner. `people` are the accounts held here, and the directory.

    Raises NounError for more askers than one sweep takes.
    """
    members, directory = people
    today = local_time(now_ms, owner.zone).date()
    linked = {agency.id for law in (before, after) for agency in linked_agencies(law, owner, directory)}
    askers = tuple(member for member in _askers(members, directory, today) if member.agency in linked)
    if len(askers) > MOST_ASKERS:
        raise NounError(f"more than {MOST_ASKERS} agencies and accounts; sweep part of the directory at a time")
    changes = [
        change
        for member in askers
        for purpose in Purpose
        for change in _changes(before, after, parties_between(owner, member, directory), purpose, now_ms)
    ]
    stood, stands = (barred_agreements(law, owner, directory, now_ms) for law in (before, after))
    return SweepReport(
        owner=owner.id,
        changes=tuple(changes),
        barred=_links(stands, stood),
        freed=_links(stood, stands),
        askers=len(askers),
    )


def _askers(members: tuple[Member, ...], directory: Directory, today: date) -> Iterator[Member]:
    """One member for each agency of the directory that may ask today, then each account held here."""
    for agency in directory.agencies:
        if asks_on(agency, today):
            yield anybody_of(agency)
    for member in members:
        if asks_on(directory.get_agency(member.agency), today):
            yield member


def _changes(before: Law, after: Law, parties: Parties, purpose: Purpose, now_ms: int) -> Iterator[AccessChange]:
    facts = request_facts(probe_question(parties, purpose, now_ms), parties, now_ms)
    old, new = open_fields(fold(before, facts)), open_fields(fold(after, facts))
    for data_class in DataClass:
        could, can = old[data_class], new[data_class]
        if could != can:
            yield AccessChange(
                asker=parties.asker.id,
                member="" if parties.member.id == ANYBODY else parties.member.id,
                purpose=purpose,
                data_class=data_class,
                gained=tuple(sorted(can - could)),
                lost=tuple(sorted(could - can)),
            )


def _links(barred: tuple[Barred, ...], already: tuple[Barred, ...]) -> tuple[str, ...]:
    known = {(one.agreement, one.other) for one in already}
    return tuple(
        f"{one.agreement} with {one.other}: {reason.title} ({reason.rule}, {reason.citation})"
        for one in barred
        if (one.agreement, one.other) not in known
        for reason in one.reasons
    )
