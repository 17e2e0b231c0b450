"""A region with a past: weeks of questions, asked by the verbs of any question, so that there is something to audit."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from comity.demo.agencies import CA_SHERIFF, OWNERS, member_of, members, node_of
from comity.demo.build import BuiltRegion, build_region
from comity.demo.past import past_questions
from comity.demo.records import Region, generate_region
from comity.exchange.duty.duty_state import is_done
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_log_directory
from comity.model.codes import Purpose
from comity.model.disclosure import EntryKind
from comity.model.finding import FindingKind
from comity.node.open_world import open_world
from comity.oversight.findings.look import look_for_findings

SEED, PEOPLE = 2026, 400
TODAY = datetime.now(UTC).date()
SINCE = TODAY - timedelta(days=50)


@pytest.fixture(scope="module")
def region() -> Region:
    """The region as values."""
    return generate_region(SEED, PEOPLE, TODAY)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> BuiltRegion:
    """The same on disk, with a past of seven weeks."""
    folder = tmp_path_factory.mktemp("past") / "region"
    return build_region(folder, SEED, PEOPLE, TODAY, lambda _: None, since=SINCE)


def test_the_same_region_has_the_same_past(region: Region) -> None:
    """In order of time, within the days; another seed has another one."""
    asked = past_questions(region, SINCE, TODAY)
    assert asked == past_questions(region, SINCE, TODAY)
    assert all(one.at_ms <= other.at_ms for one, other in itertools.pairwise(asked))
    days = {datetime.fromtimestamp(one.at_ms / 1000, UTC).date() for one in asked}
    assert SINCE <= min(days) <= max(days) < TODAY
    assert asked != past_questions(generate_region(SEED + 1, PEOPLE, TODAY), SINCE, TODAY)


def test_nobody_asked_about_people_of_the_scene(region: Region) -> None:
    """They are asked about by whoever tries the region, for the first time."""
    scene = region.scene
    kept = {
        (one.name.family, one.body.born.isoformat()) for one in (scene.subject, scene.namesake, scene.protected)
    }
    for one in past_questions(region, SINCE, TODAY):
        assert (one.request.subject.family, one.request.subject.birth_date) not in kept


def test_purposes_are_those_of_several_kinds_of_agency(region: Region) -> None:
    """Police work, the street, a federal crime and civil immigration: what reports tell apart is there."""
    purposes = {one.request.purpose for one in past_questions(region, SINCE, TODAY)}
    wanted = {Purpose.CRIMINAL_INVESTIGATION, Purpose.STOP, Purpose.FEDERAL_CRIME, Purpose.CIVIL_IMMIGRATION}
    assert purposes == wanted


def test_logs_verify_and_lie_in_the_past(lived: BuiltRegion) -> None:
    """Every entry verifies; the first is of the first day, none is of a time to come, and none of before its neighbour."""
    for node, folder in lived.nodes:
        report = verify_log_directory(folder / "log", (folder / "log.vkey").read_text().strip())
        assert report.size > 0
        with open_world(folder) as world:
            times = [decode_entry(one).facts.at_ms for one in world.journal.entries(0, report.size)]
        assert datetime.fromtimestamp(times[0] / 1000, UTC).date() == SINCE, node
        assert times == sorted(times)


def test_owners_answered_and_what_they_owed_was_done(lived: BuiltRegion) -> None:
    """The sheriff released something to Washington's police, and nothing of those questions is overdue."""
    folder = dict(lived.nodes)[node_of(CA_SHERIFF)]
    with open_world(folder) as world:
        entries = [decode_entry(one) for one in world.journal.entries(0, world.journal.size())]
        owed = [one for owner in OWNERS for one in world.journal.duties(owner) if not is_done(one)]
        now_ms = world.clock.now_ms()
    released = [one for one in entries if one.facts.kind is EntryKind.ANSWERED and one.facts.released]
    assert released
    assert not [one for one in owed if one.query_id and one.duty.due_ms and one.duty.due_ms < now_ms]


def test_an_auditor_finds_who_came_back_to_one_person(lived: BuiltRegion) -> None:
    """One finding, and it is that."""
    folder = dict(lived.nodes)[node_of(CA_SHERIFF)]
    auditor = next(one for one in members() if one.id == member_of(CA_SHERIFF, "auditor"))
    with open_world(folder) as world:
        found = look_for_findings(world, auditor).findings
    assert [one.kind for one in found] == [FindingKind.REPEATED]
    assert found[0].asker == CA_SHERIFF
