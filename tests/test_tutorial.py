"""The tutorial is true: its files are written, its commands run and its output compared, in the order of the page."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from comity.cli.main import run

FOLDER = Path(__file__).parents[1] / "docs" / "tutorials"
BLOCK = re.compile(r"(?ms)^```(\w+)\n(.*?)^```$")
FILE = re.compile(r"`(harrow-bay/[\w.]+)`:\s*\Z")
CHANGED = re.compile(r"`(harrow-bay/[\w.]+)` now is:\s*\Z")
ADDED = re.compile(r"At the end of\s+`(harrow-bay/[\w.]+)` add:\s*\Z")
REPLACE = re.compile(r"`([^`]+)`\s+by\s+`([^`]+)`")
COMMANDS = 7


def test_every_step_of_the_tutorial_does_what_the_page_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """From an empty folder, each file, change and command of the page leads to the output that it shows."""
    monkeypatch.chdir(tmp_path)
    rules = Path("harrow-bay/rules.law")
    page = (FOLDER / "city-ordinance.md").read_text(encoding="utf-8")
    done, ran = 0, 0
    for block in BLOCK.finditer(page):
        prose, done = page[done : block.start()], block.end()
        for old, new in REPLACE.findall(prose):
            assert old in rules.read_text()
            rules.write_text(rules.read_text().replace(old, new))
        if block[1] == "console":
            ran += run_and_compare(block[2], capfd)
        elif (changed := CHANGED.search(prose)) is not None:
            assert Path(changed[1]).read_text() == block[2]
        elif (added := ADDED.search(prose)) is not None:
            Path(added[1]).write_text(Path(added[1]).read_text() + block[2])
        else:
            named = FILE.search(prose)
            assert named is not None, block[2]
            Path(named[1]).parent.mkdir(exist_ok=True)
            Path(named[1]).write_text(block[2])
    assert ran == COMMANDS
    for name in ("rules.law", "cases.yaml"):
        assert Path("harrow-bay", name).read_text() == (FOLDER / "city-ordinance" / name).read_text()


def run_and_compare(shown: str, capfd: pytest.CaptureFixture[str]) -> int:
    """Run each command of a block and compare what it prints with the lines below it; how many were run."""
    commands = re.split(r"(?m)^\$ ", shown)[1:]
    for command in commands:
        words, _, expected = command.partition("\n")
        run(shlex.split(words)[1:])
        printed = capfd.readouterr()
        assert (printed.out + printed.err).rstrip() == expected.rstrip(), words
    return len(commands)


def test_the_finished_files_are_in_the_layout_and_clean(capfd: pytest.CaptureFixture[str]) -> None:
    """What a reader copies is checked strictly, formatted, and its cases come out as written."""
    folder = str(FOLDER / "city-ordinance")
    assert run(["law", "check", "--strict", folder]) == 0
    assert run(["law", "format", "--check", folder]) == 0
    assert run(["law", "cases", folder]) == 0
    assert capfd.readouterr().err == ""
