"""The desk enters a figure that no question shows, from the agency's own files: committed, and never forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import ProofError, WrongUseError
from comity.exchange.duty.duties import DESK
from comity.exchange.owners import owner_day, owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.agency import Agency, Member
from comity.model.canon import canonical_bytes, from_canonical, normal
from comity.model.disclosure import EntryKind, Unit
from comity.model.report import EnteredFigure, FigureTold
from comity.oversight.reports.described import words_entered
from comity.ports import World

MAY_ENTER = DESK | {"auditor"}


@dataclass(frozen=True, slots=True)
class GivenFigure:
    """What a member of the desk gives: the word, its dimensions, the days, the number, where it was counted."""

    what: str
    number: int
    first: date
    last: date
    evidence: str
    label: str = ""
    group: str = ""
    corrects: int | None = None


def enter_figure(world: World, member: Member, given: GivenFigure) -> FigureTold:
    """Enter a figure in the log.

    1 whose, and who may   2 a word some report asks for, days that are over   3 what it corrects   4 the entry

    Raises WrongUseError for who may not, an unknown word, days to come, or a correction of what is no figure of the agency.
    """
    now_ms = world.clock.now_ms()
    owner = owner_here(world, member.agency)  # 1
    if not MAY_ENTER & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not enter figures; it needs {', '.join(sorted(MAY_ENTER))}")
    if given.what not in words_entered():  # 2
        raise WrongUseError(
            f"`{given.what[:80]}` is no figure that a report asks for; write one of {', '.join(words_entered())}"
        )
    if given.last > owner_day(owner, now_ms):
        raise WrongUseError(f"{given.last} is not over; enter a figure when its last day is")
    if given.corrects is not None:  # 3
        _check_corrected(world, owner, given)
    entered = EnteredFigure(
        agency=owner.id,
        what=given.what,
        label=normal(given.label),
        group=normal(given.group),
        first=given.first,
        last=given.last,
        number=given.number,
        evidence=normal(given.evidence),
        by=member.id,
        at_ms=now_ms,
        corrects=given.corrects,
    )
    receipt = append_entry(  # 4
        world,
        Unit(
            facts=owner_facts(EntryKind.FIGURE_ENTERED, owner, now_ms),
            content=canonical_bytes({"owner": owner.id, "entered": 1}),
            record=canonical_bytes(entered),
        ),
    )
    return FigureTold(entry=parse_proof(receipt.proof).index, entered=entered)


def _check_corrected(world: World, owner: Agency, given: GivenFigure) -> None:
    index = given.corrects if given.corrects is not None else -1
    if not 0 <= index < world.journal.size():
        raise WrongUseError(f"the log has no entry {index}; the report's trace names the entry of a figure")
    facts = decode_entry(world.journal.entry(index)).facts
    oris = {dated.ori for dated in owner.oris}
    record = world.journal.record(index)
    if facts.kind is not EntryKind.FIGURE_ENTERED or facts.owner_ori not in oris:
        raise WrongUseError(
            f"entry {index} is no figure of `{owner.id}`; the report's trace names the entry of a figure"
        )
    if record is None:
        raise ProofError(f"the figure of entry {index} is gone, and no figure is ever forgotten")
    if from_canonical(record, EnteredFigure).what != given.what:
        raise WrongUseError(f"entry {index} counts something else; correct it under the same word")
