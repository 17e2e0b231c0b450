"""After a purge: codes still count, tallies give classes, and what nothing proves any more is said in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from prune_stage import DAY_MS, keep_by_month, months_later
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, member_of
from comity.demo.records import Region
from comity.exchange.log.prune_log import prune_log
from comity.oversight.reports.enter import GivenFigure, enter_figure
from comity.oversight.reports.make import Wanted, make_report

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)


@pytest.fixture
def pruned(tmp_path: Path, region: Region) -> Iterator[tuple[Stage, dict[str, Any]]]:
    """A November of questions, its public report, and the same node after November was pruned."""
    stage = make_stage(tmp_path / "nodes", region)
    keep_by_month(stage, tmp_path / "months")
    stage.ask(stage.region.scene.detective_question)
    stage.federation.advance(5 * DAY_MS)
    stage.ask(stage.region.scene.investigator_question)
    given = GivenFigure("complaint", 2, FIRST, date(2026, 11, 5), "desk book, page 1", label="by letter")
    world = stage.federation.world_of(CA_SHERIFF)
    enter_figure(world, stage.member(member_of(CA_SHERIFF, "custodian")), given)
    before = tables(stage)
    months_later(stage, 120)
    prune_log(world, 31)
    yield stage, before
    stage.federation.close()


def tables(stage: Stage, first: date = FIRST) -> dict[str, Any]:
    report = make_report(stage.federation.world_of(CA_SHERIFF), Wanted("public", CA_SHERIFF, first, LAST))
    return {"report": report} | {one["id"]: one for one in msgspec.to_builtins(report)["tables"]}


def figures(table: dict[str, Any]) -> Counter[tuple[str, ...]]:
    return Counter({tuple(one["values"]): one["number"] for one in table["figures"]})


def test_codes_and_entered_figures_count_as_before(pruned: tuple[Stage, dict[str, Any]]) -> None:
    """Entries are never touched: their codes give the same figures, and what the desk entered is never forgotten."""
    stage, before = pruned
    after = tables(stage)
    for name in ("answers", "purposes", "agencies", "entered"):
        assert after[name] == before[name]
        assert after[name]["total"]["number"]


def test_items_by_class_come_from_the_tally(pruned: tuple[Stage, dict[str, Any]]) -> None:
    """The content is gone; the counts that were committed before it went are equal, and say where they are from."""
    stage, before = pruned
    after = tables(stage)["items"]
    assert figures(after) == figures(before["items"])
    assert after["total"] == before["items"]["total"]
    assert after["total"]["number"]
    assert "tallies" in after["source"]
    assert "tallies" not in before["items"]["source"]


def test_a_tally_of_more_than_the_reports_days_is_not_used(pruned: tuple[Stage, dict[str, Any]]) -> None:
    """Where the month holds days outside the report the tally would count too much: that is said in words."""
    stage, _ = pruned
    half = make_report(
        stage.federation.world_of(CA_SHERIFF), Wanted("public", CA_SHERIFF, date(2026, 11, 20), LAST)
    )
    items = next(one for one in half.tables if one.id == "items")
    assert items.unproved.startswith("cannot be proved")
    assert items.total is None
    answers = next(one for one in half.tables if one.id == "answers")
    assert answers.total is not None
    assert answers.total.number == 1


def test_the_month_is_reported_as_it_was(pruned: tuple[Stage, dict[str, Any]]) -> None:
    """Requests, people, fields, rules and minutes too: every table of the month is the one that was made before."""
    stage, before = pruned
    after = tables(stage)
    for name in set(before) - {"report"}:
        assert not after[name]["unproved"], name
        assert after[name] | {"source": ""} == before[name] | {"source": ""}, name
    assert sum(1 for name in before if name != "report" and "tallies" in after[name]["source"]) >= 5


def test_what_no_tally_carries_is_said_in_words(pruned: tuple[Stage, dict[str, Any]]) -> None:
    """Different people of a whole year cannot be told from numbers of months: no number stands there."""
    stage, _ = pruned
    world = stage.federation.world_of(CA_SHERIFF)
    report = make_report(world, Wanted("public", CA_SHERIFF, date(2026, 1, 1), date(2026, 12, 31)))
    people = next(one for one in report.tables if one.id == "people")
    assert people.unproved.startswith("cannot be proved")
    assert not people.figures
    assert people.total is None
    requests = next(one for one in report.tables if one.id == "requests")
    assert requests.total is not None
    assert requests.total.number
