"""`comity ledger prune`: what the setting lets go goes for good; what it does not is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cli_stage import QUESTION, Stage, call, refused
from msgspec.structs import replace

from comity.demo.agencies import WA_POLICE, member_of
from comity.exchange.log.tally import month_of
from comity.ledger.append import append_entry
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.month_keys import MonthKeys
from comity.node.open_world import open_world
from comity.settings import SETTINGS_FILE, read_settings, write_noun

DAY_MS = 86_400_000


@pytest.fixture
def copy(stage: Stage, tmp_path: Path) -> Path:
    """A node of one's own that keeps its log for a hundred days."""
    folder = stage.copy("wa-node", tmp_path)
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), log_days=100))
    return folder


def enter_long_ago(folder: Path, days: int) -> tuple[int, str]:
    """Enter something as if it had been so many days ago; its number, and its month."""
    with open_world(folder) as world:
        at_ms = world.clock.now_ms() - days * DAY_MS
        month = month_of(at_ms)
        months = MonthKeys(folder / "keys" / "months", lambda: month)
        world.keys.wrap = months.wrap  # type: ignore[method-assign]
        facts = EntryFacts(kind=EntryKind.REJECTED, at_ms=at_ms)
        append_entry(world, Unit(facts=facts, content=b'{"sentence":"long ago"}', record=b"{}"))
        return world.journal.size() - 1, month


def test_a_month_that_is_past_goes_and_the_log_verifies(copy: Path) -> None:
    """Said first, then done: the key is gone, the counts and the other entries are there, nothing is left to do."""
    index, month = enter_long_ago(copy, 200)
    said = call("ledger", "prune", "--node", copy, "--dry-run")
    assert said.status == 0
    assert f"{month}: 1 would be forgotten, 0 kept" in said.out
    assert (copy / "keys" / "months" / f"{month}.key").exists()
    done = call("ledger", "prune", "--node", copy)
    assert done.status == 0
    assert f"{month}: 1 forgotten, 0 kept; counted in entry {index + 1}" in done.out
    assert f"entry {index + 2} of the log says so" in done.out
    assert not (copy / "keys" / "months" / f"{month}.key").exists()
    again = call("ledger", "prune", "--node", copy)
    assert again.out.startswith("nothing before ")
    verified = call("ledger", "verify", copy / "log", "--key", copy / "log.vkey")
    assert verified.status == 0
    with open_world(copy) as world:
        assert world.journal.content(index) is None
        assert world.journal.content(index - 1) is not None
    assert call("node", "check", "--node", copy).status == 0


def test_what_the_setting_keeps_is_refused(copy: Path, stage: Stage) -> None:
    """A month within the days, a word that is no month; and a node that says nothing keeps everything."""
    this_month = f"{datetime.now(UTC):%Y-%m}"
    assert "the node keeps its log for 100 days" in refused(
        "ledger", "prune", "--node", copy, "--before", this_month
    )
    assert "is not a month" in refused("ledger", "prune", "--node", copy, "--before", "last")
    shown = call("ledger", "prune", "--node", stage.node("wa-node"), "--json").json
    assert (shown["months"], shown["entry"]) == ([], None)
    assert shown["before"] == "1970-01"


def test_a_time_that_no_month_has_is_no_setting(copy: Path) -> None:
    """Thirty days or less would take what is still on its way."""
    path = copy / SETTINGS_FILE
    path.write_text(path.read_text().replace('"log_days": 100', '"log_days": 30'))
    assert "write days from 31" in refused("ledger", "prune", "--node", copy)


def test_nothing_of_a_question_lies_readable_in_the_database(copy: Path) -> None:
    """Name, case and member of a question that was just asked stand in no byte of the database's files."""
    words = ("--purpose", "criminal-investigation", "--case", "77-RIVERSIDE")
    asked = call("ask", "--node", copy, "--as", member_of(WA_POLICE, "detective"), *QUESTION, *words)
    assert asked.status in (0, 1), asked.err
    raw = b"".join(path.read_bytes() for path in copy.glob("node.db*"))
    assert b"77-RIVERSIDE" not in raw
    assert member_of(WA_POLICE, "detective").encode() not in raw
    assert b"wa-police" in raw, "the database itself was read"
