"""Probes: questions nobody asked, put to an owner's law to learn what it lets whom see."""

from __future__ import annotations

from datetime import date

from comity.law.calendar import local_time
from comity.law.compiled import Law
from comity.law.facts import Parties
from comity.law.standing import parties_of
from comity.model.agency import Agency, Directory, Member
from comity.model.codes import DataClass, Instrument, Purpose, Step
from comity.model.query import LegalBasis, PersonSubject, Query

NO_PAPER = LegalBasis(instrument=Instrument.NOTHING)
ANYBODY = "anybody"  # a member about whom nothing is known but the agency: acts for nobody else, trained


def linked_agencies(law: Law, owner: Agency, directory: Directory) -> tuple[Agency, ...]:
    """The owner and every agency an agreement of its law links it with, each once. Nobody else sees anything."""
    found = [owner]
    for source in law.agreements:
        if source.agreement is not None:
            found += parties_of(source.agreement, directory)
    return tuple({agency.id: agency for agency in found}.values())


def anybody_of(agency: Agency) -> Member:
    """A trained member of an agency of whom nothing else is known."""
    return Member(id=ANYBODY, name="Anybody", agency=agency.id, roles=("member",), trained_until=date.max)


def asks_on(agency: Agency, today: date) -> bool:
    """Whether an agency has an ORI to ask with on a day."""
    return any(one.first <= today and (one.last is None or today <= one.last) for one in agency.oris)


def parties_between(owner: Agency, member: Member, directory: Directory) -> Parties:
    """Owner and asker of a probe, which acts for itself alone."""
    asker = directory.get_agency(member.agency)
    return Parties(asker, member, owner, asker, directory)


def probe_question(parties: Parties, purpose: Purpose, now_ms: int) -> Query:
    """A question of every class for a purpose, with a case number and no legal paper. The asker has an ORI that day."""
    asker = parties.asker
    today = local_time(now_ms, parties.owner.zone).date()
    return Query(
        id="0" * 32,
        step=Step.DETAIL,
        item_id="any",
        asker=asker.id,
        asker_ori=next(
            one.ori for one in asker.oris if one.first <= today and (one.last is None or today <= one.last)
        ),
        member=parties.member.id,
        owner=parties.owner.id,
        beneficiary=asker.id,
        purpose=purpose,
        basis=NO_PAPER,
        case_number="sweep",
        data_classes=tuple(DataClass),
        subject=PersonSubject(family="Anybody"),
        asked_ms=now_ms,
        pair="0" * 64,
    )
