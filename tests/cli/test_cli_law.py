"""`comity law` and `comity agreement` on shipped texts and on faulty ones."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import pytest
from cli_stage import call, refused

from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack

PACKS = files("comity.law") / "packs"
REGION_LAW = files("comity.demo") / "law"


@pytest.fixture
def pack() -> Path:
    with as_file(PACKS / "us-ca" / "rules.law") as path:
        return path


@pytest.fixture
def agreement() -> Path:
    with as_file(REGION_LAW / "acso-ccpd-2026.agr") as path:
        return path


def test_a_text_is_checked_with_the_shipped_packs_it_uses(pack: Path, agreement: Path) -> None:
    """A pack that leans on another needs no second name; several texts are checked together."""
    value = call("law", "check", pack, agreement, "--json").json
    assert value["files"] == 2
    assert value["rules"] > 10
    assert value["findings"] == []
    assert call("law", "check", pack).out.endswith("rules in 1 files, no findings\n")


def test_a_pack_that_nobody_ships_is_missed(tmp_path: Path, pack: Path) -> None:
    """A used pack that is neither named nor shipped is a finding at its line."""
    mine = tmp_path / "rules.law"
    mine.write_text(pack.read_text().replace("uses pack us 1", "uses pack us-zz 1"))
    (tmp_path / "tables").symlink_to(pack.parent / "tables")
    sentence = refused("law", "check", mine)
    assert f"{mine}:" in sentence
    assert "pack `us-zz` is not at hand" in sentence


def test_every_finding_names_file_line_and_remedy(tmp_path: Path, agreement: Path) -> None:
    """A changed word is shown with its line, underlined, with what to write; nothing is printed as if it held."""
    mine = tmp_path / "mine.agr"
    mine.write_text(agreement.read_text().replace("  permit ", "  premit ", 1))
    line = next(number for number, text in enumerate(mine.read_text().splitlines(), 1) if "premit" in text)
    sentence = refused("agreement", "check", mine)
    assert f"{mine}:{line}:" in sentence
    assert "^^^^^^" in sentence
    assert "did you mean `permit`?" in sentence


def test_an_agreement_is_told_on_one_page(agreement: Path) -> None:
    """Parties, term, signers and every clause with its direction, as text and as JSON."""
    value = call("agreement", "check", agreement, "--json").json
    told = call("agreement", "check", agreement).out
    assert value["id"] == "ACSO-CCPD-2026"
    assert {party["agency"] for party in value["parties"]} == {"ca-sheriff", "wa-police"}
    for clause in value["clauses"]:
        assert f"{clause['id']} {clause['gives']}" in told


def test_a_rule_is_explained() -> None:
    """One rule of a shipped pack: title, citation, status and text."""
    value = call("law", "explain", "us-ca/CA-02", "--json").json
    told = call("law", "explain", "us-ca/CA-02").out
    assert value["rule"] == "us-ca/CA-02"
    for part in ("title", "citation", "status", "text"):
        assert value[part]
        assert value[part] in told


def test_the_cases_of_a_pack_are_run() -> None:
    """What a lawyer wrote down beside the pack comes out as written; a pack named twice is run once."""
    value = call("law", "cases", "us-va", "us-va", "--json").json
    assert value["cases"] > 0
    assert value["failed"] == 0
    assert value["failing"] == []
    assert value["rules"] > 0
    assert call("law", "cases", "us-va").out == f"{value['cases']} cases, 0 differ\n"


WRONG_LAW = {
    "a rule nobody wrote": (("law", "explain", "us-ca/ZZ-99"), "pack `us-ca` has no rule `ZZ-99`"),
    "no pack of that name": (("law", "explain", "atlantis/A-1"), "`atlantis` is no shipped pack; write one of us"),
    "no slash": (("law", "explain", "us-ca"), "pack `us-ca` has no rule ``"),
    "cases of no pack": (("law", "cases", "atlantis"), "`atlantis` is no shipped pack"),
    "a file that is not there": (("law", "check", "gone.law"), "`gone.law` cannot be read (no such file"),
    "a folder": (("law", "check", "."), "`.` is no law text; its name ends in .law"),
    "another ending": (("agreement", "check", "mou.docx"), "`mou.docx` is no law text"),
}


@pytest.mark.parametrize("name", WRONG_LAW)
def test_what_is_no_law_is_refused(name: str) -> None:
    """Wrong names and files are one sentence and exit status 2."""
    words, sentence = WRONG_LAW[name]
    assert sentence in refused(*words)


def test_a_text_that_is_no_text_is_refused(tmp_path: Path, pack: Path) -> None:
    """Binary content, a device without end, a pack for an agreement: each is named, none is read half."""
    binary = tmp_path / "mine.agr"
    binary.write_bytes(b'agreement X-1-2026 "A"\n\xff\xfe\x00')
    assert f"`{binary}` is not UTF-8 text in line 2; save it as UTF-8" in refused("agreement", "check", binary)
    endless = tmp_path / "endless.law"
    endless.symlink_to("/dev/zero")
    assert "is larger than 2000000 bytes" in refused("law", "check", endless)
    assert "is no agreement; check packs" in refused("agreement", "check", pack)


def test_a_table_outside_the_packs_folder_is_not_read(tmp_path: Path) -> None:
    """A pack cannot have a file from elsewhere read as its table."""
    mine = tmp_path / "rules.law"
    mine.write_text((PACKS / "us-ca" / "rules.law").read_text().replace('"tables/', '"../../tables/'))
    sentence = refused("law", "check", mine)
    assert "outside its folder; keep tables beside the pack" in sentence


def test_a_text_is_brought_into_the_layout(tmp_path: Path, pack: Path) -> None:
    """Formatting rewrites the file, keeps its rules, and is done once; `--check` changes nothing and says so."""
    mine = tmp_path / "rules.law"
    mine.write_text(shipped_pack("us-va").text.replace("\n  ", " "))
    before = mine.read_text()
    told = call("law", "format", "--check", tmp_path)
    assert (told.status, mine.read_text()) == (1, before)
    assert told.out == f"{mine} is not in the layout\n1 of 1 files differ\n"
    assert call("law", "format", mine).out == f"{mine} formatted\n1 of 1 files changed\n"
    assert parse_pack(mine.read_text(), "mine") == parse_pack(before, "mine")
    assert call("law", "format", "--check", mine).out == "0 of 1 files differ\n"
