"""`comity oversight audit` on invented files: exit status, forms, and one sentence with the remedy on bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from comity.cli.main import run

LOG = (
    "slug,search_time_utc,network_count,reason_scrubbed,reason_state,offense_type,case_number\n"
    "cedar-hollow-ca-pd,2026-03-20T00:06Z,1,{reason},given,,no column\n"
)


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_findings_exit_with_one_and_write_every_form(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Page, three spreadsheets and JSON stand in the folder; the terminal shows the findings."""
    log = write(tmp_path, "log.csv", LOG.format(reason="inv"))
    out = tmp_path / "council"
    assert run(["oversight", "audit", log, "--out", str(out)]) == 1
    told = capsys.readouterr().out
    assert "1 search whose reason names no crime" in told
    assert sorted(path.name for path in out.iterdir()) == [
        "agencies.csv",
        "audit.html",
        "audit.json",
        "findings.csv",
        "rows.csv",
    ]


def test_nothing_found_exits_with_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A log with good reasons gives no finding; JSON says the counts."""
    log = write(tmp_path, "log.csv", LOG.format(reason="robbery 211PC"))
    assert run(["oversight", "audit", log, "--json", "--on", "2026-11-29"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert (shape["on"], shape["totals"]["searches"], shape["totals"]["findings"]) == ("2026-11-29", 1, 0)


@pytest.mark.parametrize(
    ("text", "words", "fault"),
    [
        ("one,two\n1,2\n", [], "not a list that is known"),
        (LOG.format(reason="inv"), ["--retention", "Cedar Hollow"], "is no retention"),
        (LOG.format(reason="inv").replace("2026-03-20T00:06Z", "13/40"), [], "the time is not readable: `13/40`"),
    ],
)
def test_bad_input_is_one_sentence_and_wrong_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: list[str], fault: str
) -> None:
    """Exit status 2, and nothing is written."""
    log = write(tmp_path, "log.csv", text)
    assert run(["oversight", "audit", log, *words, "--out", str(tmp_path / "council")]) == 2
    assert fault in capsys.readouterr().err
    assert not (tmp_path / "council").exists()


def test_the_same_log_twice_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two copies of one log would double every count."""
    first = write(tmp_path, "a.csv", LOG.format(reason="inv"))
    second = write(tmp_path, "b.csv", LOG.format(reason="inv"))
    assert run(["oversight", "audit", first, second]) == 2
    assert "is the same file as `a.csv`" in capsys.readouterr().err


def test_a_retention_told_beside_the_files_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An agency whose page no list holds can still be held to what it states."""
    log = write(
        tmp_path,
        "log.csv",
        "org_name,networks_searched,time_frame_start,time_frame_end,reason_scrubbed,search_time\n"
        "Cedar Hollow FL PD,1,2026-01-01T00:00Z,2026-03-20T00:00Z,robbery,2026-03-20T00:00Z\n",
    )
    assert run(["oversight", "audit", log, "--retention", "Cedar Hollow FL PD=30"]) == 1
    assert "older than the 30 days it says it keeps them" in capsys.readouterr().out
