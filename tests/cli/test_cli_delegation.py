"""Delegation: what a committee signs for a member counts within the scope, after the time for a veto, and not after a veto."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_stage import Stage, call
from delegation_files import ID, MEMBER, SIGNER, TEXT, delegation_json, sign_delegation, sign_for, sign_own

from comity.exchange.answering.law_in_force import read_law
from comity.law.facts import Standing
from comity.law.fold import _agreements_between
from comity.model.codes import Purpose
from comity.model.delegation import SHORTEST_VETO_DAYS
from comity.node.open_world import open_world

NEW = "ACSO-CCPD-2028"
HDR_HDI = (files("comity.demo") / "law" / "hdr-hdi-2026.agr").read_text(encoding="utf-8")
Node = Callable[[str], Path]


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Node:
    """Nodes of one's own, each copied once."""
    made: dict[str, Path] = {}

    def of(name: str) -> Path:
        if name not in made:
            made[name] = stage.copy(name, tmp_path)
        return made[name]

    return of


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "new.agr"
    file.write_text(TEXT.replace(ID, NEW))
    return file


def delegated(node: Node, path: Path, **changes: Any) -> Path:
    """The agreement, signed for the sheriff by the committee and by the other party for itself."""
    under = sign_delegation(node("ca-node"), path.parent, **changes)
    sign_for(node("wa-node"), under, path)
    sign_own(node("wa-node"), SIGNER, path)
    return under


def listed(node: Path, name: str = NEW) -> list[dict[str, Any]]:
    found = call("agreement", "list", "--node", node, "--json").json["agreements"]
    return [one for one in found if one["id"] == name]


def refused(called: Any) -> str:
    assert called.status == 2
    told: str = called.err
    return told


def test_h11_what_a_committee_signs_is_announced_and_waits(node: Node, path: Path) -> None:
    """H11: listed with the delegation and its authority, a task of the member's head, and out of force until the day."""
    delegated(node, path)
    done = call("agreement", "activate", "--node", node("ca-node"), path, "--json")
    assert done.status == 0, done.err
    first = date.today() + timedelta(days=SHORTEST_VETO_DAYS + 1)
    assert abs((date.fromisoformat(done.json["begins"]) - first).days) <= 1  # the owner's day may be another
    (one,) = listed(node("ca-node"))
    assert (one["waits"], one["begins"]) == (True, done.json["begins"])
    assert {two["signer"] for two in one["signed_by"]} == {SIGNER}
    assert "Amendment 3" in one["signed_by"][0]["authority"]
    tasks = call("duties", "list", "--node", node("ca-node"), MEMBER, "--json")
    assert NEW in tasks.out
    assert "unless vetoed" in tasks.out


def test_it_counts_from_the_day_behind_the_time_for_a_veto(node: Node, path: Path) -> None:
    """Until then no question finds it, from then on every question does."""
    delegated(node, path, veto_days=20)
    begins = call("agreement", "activate", "--node", node("ca-node"), path, "--json").json["begins"]
    day = date.fromisoformat(begins)
    with open_world(node("ca-node")) as world:
        _, law = read_law(world, world.directory(), MEMBER)
        oris = {name: world.directory().get_agency(name).oris[0].ori for name in (MEMBER, SIGNER)}
        standing = Standing(SIGNER, frozenset({oris[SIGNER]}), MEMBER, frozenset({oris[MEMBER]}), oris[SIGNER])

        def between(on: date) -> set[str]:
            found = _agreements_between(law, standing, on)
            return {str(source.agreement.id) for source in found if source.agreement is not None}

        assert NEW not in between(day - timedelta(days=1))
        assert NEW in between(day)
        assert ID in between(day - timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"purposes": ["criminal-investigation"]}, "for purposes that the delegation does not name"),
        ({"data_classes": ["case", "booking"]}, "gives classes that the delegation does not name"),
        ({"levels": ["state"]}, "`wa-police` is no party that the delegation is for"),
        ({"until": "2027-12-31"}, "it lasts longer than the delegation"),
        ({"first": "2028-01-01"}, "the delegation runs from 2028-01-01"),
    ],
)
def test_h11_outside_the_scope_nothing_counts(node: Node, path: Path, changes: dict[str, Any], why: str) -> None:
    """H11: purpose, class, party, end day, signing day: what is outside one of them is refused and entered, not in force."""
    delegated(node, path, **changes)
    assert why in refused(call("agreement", "activate", "--node", node("ca-node"), path))
    assert listed(node("ca-node")) == []
    assert why in " ".join(call("agreement", "plan", "--node", node("wa-node"), path, "--json").json["findings"])


def test_a_veto_takes_this_member_out_at_once_and_for_good(node: Node, path: Path) -> None:
    """It is off the list, may not be switched on again under the delegation, and may once the member signs itself."""
    delegated(node, path)
    assert call("agreement", "activate", "--node", node("ca-node"), path).status == 0
    words = ("agreement", "veto", "--node", node("ca-node"), "--by", MEMBER, "--reason", "not so", NEW)
    assert call(*words).status == 0
    assert listed(node("ca-node")) == []
    again = refused(call("agreement", "activate", "--node", node("ca-node"), path))
    assert "this agreement was vetoed; it must sign itself" in again
    sign_own(node("ca-node"), MEMBER, path)
    assert call("agreement", "activate", "--node", node("ca-node"), path).status == 0
    (one,) = listed(node("ca-node"))
    assert (one["waits"], one["signed_by"]) == (False, [])
    assert call(*words).status == 2  # what it signed itself it suspends


def test_h11_a_member_that_vetoes_is_left_out_and_others_stay_in(node: Node, tmp_path: Path) -> None:
    """H11: two members of one node, one delegation each: the veto of one takes it out and leaves the other in."""
    path = tmp_path / "two.agr"
    path.write_text(HDR_HDI.replace("HDR-HDI-2026", "HDR-HDI-2028"))
    classes = ["case", "immigration-event", "victim-1367", "warrant", "booking", "custody", "asylum"]
    purposes = [str(purpose) for purpose in Purpose]
    for member in ("federal-investigations", "removal-operations"):
        folder = tmp_path / member
        folder.mkdir()
        under = sign_delegation(
            node("fed-node"), folder, member=member, purposes=purposes, data_classes=classes, levels=["federal"]
        )
        sign_for(node("wa-node"), under, path)
    done = call("agreement", "activate", "--node", node("fed-node"), path)
    assert done.status == 0, done.err
    assert {one["owner"] for one in listed(node("fed-node"), "HDR-HDI-2028")} == {
        "federal-investigations",
        "removal-operations",
    }
    out = call(
        "agreement",
        "veto",
        "--node",
        node("fed-node"),
        "--by",
        "removal-operations",
        "--reason",
        "no",
        "HDR-HDI-2028",
    )
    assert out.status == 0
    (left,) = listed(node("fed-node"), "HDR-HDI-2028")
    assert left["owner"] == "federal-investigations"


def test_a_delegation_that_is_withdrawn_takes_with_it_what_rests_on_it(node: Node, path: Path) -> None:
    """Both at once; neither counts again, and what the member signed itself stays."""
    under = delegated(node, path)
    assert call("agreement", "activate", "--node", node("ca-node"), path).status == 0
    (kept,) = call("delegation", "list", "--node", node("ca-node"), "--json").json["delegations"]
    done = call(
        *("delegation", "withdraw", "--node", node("ca-node"), "--by", MEMBER, "--reason", "it is over"),
        kept["hash"],
    )
    assert done.status == 0, done.err
    assert NEW in done.out
    assert listed(node("ca-node")) == []
    assert listed(node("ca-node"), ID)
    assert "OVER" in call("delegation", "list", "--node", node("ca-node")).out
    assert "the delegation was withdrawn" in refused(
        call("agreement", "activate", "--node", node("ca-node"), path)
    )
    assert under.exists()


def test_a_delegation_nobody_signed_allows_nothing(node: Node, path: Path) -> None:
    """A signer's own paper, altered or never signed by the member, is told from one; another may not use it."""
    under = delegated(node, path)
    held = json.loads(under.read_text())
    held["delegation"]["purposes"] = ["criminal-investigation", "civil-immigration"]
    under.write_text(json.dumps(held))
    sign_for(node("wa-node"), under, path)
    told = refused(call("agreement", "activate", "--node", node("ca-node"), path))
    assert "has not signed this text" in told or "does not verify" in told
    stranger = call(
        "agreement", "sign", "--node", node("ca-node"), "--as", MEMBER, "--role", "counsel", "--under", under, path
    )
    assert stranger.status == 2
    assert "lets `wa-police` sign, not `ca-sheriff`" in stranger.err


def test_a_shorter_time_for_a_veto_is_no_delegation(node: Node, path: Path) -> None:
    """Fewer days than the constant are refused where the delegation is read."""
    written = path.parent / "short.json"
    written.write_text(json.dumps(delegation_json(veto_days=1)))
    called = call("delegation", "sign", "--node", node("ca-node"), written, "--out", path.parent / "out.json")
    assert called.status != 0
    assert "days for a veto" in called.err


def test_h11_reach_names_the_delegation_and_changes_with_a_veto(node: Node, path: Path) -> None:
    """H11: whoever asks what an agreement opens reads who signed it for whom by which delegation; vetoed, nothing."""
    under = delegated(node, path)
    assert call("agreement", "activate", "--node", node("ca-node"), path).status == 0
    assert (
        call("agreement", "suspend", "--node", node("ca-node"), "--by", MEMBER, "--reason", "old", ID).status == 0
    )
    named = json.loads(call("delegation", "list", "--node", node("ca-node"), "--json").out)["delegations"][0][
        "hash"
    ]
    words = (
        *("law", "reach", "--node", node("ca-node"), "--owner", MEMBER, "--field", "name", "--class", "booking"),
        *("--fact", "query's purpose=criminal-investigation", "--fact", "asker's state=WA", "--json"),
    )
    found = call(*words)
    told = found.json["question"]["delegated"]
    assert any(f"signed by {SIGNER} for {MEMBER} by delegation {named[:19]}" in one for one in told)
    veto = call("agreement", "veto", "--node", node("ca-node"), "--by", MEMBER, "--reason", "not so", NEW)
    assert veto.status == 0, veto.err
    left = call(*words)
    assert (found.json["verdict"], left.json["verdict"]) == ("reached", "closed")
    assert under.exists()
