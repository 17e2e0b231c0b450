"""The traffic as an owner's log has it: opened records at once, or units to be entered in a real one."""

from __future__ import annotations

import hashlib
from datetime import date

from comity.demo.traffic.asked import Asked
from comity.demo.traffic.quarter import OWNER, Quarter
from comity.exchange.answering.record_unit import answer_facts
from comity.model.agency import Agency, Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import DataClass, Instrument, Step
from comity.model.disclosure import Disclosure, Unit
from comity.model.query import LegalBasis, Query
from comity.oversight.findings.opened import OpenedUse

NOTHING = LegalBasis(instrument=Instrument.NOTHING)
TRAINED = date(2030, 12, 31)


def opened_uses(quarter: Quarter) -> tuple[OpenedUse, ...]:
    """What opening the owner's records gives, one for each question, numbered in their order."""
    agencies = {agency.id: agency for agency in quarter.agencies}
    return tuple(_opened(one, number, agencies[one.asker]) for number, one in enumerate(quarter.asked))


def unit_of(opened: OpenedUse, owner: Agency) -> Unit:
    """An entry with its record and its answer, as the owner's log commits them. What an answer pointed at is left out."""
    assert opened.status is not None, "an owner's entry says how the question was answered"
    query = opened.query
    answer = Answer(
        query_id=query.id,
        number=1,
        owner=owner.id,
        status=opened.status,
        reasons=(),
        items=(),
        answered_ms=query.asked_ms,
    )
    record = Disclosure(
        query=query,
        member=opened.member,
        node=opened.node,
        status=opened.status,
        answer_hash=digest(answer),
        shown=(),
    )
    return Unit(
        facts=answer_facts(query, owner, answer),
        content=canonical_bytes(answer),
        record=canonical_bytes(record),
    )


def _opened(one: Asked, number: int, asker: Agency) -> OpenedUse:
    query = Query(
        id=hashlib.sha256(f"query/{number}".encode()).hexdigest()[:32],
        step=Step.DIGEST,
        asker=one.asker,
        asker_ori=asker.oris[0].ori,
        member=one.member,
        owner=OWNER,
        beneficiary=one.beneficiary or one.asker,
        purpose=one.purpose,
        basis=NOTHING,
        case_number=one.case,
        data_classes=(DataClass.CASE,),
        subject=one.subject,
        asked_ms=one.at_ms,
        pair=hashlib.sha256(f"pair/{number}".encode()).hexdigest(),
        note=one.note,
    )
    member = Member(
        id=one.member,
        name=one.member,
        agency=one.asker,
        roles=("member",),
        trained_until=TRAINED,
        acting_for=one.acting_for,
    )
    return OpenedUse(
        entry=number,
        query=query,
        member=member,
        status=one.status,
        node=one.node or asker.node,
        pointed=(one.pointed,) if one.pointed and not one.told else (),
        told=one.told,
    )
