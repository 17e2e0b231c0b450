"""Facts of agencies: what the directory says of an asker, on the day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from comity.law.facts import Parties, request_facts
from comity.model.agency import Agency, DatedOri, Directory, HeldCertificate, Member
from comity.model.codes import (
    AgencyKind,
    Certificate,
    DataClass,
    GovernmentLevel,
    Instrument,
    Purpose,
    Step,
)
from comity.model.query import LegalBasis, PersonSubject, Query

NOON_MS = int(datetime(2026, 11, 20, 20, tzinfo=UTC).timestamp() * 1000)
COLORADO = Certificate.CO_NO_IMMIGRATION
VALID = HeldCertificate(name=COLORADO, first=date(2026, 3, 2), last=date(2027, 3, 1))
RENEWED = HeldCertificate(name=COLORADO, first=date(2026, 9, 1), last=date(2027, 8, 31))
LAPSED = HeldCertificate(name=COLORADO, first=date(2024, 3, 2), last=date(2025, 3, 1))
LATER = HeldCertificate(name=COLORADO, first=date(2026, 12, 1), last=date(2027, 11, 30))
OTHER = HeldCertificate(name=Certificate.PART_23, first=date(2026, 10, 1), last=date(2027, 9, 30))


def police(agency_id: str, ori: str, *certificates: HeldCertificate) -> Agency:
    return Agency(
        id=agency_id,
        name=agency_id,
        oris=(DatedOri(ori=ori, first=date(2000, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="KS",
        kind=AgencyKind.POLICE,
        zone="America/Denver",
        certificates=certificates,
        node="n",
    )


@pytest.mark.parametrize(
    ("held", "day"),
    [
        ((), None),
        ((VALID,), date(2026, 3, 2)),
        ((VALID, RENEWED), date(2026, 9, 1)),
        ((LAPSED,), None),
        ((LATER,), None),
        ((OTHER,), None),
    ],
)
def test_the_day_of_the_colorado_certificate_is_that_of_the_one_in_force(
    held: tuple[HeldCertificate, ...], day: date | None
) -> None:
    """The latest valid Colorado certificate gives its day; without one the day is unknown."""
    asker, owner = police("ks-police", "KS0010100", *held), police("co-police", "CO0010100")
    directory = Directory(version=1, agencies=(asker, owner), nodes=())
    query = Query(
        id="0" * 32,
        step=Step.DIGEST,
        asker=asker.id,
        asker_ori="KS0010100",
        member="m-1",
        owner=owner.id,
        beneficiary=asker.id,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-1",
        data_classes=(DataClass.CASE,),
        subject=PersonSubject(family="Marsh", birth_date="1984"),
        asked_ms=NOON_MS,
        pair="0" * 64,
    )
    member = Member(id="m-1", name="M", agency=asker.id, roles=("member",), trained_until=date(2027, 1, 1))
    facts = request_facts(query, Parties(asker, member, owner, asker, directory), NOON_MS)
    assert facts.get("asker's colorado-certified") == day
