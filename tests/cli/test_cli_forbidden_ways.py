"""A way that an owner forbade is refused before the agreement that would open it is switched on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from cli_stage import Stage, call

LAW = files("comity.demo") / "law"
HELD_BY = (LAW / "acso-ccpd-2026.agr").read_text(encoding="utf-8")
LATER = (LAW / "hdr-ccpd-2026.agr").read_text(encoding="utf-8")
NO_WAY = """
clause P-01 "Nothing of the sheriff's comes to immigration enforcement by an agreement of the police"
  gives  ca-sheriff to wa-police
  at     activate
  forbid activation
  when   recipient's component is not none
"""
NO_PASSING = """
clause P-02 "Nothing is passed on"
  gives  ca-sheriff to wa-police
  at     onward
  forbid onward
"""
POLICY_RULE = """
rule CCPD-09 "No agreement opens a way to immigration enforcement"
  cite   "Department Manual 12.9 (demonstration)"
  at     activate
  forbid activation
  when   recipient's component is not none
"""
Node = Callable[[str], Path]


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Node:
    """Nodes of one's own, each copied once."""
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        return made.setdefault(name, made.get(name) or stage.copy(name, tmp_path))

    return of


PLACES = {"ca-sheriff": "ca-node", "wa-police": "wa-node", "removal-operations": "fed-node"}


def signed(node: Node, path: Path, other: str) -> None:
    """Signed by the police and the other party."""
    for agency in ("wa-police", other):
        for role in ("agency-head", "counsel"):
            done = call("agreement", "sign", "--node", node(PLACES[agency]), "--as", agency, "--role", role, path)
            assert done.status == 0, done.err


def suspended(node: Node, *names: str) -> None:
    for name in names:
        done = call(
            "agreement", "suspend", "--node", node("wa-node"), "--by", "wa-police", "--reason", "anew", name
        )
        assert done.status == 0, done.err


def held(node: Node, tmp_path: Path, *more: str) -> Path:
    """The sheriff's agreement with the police, signed: clauses on passing on are left out, others in their place."""
    path = tmp_path / "held.agr"
    path.write_text(
        HELD_BY.partition('clause O-01 "')[0].replace("ACSO-CCPD-2026", "ACSO-CCPD-2027") + "".join(more)
    )
    signed(node, path, "ca-sheriff")
    return path


@pytest.fixture
def later(node: Node, tmp_path: Path) -> Path:
    """A new agreement of the police with removal operations."""
    path = tmp_path / "later.agr"
    path.write_text(LATER.replace("HDR-CCPD-2026", "HDR-CCPD-2027"))
    signed(node, path, "removal-operations")
    return path


def test_h9_a_way_through_a_third_that_the_owner_forbade_is_refused_before_it_opens(
    node: Node, tmp_path: Path, later: Path
) -> None:
    """H9: a holder's agreement that would bring an owner's data to whom it forbade is not switched on; the way is shown."""
    suspended(node, "ACSO-CCPD-2026", "HDI-CCPD-2026", "HDR-CCPD-2026")
    on = call("agreement", "activate", "--node", node("wa-node"), held(node, tmp_path, NO_WAY))
    assert on.status == 0, on.err
    plan = call("agreement", "plan", "--node", node("wa-node"), later, "--json")
    assert (plan.status, plan.json["ready"]) == (1, False)
    (way,) = plan.json["opening"]
    assert way["agencies"] == ["ca-sheriff", "wa-police", "removal-operations"]
    assert "front door" in way["steps"][0]
    assert "back door" in way["steps"][1]
    assert way["forbidden_by"]["rule"] == "ACSO-CCPD-2027/P-01"
    refused = call("agreement", "activate", "--node", node("wa-node"), later)
    assert refused.status == 2
    assert "from ca-sheriff to removal-operations that ca-sheriff forbids" in refused.err
    assert "HDR-CCPD-2027" in refused.err
    assert "nothing was changed (entry" in refused.err
    assert "HDR-CCPD-2027" not in call("agreement", "list", "--node", node("wa-node"), "--json").out


def test_h9_the_same_agreement_is_switched_on_where_the_law_lets_nothing_pass_on(
    node: Node, tmp_path: Path, later: Path
) -> None:
    """H9: where the owner's clause at `onward` lets nothing pass, the later agreement opens no way and nothing refuses it."""
    suspended(node, "ACSO-CCPD-2026", "HDI-CCPD-2026", "HDR-CCPD-2026")
    on = call("agreement", "activate", "--node", node("wa-node"), held(node, tmp_path, NO_WAY, NO_PASSING))
    assert on.status == 0, on.err
    plan = call("agreement", "plan", "--node", node("wa-node"), later, "--json")
    assert (plan.json["opening"], plan.json["ready"]) == ([], True)
    assert call("agreement", "activate", "--node", node("wa-node"), later).status == 0


def test_h9_a_way_over_a_node_that_two_agencies_share_counts(node: Node, tmp_path: Path) -> None:
    """H9: whoever runs a node can read what lies on it, so a way to its other agency is one too, and is named as that."""
    suspended(node, "ACSO-CCPD-2026", "HDR-CCPD-2026")
    plan = call("agreement", "plan", "--node", node("wa-node"), held(node, tmp_path, NO_WAY))
    assert plan.status == 1
    assert (
        "federal-investigations --back door, both lie on fed-node; whoever runs it can read its disk" in plan.out
    )


def test_h9_an_owner_forbids_ways_of_its_own_agreements_by_its_policy(
    node: Node, later: Path, tmp_path: Path
) -> None:
    """H9: a rule of the owner's policy that speaks of a recipient bars its own agreement too, with rule and citation."""
    policy = tmp_path / "cascade-police.policy"
    text = (
        (LAW / "cascade-police.policy").read_text(encoding="utf-8").replace("version 1\nuses", "version 2\nuses")
    )
    policy.write_text(text + POLICY_RULE)
    suspended(node, "HDR-CCPD-2026")
    done = call("law", "activate", "--node", node("wa-node"), "--for", "wa-police", policy)
    assert done.status == 0, done.err + done.out
    plan = call("agreement", "plan", "--node", node("wa-node"), later, "--json")
    assert [(way["owner"], way["recipient"]) for way in plan.json["opening"]] == [
        ("wa-police", "removal-operations")
    ]
    assert plan.json["opening"][0]["forbidden_by"]["citation"] == "Department Manual 12.9 (demonstration)"
