"""Deciding a record: agreements permit, law narrows, missing never opens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import (
    AGREEMENT_HEAD,
    ASKER_ORI,
    CONFLICT,
    HEADING,
    OWN,
    OWNER_ORI,
    PERMIT_ALL,
    SIGNED,
    STRANGER,
    agreement,
    decided,
    facts_of,
    folded_of,
    law_of,
    law_text,
    levels,
    pack,
    policy,
    reasons,
    record_of,
    rule,
)

from comity.errors import LawTextError, NounError
from comity.law.atoms import FactValue, FieldFlags
from comity.law.check import check_text
from comity.law.compile import compile_law
from comity.law.compiled import Election, Law
from comity.law.decide import decide_query, decide_record, match_fields
from comity.law.facts import Standing, public_flags
from comity.law.fold import fold
from comity.law.parse import parse_agreement
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, Level
from comity.model.law_text import LawKind
from comity.model.record import Conviction, FieldValue, RecordState, SubjectFacts

# ---------------------------------------------------------------- where authority comes from


def test_without_an_agreement_nothing_leaves() -> None:
    """A pack permits nothing; the reason is the missing agreement."""
    decision = decided(pack(rule("A-1", "forbid field ssn")))
    assert levels(decision, "name", "ssn") == ["nothing", "nothing"]
    assert reasons(decision, "name") == ["comity/NO-AGREEMENT"]
    assert reasons(decision, "ssn") == ["test/A-1"]


@settings(max_examples=80)
@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.sampled_from((None, STRANGER)),
    st.sampled_from((SIGNED, SIGNED[:1], SIGNED[1:], ())),
    st.booleans(),
)
def test_h10_only_a_signed_grant_to_this_party_opens_anything_and_only_until_its_last_day(
    day: date, standing: Standing | None, signed: tuple[tuple[str, str], ...], granted: bool
) -> None:
    """H10: default is deny; a grant is to one named party, signed by each, and open from its first day to its last."""
    grant = (agreement(signed=signed),) if granted else ()
    opened = levels(decided(*grant, facts=facts_of(on=day, standing=standing)), "name") == ["full"]
    in_force = date(2026, 1, 1) <= day <= date(2027, 12, 31)
    assert opened == (granted and standing is None and signed == SIGNED and in_force)


def test_h10_a_grant_without_an_end_or_to_more_than_one_party_is_none() -> None:
    """H10: an agreement without a last day does not check, and a clause that gives to two parties does not parse."""
    text = AGREEMENT_HEAD + PERMIT_ALL
    assert not check_text(parse_agreement(text, "x.agr"), load_vocabulary())
    endless = parse_agreement(text.replace(" to 2027-12-31", ""), "x.agr")
    assert ["an agreement ends on a known day" in one.fault for one in check_text(endless, load_vocabulary())] == [
        True
    ]
    with pytest.raises(LawTextError):
        parse_agreement(text.replace("gives ccpd to fia", "gives ccpd to fia, bia"), "x.agr")


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


def test_a_rule_about_a_class_bars_only_agreements_that_give_it() -> None:
    """`data intelligence` at `activate`: cases alone are no matter of the rule, a clause without a class gives all."""
    bars = pack(f'rule A-1 "t" {HEADING} at activate data intelligence forbid activation\n')
    cases = 'clause G-02 "Cases" gives ccpd to fia at release permit all fields data case\n'
    assert levels(decided(bars, agreement(cases)), "name") == ["full"]
    assert levels(decided(bars, agreement(cases.replace("data case", "data case, intelligence"))), "name") == [
        "nothing"
    ]
    assert levels(decided(bars, agreement()), "name") == ["nothing"]


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
