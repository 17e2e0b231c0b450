"""The region's agreements and policies: they parse, check clean, name signers, and decide as the page says."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    OWNERS,
    REMOVAL_OPERATIONS,
    WA_POLICE,
    directory_agencies,
    members,
)
from comity.demo.laws import DemoText, agreements, assessment_of, packs_of, policies, texts_for
from comity.demo.records import Region
from comity.demo.scene import SceneQuestion
from comity.law.check import check_texts
from comity.law.compile import Law, compile_law, parse_text
from comity.law.decide import decide_query, decide_record
from comity.law.facts import Parties, request_facts
from comity.law.fold import Folded, fold
from comity.law.parse import parse_agreement, parse_policy
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Directory
from comity.model.codes import DataClass, Level, Purpose, Step
from comity.model.decision import RecordDecision
from comity.model.law_text import LawText, Signature
from comity.model.query import Query

NOON_MS = int(datetime(2026, 11, 20, 20, tzinfo=UTC).timestamp() * 1000)
DIRECTORY = Directory(version=1, agencies=directory_agencies(), nodes=())


def signed(text: LawText, signers: tuple[tuple[str, str], ...]) -> LawText:
    """The text with every signature it asks for; their bytes are checked elsewhere."""
    return replace(text, signatures=tuple(Signature(agency=who, role=role, value="") for who, role in signers))


def law_of(owner: str) -> Law:
    return compile_law(tuple(signed(text, signers) for text, signers in texts_for(owner)))


def folded(question: SceneQuestion, owner: str, data_class: DataClass) -> Folded:
    """The owner's law folded for a question of the scene about one class."""
    asker = DIRECTORY.get_agency(question.asker)
    query = Query(
        id="0" * 32,
        step=Step.DIGEST,
        asker=question.asker,
        asker_ori=asker.ori_on(date(2026, 11, 20)),
        member=question.member,
        owner=owner,
        beneficiary=question.beneficiary,
        purpose=question.purpose,
        basis=question.basis,
        case_number=question.case_number,
        data_classes=(data_class,),
        subject=question.subject,
        asked_ms=NOON_MS,
        pair="0" * 64,
        dppa_use=question.dppa_use,
        note=question.note,
    )
    member = next(one for one in members() if one.id == question.member)
    beneficiary = DIRECTORY.get_agency(question.beneficiary)
    parties = Parties(asker, member, DIRECTORY.get_agency(owner), beneficiary, DIRECTORY)
    return fold(law_of(owner), request_facts(query, parties, NOON_MS))


def decided(region: Region, question: SceneQuestion, owner: str, data_class: DataClass) -> RecordDecision:
    """What the owner's law says about its first record of a class on the subject."""
    number = region.scene.subject.body.number
    ids = {true.record for true in region.truth if true.person == number}
    record = next(
        one for one in region.records if one.id in ids and one.owner == owner and one.data_class is data_class
    )
    return decide_record(folded(question, owner, data_class), record, "p1")


def levels(decision: RecordDecision, *fields: str) -> tuple[Level, ...]:
    return tuple(decision.level_of(field) for field in fields)


def rules(decision: RecordDecision) -> Mapping[str, tuple[str, ...]]:
    """The rules that decided, by field."""
    return {field.field: tuple(reason.rule for reason in field.reasons) for field in decision.fields}


@pytest.mark.parametrize("text", agreements(), ids=lambda text: text.law.name)
def test_agreements_parse_and_check_clean(text: DemoText) -> None:
    """Every agreement parses, has nothing the checker finds, and is signed by head and counsel of both sides."""
    tree = parse_agreement(text.law.text, text.law.name)
    assert check_texts(((tree, ()),), load_vocabulary()) == ()
    assert len(text.parties) == 2
    assert set(text.signers) == {(party, role) for party in text.parties for role in ("agency-head", "counsel")}
    assert tree.access == "query"
    assert len(tree.clauses) >= 2
    assert set(tree.suspends) == set(text.parties)
    assert tree.dates is not None
    assert tree.dates.first is not None
    assert tree.dates.first <= date(2026, 1, 1)
    assert tree.dates.last == date(2029, 12, 31)


@pytest.mark.parametrize("text", policies(), ids=lambda text: text.law.name)
def test_policies_parse_and_check_clean(text: DemoText) -> None:
    """Every policy parses, has nothing the checker finds, and is signed by its owner's head and counsel."""
    tree = parse_policy(text.law.text, text.law.name)
    assert check_texts(((tree, ()),), load_vocabulary()) == ()
    assert text.parties == (tree.agency,)
    assert text.signers == ((tree.agency, "agency-head"), (tree.agency, "counsel"))


def test_every_owner_has_one_policy_and_its_packs() -> None:
    """Each owner has federal law, its state's law and exactly one policy, and every text has a signer."""
    assert sorted(text.parties[0] for text in policies()) == sorted(OWNERS)
    for owner in OWNERS:
        kinds = [text.kind for text, _ in texts_for(owner)]
        assert kinds.count("policy") == 1
        assert kinds.count("pack") == len(packs_of(owner))
        assert all(signers for _, signers in texts_for(owner))


@pytest.mark.parametrize("owner", OWNERS)
def test_the_whole_law_of_an_owner_compiles(owner: str) -> None:
    """Packs, policy and agreements of each owner compile together."""
    law = law_of(owner)
    assert len(law.agreements) == sum(owner in text.parties for text in agreements())


def test_parties_are_named_as_the_directory_has_them() -> None:
    """ORI, name, level and state of each party equal the directory's."""
    for text in agreements():
        for party in parse_agreement(text.law.text, text.law.name).parties:
            agency = DIRECTORY.get_agency(str(party.name))
            assert (party.ori, party.title, party.level) == (agency.oris[0].ori, agency.name, agency.level)
            assert (party.state or "US") == agency.state


def test_assessments_are_bound_by_hash() -> None:
    """The assessment an agreement names by hash is the one that is shipped."""
    for text in agreements():
        tree = parse_agreement(text.law.text, text.law.name)
        assert tree.assessment is not None
        shipped = hashlib.sha256(assessment_of(text.law.name).encode()).hexdigest()
        assert tree.assessment[1] == f"sha256:{shipped}"


def test_the_sheriff_gives_removal_operations_the_roster_and_no_address(full_region: Region) -> None:
    """Name, charge and outcome of the roster leave; the address is closed by CA-02, the release by CA-01."""
    question = full_region.scene.removal_question
    booking = decided(full_region, question, CA_SHERIFF, DataClass.BOOKING)
    assert levels(booking, "name", "charge", "outcome") == (Level.FULL,) * 3
    assert booking.level_of("home-address") is Level.NOTHING
    custody = decided(full_region, question, CA_SHERIFF, DataClass.CUSTODY)
    assert levels(custody, "name", "home-address", "release-date") == (Level.FULL, Level.NOTHING, Level.NOTHING)
    assert "us-ca/CA-02" in rules(custody)["home-address"]
    assert "us-ca/CA-01" in rules(custody)["release-date"]


def test_the_sheriff_gives_the_detective_address_and_release_date(full_region: Region) -> None:
    """For a numbered criminal case the same fields leave."""
    custody = decided(full_region, full_region.scene.detective_question, CA_SHERIFF, DataClass.CUSTODY)
    assert levels(custody, "name", "home-address", "release-date", "charge") == (Level.FULL,) * 4
    history = decided(full_region, full_region.scene.detective_question, CA_SHERIFF, DataClass.CRIMINAL_HISTORY)
    assert levels(history, "charge", "outcome", "sentence") == (Level.FULL,) * 3


def test_washington_gives_removal_operations_what_is_public_only(full_region: Region) -> None:
    """Of a booking the published values leave; a case stays closed by WA-01 as a whole."""
    question = full_region.scene.removal_question
    booking = decided(full_region, question, WA_POLICE, DataClass.BOOKING)
    assert levels(booking, "name", "charge") == (Level.FULL, Level.FULL)
    assert levels(booking, "alias", "home-address") == (Level.NOTHING, Level.NOTHING)
    case = decided(full_region, question, WA_POLICE, DataClass.CASE)
    assert all(field.level is Level.NOTHING for field in case.fields)
    assert "us-wa/WA-01" in rules(case)["name"]


def test_illinois_refuses_removal_operations_at_the_door(full_region: Region) -> None:
    """The old broad agreement opens nothing: IL-02a refuses, and the call is counted under IL-05."""
    asked = decide_query(folded(full_region.scene.removal_question, IL_POLICE, DataClass.CASE))
    cited = {reason.rule for reason in asked.refused}
    cited |= {reason.rule for _, reasons in asked.removed for reason in reasons}
    assert asked.allowed == ()
    assert "us-il/IL-02a" in cited
    assert "us-il/IL-05" in {duty.rule for duty in asked.duties}


def test_new_york_refuses_removal_operations_and_tells_the_person(full_region: Region) -> None:
    """NY-01 closes the whole record and the notice duty runs for three days all the same."""
    question = full_region.scene.removal_question
    asked = decide_query(folded(question, NY_DMV, DataClass.DMV))
    (notice,) = (duty for duty in asked.duties if duty.kind == "notify")
    assert notice.rule == "us-ny/NY-02"
    assert notice.due_ms is not None
    assert 2 * 86_400_000 < notice.due_ms - NOON_MS <= 4 * 86_400_000
    record = decided(full_region, question, NY_DMV, DataClass.DMV)
    assert all(field.level is Level.NOTHING for field in record.fields)
    assert "us-ny/NY-01" in rules(record)["name"]


def test_the_photograph_waits_for_another_use(full_region: Region) -> None:
    """The detective's licence question gives no photograph, number or medical code; with use b1 it gives them."""
    scene = full_region.scene
    closed = decided(full_region, scene.detective_question, NY_DMV, DataClass.DMV)
    assert levels(closed, "name", "licence-status", "home-address") == (Level.FULL,) * 3
    assert levels(closed, "image", "ssn", "medical-code") == (Level.NOTHING,) * 3
    assert "us/DP-02" in rules(closed)["image"]
    opened = decided(full_region, scene.detective_b1_question, NY_DMV, DataClass.DMV)
    assert levels(opened, "image", "ssn", "medical-code") == (Level.FULL,) * 3


def test_the_investigators_mask_free_text(full_region: Region) -> None:
    """The detective gets the case, with its story masked and without an address; nothing is held."""
    case = decided(full_region, full_region.scene.detective_question, FEDERAL_INVESTIGATIONS, DataClass.CASE)
    assert case.holds == ()
    assert levels(case, "name", "charge", "outcome", "story", "home-address") == (
        Level.FULL,
        Level.FULL,
        Level.FULL,
        Level.MASKED,
        Level.NOTHING,
    )


def test_a_danger_to_life_opens_the_investigators_case_and_nothing_of_any_other(full_region: Region) -> None:
    """The detective reads who it is and where they live, at once; what a rescue does not need stays, and all other files."""
    danger = dataclasses.replace(full_region.scene.detective_question, purpose=Purpose.EMERGENCY_LIFE)
    case = decided(full_region, danger, FEDERAL_INVESTIGATIONS, DataClass.CASE)
    assert case.holds == ()
    assert levels(case, "name", "home-address") == (Level.FULL,) * 2
    assert levels(case, "charge", "outcome", "story", "ssn", "driver-licence") == (Level.NOTHING,) * 5
    for owner, data_class in (
        (CA_SHERIFF, DataClass.CUSTODY),
        (CA_SHERIFF, DataClass.BOOKING),
        (WA_POLICE, DataClass.CASE),
        (IL_POLICE, DataClass.CASE),
        (NY_DMV, DataClass.DMV),
        (REMOVAL_OPERATIONS, DataClass.IMMIGRATION_EVENT),
    ):
        closed = decided(full_region, danger, owner, data_class)
        assert {one.level for one in closed.fields} == {Level.NOTHING}, owner


def test_the_sister_component_gets_less(full_region: Region) -> None:
    """Removal operations get name and charge of the investigators' case; outcome, story and address stay."""
    case = decided(full_region, full_region.scene.removal_question, FEDERAL_INVESTIGATIONS, DataClass.CASE)
    assert levels(case, "name", "charge") == (Level.FULL, Level.FULL)
    assert levels(case, "outcome", "story", "home-address") == (Level.NOTHING,) * 3
    assert "HDR-HDI-2026/L-03" in rules(case)["story"]


def test_the_investigators_are_no_immigration_agency(full_region: Region) -> None:
    """For a federal crime the investigators are answered where their sister component is refused."""
    question = full_region.scene.investigator_question
    licence = decided(full_region, question, NY_DMV, DataClass.DMV)
    assert levels(licence, "name", "licence-status", "home-address") == (Level.FULL, Level.FULL, Level.NOTHING)
    assert "NYMV-HDI-2026/L-04" in rules(licence)["licence-dates"]
    for owner, clause in ((CA_SHERIFF, "HDI-ACSO"), (WA_POLICE, "HDI-CCPD"), (IL_POLICE, "HDI-SFPD")):
        booking = decided(full_region, question, owner, DataClass.BOOKING)
        assert levels(booking, "name", "charge", "outcome") == (Level.FULL, Level.FULL, Level.NOTHING)
        assert f"{clause}-2026/L-03" in rules(booking)["outcome"]
    case = decided(full_region, question, IL_POLICE, DataClass.CASE)
    assert levels(case, "name", "charge", "story") == (Level.FULL, Level.POINTER, Level.POINTER)
    event = decided(full_region, question, REMOVAL_OPERATIONS, DataClass.IMMIGRATION_EVENT)
    assert levels(event, "name", "status") == (Level.FULL, Level.FULL)


def test_a_protected_record_is_concealed(full_region: Region) -> None:
    """The protected application is dropped before anything is counted, though an agreement would give it."""
    region, question = full_region, full_region.scene.protected_question
    number = region.scene.protected.body.number
    (record_id,) = (true.record for true in region.truth if true.person == number)
    record = next(one for one in region.records if one.id == record_id)
    decision = decide_record(folded(question, FEDERAL_INVESTIGATIONS, DataClass.VICTIM_1367), record, "p1")
    assert decision.concealed


def test_own_members_see_their_own_records(full_region: Region) -> None:
    """The detective's own agency gives its case in full but for former names."""
    case = decided(full_region, full_region.scene.detective_question, WA_POLICE, DataClass.CASE)
    assert levels(case, "name", "story", "home-address") == (Level.FULL,) * 3
    assert case.level_of("former-name") is Level.NOTHING


def test_law_texts_are_as_hashed() -> None:
    """A text's parse is the parse of what is hashed, and another owner's texts hold no policy of this one."""
    for owner in OWNERS:
        for text, _ in texts_for(owner):
            assert parse_text(text) is not None
            if text.kind == "policy":
                assert parse_policy(text.text, text.name).agency == owner
