"""Judging searches and sharing: every kind of finding on invented logs, with its lines, its law and how sure it is."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from search_logs import AT, ON, VENDOR, body, edge, judged, policy, portal_row, searches_of

from comity.errors import RecordFileError
from comity.formats.search_audit.scrub import plain_words
from comity.formats.search_audit.searches import read_searches
from comity.model.codes import AgencyKind, GovernmentLevel, Purpose
from comity.model.flow import Change, SharingChange
from comity.model.ori import OriEntry
from comity.oversight.audit import words as words_module
from comity.oversight.audit.bodies import bodies_by, by_pages
from comity.oversight.audit.finding import FindingKind, LawStanding, Sure
from comity.oversight.audit.judge_retention import judge_retention
from comity.oversight.audit.judge_sharing import change_findings, judge_edges, sharing_findings
from comity.oversight.audit.plate_law import Outcome, Party, PlateFlow, ask_law, logged_reason_rules
from comity.oversight.audit.reasons import is_bare, side_doors, topics_of
from comity.oversight.audit.words import parse_words, plain, word_lists
from comity.oversight.names.several import resolver_of

BY_WORDS = bodies_by(resolver_of(()))  # without a directory the words of a name speak alone
CA = Party("CA", GovernmentLevel.LOCAL, AgencyKind.POLICE)
FORBIDS = "Immigration enforcement, traffic enforcement, personal use."


# ---------------------------------------------------------------- harms


def test_h15_bare_recycled_and_missing_reasons_are_counted_per_agency() -> None:
    """H15: a reason that says nothing is found, the share of the commonest reason is told, and an empty one cites the law."""
    rows = [portal_row("Investigation")] * 30 + [portal_row("211PC robbery")] * 20 + [portal_row()] * 10
    found = judged(searches_of(*rows))
    bare, recycled, empty = (
        found[kind] for kind in (FindingKind.REASON_BARE, FindingKind.REASON_RECYCLED, FindingKind.REASON_EMPTY)
    )
    assert (bare.counted, bare.of, bare.sure) == (30, 60, Sure.LIKELY)
    assert (recycled.counted, recycled.of) == (30, 50)
    assert (empty.counted, [rule.rule for rule in empty.rules], empty.sure) == (10, ["us-ca/CA-16"], Sure.CERTAIN)
    assert [at.line for at in empty.lines] == list(range(52, 62))


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("assist ICE", "immigration"),
        ("Border Patrol request", "immigration"),
        ("USMS case", "federal"),
        ("on behalf of county", "on-behalf"),
        ("Assist other agency", "on-behalf"),
    ],
)
def test_h8_reasons_that_name_somebody_else_are_found(reason: str, kind: str) -> None:
    """H8: a search that a reason ties to another agency is found with its line; for whom it was made stays a question."""
    (found,) = [one for one in judged(searches_of(portal_row("robbery"), portal_row(reason))).values()
                if one.kind is FindingKind.SIDE_DOOR]  # fmt: skip
    assert [door.kind for door in side_doors(reason)] == [kind]
    assert [(at.line, at.shows) for at in found.lines] == [(3, reason)]
    assert found.sure in (Sure.LIKELY, Sure.LEAD)


def test_h8_a_search_for_immigration_meets_the_law_and_the_own_promise() -> None:
    """H8: words that name immigration enforcement are put to the state's law and to what the page itself forbids."""
    found = judged(searches_of(portal_row("ICE removal order")), uses=policy(FORBIDS))
    own, law = found[FindingKind.OWN_POLICY], found[FindingKind.PURPOSE_CLOSED]
    assert own.policy is not None
    assert (own.policy.line, own.policy.shows) == (7, FORBIDS)
    assert "us-ca/CA-05a" in [rule.rule for rule in law.rules]
    assert {own.sure, law.sure} == {Sure.LIKELY}


def test_h10_sharing_that_a_setting_left_open_is_found() -> None:
    """H10: sharing with other states and federal bodies, where the state forbids it, is found with rule and lines."""
    names = ("Elm Fork TX PD", "Dry Lake NV SO", "US Border Patrol Sector", "Alder CA PD")
    edges = [edge(name, line) for line, name in enumerate(names, 2)]
    found = sharing_findings("Cedar Hollow CA PD", judge_edges(edges, BY_WORDS, ON), None)
    closed = [one for one in found if one.kind is FindingKind.SHARING_CLOSED]
    assert [(one.counted, [at.line for at in one.lines]) for one in closed] == [(2, [2, 3]), (1, [4])]
    assert {rule.rule for one in closed for rule in one.rules} == {"us-ca/CA-17"}
    assert all("1798.90.55(b)" in rule.citation and rule.reading for one in closed for rule in one.rules)
    assert {one.law for one in closed} == {LawStanding.VERIFIED}
    assert {one.sure for one in closed} == {Sure.LIKELY}  # from names alone


# ---------------------------------------------------------------- searches


def test_a_reason_with_an_offence_or_a_case_beside_it_is_not_called_poor() -> None:
    """What says nothing by itself may be enough together."""
    rows = (portal_row("inv", offence="Robbery"), portal_row("inv", case="present"), portal_row("inv"))
    assert judged(searches_of(*rows))[FindingKind.REASON_BARE].counted == 1


def test_a_reason_of_which_something_was_taken_out_is_not_called_bare() -> None:
    """A mark says that something specific stood there."""
    assert is_bare("investigation")
    assert not is_bare("investigation [id]")
    assert not is_bare("")


def test_an_offence_the_own_page_forbids_is_found() -> None:
    """The offence type counts as much as the reason, and a page that forbids nothing is held to nothing."""
    rows = searches_of(portal_row("stop", offence="Traffic Infraction"), portal_row("robbery", offence="Robbery"))
    found = judged(rows, uses=policy(FORBIDS))[FindingKind.OWN_POLICY]
    assert [at.line for at in found.lines] == [2]
    assert FindingKind.OWN_POLICY not in judged(rows, uses=policy("Personal use."))
    assert FindingKind.OWN_POLICY not in judged(rows)


def test_missing_offences_and_case_numbers_count_where_there_is_a_column() -> None:
    """A page without the column is not blamed for it."""
    rows = searches_of(
        portal_row("robbery", offence="Robbery", case="present"),
        portal_row("robbery", case="empty"),
        portal_row("robbery", slug="b-ca-pd"),
    )
    found = judged(rows)
    assert [at.line for at in found[FindingKind.OFFENCE_EMPTY].lines] == [3]
    assert [at.line for at in found[FindingKind.CASE_EMPTY].lines] == [3]


def windowed(first: str, networks: int, state: str = "FL") -> dict[FindingKind, object]:
    row = (
        f'x,Cedar Hollow PD,{networks},"{first}, 01:00:00 PM UTC - 03/02/2026, 01:00:00 PM UTC",ZZZ1,,robbery,{AT}'
    )
    searches = read_searches(f"{VENDOR}\n{row}\n".encode(), "log.csv").searches
    return dict(judged(searches, state, keeps=policy(retention_days=30)))


def test_a_window_beyond_the_stated_retention_is_found() -> None:
    """Reads older than the page says it keeps, with a day of grace; in many networks it is only a lead."""
    own, many = windowed("01/15/2026", 1), windowed("01/15/2026", 800)
    assert own[FindingKind.WINDOW_LONGER].sure is Sure.LIKELY  # type: ignore[attr-defined]
    assert many[FindingKind.WINDOW_LONGER].sure is Sure.LEAD  # type: ignore[attr-defined]
    assert FindingKind.WINDOW_LONGER not in windowed("01/30/2026", 1)


def test_a_window_beyond_what_the_law_opens_cites_the_rule() -> None:
    """Where the state's pack closes old reads, the finding names the rule, and says that it is unverified."""
    found = windowed("02/01/2026", 1, "VA")[FindingKind.WINDOW_LONGER]
    assert [rule.rule for rule in found.rules] == ["us-va/VA-02"]  # type: ignore[attr-defined]
    assert found.law is LawStanding.UNVERIFIED  # type: ignore[attr-defined]


def test_a_state_without_a_rule_says_so() -> None:
    """No rule is no permit and no breach: the finding says that the pack holds none."""
    found = judged(searches_of(portal_row()), state="FL")[FindingKind.REASON_EMPTY]
    assert (found.law, found.rules) == (LawStanding.NO_RULE, ())


# ---------------------------------------------------------------- the law


@pytest.mark.parametrize(
    ("owner", "asker", "outcome", "rule"),
    [
        ("CA", "TX", Outcome.CLOSED, "us-ca/CA-17"),
        ("CA", "CA", Outcome.OPEN, ""),
        ("IL", "MO", Outcome.NEEDS_PAPER, "us-il/IL-07"),
        ("VA", "FL", Outcome.CLOSED, "us-va/VA-03c"),
        ("GA", "FL", Outcome.NO_RULE, ""),
        ("FL", "GA", Outcome.NO_RULE, ""),
    ],
)
def test_the_law_of_the_owner_decides_sharing(owner: str, asker: str, outcome: Outcome, rule: str) -> None:
    """The engine is asked with the owner's pack; a declaration that no list shows leaves the question open."""
    flow = PlateFlow(
        Party(owner, GovernmentLevel.LOCAL, AgencyKind.POLICE),
        Party(asker, GovernmentLevel.LOCAL, AgencyKind.SHERIFF),
        date(2026, 4, 29),
        standing=True,
    )
    says = ask_law(flow)
    assert says.outcome is outcome
    assert ([one.rule for one in says.rules] or [""])[0] == rule


def test_a_rule_that_was_not_in_force_closes_nothing() -> None:
    """Sharing of a day is judged by the law of that day: Virginia's began on 1 July 2025."""
    owner = Party("VA", GovernmentLevel.LOCAL, AgencyKind.POLICE)
    before = PlateFlow(owner, CA, date(2025, 6, 30), standing=True)
    after = PlateFlow(owner, CA, date(2025, 7, 1), standing=True)
    assert (ask_law(before).outcome, ask_law(after).outcome) == (Outcome.OPEN, Outcome.CLOSED)


def test_a_purpose_is_asked_of_the_law_as_a_hypothesis() -> None:
    """Civil immigration enforcement is closed in Illinois and no rule's business in Georgia."""
    for state, outcome in (("IL", Outcome.CLOSED), ("GA", Outcome.NO_RULE)):
        party = Party(state, GovernmentLevel.LOCAL, AgencyKind.POLICE)
        assert ask_law(PlateFlow(party, party, ON, Purpose.CIVIL_IMMIGRATION)).outcome is outcome


def test_only_states_that_ask_for_a_purpose_make_an_empty_one_a_matter_of_law() -> None:
    """The duty to record is read from the packs, not from a list here."""
    assert [rule.rule for rule in logged_reason_rules("CA", ON)] == ["us-ca/CA-16"]
    assert logged_reason_rules("GA", ON) == ()


# ---------------------------------------------------------------- sharing


def test_bodies_that_cannot_be_placed_are_told_and_not_judged() -> None:
    """An unknown state is a lead, never a breach, and an account of nobody is told apart."""
    edges = [edge("Fort Example Services", 2), edge("Test Demo 1234", 3)]
    found = sharing_findings("Cedar Hollow CA PD", judge_edges(edges, BY_WORDS, ON), None)
    assert {(one.kind, one.sure, one.lines[0].line) for one in found} == {
        (FindingKind.SHARING_UNPLACED, Sure.LEAD, 2),
        (FindingKind.SHARING_NOBODY, Sure.LEAD, 3),
    }


def test_sharing_against_the_own_word_names_the_word() -> None:
    """A page that says it shares with nobody outside the state is held to it."""
    word = "We share with no agency outside California and no federal agency."
    edges = [edge("Dry Lake NV SO")]
    found = sharing_findings("Cedar Hollow CA PD", judge_edges(edges, BY_WORDS, ON), policy(restrictions=word))
    own = next(one for one in found if one.kind is FindingKind.SHARING_AGAINST_OWN_WORD)
    assert own.policy is not None
    assert own.policy.shows == word
    # Of an owner whose own state is not known nobody can say who is outside it.
    edges = [edge("Dry Lake NV SO", owner="Example Centre")]
    found = sharing_findings("Example Centre", judge_edges(edges, BY_WORDS, ON), policy(restrictions=word))
    assert FindingKind.SHARING_AGAINST_OWN_WORD not in [one.kind for one in found]


def test_an_added_recipient_of_another_state_is_found_with_both_days() -> None:
    """What was added between two lists is told with the days of both; what was removed, or is of the state, is none."""

    def change(name: str, line: int, kind: Change) -> SharingChange:
        return SharingChange(edge=edge(name, line), change=kind, before=date(2026, 4, 22))

    changes = (
        change("Dry Lake NV SO", 2, Change.ADDED),
        change("Elm Fork TX PD", 3, Change.REMOVED),
        change("Alder CA PD", 4, Change.ADDED),
    )
    (found,) = change_findings("Cedar Hollow CA PD", changes, BY_WORDS, ON)
    assert [(at.line, at.shows) for at in found.lines] == [
        (2, "Dry Lake NV SO, between 2026-04-22 and 2026-04-29")
    ]
    assert [rule.rule for rule in found.rules] == ["us-ca/CA-17"]


def test_changes_of_two_files_keep_their_own_days() -> None:
    """The same line of two files is two changes: each is told with the days of its own list."""
    first = SharingChange(edge=edge("Dry Lake NV SO", 2), change=Change.ADDED, before=date(2026, 4, 22))
    later = replace(edge("Elm Fork TX PD", 2), file="later.csv", as_of=date(2026, 6, 1))
    second = SharingChange(edge=later, change=Change.ADDED, before=date(2026, 5, 1))
    (found,) = change_findings("Cedar Hollow CA PD", (first, second), BY_WORDS, ON)
    assert [(at.file, at.shows) for at in found.lines] == [
        ("list.csv", "Dry Lake NV SO, between 2026-04-22 and 2026-04-29"),
        ("later.csv", "Elm Fork TX PD, between 2026-05-01 and 2026-06-01"),
    ]


def test_a_log_without_times_is_held_to_the_law_of_the_day() -> None:
    """Searches that show no time are judged by the law in force on the day of the audit, and not by that of 1970."""
    searches = (replace(searches_of(portal_row("immigration"))[0], at_ms=None),)
    found = judged(searches, "WA")[FindingKind.PURPOSE_CLOSED]
    assert [rule.rule for rule in found.rules] == ["us-wa/WA-08"]
    assert FindingKind.PURPOSE_CLOSED not in judged(searches, "WA", on=date(1970, 1, 1))


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("side_doors:", "back_doors:", "`back_doors` is not a key of the word lists"),
        ("purpose: civil-immigration", "purpose: holidays", "`holidays` is not a purpose"),
        ("  - kind: federal", "  - kind: federal\n    sort: 3", "`sort` is not a key of a side door"),
        ("offences: [protest]", "offences: []", "`offences` is missing or empty"),
        ("  source: >-", "  sauce: >-", "`source` is missing"),
    ],
)
def test_a_word_list_that_is_half_there_is_none(old: str, new: str, fault: str) -> None:
    """An unknown key, a list that is missing, a purpose that is none: nothing of the file is believed."""
    text = Path(words_module.__file__).with_name("words.yaml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(RecordFileError, match=re.escape(fault)):
        parse_words(text.replace(old, new, 1))


def test_every_word_the_audit_looks_for_survives_scrubbing() -> None:
    """A raw reason is scrubbed before it is judged: no phrase of the lists may be lost on the way."""
    lists = word_lists()
    phrases = [phrase for door in lists.side_doors for phrase in door.phrases]
    phrases += [phrase for topic in lists.topics for phrase in topic.reasons]
    lost = {
        word for phrase in phrases for word in plain(phrase) if not word.isdigit() and word not in plain_words()
    }
    assert lost - {"287g"} == set()


def test_every_list_says_where_it_comes_from() -> None:
    """A reviewer can ask of each list whose it is."""
    lists = word_lists()
    assert all([lists.bare_source, *(door.source for door in lists.side_doors), *(t.source for t in lists.topics)])


@pytest.mark.parametrize("reason", ["service", "police", "icac investigation", "juice bar theft", "dealer theft"])
def test_a_word_inside_another_is_not_found(reason: str) -> None:
    """`ice` in `service` names nobody."""
    assert side_doors(reason) == ()
    assert topics_of(reason, "") == ()


@pytest.mark.parametrize(
    ("name", "state", "level"),
    [
        ("Acorn GA PD", "GA", GovernmentLevel.LOCAL),
        ("Acorn County CA SD", "CA", GovernmentLevel.LOCAL),
        ("acorn-ca-pd", "CA", GovernmentLevel.LOCAL),
        ("Arizona Department of Public Safety", "AZ", GovernmentLevel.STATE),
        ("US Border Patrol", "US", GovernmentLevel.FEDERAL),
        ("Acorn Rancheria Tribal PD", "", GovernmentLevel.TRIBAL),
        ("Acorn Services", "", None),
    ],
)
def test_names_say_state_and_level(name: str, state: str, level: GovernmentLevel | None) -> None:
    """By words alone a name is never more than likely."""
    body = BY_WORDS(name)
    assert (body.state, body.level) == (state, level)
    assert body.sure is not Sure.CERTAIN


def test_a_name_that_leads_to_an_ori_is_certain() -> None:
    """With a directory the same name is no longer only likely, and says which agency it is."""
    listed = OriEntry(
        ori="GA0990100",
        state="GA",
        names=("Acorn Police Department",),
        counties=("Oak",),
        type="City",
        edition="2025",
    )
    body = bodies_by(resolver_of((listed,)))("Acorn GA PD")
    assert (body.ori, body.sure) == ("GA0990100", Sure.CERTAIN)


def test_the_law_of_a_state_is_not_held_against_a_tribe() -> None:
    """What a tribal or federal body owns is no matter of the state's pack: no finding of law about its sharing."""
    edges = [edge("Elm Fork TX PD", 2, owner="Acorn CA Tribal Police")]
    found = sharing_findings("Acorn CA Tribal Police", judge_edges(edges, BY_WORDS, ON), None)
    assert [one.kind for one in found if one.rules] == []


def test_a_body_called_private_by_its_spelling_alone_is_not_judged() -> None:
    """A name with its state in brackets may be a shop or a state university: the law is not asked."""
    found = sharing_findings("Cedar Hollow CA PD", judge_edges([edge("Acorn Example (CA)")], BY_WORDS, ON), None)
    assert [one.kind for one in found] == [FindingKind.SHARING_UNPLACED]


@pytest.mark.parametrize(("state", "days", "rules"), [
    ("MN", 61, ["us-mn/MN-01e"]), ("MN", 60, []), ("WA", 30, ["us-wa/WA-08b"]), ("CA", 365, []), ("GA", 365, []),
])  # fmt: skip
def test_a_stated_retention_is_held_against_the_law_of_the_state(state: str, days: int, rules: list[str]) -> None:
    """Days a page states, against the day on which the pack purges a read of no case; no rule, no finding."""
    found = judge_retention("Cedar Hollow Police", body(state), policy(retention_days=days), ON)
    assert [rule.rule for one in found for rule in one.rules] == rules
    assert all(one.kind is FindingKind.KEEPS_LONGER and one.lines[0].line == 7 for one in found)


def test_a_name_without_a_state_is_read_by_its_page_and_is_likely_at_most() -> None:
    """What an agency's page is called says its state; since another may have the name, nothing is certain by it."""
    pages = {"Acorn PD": "acorn-ca-pd", "Alder GA PD": "alder-ca-pd", "Twin PD": ""}
    read = by_pages(BY_WORDS, pages)
    found = read("Acorn PD")
    assert (found.written, found.state, found.sure, found.by_page) == ("Acorn PD", "CA", Sure.LIKELY, True)
    assert "its page is called `acorn-ca-pd`" in found.why
    assert (read("Alder GA PD").state, read("Twin PD").state, read("Elm PD").state) == ("GA", "", "")
