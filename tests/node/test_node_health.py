"""How a node stands: one fault does not hide another, what stops comes first, and only its administrator looks."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.ledger.policy import read_policy
from comity.model.backup import BackupState
from comity.model.health import Health, HealthLine, HealthPart
from comity.model.roster import REVIEW_DAYS, RosterLine
from comity.node.backup_state import keep_backup_state
from comity.node.health import BACKUP_CARE_MS, ShowHealth, run_health
from comity.node.open_world import open_world
from comity.node.roster import keep_roster
from comity.node.witnesses import HttpWitnesses
from comity.settings import ROSTER_FILE, SETTINGS_FILE, read_members, read_roster, read_settings, write_noun

OPERATOR = "wa-police-operator"
DAY_MS = 86_400_000


def health_of(folder: Path, member: str = OPERATOR) -> tuple[HealthLine, ...]:
    with open_world(folder) as world:
        return run_health(world, folder, read_members(folder), ShowHealth(member=member))


def wrong(lines: tuple[HealthLine, ...]) -> list[tuple[HealthPart, Health]]:
    return [(one.part, one.health) for one in lines if one.health in (Health.STOPPED, Health.CARE)]


@pytest.fixture
def node(copy: Callable[[str], Path]) -> Path:
    return copy("wa-node")


def test_a_node_that_is_well_says_so_of_every_part(node: Path) -> None:
    """Nothing is left out because it is good."""
    lines = health_of(node)
    assert wrong(lines) == []
    assert {HealthPart.CLOCK, HealthPart.KEYS, HealthPart.DATABASE, HealthPart.LAW, HealthPart.WEIGHTS} <= {
        one.part for one in lines
    }


def test_witnesses_that_nobody_named_are_not_good(node: Path) -> None:
    """They are told as not used; where somebody is asked they count as the other parts do."""
    with open_world(node) as world:
        asked = dataclasses.replace(world, witnesses=HttpWitnesses(read_policy("quorum none", "policy")))
        for around, unused in ((world, True), (asked, False)):
            lines = run_health(around, node, read_members(node), ShowHealth(member=OPERATOR))
            told = [one.health for one in lines if one.part is HealthPart.WITNESSES]
            assert [one is Health.UNUSED for one in told] == [unused]


def test_nobody_else_looks(node: Path) -> None:
    """Neither the head nor who administers members."""
    for member in ("wa-police-chief", "wa-police-administrator"):
        with pytest.raises(WrongUseError, match="does not administer this node"):
            health_of(node, member)


def test_two_faults_are_both_told_and_come_first(node: Path) -> None:
    """Law that is gone stops, and so does the setting that nothing decides any more; the rest is told all the same."""
    with open_world(node) as world:
        shutil.rmtree(node / "law" / "wa-police")
        lines = run_health(world, node, read_members(node), ShowHealth(member=OPERATOR))
    assert wrong(lines) == [(HealthPart.LAW, Health.STOPPED), (HealthPart.SETTING, Health.STOPPED)]
    assert lines[0].of == "wa-police"
    assert lines[0].says == lines[1].says == "`wa-police` has no law in force; activate its packs and agreements"
    assert (HealthPart.KEYS, Health.GOOD) in [(one.part, one.health) for one in lines]


def test_reviews_that_are_owed_need_care(node: Path) -> None:
    """A year after it was first kept, without anybody having said that it is needed."""
    with open_world(node) as world:
        keep_roster(world, node)
        lines = read_roster(node)
        assert all(isinstance(one, RosterLine) for one in lines)
        since = lines[0].since.fromordinal(lines[0].since.toordinal() - REVIEW_DAYS)
        write_noun(
            node / ROSTER_FILE,
            (replace(lines[0], since=since, reviewed_on=None, used_on=lines[0].since), *lines[1:]),
        )
        found = run_health(world, node, read_members(node), ShowHealth(member=OPERATOR))
    assert wrong(found) == [(HealthPart.MEMBERS, Health.CARE)]
    assert found[0].says.startswith("yearly reviews of access are owed for 1")


def backups(lines: tuple[HealthLine, ...]) -> HealthLine:
    return next(one for one in lines if one.part is HealthPart.BACKUPS)


def test_a_demonstration_of_which_no_copy_was_made_misses_nothing(node: Path) -> None:
    """It is told as not used; a node of real people without a copy needs care."""
    assert backups(health_of(node)).health is Health.UNUSED
    with open_world(node) as world:
        write_noun(node / SETTINGS_FILE, replace(read_settings(node), invented=False))
        line = backups(run_health(world, node, read_members(node), ShowHealth(member=OPERATOR)))
    assert (line.health, line.at_ms) == (Health.CARE, None)
    assert line.says == "no copy of the node was ever made; make one with `comity node backup make`"


@pytest.mark.parametrize(
    ("age_ms", "health"), [(BACKUP_CARE_MS - 60_000, Health.GOOD), (BACKUP_CARE_MS, Health.CARE)]
)
def test_a_copy_is_good_for_two_days(node: Path, age_ms: int, health: Health) -> None:
    """When it was made and until when that is enough; then what to do."""
    with open_world(node) as world:
        made_ms = world.clock.now_ms() - age_ms
        keep_backup_state(node, BackupState(at_ms=made_ms, entries=1))
        line = backups(run_health(world, node, read_members(node), ShowHealth(member=OPERATOR)))
    assert (line.health, line.at_ms) == (health, made_ms)
    assert line.until_ms == (made_ms + BACKUP_CARE_MS if health is Health.GOOD else None)
    assert line.says.startswith(
        "" if health is Health.GOOD else "the newest copy of the node is older than two days"
    )


@pytest.mark.parametrize("left_out", ["checked_on", "found"])
def test_a_check_that_is_not_recorded_whole_needs_care(node: Path, left_out: str) -> None:
    """Its day, or what it found: a member without either may be signed in by nothing."""
    lines = read_roster(node)
    write_noun(node / ROSTER_FILE, (replace(lines[0], **{left_out: None}), *lines[1:]))
    found = health_of(node)
    assert wrong(found) == [(HealthPart.MEMBERS, Health.CARE)]
    assert found[0].says.startswith("the check of 1, or what it found, is not recorded")
