"""`comity directory` and `comity keys`: drafts, signatures, adoption, moves; what is refused in one sentence."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_stage import call, refused

FILES = Path(__file__).parents[2] / "docs" / "directory"


def made(folder: Path, agency: str, node: str, port: int) -> Path:
    """A node made as the administrator's page makes it."""
    words = ("--demonstration", "--id", node, "--port", str(port), "--agency", FILES / f"{agency}.json")
    called = call("node", "init", "--node", folder, *words)
    assert called.status == 0, called.err
    return folder


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Ash Hollow, Birch Landing, and a second node made for Ash Hollow."""
    home = tmp_path_factory.mktemp("apart")
    return {
        "ash": made(home / "ash", "ash", "ash-node", 8411),
        "birch": made(home / "birch", "birch", "birch-node", 8412),
        "new": made(home / "new", "ash", "new-node", 8413),
    }


@pytest.fixture
def own(apart: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A node of one's own."""
    return lambda name: Path(shutil.copytree(apart[name], tmp_path / name))


def done(*words: str | Path, status: int = 0) -> Any:
    """A command's JSON, its status checked."""
    called = call(*words, "--json")
    assert called.status == status, (called.out, called.err)
    return called.json


def joined(ash: Path, birch: Path, home: Path) -> Path:
    """Both nodes under one directory; the file of its version."""
    theirs, file = home / "birch-directory.json", home / "v2.json"
    done("directory", "show", "--node", birch, "--out", theirs)
    quorum = "2:ash-police,birch-police"
    done("directory", "propose", "--node", ash, "--join", theirs, "--quorum", quorum, "--out", file)
    for folder, agency in ((ash, "ash-police"), (birch, "birch-police")):
        done("directory", "sign", "--node", folder, "--as", agency, file)
    for folder in (ash, birch):
        assert done("directory", "adopt", "--node", folder, file)["adopted"] is True
    return file


def test_each_command_has_its_json(own: Callable[[str], Path], tmp_path: Path) -> None:
    """Show, propose, check, sign, adopt: the fields that the page of commands lists."""
    ash, birch = own("ash"), own("birch")
    file = joined(ash, birch, tmp_path)
    shown = done("directory", "show", "--node", ash)
    assert set(shown) == {"version", "hash", "quorum", "directory", "versions", "forks", "waiting"}
    assert shown["quorum"] == {"count": 2, "seats": ["ash-police", "birch-police"]}
    assert [(one["version"], one["entry"]) for one in shown["versions"]] == [(1, None), (2, 3)]
    draft = tmp_path / "v3.json"
    proposed = done("directory", "propose", "--node", ash, "--remove", "birch-police", "--out", draft)
    fields = {"version", "hash", "adopted", "faults", "signed", "unsigned", "needed", "changes", "ways"}
    assert set(proposed) == {*fields, "file"}
    checked = done("directory", "check", "--node", ash, draft, status=1)
    assert set(checked) == fields
    assert [fault["kind"] for fault in checked["faults"]] == ["too-few-signatures"]
    assert (checked["unsigned"], checked["needed"]) == (["ash-police", "birch-police"], 2)
    signed = done("directory", "sign", "--node", ash, "--as", "ash-police", draft)
    assert (signed["signed"], signed["hash"]) == (["ash-police"], checked["hash"])
    again = done("directory", "adopt", "--node", ash, file)
    assert (again["entry"], again["adopted"]) == (3, True)
    assert done("directory", "check", "--node", ash, file)["adopted"] is True


def test_a_refusal_is_told_and_entered(own: Callable[[str], Path], tmp_path: Path) -> None:
    """Status 2, the reason and the entry on standard error; the version before stays."""
    ash, birch = own("ash"), own("birch")
    joined(ash, birch, tmp_path)
    draft = tmp_path / "v3.json"
    done("directory", "propose", "--node", ash, "--quorum", "1:ash-police", "--out", draft)
    done("directory", "sign", "--node", ash, "--as", "ash-police", draft)
    called = call("directory", "adopt", "--node", ash, draft)
    assert called.status == 2
    assert called.out == ""
    assert called.err == (
        "comity: 1 of the 2 signatures that version 2 asks for are there; have it signed by `birch-police`\n"
        "comity: nothing was changed (entry 4)\n"
    )
    assert done("directory", "show", "--node", ash)["version"] == 2


def test_copies_signed_apart_are_adopted_together(own: Callable[[str], Path], tmp_path: Path) -> None:
    """Each administrator signs a copy; both copies are one version with two signatures."""
    ash, birch = own("ash"), own("birch")
    joined(ash, birch, tmp_path)
    mine, theirs = tmp_path / "mine.json", tmp_path / "theirs.json"
    done("directory", "propose", "--node", ash, "--quorum", "1:ash-police", "--out", mine)
    shutil.copy(mine, theirs)
    done("directory", "sign", "--node", ash, "--as", "ash-police", mine)
    done("directory", "sign", "--node", birch, "--as", "birch-police", theirs)
    assert done("directory", "adopt", "--node", ash, mine, theirs)["adopted"] is True
    assert done("directory", "show", "--node", ash)["quorum"] == {"count": 1, "seats": ["ash-police"]}


def test_an_agency_moves_to_a_node_made_for_it(own: Callable[[str], Path], tmp_path: Path) -> None:
    """The new node joins, the agency signs at both of its nodes; all adopt, and the old node stays in the history."""
    ash, birch, new = own("ash"), own("birch"), own("new")
    joined(ash, birch, tmp_path)
    theirs, file = tmp_path / "new-directory.json", tmp_path / "v3.json"
    done("directory", "show", "--node", new, "--out", theirs)
    taken = refused("directory", "propose", "--node", birch, "--join", theirs, "--out", file)
    assert taken == "comity: `ash-police` is in the directory already; choose another id"
    proposed = done(
        "directory", "propose", "--node", birch, "--join", theirs, "--move", "ash-police=new-node", "--out", file
    )
    assert proposed["changes"][:3] == [
        "node `new-node` is new",
        "`ash-police` moves from node `ash-node` to `new-node`",
        "`ash-police` signs with another key from now on",
    ]
    for folder, agency in ((ash, "ash-police"), (birch, "birch-police"), (new, "ash-police")):
        done("directory", "sign", "--node", folder, "--as", agency, file)
    for folder in (ash, birch, new):
        assert done("directory", "adopt", "--node", folder, file)["adopted"] is True
    shown = call("directory", "show", "--node", birch)
    assert "    was at ash-node until " in shown.out
    past = done("directory", "show", "--node", new)["directory"]["past"]
    assert [one["node"] for one in past[0]["former_nodes"]] == ["ash-node"]


def test_keys_are_replaced_and_revoked(own: Callable[[str], Path], tmp_path: Path) -> None:
    """The change that each command writes is proposed as it is; show names former and revoked keys."""
    ash = own("ash")
    file, draft = tmp_path / "change.json", tmp_path / "v.json"
    steps = (
        ("roll", ("message",)),
        ("roll", ("log",)),
        ("roll", ("--as", "ash-police", "agency")),
        ("revoke", ("message",)),
        ("revoke", ("--as", "ash-police", "agency")),
    )
    for verb, more in steps:
        change = done("keys", verb, "--node", ash, "--out", file, *more)
        assert json.loads(file.read_text()) == {key: value for key, value in change.items() if key != "file"}
        done("directory", "propose", "--node", ash, "--change", file, "--out", draft)
        done("directory", "sign", "--node", ash, "--as", "ash-police", draft)
        done("directory", "adopt", "--node", ash, draft)
    shown = call("directory", "show", "--node", ash)
    assert shown.status == 0
    for told in ("former message key ", "former log key ", "  REVOKED ", "    former key ", "    REVOKED "):
        assert told in shown.out
    verified = call("ledger", "verify", ash / "log", "--key", ash / "log.vkey")
    assert verified.status == 0, verified.err


def test_the_packs_in_force_are_listed(apart: dict[str, Path], tmp_path: Path) -> None:
    """By hash, as the node has them in force; an agency that is not here has none to list."""
    ash, draft = apart["ash"], tmp_path / "v.json"
    proposed = done("directory", "propose", "--node", ash, "--packs", "ash-police", "--out", draft)
    assert proposed["changes"] == ["`ash-police` has other packs in force"]
    law = done("law", "status", "--node", ash, "ash-police")
    (listed,) = json.loads(draft.read_text())["directory"]["packs"]
    assert listed["agency"] == "ash-police"
    assert listed["hashes"] == sorted(one["hash"] for one in law["texts"] if one["kind"] == "pack")
    told = refused("directory", "propose", "--node", ash, "--packs", "birch-police", "--out", draft)
    assert "`birch-police` is not held at this node" in told


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--move", "ash-police"), "`ash-police` says no move; write AGENCY=NODE"),
        (("--move", "ash-police=no-node"), "`no-node` is no node of the directory; add it first"),
        (("--quorum", "ash-police"), "`ash-police` is no quorum; write COUNT:AGENCY,AGENCY"),
        (("--quorum", "2:ash-police"), "2 of 1 agencies is no quorum"),
        (("--remove", "elm"), "`elm` is no agency of the directory"),
        ((), "propose between one and 500 changes"),
    ],
)
def test_a_proposal_that_cannot_be_is_one_sentence(
    apart: dict[str, Path], tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    """Nothing is written."""
    out = tmp_path / "v.json"
    assert sentence in refused("directory", "propose", "--node", apart["ash"], *words, "--out", out)
    assert not out.exists()


def test_a_proposal_nobody_could_adopt_is_told(apart: dict[str, Path], tmp_path: Path) -> None:
    """A seat without a key: the draft is written, its fault named, status 1; it is not signed."""
    draft = tmp_path / "v.json"
    proposed = call("directory", "propose", "--node", apart["ash"], "--quorum", "1:elm", "--out", draft)
    assert proposed.status == 1
    assert "  seat-not-listed: `elm` has a seat in the quorum and no key; take the seat out\n" in proposed.out
    sentence = refused("directory", "sign", "--node", apart["ash"], "--as", "ash-police", draft)
    assert sentence.startswith("comity: this version could not be adopted here: `elm` has a seat")


def test_a_file_that_is_no_version_is_one_sentence(apart: dict[str, Path], tmp_path: Path) -> None:
    """Named with its fault, for every command that reads one."""
    file = tmp_path / "v.json"
    file.write_text('{"directory": 7}')
    ash = apart["ash"]
    for words in (
        ("check", "--node", ash),
        ("adopt", "--node", ash),
        ("sign", "--node", ash, "--as", "ash-police"),
    ):
        assert "cannot be used" in refused("directory", *words, file)
    file.write_text('{"type": "unheard-of"}')
    assert "cannot be used" in refused(
        "directory", "propose", "--node", ash, "--change", file, "--out", tmp_path / "out.json"
    )


def test_a_fork_is_shown(own: Callable[[str], Path], tmp_path: Path) -> None:
    """The evidence's file is named."""
    ash = own("ash")
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    done("directory", "propose", "--node", ash, "--quorum", "1:ash-police", "--out", first)
    change = tmp_path / "change.json"
    change.write_text(json.dumps({"type": "amend-node", "node": "ash-node", "address": "http://127.0.0.1:9"}))
    done("directory", "propose", "--node", ash, "--change", change, "--out", second)
    for file in (first, second):
        done("directory", "sign", "--node", ash, "--as", "ash-police", file)
    done("directory", "adopt", "--node", ash, first)
    told = done("directory", "adopt", "--node", ash, second, status=2)
    assert [fault["kind"] for fault in told["faults"]] == ["fork"]
    assert "  FORK refused and kept: directories/fork-0002-" in call("directory", "show", "--node", ash).out
