"""`comity law` and `comity agreement` on shipped texts and on faulty ones."""

from __future__ import annotations

import shutil
from importlib.resources import as_file, files
from pathlib import Path

import pytest
from cli_stage import call, refused

from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack

PACKS = files("comity.law") / "packs"
REGION_LAW = files("comity.demo") / "law"
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "city-ordinance"


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
    for part in ("title", "citation", "status", "sentence", "text"):
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
    "no pack of that name": (
        ("law", "explain", "atlantis/A-1"),
        "`atlantis` is no shipped pack and no folder with rules.law",
    ),
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
    assert call("law", "format", "--check", mine, tmp_path, "--json").json == {"files": 1, "changed": []}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A pack of one's own on disk: that of the tutorial."""
    return Path(shutil.copytree(TUTORIAL, tmp_path / "own"))


def rewrite(file: Path, old: str, new: str) -> None:
    """Change a file of a pack of one's own."""
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_a_pack_of_ones_own_is_checked_with_its_cases(own: Path) -> None:
    """A folder is rules, tables and cases; what the cases leave open is a warning, and with `--strict` a failure."""
    rewrite(own / "cases.yaml", "[HB-02]", "[HB-01]")
    told = call("law", "check", own)
    assert told.status == 0
    assert f"{own}/rules.law:21:6 warning: no case names rule `HB-02`" in told.out
    assert "warning: no rule decides case `the question is counted" in told.out
    assert told.out.endswith("2 rules in 1 files, no findings, 3 warnings\n")
    strict = call("law", "check", own, "--strict", "--json")
    assert strict.status == 1
    assert strict.json["findings"] == []
    files = [one["file"].removeprefix(f"{own}/") for one in strict.json["warnings"]]
    assert files == ["rules.law", "cases.yaml", "cases.yaml"]
    assert strict.json["warnings"][0]["warning"] == "no case names rule `HB-02`"
    assert call("law", "check", own, own, "--json").json["files"] == 1


def test_a_pack_without_cases_is_warned_about(own: Path) -> None:
    """A folder without a case file has one warning, not one for every rule; a single file is checked as a text."""
    (own / "cases.yaml").unlink()
    told = call("law", "check", own).out
    assert "warning: pack `harrow-bay` has no cases.yaml" in told
    assert told.endswith("no findings, 1 warning\n")
    assert call("law", "check", own / "rules.law").out.endswith("no findings\n")
    assert f"`{own}/cases.yaml` cannot be read" in refused("law", "cases", own)


def test_the_cases_of_a_folder_are_run(own: Path) -> None:
    """By folder or by case file, beside shipped packs; a case that differs is named with its line."""
    assert call("law", "cases", own, "--json").json == {
        "cases": 5,
        "failed": 0,
        "rules": 2,
        "fewest_cases_of_a_rule": 2,
        "failing": [],
    }
    rewrite(own / "cases.yaml", "plate: nothing", "plate: full")
    called = call("law", "cases", own / "cases.yaml", "us-va", "--json")
    assert called.status == 1
    value = called.json
    assert (value["failed"], value["cases"] > 5) == (1, True)
    name = "Oregon police without an order see no plate reads"
    (only,) = value["failing"]
    assert (own / "cases.yaml").read_text().splitlines()[only.pop("line") - 1] == f"  - case: {name}"
    assert only == {
        "id": f"harrow-bay: {name}",
        "pack": "harrow-bay",
        "case": name,
        "differences": ["plate: expected full, got nothing (harrow-bay/HB-01)"],
    }


def test_packs_of_ones_own_use_one_another(own: Path, tmp_path: Path) -> None:
    """A city's pack may lean on a county's, when both are named; one id in both is warned about."""
    county = Path(shutil.copytree(own, tmp_path / "county"))
    for name in ("rules.law", "cases.yaml"):
        rewrite(county / name, "harrow-bay", "county")
    rewrite(own / "rules.law", "uses vocabulary comity 1", "uses vocabulary comity 1\nuses pack county 1")
    assert "pack `county` is not at hand" in refused("law", "check", own)
    assert "`county` is no shipped pack" in refused("law", "cases", own)
    # The county counts the question too: the city's case sees both duties, and says so.
    told = call("law", "cases", county, own)
    assert "duty found and not expected: rule county/HB-02" in told.out
    assert told.out.endswith("10 cases, 1 differ\n")
    assert "warning: rule `HB-01` stands in `county` too" in call("law", "check", county, own).out


def test_a_rule_of_ones_own_pack_is_explained(own: Path) -> None:
    """A folder stands where a shipped pack's name stands."""
    value = call("law", "explain", f"{own}/HB-01", "--json").json
    assert value["sentence"] == (
        "Every owner withholds all fields of plate reads when the asker's state is not Washington, unless the legal "
        "paper shown falls under *An order or warrant signed by a judge*."
    )


def test_an_agreement_has_no_cases(agreement: Path, tmp_path: Path) -> None:
    """Cases stand beside packs; another text under the pack's file name is refused."""
    (tmp_path / "rules.law").write_text(agreement.read_text())
    assert "rules.law:1:1 `agreement` cannot stand here" in refused("law", "cases", tmp_path)


def test_the_pages_are_written_and_held(tmp_path: Path) -> None:
    """Pages are written once; a changed page and one that belongs to no pack are named."""
    folder = tmp_path / "law"
    written = call("law", "pages", folder)
    assert written.status == 0
    assert f"{folder}/us.md written" in written.out.splitlines()
    again = call("law", "pages", "--check", folder)
    assert (again.status, again.out.split(", ")[1]) == (0, "0 differ\n")
    (folder / "us.md").write_text("another")
    (folder / "us-zz.md").write_text("a pack that is gone")
    told = call("law", "pages", "--check", folder)
    assert told.status == 1
    assert f"{folder}/us.md differs" in told.out
    assert f"{folder}/us-zz.md belongs to no pack; remove it" in told.out
    assert (folder / "us.md").read_text() == "another"
    value = call("law", "pages", "--check", folder, "--json").json
    assert (value["changed"], value["of_no_pack"]) == (["us.md"], ["us-zz.md"])
