"""What is known of a session, and that leaving something out never lets one begin."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.demo.agencies import REMOVAL_OPERATIONS, WA_POLICE, directory_agencies
from comity.law.atoms import FactMap
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.law.decide_point import decide_point
from comity.law.session_facts import account_facts, known_facts, session_facts
from comity.law.shipped import shipped_pack
from comity.model.agency import Directory, Member
from comity.model.roster import CheckFound, RosterLine
from comity.model.session_act import SessionKnown

NOON_MS = 1_795_953_600_000
DAY = date(2026, 11, 29)
LINE = RosterLine(member="wa-police-detective", since=DAY, checked_on=DAY, found=CheckFound.NO_FELONY)
DIRECTORY = Directory(version=1, agencies=directory_agencies(), nodes=())


@cache
def law() -> Law:
    """The packs of a Washington police department."""
    return compile_law(tuple(shipped_pack(name) for name in ("us", "us-wa")), (), ())


def member(*acting_for: str, roles: tuple[str, ...] = ("member",)) -> Member:
    """A member of the police."""
    return Member(
        id="wa-police-detective",
        name="Avery Lindgren",
        agency=WA_POLICE,
        roles=roles,
        trained_until=date(2030, 1, 1),
        acting_for=acting_for,
    )


def refused(known: FactMap, who: Member | None = None) -> set[str]:
    """The rules that refuse on these facts."""
    facts = session_facts(who or member(), DIRECTORY, known, NOON_MS)
    return {one.rule for one in decide_point(law(), "session", facts).forbidden}


known_of = st.builds(
    SessionKnown,
    factors=st.none() | st.integers(0, 4),
    idle_ms=st.none() | st.integers(0, 40 * 60_000),
    age_ms=st.none() | st.integers(0, 13 * 3_600_000),
    failures=st.none() | st.integers(0, 8),
)
lines = st.none() | st.builds(
    RosterLine,
    member=st.just(LINE.member),
    since=st.dates(date(2026, 7, 1), DAY),
    checked_on=st.none() | st.just(DAY),
    found=st.none() | st.sampled_from(CheckFound),
)


@given(known=known_of, line=lines, invented=st.booleans(), data=st.data())
def test_what_is_left_out_never_lets_a_session_be(
    known: SessionKnown, line: RosterLine | None, invented: bool, data: st.DataObject
) -> None:
    """Every rule that refuses still refuses with one fact less."""
    facts = {
        **known_facts(known, frozenset()),
        **account_facts(line, DAY),
        "setting is invented": invented,
    }
    left_out = data.draw(st.sampled_from(sorted(facts)))
    less = {path: value for path, value in facts.items() if path != left_out}
    assert refused(facts) <= refused(less)


def test_an_account_in_order_with_two_factors_is_refused_by_nothing() -> None:
    """The facts of a good session are enough for every rule; of an administrator's too."""
    known = {**known_facts(SessionKnown(factors=2, idle_ms=0, age_ms=0, failures=0), frozenset())}
    facts = {**known, **account_facts(LINE, DAY), "setting is invented": False}
    assert refused(facts) == set()
    assert refused(facts, member(roles=("agency-administrator",))) == set()


@pytest.mark.parametrize("acting_for", [(REMOVAL_OPERATIONS,), ("nobody-listed",)])
def test_acting_for_another_is_seen_from_there_too(acting_for: tuple[str, ...]) -> None:
    """An immigration authority, and an agency of which nothing is known, refuse under Washington's law."""
    facts = {**known_facts(SessionKnown(factors=2, idle_ms=0, age_ms=0, failures=0), frozenset())}
    facts |= {**account_facts(LINE, DAY), "setting is invented": False}
    assert "us-wa/WA-10b" in refused(facts, member(*acting_for))


def test_a_minute_that_was_begun_counts_whole() -> None:
    """Thirty minutes and a millisecond are more than thirty minutes."""
    facts = known_facts(SessionKnown(idle_ms=30 * 60_000 + 1, age_ms=0), frozenset())
    assert (facts["session's idle"], facts["session's age"]) == (31, 0)


def test_of_an_account_that_is_suspended_or_not_kept_nothing_is_said() -> None:
    """Neither that it is in order nor that it is not."""
    suspended = RosterLine(member=LINE.member, since=DAY, suspended_ms=1, why="left")
    assert account_facts(None, DAY) == account_facts(suspended, DAY) == {}
