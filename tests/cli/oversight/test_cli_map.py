"""`comity oversight flow map` at nodes on disk and over lists: months, forms, the public and the private version."""

from __future__ import annotations

import csv
import io
import json
import os
import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cli_stage import Called, Stage, call, refused
from msgspec.structs import replace
from names_examples import map_files

from comity.cli.oversight.map_commands import day_today
from comity.oversight.texts.spreadsheet import STARTS_FORMULA
from comity.settings import MEMBERS_FILE, read_members, write_noun

OWNER = "wa-police"
ASKED = ("--purpose", "criminal-investigation", "--case", "26-01417", "--class", "case")
PERSON = ("--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """The police's node, of one's own."""
    return stage.copy("wa-node", tmp_path)


def told(node: Path, *more: str | Path) -> Called:
    called = call("oversight", "flow", "map", "--node", node, *more)
    assert called.status == 0, called.err
    return called


def test_h20_agreements_in_force_are_there_for_anybody(node: Path) -> None:
    """H20: parties, purposes, classes, days and counts, from the log; the same agreements as the register has."""
    value = told(node, "--json", "--by", "agency").json
    register = call("oversight", "register", "--node", node, "--agency", OWNER, "--json").json
    giving = {one["agreement"] for one in register["agreements"] if one["purposes"]}
    assert {row["paper"] for row in value["rows"]} == giving
    assert value["counts"]["agreements"] == value["counts"]["began"] == len(giving)
    assert value["public"]
    assert {row["from"] for row in value["rows"]} == {OWNER}
    month = value["month"]
    assert [one["month"] for one in told(node, "--months", "3", "--json").json["months"]][-1] == month


def test_h20_an_agreement_switched_off_is_gone_and_is_told_as_brief(node: Path) -> None:
    """H20: switched on and off on one day it is in force at no month's end, and stands among the changes all the same."""
    before = told(node, "--json").json
    suspended = ("agreement", "suspend", "--node", node, "--by", OWNER, "--reason", "a review", "ACSO-CCPD-2026")
    called = call(*suspended)
    assert called.status == 0, called.err
    after = told(node, "--json").json
    assert after["counts"]["agreements"] == before["counts"]["agreements"] - 1
    assert {row["paper"] for row in after["changes"]["brief"]} == {"ACSO-CCPD-2026"}
    assert "ACSO-CCPD-2026" not in {row["paper"] for row in after["rows"]}


def test_use_is_what_the_public_report_counts(node: Path) -> None:
    """Questions of the month by purpose are those of the report made from the same log."""
    assert call("ask", "--node", node, "--as", "wa-police-detective", *ASKED, *PERSON).status in (0, 1)
    value = told(node, "--json").json
    days = ("--from", f"{value['month']}-01", "--to", datetime.now(UTC).astimezone().date().isoformat())
    report = call("oversight", "report", "public", "--node", node, "--agency", OWNER, *days, "--json").json
    total = next(table for table in report["tables"] if table["id"] == "requests")["total"]["number"]
    assert sum(one["asked"] for one in value["use"] if one["agency"] == OWNER) == total == value["counts"]["asked"]
    assert {one["purpose"] for one in value["use"]} == {"criminal-investigation"}


def test_h20_the_public_map_is_a_function_of_public_values_alone(node: Path, tmp_path: Path) -> None:
    """H20: members, whom they act for, and what was told change no byte of the public map; the private one shows them."""
    public = [told(node, *form).out for form in ((), ("--json",), ("--csv",))]
    private = told(node, "--json", "--as", "wa-police-custodian").json
    members = read_members(node)
    changed = tuple(
        replace(one, name="Somebody Else", acting_for=("ca-sheriff",)) if one.id == "wa-police-detective" else one
        for one in members
    )
    write_noun(node / MEMBERS_FILE, changed)
    disclosed = ("disclosure", "list", "--node", node, "--as", "wa-police-custodian", "--json")
    assert call(*disclosed).status == 0
    assert [told(node, *form).out for form in ((), ("--json",), ("--csv",))] == public
    shown = told(node, "--json", "--as", "wa-police-custodian")
    acting = [row for row in shown.json["rows"] if row["by"] == "acting-for"]
    assert [(row["paper"], row["to"]) for row in acting] == [("wa-police-detective", "ca-sheriff")]
    assert not [row for row in private["rows"] if row["by"] == "acting-for"]
    assert (shown.json["public"], shown.json["agency"]) == (False, OWNER)
    assert "wa-police-detective" not in "".join(public)
    page = tmp_path / "private.html"
    told(node, "--as", "wa-police-custodian", "--page", page)
    assert "Not public. For the desk and the auditor of Cascade City Police Department." in page.read_text()


def test_the_private_map_is_for_the_desk_and_the_auditor(node: Path) -> None:
    """A detective may not see it, and somebody of another node is told so."""
    assert "it needs" in refused("oversight", "flow", "map", "--node", node, "--as", "wa-police-detective")
    assert "of no agency held" in refused(
        "oversight", "flow", "map", "--node", node, "--as", "ca-sheriff-custodian"
    )


def test_declared_flows_and_lists_without_a_node(tmp_path: Path) -> None:
    """Lists and declared flows alone make a map; how often anybody was asked is then not known, and is not nought."""
    lines = map_files(tmp_path)
    value = call("oversight", "flow", "map", *lines, "--json", "--by", "county").json
    assert (value["counts"]["listed"], value["counts"]["declared"], value["counts"]["asked"]) == (1, 2, None)
    places = {one["name"]: one for one in value["places"]}
    adams = places["Adams County WI SO"]
    assert (adams["state_fips"], adams["county"], adams["county_fips"]) == ("55", "Adams", "55001")
    assert places["Elder Township PA PD"]["county_fips"] is None
    assert value["read"]["closed_accounts"] == 1
    text = call("oversight", "flow", "map", *lines).out
    assert "What nobody declared is not here." in text
    assert "Declared means: told to us, not run by this exchange." in text
    assert "Lo que nadie declaró no está aquí." in call("oversight", "flow", "map", *lines, "--language", "es").out


def test_a_spreadsheet_has_a_line_a_flow_and_no_formula(tmp_path: Path) -> None:
    """Heads, then every flow; no cell begins with what a spreadsheet carries out."""
    lines = map_files(tmp_path)
    (tmp_path / "list.csv").write_text(
        "src_agency,src_state,external_agency,external_state\n=cmd CA PD,CA,@x TX PD,TX\n"
    )
    out = call("oversight", "flow", "map", *lines, "--csv").out
    rows = list(csv.reader(io.StringIO(out)))
    assert len(rows) == 1 + 3
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS_FORMULA)]


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_a_page_runs_and_fetches_nothing_and_can_be_heard(tmp_path: Path) -> None:
    """One first heading, captions and scopes; no script, link or image, no style attribute; names are never markup."""
    lines = map_files(tmp_path)
    (tmp_path / "list.csv").write_text(
        "src_agency,src_state,external_agency,external_state\n<b>A</b> CA PD,CA,B TX PD,TX\n"
    )
    page = tmp_path / "map.html"
    assert call("oversight", "flow", "map", *lines, "--page", page, "--language", "es").status == 0
    outline = _Outline()
    outline.feed(page.read_text())
    names = [tag for tag, _ in outline.tags]
    assert names.count("h1") == names.count("main") == names.count("title") == 1
    assert not {"script", "link", "img", "iframe", "a", "b"} & set(names)
    assert not [attributes for _, attributes in outline.tags if "style" in attributes]
    assert "http" not in page.read_text()
    assert ("html", {"lang": "es"}) in outline.tags
    assert names.count("table") == names.count("caption")
    assert all("scope" in attributes for tag, attributes in outline.tags if tag == "th")
    assert "already" in refused("oversight", "flow", "map", *lines, "--page", page)


def test_what_cannot_be_meant_is_refused(tmp_path: Path) -> None:
    """Nothing named, a month to come, a class nobody knows, two forms at once."""
    lines = map_files(tmp_path)
    assert "name nodes" in refused("oversight", "flow", "map")
    assert "has not begun" in refused("oversight", "flow", "map", *lines, "--month", "2999-01")
    assert "no data class" in refused("oversight", "flow", "map", *lines, "--class", "gossip")
    assert "no purpose" in refused("oversight", "flow", "map", *lines, "--purpose", "curiosity")
    assert "one of them" in refused("oversight", "flow", "map", *lines, "--csv", "--json")
    assert (
        json.loads(call("oversight", "flow", "map", *lines, "--month", "2020-01", "--json").out)["counts"][
            "declared"
        ]
        == 1
    )


@pytest.mark.parametrize("zone", ["Pacific/Pago_Pago", "Pacific/Kiritimati"])  # always on two different days
def test_its_day_is_the_nodes_wherever_the_command_is_run(
    node: Path, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """What an agency agreed today is in force on its own today."""
    here = os.environ["TZ"]
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        days = {datetime.now(ZoneInfo("America/Los_Angeles")).date(), day_today((node,))}
        assert len(days) == 1
        assert day_today(()) == datetime.now(ZoneInfo(zone)).date()
    finally:
        monkeypatch.setenv("TZ", here)
        time.tzset()
