"""Case files: a lawyer's expectations, dated, run against packs, differences in plain words."""

from __future__ import annotations

import pytest
from law_samples import HEADING, pack, rule

from comity.errors import LawTextError
from comity.law.case_file import load_cases
from comity.law.cases import run_cases, run_shipped_cases, with_used
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary

DEFINE = 'define paper of order "t" cite "c" status verified means order\'s instrument is court-order\n'
PACK = pack(
    DEFINE
    + rule(
        "A-1", "data custody forbid fields labelled address when asker's level is federal unless order is paper"
    )
    + rule("A-2", "data custody hold field status for review by counsel within 2 working-days duty log on release")
    + rule("A-3", 'data custody hold field ssn for attestation "so it is" by supervisor')
    + rule("A-4", 'data custody duty label on release "not certified" duty count for il-ag-annual on any-outcome')
    + f'rule A-5 "t" {HEADING} data booking at ask forbid query\n'
    + "duty notify subject within 1 day of query-received\n"
    + f'rule A-6 "t" {HEADING} at purge purge record when now is later than record\'s retain-until\n'
    + f'rule A-7 "t" {HEADING} at purge keep record restricted when record is legal-hold\n'
    + rule("A-8", "data tip conceal existence forbid all fields when record is not certified")
    + f'rule A-9 "t" {HEADING} at onward forbid field ssn when recipient\'s level is local\n'
    + f'rule A-10 "t" {HEADING} at session forbid session when session\'s idle is more than 30 minutes\n'
)
HEAD = """cases: 1
law: test 1
facts:
  plain: &plain
    {on: 2026-11-20, at: release, asker: {level: federal}, record: {class: custody}, agreement: permits-everything}
cases_of:
"""


def case(given: str, expect: str, name: str = "a case") -> str:
    """One case as text."""
    return f"  - case: {name}\n    rules: [A-1]\n    given: {{{given}}}\n    expect: {{{expect}}}\n"


def differences(given: str, expect: str) -> tuple[str, ...]:
    """What differs in one case."""
    (outcome,) = run_cases(HEAD + case(given, expect), "t.yaml", (PACK,))
    return outcome.differences


MET = [
    ("<<: *plain", "fields: {home-address: nothing, status: held, name: full}"),
    ("<<: *plain", "because: {home-address: [test/A-1], status: [test/A-2]}, fields: {home-address: nothing}"),
    ("<<: *plain", "lacking: {home-address: [test/paper]}"),
    ("<<: *plain, order: {instrument: court-order}", "fields: {home-address: full}"),
    ("<<: *plain, order: {instrument: unknown}", "fields: {home-address: nothing}"),
    ("<<: *plain, asker: {level: local}", "fields: {home-address: full}"),
    ("<<: *plain, on: 2019-12-31", "fields: {home-address: full}, holds: []"),
    ("<<: *plain, agreement: none", "fields: {name: nothing}, holds: []"),
    (
        "<<: *plain, agreement: {access: query, meanings: [need-to-know], review-months: 12}",
        "fields: {name: full}",
    ),
    (
        "<<: *plain",
        "holds: [{rule: test/A-2, review: counsel, within: 2 working-days}, "
        "{rule: test/A-3, attestation: so it is, by: supervisor}]",
    ),
    (
        "<<: *plain",
        "duties: [{rule: test/A-2, kind: log}, {rule: test/A-4, kind: label}, "
        "{rule: test/A-4, kind: count, report: il-ag-annual}], labels: [not certified]",
    ),
    (
        "<<: *plain, at: ask, record: {class: booking}",
        "refused: [test/A-5], duties: [{rule: test/A-5, kind: notify, to: subject, within: 1 day}]",
    ),
    ("<<: *plain, at: ask", "refused: [], duties: []"),
    ("on: 2026-11-20, at: purge, record: {class: tip, retain-until: 2026-11-19, legal-hold: no}", "purge: yes"),
    ("on: 2026-11-20, at: purge, record: {class: tip, retain-until: 2026-11-20, legal-hold: no}", "purge: no"),
    (
        "on: 2026-11-20, at: purge, record: {class: tip, retain-until: 2026-11-19, legal-hold: yes}",
        "purge: no, keep: yes",
    ),
    (
        "<<: *plain, record: {class: tip, certified: no}",
        "outward: same as nothing-releasable, fields: {story: nothing}",
    ),
    ("<<: *plain, record: {class: tip, certified: yes, sealed: yes}", "outward: same as nothing-releasable"),
    (
        "<<: *plain, record: {class: tip, certified: yes}, field: {public: [name]}",
        "fields: {story: full}, match: []",
    ),
    ("<<: *plain, at: onward, recipient: {level: local}", "fields: {ssn: nothing, name: full}, refused: []"),
    ("on: 2026-11-20, at: session, session: {idle: 31 minutes, factors: 2}", "refused: [test/A-10]"),
    ("on: 2026-11-20, at: session, session: {idle: 30 minutes}", "refused: []"),
    (
        "<<: *plain, subject: {convictions: [{grade: felony, day: 2020-01-01}], custodian: unknown}",
        "fields: {name: full}",
    ),
]


@pytest.mark.parametrize(("given", "expect"), MET)
def test_met_expectations_differ_in_nothing(given: str, expect: str) -> None:
    """Facts are what the case says, and the decision is that of the engine."""
    assert differences(given, expect) == ()


MISSED = [
    ("fields: {home-address: full}", "home-address: expected full, got nothing (test/A-1)"),
    ("fields: {mugshot: full}", "mugshot: expected full, got no such field in this class (no rule)"),
    ("because: {home-address: []}", "because of home-address: expected none, got test/A-1"),
    ("lacking: {home-address: []}", "lacking of home-address: expected none, got test/paper"),
    ("refused: [test/A-5]", "refused: expected test/A-5, got none"),
    ("match: [name]", "match: expected name, got none"),
    ("labels: []", "labels: expected none, got not certified"),
    ("purge: yes", "purge: expected yes, got no"),
    ("outward: same as nothing-releasable", "outward: expected the same as nothing-releasable"),
    ("holds: []", "hold found and not expected: rule test/A-2, review counsel, within 2 working days"),
    ("holds: [{rule: test/A-1}]", "hold expected and not found: rule test/A-1"),
    ("duties: []", "duty found and not expected: rule test/A-2, kind log"),
]


@pytest.mark.parametrize(("expect", "told"), MISSED)
def test_missed_expectations_are_told_plainly(expect: str, told: str) -> None:
    """Each difference says what was expected and what came, with the rule."""
    assert any(one.startswith(told) for one in differences("<<: *plain", expect))


BAD = [
    (HEAD + case("<<: *plain, askr: {level: federal}", "holds: []"), "unknown key `askr` in given"),
    (HEAD + case("<<: *plain, asker: {lvel: federal}", "holds: []"), "unknown attribute `lvel` of asker"),
    (HEAD + case("<<: *plain, asker: {level: fedral}", "holds: []"), "`fedral` is not a value of `asker's level`"),
    (HEAD + case("<<: *plain, asker: {certificates: [nope]}", "holds: []"), "is not a value of"),
    (HEAD + case("<<: *plain, asker: {primarily-immigration: maybe}", "holds: []"), "`maybe` is not a value"),
    (HEAD + case("<<: *plain, session: {idle: 30}", "holds: []"), "`30` is not a value"),
    (HEAD + case("<<: *plain, session: {factors: two}", "holds: []"), "`two` is not a value"),
    (HEAD + case("<<: *plain, subject: {convictions: [{grad: felony}]}", "holds: []"), "`grad` of conviction"),
    (HEAD + case("<<: *plain, agreement: something", "holds: []"), "unknown agreement `something`"),
    (HEAD + case("<<: *plain, field: [name]", "holds: []"), "names fields under"),
    (HEAD + case("<<: *plain, field: {pubic: [name]}", "holds: []"), "unknown key `pubic`"),
    (HEAD + case("<<: *plain, on: 20 November", "holds: []"), "`20 November` is not a day for `on`"),
    (HEAD + case("<<: *plain, at: court", "holds: []"), "unknown point `court`"),
    (HEAD + case("<<: *plain", "hold: []"), "unknown key `hold` in expect"),
    (HEAD + case("<<: *plain", "holds: [{rle: x}]"), "unknown key `rle` in holds"),
    (HEAD + case("<<: *plain", "duties: [x]"), "an entry of `duties` is a set of keys"),
    (HEAD + case("<<: *plain", "fields: {nome: full}"), "unknown field `nome`"),
    (HEAD + case("<<: *plain", "fields: {name: half}"), "unknown level `half`"),
    (HEAD + case("<<: *plain", "outward: silence"), "unknown outward form `silence`"),
    (HEAD + case("<<: *plain", "holds: []").replace("rules:", "rule:"), "unknown key `rule` in case"),
    (
        HEAD + case("<<: *plain", "holds: []").replace("[A-1]", "[Z-1]"),
        "names rule `Z-1`, which the pack does not",
    ),
    (HEAD + "  - case: x\n    rules: []\n", "a case needs a name"),
    (HEAD + "  - text\n", "a case is a set of keys"),
    (HEAD.replace("cases: 1", "cases: 2") + case("", ""), "does not say its version"),
    (HEAD.replace("law: test 1", "law: test") + case("", ""), "does not say its pack"),
    (HEAD.replace("law: test 1", "law: test 2") + case("<<: *plain", "holds: []"), "the cases are for `test` 2"),
    (HEAD.replace("facts:", "fact:") + case("<<: *plain", "holds: []"), "unknown key `fact`"),
    (HEAD.replace("cases_of:", ""), "the file has no cases"),
    (HEAD + case("<<: *plain, at: ask, at: release", "holds: []"), "`at` is given twice"),
    ("- a", "the file is no case file"),
    ("a: [", "expected"),
    ("#" * 2_000_001, "longer than"),
    ("a: " + "[" * 100_000, "nests too deep"),
]


@pytest.mark.parametrize(("text", "fault"), BAD)
def test_a_faulty_case_file_is_not_run(text: str, fault: str) -> None:
    """Unknown keys, words and rules fail with their place; nothing is skipped."""
    with pytest.raises(LawTextError, match=fault):
        run_cases(text, "t.yaml", (PACK,))


def test_every_finding_of_a_case_file_comes_at_once() -> None:
    """Two faulty cases, two findings, each with its line."""
    text = HEAD + case("<<: *plain, at: court", "holds: []") * 2
    with pytest.raises(LawTextError) as caught:
        load_cases(text, "t.yaml", load_vocabulary())
    assert [one.line for one in caught.value.findings] == [7, 11]


def test_a_pack_comes_with_the_packs_it_uses() -> None:
    """The pack itself first, then those it leans on, each once."""
    assert [text.name for text in with_used(shipped_pack("us-wa"))] == ["us-wa", "us"]


@pytest.mark.parametrize("name", shipped_pack_names())
def test_shipped_cases_differ_in_nothing(name: str) -> None:
    """Every shipped pack decides as its cases say."""
    outcomes = run_shipped_cases(name)
    assert outcomes
    assert not [(one.name, one.differences) for one in outcomes if one.differences]
