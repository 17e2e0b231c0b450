"""Facts of agencies: what the directory says of an asker, on the day."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from law_samples import (
    ASKER_ORI,
    OWNER_ORI,
    agreement,
    decided,
    facts_of,
    levels,
    record_of,
)

from comity.law.facts import Facts, Parties, record_facts, request_facts
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, DatedOri, Directory, HeldCertificate, Member
from comity.model.codes import (
    AgencyKind,
    Certificate,
    Component,
    DataClass,
    GovernmentLevel,
    Instrument,
    Purpose,
    Step,
)
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import RecordState

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


def agency(name: str, ori: str, **more: object) -> Agency:
    base = {"level": GovernmentLevel.FEDERAL, "state": "US", "kind": AgencyKind.INVESTIGATIVE}
    return Agency(id=name, name=name, oris=(DatedOri(ori=ori, first=date(2000, 1, 1)),), **{**base, **more})  # type: ignore[arg-type]


CCPD = agency("ccpd", OWNER_ORI, level=GovernmentLevel.LOCAL, state="WA", kind=AgencyKind.POLICE)
FIA = agency("fia", ASKER_ORI)
ICE = agency("ice", "DCICE0100", component=Component.ICE, primarily_immigration=True)
DIRECTORY = Directory(version=1, agencies=(CCPD, FIA, ICE), nodes=())
NOON = facts_of().calendar.at_ms


def facts_for(
    beneficiary: Agency = FIA,
    acting: tuple[str, ...] = (),
    basis: LegalBasis | None = None,
    owner: Agency = CCPD,
) -> Facts:
    """The facts of a question by fia."""
    query = Query(
        id="0" * 32,
        step=Step.DIGEST,
        asker="fia",
        asker_ori=ASKER_ORI,
        member="m-1",
        owner=owner.id,
        beneficiary=beneficiary.id,
        purpose=Purpose.FEDERAL_CRIME,
        basis=basis or LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-1",
        data_classes=(DataClass.CASE,),
        subject=PersonSubject(family="Marsh", birth_date="1984"),
        asked_ms=NOON,
        pair="0" * 64,
    )
    member = Member(
        id="m-1", name="M", agency="fia", roles=("member",), trained_until=date(2027, 1, 1), acting_for=acting
    )
    return request_facts(query, Parties(FIA, member, owner, beneficiary, DIRECTORY), NOON)


def test_facts_name_the_question_in_the_vocabularys_words() -> None:
    """Every fact of a question is declared, and required ones of its entities are there."""
    facts = facts_for(basis=LegalBasis(instrument=Instrument.COURT_ORDER, document="sha256:" + "0" * 64))
    declared = load_vocabulary().attributes
    undeclared = {path for path in facts if path not in declared and path != "now"}
    assert undeclared <= {"owner is primarily-immigration"}
    assert "order is approved-1367" not in facts
    assert facts["owner is federal-1367-holder"] is False
    assert "query's dppa-use" not in facts
    assert len(facts) == len(list(facts))


def test_acting_for_an_immigration_authority_is_read_from_beneficiary_and_delegation() -> None:
    """For ice, or acting for ice: true; for an agency nobody lists: unknown."""
    flag = "member is acting-for-immigration"
    assert facts_for()[flag] is False
    assert facts_for(ICE)[flag] is True
    assert facts_for(acting=("ice",))[flag] is True
    assert flag not in facts_for(acting=("nobody",))
    assert facts_for(acting=("nobody", "ice"))[flag] is True


def test_a_question_is_seen_as_every_agency_it_is_for() -> None:
    """Asker, beneficiary, agencies acted for, each once; an unlisted one knows nothing and gets nothing."""
    seen = facts_for(ICE, ("ice", "nobody"))
    assert [one.standing.asker for one in seen.standpoints()] == ["fia", "ice", "nobody"]
    assert seen.others[0]["asker's component"] == "ice"
    assert "asker's level" not in seen.others[1]
    assert levels(decided(agreement(), facts=facts_for(acting=("nobody",))), "name") == ["nothing"]
    assert levels(decided(agreement(), facts=facts_for()), "name") == ["full"]
    assert "asker's level" not in seen.without("asker's level").others[0]


def test_an_expired_paper_shows_nothing() -> None:
    """A paper past its last day lifts nothing; on that day it still does."""
    paper = "sha256:" + "0" * 64
    valid = LegalBasis(instrument=Instrument.COURT_ORDER, document=paper, expires=date(2026, 11, 20))
    assert facts_for(basis=valid)["order's instrument"] == "court-order"
    ended = LegalBasis(instrument=Instrument.COURT_ORDER, document=paper, expires=date(2026, 11, 19))
    expired = facts_for(basis=ended)
    assert "order's instrument" not in expired
    assert "order's issuer" not in expired


def test_a_paper_that_is_only_named_shows_nothing() -> None:
    """The word for a paper is not the paper; a statute is shown by citing it, a detainer only ever narrows."""
    assert "order's instrument" not in facts_for(basis=LegalBasis(instrument=Instrument.JUDICIAL_WARRANT))
    assert "order's instrument" not in facts_for(basis=LegalBasis(instrument=Instrument.STATUTE))
    cited = LegalBasis(instrument=Instrument.STATUTE, activity="Cal. Pen. Code 11105(b)")
    assert facts_for(basis=cited)["order's instrument"] == "statute"
    assert facts_for(basis=LegalBasis(instrument=Instrument.DETAINER))["order's instrument"] == "detainer"


@pytest.mark.parametrize(("owner", "expected"), [(ICE, True), (FIA, None), (CCPD, False)])
def test_federal_owners_may_hold_protected_applications(owner: Agency, expected: bool | None) -> None:
    """Homeland Security holds them, other federal bodies may: unknown."""
    assert facts_for(owner=owner).get("owner is federal-1367-holder") is expected


def test_record_facts_leave_out_what_the_owner_does_not_know() -> None:
    """None is unknown: it is no key."""
    facts = record_facts(record_of(state=RecordState(certified=False)), "p")
    assert facts["record is certified"] is False
    assert "record is reviewed" not in facts
    assert facts["subject's convictions"] == ()
    assert facts["record's data-class"] == "case"
