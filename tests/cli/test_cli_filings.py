"""`comity oversight filing`, at a node on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

OWNER = ("--agency", "ca-sheriff")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("ca-node", tmp_path)


def make(node: Path, out: Path, *more: str | Path) -> tuple[str | Path, ...]:
    custodian = ("--as", "ca-sheriff-custodian")
    return (
        "oversight",
        "filing",
        "make",
        "--node",
        node,
        *OWNER,
        *custodian,
        "ca-ice-access",
        "--out",
        out,
        *more,
    )


def verify(node: Path, file: Path) -> tuple[str | Path, ...]:
    return "oversight", "filing", "verify", "--node", node, *OWNER, file


@pytest.mark.parametrize("form", ["text", "json", "csv", "html"])
def test_a_report_is_filed_listed_and_verified(node: Path, tmp_path: Path, form: str) -> None:
    """Whatever the form: the file verifies, one more byte does not, and the list has it with who signed it."""
    out = tmp_path / "filed"
    made = call(*make(node, out, "--form", form, "--json"))
    assert made.status == 0, made.err
    assert made.json["filing"]["by"] == "ca-sheriff-custodian"
    assert not made.json["filing"]["nil"], "the year began before the log did"
    checked = call(*verify(node, out))
    assert checked.status == 0, checked.err
    assert "every figure is the same" in checked.out
    assert "c2sp.org/tlog-proof@v1" in checked.out
    listed = call("oversight", "filing", "list", "--node", node, *OWNER, "--json").json
    assert [one["entry"] for one in listed] == [made.json["entry"]]
    out.write_bytes(out.read_bytes() + b" ")
    assert "altered" in refused(*verify(node, out))


def test_a_correction_names_what_it_replaces(node: Path, tmp_path: Path) -> None:
    """Without it the second filing is refused and leaves no file; with it the first one's copy is said to be replaced."""
    first, second = tmp_path / "first", tmp_path / "second"
    entry = call(*make(node, first, "--form", "json", "--json")).json["entry"]
    assert f"--corrects {entry}" in refused(*make(node, second, "--form", "json"))
    assert not second.exists()
    assert call(*make(node, second, "--form", "json", "--corrects", str(entry))).status == 0
    replaced = call(*verify(node, first))
    assert replaced.status == 1
    assert "replaced by entry" in replaced.out
    assert "already" in refused(*make(node, first, "--form", "json"))


def test_what_is_owed_is_listed_and_done_by_filing(node: Path, tmp_path: Path) -> None:
    """The duty of last year's report is there before the filing, and done after it."""

    def state() -> str:
        duties = call("duties", "list", "--node", node, "ca-sheriff", "--json").json
        return next(
            str(one["state"])
            for one in duties
            if one["report"] == "ca-ice-access" and one["period"] == period["first"][:4]
        )

    period = call("oversight", "report", "ca-ice-access", "--node", node, *OWNER, "--json").json
    assert state() in ("open", "overdue")
    assert call(*make(node, tmp_path / "filed", "--form", "html")).status == 0
    assert state() == "done"


def test_nothing_was_filed_yet(node: Path) -> None:
    """An empty list says so, and a kind that is none is one sentence."""
    assert "nothing was filed" in call("oversight", "filing", "list", "--node", node, *OWNER).out
    assert "is no report" in refused(
        "oversight",
        "filing",
        "make",
        "--node",
        node,
        *OWNER,
        "--as",
        "ca-sheriff-custodian",
        "weather",
        "--out",
        "x",
    )
