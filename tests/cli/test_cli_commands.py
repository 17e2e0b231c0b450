"""Commands are read when they are called."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from comity.cli.commands import Commands
from comity.cli.main import NOUNS, comity

HEAVY = ("numpy", "litestar", "uvicorn", "z3", "sqlite3")
LOADED = "import sys; from comity.cli.main import run; run({words!r}); print(*sys.modules, file=sys.stderr)"


@pytest.mark.parametrize("name", sorted(NOUNS))
def test_every_word_leads_to_the_command_of_that_name(name: str) -> None:
    """What is said to stand elsewhere stands there, under the same name."""
    found = comity.get_command(click.Context(comity), name)
    assert found is not None
    assert found.name == name


def test_a_command_reads_what_it_uses_and_nothing_of_the_others() -> None:
    """The version, the help of one noun and the offline verifier wait for no server, database or solver."""
    for words in (["--version"], ["ledger", "verify", "--help"]):
        told = subprocess.run(
            [sys.executable, "-c", LOADED.format(words=words)], capture_output=True, text=True, check=True
        ).stderr.split()
        assert "comity.cli.main" in told
        assert not set(HEAVY) & set(told)


def test_a_name_nobody_has_is_no_command() -> None:
    """An unknown word is refused as by any group, and a place that does not exist is a fault of ours, not an empty list."""
    group = Commands(name="group", elsewhere={"there": "nowhere:there"})
    assert group.get_command(click.Context(group), "else") is None
    assert group.list_commands(click.Context(group)) == ["there"]
    with pytest.raises(ModuleNotFoundError):
        group.get_command(click.Context(group), "there")
