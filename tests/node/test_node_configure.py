"""Whether a node may stand as it is set up: every owner's law decides before anything is answered or taken in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF
from comity.errors import LawTextError, SettingsError
from comity.model.law_state import OfferedText, SettingDecision
from comity.model.law_text import LawKind
from comity.node.activate import activate_law
from comity.node.configure import check_configured, decide_configured, known_setting
from comity.node.draft import sweep_draft
from comity.node.local import at_node
from comity.node.office import CheckSetting
from comity.node.open_world import open_world
from comity.node.serve import serve_node
from comity.settings import SETTINGS_FILE, NodeSettings, read_settings, write_noun

NODE = "ca-node"
PACK = """
pack test-setting "How a node is set up" in CA version 1
uses vocabulary comity 1

part "Setting"
  status verified
  decided by attestation
  from   2026-01-01
  at     configure

rule TS-01 "Everyone signs in with two factors"
  cite   "invented for a test, section 1"
  forbid setting
  when   setting is not multi-factor
  unless setting is invented

rule TS-02 "The log is kept ten years"
  cite   "invented for a test, section 2"
  forbid setting
  when   setting's log-days is less than 3650

rule TS-03 "Nothing decides alone"
  cite   "invented for a test, section 3"
  forbid setting
  when   setting is decides-alone
"""


@pytest.fixture
def real(copy: Callable[[str], Path]) -> Path:
    """A node whose law asks for two factors, and which is no demonstration any more."""
    folder = copy(NODE)
    offered = OfferedText(file="test-setting.law", kind=LawKind.PACK, text=PACK)
    with open_world(folder) as world:
        assert activate_law(world, folder, CA_SHERIFF, (offered,)).findings == ()
    change(folder, invented=False)
    return folder


def own(decided: tuple[SettingDecision, ...]) -> list[str]:
    """The rules of this test's pack that refuse."""
    return [reason.rule for one in decided for reason in one.refused if reason.rule.startswith("test-setting/")]


def change(folder: Path, **changes: object) -> None:
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), **changes))


def test_a_node_that_its_law_refuses_does_not_start(real: Path) -> None:
    """Rule, citation and what would help, for the owner whose law it is; no door was opened."""
    with pytest.raises(SettingsError) as told:
        serve_node(real)
    assert (
        "the law of `ca-sheriff` does not let the node stand as it is set up: Everyone signs in with two factors "
        "(test-setting/TS-01, invented for a test, section 1); where it is so, attest `multi-factor` in `attested` "
        "of node.json"
    ) in str(told.value)
    assert not (real / "local.sock").exists()


@pytest.mark.parametrize("changes", [{"invented": True}, {"attested": {"multi-factor": "yes"}}])
def test_an_attestation_or_invented_people_let_it_stand(real: Path, changes: dict[str, object]) -> None:
    """What the rule asks for is attested, or nobody real is in it."""
    change(real, **changes)
    with open_world(real) as world:
        assert own(decide_configured(world, read_settings(real))) == []


@pytest.mark.parametrize("attested", [{}, {"multi-factor": "no"}, {"idle-lock": "30 minutes"}])
def test_silence_and_no_refuse(real: Path, attested: dict[str, str]) -> None:
    """What nobody attests is as good as not being so."""
    change(real, attested=attested)
    with open_world(real) as world:
        assert own(decide_configured(world, read_settings(real))) == ["test-setting/TS-01"]
        with pytest.raises(SettingsError, match="test-setting/TS-01"):
            check_configured(world, read_settings(real))


def test_the_decision_is_shown_and_law_can_still_be_put_right(real: Path) -> None:
    """A node that may not answer is still opened to say why, and to take a better law."""
    with at_node(real) as verbs:
        assert own(verbs(CheckSetting(), tuple, lambda *_: None)) == ["test-setting/TS-01"]


def test_law_that_would_refuse_the_node_is_not_put_in_force(copy: Callable[[str], Path]) -> None:
    """Activation decides the setting first: a node never locks itself out."""
    folder = copy(NODE)
    change(folder, invented=False)
    offered = OfferedText(file="test-setting.law", kind=LawKind.PACK, text=PACK)
    with open_world(folder) as world:
        before = world.laws.law_of(CA_SHERIFF)
        finding = "\n".join(activate_law(world, folder, CA_SHERIFF, (offered,)).findings)
        assert "Everyone signs in with two factors (test-setting/TS-01" in finding
        assert "attest `multi-factor`" in finding
        assert world.laws.law_of(CA_SHERIFF) == before
        with pytest.raises(LawTextError, match="test-setting/TS-01"):
            sweep_draft(world, folder, CA_SHERIFF, (offered,))  # a draft is told the same


SETTINGS = NodeSettings(id="one", host="127.0.0.1", port=8400, agencies=(), directory_hash="")


@pytest.mark.parametrize("attested", [{"same-machine": "no"}, {"decides-alone": "yes"}, {"log-days": "1"}])
def test_nobody_attests_away_what_the_node_knows(attested: dict[str, str]) -> None:
    """A contradiction is said, and neither word counts."""
    with pytest.raises(SettingsError, match="is attested otherwise than the node knows it"):
        known_setting(replace(SETTINGS, attested=attested))


def test_what_the_node_knows_of_itself() -> None:
    """Loopback never leaves the machine; one subject a question; nothing decided alone; no entry ever deleted."""
    known = known_setting(SETTINGS)
    assert known["setting is same-machine"] is True
    assert known["setting is one-subject"] is True
    assert known["setting is decides-alone"] is False
    assert known["setting is invented"] is False
    assert "setting is multi-factor" not in known


def test_a_misspelt_attestation_is_named() -> None:
    """An unknown name attests nothing, and says so."""
    with pytest.raises(SettingsError, match="did you mean `multi-factor`"):
        known_setting(replace(SETTINGS, attested={"multifactor": "yes"}))


def test_tls_is_known_by_the_node_and_its_cipher_module_is_attested() -> None:
    """Key bits between nodes follow from TLS; which module does the work only a person knows; loopback alone has none."""
    known = known_setting(replace(SETTINGS, tls=True, host="10.0.0.7", attested={"transit-module": "fips-140-3"}))
    assert known["setting's transit-bits"] == 128
    assert known["setting's transit-module"] == "fips-140-3"
    assert known["setting is same-machine"] is False
    assert "setting's transit-bits" not in known_setting(SETTINGS)
    with pytest.raises(SettingsError, match="`transit-bits` is attested otherwise than the node knows it"):
        known_setting(replace(SETTINGS, tls=True, attested={"transit-bits": "56"}))
