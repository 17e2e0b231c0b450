"""Versions of the source timed question by question in turn."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from match.paired import SERVE, Version, in_turn, main


class Timed:
    """A version whose questions take what is written down, one round after the other."""

    def __init__(self, took: list[float], asked: list[str], name: str) -> None:
        self._took, self._asked, self._name = iter(took), asked, name

    def ask(self, place: int) -> float:
        self._asked.append(f"{self._name}{place}")
        return next(self._took)


def test_each_question_goes_to_all_before_the_next_and_its_least_counts() -> None:
    """What the machine does to one version it does to the others."""
    asked: list[str] = []
    versions = [Timed([3.0, 9.0, 2.0, 5.0], asked, "a"), Timed([1.0, 1.0, 7.0, 0.5], asked, "b")]
    assert in_turn(versions, 2, 2) == [[2.0, 5.0], [1.0, 0.5]]  # type: ignore[arg-type]
    assert asked == ["a0", "b0", "a1", "b1"] * 2


def test_a_folder_that_is_no_version_is_named(tmp_path: Path) -> None:
    """And nothing is compared."""
    with pytest.raises(SystemExit, match="built no index"), Version(tmp_path, "5k", 10) as version:
        version.wait()


def test_this_version_answers(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Its own process builds, is asked, and a line tells what that took."""
    here = Path(__file__).resolve().parents[2]
    monkeypatch.setattr(
        sys, "argv", ["paired.py", "--size", "5k", "--questions", "10", "--rounds", "1", str(here)]
    )
    main()
    assert "ratio 1.000 mean, 1.000 median" in capsys.readouterr().out
    assert SERVE not in sys.argv
