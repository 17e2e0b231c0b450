"""Pages whose lists are a test's, over a node that has everything else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from desk_stage import Desk

from comity.node.local import LocalRequest, Progress
from comity.web.door import Door, untold


class FixedDoor(Door):
    """The way to the node of a desk, on which some lists are a test's."""

    def __init__(self, folder: Path, answers: dict[type, object]) -> None:
        super().__init__(folder)
        self._answers = answers

    def ask(self, request: LocalRequest, kind: Any, progress: Progress = untold) -> Any:
        """The test's answer, or the node's."""
        if type(request) in self._answers:
            return self._answers[type(request)]
        return super().ask(request, kind, progress)


def with_rows(desk: Desk, rows: dict[type, object]) -> Desk:
    """The same desk with a test's rows in some lists."""
    door = FixedDoor(desk.owner, rows)
    return replace(desk, stage=replace(desk.stage, site=replace(desk.stage.site, door=door)))
