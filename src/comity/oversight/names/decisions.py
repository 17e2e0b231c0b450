"""What a reviewer decided about a spelling, remembered in a CSV file that only grows.

A decision overrides the verdict by words. It is never changed: another decision replaces it and names it. One whose agency has
left the directory is told, and its spelling is doubtful again.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from comity.errors import NounError
from comity.formats.csv_table import Row, parse_table
from comity.formats.tree import refuse
from comity.model.base import Noun, check_ori, check_text
from comity.model.flow import LONGEST_PARTY
from comity.oversight.names.listed import Directory
from comity.oversight.names.resolve import Candidate, Resolution, Verdict
from comity.oversight.names.sentences import say_name

COLUMNS = ("number", "spelling", "ori", "role", "on", "why", "replaces")
NO_AGENCY = "none"  # what stands in place of an ORI where a spelling means no agency of the directory
MOST_DECISIONS = 100_000
LONGEST_WHY = 400
LONGEST_ROLE = 60


class Decision(Noun, frozen=True, kw_only=True):
    """One decision: `ori` is empty where the spelling means no agency of the directory; `role` is who decided, never a name;
    `replaces` is the number of the decision it replaces, 0 where it is the first on its spelling."""

    number: int
    spelling: str
    ori: str
    role: str
    on: date
    why: str
    replaces: int = 0

    def __post_init__(self) -> None:
        check_text("the spelling of a decision", self.spelling, LONGEST_PARTY)
        check_text("the role of who decided", self.role, LONGEST_ROLE)
        check_text("the reason of a decision", self.why, LONGEST_WHY)
        if self.ori:
            check_ori(self.ori)
        if not 1 <= self.number <= MOST_DECISIONS:
            raise NounError(f"decision number {self.number} is not between 1 and {MOST_DECISIONS}")
        if not 0 <= self.replaces < self.number:
            raise NounError(f"decision {self.number} replaces {self.replaces}, which does not stand before it")

    @property
    def meaning(self) -> str:
        return self.ori or NO_AGENCY


@dataclass(frozen=True, slots=True)
class Remembered:
    """Decisions in the order of the file; `in_force` are those that no later one replaces."""

    decisions: Sequence[Decision]

    @property
    def in_force(self) -> tuple[Decision, ...]:
        replaced = {decision.replaces for decision in self.decisions}
        return tuple(decision for decision in self.decisions if decision.number not in replaced)

    def find(self, spelling: str) -> Decision | None:
        """The decision in force on a spelling; blanks and case make no difference."""
        wanted = same_spelling(spelling)
        return next((one for one in self.in_force if same_spelling(one.spelling) == wanted), None)

    def apply(self, resolution: Resolution, directory: Directory) -> Resolution:
        """A verdict as the reviewer decided it, where there is a decision."""
        decision = self.find(resolution.written)
        return resolution if decision is None else _decided(resolution, decision, directory)


def same_spelling(text: str) -> str:
    """What two spellings have in common that are one to a reviewer."""
    return " ".join(text.split()).casefold()


def _decided(resolution: Resolution, decision: Decision, directory: Directory) -> Resolution:
    by = say_name(
        "name.decided",
        number=decision.number,
        day=str(decision.on),
        role=decision.role,
        meaning=decision.meaning,
        words=decision.why,
    )
    if not decision.ori:
        return replace(
            resolution,
            verdict=Verdict.NOT_LISTED,
            agency=None,
            candidates=(),
            reasons=(by,),
            decided=decision.number,
        )
    listed = directory.by_ori.get(decision.ori)
    if listed is None:
        why = say_name("name.decided-gone", ori=decision.ori, number=decision.number, day=str(decision.on))
        return replace(
            resolution,
            verdict=Verdict.DOUBTFUL,
            agency=None,
            reasons=(why, *resolution.reasons),
            decided=decision.number,
        )
    return replace(
        resolution,
        verdict=Verdict.RESOLVED,
        state=listed.entry.state,
        level=listed.level,
        kind=listed.kind,
        agency=listed,
        candidates=(Candidate(listed, 100, (by,)),),
        reasons=(by,),
        decided=decision.number,
    )


def read_decisions(raw: bytes, file: str) -> tuple[Decision, ...]:
    """The decisions of a file. Raises RecordFileError with line and remedy: nothing of a faulty file is followed."""
    table = parse_table(raw, file)
    if table.header != COLUMNS:
        raise refuse(file, 1, "the columns are not those of a file of decisions", f"write `{','.join(COLUMNS)}`")
    found: list[Decision] = []
    standing: dict[str, Decision] = {}
    for row in table.rows:
        decision = _read_row(row, file)
        if decision.number != len(found) + 1:
            fault = f"decision {decision.number} stands where number {len(found) + 1} should"
            raise refuse(
                file, row.line, fault, "number decisions from 1 without gaps; take the file from its backup"
            )
        _check_replaces(decision, standing, file, row.line)
        standing[same_spelling(decision.spelling)] = decision
        found.append(decision)
    return tuple(found)


def _check_replaces(decision: Decision, standing: dict[str, Decision], file: str, line: int) -> None:
    former = standing.get(same_spelling(decision.spelling))
    expected = former.number if former else 0
    if decision.replaces != expected:
        if former is None:
            fault = f"decision {decision.number} replaces {decision.replaces}, which is on another spelling"
        else:
            fault = f"`{decision.spelling[:60]}` is decided by number {expected}, which this does not replace"
        raise refuse(file, line, fault, f"write {expected or 'nothing'} under `replaces`")


def _read_row(row: Row, file: str) -> Decision:
    cells = {name: cell.strip() for name, cell in zip(COLUMNS, row.cells, strict=False)}
    if len(row.cells) != len(COLUMNS):
        raise refuse(file, row.line, f"the row has {len(row.cells)} cells, not {len(COLUMNS)}", "correct the row")
    try:
        return Decision(
            number=int(cells["number"]),
            spelling=cells["spelling"],
            ori="" if cells["ori"] == NO_AGENCY else check_ori(cells["ori"]),
            role=cells["role"],
            on=date.fromisoformat(cells["on"]),
            why=cells["why"],
            replaces=int(cells["replaces"] or 0),
        )
    except NounError as error:
        raise refuse(file, row.line, str(error), "correct the row") from error
    except ValueError as error:
        fault = "a number or the day cannot be read"
        raise refuse(file, row.line, fault, "write whole numbers, and the day as YYYY-MM-DD") from error


def next_decision(
    decisions: Sequence[Decision], *, spelling: str, ori: str, role: str, on: date, why: str
) -> Decision:
    """The decision to be added for a spelling, replacing the one in force on it. Raises NounError as `Decision` does."""
    former = Remembered(decisions).find(spelling)
    return Decision(
        number=len(decisions) + 1,
        spelling=" ".join(spelling.split()),
        ori=ori,
        role=role,
        on=on,
        why=why,
        replaces=former.number if former else 0,
    )


def decision_line(decision: Decision) -> str:
    """A decision as a line of the file, without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(
        (
            decision.number,
            decision.spelling,
            decision.meaning,
            decision.role,
            decision.on.isoformat(),
            decision.why,
            decision.replaces or "",
        )
    )
    return out.getvalue()
