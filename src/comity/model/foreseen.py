"""What a change of an owner's law would open and close, told before it is made; and what an agreement was used for."""

from __future__ import annotations

from datetime import date

from comity.model.base import Noun
from comity.model.forbidden_way import OpenedWay
from comity.model.law_state import AgreementPlan, RuleChange
from comity.model.replay import ReplayReport, SweepReport


class CellsChanged(Noun, frozen=True, kw_only=True):
    """Fields of one class of which some question of a requester gets more (`wider`) or less, for these purposes.

    `before` and `after` say what such a question gets; `rules` are those of the changed ones that decide it.
    """

    wider: bool
    requester: str
    data_class: str
    fields: tuple[str, ...]
    purposes: tuple[str, ...]
    before: str
    after: str
    rules: tuple[str, ...]


class LawForeseen(Noun, frozen=True, kw_only=True):
    """Every change between two laws of an owner, proved for all questions, and tried on `sampled` random ones.

    `stays` counts pairs of requester and class of which nothing changes. `undecided` are class and field where no proof
    finished: then nothing may be said of them.
    """

    changes: tuple[CellsChanged, ...]
    stays: int
    undecided: tuple[tuple[str, str], ...]
    sampled: int

    @property
    def opens(self) -> tuple[CellsChanged, ...]:
        return tuple(one for one in self.changes if one.wider)

    @property
    def closes(self) -> tuple[CellsChanged, ...]:
        return tuple(one for one in self.changes if not one.wider)


class AgreementForeseen(Noun, frozen=True, kw_only=True):
    """What switching an agreement on would open for one party: its plan, what its law then gives, and ways through others.

    `change` is None where the text has faults. `closed` are labels of fields of which no question of the other parties gets
    more. `ways` are the owner's, of more than one step.
    """

    plan: AgreementPlan
    owner: str
    change: LawForeseen | None
    closed: tuple[str, ...] = ()
    ways: tuple[OpenedWay, ...] = ()


class AgreementUse(Noun, frozen=True, kw_only=True):
    """How often an agreement was used from a day on: questions of its parties for its purposes, and what came of them.

    A question that another agreement allows too counts for both. `since_log` says whether that day is the one on which the
    node's log began: of the days before nothing can be proved. `ways` are all by which data of the owner leaves over it.
    """

    agreement: str
    first: date
    asked: int
    released: int
    refused: int
    ways: tuple[OpenedWay, ...] = ()
    since_log: bool = False


class RuleMattered(Noun, frozen=True, kw_only=True):
    """In how many of an owner's `answers` a rule was a reason; `unread` are those whose explanation is no longer kept."""

    rule: str
    answers: int
    named: int
    unread: int


class PastUnderDraft(Noun, frozen=True, kw_only=True):
    """Questions since an instant (UTC milliseconds) decided again under a draft, and the accounts that gain and lose."""

    since_ms: int
    replayed: ReplayReport
    swept: SweepReport


class DraftForeseen(Noun, frozen=True, kw_only=True):
    """What a draft of an owner's law would come to. With `findings` nothing else was looked at."""

    findings: tuple[str, ...]
    rules: tuple[RuleChange, ...] = ()
    change: LawForeseen | None = None
