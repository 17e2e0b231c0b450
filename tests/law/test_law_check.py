"""Checking law texts: every finding at once, each with place, fault and remedy."""

from __future__ import annotations

import pytest
from law_samples import AGREEMENT_HEAD, HEAD, HEADING, PERMIT_ALL, POLICY_HEAD, pack, rule

from comity.errors import LawTextError
from comity.law.check import check_text, check_texts
from comity.law.compile import compile_law
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.tables import read_codes, table_hash
from comity.law.vocabulary import load_vocabulary

DEFINE = 'cite "c" status verified means '
CODES = "code\nPC211\n"


def told(text: str, tables: tuple[tuple[str, str], ...] = ()) -> str:
    """Everything the checker says of a pack."""
    return "\n".join(str(one) for one in check_text(parse_pack(text, "t.law"), load_vocabulary(), tables))


def test_a_sound_pack_has_no_findings() -> None:
    """A rule with all it needs passes."""
    assert not told(HEAD + rule("A-1", "forbid fields labelled address when query's purpose is customs"))


def test_findings_come_all_at_once_and_in_order() -> None:
    """The reader mends a text in one go."""
    text = HEAD + ('rule A-1 "t" forbid fields labelled adress when query\'s purpose is civil-imigration at ask\n')
    lines = [line for line in told(text).splitlines() if line.startswith("t.law:")]
    assert lines == [
        "t.law:2:6 rule `A-1` has no `cite`",
        "t.law:2:6 rule `A-1` has no `status`",
        "t.law:2:6 rule `A-1` has no `from`",
        "t.law:2:37 unknown label `adress`",
        "t.law:2:68 `civil-imigration` is not a value of purpose",
        "t.law:2:88 `forbid fields` cannot stand at `ask`",
    ]


def test_the_message_shows_line_caret_and_remedy() -> None:
    """A finding reads as the reference shows."""
    text = HEAD + 'rule A-1 "t" cite "c" status verified from 2020-01-01 at ask\n' + "  forbid query\n"
    text += "  unless record's collected is earlier than 2018-01-01\n"
    assert told(text) == (
        "t.law:4:10 the record is not known yet at `ask`\n"
        "    4 |   unless record's collected is earlier than 2018-01-01\n"
        "      |          ^^^^^^^^\n"
        "   record is known at: ingest, onward, purge, release"
    )


BAD_RULES = [
    ("forbid fields labelled adress", "unknown label `adress`", "did you mean `address`?"),
    ("forbid field home-adress", "unknown field `home-adress`", "did you mean `home-address`?"),
    ("data cases forbid all fields", "unknown data class `cases`", "did you mean `case`?"),
    (
        "forbid all fields when query's porpose is audit",
        "unknown attribute `query's porpose`",
        "`query's purpose`",
    ),
    ("forbid all fields when asker's level is fedral", "`fedral` is not a value of level", "`federal`"),
    ("forbid all fields when query is sealed", "neither a flag nor a defined term of query", ""),
    ("forbid all fields when asker is one of police", "`asker` is an entity, not an attribute", ""),
    ("forbid all fields when asker's certificates is part-23", "is a set and cannot be compared so", "include"),
    (
        "forbid all fields when asker's level include federal",
        "is one word and cannot be compared so",
        "write `is`",
    ),
    ("forbid all fields when asker's certificates include part-24", "`part-24` is not a value", "`part-23`"),
    ("forbid all fields when query's note is later than now", "is no date", "dates with dates"),
    ("forbid all fields when now is later than query's note", "is no date", "dates with dates"),
    ("forbid all fields when now is later than query's nte", "unknown attribute", ""),
    (
        "forbid all fields when now is more than 2 hours after record's collected",
        "not hours apart",
        "days, months",
    ),
    (
        "forbid all fields when now is more than 2 working-days after record's collected",
        "working days apart",
        "duties",
    ),
    ("forbid all fields when query's note is more than 3", "is a text and no amount", ""),
    ("forbid all fields when query's purpose is listed in codes", "is no listed code", ""),
    ("forbid all fields when query's purpose is listed in codes", "unknown table `codes`", "nothing of this kind"),
    ("forbid all fields when query has cas-number", "`cas-number` is not an attribute of query", "`case-number`"),
    ("forbid all fields when query has case-number", "`has case-number` would open", "mirror places"),
    ("forbid all fields unless query has no case-number", "`has no case-number` would open", "mirror places"),
    ("forbid all fields when subject has a convict with (now is later than now)", "unknown list item", ""),
    ("forbid all fields when record has a conviction with (now is later than now)", "is an item of subject", ""),
    ("forbid all fields when subject has a conviction with (field is public)", "inside a list form", "outside"),
    ("cap all fields at half", "unknown level `half`", "known: full"),
    ("hold all fields for review by sherif", "unknown role `sherif`", ""),
    ("permit all fields", "permits, and a law pack only narrows", "agreement or from the owner's policy"),
    ("conceal existence forbid field name", "without closing all fields", "forbid or hold of all fields"),
    ("conceal existence forbid all fields duty notify subject", "conceals existence and tells an outsider", ""),
    ("duty tell subject", "unknown duty `tell`", ""),
    ("duty notify nobody", "unknown object `nobody`", ""),
    ("duty forward request to sherif", "unknown recipient `sherif`", ""),
    ("duty count for nothing-known", "unknown report `nothing-known`", ""),
    ("duty log within 1 day of recieved", "unknown event `recieved`", "query-received"),
    ("duty log every fortnight", "unknown period `fortnight`", ""),
    ("duty log on succes", "unknown outcome `succes`", ""),
    ("duty log every year due 02-31", "`02-31` is not a month and day", "03-01"),
    ('cite "again" forbid all fields', "has `cite` twice", "keep one"),
    ("at realease forbid all fields", "has `at` twice", "keep one"),
    ("binds owner where owner's kind is police and record has collected forbid all fields", "may be unknown", ""),
    ("gives a to b forbid all fields", "`gives` stands in agreements only", "binds"),
    ("binds member where asker's level is federal forbid all fields", "cannot bind `member`", ""),
    ("binds owner where record is sealed forbid all fields", "`record is sealed` may be unknown", "required"),
    (
        "conflict C-1 between A-9 and us/FS-01 over all fields elect send valid 1 year",
        "rule `A-9` is not found",
        "",
    ),
    ("forbid all fields when session's factors is less than 9", "9 lies outside", "from 0 to 4"),
    ("purge record", "`purge` cannot stand at `release`", "stands at: purge"),
    ("forbid entry", "`forbid entry` cannot stand at `release`", "ingest"),
]


@pytest.mark.parametrize(("body", "fault", "remedy"), BAD_RULES)
def test_faults_of_rules_are_told(body: str, fault: str, remedy: str) -> None:
    """Each mistake a drafter makes has its sentence and its remedy."""
    said = told(HEAD + rule("A-1", body))
    assert fault in said
    assert remedy in said


@pytest.mark.parametrize(
    ("condition", "fault"),
    [
        ("session's idle is more than 2 years", "years cannot be compared with days and hours"),
        ("session's idle is more than 30", "is a length of time"),
        ("session's factors is more than 2 hours", "is a plain number"),
    ],
)
def test_lengths_of_time_are_compared_in_kind(condition: str, fault: str) -> None:
    """A year is never turned into days, and a number has no unit."""
    assert fault in told(HEAD + f'rule A-1 "t" {HEADING} at session forbid session when {condition}')


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('define customs of query "t" ' + DEFINE + "query's purpose is audit", "has the name of a value"),
        ('define sealed of query "t" ' + DEFINE + "query's purpose is audit", "has the name of a flag"),
        ('define aa of query "t" ' + DEFINE + "query is aa", "leads back to itself"),
        (
            'define aa of query "t" ' + DEFINE + 'query is bb define bb of query "t" ' + DEFINE + "query is aa",
            "leads back to itself",
        ),
        ('define aa of qery "t" ' + DEFINE + "query's purpose is audit", "unknown entity `qery`"),
        ('define aa of query "t" means query\'s purpose is audit', "has no `cite`"),
        ('define aa of query "t" cite "c" cite "d" status verified means query\'s purpose is audit', "twice"),
        ('define aa of query "t" when field is public ' + DEFINE + "query's purpose is audit", "may not have it"),
        (
            'define aa of query "t" ' + DEFINE + "query's purpose is audit\n"
            'define aa of query "t" ' + DEFINE + "query's purpose is stop",
            "stands twice on one day",
        ),
        ('table tt "t" file "a.csv" sha256:00000000', "has no `cite`"),
        ('table tt "t" cite "c" status verified file "b.csv" sha256:00000000', "`b.csv` is not there"),
        ('table tt "t" cite "c" status verified file "a.csv" sha256:00000000', "differs from its hash"),
    ],
)
def test_faults_of_definitions_and_tables_are_told(text: str, fault: str) -> None:
    """Definitions do not shadow, circle or overlap; tables are there and unchanged."""
    assert fault in told(HEAD + text, (("a.csv", CODES),))


def test_a_table_with_its_hash_is_sound() -> None:
    """The hash in the text is a prefix of the table's own."""
    text = HEAD + f'table tt "t" cite "c" status verified file "a.csv" {table_hash(CODES)[:20]}'
    assert not told(text, (("a.csv", CODES),))


def test_a_definition_is_checked_where_it_is_used() -> None:
    """A term that reads the record cannot be leaned on at `ask`; a presence test in it must narrow there."""
    define = 'define kept of record "t" ' + DEFINE + "record has collected\n"
    assert "the record is not known yet at `ask`" in told(
        HEAD + define + f'rule A-1 "t" {HEADING} at ask forbid query unless record is kept'
    )
    assert "`has collected` would open" in told(
        HEAD + define + rule("A-1", "forbid all fields when record is kept")
    )
    assert "would open" in told(HEAD + define + rule("A-1", "forbid all fields unless record is not kept"))
    assert not told(HEAD + define + rule("A-1", "forbid all fields unless record is kept"))


def test_an_id_may_return_only_on_other_days() -> None:
    """Superseded rules stay with their days; two on one day are a fault."""
    old = rule("A-1", "forbid all fields").replace("from 2020-01-01", "from 2010-01-01 to 2019-12-31")
    assert not told(HEAD + old + rule("A-1", "forbid all fields"))
    assert "in force twice on one day" in told(HEAD + rule("A-1", "forbid all fields") * 2)
    assert "ends before it begins" in told(HEAD + old.replace("2019-12-31", "2001-12-31"))


def test_a_conflict_names_a_forbid_of_its_fields() -> None:
    """A conflict over fields that the suspended rule leaves alone is a fault."""
    base = HEAD + rule("A-1", "forbid fields labelled address") + rule("A-2", "")
    conflict = "conflict C-1 between A-1 and A-2 over fields labelled {} elect {} valid 1 year"
    assert not told(base + rule("A-3", conflict.format("contact", "send, withhold")))
    assert "forbids none of the fields" in told(base + rule("A-3", conflict.format("identity", "send")))
    assert "`sand` cannot be elected" in told(base + rule("A-3", conflict.format("address", "sand")))
    assert "forbids none of the fields" in told(
        base + rule("A-3", conflict.format("address", "send").replace("A-1 and A-2", "A-2 and A-1"))
    )


def test_uses_are_at_hand_and_new_enough() -> None:
    """A pack says which vocabulary and packs it was written for."""
    assert "vocabulary `comity` 2 is not at hand" in told(HEAD.replace("comity 1", "comity 2"))
    text = HEAD + "uses pack other 2\n"
    assert "pack `other` is not at hand" in told(text)
    older = parse_pack(HEAD.replace("pack test", "pack other"), "o.law")
    found = check_text(parse_pack(text, "t.law"), load_vocabulary(), (), (older,))
    assert "is version 1, older than 2" in str(found[0])


def test_permits_of_policies_have_a_first_day_and_do_not_bind_the_asker() -> None:
    """Only what narrows may begin on an unknown day, and the asker's law never opens."""
    body = 'rule P-1 "t" cite "c" status verified at release permit all fields '
    unknown = check_texts(((parse_policy(POLICY_HEAD + body + "from unknown", "p"), ()),), load_vocabulary())
    assert ["may stand only where the effect narrows" in one.fault for one in unknown] == [True]
    binding = POLICY_HEAD + body + "from 2020-01-01 binds asker where asker's level is local"
    found = check_texts(((parse_policy(binding, "p"), ()),), load_vocabulary())
    assert "binds the asker and permits" in found[0].fault


BAD_AGREEMENTS = [
    ('authority "Interlocal act"', "", "has no `authority`"),
    ('assessment "PIA-1" sha256:00000000', "", "has no `assessment`"),
    ("from 2026-01-01 to 2027-12-31", "", "has no `from`"),
    ("from 2026-01-01 to", "from unknown to", "begins on a known day"),
    ("from 2026-01-01 to 2027-12-31", "from 2026-01-01", "ends on a known day"),
    ("signs for fia agency-head", "", "nobody signs for `fia`"),
    ("signs for fia agency-head", "signs for fia agency-had", "unknown role `agency-had`"),
    ("signs for fia agency-head", "signs for fia agency-head signs for bia counsel", "`bia` is not a party"),
    ("DCFIA0100", "DCFIA01000", "is not an ORI"),
    ("DCFIA0100", "WA0179900", "named twice"),
    ("level federal", "level fedral", "is not a value of level"),
    ("state WA", "state QQ", "is not a value of state"),
    ("gives ccpd to fia", "gives ccpd to bia", "`bia` is not a party"),
    ("gives ccpd to fia", "gives ccpd to ccpd", "gives to itself"),
    ("gives ccpd to fia ", "", "has no `gives`"),
    ("at release", "", "has no `at`"),
    ('authority "Interlocal act"', 'authority "a" authority "b"', "has `authority` twice"),
    ('authority "Interlocal act"', 'authority "a" access open', "is not a kind of access"),
    ('authority "Interlocal act"', 'authority "a" suspends by bia at once', "`bia` is not a party"),
    ('authority "Interlocal act"', 'authority "a" ends by bia on 30 days notice', "`bia` is not a party"),
]


@pytest.mark.parametrize(("old", "new", "fault"), BAD_AGREEMENTS)
def test_faults_of_agreements_are_told(old: str, new: str, fault: str) -> None:
    """An agreement has parties, dates, authority, assessment, signatures and a direction in every clause."""
    text = AGREEMENT_HEAD + PERMIT_ALL
    assert old in text
    tree = parse_agreement(text.replace(old, new), "x.agr")
    said = "\n".join(str(one) for one in check_text(tree, load_vocabulary()))
    assert fault in said


def test_a_sound_agreement_has_no_findings_and_one_party_is_none() -> None:
    """The sample agreement passes; one party alone agrees with nobody."""
    assert not check_text(parse_agreement(AGREEMENT_HEAD + PERMIT_ALL, "x.agr"), load_vocabulary())
    lines = [line for line in AGREEMENT_HEAD.splitlines() if "party fia" not in line]
    found = check_text(parse_agreement("\n".join(lines), "x.agr"), load_vocabulary())
    assert any("fewer than two parties" in one.fault for one in found)


def test_a_text_with_findings_is_not_compiled() -> None:
    """Nothing is loaded half."""
    with pytest.raises(LawTextError, match="unknown label"):
        compile_law((pack(rule("A-1", "forbid fields labelled adress")),))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "no column `code`"),
        ("name\nx", "no column `code`"),
        ("code,title\nPC1", "has no code"),
        ("code\nPC1\nPC1", "stands twice"),
        ("code\n" + "\n".join(f"PC{number}" for number in range(20_001)), "more than 20000 codes"),
    ],
)
def test_tables_are_closed_lists(text: str, fault: str) -> None:
    """A table names its columns and every code once."""
    with pytest.raises(LawTextError, match=fault):
        read_codes(text, "a.csv")
    assert read_codes("code,title\nPC211,robbery\n", "a.csv") == {"PC211"}
