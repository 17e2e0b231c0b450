"""Witness policies are read strictly, and a quorum is met by who it names."""

from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from log_world import TestKeys

from comity.errors import WitnessPolicyError
from comity.ledger.policy import LONGEST_POLICY, MOST_OF_A_KIND, is_met, read_policy
from comity.model.witness import PolicyGroup
from witness_keys import WitnessKey, policy_of

NAMES = ("x1", "x2", "x3", "y1", "y2")
LINES = "\n".join(f"witness {name} {WitnessKey(name).vkey}" for name in NAMES)
TWO_LEVELS = f"""# the shape of the specification's example
log {TestKeys().log_key()} https://log.example/
{LINES}
\tgroup  x-witnesses 2 x1\tx2 x3
group y-witnesses any y1 y2

group both all x-witnesses y-witnesses
quorum both
"""


def test_a_policy_of_two_levels_is_read_whole() -> None:
    """Blanks, tabs, comments and empty lines are passed over; a web address stays with its log."""
    policy = read_policy(TWO_LEVELS, "policy")
    assert [witness.name for witness in policy.witnesses] == list(NAMES)
    assert policy.groups == (
        PolicyGroup(name="x-witnesses", needed=2, members=("x1", "x2", "x3")),
        PolicyGroup(name="y-witnesses", needed=1, members=("y1", "y2")),
        PolicyGroup(name="both", needed=2, members=("x-witnesses", "y-witnesses")),
    )
    assert (policy.quorum, policy.logs[0].url) == ("both", "https://log.example/")


def test_a_quorum_is_met_by_exactly_the_sets_that_the_policy_names() -> None:
    """Every subset of the witnesses, against the rule written out by hand; strangers add nothing."""
    policy = read_policy(TWO_LEVELS, "policy")
    for chosen in chain.from_iterable(combinations(NAMES, count) for count in range(len(NAMES) + 1)):
        wanted = len({"x1", "x2", "x3"} & {*chosen}) >= 2 and bool({"y1", "y2"} & {*chosen})
        assert is_met(policy, chosen) == wanted
        assert is_met(policy, (*chosen, "stranger", "x-witnesses", "both")) == wanted


@given(st.sets(st.sampled_from(NAMES)), st.sets(st.sampled_from(NAMES)))
def test_more_witnesses_never_undo_a_quorum(some: set[str], more: set[str]) -> None:
    """What some witnesses suffice for, they and others suffice for too."""
    policy = read_policy(TWO_LEVELS, "policy")
    assert is_met(policy, some | more) or not is_met(policy, some)


def test_a_policy_may_ask_for_nobody_or_for_one() -> None:
    """`quorum none` is met by nobody; a quorum may be a single witness."""
    assert is_met(read_policy("quorum none\n", "policy"), [])
    one = read_policy(f"witness x1 {WitnessKey('x1').vkey}\nquorum x1", "policy")
    assert is_met(one, ["x1"])
    assert not is_met(one, [])
    assert policy_of("x1", "x2", rule="2").groups[0].needed == 2


X1, X2 = (f"witness {name} {WitnessKey(name).vkey}\n" for name in ("x1", "x2"))
FAULTS = {
    "": "no quorum",
    "quorum none\nquorum none\n": "a second quorum",
    "quorum x1\n": "`x1` is not defined above",
    f"quorum x1\n{X1}": "policy:1:8 `x1` is not defined above",
    f"{X1}{X1}quorum x1\n": "`x1` is taken",
    f"witness none {WitnessKey('x1').vkey}\nquorum none\n": "`none` is taken",
    f"{X1}witness x9 {WitnessKey('x1').vkey}\nquorum x1\n": "stands in the policy already",
    f"log {TestKeys().log_key()}\nlog {TestKeys().log_key()}\nquorum none\n": "stands in the policy already",
    f"{X1}group g all x1 x1\nquorum g\n": "`x1` is a member of a group already",
    f"{X1}group g all x1\ngroup h all x1\nquorum g\n": "`x1` is a member of a group already",
    f"{X1}group g all g\nquorum g\n": "`g` is not defined above",
    f"{X1}group g all none\nquorum g\n": "`none` is not defined above",
    f"{X1}{X2}group g 3 x1 x2\nquorum g\n": "`3` of 2 members cannot vouch",
    f"{X1}group g 0 x1\nquorum g\n": "`0` of 1 members cannot vouch",
    f"{X1}group g \u0661 x1\nquorum g\n": "of 1 members cannot vouch",
    f"{X1}group g most x1\nquorum g\n": "`most` of 1 members cannot vouch",
    "group g all\nquorum none\n": "`group` does not begin a line",
    "wittness a b\nquorum none\n": "policy:1:1 `wittness` does not begin a line",
    "quorum none none\n": "too few or too many words",
    "quorum none\r\n": "control character",
    "quorum\x00none\n": "control character",
    f"witness x1 {TestKeys().log_key()}\nquorum x1\n": "is not an Ed25519 cosignature key",
    f"log {WitnessKey('x1').vkey}\nquorum none\n": "is not an Ed25519 key",
    f"witness {'x' * 201} {WitnessKey('x1').vkey}\nquorum none\n": "too long",
    "#" * (LONGEST_POLICY + 1): "longer than",
    "".join(
        f"witness w{n} {WitnessKey(str(n)).vkey}\n" for n in range(MOST_OF_A_KIND + 1)
    ): "more than 64 witnesses",
}


@pytest.mark.parametrize("text", FAULTS)
def test_what_is_no_policy_is_refused_with_its_place(text: str) -> None:
    """One finding: file, line, the word, and what to do about it."""
    with pytest.raises(WitnessPolicyError) as caught:
        read_policy(text, "policy")
    (finding,) = caught.value.findings
    assert FAULTS[text] in str(finding)
    assert finding.file == "policy"
    assert all(char == "\n" or char.isprintable() for char in str(finding))
