"""A stop and a danger to life through the command line, with the demonstration region's nodes."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from test_cli_node import served

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.model.codes import DataClass
from comity.model.record import PersonInRecord, Record
from comity.node.open_world import open_world

CLASSES = ("--class", "warrant", "--class", "case")


def somebody(node: Path, owner: str, data_class: DataClass) -> tuple[str, ...]:
    """Name and birth date of a person in an unsealed record of an owner, as an officer reads them off a licence."""
    with open_world(node) as world:
        found = next(
            person
            for record in world.records.page_of(owner, "", 10_000)
            if record.data_class is data_class and not record.state.sealed
            for person in _known(record)
        )
    family, _, given = found.values("name")[0].partition(", ")
    return ("--family", family, "--given", given, "--born", found.values("birth-date")[0])


def _known(record: Record) -> tuple[PersonInRecord, ...]:
    return tuple(
        one
        for one in record.people
        if one.values("birth-date") and one.values("name") and one.values("home-address")
    )


@pytest.fixture
def police(stage: Stage, tmp_path: Path) -> Path:
    """Cascade City's node, of one's own."""
    return stage.copy("wa-node", tmp_path)


def ask(node: Path, member: str, *words: str) -> tuple[str, ...]:
    return ("ask", "--node", str(node), "--as", member, *words, "--source", WA_POLICE, "--json")


def test_a_stop_gets_the_warrant_and_is_told_what_was_not_asked(police: Path) -> None:
    """By name and birth date under an incident number; case reports are named as not asked; the hour is counted."""
    person = somebody(police, WA_POLICE, DataClass.WARRANT)
    stop = ("--purpose", "stop", "--case", "CC-2026-09001", *person, *CLASSES)
    (source,) = call(*ask(police, "wa-police-detective", *stop)).json["sources"]
    assert source["status"] == "answered"
    assert {item["data_class"] for item in source["items"]} == {"warrant"}
    (removed,) = source["removed"]
    assert removed["data_class"] == "case"
    assert "model/ST-01" in {reason["rule"] for reason in removed["reasons"]}
    counted = call("duties", "counts", "--node", police, WA_POLICE, "--json").json["counts"]
    (hour,) = [one for one in counted if one["report"] == "stop-hourly"]
    assert (hour["asker"], hour["number"]) == (WA_POLICE, 1)
    assert hour["period"][10] == "T"


def test_a_stop_without_its_number_is_refused_in_one_sentence(police: Path) -> None:
    """Nothing is asked."""
    person = ("--family", "Marsh", "--given", "Rosa", "--born", "1980-01-01")
    words = (
        "ask",
        "--node",
        police,
        "--as",
        "wa-police-detective",
        "--purpose",
        "stop",
        *person,
        "--class",
        "warrant",
    )
    assert "--case" in refused(*words)


def test_a_danger_to_life_across_two_agencies(stage: Stage, police: Path, tmp_path: Path) -> None:
    """The sheriff's detective learns who it is at once; Cascade City owes a supervisor's word and counts the use."""
    person = somebody(police, WA_POLICE, DataClass.CASE)
    danger = ("--purpose", "emergency-life", "--case", "AC-2026-0077", *person, "--class", "case")
    with served(police):
        done = call(*ask(stage.copy("ca-node", tmp_path), "ca-sheriff-detective", *danger))
    (source,) = done.json["sources"]
    assert source["status"] == "answered", done.err
    owed = call("duties", "list", "--node", police, WA_POLICE, "--to", "supervisor", "--json").json
    assert [(one["rule"], one["kind"], one["state"]) for one in owed] == [("model/EM-02", "review", "open")]
    told = call("duties", "counts", "--node", police, WA_POLICE).out
    assert "emergency-unattested" in told
    assert "1 count (model/EM-03)" in told
    assert CA_SHERIFF not in told


def test_a_danger_to_life_opens_nothing_where_no_text_permits_it(police: Path) -> None:
    """The city's own policy knows no emergency use: its own detective is refused."""
    person = somebody(police, WA_POLICE, DataClass.CASE)
    danger = ("--purpose", "emergency-life", "--case", "CC-2026-0077", *person, "--class", "case")
    (source,) = call(*ask(police, "wa-police-detective", *danger)).json["sources"]
    assert source["status"] == "refused"
    assert source["items"] == []
    counts = call("duties", "counts", "--node", police, WA_POLICE, "--json").json["counts"]
    assert "emergency-unattested" not in {one["report"] for one in counts}
