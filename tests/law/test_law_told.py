"""No sentence an asker reads says that another purpose, beneficiary or kind of requester would fare better."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

import pytest
from law_samples import agreement, facts_of

from comity.demo.laws import agreements, policies
from comity.exchange import builtin
from comity.exchange.answering.hold_reasons import hold_reasons
from comity.law import ast
from comity.law.cases import with_used
from comity.law.compile import compile_law, parse_text, rules_of
from comity.law.compiled import Deed, Law, RuleCode, Source
from comity.law.conflicts import names_between
from comity.law.decide_question import decide_query
from comity.law.decide_record import make_hold
from comity.law.explain import reason_sentence
from comity.law.fold import fold
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.told import ALWAYS_HINTS, hints
from comity.law.vocabulary import load_vocabulary
from comity.model.law_text import LawKind, LawText

SHOWN_AT = {"ask", "release", "onward"}
LONGEST_SENTENCE = 24  # words; a longer one is not read at the roadside

HEAD = 'pack test "Test" in US version 1 uses vocabulary comity 1\n'


def source_of(tree: ast.Pack | ast.Policy | ast.Agreement, kind: LawKind) -> Source:
    defines: dict[str, tuple[ast.Define, ...]] = {}
    for define in getattr(tree, "defines", ()):
        defines[define.name] = (*defines.get(define.name, ()), define)
    name = tree.id if isinstance(tree, ast.Agreement) else tree.name
    return Source(kind=kind, name=str(name), version=1, may_widen=True, defines=MappingProxyType(defines))


def shown_rules(text: LawText) -> Iterator[tuple[ast.Rule, Source]]:
    """The rules of a text that an asker may be told of: those that narrow where a question is asked or answered."""
    tree = parse_text(text)
    for rule in rules_of(tree):
        narrows = rule.effect is not None and not isinstance(rule.effect, ast.Permit | ast.PermitMatch)
        if narrows and SHOWN_AT & {str(point) for point in rule.points}:
            yield rule, source_of(tree, text.kind)


def sentences(rule: ast.Rule) -> Iterator[str]:
    """What an asker may read of a rule: its sentence, and what a person must state before a hold ends."""
    yield str(rule.told or rule.title)
    if isinstance(rule.effect, ast.HoldAttest):
        yield str(rule.effect.text)


def law_of_pack(name: str) -> Law:
    texts = {text.hash: text for text in with_used(shipped_pack(name))}
    return compile_law(tuple(texts.values()))


def conflict_codes(name: str) -> tuple[RuleCode, ...]:
    """The conflict rules of a shipped pack itself."""
    if "\n  conflict " not in shipped_pack(name).text:
        return ()
    return tuple(
        code for code in law_of_pack(name).codes if code.deed is Deed.CONFLICT and code.source.name == name
    )


TEXTS = [shipped_pack(name) for name in shipped_pack_names()]
TEXTS += [one.law for one in (*agreements(), *policies())]


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_no_rule_tells_what_would_fare_better(text: LawText) -> None:
    """Each rule's sentence names what the rule bites on and papers, never what it spares."""
    vocabulary = load_vocabulary()
    told = {
        f"{text.name}/{rule.id}": (sentence, found)
        for rule, source in shown_rules(text)
        for sentence in sentences(rule)
        if (found := hints(sentence, rule, source, vocabulary))
    }
    assert not told, "\n".join(
        f"{rule}: {sentence!r} hints at {found}" for rule, (sentence, found) in told.items()
    )


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_every_sentence_is_short_enough_for_the_roadside(text: LawText) -> None:
    """A patrol officer reads one short sentence, not a statute."""
    long = [
        f"{text.name}/{rule.id}: {rule.told or rule.title}"
        for rule, _ in shown_rules(text)
        if len(str(rule.told or rule.title).split()) > LONGEST_SENTENCE
    ]
    assert not long


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: text.name)
def test_no_label_tells_what_would_fare_better(text: LawText) -> None:
    """What travels with an item as a label says how it may be used, never who would have got more."""
    vocabulary, tree = load_vocabulary(), parse_text(text)
    source = source_of(tree, text.kind)
    told = {
        f"{text.name}/{rule.id}": (label, found)
        for rule in rules_of(tree)
        for label in (str(duty.text or duty.what or "") for duty in rule.duties if duty.kind == "label")
        if (found := hints(label, rule, source, vocabulary))
    }
    assert not told


@pytest.mark.parametrize("name", [name for name in shipped_pack_names() if conflict_codes(name)])
def test_no_conflict_tells_what_would_fare_better(name: str) -> None:
    """Both rules in their own words, who decides, and no value that either of them spares."""
    law, vocabulary = law_of_pack(name), load_vocabulary()
    codes = {code.id: code for code in law.codes}
    for code in conflict_codes(name):
        (reason,) = hold_reasons(law, (make_hold(law, code),))
        assert reason.effect == "conflict"
        for one in (code, *(codes[between] for between in names_between(code))):
            for text in (reason.title, reason.because, reason.remedy):
                assert not hints(text, one.rule, one.source, vocabulary), (one.id, text)


def told_at_the_door(pack: str, data_class: str, **owner: str) -> dict[str, str]:
    """The sentences a question meets under a shipped pack where nobody has signed in, by rule."""
    law = compile_law((shipped_pack("us"), shipped_pack(pack), agreement()))
    facts = facts_of({f"owner's {name}": value for name, value in owner.items()}, (data_class,))
    decided = decide_query(fold(law, facts))
    reasons = decided.refused or [reason for _, closed in decided.removed for reason in closed]
    return {reason.rule: reason_sentence(reason) for reason in reasons}


def test_a_session_without_marylands_statement_is_told_of_the_statement() -> None:
    """What is missing is a paper, named in plain words beside the warrant that would do; nothing else is hinted at."""
    sentence = told_at_the_door("us-md", "case", state="MD", kind="police")["us-md/MD-02a"]
    assert sentence == (
        "Looking in needs the Maryland statement under penalty of perjury, signed for this session "
        "(us-md/MD-02a, Pub. Safety 3-529); what would help: the Maryland statement under penalty of perjury, or "
        "a judicial warrant signed by a federal judge under Article III or a federal magistrate judge or a state judge"
    )


def test_a_member_of_whom_nothing_is_known_is_told_so() -> None:
    """Texas asks whether this person misused records: unknown closes, is told as unknown, and no paper mends it."""
    sentence = told_at_the_door("us-tx", "dmv", state="TX", kind="motor-vehicles")["us-tx/TX-03d"]
    assert sentence == (
        "Motor-vehicle records are closed to a person who misused them (us-tx/TX-03d, Transp. Code 730.016); "
        "it is not known whether the person who asks is in violation of policy"
    )


def test_the_exchanges_own_reasons_hint_at_nothing() -> None:
    """Built-in reasons name steps and papers only."""
    for title, citation, remedy in builtin._RULES.values():
        for text in (title, citation, remedy):
            assert not ALWAYS_HINTS.search(text), text


@pytest.mark.parametrize(
    ("sentence", "body", "found"),
    [
        ("Gang data serves criminal investigation only", "unless query's purpose is criminal-investigation", True),
        ("Gang data serves criminal investigation only", "when query's purpose is criminal-investigation", False),
        ("Closed to immigration enforcement", "when query's purpose is civil-immigration", False),
        ("Closed to immigration enforcement", "unless query's purpose is civil-immigration", False),
        ("Stays within criminal justice", "when asker's kind is licensing", True),
        ("Goes to California only", "unless asker's state is CA", True),
        ("Goes nowhere else than Nevada", "unless asker's state is CA", False),
        ("Needs the California declaration first", "unless asker's state is CA", False),
        ("The purpose is not licensing", "unless query's purpose is licensing", False),
        ("Ask for another purpose", "when record is sealed", True),
        ("Leaves on a court order", "unless order's instrument is court-order", False),
    ],
)
def test_words_for_what_a_rule_spares_are_found(sentence: str, body: str, found: bool) -> None:
    """A word counts when the rule spares every value it stands for."""
    text = f'{HEAD}rule A-1 "{sentence}" cite "c" status verified from unknown at release forbid all fields {body}'
    tree = parse_pack(text, "test")
    spoken = hints(sentence, tree.rules[0], source_of(tree, LawKind.PACK), load_vocabulary())
    assert bool(spoken) is found
