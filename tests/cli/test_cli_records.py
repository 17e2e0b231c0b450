"""`comity records load` and `map`: documents written by others, an agency's own export, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

ON_BOTH_ENGINES = True

DOCUMENTS = Path(__file__).parents[3] / "shared" / "data" / "ojbc" / "static-instances"
KINDS = {"CriminalHistory": "ca-sheriff", "Warrant": "wa-police", "FirearmRegistration": "il-police"}
NODES = {"ca-sheriff": "ca-node", "wa-police": "wa-node", "il-police": "il-node"}

MAPPING = """version: 1
data_class: booking
owner: wa-police
record: {id: No, reference: No, event_date: Booked, as_of: Booked}
people:
  - key: arrestee
    role: {constant: arrestee}
    columns: {Last: family, First: given, DOB: birth-date, Sex: sex}
fields: {No: booking-number, Booked: booking-date, Charge: charge}
disposition: {column: Dispo, codes: {C: convicted, D: dismissed, P: pending, "": unknown}}
seal: {constant: not-sealed}
sex: {M: M, F: F}
dates: ["%m/%d/%Y"]
ignore: [Clerk]
"""
HEADER = "No,Booked,Last,First,DOB,Sex,Charge,Dispo,Clerk\n"
ROWS = (
    HEADER
    + "B-1,01/02/2026,Quillfeather,Ada,02/03/1990,F,THEFT,C,zz\nB-2,01/03/2026,Oak,Ben,02/04/1991,M,DUI,P,zz\n"
)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    mapping, export = tmp_path / "bookings.yaml", tmp_path / "bookings.csv"
    mapping.write_text(MAPPING)
    export.write_text(ROWS)
    return mapping, export


def entries(folder: Path) -> int:
    return int((folder / "log" / "checkpoint").read_text().splitlines()[1])


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason=f"SKIPPED LOUDLY: the linked documents are not at {DOCUMENTS}")
def test_documents_of_three_owners_are_loaded_and_the_remainder_is_printed(stage: Stage, tmp_path: Path) -> None:
    """Each owner's folder loads whole, once; what has no place is listed by path with its count."""
    remainders = []
    for folder, owner in KINDS.items():
        node = stage.copy(NODES[owner], tmp_path)
        words = ("records", "load", "--node", node, "--owner", owner)
        before = entries(node)
        dry = call(*words, "--dry-run", "--json", DOCUMENTS / folder)
        assert (dry.status, dry.json["loaded"], entries(node)) == (0, False, before), dry.err
        told = call(*words, DOCUMENTS / folder)
        assert told.status == 0, told.err
        assert told.out.startswith(
            f"{dry.json['records']} records loaded for {owner}; {dry.json['values_placed']} values"
        )
        remainder = dry.json["remainder"]
        left = sum(row["count"] for row in remainder)
        assert f"\n{left} values on {len(remainder)} paths have no place" in told.out
        for row in sorted(remainder, key=lambda row: -row["count"])[:10]:
            assert f"{row['count']:>6}  {row['path']}\n" in told.out
        remainders.append(left)
        assert entries(node) == before + 1
        assert "is stored already" in refused(*words, DOCUMENTS / folder)
        assert entries(node) == before + 1
    assert any(remainders), "no value was left over: the printed remainder was not tried"


@pytest.mark.skipif(not DOCUMENTS.is_dir(), reason=f"SKIPPED LOUDLY: the linked documents are not at {DOCUMENTS}")
def test_one_faulty_document_loads_none(stage: Stage, tmp_path: Path) -> None:
    """Among good documents one with a document type: file, line and remedy, and the log is as it was."""
    node = stage.copy("wa-node", tmp_path)
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    good = sorted((DOCUMENTS / "Warrant").glob("*.xml"))[0]
    (mixed / "a.xml").write_bytes(good.read_bytes())
    (mixed / "b.xml").write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>\n<x>&y;</x>'
    )
    before = entries(node)
    sentence = refused("records", "load", "--node", node, "--owner", "wa-police", mixed)
    assert f"{mixed / 'b.xml'}:" in sentence
    assert "document type" in sentence
    assert entries(node) == before


WRONG_DOCUMENTS = {
    "not XML": (b"PK\x03\x04 not xml", "a.xml:1:"),
    "cut off": (b"<Warrants><a>", "a.xml:"),
    "another kind": (b"<Recipe/>", "`Recipe` is not a document kind that is read here"),
    "empty": (b"", "a.xml:1:"),
}


@pytest.mark.parametrize("name", WRONG_DOCUMENTS)
def test_a_document_that_cannot_be_read_is_named(stage: Stage, tmp_path: Path, name: str) -> None:
    """File, line and remedy; exit status 2."""
    raw, sentence = WRONG_DOCUMENTS[name]
    document = tmp_path / "a.xml"
    document.write_bytes(raw)
    node = stage.node("wa-node")
    for dry in ((), ("--dry-run",)):
        assert sentence in refused("records", "load", "--node", node, "--owner", "wa-police", *dry, document)


def test_documents_go_to_their_owners_node_only(stage: Stage, tmp_path: Path) -> None:
    """An owner held elsewhere, a folder without documents, a path that is not there: one sentence each."""
    words = ("records", "load", "--node", stage.node("wa-node"), "--owner")
    assert "`ca-sheriff` is not held at this node; it holds wa-police" in refused(*words, "ca-sheriff", tmp_path)
    assert "no .xml file in" in refused(*words, "wa-police", tmp_path)
    assert "does not exist" in refused(*words, "wa-police", tmp_path / "gone")
    assert "file name too long; put it right" in refused(*words, "wa-police", "x" * 300)
    (tmp_path / "folder.xml").mkdir()
    assert "`" + str(tmp_path / "folder.xml") + "` cannot be read (is a directory)" in refused(
        *words, "wa-police", tmp_path
    )
    assert "is not a node" in refused("records", "load", "--node", tmp_path, "--owner", "wa-police", tmp_path)


def test_an_export_is_tried_then_loaded_once(stage: Stage, tmp_path: Path, files: tuple[Path, Path]) -> None:
    """The dry run needs no node and loads nothing; the load is one entry; a second load is refused."""
    mapping, export = files
    dry = call("records", "map", "--mapping", mapping, "--dry-run", "--json", export)
    assert (dry.status, dry.json["rows"], dry.json["records"], dry.json["loaded"]) == (0, 2, 2, 0)
    assert {"column": "Charge", "becomes": "charge", "values": 2} in dry.json["columns"]
    node = stage.copy("wa-node", tmp_path)
    before = entries(node)
    words = ("records", "map", "--mapping", mapping, "--node", node)
    assert call(*words, "--dry-run", export).out.startswith("2 rows, 2 records, 0 loaded\n")
    assert entries(node) == before
    assert call(*words, export).out.startswith("2 rows, 2 records, 2 loaded\n")
    assert entries(node) == before + 1
    assert "is stored already" in refused(*words, export)
    assert entries(node) == before + 1
    asked = call(
        "ask", "--node", node, "--as", "wa-police-detective", "--purpose", "criminal-investigation", "--case", "1",
        "--class", "booking", "--family", "Quillfeather", "--given", "Ada", "--born", "1990-02-03",
        "--source", "wa-police", "--json",
    )  # fmt: skip
    assert [item["reference"] for item in asked.json["sources"][0]["items"]] == ["B-1"]


def test_a_row_with_an_unmapped_disposition_loads_nothing(
    stage: Stage, tmp_path: Path, files: tuple[Path, Path]
) -> None:
    """File, line, column and remedy on standard error, the report on standard output, status 2, the log as it was."""
    mapping, export = files
    export.write_text(ROWS.replace("DUI,P,", "DUI,Q7,"))
    node = stage.copy("wa-node", tmp_path)
    before = entries(node)
    called = call("records", "map", "--mapping", mapping, "--node", node, "--json", export)
    assert called.status == 2
    assert f"{export}:3:" in called.err
    assert "column `Dispo` says `Q7`, a disposition that is not mapped" in called.err
    assert f"add `Q7` to the codes in `{mapping}`" in called.err
    assert (called.json["loaded"], called.json["records"], called.json["faults"]) == (0, 0, 1)
    assert json.dumps(called.json["findings"][0])
    assert entries(node) == before


WRONG_EXPORTS = {
    "binary": (MAPPING, b"\x00\xff\xfe\x00No", "not UTF-8"),
    "UTF-16": (MAPPING, ROWS.encode("utf-16"), "the export is UTF-16"),
    "empty": (MAPPING, b"", "the export is empty"),
    "open quote": (MAPPING, HEADER.encode() + b'"B-1,', "not CSV"),
    "column nobody spoke of": (MAPPING, ROWS.replace("Clerk", "Race").encode(), "column `Race` is neither mapped"),
    "row too short": (MAPPING, HEADER.encode() + b"B-1,01/02/2026\n", "the row has 2 cells, the header 9"),
    "no such day": (MAPPING, ROWS.replace("02/03/1990", "02/33/1990").encode(), "which is no date in %m/%d/%Y"),
}


@pytest.mark.parametrize("name", WRONG_EXPORTS)
def test_a_faulty_export_names_file_line_and_remedy(tmp_path: Path, files: tuple[Path, Path], name: str) -> None:
    """Nothing of it is loaded and the exit status is 2."""
    mapping, export = files
    text, raw, sentence = WRONG_EXPORTS[name]
    mapping.write_text(text)
    export.write_bytes(raw)
    called = call("records", "map", "--mapping", mapping, "--dry-run", export)
    assert called.status == 2
    assert sentence in called.err
    assert f"{export}:" in called.err
    assert ", 0 records, 0 loaded\n" in called.out


WRONG_MAPPINGS = {
    "not YAML": ("version: [1", "not YAML"),
    "a list": ("- version", "not a map"),
    "alias": ("version: &a 1\nowner: *a\n", "alias"),
    "unknown key": (MAPPING + "colour: red\n", "colour"),
    "unknown class": (MAPPING.replace("booking\n", "zodiac\n", 1), "zodiac"),
    "unknown outcome": (MAPPING.replace("C: convicted", "C: hanged"), "hanged"),
    "unknown role": (MAPPING.replace("constant: arrestee", "constant: bystanding"), "bystanding"),
    "no seal state": (MAPPING.replace("seal: {constant: not-sealed}\n", ""), "seal"),
}


@pytest.mark.parametrize("name", WRONG_MAPPINGS)
def test_a_faulty_mapping_names_file_line_and_remedy(tmp_path: Path, files: tuple[Path, Path], name: str) -> None:
    """A mapping that says something unknown is refused before a row is read."""
    mapping, export = files
    text, sentence = WRONG_MAPPINGS[name]
    mapping.write_text(text)
    told = refused("records", "map", "--mapping", mapping, "--dry-run", export)
    assert f"{mapping}:" in told
    assert sentence in told


def test_a_mapping_is_text_and_names_the_nodes_own_agency(
    stage: Stage, tmp_path: Path, files: tuple[Path, Path]
) -> None:
    """No node and no dry run, binary content, an owner held elsewhere: refused before anything is read."""
    mapping, export = files
    assert "name the node that loads the rows" in refused("records", "map", "--mapping", mapping, export)
    node = stage.node("ca-node")
    assert "`wa-police` is not held" in refused("records", "map", "--mapping", mapping, "--node", node, export)
    mapping.write_bytes(b"version: 1\n\xff")
    told = refused("records", "map", "--mapping", mapping, "--dry-run", export)
    assert "is not UTF-8 text in line 2" in told
    assert "cannot be read" in refused("records", "map", "--mapping", tmp_path / "gone", "--dry-run", export)
