"""How often a rule mattered: in how many answers of an owner it was a reason, for the question or a record considered."""

from __future__ import annotations

from collections.abc import Iterator

from comity.errors import ComityError
from comity.exchange.replay.replay import past_entries
from comity.model.agency import Agency
from comity.model.canon import from_canonical
from comity.model.decision import Reason
from comity.model.disclosure import DeskRecord
from comity.model.foreseen import RuleMattered
from comity.ports import World


def mattered(world: World, owner: Agency, rule: str, since_ms: int) -> RuleMattered:
    """Count the owner's answers since an instant in whose reasons a rule stands (full id, `us-ca/CA-02`).

    An answer whose explanation is no longer kept is counted as unread, so that the figure never says less than it should.
    """
    answers, named, unread = 0, 0, 0
    for index in past_entries(world, owner, since_ms):
        answers += 1
        try:
            sealed = world.journal.sealed(index)
        except ComityError:
            sealed = None
        if sealed is None:
            unread += 1
        elif any(reason.rule == rule for reason in _reasons(from_canonical(sealed, DeskRecord))):
            named += 1
    return RuleMattered(rule=rule, answers=answers, named=named, unread=unread)


def _reasons(desk: DeskRecord) -> Iterator[Reason]:
    yield from desk.decision.refused
    for _, reasons in desk.decision.removed:
        yield from reasons
    for one in desk.considered:
        for field in one.decision.fields:
            yield from field.reasons
