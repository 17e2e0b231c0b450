"""`comity agreement plan`, `sign`, `activate` and `suspend`: one text, two parties at two nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from cli_stage import Stage, call, refused

from comity.settings import read_settings

TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text(encoding="utf-8")
ID = "ACSO-CCPD-2027"
SIGNERS = (
    ("wa-node", "wa-police", "counsel"),
    ("wa-node", "wa-police", "agency-head"),
    ("ca-node", "ca-sheriff", "agency-head"),
    ("ca-node", "ca-sheriff", "counsel"),
)
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
    """A new agreement nobody has signed."""
    file = tmp_path / "new.agr"
    file.write_text(TEXT.replace("ACSO-CCPD-2026", ID))
    return file


def sign(node: Node, path: Path, *signers: tuple[str, str, str]) -> None:
    for name, agency, role in signers:
        done = call("agreement", "sign", "--node", node(name), "--as", agency, "--role", role, path)
        assert done.status == 0, done.err


def kinds(node: Path) -> dict[str, int]:
    value: dict[str, int] = call("ledger", "verify", node / "log", "--key", node / "log.vkey", "--json").json[
        "kinds"
    ]
    return value


def in_force(node: Path, owner: str = "wa-police") -> list[str]:
    return [text["name"] for text in call("law", "status", "--node", node, owner, "--json").json["texts"]]


def refusals(node: Path, owner: str = "wa-police") -> list[dict[str, Any]]:
    """What status shows as refused."""
    value: list[dict[str, Any]] = call("law", "status", "--node", node, owner, "--json").json["refused"]
    return value


def test_a_plan_says_who_must_sign_and_what_stands_in_the_way(node: Node, path: Path) -> None:
    """Every signature that is missing, each party's law here or elsewhere, the first day; status 1 until all is well."""
    called = call("agreement", "plan", "--node", node("wa-node"), path, "--json")
    plan = called.json
    assert called.status == 1
    assert (plan["id"], plan["ready"], plan["findings"]) == (ID, False, [])
    assert [(one["agency"], one["role"], one["signed"]) for one in plan["signatures"]] == [
        ("ca-sheriff", "agency-head", False),
        ("ca-sheriff", "counsel", False),
        ("wa-police", "agency-head", False),
        ("wa-police", "counsel", False),
    ]
    assert {one["agency"]: one["held"] for one in plan["parties"]} == {"ca-sheriff": False, "wa-police": True}
    assert all(one["forbidden_by"] == [] for one in plan["parties"])
    told = call("agreement", "plan", "--node", node("wa-node"), path).out
    assert "MISSING  counsel of wa-police" in told
    assert "ca-sheriff: its law is at its own node; run the plan there" in told
    assert "in force from 20" in told


def test_signed_by_all_it_is_in_force_where_it_is_switched_on(node: Node, path: Path) -> None:
    """Each party signs with its own key at its own node; each node switches it on for the parties it holds."""
    sign(node, path, *SIGNERS)
    assert call("agreement", "plan", "--node", node("wa-node"), path, "--json").json["ready"] is True
    done = call("agreement", "activate", "--node", node("wa-node"), path, "--json")
    assert done.status == 0
    assert done.json["owners"] == ["wa-police"]
    assert ID in in_force(node("wa-node"))
    assert ID not in in_force(node("ca-node"), "ca-sheriff")
    assert call("agreement", "activate", "--node", node("ca-node"), path).status == 0
    assert ID in in_force(node("ca-node"), "ca-sheriff")
    again = call("agreement", "activate", "--node", node("wa-node"), path)
    assert again.out == f"{ID} is in force already for wa-police\n"
    assert in_force(node("wa-node")).count(ID) == 1


@pytest.mark.parametrize("left_out", range(4))
def test_one_signature_short_nothing_is_switched_on(node: Node, path: Path, left_out: int) -> None:
    """Who has not signed is named, the refusal is entered, and the law stays as it was."""
    sign(node, path, *(one for at, one in enumerate(SIGNERS) if at != left_out))
    before = in_force(node("wa-node"))
    called = call("agreement", "activate", "--node", node("wa-node"), path)
    _, agency, role = SIGNERS[left_out]
    assert called.status == 2
    assert f"{role} of {agency} has not signed this text" in called.err
    assert in_force(node("wa-node")) == before
    assert kinds(node("wa-node"))["law-refused"] == 1
    (shown,) = refusals(node("wa-node"))
    assert f"comity: nothing was changed (entry {shown['entry']})" in called.err
    assert shown["offered"] == ["agreement new.agr"]


def test_what_does_not_parse_is_refused_and_entered_for_every_owner_here(node: Node, path: Path) -> None:
    """Its parties are not known for sure, so all are told; the entries are named, and nothing is changed."""
    before = in_force(node("wa-node"))
    path.write_text(TEXT[:900])
    called = call("agreement", "activate", "--node", node("wa-node"), path)
    assert (called.status, called.out) == (2, "")
    owners = read_settings(node("wa-node")).agencies
    entries = [one["entry"] for owner in owners for one in refusals(node("wa-node"), owner)]
    assert kinds(node("wa-node"))["law-refused"] == len(owners) == len(entries)
    told = re.search(r"nothing was changed \(entr(?:y|ies) ([0-9, ]+)\)", called.err)
    assert told is not None
    assert sorted(int(entry) for entry in told[1].split(",")) == sorted(entries)
    assert call("agreement", "activate", "--node", node("wa-node"), path, "--json").json["entries"]
    assert in_force(node("wa-node")) == before


def test_a_damaged_list_refuses_and_enters(node: Node, path: Path) -> None:
    """A party whose law cannot be read is no party that agrees: one entry, and the list as it was."""
    sign(node, path, *SIGNERS)
    active = node("wa-node") / "law" / "wa-police" / "active.json"
    whole = active.read_bytes()
    active.write_bytes(whole[:-20])
    called = call("agreement", "activate", "--node", node("wa-node"), path)
    assert called.status == 2
    assert "the list of `wa-police`'s law cannot be read" in called.err
    assert "nothing was changed (entry " in called.err
    assert active.read_bytes() == whole[:-20]
    active.write_bytes(whole)
    assert len(refusals(node("wa-node"))) == 1
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    assert refusals(node("wa-node")) == []


def test_a_signature_of_another_key_is_none(node: Node, path: Path) -> None:
    """An altered signature counts as missing."""
    sign(node, path, *SIGNERS)
    beside = path.with_name("new.agr.sig")
    value = json.loads(beside.read_text())
    value["signatures"][0]["value"], value["signatures"][2]["value"] = (
        value["signatures"][2]["value"],
        value["signatures"][0]["value"],
    )
    beside.write_text(json.dumps(value))
    plan = call("agreement", "plan", "--node", node("wa-node"), path, "--json").json
    assert sum(not one["signed"] for one in plan["signatures"]) == 2
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 2


def test_a_changed_text_is_signed_anew(node: Node, path: Path) -> None:
    """Signatures are over one text; with another beside them nothing is planned, signed or switched on."""
    sign(node, path, *SIGNERS)
    path.write_text(path.read_text() + "\n")
    for words in (("plan",), ("activate",), ("sign", "--as", "wa-police", "--role", "counsel")):
        sentence = refused("agreement", words[0], "--node", node("wa-node"), *words[1:], path)
        assert "was signed over another text" in sentence


DIRECT = """
clause L-09 "One question at a time, never direct access"
  gives  wa-police to ca-sheriff
  at     activate
  forbid activation
  when   agreement's access is direct
"""


def test_a_rule_of_a_party_that_forbids_it_is_named_with_its_remedy(node: Node, path: Path) -> None:
    """Direct access where the agreement's own clause refuses it: rule, citation, what it turns on."""
    path.write_text(path.read_text().replace("access     query", "access     direct") + DIRECT)
    sign(node, path, *SIGNERS)
    plan = call("agreement", "plan", "--node", node("wa-node"), path, "--json").json
    (mine,) = [one for one in plan["parties"] if one["held"]]
    (barred,) = [one for one in mine["forbidden_by"] if one["rule"] == f"{ID}/L-09"]
    assert barred["towards"] == "ca-sheriff"
    assert "the kind of access agreed" in barred["remedy"]
    called = call("agreement", "activate", "--node", node("wa-node"), path)
    assert called.status == 2
    assert "the law of wa-police forbids it towards ca-sheriff: One question at a time" in called.err
    assert ID not in in_force(node("wa-node"))


OWED = """
clause D-09 "Counsel files the waiver"
  gives  wa-police to ca-sheriff
  at     activate
  duty   document within 1 day of agreement-active on release "the waiver's number"
"""


PAPERS = """  paper      grantor-notice "Sent"
  paper      head-certification "On file"
  paper      principles-accepted "On file"
  paper      part-23-waiver "Waiver 7"
"""
INTELLIGENCE = """
clause I-09 "Intelligence"
  gives  wa-police to ca-sheriff
  data   intelligence
  at     release
  permit fields labelled identity
"""


def owed(node: Node, rule: str) -> list[dict[str, str]]:
    """The duties of wa-police by one clause of the agreement."""
    every = call("duties", "list", "--node", node("wa-node"), "wa-police", "--json").json
    return [one for one in every if one["rule"] in {rule, f"{ID}/{rule}"}]


def test_what_switching_on_brings_is_in_the_plan_and_on_the_desk(node: Node, path: Path) -> None:
    """Its clock runs from the first day; switched on again after a suspension that day, it is owed once."""
    path.write_text(path.read_text() + OWED)
    sign(node, path, *SIGNERS)
    told = call("agreement", "plan", "--node", node("wa-node"), path).out
    assert f"wa-police will owe: document: the waiver's number ({ID}/D-09, {ID}, clause D-09)" in told
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    (duty,) = owed(node, "D-09")
    assert (duty["kind"], duty["state"]) == ("document", "open")
    assert duty["due"]
    suspend = (
        "agreement",
        "suspend",
        "--node",
        node("wa-node"),
        "--by",
        "wa-police",
        "--reason",
        "for a test",
        ID,
    )
    assert call(*suspend).status == 0
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    assert owed(node, "D-09") == [duty]


def test_what_begins_later_is_owed_from_its_first_day(node: Node, path: Path) -> None:
    """The clock of an agreement signed ahead starts when it comes into force."""
    later = path.read_text().replace("2026-01-01 to 2029-12-31", "2028-03-01 to 2029-12-31")
    path.write_text(later.replace("  delegation none", f"{PAPERS}  delegation none") + INTELLIGENCE)
    sign(node, path, *SIGNERS)
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    (duty,) = owed(node, "us/P23-18")
    assert duty["due"] == "2028-03-03T07:59:59+00:00"  # the end of 2 March on the coast


def test_an_activation_that_a_rule_refuses_brings_what_is_owed_all_the_same(node: Node, path: Path) -> None:
    """The refusal's duties are stored with its entry; those of an agreement in force are not."""
    path.write_text(
        path.read_text().replace("access     query", "access     direct")
        + OWED
        + DIRECT
        + '  duty   document within 1 day of decision-made on any-outcome "who wanted direct access"\n'
    )
    sign(node, path, *SIGNERS)
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 2
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 2
    (duty,) = owed(node, "L-09")
    assert duty["text"] == "who wanted direct access"
    assert owed(node, "D-09") == []


def test_a_faulty_text_has_every_finding_in_its_plan(node: Node, path: Path) -> None:
    """Unknown words and syntax are told as by `check`; it can neither be signed nor switched on."""
    path.write_text(path.read_text().replace("labelled address", "labelled adress"))
    called = call("agreement", "plan", "--node", node("wa-node"), path)
    assert called.status == 1
    assert "adress" in called.out
    assert "did you mean `address`" in called.out
    words = ("agreement", "sign", "--node", node("wa-node"), "--as", "wa-police", "--role", "counsel", path)
    assert "did you mean `address`" in refused(*words)
    assert not path.with_name("new.agr.sig").exists()
    path.write_text(path.read_text()[:900])
    assert call("agreement", "plan", "--node", node("wa-node"), path).status == 1
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 2


WRONG = {
    "an agency of another node": (
        ("--as", "ca-sheriff", "--role", "counsel"),
        "`ca-sheriff` is not held at this node",
    ),
    "a role that does not sign": (("--as", "wa-police", "--role", "custodian"), "does not sign for `wa-police`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_only_who_signs_may_sign(node: Node, path: Path, name: str) -> None:
    """The agreement says who signs in which role, and a key is used at its own node only."""
    words, sentence = WRONG[name]
    assert sentence in refused("agreement", "sign", "--node", node("wa-node"), *words, path)
    assert not path.with_name("new.agr.sig").exists()


def test_an_agreement_whose_days_are_over_is_not_switched_on(node: Node, path: Path) -> None:
    """The last day has passed: said, and refused."""
    path.write_text(path.read_text().replace("2026-01-01 to 2029-12-31", "2020-01-01 to 2021-12-31"))
    sign(node, path, *SIGNERS)
    called = call("agreement", "activate", "--node", node("wa-node"), path)
    assert called.status == 2
    assert "its last day has passed" in called.err


def test_a_party_suspends_at_once_and_activating_again_ends_it(node: Node, path: Path) -> None:
    """Out of force with its entry; by whom and why is asked; it comes back only as it came."""
    sign(node, path, *SIGNERS)
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    words = ("agreement", "suspend", "--node", node("wa-node"), "--by")
    assert "is not held at this node" in refused(*words, "ca-sheriff", "--reason", "x", ID)
    assert "say why" in refused(*words, "wa-police", "--reason", " ", ID)
    assert f"did you mean `{ID}`" in refused(*words, "wa-police", "--reason", "x", "ACSO-CCPD-2028")
    assert ID in in_force(node("wa-node"))
    done = call(*words, "wa-police", "--reason", "audit finding 7", ID, "--json").json
    assert done["owners"] == ["wa-police"]
    assert ID not in in_force(node("wa-node"))
    assert kinds(node("wa-node"))["law-suspended"] == 1
    assert "is no agreement in force here" in refused(*words, "wa-police", "--reason", "x", ID)
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    assert ID in in_force(node("wa-node"))


def test_who_may_suspend_is_in_the_agreement(node: Node, path: Path) -> None:
    """A party the text does not name cannot."""
    path.write_text(path.read_text().replace("  suspends by wa-police at once\n", ""))
    sign(node, path, *SIGNERS)
    assert call("agreement", "activate", "--node", node("wa-node"), path).status == 0
    words = ("agreement", "suspend", "--node", node("wa-node"), "--by", "wa-police", "--reason", "x", ID)
    assert f"`wa-police` may not suspend `{ID}`; it names ca-sheriff" in refused(*words)


def test_it_is_kept_by_a_member_of_the_desk_and_the_list_says_until_when(node: Node) -> None:
    """H10: the word is entered with its reason, the same day again changes nothing; a detective's word counts for nothing."""
    folder, words = node("ca-node"), ("--reason", "joint robbery cases go on")
    keep = ("agreement", "keep", "--node", folder, *words, "ACSO-CCPD-2026")
    assert call(*keep, "--as", "ca-sheriff-sergeant").status == 2
    kept = call(*keep, "--as", "ca-sheriff-custodian", "--json").json
    assert kept["owner"] == "ca-sheriff"
    assert kinds(folder)["agreement-kept"] == 1
    again = call(*keep, "--as", "ca-sheriff-counsel")
    assert again.out == f"ACSO-CCPD-2026 is kept for ca-sheriff until {kept['until']}, as was said today\n"
    (one,) = (
        one
        for one in call("agreement", "list", "--node", folder, "--json").json["agreements"]
        if one["id"] == "ACSO-CCPD-2026"
    )
    assert (one["wanted_until"], one["lapsed"]) == (kept["until"], False)
