"""The quarter of traffic: reproducible, honest where it says so, and what the patterns find in it."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.demo.traffic.enter import opened_uses
from comity.demo.traffic.misuse import PLANTS
from comity.demo.traffic.quarter import OWNER, Quarter, make_quarter
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.finding import FindingKind
from comity.oversight.findings.detect import find_patterns
from comity.oversight.findings.read_uses import read_uses
from comity.oversight.findings.uses import Pattern

SEED = 41
MOST_FALSE_PER_1000 = 1


@pytest.fixture(scope="module")
def quarter() -> Quarter:
    """A quarter with one misuse of each kind."""
    return make_quarter(SEED, list(PLANTS))


@pytest.fixture(scope="module")
def patterns(quarter: Quarter) -> list[Pattern]:
    directory = Directory(version=1, agencies=quarter.agencies, nodes=())
    return list(find_patterns(read_uses(opened_uses(quarter), directory, quarter.circle, bytes(32))))


def test_the_same_seed_gives_the_same_quarter(quarter: Quarter) -> None:
    """Every question, and another seed others."""
    assert make_quarter(SEED, list(PLANTS)) == quarter
    assert make_quarter(SEED + 1, list(PLANTS)).asked != quarter.asked


def test_a_quarter_holds_the_cases_that_look_like_misuse(quarter: Quarter) -> None:
    """Long cases about one person, days with twenty people under one number, nights, and thousands of stops."""
    honest = [one for one in quarter.asked if not one.planted and not one.told]
    in_case = Counter((one.member, one.case, repr(one.subject)) for one in honest)
    assert in_case.most_common(1)[0][1] >= 25
    a_day = {(one.member, one.case, one.at_ms // 86_400_000, repr(one.subject)) for one in honest}
    under_one = Counter(key[:3] for key in a_day)
    assert under_one.most_common(1)[0][1] >= 18
    purposes = Counter(one.purpose for one in honest)
    assert purposes[Purpose.STOP] > 5_000
    assert purposes[Purpose.CIVIL_IMMIGRATION] > 100
    assert {one.asker for one in honest} > {OWNER, "coast-task-force"}


@pytest.mark.parametrize("kind", list(FindingKind)[:-1])
def test_planted_misuse_of_each_kind_is_found(
    quarter: Quarter, patterns: list[Pattern], kind: FindingKind
) -> None:
    """A finding of that kind names questions of the planted misuse."""
    planted = {number for number, one in enumerate(quarter.asked) if one.planted.startswith(f"{kind}/")}
    assert planted
    assert any(planted & set(one.entries) for one in patterns if one.kind is kind)


def test_false_alarms_are_rare(quarter: Quarter, patterns: list[Pattern]) -> None:
    """Fewer than one in a thousand questions makes a finding that is mostly about honest work."""
    planted = {number for number, one in enumerate(quarter.asked) if one.planted}
    false = [one for one in patterns if 2 * len(planted & set(one.entries)) < len(one.entries)]
    assert 1_000 * len(false) < MOST_FALSE_PER_1000 * len(quarter.asked), [one.sentence for one in false]


def test_no_pattern_says_whom_it_is_about(quarter: Quarter, patterns: list[Pattern]) -> None:
    """No sentence holds a family name, a case number or a member of the traffic."""
    words = {word for one in patterns for word in one.sentence.replace(",", "").split()}
    names = {getattr(one.subject, "family", "") for one in quarter.asked}
    assert not words & {one.case for one in quarter.asked if len(one.case) > 4 and one.case != "investigation"}
    assert not words & {one.member for one in quarter.asked}
    assert not words & {name for name in names if name[:1].isupper()} - {"Two", "One"}
