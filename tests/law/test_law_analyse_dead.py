"""Dead rules: the expected ones of the shipped packs, and one of each kind in small texts."""

from __future__ import annotations

import pytest
from law_samples import HEAD, HEADING, law_text

from comity.law.analyse.dead import Dead, find_dead
from comity.law.analyse.texts import ground_of
from comity.law.cases import with_used
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.law_text import LawKind

# What is known to be dead in the shipped packs, with the reason why it stands there all the same.
EXPECTED = {
    # CH-02 conceals whatever CH-01 closes, and more; CH-01 is the rule a court would be shown.
    ("us", Dead("shadowed", "us/CH-01", by=("us/CH-02",))),
    # SU-01a asks for a court order; the exception for consent repeats SU-01, of which it is a part.
    ("us", Dead("never-lifts", "us/SU-01a", "unless 1")),
    # The statute names addresses; what stands beside it closes all the rest, class by class, addresses with it.
    ("us-ca", Dead("shadowed", "us-ca/CA-02", by=("us-ca/CA-02a", "us-ca/CA-02b", "us-ca/CA-02c"))),
    # One requirement with two numbers: a log kept a year.
    ("us", Dead("shadowed", "us/NC-04", by=("us/CJ-04",))),
}


def dead_in(*rules: str) -> list[Dead]:
    """What is dead in a pack of some rules."""
    texts = (law_text(LawKind.PACK, HEAD + "\n".join(rules)),)
    found = find_dead(ground_of(texts), texts)
    assert not found.undecided
    return list(found.dead)


def rule(name: str, body: str) -> str:
    return f'rule {name} "Title" {HEADING} decided automatically at release {body}\n'


@pytest.mark.parametrize("name", shipped_pack_names())
def test_shipped_packs_have_the_dead_rules_that_are_known(name: str) -> None:
    """A rule that comes to be dead by a change is noticed; so is one that comes alive."""
    texts = with_used(shipped_pack(name))
    found = find_dead(ground_of(texts), texts, frozenset({name}))
    assert not found.undecided
    assert set(found.dead) == {dead for pack, dead in EXPECTED if pack == name}


def test_conditions_that_contradict_each_other_never_count() -> None:
    """A purpose that is two things at once, a day before itself, an amount above its bound."""
    both = "when query's purpose is stop and query's purpose is audit"
    assert dead_in(rule("T-01", f"forbid all fields {both}")) == [Dead("never-true", "test/T-01")]
    days = "when record's collected is later than now and record's collected is earlier than now"
    assert dead_in(rule("T-01", f"forbid all fields {days}")) == []  # an unknown day: it counts, as a forbid does


def test_a_rule_under_a_wider_one_is_shadowed() -> None:
    """A forbid within a forbid, a cap above a cap; a hold is not, nor a rule that another only touches."""
    wide = rule("T-01", "forbid fields labelled contact when query's purpose is stop")
    narrow = rule(
        "T-02", "forbid fields labelled address when query's purpose is stop and asker's level is federal"
    )
    assert dead_in(wide, narrow) == [Dead("shadowed", "test/T-02", by=("test/T-01",))]
    beside = rule("T-03", "forbid fields labelled address, photo when query's purpose is stop")
    assert dead_in(wide, beside) == []
    low, high = (
        rule("T-01", "cap fields labelled address at pointer"),
        rule("T-02", "cap fields labelled address at masked"),
    )
    assert dead_in(low, high) == [Dead("shadowed", "test/T-02", by=("test/T-01",))]


def test_several_rules_may_shadow_one_together() -> None:
    """Neither half closes what the third closes; both do, and both are named."""
    one = rule("T-01", "forbid fields labelled address when query's step is digest")
    two = rule("T-02", "forbid fields labelled address when query's step is detail")
    both = rule("T-03", "forbid fields labelled address when query's purpose is stop")
    assert dead_in(one, two, both) == [Dead("shadowed", "test/T-03", by=("test/T-01", "test/T-02"))]


def test_a_rule_with_a_duty_is_not_shadowed() -> None:
    """Its duty is owed whether or not another rule closes the field as well."""
    wide = rule("T-01", "forbid fields labelled contact")
    owing = rule("T-02", "forbid fields labelled address duty log on any-outcome")
    assert dead_in(wide, owing) == []


def test_an_exception_outside_its_rule_never_lifts() -> None:
    """The rule speaks of stops, its exception of audits."""
    made = rule(
        "T-01",
        "forbid all fields when query's purpose is stop unless query's purpose is audit unless field is public",
    )
    assert dead_in(made) == [Dead("never-lifts", "test/T-01", "unless 1")]


def test_a_definition_that_nothing_names_is_told() -> None:
    """Also one that only another unused definition leans on."""
    define = 'define {0} of query "Title" cite "Act 1" status verified means {1}\n'
    unused = define.format("first", "query's purpose is stop") + define.format("second", "query is first")
    found = dead_in(unused, rule("T-01", "forbid all fields when query's purpose is stop"))
    assert {one.what for one in found} == {"definition first", "definition second"}
