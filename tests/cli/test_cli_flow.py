"""`comity oversight flow`: files of declared flows are checked with their doubts, and listed."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import call
from names_examples import write_names_files


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_names_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_file_in_order_is_done() -> None:
    """No fault and no doubt is status 0."""
    called = call("oversight", "flow", "check", "flows.yaml", "--json")
    assert (called.status, called.json) == (0, {"flows": 2, "doubts": []})


def test_doubts_are_findings() -> None:
    """With a directory the parties are looked up; those it does not list are told, and the status is 1."""
    called = call("oversight", "flow", "check", "flows.yaml", "--directory", "agencies.csv")
    assert called.status == 1
    assert called.out.startswith("2 flows in 1 file, 4 doubts\n")
    assert "its recipient `Federal Bureau of Removals` is not-listed" in called.out


def test_a_fault_is_told_with_its_line(folder: Path) -> None:
    """A faulty file is refused whole, as wrong use."""
    text = (folder / "flows.yaml").read_text().replace("onward: unknown", "onward: perhaps")
    (folder / "flows.yaml").write_text(text)
    called = call("oversight", "flow", "check", "flows.yaml")
    assert called.status == 2
    assert "flows.yaml:22:" in called.err
    assert "`perhaps` is not" in called.err


def test_two_files_of_one_id_are_refused(folder: Path) -> None:
    """The clash is named with both files."""
    (folder / "more.yaml").write_text((folder / "flows.yaml").read_text())
    called = call("oversight", "flow", "list", "flows.yaml", "more.yaml")
    assert called.status == 2
    assert "stands in `flows.yaml` too; rename one of them" in called.err


def test_flows_are_listed_with_their_grounds() -> None:
    """Every key of a flow is in the JSON; the table names system, authority and source."""
    (one,) = call("oversight", "flow", "list", "flows.yaml", "--access", "dmv-switch", "--json").json
    assert (one["id"], one["purposes"], one["onward"]) == ("licences-by-switch", [], "unknown")
    shown = call("oversight", "flow", "list", "flows.yaml", "--on", "2026-11-29", "--party", "marsh")
    assert "LarchView plate readers" in shown.out
    assert "Larch State Switch" not in shown.out
    assert "authority agreement, Memorandum of 2025-03-01, section 4" in shown.out
