"""What shipped packs say of notices for civil immigration enforcement, under an agreement that would open everything."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, REMOVAL_OPERATIONS, directory_agencies
from comity.demo.laws import texts_for
from comity.law.compile import compile_law
from comity.law.decide import decide_query
from comity.law.facts import Parties, request_facts
from comity.law.fold import fold
from comity.law.shipped import shipped_pack
from comity.model.agency import Directory, Member
from comity.model.canon import text_digest
from comity.model.codes import DataClass, Instrument, MessageKind, Purpose, Step
from comity.model.decision import QueryDecision
from comity.model.law_text import LawKind, LawText, Signature
from comity.model.query import LegalBasis, PersonSubject, Query

NOW_MS = 1_795_000_000_000  # 18 November 2026
PARTIES = {one.id: one for one in directory_agencies()}


def decided(
    state: str,
    data_class: DataClass,
    *,
    access: str = "notice",
    message: MessageKind = MessageKind.EVENT_NOTICE,
    purpose: Purpose = Purpose.CIVIL_IMMIGRATION,
) -> QueryDecision:
    """Whether a sheriff of a state may give notice to removal operations at all."""
    owner = replace(PARTIES[CA_SHERIFF], state=state)
    asker = PARTIES[REMOVAL_OPERATIONS]
    base, signers = next((one, who) for one, who in texts_for(CA_SHERIFF) if one.name == "HDR-ACSO-2026")
    body = base.text.replace("  access     query\n", f"  access     {access}\n")
    body = body.replace("level local state CA", f"level local state {state}")
    agreement = LawText(
        kind=LawKind.AGREEMENT,
        name=base.name,
        version=1,
        text=body,
        hash=text_digest(body),
        signatures=tuple(Signature(agency=one, role=role, value="-") for one, role in signers),
    )
    law = compile_law((shipped_pack("us"), shipped_pack(f"us-{state.lower()}"), agreement))
    query = Query(
        id="0" * 32,
        step=Step.DIGEST,
        asker=asker.id,
        asker_ori=asker.oris[0].ori,
        member="notice-of-release",
        owner=owner.id,
        beneficiary=asker.id,
        purpose=purpose,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="A-26-0031",
        data_classes=(data_class,),
        subject=PersonSubject(family="Nobody"),
        asked_ms=NOW_MS,
        pair="0" * 64,
        message=message,
    )
    member = Member(
        id=query.member, name="Removal", agency=asker.id, roles=("member",), trained_until=date(2027, 1, 1)
    )
    directory = Directory(version=1, agencies=(owner, asker), nodes=())
    return decide_query(fold(law, request_facts(query, Parties(asker, member, owner, asker, directory), NOW_MS)))


@pytest.mark.parametrize("data_class", [DataClass.CUSTODY, DataClass.BOOKING])
@pytest.mark.parametrize("state", ["IL", "NJ", "OR"])
def test_no_flow_opens_where_the_state_forbids_it(state: str, data_class: DataClass) -> None:
    """Illinois, New Jersey and Oregon tell nothing for it, whatever an agreement says."""
    found = decided(state, data_class)
    assert not found.allowed
    assert found.refused


@pytest.mark.parametrize(
    ("access", "message"),
    [
        ("notice", MessageKind.RECORDS_QUERY),
        ("notice", MessageKind.STANDING_QUESTION),
        ("standing", MessageKind.EVENT_NOTICE),
        ("standing", MessageKind.RECORDS_QUERY),
        ("query", MessageKind.EVENT_NOTICE),
        ("query", MessageKind.STANDING_QUESTION),
        ("direct", MessageKind.EVENT_NOTICE),
    ],
)
def test_each_access_opens_its_own_kind_of_message(access: str, message: MessageKind) -> None:
    """No agreement opens by the way what it was not made for."""
    found = decided("CA", DataClass.BOOKING, access=access, message=message, purpose=Purpose.FEDERAL_CRIME)
    assert [reason.rule for reason in found.refused] == ["comity/NO-AGREEMENT"]


@pytest.mark.parametrize(
    ("access", "message"),
    [
        ("notice", MessageKind.EVENT_NOTICE),
        ("standing", MessageKind.STANDING_QUESTION),
        ("query", MessageKind.RECORDS_QUERY),
        ("query", MessageKind.NOTIFICATION_REQUEST),
    ],
)
def test_what_an_agreement_was_made_for_it_opens(access: str, message: MessageKind) -> None:
    """The same clauses, and the kind of message that the agreement names."""
    found = decided("CA", DataClass.BOOKING, access=access, message=message, purpose=Purpose.FEDERAL_CRIME)
    assert found.allowed == (DataClass.BOOKING,)
