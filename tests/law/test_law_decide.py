"""Deciding: agreements permit, law narrows, missing never opens, the stricter standpoint governs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import (
    AGREEMENT_HEAD,
    ASKER_ORI,
    HEADING,
    OWNER_ORI,
    PERMIT_ALL,
    PLAIN,
    agreement,
    facts_of,
    folded_of,
    law_of,
    law_text,
    pack,
    policy,
    record_of,
    rule,
)

from comity.errors import LawUnavailableError, NounError
from comity.law.atoms import FactValue, FieldFlags
from comity.law.compile import MOST_TEXTS, compile_law
from comity.law.compiled import Election, Law
from comity.law.decide import decide_point, decide_query, decide_record, decide_values, match_fields
from comity.law.facts import Facts, Parties, Standing, public_flags, record_facts, request_facts
from comity.law.fold import fold
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, DatedOri, Directory, Member
from comity.model.codes import AgencyKind, Component, DataClass, GovernmentLevel, Instrument, Level, Purpose, Step
from comity.model.decision import RecordDecision
from comity.model.law_text import LawKind
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import Conviction, FieldValue, RecordState, SubjectFacts

OWN = Standing("ccpd", frozenset({OWNER_ORI}), "ccpd", frozenset({OWNER_ORI}))
STRANGER = Standing("bia", frozenset({"DCBIA0100"}), "ccpd", frozenset({OWNER_ORI}))


def decided(*texts: object, facts: Facts | None = None, **record: object) -> RecordDecision:
    """The decision on a plain record."""
    return decide_record(folded_of(*texts, facts=facts), record_of(**record), "p")  # type: ignore[arg-type]


def levels(decision: RecordDecision, *fields: str) -> list[str]:
    """Levels by name, `held` for held."""
    by_name = {one.field: "held" if one.held else one.level.word for one in decision.fields}
    return [by_name[field] for field in fields]


def reasons(decision: RecordDecision, field: str) -> list[str]:
    """Ids of the rules that decided a field."""
    return [reason.rule for one in decision.fields if one.field == field for reason in one.reasons]


# ---------------------------------------------------------------- where authority comes from


def test_without_an_agreement_nothing_leaves() -> None:
    """A pack permits nothing; the reason is the missing agreement."""
    decision = decided(pack(rule("A-1", "forbid field ssn")))
    assert levels(decision, "name", "ssn") == ["nothing", "nothing"]
    assert reasons(decision, "name") == ["comity/NO-AGREEMENT"]
    assert reasons(decision, "ssn") == ["test/A-1"]


def test_an_agreement_opens_between_its_parties_in_its_direction() -> None:
    """The ORI identifies the party; the other direction and strangers get nothing."""
    assert levels(decided(agreement()), "name") == ["full"]
    assert levels(decided(agreement(), facts=facts_of(standing=STRANGER)), "name") == ["nothing"]
    turned = Standing("ccpd", frozenset({OWNER_ORI}), "fia", frozenset({ASKER_ORI}))
    assert levels(decided(agreement(), facts=facts_of(standing=turned)), "name") == ["nothing"]


def test_a_question_under_another_ori_has_no_permit_and_keeps_its_limits() -> None:
    """Permits need the ORI the question names; clauses that narrow follow the agency."""
    oris = frozenset({ASKER_ORI, "DCFIA0200"})
    other = Standing("fia", oris, "ccpd", frozenset({OWNER_ORI}), "DCFIA0200")
    named = replace(other, named_ori=ASKER_ORI)
    assert levels(decided(agreement(), facts=facts_of(standing=other)), "name") == ["nothing"]
    assert levels(decided(agreement(), facts=facts_of(standing=named)), "name") == ["full"]
    limit = 'clause L-01 "t" gives ccpd to fia at ask forbid query\n'
    refused = decide_query(folded_of(agreement(PERMIT_ALL + limit), facts=facts_of(standing=other))).refused
    assert [reason.rule for reason in refused] == ["CCPD-FIA-1/L-01"]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2025, 12, 31), "nothing"),
        (date(2026, 1, 1), "full"),
        (date(2027, 12, 31), "full"),
        (date(2028, 1, 1), "nothing"),
    ],
)
def test_an_agreement_is_in_force_from_its_first_to_its_last_day(day: date, level: str) -> None:
    """Both days are included."""
    assert levels(decided(agreement(), facts=facts_of(on=day)), "name") == [level]


def test_an_agreement_needs_every_listed_signature() -> None:
    """One missing signature, or another role's, and there is no agreement."""
    assert levels(decided(agreement(signed=(("ccpd", "agency-head"),))), "name") == ["nothing"]
    assert levels(decided(agreement(signed=(("ccpd", "agency-head"), ("fia", "counsel")))), "name") == ["nothing"]


def test_a_forbidden_activation_takes_the_permits_and_leaves_the_limits() -> None:
    """An agreement that may not be switched on opens nothing; what it forbids stays forbidden."""
    bar = f'rule A-1 "t" {HEADING} at activate forbid activation when agreement\'s access is direct\n'
    direct = agreement("access direct\n" + PERMIT_ALL + 'clause L-1 "t" gives ccpd to fia at ask forbid query\n')
    folded = folded_of(pack(bar), direct)
    assert levels(decide_record(folded, record_of(), "p"), "name") == ["nothing"]
    assert [reason.rule for reason in decide_query(folded).refused] == ["CCPD-FIA-1/L-1"]
    assert levels(decided(pack(bar), agreement()), "name") == ["full"]


def test_the_owners_policy_permits_its_own_members_only() -> None:
    """The owner's own detective needs no agreement; nobody else lives by the policy's permits."""
    text = policy(rule("P-1", "permit fields labelled identity"))
    assert levels(decided(text, facts=facts_of(standing=OWN)), "name", "ssn") == ["full", "nothing"]
    assert levels(decided(text), "name") == ["nothing"]


def test_the_owners_policy_narrows_everybody() -> None:
    """Forbids and caps of the policy bind partners as well."""
    text = policy(rule("P-1", "cap fields labelled identity at pointer"))
    decision = decided(text, agreement())
    assert levels(decision, "name", "ssn") == ["pointer", "full"]
    assert reasons(decision, "name") == ["owner-policy/P-1"]


def test_the_askers_texts_may_only_narrow() -> None:
    """A permit among the asker's texts opens nothing; a forbid closes."""
    facts = facts_of(standing=OWN)
    theirs = (policy(rule("P-1", "permit all fields") + rule("P-2", "forbid field ssn")),)
    ours = (pack(rule("A-1", "")),)
    decision = decide_record(fold(compile_law(ours, theirs), facts), record_of(), "p")
    assert levels(decision, "name") == ["nothing"]
    opened = compile_law((*ours, agreement()), theirs)
    assert levels(decide_record(fold(opened, facts_of()), record_of(), "p"), "name", "ssn") == ["full", "nothing"]


def test_unverified_permits_are_shadows_and_unverified_forbids_bite() -> None:
    """What counsel has not read narrows, and opens nothing."""
    shadow = PERMIT_ALL.replace("at release", 'at release status unverified "S"')
    assert levels(decided(agreement(shadow)), "name") == ["nothing"]
    decision = decided(pack(rule("A-1", "forbid field name").replace("verified", "unverified")), agreement())
    assert levels(decision, "name") == ["nothing"]
    assert next(one for one in decision.fields if one.field == "name").reasons[0].status == "unverified"


# ---------------------------------------------------------------- levels, holds, conflicts


def test_the_widest_permit_is_met_with_every_cap() -> None:
    """Two permits give the wider; caps cut to the narrowest; a forbid ends it."""
    clauses = (
        'clause G-1 "t" gives ccpd to fia at release permit all fields up to pointer\n'
        'clause G-2 "t" gives ccpd to fia at release permit fields labelled identity up to masked\n'
        'clause G-3 "t" gives ccpd to fia at release permit field name\n'
    )
    caps = (
        rule("A-1", "cap field name at masked")
        + rule("A-2", "cap field sex at nothing")
        + rule("A-3", "forbid field alias")
    )
    decision = decided(pack(caps), agreement(clauses))
    assert levels(decision, "name", "birth-date", "sex", "alias", "ssn") == [
        "masked",
        "masked",
        "nothing",
        "nothing",
        "pointer",
    ]
    assert reasons(decision, "name") == ["test/A-1"]
    assert reasons(decision, "birth-date") == ["CCPD-FIA-1/G-2"]
    assert reasons(decision, "sex") == ["test/A-2"]
    assert reasons(decision, "alias") == ["test/A-3"]


def test_a_hold_keeps_back_and_never_opens() -> None:
    """A held field shows the level it would have; with nothing to restore there is no hold."""
    body = "hold fields labelled address, identity for review by counsel within 2 days"
    clause = 'clause G-1 "t" gives ccpd to fia at release permit fields labelled identity up to masked\n'
    decision = decided(pack(rule("A-1", body) + rule("A-2", "forbid field alias")), agreement(clause))
    assert levels(decision, "name", "alias", "home-address") == ["held", "nothing", "nothing"]
    assert decision.level_of("name") is Level.NOTHING
    assert next(one for one in decision.fields if one.field == "name").level is Level.MASKED
    (hold,) = decision.holds
    assert (hold.kind, hold.rule, hold.role, hold.within) == ("review", "test/A-1", "counsel", "2 days")


def test_a_hold_without_anything_to_restore_is_not_opened() -> None:
    """No agreement, no hold."""
    decision = decided(pack(rule("A-1", 'hold all fields for attestation "so" by supervisor')))
    assert decision.holds == ()
    assert levels(decision, "name") == ["nothing"]


CONFLICT = (
    rule("A-1", "forbid fields labelled immigration-status, address")
    + rule("A-2", "")
    + rule(
        "A-3",
        "conflict C-1 between A-1 and A-2 over fields labelled immigration-status elect send, withhold "
        "valid 1 year when asker's level is federal",
    )
)


def test_a_true_conflict_suspends_the_forbid_on_its_fields_into_a_hold() -> None:
    """Only the fields in conflict are held, with both rules named; the rest stays forbidden."""
    decision = decided(pack(CONFLICT), agreement())
    assert levels(decision, "status", "home-address", "name") == ["held", "nothing", "full"]
    (hold,) = decision.holds
    assert (hold.kind, hold.what) == ("conflict", "test/A-1 against test/A-2")
    assert reasons(decision, "status") == ["test/A-3"]


@pytest.mark.parametrize("changes", [{"asker's level": "local"}, {"asker's level": "not-a-level"}])
def test_a_conflict_that_is_not_true_leaves_the_forbid(changes: dict[str, FactValue]) -> None:
    """False and unknown alike: conflicts never widen by doubt."""
    assert levels(decided(pack(CONFLICT), agreement(), facts=facts_of(changes)), "status") == ["nothing"]


def test_another_forbid_stands_beside_a_conflict() -> None:
    """A conflict suspends the rule it names and no other."""
    decision = decided(pack(CONFLICT + rule("A-4", "forbid field status, a-number")), agreement())
    assert levels(decision, "status") == ["nothing"]
    assert decision.holds == ()


def elected(choice: str, rules: str = CONFLICT, signed_on: date = date(2026, 6, 1), change: str = "") -> Law:
    """The conflict law with a signed election over its texts."""
    hashes = law_of(pack(rules), agreement()).hashes
    election = Election("test/A-3", choice, signed_on, (hashes["test/A-1"][0] + change, hashes["test/A-3"][0]))
    return law_of(pack(rules), agreement(), elections=(election,))


@pytest.mark.parametrize(
    ("law", "level"),
    [
        (elected("withhold"), "nothing"),
        (elected("send"), "full"),
        (elected("send", signed_on=date(2025, 11, 20)), "full"),
        (elected("send", signed_on=date(2025, 11, 19)), "held"),
        (elected("send", signed_on=date(2026, 11, 21)), "held"),
        (elected("send", change="0"), "held"),
        (elected("send", CONFLICT[:-200] + CONFLICT[-200:].replace("verified", "unverified")), "held"),
    ],
)
def test_an_election_ends_a_conflict_for_its_term_and_texts(law: Law, level: str) -> None:
    """`withhold` restores the forbid, `send` lets the permit count; lapsed, changed or unverified it is a hold."""
    decision = decide_record(fold(law, facts_of()), record_of(), "p")
    assert levels(decision, "status") == [level]


def test_send_opens_nothing_without_a_permit() -> None:
    """An election suspends a forbid; the permit must exist."""
    law = elected("send")
    decision = decide_record(fold(law, facts_of(standing=STRANGER)), record_of(), "p")
    assert levels(decision, "status") == ["nothing"]


# ---------------------------------------------------------------- records


def test_a_public_value_lifts_its_own_field_only() -> None:
    """Flags of fields are read field by field; one value that is not public closes the field."""
    fields = (
        FieldValue(name="name", value="Rosa Marsh", public=True),
        FieldValue(name="alias", value="R", public=True),
        FieldValue(name="alias", value="Q"),
        FieldValue(name="ssn", value="123", public=False),
    )
    text = pack(rule("A-1", "forbid all fields unless field is public"))
    assert levels(decided(text, agreement(), fields=fields), "name", "alias", "ssn", "sex") == [
        "full",
        "nothing",
        "nothing",
        "nothing",
    ]
    assert public_flags(fields) == FieldFlags(frozenset({"name"}), frozenset({"ssn"}))


def test_conditions_on_the_record_are_decided_record_by_record() -> None:
    """Equal questions, different records, different decisions; unknown narrows."""
    folded = folded_of(pack(rule("A-1", "forbid field ssn unless record is certified")), agreement())
    for certified, level in ((True, "full"), (False, "nothing"), (None, "nothing"), (True, "full")):
        record = record_of(state=RecordState(certified=certified))
        assert levels(decide_record(folded, record, "p"), "ssn") == [level]


def test_convictions_are_read_from_the_record_and_incomplete_files_are_unknown() -> None:
    """The list form reads one file; a file that is incomplete lifts nothing."""
    text = pack(
        rule("A-1", "forbid field ssn unless subject has a conviction with (conviction's grade is felony)")
    )
    folded = folded_of(text, agreement())
    for held, level in (
        ((Conviction(grade="felony"),), "full"),
        ((Conviction(grade="infraction"),), "nothing"),
        ((Conviction(),), "nothing"),
        ((), "nothing"),
        (None, "nothing"),
    ):
        record = record_of(subject=SubjectFacts(convictions=held))
        assert levels(decide_record(folded, record, "p"), "ssn") == [level]


def test_a_sealed_record_is_concealed_whatever_the_packs_say() -> None:
    """Sealed is built in; its decision shows nothing and is the same for every sealed record."""
    decision = decided(agreement(), state=RecordState(sealed=True))
    assert decision.concealed
    assert {one.level for one in decision.fields} == {Level.NOTHING}
    assert reasons(decision, "name") == ["comity/SEALED"]
    assert not decided(agreement(), state=RecordState(sealed=False)).concealed


def test_conceal_existence_goes_with_its_rule() -> None:
    """A rule that bites conceals; one that is lifted does not; nothing concealed is remembered."""
    body = "conceal existence forbid all fields unless record is certified unless field is public"
    folded = folded_of(pack(rule("A-1", body)), agreement())
    hidden = decide_record(folded, record_of(fields=(FieldValue(name="name", value="x", public=True),)), "p")
    assert hidden.concealed
    assert {one.level for one in hidden.fields} == {Level.NOTHING}
    met = folded.memo.sheets["case"].met
    assert not any(getattr(met, name) for name in met.__slots__)
    assert not decide_record(folded, record_of(state=RecordState(certified=True)), "p").concealed


def test_a_field_outside_its_class_is_an_error() -> None:
    """An unknown field stops; so does a class nobody asked for, and an unknown person."""
    folded = folded_of(agreement())
    with pytest.raises(NounError, match="`mugshot` is not a field of a case report"):
        decide_record(folded, record_of(fields=(FieldValue(name="mugshot", value="x"),)), "p")
    with pytest.raises(NounError, match="was not asked for"):
        decide_record(folded, record_of(DataClass.BOOKING), "p")
    with pytest.raises(NounError, match="no person `q`"):
        decide_record(folded, record_of(), "q")
    with pytest.raises(NounError, match="was not asked for"):
        match_fields(folded, DataClass.BOOKING)


# ---------------------------------------------------------------- the question


def ask(body: str, name: str = "A-1") -> str:
    return f'rule {name} "t" {HEADING} at ask {body}\n'


def test_a_rule_with_a_class_removes_the_class_and_one_without_refuses() -> None:
    """`ask` rules are decided per data class."""
    facts = facts_of(classes=("case", "booking"))
    decision = decide_query(folded_of(pack(ask("data booking forbid query")), agreement(), facts=facts))
    assert decision.allowed == (DataClass.CASE,)
    assert [(name, [one.rule for one in why]) for name, why in decision.removed] == [
        (DataClass.BOOKING, ["test/A-1"])
    ]
    assert decision.refused == ()
    by_class = ask("forbid query when query's data-class is booking")
    assert decide_query(folded_of(pack(by_class), agreement(), facts=facts)).allowed == (DataClass.CASE,)
    whole = decide_query(folded_of(pack(ask("forbid query")), agreement(), facts=facts))
    assert (whole.allowed, [one.rule for one in whole.refused]) == ((), ["test/A-1"])
    assert whole.refused[0].effect == "refuse"


def test_a_refused_question_closes_its_records_too() -> None:
    """Nothing slips through by a record decision after a refusal."""
    folded = folded_of(pack(ask("forbid query")), agreement())
    assert levels(decide_record(folded, record_of(), "p"), "name") == ["nothing"]
    assert match_fields(folded, DataClass.CASE) == frozenset()


def test_a_class_of_which_nothing_can_leave_is_removed_with_reasons_of_the_question() -> None:
    """No agreement, or a forbid that needs no record, says so; a forbid that waits for the record does not."""
    assert decide_query(folded_of()).refused[0].rule == "comity/NO-AGREEMENT"
    certain = decide_query(folded_of(pack(rule("A-1", "forbid all fields")), agreement()))
    assert [one.rule for one in certain.refused] == ["test/A-1"]
    some = 'clause G-1 "t" gives ccpd to fia at release permit field name\n'
    closing = decide_query(folded_of(pack(rule("A-1", "forbid field name, ssn")), agreement(some)))
    assert [one.rule for one in closing.refused] == ["test/A-1"]
    waits = decide_query(folded_of(pack(rule("A-1", "forbid all fields unless record is certified")), agreement()))
    assert waits.refused == ()
    conflicting = pack(CONFLICT.replace("labelled immigration-status, address", "labelled immigration-status"))
    status = 'clause G-1 "t" gives ccpd to fia at release permit field status\n'
    assert decide_query(folded_of(conflicting, agreement(status))).refused == ()


def test_match_fields_are_those_that_may_leave_or_are_match_only() -> None:
    """Closed fields are closed to matching, unless permitted match-only; a forbid closes that as well."""
    clauses = (
        'clause G-1 "t" gives ccpd to fia at release permit fields labelled identity\n'
        'clause G-2 "t" gives ccpd to fia at release permit field ssn when record is certified\n'
    )
    rules = rule("A-1", "forbid field sex, birthplace") + rule("A-2", "forbid field alias unless field is public")
    own = policy(rule("P-1", "permit match on field former-name, birthplace"))
    folded = folded_of(pack(rules), own, agreement(clauses))
    assert match_fields(folded, DataClass.CASE) == {"name", "alias", "birth-date", "ssn", "former-name"}
    decision = decide_record(folded, record_of(), "p")
    assert [one.field for one in decision.fields if one.match_only] == ["former-name"]
    assert levels(decision, "former-name") == ["nothing"]


def test_the_stricter_standpoint_governs() -> None:
    """Asked for another agency, a permit is needed for both, and both agencies' limits apply."""
    beneficiary = Standing("ice", frozenset({"DCICE0100"}), "ccpd", frozenset({OWNER_ORI}))
    seen = facts_of({"asker's component": "ice"}, standing=beneficiary)
    both = facts_of(others=(seen,))
    assert levels(decided(agreement(), facts=both), "name") == ["nothing"]
    second = (
        AGREEMENT_HEAD.replace("CCPD-FIA-1", "CCPD-ICE-1").replace("fia", "ice").replace(ASKER_ORI, "DCICE0100")
    )
    clause = 'clause G-1 "t" gives ccpd to ice at release permit field name up to masked\n'
    signed = (("ccpd", "agency-head"), ("ice", "agency-head"))
    text = law_text(LawKind.AGREEMENT, second + clause, name="CCPD-ICE-1", signed=signed)
    decision = decided(agreement(), text, facts=both)
    assert levels(decision, "name", "ssn") == ["masked", "nothing"]
    limit = pack(rule("A-1", "forbid field name when asker's component is ice"))
    closed = decided(limit, agreement(), text, facts=both)
    assert (levels(closed, "name"), reasons(closed, "name")) == (["nothing"], ["test/A-1"])
    held = decided(
        pack(rule("A-1", "hold field name for review by counsel when asker's component is ice")),
        agreement(),
        text,
        facts=both,
    )
    assert levels(held, "name") == ["held"]


# ---------------------------------------------------------------- facts of a question


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


# ---------------------------------------------------------------- other doors


def at(point: str, body: str, name: str = "A-1") -> str:
    return f'rule {name} "t" {HEADING} at {point} {body}\n'


def test_onward_sharing_is_refused_or_closed_field_by_field() -> None:
    """`forbid onward` refuses; `forbid fields` closes those; unknown consent counts as none."""
    facts = facts_of({"record's data-class": "case", "record is own-record": False})
    refusing = law_of(pack(at("onward", "forbid onward unless record is consented-onward")))
    assert [one.rule for one in decide_point(refusing, "onward", facts).forbidden] == ["test/A-1"]
    assert not decide_point(refusing, "onward", facts.having({"record is consented-onward": True})).forbidden
    closing = law_of(pack(at("onward", "forbid fields labelled address unless field is public")))
    assert decide_point(closing, "onward", facts).closed == ("home-address", "work-address")
    public = facts.having({"field is public": FieldFlags(frozenset({"home-address"}))})
    assert decide_point(closing, "onward", public).closed == ("work-address",)
    holding = law_of(pack(at("onward", "hold all fields for review by counsel")))
    assert [one.role for one in decide_point(holding, "onward", facts).holds] == ["counsel"]


def test_purge_needs_certainty_and_a_legal_hold_keeps() -> None:
    """True purges, unknown is a custodian's task, a kept record stays restricted."""
    rules = at("purge", "purge record when now is more than 21 days after record's collected duty log") + at(
        "purge", "keep record restricted when record is legal-hold", "A-2"
    )
    law = law_of(pack(rules))
    old = {
        "record's data-class": "plate-read",
        "record's collected": date(2026, 10, 1),
        "record is legal-hold": False,
    }
    assert decide_point(law, "purge", facts_of(old)).purge
    assert not decide_point(law, "purge", facts_of({**old, "record's collected": date(2026, 10, 30)})).purge
    kept = decide_point(law, "purge", facts_of({**old, "record is legal-hold": True}))
    assert (kept.purge, kept.kept) == (False, True)
    unknown = decide_point(law, "purge", facts_of(old).without("record's collected"))
    assert not unknown.purge
    assert [(duty.kind, duty.to, duty.confirm) for duty in unknown.duties] == [
        ("purge", "records-custodian", True)
    ]


def test_sessions_and_entries_are_refused_at_their_points() -> None:
    """Idle too long, or unknown: refused with a duty; an unknown point is an error."""
    law = law_of(
        pack(at("session", "forbid session when session's idle is more than 30 minutes duty log on refusal"))
    )
    assert decide_point(law, "session", facts_of({"session's idle": 31})).forbidden
    assert decide_point(law, "session", facts_of()).forbidden
    allowed = decide_point(law, "session", facts_of({"session's idle": 30}))
    assert (allowed.forbidden, allowed.duties) == ((), ())
    with pytest.raises(NounError, match="`release` is not decided here"):
        decide_point(law, "release", facts_of())


def test_at_a_point_a_rule_of_a_class_counts_for_its_class_and_where_the_class_is_unknown() -> None:
    """A rule for tips leaves cases alone; where nobody says the class, it narrows; other parties are not bound."""
    clause = 'clause O-1 "t" gives ccpd to fia at onward data tip forbid onward\n'
    law = law_of(agreement(clause))
    assert decide_point(law, "onward", facts_of({"record's data-class": "tip"})).forbidden
    assert not decide_point(law, "onward", facts_of({"record's data-class": "case"})).forbidden
    assert decide_point(law, "onward", facts_of()).forbidden
    assert not decide_point(law, "onward", facts_of(standing=STRANGER)).forbidden


def test_one_owner_has_a_bounded_number_of_texts() -> None:
    """More texts than any region needs are refused before they are read."""
    texts = tuple(pack(f"# {number}\n") for number in range(MOST_TEXTS + 1))
    with pytest.raises(LawUnavailableError, match="law texts for one owner"):
        compile_law(texts)


def test_terms_of_several_agreements_count_where_they_agree() -> None:
    """A rule that reads the agreement relied on reads what all of them say, else unknown."""
    other = AGREEMENT_HEAD.replace("CCPD-FIA-1", "CCPD-FIA-2").replace(
        "authority", "review every 24 months authority"
    )
    second = law_text(LawKind.AGREEMENT, other + PERMIT_ALL, name="CCPD-FIA-2")
    text = pack(rule("A-1", "forbid field ssn unless agreement's review-months is at most 12"))
    yearly = agreement("review every 1 years\n" + PERMIT_ALL)
    assert levels(decided(text, yearly), "ssn") == ["full"]
    assert levels(decided(text, yearly, second), "ssn") == ["nothing"]
    assert levels(decided(text, agreement()), "ssn") == ["nothing"]


# ---------------------------------------------------------------- properties over all shipped law

ALL_TERMS = f"""review every 12 months covers {", ".join(load_vocabulary().types["topic"])}
  routine use "A notice" on 2025-06-02
  meaning right-to-know "A sworn member" meaning need-to-know "It bears on a case"
  {" ".join(f'paper {kind} "On file"' for kind in load_vocabulary().types["paper"])}
"""


def test_a_clause_that_names_no_class_gives_every_class() -> None:
    """What an agreement gives is read from its permits: their classes, or all where one names none."""
    named = 'clause G-02 "Cases" gives ccpd to fia at release permit all fields data case, booking\n'
    closed = (
        'clause L-01 "Never" gives ccpd to fia at ask forbid query data gang when query\'s purpose is customs\n'
    )
    given = [law_of(agreement(text)).agreements[0].terms["agreement's data-classes"] for text in (named, closed)]
    assert given == [frozenset({"case", "booking"}), frozenset()]
    every = law_of(agreement(named + PERMIT_ALL)).agreements[0].terms["agreement's data-classes"]
    assert every == frozenset(str(name) for name in DataClass)


def test_a_rule_about_a_class_bars_only_agreements_that_give_it() -> None:
    """`data intelligence` at `activate`: cases alone are no matter of the rule, a clause without a class gives all."""
    bars = pack(f'rule A-1 "t" {HEADING} at activate data intelligence forbid activation\n')
    cases = 'clause G-02 "Cases" gives ccpd to fia at release permit all fields data case\n'
    assert levels(decided(bars, agreement(cases)), "name") == ["full"]
    assert levels(decided(bars, agreement(cases.replace("data case", "data case, intelligence"))), "name") == [
        "nothing"
    ]
    assert levels(decided(bars, agreement()), "name") == ["nothing"]


@pytest.mark.parametrize(
    ("given", "barred", "certain"),
    [
        ({"agreement's data-classes": frozenset({"case"})}, False, None),
        ({"agreement's data-classes": frozenset({"case", "intelligence"})}, True, True),
        ({}, True, False),
    ],
)
def test_what_an_agreement_gives_decides_at_activation_unknown_included(
    given: dict[str, frozenset[str]], barred: bool, certain: bool | None
) -> None:
    """The act is refused where the class is given or may be; where it only may be, a person looks before a notice."""
    text = pack(
        f'rule A-1 "t" {HEADING} at activate data intelligence forbid activation '
        "duty notify grantor on any-outcome\n"
    )
    found = decide_point(law_of(text), "activate", facts_of(given))
    assert bool(found.forbidden) == barred
    assert [not duty.confirm for duty in found.duties] == ([] if certain is None else [certain])


@lru_cache(maxsize=2)
def everything(extra: str = "") -> Law:
    """All shipped packs and an agreement that permits all and lacks no paper; `extra` rules beside them."""
    packs = tuple(shipped_pack(name) for name in shipped_pack_names())
    permit = agreement(ALL_TERMS + PERMIT_ALL)
    return compile_law((*packs, permit, *((pack(extra),) if extra else ())))


CLASSES = tuple(str(name) for name in DataClass)
REQUEST_PATHS = tuple(sorted(PLAIN))
RECORD_VALUES = {
    "record is certified": (True, False),
    "record is reviewed": (True, False),
    "record is own-record": (True, False),
    "record is received-under-1367": (True, False),
    "record is non-conviction": (True, False),
    "record is iii-derived": (True, False),
    "subject is minor": (True, False),
    "subject is registrant": (True, False),
    "subject's custodian": ("local-jail", "state-corrections"),
    "record's collected": (date(2026, 11, 1), date(2020, 1, 1)),
    "subject's convictions": ((), ({"conviction's offence": "PC211", "conviction's grade": "felony"},)),
}


@st.composite
def request_values(draw: st.DrawFn) -> dict[str, FactValue]:
    vocabulary = load_vocabulary()
    found: dict[str, FactValue] = {}
    for path in REQUEST_PATHS:
        kind = vocabulary.attributes[path].kind
        if kind.name == "flag":
            found[path] = draw(st.booleans())
        elif kind.name == "enum":
            found[path] = draw(st.sampled_from(sorted(vocabulary.types[kind.type or ""])))
        elif kind.name == "set":
            words = sorted(vocabulary.types[kind.type or ""])
            found[path] = frozenset(draw(st.sets(st.sampled_from(words), max_size=2)))
        else:
            found[path] = "26-1"
    found["owner's state"] = draw(st.sampled_from(["CA", "WA", "IL", "NY", "OR", "VA", "CO", "US"]))
    return found


record_values = st.fixed_dictionaries(
    {}, optional={path: st.sampled_from(values) for path, values in RECORD_VALUES.items()}
)


def open_levels(law: Law, facts: Facts, values: dict[str, FactValue]) -> dict[str, Level]:
    """What truly leaves, held and concealed fields at nothing."""
    name = facts.data_classes[0]
    decision = decide_values(fold(law, facts), name, values, (0, 0))
    if decision.concealed:
        return {one.field: Level.NOTHING for one in decision.fields}
    return {one.field: decision.level_of(one.field) for one in decision.fields}


@given(request_values(), record_values, st.sampled_from(CLASSES), st.data())
@settings(deadline=None, max_examples=150)
def test_removing_an_attribute_never_widens(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str, data: st.DataObject
) -> None:
    """Knowing less of the question or the record never opens a field, and never a class."""
    law = everything()
    facts = facts_of(request, (data_class,))
    before = open_levels(law, facts, record)
    path = data.draw(st.sampled_from([*request, *record]))
    less = facts.without(path)
    fewer = {key: value for key, value in record.items() if key != path}
    after = open_levels(law, less, fewer)
    assert all(after[field] <= before[field] for field in before)
    assert set(decide_query(fold(law, less)).allowed) <= set(decide_query(fold(law, facts)).allowed)


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(deadline=None, max_examples=100)
def test_adding_a_forbid_never_widens(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str
) -> None:
    """One more forbid, cap or hold opens nothing that was closed."""
    facts = facts_of(request, (data_class,))
    more = everything(
        rule("Z-1", "forbid fields labelled contact when query's purpose is one of audit, stop")
        + rule("Z-2", "cap all fields at masked unless record is certified")
        + rule("Z-3", "hold fields labelled photo for review by counsel")
        + f'rule Z-4 "t" {HEADING} at activate forbid activation when asker\'s level is local\n'
    )
    before, after = open_levels(everything(), facts, record), open_levels(more, facts, record)
    assert all(after[field] <= before[field] for field in before)


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(deadline=None, max_examples=100)
def test_a_removed_class_lets_nothing_leave(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str
) -> None:
    """What the question says of a class holds for every record of it."""
    folded = fold(everything(), facts_of(request, (data_class,)))
    if not decide_query(folded).allowed:
        assert set(open_levels(everything(), folded.facts, record).values()) == {Level.NOTHING}
    matchable = match_fields(folded, DataClass(data_class))
    leaving = {field for field, level in open_levels(everything(), folded.facts, record).items() if level}
    assert leaving <= matchable


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(deadline=None, max_examples=50)
def test_a_decision_repeats(request: dict[str, FactValue], record: dict[str, FactValue], data_class: str) -> None:
    """The same facts under the same law give the same decision, folded anew or remembered."""
    facts = facts_of(request, (data_class,))
    folded = fold(everything(), facts)
    first = decide_values(folded, data_class, record, (0, 0))
    assert decide_values(folded, data_class, record, (0, 0)) == first
    assert decide_values(fold(everything(), facts), data_class, record, (0, 0)) == first
    assert decide_query(folded) == decide_query(fold(everything(), facts))
