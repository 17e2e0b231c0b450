"""`comity oversight names` on invented files: counts, reasons, the queue, and decisions that are remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import call
from names_examples import write_names_files

BY = ("--directory", "agencies.csv")
DECIDED = (*BY, "--decisions", "decided.csv")
ELDER = "Elder Township PA PD"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_names_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def decide(ori: str, why: str = "asked the owner") -> tuple[str, ...]:
    return ("oversight", "names", "decide", ELDER, *DECIDED, "--ori", ori, "--role", "counsel", "--why", why)


def test_a_sharing_list_is_resolved_by_its_own_layout(folder: Path) -> None:
    """Both parties of a known list are names; the table of all of them goes to a new file."""
    called = call("oversight", "names", "resolve", "list.csv", *BY, "--output", "out.csv", "--json")
    assert called.status == 0
    assert called.json["verdicts"] == {"resolved": 1, "doubtful": 1, "not-listed": 1}
    lines = (folder / "out.csv").read_text().splitlines()
    assert lines[1].startswith("Adams County WI SO,2,resolved,WI0990000,Adams,WI,Adams,county,sheriff,,")
    again = call("oversight", "names", "resolve", "list.csv", *BY, "--output", "out.csv")
    assert (again.status, again.err) == (2, "comity: `out.csv` is there already; name a new file\n")


def test_another_list_needs_its_column(folder: Path) -> None:
    """A list of another make is read by the column that is named, and refused with its columns where none is."""
    (folder / "other.csv").write_text("who,what\nAdams County WI SO,1\n")
    refused = call("oversight", "names", "resolve", "other.csv", *BY)
    assert refused.status == 2
    assert "name one of its columns with --column: who, what" in refused.err
    read = call("oversight", "names", "resolve", "other.csv", "--column", "who", *BY, "--json")
    assert read.json["verdicts"]["resolved"] == 1
    assert read.json["resolutions"][0]["agency"]["ori"] == "WI0990000"


def test_a_decision_settles_what_waits(folder: Path) -> None:
    """The queue shows the candidates; a decision empties it; a second one replaces the first and says so."""
    waiting = call("oversight", "names", "queue", "list.csv", *DECIDED)
    assert waiting.out.startswith("1 name waits for a decision")
    assert "PA0990100" in waiting.out
    first = call(*decide("PA0990100"))
    assert first.out == f"number 1: `{ELDER}` means PA0990100\n"
    assert call("oversight", "names", "queue", "list.csv", *DECIDED, "--json").json["waiting"] == 0
    second = call(*decide("none", "closed, says the owner"))
    assert second.out == f"number 2: `{ELDER}` means none, in place of number 1\n"
    assert len((folder / "decided.csv").read_text().splitlines()) == 3
    told = call("oversight", "names", "explain", ELDER, *DECIDED)
    assert "decision 2 of" in told.out


def test_a_decision_names_an_agency_that_is_listed(folder: Path) -> None:
    """An ORI that the directory does not list is refused, and the file stays as it was."""
    before = (folder / "decided.csv").read_bytes()
    refused = call(*decide("PA0000000"))
    assert refused.status == 2
    assert "is not in the directory" in refused.err
    assert (folder / "decided.csv").read_bytes() == before


def test_a_decision_whose_agency_is_gone_is_told(folder: Path) -> None:
    """`resolve` says which decision to make anew."""
    call(*decide("PA0990100"))
    kept = [line for line in (folder / "agencies.csv").read_text().splitlines() if "PA0990100" not in line]
    (folder / "agencies.csv").write_text("\n".join(kept) + "\n")
    told = call("oversight", "names", "resolve", "list.csv", *DECIDED)
    assert "decision 1 on `Elder Township PA PD` names PA0990100, which has left the directory" in told.out
