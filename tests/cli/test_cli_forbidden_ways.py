"""A way that an owner forbade is refused before the agreement that would open it is switched on."""

from __future__ import annotations

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_stage import Stage, call

from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.model.directory import MoveAgency, SignedDirectory
from comity.node.adopted import read_newest
from comity.node.directory import sign_directory
from comity.settings import read_settings, write_noun

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
UNTIL_MS = 1_900_000_000_000  # the former node may be asked until 2030
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


def policy_file(tmp_path: Path, *rules: str) -> Path:
    """The police's policy with rules more, as its next version."""
    policy = tmp_path / "cascade-police.policy"
    text = (LAW / "cascade-police.policy").read_text(encoding="utf-8")
    policy.write_text("".join((text.replace("version 1\nuses", "version 2\nuses"), *rules)))
    return policy


def activated(node: Node, policy: Path) -> Any:
    """What switching the policy on told."""
    done = call("law", "activate", "--node", node("wa-node"), "--for", "wa-police", policy, "--json")
    assert done.status == 0, done.err + done.out
    return done.json


def tasks(node: Node) -> list[str]:
    """The texts of tasks that a rule on ways brought."""
    listed = call("duties", "list", "--node", node("wa-node"), "wa-police", "--json")
    assert listed.status == 0, listed.err
    return [one["text"] for one in listed.json if one["rule"] == "cascade-police/CCPD-09"]


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
    policy = policy_file(tmp_path, POLICY_RULE)
    suspended(node, "HDR-CCPD-2026")
    done = call("law", "activate", "--node", node("wa-node"), "--for", "wa-police", policy)
    assert done.status == 0, done.err + done.out
    plan = call("agreement", "plan", "--node", node("wa-node"), later, "--json")
    assert [(way["owner"], way["recipient"]) for way in plan.json["opening"]] == [
        ("wa-police", "removal-operations")
    ]
    assert plan.json["opening"][0]["forbidden_by"]["citation"] == "Department Manual 12.9 (demonstration)"


def test_h9_a_rule_that_comes_later_tells_at_once_which_ways_are_open(node: Node, tmp_path: Path) -> None:
    """H9: a policy that forbids a way that is open is put in force, with the way, what closes it, and a task for the day."""
    policy = policy_file(tmp_path, POLICY_RULE)
    trial = call("law", "sweep", "--node", node("wa-node"), "--draft", policy, "--json", "wa-police")
    assert trial.status == 0, trial.err
    assert tasks(node) == []
    done = activated(node, policy)
    ways = {one["recipient"]: one for one in done["swept"]["ways"]}
    assert ways["removal-operations"]["agencies"] == ["wa-police", "removal-operations"]
    assert ways["removal-operations"]["forbidden_by"]["rule"] == "cascade-police/CCPD-09"
    assert any("suspend HDR-CCPD-2026" in one for one in ways["removal-operations"]["closing"])
    assert trial.json["ways"] == done["swept"]["ways"]
    told = tasks(node)
    assert len(told) == len(ways)
    assert any(
        "open from wa-police to removal-operations" in one and "suspend HDR-CCPD-2026" in one for one in told
    )


def test_h9_what_would_close_a_way_closes_it(node: Node, tmp_path: Path) -> None:
    """H9: once everything that was named has ended, the same policy finds the way no more, and owes nothing for it."""
    suspended(node, "ACSO-CCPD-2026", "HDI-CCPD-2026", "HDR-CCPD-2026")
    done = activated(node, policy_file(tmp_path, POLICY_RULE))
    assert (done["swept"]["ways"], tasks(node)) == ([], [])


def test_h9_an_agency_that_moves_to_a_shared_node_opens_ways_that_are_told(
    node: Node, stage: Stage, tmp_path: Path
) -> None:
    """H9: a directory under which a holder lies beside a forbidden agency is adopted, with the way it opens and a task."""
    suspended(node, "HDI-CCPD-2026", "HDR-CCPD-2026")
    assert activated(node, policy_file(tmp_path, POLICY_RULE))["swept"]["ways"] == []
    newest = read_newest(node("wa-node"), read_settings(node("wa-node")))
    move = MoveAgency(agency="ca-sheriff", node="fed-node", until_ms=UNTIL_MS)
    version = SignedDirectory(directory=next_version(Link.of(newest), (move,)))
    for agency in newest.agencies:
        version = sign_directory(stage.node(agency.node), version, agency.id)
    write_noun(tmp_path / "v2.json", version)
    checked = call("directory", "check", "--node", node("wa-node"), tmp_path / "v2.json", "--json")
    adopted = call("directory", "adopt", "--node", node("wa-node"), tmp_path / "v2.json", "--json")
    assert adopted.json["adopted"] is True
    ways = [one["agencies"] for one in adopted.json["ways"]]
    assert ["wa-police", "ca-sheriff", "removal-operations"] in ways
    assert checked.json["ways"] == adopted.json["ways"]
    assert len(tasks(node)) == len(ways)
