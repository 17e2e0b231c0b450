"""A delegation and agreements signed under it, for examples and tests of `comity delegation` and `comity agreement`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from cli_stage import call

MEMBER, SIGNER = "ca-sheriff", "wa-police"
TEXT = (files("comity.demo") / "law" / "acso-ccpd-2026.agr").read_text(encoding="utf-8")
ID = "ACSO-CCPD-2026"
CLASSES = ["case", "booking", "custody", "warrant", "criminal-history", "protection-order", "dmv", "licence"]
PURPOSES = [
    *("criminal-investigation", "criminal-prosecution", "federal-crime", "task-force-investigation", "stop"),
]


def delegation_json(**changes: Any) -> dict[str, Any]:
    """What the sheriff lets the police department sign, wide enough for the region's own agreement."""
    return {
        "member": MEMBER,
        "signer": SIGNER,
        "roles": ["agency-head", "counsel"],
        "purposes": PURPOSES,
        "data_classes": CLASSES,
        "first": "2026-01-01",
        "until": "2030-12-31",
        "levels": ["local"],
        "authority": "Amendment 3 of the pool's charter: the governance committee signs",
        **changes,
    }


def write_delegation(path: Path, **changes: Any) -> Path:
    path.write_text(json.dumps(delegation_json(**changes)))
    return path


def sign_delegation(node: Path, folder: Path, **changes: Any) -> Path:
    """A delegation signed at a member's node: the file the signer is given."""
    written = write_delegation(folder / "committee.json", **changes)
    signed = folder / "signed-committee.json"
    called = call("delegation", "sign", "--node", node, written, "--out", signed, "--json")
    assert called.status == 0, called.err
    return signed


def sign_for(node: Path, under: Path, path: Path, *, roles: tuple[str, ...] = ("agency-head", "counsel")) -> None:
    """The signer's signatures for the member, at the signer's node."""
    for role in roles:
        called = call("agreement", "sign", "--node", node, "--as", SIGNER, "--role", role, "--under", under, path)
        assert called.status == 0, called.err


def sign_own(node: Path, agency: str, path: Path) -> None:
    for role in ("agency-head", "counsel"):
        called = call("agreement", "sign", "--node", node, "--as", agency, "--role", role, path)
        assert called.status == 0, called.err


def fill_in_delegation(words: tuple[str, ...], example: list[str]) -> list[str]:
    """What the examples name, under `region/`: a delegation to sign, one that stands, an agreement signed under it."""
    here = Path()
    numbers: Mapping[str, str] = {}
    if words == ("delegation", "sign"):
        write_delegation(here / "committee.json")
    elif words == ("delegation", "withdraw"):
        sign_delegation(here / "region" / "ca-node", here)
        listed = call("delegation", "list", "--node", "region/ca-node", "--json").json["delegations"]
        numbers = {"DELEGATION": listed[0]["hash"]}
    elif words == ("agreement", "veto"):
        under = sign_delegation(here / "region" / "ca-node", here)
        path = here / "delegated.agr"
        path.write_text(TEXT.replace(ID, "ACSO-CCPD-2028"))
        sign_for(here / "region" / "wa-node", under, path)
        sign_own(here / "region" / "wa-node", SIGNER, path)
        assert call("agreement", "activate", "--node", "region/ca-node", path).status == 0
        numbers = {"VETOED": "ACSO-CCPD-2028"}
    return [numbers.get(word, word) for word in example]
