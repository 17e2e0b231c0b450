"""The processes of the demonstration: they run together, and end together."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from comity.cli.demo_command import called_as, day_everywhere, say
from comity.demo.agencies import directory_agencies
from comity.demo.run import wait_while_running
from comity.errors import PeerUnreachableError


def test_one_process_that_ends_ends_the_demonstration() -> None:
    """A parent that a shell made deaf to Ctrl-C does not wait for children that heard it."""
    lasts = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    ends = subprocess.Popen([sys.executable, "-c", "pass"])
    try:
        with pytest.raises(PeerUnreachableError, match="so the demonstration ends"):
            wait_while_running((lasts, ends))
        assert lasts.poll() is None
    finally:
        for one in (lasts, ends):
            one.kill()
            one.wait()


def test_each_step_is_told_where_nobody_sits_at_a_terminal_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Half a minute of nothing in a pipe looks like a fault; the lines are no part of what is printed, and have no colours."""
    say("ca-node: 149 records")
    assert capsys.readouterr() == ("", "ca-node: 149 records\n")


def test_the_command_is_printed_as_it_can_be_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its path where no shell finds it by name, or finds another of that name; by its module where that was run."""
    for folder in ("here", "there"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "comity").write_text("#!/bin/sh\n")
        (tmp_path / folder / "comity").chmod(0o755)
    typed = str(tmp_path / "here" / "comity")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert called_as(typed) == typed
    monkeypatch.setenv("PATH", str(tmp_path / "there"))
    assert called_as(typed) == typed
    monkeypatch.setenv("PATH", str(tmp_path / "here"))
    assert called_as(typed) == "comity"
    assert called_as("/x/comity/__main__.py") == f"{sys.executable} -m comity"


@pytest.mark.parametrize("hour", [1, 7, 9, 23])
def test_a_region_is_of_a_day_that_has_come_to_all_its_agencies(hour: int) -> None:
    """At any hour: the law refuses a session of whoever was checked on a day that has not come."""
    now = datetime(2026, 11, 30, hour, tzinfo=UTC)
    for agency in directory_agencies():
        assert day_everywhere(now) <= now.astimezone(ZoneInfo(agency.zone)).date()
