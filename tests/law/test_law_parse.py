"""Reading law texts: what is written becomes what is meant, and errors point at the word."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from law_samples import AGREEMENT_HEAD, HEAD, POLICY_HEAD

from comity.errors import LawTextError
from comity.law import ast
from comity.law.canonical import canonical_define, canonical_rule, rule_hash
from comity.law.parse import (
    DEEPEST_NESTING,
    LONGEST_TEXT,
    parse_agreement,
    parse_pack,
    parse_policy,
    parse_vocabulary,
)
from comity.law.shipped import shipped_pack, shipped_pack_names

RULE = 'rule CA-03 "Title" cite "Act" status verified from 2018-01-01 at release '


def faults_of(text: str) -> str:
    """What a reader of a pack is told."""
    with pytest.raises(LawTextError) as caught:
        parse_pack(text, "ca/clets.law")
    return str(caught.value)


def test_mixed_connectives_are_refused_with_a_caret() -> None:
    """`and` after `or` needs parentheses; the message is that of the reference."""
    told = faults_of(
        'pack us-ca "California" in CA version 3\nrule CA-03 "x"\n'
        "  when query's purpose is customs or asker's level is federal and order is approved-1367\n"
    )
    assert told == (
        "ca/clets.law:3:63 `and` cannot follow `or` on the same level\n"
        "    3 |   when query's purpose is customs or asker's level is federal and order is approved-1367\n"
        "      |                                                               ^^^\n"
        "   put the part that belongs together in parentheses"
    )


@pytest.mark.parametrize(
    ("text", "fault", "remedy"),
    [
        (HEAD + RULE + "forbid fields labeled address", "`labeled` cannot stand here", "did you mean `labelled`?"),
        (HEAD + RULE + "whn field is public", "`whn` cannot stand here", "did you mean `when`?"),
        (HEAD + RULE + 'note "no end', "text in quotes has no end on its line", "write text in double quotes"),
        (HEAD + RULE + "when", "the text ends too early", "write"),
        (HEAD + RULE + "when field is public or", "the text ends too early", "write"),
        (HEAD + "rule x", "`x` cannot stand here", "write an id such as `CA-02`"),
        (
            HEAD + RULE.replace("2018-01-01", "2018-02-30"),
            "`2018-02-30` is not a day of the calendar",
            "YYYY-MM-DD",
        ),
        (HEAD + RULE + "$", "`$` cannot stand here", ""),
        ("", "the text ends too early", "write `pack`"),
        (HEAD + 'rule CA-03 CA-04 "x"', "`CA-04` cannot stand here", "write text in double quotes"),
        (HEAD + 'rule "x" "y"', "text in quotes cannot stand here", "an id such as"),
    ],
)
def test_syntax_errors_name_fault_and_remedy(text: str, fault: str, remedy: str) -> None:
    """The first fault of syntax is told in the reader's words."""
    told = faults_of(text)
    assert fault in told
    assert remedy in told
    assert told.startswith("ca/clets.law:")


def test_texts_are_bounded() -> None:
    """Neither length nor nesting can exhaust the reader."""
    assert "longer than" in faults_of("#" * (LONGEST_TEXT + 1))
    deep = "(" * (DEEPEST_NESTING + 1)
    assert "parentheses are open" in faults_of(HEAD + RULE + f"when {deep}field is public")


def test_a_part_gives_its_clauses_and_a_rules_own_replace_them() -> None:
    """Parts fill in what a rule leaves out, keyword by keyword, until the next part."""
    text = (
        HEAD
        + 'part "One" data case at release from 2018-01-01 unless field is public\n'
        + 'rule A-1 "first" cite "x" status verified forbid all fields\n'
        + 'rule A-2 "second" data custody unless query has case-number unless record is sealed\n'
        + 'part "Two" at ask\n'
        + 'rule A-3 "third"\n'
    )
    pack = parse_pack(text, "x.law")
    first, second, third = pack.rules
    assert (first.classes, first.points, len(first.unless), first.part) == (("case",), ("release",), 1, "One")
    assert (second.classes, second.points, len(second.unless)) == (("custody",), ("release",), 2)
    assert (third.classes, third.points, third.unless, third.dates) == ((), ("ask",), (), None)
    assert pack.parts == (ast.Part(ast.Word("One"), ("A-1", "A-2")), ast.Part(ast.Word("Two"), ("A-3",)))


def test_every_clause_is_read() -> None:
    """One rule with every clause becomes the value it says."""
    text = HEAD + (
        'rule A-1a "t" > quoted words\n > and more\n cite "c" status unverified "S: why" decided by review\n'
        "binds owner where owner's state is WA data case, custody at release, onward from unknown to 2030-01-01\n"
        'hold fields labelled address for attestation "no policy forbids it" by counsel within 2 working-days\n'
        "when now is at most 5 years before record's collected and session's idle is at least 30 minutes\n"
        "unless asker's certificates lack part-23 unless query has no note\n"
        "duty report request to asker for ca-doj-annual within 1 hour of released every month due 03-01\n"
        "on refusal "
        'until 2031-01-01 "text"\n conceal existence note "n"\n'
    )
    rule = parse_pack(text, "x.law").rules[0]
    assert rule.quote == ("quoted words", "and more")
    assert (rule.status, rule.status_note, rule.decided) == ("unverified", "S: why", "review")
    assert rule.dates == ast.Dates(None, date(2030, 1, 1))
    assert isinstance(rule.effect, ast.HoldAttest)
    assert str(rule.effect.within) == "2 working days"
    assert rule.conceal
    duty = rule.duties[0]
    assert (duty.kind, duty.what, duty.to, duty.report, duty.every, duty.due, duty.on) == (
        "report",
        "request",
        "asker",
        "ca-doj-annual",
        "month",
        "03-01",
        "refusal",
    )
    assert duty.until == date(2031, 1, 1)
    when = rule.when
    assert isinstance(when, ast.AllOf)
    assert isinstance(when.parts[0], ast.Apart)
    assert (when.parts[0].size, when.parts[0].side) == ("le", "before")


def test_match_only_permits_and_policies_are_read() -> None:
    """`permit match on` is an effect of its own; a policy names its owner."""
    text = (
        POLICY_HEAD
        + 'rule P-1 "t" permit match on fields labelled former-identity\n'
        + 'rule P-2 "t" permit field name up to masked'
    )
    policy = parse_policy(text, "p.policy")
    assert policy.agency == "ccpd"
    assert policy.rules[0].effect == ast.PermitMatch(ast.ByLabel((ast.Word("former-identity"),)))
    assert policy.rules[1].effect == ast.Permit(ast.ByName((ast.Word("name"),)), ast.Word("masked"))


def test_agreements_are_read() -> None:
    """Parties, terms and clauses with their direction."""
    text = AGREEMENT_HEAD + (
        'review every 12 months approval "Resolution 1" on 2026-11-09 suspends by ccpd at once\n'
        'ends by fia on 30 days notice delegation listed "Annex B" access direct\n'
        'meaning need-to-know "bears on it"\n'
        'clause G-01 "t" gives ccpd to fia at release permit all fields except field ssn\n'
    )
    read = parse_agreement(text, "x.agr")
    assert [str(party.ori) for party in read.parties] == ["WA0179900", "DCFIA0100"]
    assert read.review is not None
    assert str(read.review) == "12 months"
    assert (read.delegation, read.access, read.suspends) == ("Annex B", "direct", ("ccpd",))
    assert read.meanings == (("need-to-know", "bears on it"),)
    assert read.clauses[0].gives == ast.Gives(ast.Word("ccpd"), ast.Word("fia"))
    assert parse_agreement(text.replace('listed "Annex B"', "none"), "x.agr").delegation is None


def test_words_remember_their_place() -> None:
    """Every word points back into the text; places do not take part in equality."""
    rule = parse_pack(HEAD + RULE + "\n forbid fields labelled\n   address", "x.law").rules[0]
    assert isinstance(rule.effect, ast.Forbid)
    assert isinstance(rule.effect.fields, ast.ByLabel)
    label = rule.effect.fields.labels[0]
    assert ast.place_of(label) == ast.Place(4, 4, 7)
    assert label == ast.Word("address")
    assert ast.place_of("plain") == ast.NOWHERE


def test_a_vocabulary_error_names_its_file() -> None:
    """The vocabulary is read by the same grammar and told of the same way."""
    with pytest.raises(LawTextError, match=r"comity\.voc:1:12"):
        parse_vocabulary("vocabulary 1")


@pytest.mark.parametrize("name", shipped_pack_names())
def test_canonical_text_reads_back_as_the_same_rule(name: str) -> None:
    """Formatting changes nothing: the canonical form of every shipped rule and definition parses to itself."""
    pack = parse_pack(shipped_pack(name).text, name)
    for rule in pack.rules:
        again = parse_pack(HEAD + canonical_rule(rule), name).rules[0]
        assert again == replace(rule, part="")
    for define in pack.defines:
        assert parse_pack(HEAD + canonical_define(define), name).defines[0] == define


def test_the_rule_hash_covers_what_the_rule_leans_on() -> None:
    """A changed definition changes the hash of the rules that use it, layout and comments do not."""
    text = HEAD + (
        'define inner of query "t" cite "c" status verified means query\'s purpose is customs\n'
        'define outer of query "t" cite "c" status verified means query is inner\n'
        'rule A-1 "t" forbid all fields when query is outer\nrule A-2 "t" forbid all fields\n'
    )
    before = parse_pack(text, "x.law")
    spaced = parse_pack(text.replace("forbid all", "# why\n forbid   all"), "x.law")
    after = parse_pack(text.replace("is customs", "is audit"), "x.law")
    assert [rule_hash(rule, before) for rule in before.rules] == [rule_hash(rule, spaced) for rule in spaced.rules]
    assert rule_hash(before.rules[0], before) != rule_hash(after.rules[0], after)
    assert rule_hash(before.rules[1], before) == rule_hash(after.rules[1], after)
