"""What a drafter reads: unknown words of every kind with the nearest known one, and each owed message in full."""

from __future__ import annotations

import pytest
from law_samples import AGREEMENT_HEAD, HEAD, HEADING, PERMIT_ALL, POLICY_HEAD

from comity.errors import Finding, LawTextError
from comity.law.check import check_text
from comity.law.check_spans import warn_texts
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.vocabulary import load_vocabulary

CODES = "code\nPC211\n"
TERM = 'define working of query "t" cite "c" status verified means query\'s purpose is audit\n'


def body(text: str, at: str = "release") -> str:
    """A pack of one rule with the given clauses, a line below its heading."""
    return HEAD + f'rule A-1 "t" {HEADING} at {at}\n  {text}\n'


def findings(text: str) -> tuple[Finding, ...]:
    """What is found in a pack, policy or agreement, by its first word."""
    parsers = {"pack": parse_pack, "policy": parse_policy, "agreement": parse_agreement}
    try:
        tree = parsers[text.split(" ", 1)[0]](text, "t.law")
        return check_text(tree, load_vocabulary(), (("a.csv", CODES),))
    except LawTextError as error:
        return error.findings


UNKNOWN_WORDS = {
    "vocabulary": (HEAD.replace("comity 1", "comty 1"), "comty", "comity 1"),
    "jurisdiction": (HEAD.replace("in WA", "in WAA"), "WAA", "WA"),
    "used pack": (HEAD + "uses pack uss 1", "uss", "us"),
    "point": (body("forbid all fields", "relese"), "relese", "release"),
    "data class": (body("data bookin forbid all fields"), "bookin", "booking"),
    "label": (body("forbid fields labelled adress"), "adress", "address"),
    "field": (body("forbid field home-adress"), "home-adress", "home-address"),
    "entity of a flag": (body("forbid all fields when aksr is primarily-immigration"), "aksr", "asker"),
    "entity of an attribute": (
        body("forbid all fields when aksr's level is local"),
        "aksr's level",
        "asker's level",
    ),
    "entity with presence": (body("forbid all fields unless qury has case-number"), "qury", "query"),
    "entity bound": (body("binds ownr where owner's state is WA forbid all fields"), "ownr", "owner"),
    "entity defined": (HEAD + TERM.replace("of query", "of qery"), "qery", "query"),
    "attribute": (body("forbid all fields when query's porpose is audit"), "query's porpose", "query's purpose"),
    "present attribute": (body("forbid all fields unless query has cas-number"), "cas-number", "case-number"),
    "compared moment": (
        body("forbid all fields when now is later than record's colected"),
        "record's colected",
        "record's collected",
    ),
    "flag": (body("forbid all fields when record is sealt"), "sealt", "sealed"),
    "term": (HEAD + TERM + body("forbid all fields when query is workin")[len(HEAD) :], "workin", "working"),
    "value": (body("forbid all fields when asker's level is lokal"), "lokal", "local"),
    "value in a list": (body("forbid all fields when asker's level is one of local, sate"), "sate", "state"),
    "value of a set": (body("forbid all fields when asker's certificates include part-24"), "part-24", "part-23"),
    "state": (body("forbid all fields when asker's state is WAA"), "WAA", "WA"),
    "table": (
        HEAD + f'table felonies "t" cite "c" status verified file "a.csv" sha256:{"0" * 8}\n'
        'rule A-1 "t" cite "c" status verified from 2020-01-01 at release forbid all fields when subject has a '
        "conviction with (conviction's offence is listed in felonys)",
        "felonys",
        "felonies",
    ),
    "list item": (
        body("forbid all fields when subject has a convicton with (conviction's grade is felony)"),
        "convicton",
        "conviction",
    ),
    "attribute of an item": (
        body("forbid all fields when subject has a conviction with (conviction's grad is felony)"),
        "conviction's grad",
        "conviction's grade",
    ),
    "level": (body("cap all fields at maskt"), "maskt", "masked"),
    "role": (body("hold all fields for review by councel"), "councel", "counsel"),
    "duty": (body("duty notfy subject"), "notfy", "notify"),
    "whom to notify": (body("duty notify subjet"), "subjet", "subject"),
    "recipient of a duty": (body("duty forward request to councel"), "councel", "counsel"),
    "report": (body("duty count for or-cjc-monthy"), "or-cjc-monthy", "or-cjc-monthly"),
    "event": (body("duty log within 1 day of recieved"), "recieved", "query-received"),
    "period": (body("duty log every yeer"), "yeer", "year"),
    "outcome": (body("duty log on any-outcom"), "any-outcom", "any-outcome"),
    "election": (
        body("conflict C-1 between A-1 and A-1 over all fields elect sent valid 1 year"),
        "sent",
        "send",
    ),
    "rule in conflict": (
        body("conflict C-1 between us/A-1 and A-1 over all fields elect send valid 1 year"),
        "us/A-1",
        "test/A-1",
    ),
    "keyword of a clause": (body("forbit all fields"), "forbit", "forbid"),
    "keyword of an item": (HEAD + 'rul A-1 "t" cite "c"', "rul", "rule"),
    "word of a comparison": (
        body("forbid all fields when now is more then 2 days after record's collected"),
        "then",
        "than",
    ),
    "party": (AGREEMENT_HEAD + PERMIT_ALL.replace("gives ccpd", "gives cpd"), "cpd", "ccpd"),
    "who ends": (AGREEMENT_HEAD + "ends by eitehr on 3 days notice", "eitehr", "either"),
    "signing role": (AGREEMENT_HEAD.replace("fia agency-head", "fia agency-haed"), "agency-haed", "agency-head"),
    "meaning": (AGREEMENT_HEAD + 'meaning right-to-knw "x"', "right-to-knw", "right-to-know"),
    "topic": (AGREEMENT_HEAD + "covers trainin", "trainin", "training"),
    "paper": (AGREEMENT_HEAD + 'paper grantor-notce "x"', "grantor-notce", "grantor-notice"),
    "access": (AGREEMENT_HEAD + "access queri", "queri", "query"),
    "term of an agreement": (AGREEMENT_HEAD + 'authorty "x"', "authorty", "authority"),
}


@pytest.mark.parametrize("kind", UNKNOWN_WORDS)
def test_an_unknown_word_is_told_with_the_nearest_known_one(kind: str) -> None:
    """Whatever kind of word is misspelt, it is named and underlined, and the word that was meant is offered."""
    text, wrong, meant = UNKNOWN_WORDS[kind]
    found = [one for one in findings(text) if f"`{wrong}`" in one.fault]
    assert [one.remedy for one in found] == [f"did you mean `{meant}`?"] or (
        kind == "vocabulary" and found[0].remedy == f"write `uses vocabulary {meant}`"
    )
    (only,) = found
    assert only.source[only.column - 1 :].startswith(wrong.rsplit("/", 1)[-1][0])


OWED = {
    "a permit that binds the asker": (
        POLICY_HEAD
        + f'rule A-1 "t" {HEADING} at release\n  binds  asker where asker\'s level is local\n  permit all fields\n',
        """t.law:3:10 rule `A-1` binds the asker and permits
    3 |   binds  asker where asker's level is local
      |          ^^^^^
   the asker's law may only narrow""",
    ),
    "an effect where it may not stand": (
        body("forbid fields labelled address", "ask"),
        """t.law:2:63 `forbid fields` cannot stand at `ask`
    2 | rule A-1 "t" cite "Act 1" status verified from 2020-01-01  at ask
      |                                                               ^^^
   it stands at: onward, release""",
    ),
    "a presence test where it may not stand": (
        body("forbid all fields when query has case-number"),
        """t.law:3:36 `has case-number` would open where the attribute is missing
    3 |   forbid all fields when query has case-number
      |                                    ^^^^^^^^^^^
   `has` stands in a permit's `when` or a narrowing rule's `unless`, `has no` in the mirror places""",
    ),
    "binds on an optional attribute": (
        body("binds owner where owner is federal-1367-holder forbid all fields"),
        """t.law:3:30 `owner is federal-1367-holder` may be unknown
    3 |   binds owner where owner is federal-1367-holder forbid all fields
      |                              ^^^^^^^^^^^^^^^^^^^
   whom a rule binds turns on required attributes only""",
    ),
    "a circular definition": (
        HEAD + TERM.replace("query's purpose is audit", "query is working"),
        """t.law:2:8 definition `working` leads back to itself
    2 | define working of query "t" cite "c" status verified means query is working
      |        ^^^^^^^
   say it in attributes""",
    ),
    "a shadowing definition": (
        HEAD + TERM.replace("define working", "define customs"),
        """t.law:2:8 definition `customs` has the name of a value
    2 | define customs of query "t" cite "c" status verified means query's purpose is audit
      |        ^^^^^^^
   choose a name of its own""",
    ),
    "from unknown on a permit": (
        POLICY_HEAD + 'rule A-1 "t" cite "c" status verified at release\n  from unknown\n  permit all fields\n',
        """t.law:3:3 `from unknown` may stand only where the effect narrows
    3 |   from unknown
      |   ^^^^^^^^^^^^
   give the first day in force""",
    ),
    "overlapping dates of one id": (
        body("forbid all fields") + f'rule A-1 "t" {HEADING} at release forbid all fields\n',
        """t.law:4:6 rule `A-1` is in force twice on one day
    4 | rule A-1 "t" cite "Act 1" status verified from 2020-01-01  at release forbid all fields
      |      ^^^
   give the earlier one a last day, or the new one a new id""",
    ),
    "years compared with days": (
        body("forbid session when session's idle is more than 2 years", "session"),
        """t.law:3:51 years cannot be compared with days and hours
    3 |   forbid session when session's idle is more than 2 years
      |                                                   ^^^^^^^
   a year or month is never turned into days; compare two dates instead""",
    ),
    "a table that differs from its hash": (
        HEAD + 'table tt "t" cite "c" status verified file "a.csv" sha256:00000000\n',
        """t.law:2:52 `a.csv` differs from its hash
    2 | table tt "t" cite "c" status verified file "a.csv" sha256:00000000
      |                                                    ^^^^^^^^^^^^^^^
   the file's hash is sha256:0ef2cc11571e54b1; read what changed before you write it here""",
    ),
    "a conflict over fields neither rule touches": (
        body("forbid fields labelled address")
        + f'rule A-2 "t" {HEADING} at release forbid fields labelled photo\n'
        + f'rule A-3 "t" {HEADING} at release\n'
        + "  conflict C-1 between A-1 and A-2 over fields labelled identity elect send valid 1 year\n",
        """t.law:6:24 rule `A-1` forbids none of the fields in conflict
    6 |   conflict C-1 between A-1 and A-2 over fields labelled identity elect send valid 1 year
      |                        ^^^
   name the fields that the suspended rule forbids""",
    ),
    "conceal with a duty that tells an outsider": (
        body("forbid all fields conceal existence\n  duty notify subject"),
        """t.law:4:8 rule `A-1` conceals existence and tells an outsider
    4 |   duty notify subject
      |        ^^^^^^
   drop the duty, or put it into a rule of its own""",
    ),
    "a clause twice": (
        body('cite "again" forbid all fields'),
        """t.law:3:3 rule `A-1` has `cite` twice
    3 |   cite "again" forbid all fields
      |   ^^^^^^^^^^^^
   keep one""",
    ),
}


@pytest.mark.parametrize("name", OWED)
def test_each_owed_message_reads_in_full(name: str) -> None:
    """Place, fault, the line underlined, and the remedy, as the reference of the language asks."""
    text, told = OWED[name]
    assert "\n".join(str(one) for one in findings(text)) == told


# ---------------------------------------------------------------- warnings


def warned(*texts: str) -> str:
    """What is warned about packs that are in force together."""
    trees = [parse_pack(text, f"{number}.law") for number, text in enumerate(texts, start=1)]
    return "\n".join(str(one) for one in warn_texts(trees))


def dated(span: str) -> str:
    return f'rule A-1 "t" cite "c" status verified {span} at release forbid all fields\n'


def test_a_rule_that_returns_after_a_gap_is_warned_about() -> None:
    """Days on which neither version is in force are named at the later version; no gap, no warning."""
    gap = HEAD + dated("from 2022-01-01") + dated("from 2019-01-01 to 2021-11-30")
    assert warned(gap) == (
        "1.law:2:6 rule `A-1` is not in force from 2021-12-01 to 2021-12-31\n"
        '    2 | rule A-1 "t" cite "c" status verified from 2022-01-01 at release forbid all fields\n'
        "      |      ^^^\n"
        "   close the gap, or say in a note that the law left it"
    )
    assert not findings(gap)
    assert not warned(gap.replace("2021-11-30", "2021-12-31"))
    assert not warned(HEAD + dated("from 2019-01-01 to 2021-11-30"))


def test_a_definition_that_returns_after_a_gap_is_warned_about() -> None:
    """A term without a meaning for some days lifts and binds nothing then."""
    first = TERM.replace("status verified", "status verified from 2019-01-01 to 2019-12-31")
    second = TERM.replace("status verified", "status verified from 2020-01-03")
    assert "definition `working` is not in force from 2020-01-01 to 2020-01-02" in warned(HEAD + first + second)


def test_one_id_in_two_texts_is_warned_about_once() -> None:
    """Two laws under one id, in force on one day, are told at the later text; on other days they are not."""
    other = HEAD.replace("pack test", "pack other")
    both = warned(HEAD + dated("from 2020-01-01"), other + dated("from 2021-01-01"))
    assert both.splitlines()[0] == "2.law:2:6 rule `A-1` stands in `test` too"
    assert both.count("stands in") == 1
    assert not warned(HEAD + dated("from 2020-01-01 to 2020-12-31"), other + dated("from 2021-01-01"))
