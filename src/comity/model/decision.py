"""Decisions: levels, reasons, holds and duties. Refused and withheld are values with reasons, never booleans."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.codes import DataClass, Level


class Reason(Noun, frozen=True, kw_only=True):
    """Why something was given, narrowed, held or refused.

    `rule` is the permanent id with its pack (`us-ca/CA-02`) or a built-in one (`comity/...`); `status` is
    `verified` or `unverified`; `effect` one of permit, forbid, cap, hold, conflict, refuse; `because` says in a
    plain sentence which facts decided; `remedy` which paper or step would help, or is empty.
    """

    rule: str
    title: str
    citation: str
    status: str
    effect: str
    because: str = ""
    remedy: str = ""


class Hold(Noun, frozen=True, kw_only=True):
    """Something a person must decide before a field may leave.

    `kind` is review, attestation or conflict; `what` the statement or the two rules; `role` who decides;
    `within` the time allowed in plain words (`2 days`), empty when the rule names none.
    """

    kind: str
    rule: str
    what: str
    role: str
    within: str
    citation: str


class Duty(Noun, frozen=True, kw_only=True):
    """A duty that a rule attaches to a request or a release.

    `kind` is notify, document, forward, count, report, log, label, purge, recall or review; `to` whom; `report` the
    register it counts towards; `due_ms` UTC milliseconds, None where there is no clock or its event is still to
    come: then `after` names the event and `within` the time allowed from it (`3 days`); `period` the week, month,
    quarter or year a periodic duty is for. `confirm` is true when a human must confirm before anything goes to a
    third party (unverified rule or unknown condition). A notice that a sealed order defers keeps its own due time
    and has `deferred_until_ms` (the last millisecond of the deferral) and `deferred_by`, the rule that says so.
    """

    kind: str
    rule: str
    citation: str
    to: str = ""
    report: str = ""
    due_ms: int | None = None
    after: str = ""
    text: str = ""
    confirm: bool = False
    within: str = ""
    period: str = ""
    deferred_until_ms: int | None = None
    deferred_by: str = ""


class FieldDecision(Noun, frozen=True, kw_only=True):
    """What may leave of one field of one record: its level, whether it is held, and why."""

    field: str
    level: Level
    held: bool = False
    match_only: bool = False
    reasons: tuple[Reason, ...] = ()


class QueryDecision(Noun, frozen=True, kw_only=True):
    """What may be asked at all.

    `allowed` are the data classes left; `removed` pairs a class with the reasons it was taken out; `refused`
    the reasons that refuse the whole question (follow from the question alone); `duties` attach to the request
    even when it is refused.
    """

    allowed: tuple[DataClass, ...]
    removed: tuple[tuple[DataClass, tuple[Reason, ...]], ...] = ()
    refused: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()
    holds: tuple[Hold, ...] = ()


class RecordDecision(Noun, frozen=True, kw_only=True):
    """What may leave of one person's view of one record. `concealed` records are dropped before anything is counted."""

    fields: tuple[FieldDecision, ...]
    holds: tuple[Hold, ...] = ()
    duties: tuple[Duty, ...] = ()
    labels: tuple[str, ...] = ()
    concealed: bool = False

    def level_of(self, field: str) -> Level:
        for decided in self.fields:
            if decided.field == field:
                return Level.NOTHING if decided.held else decided.level
        return Level.NOTHING
