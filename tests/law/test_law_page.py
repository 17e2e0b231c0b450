"""The pages of the law say what the packs say, and are those in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from law_samples import AGREEMENT_HEAD, HEAD, rule

from comity.law.book import book_of
from comity.law.case_file import CaseFile
from comity.law.page import law_pages, pack_page
from comity.law.parse import parse_agreement, parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary

FOLDER = Path(__file__).parents[2] / "docs" / "law"
PAGES = ("README.md", "not-rules.md", "vocabulary.md", *(f"{name}.md" for name in shipped_pack_names()))


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_in_the_repository_are_those_generated(name: str) -> None:
    """`make pages` was run after the last change of a pack, its cases or the vocabulary."""
    assert (FOLDER / name).read_text(encoding="utf-8") == law_pages()[name]


def test_no_page_outlives_its_pack() -> None:
    """Every page in the folder is one of those generated."""
    assert {path.name for path in FOLDER.glob("*.md")} == set(law_pages()) == set(PAGES)


@pytest.mark.parametrize("pack", shipped_pack_names())
def test_a_page_has_every_rule_with_what_is_known_of_it(pack: str) -> None:
    """Id, title, citation and what is still to be read of every rule stand on its pack's page."""
    page = law_pages()[f"{pack}.md"]
    for one in parse_pack(shipped_pack(pack).text, pack).rules:
        assert f"### {one.id} {one.title}\n" in page
        assert f"- Citation: {one.cite}\n" in page
        if one.status_note is not None:
            assert f"- Status: unverified; still to read: {one.status_note}\n" in page


def test_the_laws_own_words_and_excuses_stand_on_the_page() -> None:
    """Quotations, notes, what the asker reads and why no case shows a rule biting are not left out."""
    body = 'told "Ask counsel" > The words of the law\n note "A note" forbid all fields'
    tree = parse_pack(HEAD + f'part "Own part"\n{rule("A-1", body)}', "t.law")
    page = pack_page(tree, CaseFile("test", 1, (), {"A-1": "never asked"}))
    assert "\n## Own part\n\n### A-1 Title of A-1\n\n> The words of the law\n\nEvery owner withholds" in page
    assert "- The asker reads: Ask counsel\n- Note: A note\n- No case shows it biting: never asked\n" in page


@pytest.mark.parametrize("name", PAGES)
def test_no_sentence_denies_a_denial(name: str) -> None:
    """`is not no immigration component` is read twice and understood by nobody: a condition says it once."""
    found = TWICE.findall(law_pages()[name])
    assert not found, found


def test_a_denial_of_a_denial_would_be_found() -> None:
    """The check itself bites, and leaves alone what denies once."""
    assert TWICE.search("the component is not no component")
    assert TWICE.search("who signed is not nobody")
    assert not TWICE.search("it is not noted, and no order is known; nothing is said")


TWICE = re.compile(r"\b(?:not|never|no|without) (?:no|none|nobody|nothing|not|never|without)\b", re.IGNORECASE)
BOOK = {
    "forbid all fields when asker's component is not none": (
        "Every owner withholds all fields when the asker has an immigration component."
    ),
    "forbid all fields when order's issuer is not nobody": (
        "Every owner withholds all fields when who signed the paper is somebody."
    ),
    "forbid all fields when order's instrument is not nothing": (
        "Every owner withholds all fields when the kind of paper is something other than no paper."
    ),
    "forbid all fields when order's instrument is not one of nothing, consent": (
        "Every owner withholds all fields when the kind of paper is something other than no paper or the person's "
        "written consent."
    ),
    "forbid fields labelled address when query's purpose is civil-immigration unless field is public": (
        "Every owner withholds fields labelled home and work address when the stated purpose is civil immigration "
        "enforcement, unless the field is already public, by the owner's own flag."
    ),
    "data custody, gang cap fields labelled narrative at masked": (
        "Every owner shows fields labelled free text by an officer of custody records and gang designations at most "
        "masked."
    ),
    "hold field charge, outcome for review by agency-head within 2 days": (
        "Every owner holds the fields charge and outcome for review by the agency head within 2 days."
    ),
    'hold all fields except fields labelled photo, caution for attestation "a danger" by supervisor': (
        "Every owner holds all fields except fields labelled “photograph or image” and “caution to officers” until "
        "the supervisor attests “a danger”."
    ),
    "binds owner where owner's state is CA forbid all fields conceal existence": (
        "Where the owner's state is California, the owner withholds all fields and says nothing of the record's "
        "existence."
    ),
    "forbid all fields when (subject is minor or record has collected) and record is not sealed": (
        "Every owner withholds all fields when (the person the record is about is under age or the day of collection "
        "is known) and the record is not sealed or expunged."
    ),
    "forbid all fields unless now is at most 21 days after record's collected unless query has no case-number": (
        "Every owner withholds all fields, unless today is at most 21 days after the day of collection, or unless the "
        "case or incident number is missing."
    ),
    "forbid all fields when subject has a conviction with (conviction's grade is felony and now is later than "
    "2020-01-01) or asker's certificates lack part-23": (
        "Every owner withholds all fields when the person the record is about has a conviction of which (the grade of "
        "the offence is a felony and today is later than 2020-01-01) or the asker's certificates valid today do not "
        "include the Part 23 undertaking."
    ),
    "conflict C-1 between A-1 and us/FS-01 over fields labelled address elect send, withhold valid 1 year": (
        "Every owner suspends A-1 against us/FS-01 over fields labelled home and work address, and holds them until "
        "the owner elects to send or withhold (conflict C-1, an election is valid 1 year)."
    ),
    "data warrant purge record when session's idle is more than 30 minutes": (
        "Every owner purges the record, one of the warrants when the time since the last action is more than 30 "
        "minutes."
    ),
    "keep record restricted": "Every owner keeps, closed to everybody, the record.",
    "data warrant forbid query": "Every owner refuses the question about warrants.",
    "duty notify subject within 3 days of query-received on any-outcome": "Every owner owes the duties below.",
    "": "Every owner decides nothing by itself.",
}


@pytest.mark.parametrize("body", BOOK)
def test_a_rule_reads_as_one_sentence(body: str) -> None:
    """The book form says whom a rule binds, what happens to what, when, and unless what."""
    tree = parse_pack(HEAD + rule("A-1", body), "t.law")
    assert book_of(tree, load_vocabulary()).rule(tree.rules[0]) == BOOK[body]


def test_terms_stand_as_they_are_titled() -> None:
    """A defined term is set in italics where it is used, and is itself a sentence."""
    define = (
        'define officers of owner "A county\'s officers" cite "c" status verified means owner\'s kind is sheriff\n'
        'define work of query "Its own work" cite "c" status verified means query\'s purpose is audit\n'
    )
    body = "binds owner where owner is officers forbid all fields when query is not work"
    tree = parse_pack(HEAD + define + rule("A-1", body), "t.law")
    book = book_of(tree, load_vocabulary())
    assert book.rule(tree.rules[0]) == (
        "An owner that falls under *A county's officers* withholds all fields when the question does not fall under "
        "*Its own work*."
    )
    assert (
        book.define(tree.defines[1]) == "The question falls under *Its own work* when the stated purpose is audit."
    )


def test_a_clause_says_who_gives() -> None:
    """Of an agreement's clause the giver acts."""
    clauses = (
        'clause G-01 "g" gives ccpd to fia at release permit fields labelled photo up to masked\n'
        'clause G-02 "g" gives ccpd to fia at release permit match on fields labelled photo\n'
    )
    tree = parse_agreement(AGREEMENT_HEAD + clauses, "t.agr")
    book = book_of(tree, load_vocabulary())
    assert [book.rule(one) for one in tree.clauses] == [
        "Ccpd releases fields labelled photograph or image, at most masked.",
        "Ccpd lets fields labelled photograph or image serve to find and compare, and shows none of them.",
    ]


DUTIES = {
    'notify subject within 3 days of query-received on any-outcome "name the agency"': (
        "notify subject within 3 days of query received, whatever the outcome: “name the agency”"
    ),
    "report to illinois-attorney-general for il-ag-annual every calendar-year due 03-01": (
        "report to illinois attorney general for il-ag-annual every calendar year due 03-01, whatever the outcome"
    ),
    "log record on release until now": "log record until today, when something is released",
}


@pytest.mark.parametrize("duty", DUTIES)
def test_a_duty_reads_in_words(duty: str) -> None:
    """What is owed, to whom, by when and on which outcome."""
    tree = parse_pack(HEAD + rule("A-1", f"duty {duty}"), "t.law")
    assert book_of(tree, load_vocabulary()).duty(tree.rules[0].duties[0]) == DUTIES[duty]
