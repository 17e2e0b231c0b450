"""`comity standing` and `comity notice` between two served nodes, with a stop of both in between."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_stage import REASON, Stage, call, refused
from desk_examples import DETECTIVE, KEEPER, NODE, OWNER, SHERIFF, SHERIFFS_KEEPER, SHERIFFS_NODE, agree
from msgspec.structs import replace
from test_cli_node import served

from comity.demo.records import generate_region
from comity.exchange.records.intake import take_in
from comity.model.codes import DataClass, Disposition
from comity.model.record import Record
from comity.node.open_world import open_world

SERGEANT = "wa-police-sergeant"
SINCE = date.today() - timedelta(days=1)


@pytest.fixture
def place(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The department's node and the sheriff's, and a warrant's file."""
    (tmp_path / "region").mkdir()
    for name in ("wa-node", "ca-node"):
        stage.copy(name, tmp_path / "region")
    (tmp_path / "order.pdf").write_bytes(b"%PDF warrant")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def booking() -> Record:
    """A booking of one person at the sheriff's that nothing closes."""
    return next(
        one
        for one in generate_region(2026, 400, date.today()).records
        if (one.owner, one.data_class) == (SHERIFF, DataClass.BOOKING)
        and one.disposition is Disposition.CONVICTED
        and len(one.people) == 1
        and one.people[0].values("birth-date")
        and not one.state.sealed
    )


def come(name: str) -> None:
    """Somebody's booking of yesterday is taken in at the sheriff's node, which is not served meanwhile."""
    with open_world(Path(SHERIFFS_NODE)) as world:
        record = replace(booking(), id=name, reference=f"R-{name}", event_date=SINCE)
        take_in(world, SHERIFF, (record,), "today")


def wait_for(condition: Callable[[], bool]) -> None:
    while not condition():
        time.sleep(0.1)


def opened(*more: str) -> tuple[str, ...]:
    (person,) = booking().people
    family, _, given = person.values("name")[0].partition(", ")
    return (
        "standing", "open", "--node", NODE, "--as", DETECTIVE, *REASON, "--by", "judicial-warrant", "--order", "order.pdf",
        "--order-ends", "2029-12-31", "--source", SHERIFF, "--family", family, "--given", given, "--born",
        person.values("birth-date")[0], "--class", "booking", *more,
    )  # fmt: skip


def test_what_comes_after_a_restart_is_brought_to_whoever_asked(place: Path) -> None:
    """Opened, brought when both nodes are served again, reviewed, ended; then nothing of it is shown any more."""
    agree("standing")
    with served(Path(SHERIFFS_NODE)):
        asked = call(*opened("--json"))
    assert asked.status == 0, asked.err
    query_id = asked.json["query_id"]
    come("comes-later")
    show = ("answer", "show", "--node", NODE, "--as", DETECTIVE, query_id)
    with served(Path(SHERIFFS_NODE)), served(Path(NODE)):
        wait_for(lambda: "R-comes-later" in call(*show).out)
        (row,) = call("standing", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--json").json
        assert (row["side"], row["ended"]) == ("owner", None)
        words = ("--words", "the warrant is still out")
        renewed = call("standing", "review", "--node", NODE, "--as", SERGEANT, *words, query_id, "--json")
        assert [one["by"] for one in renewed.json["reviews"]] == [SERGEANT]
        done = call("standing", "end", "--node", NODE, "--as", DETECTIVE, *words, query_id)
        assert "ended: ended" in done.out
        assert "R-comes-later" not in call(*show).out
        listed = ("standing", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER)
        wait_for(lambda: "ended: ended" in call(*listed).out)


def test_motor_vehicle_records_stand_for_no_question_without_their_use(place: Path) -> None:
    """As with any question: one sentence before anything leaves, and the option that it names is there."""
    asked = call(*opened("--class", "dmv"))
    assert (asked.status, asked.out) == (2, "")
    assert "give --dppa-use b1 to b14" in asked.err
    asked = call(*opened("--class", "dmv", "--dppa-use", "b1"))
    assert "--dppa-use" not in asked.err


def test_a_question_that_nothing_opens_stands_nowhere(place: Path) -> None:
    """Refused by the owner's law, with its own exit status; a paper of no judge is not taken at all."""
    with served(Path(SHERIFFS_NODE)):
        asked = call(*opened("--json"))
    assert asked.status == 1
    assert asked.json["sources"][0]["status"] == "refused"
    assert call("standing", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER).out.startswith("no question")
    assert "no address" in refused(*opened("--address", "1 Main Street"))


def test_a_notice_is_given_told_and_taken_back(place: Path) -> None:
    """Each side sees it with its contact; after the retraction its recipient has nothing of it."""
    agree("notice")
    flow = call(
        "notice", "open", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--to", OWNER, "--event", "booking", *REASON,
        "--contact", "records desk, +1 555 0100",
    )  # fmt: skip
    assert flow.status == 0
    assert "booking to wa-police" in flow.out
    come("booked-today")
    theirs = ("notice", "list", "--node", NODE, "--as", KEEPER)
    with served(Path(SHERIFFS_NODE)), served(Path(NODE)):
        wait_for(lambda: "R-booked-today" in call(*theirs).out)
        told = call(*theirs).out
        assert "to challenge it call records desk, +1 555 0100" in told
        ours = call("notice", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--json").json
        (given,) = [one for one in ours if one["reference"] == "R-booked-today"]
        words = ("--because", "wrong-person", "--words", "another man of the same name")
        at = ("--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER)
        assert "withdrawn" in call("notice", "retract", *at, *words, given["id"]).out
        wait_for(lambda: "R-booked-today" not in call(*theirs).out)
        assert "was withdrawn; nothing of it is kept" in call(*theirs).out


def test_a_flow_that_the_law_refuses_is_told_with_its_rule(place: Path) -> None:
    """Exit status 1, and why; nobody is told of anything."""
    at = ("--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER)
    words = ("--to", OWNER, "--event", "booking", *REASON, "--contact", "records desk")
    told = call("notice", "open", *at, *words)
    assert told.status == 1
    assert "refused; nothing of it is told" in told.out
    assert call("notice", "flows", *at).out == "nobody is told of anything that happens\n"
    assert call("notice", "list", *at).out == "no notice was given or got\n"
