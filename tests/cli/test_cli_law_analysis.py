"""`comity law reach`, `comity law diff` and `comity law dead` as a person calls them."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

import pytest
from cli_stage import call, refused

from altered_agreements import ADDRESSES, NO_ONWARD, NOT_KEPT, PASSED_ON, altered_text
from comity.demo.agencies import OWNERS, WA_POLICE, directory_agencies
from comity.demo.laws import texts_for
from comity.law.analyse.texts import as_signed
from comity.model.agency import Directory
from comity.model.canon import digest
from comity.node.laws import Activation
from comity.settings import NodeSettings, write_noun

DAY = ("--on", "2026-11-28")
WASHINGTON = ("--fact", "owner's state=WA", "--fact", "owner's kind=police", "--fact", "owner's level=local")
IMMIGRATION = ("--fact", "query's purpose=civil-immigration", "--fact", "field is public=no")
SHUT = (
    *("--fact", "order's instrument!=court-order,court-subpoena,judicial-warrant"),
    *("--fact", "subject's custodian!=state-corrections"),
)
ADDRESS = ("--field", "home-address")
FEW = ("--samples", "40")


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region of one node that holds every owner's law in force, without its database and keys."""
    folder = tmp_path_factory.mktemp("region")
    node = folder / "one-node"
    directory = Directory(version=1, agencies=directory_agencies(), nodes=())
    settings = NodeSettings(
        id="one-node", host="127.0.0.1", port=8443, agencies=OWNERS, directory_hash=digest(directory)
    )
    node.mkdir()
    write_noun(node / "node.json", settings)
    write_noun(node / "directory.json", directory)
    for owner in OWNERS:
        home = node / "law" / owner
        home.mkdir(parents=True)
        active = []
        for number, (text, _) in enumerate(texts_for(owner)):
            write_noun(home / f"{text.kind}-{text.name}.json", as_signed(text))
            active.append(Activation(file=f"{text.kind}-{text.name}.json", hash=text.hash, entry=number))
        write_noun(home / "active.json", tuple(active))
    return folder


def test_a_closed_field_is_proved_with_its_rule() -> None:
    """Status 0, the rule the proof rests on, and how many random questions were tried."""
    words = ("law", "reach", "us-wa", *ADDRESS, "--class", "case", *WASHINGTON, *IMMIGRATION, *SHUT, *DAY, *FEW)
    called = call(*words, "--json")
    assert called.status == 0
    assert called.json["verdict"] == called.json["after_a_decision"]["verdict"] == "closed"
    assert called.json["closed"][0]["rules"] == ["us-wa/WA-01"]
    assert called.json["sampled"] == 40
    assert "At once: never. Proved" in call(*words).out


def test_an_open_field_is_shown_with_its_question() -> None:
    """Status 1 and a question in the vocabulary's phrases."""
    words = ("law", "reach", "us-wa", *ADDRESS, "--class", "case", *WASHINGTON, *DAY, *FEW)
    papers = ("--fact", "query's purpose=civil-immigration", "--fact", "order's instrument=judicial-warrant")
    called = call(*words, *papers, "--json")
    assert called.status == 1
    assert called.json["verdict"] == "reached"
    assert called.json["question"]["given"]["order's instrument"] == "judicial-warrant"
    assert called.json["question"]["level"] == "full"
    assert "any-asker asks for case on 2026-11-28" in call(*words, *papers).out


def test_the_table_has_a_row_for_every_purpose() -> None:
    """Each purpose once, each label with its word."""
    value = call("law", "reach", "us-wa", "--table", "--class", "case", *WASHINGTON, *DAY, *FEW, "--json").json
    assert len({row["purpose"] for row in value["rows"]}) == len(value["rows"])
    assert {word for row in value["rows"] for word in row["labels"].values()} <= {"open", "held", "closed"}
    assert value["undecided"] == 0


def test_the_region_is_followed_over_its_agreements(region: Path) -> None:
    """The law in force on the nodes: closed over every hop, and who comes to hold the data meanwhile."""
    words = ("law", "reach", "--region", region, "--owner", WA_POLICE, "--onward", *ADDRESS, *DAY)
    called = call(*words, *IMMIGRATION, *SHUT, "--json")
    assert called.status == 0
    held = {one["class"]: one["holders"] for one in called.json["answers"]}
    assert "removal-operations" in held["case"]
    open_way = call(*words, "--fact", "query's purpose=emergency-life")
    assert open_way.status == 1
    assert "1. wa-police to " in open_way.out


def test_drafts_stand_in_for_the_agreements_of_a_region(region: Path, tmp_path: Path) -> None:
    """Two agreements altered to share onward open a path, shown hop by hop; a draft of nothing in force is refused."""
    drafts = []
    for text, changes in (("HDI-CCPD-2026", (ADDRESSES, NO_ONWARD)), ("HDR-HDI-2026", (PASSED_ON, NOT_KEPT))):
        drafts.append(tmp_path / f"{text.lower()}.agr")
        drafts[-1].write_text(altered_text(text, *changes))
    words = (
        "law",
        "reach",
        "--region",
        region,
        "--owner",
        WA_POLICE,
        "--onward",
        *ADDRESS,
        *DAY,
        "--class",
        "case",
    )
    purpose = ("--fact", "query's purpose=civil-immigration")
    assert call(*words, *purpose).status == 0
    called = call(*words, *purpose, *drafts, "--json")
    assert called.status == 1
    (answer,) = called.json["answers"]
    assert answer["at_once"] is True
    hops = [(step["giver"], step["taker"], step["rules"]) for step in answer["route"]]
    assert hops == [
        ("wa-police", "federal-investigations", ["HDI-CCPD-2026/B-03"]),
        ("federal-investigations", "removal-operations", ["HDR-HDI-2026/G-01"]),
    ]
    stranger = tmp_path / "stranger.agr"
    stranger.write_text(drafts[0].read_text().replace("HDI-CCPD-2026", "HDI-CCPD-2099"))
    assert "stands in for no text in force there" in refused(*words, *purpose, stranger)


def test_a_draft_pack_is_compared_with_the_shipped_one(tmp_path: Path) -> None:
    """Status 1 with the cells; the same text again is proved to change nothing, with status 0."""
    with as_file(files("comity.law") / "packs" / "us-or" / "rules.law") as path:
        text = path.read_text()
    same, draft = tmp_path / "same.law", tmp_path / "rules.law"
    same.write_text(text)
    assert call("law", "diff", "us-or", same, *DAY, *FEW).status == 0
    draft.write_text(text.replace("civil-immigration", "customs", 1))
    called = call("law", "diff", "us-or", draft, "--fact", "owner's state=OR", *DAY, *FEW, "--json")
    assert called.status == 1
    assert called.json["changes"]
    assert all(rule.startswith("us-or/") for rule in called.json["changed_rules"])
    assert called.json["opened"] + called.json["closed"] > 0


def test_dead_rules_are_listed() -> None:
    """Status 1 where there are some, 0 where there are none."""
    called = call("law", "dead", "us", "--json")
    assert called.status == 1
    assert {one["rule"] for one in called.json["dead"]} >= {"us/CH-01"}
    assert call("law", "dead", "us-wa").status == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("law", "reach", "--field", "home-address"), "name texts of law"),
        (("law", "reach", "us-zz"), "`us-zz` is no folder, no law text and no shipped pack"),
        (("law", "reach", "us", "--fact", "asker's size=big"), "`asker's size` is no attribute of the vocabulary"),
        (("law", "reach", "us", "--fact", "asker's level=county"), "`county` is no value of `asker's level`"),
        (("law", "reach", "us", "--field", "shoe-size"), "no class has such a field"),
        (("law", "reach", "us", "--on", "2026-11-28", "--any-day"), "say two things"),
        (("law", "reach", "us", "--onward", "--field", "name"), "--onward follows data between agencies"),
    ],
)
def test_wrong_use_is_told_with_the_remedy(words: tuple[str, ...], said: str) -> None:
    """One sentence and status 2."""
    assert said in refused(*words)


def test_an_owner_that_is_not_there_is_refused_with_those_that_are(region: Path) -> None:
    """The owner is named among those with law in force."""
    sentence = refused("law", "reach", "--region", region, "--owner", "nobody", *ADDRESS)
    assert "wa-police" in sentence
