"""A month of the log in counts, committed before its content goes, so that reports keep their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.codes import DataClass, Purpose
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.pruning import Tally, TallyRow

# Whose content is an answer with items. What is told of one record (a call, a notice, a transmission) names its one class.
ANSWERS = frozenset({EntryKind.ANSWERED, EntryKind.RESENT, EntryKind.ONWARD})
OF_ONE_RECORD = frozenset({EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED})

Alike = tuple[EntryKind, str, str, Purpose | None, str]


def month_of(at_ms: int) -> str:
    """The month an instant (UTC milliseconds) falls in, UTC's."""
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m}"


@dataclass
class _Sum:
    entries: int = 0
    items: int = 0
    asked: Counter[DataClass] = field(default_factory=Counter)
    released: Counter[DataClass] = field(default_factory=Counter)


class Counting:
    """Counts of one month while its entries are read."""

    def __init__(self) -> None:
        self._sums: dict[Alike, _Sum] = {}

    def add(self, facts: EntryFacts, content: bytes | None) -> None:
        """Count one entry; `content` is needed of an answer that released something."""
        alike = (facts.kind, facts.owner_ori, facts.asker_ori, facts.purpose, facts.decision)
        one = self._sums.setdefault(alike, _Sum())
        one.entries += 1
        one.items += facts.released
        asked = tuple(_classes(facts.class_mask))
        one.asked.update(asked)
        if facts.kind in OF_ONE_RECORD and len(asked) == 1:
            one.released[asked[0]] += facts.released
        if content is not None and facts.released and facts.kind in ANSWERS:
            one.released.update(item.data_class for item in from_canonical(content, Answer).items)

    def tally(self, node: str, month: str) -> Tally:
        """The month's counts, in the order of their words."""
        rows = (_row(alike, one) for alike, one in self._sums.items())
        return Tally(node=node, month=month, rows=tuple(sorted(rows, key=_order)))


def _classes(mask: int) -> Iterable[DataClass]:
    return (data_class for bit, data_class in enumerate(DataClass) if mask >> bit & 1)


def _row(alike: Alike, one: _Sum) -> TallyRow:
    kind, owner_ori, asker_ori, purpose, decision = alike
    return TallyRow(
        kind=kind,
        owner_ori=owner_ori,
        asker_ori=asker_ori,
        purpose=purpose,
        decision=decision,
        entries=one.entries,
        items=one.items,
        asked=dict(sorted(one.asked.items())),
        released=dict(sorted(one.released.items())),
    )


def _order(row: TallyRow) -> tuple[str, ...]:
    return row.kind, row.owner_ori, row.asker_ori, row.purpose or "", row.decision
