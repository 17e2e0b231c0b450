"""Reports that an agency owes, as duties with their days: raised where no law in force raises them itself.

A law pack that demands a report brings the duty (`exchange/duty/duty_clocks.py`). Of a report whose law is no rule here, or
whose pack is not switched on, the duty is ours, so that no statutory report is missed because nobody wrote a rule for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from comity.errors import LawUnavailableError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.answering.raised import periodic_duty
from comity.exchange.builtin import builtin_reason
from comity.exchange.owners import owner_day, owner_facts, owners_here
from comity.law.calendar import end_of_day_ms, end_of_period, period_of, start_of_period
from comity.law.compiled import Law
from comity.ledger.append import append_entry
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.oversight.reports.described import Described, described, report_kinds
from comity.oversight.reports.period import due_on
from comity.ports import World

RULE = "comity/REPORT"
MOST_PERIODS = 120  # ten years of months: how far back a node that was away looks for what it owes


def raise_reports(world: World) -> tuple[StoredDuty, ...]:
    """Raise the reports that owners here owe for the running period and earlier ones that were missed; the duties raised.

    For each owner: 1 the law in force, whose own duties are left to it   2 the periods raised already   3 what is owed
    beside them   4 one entry, if there is anything
    """
    found: list[StoredDuty] = []
    for owner in owners_here(world):
        now_ms = world.clock.now_ms()
        try:
            registers = _registers(read_law(world, world.directory(), owner.id)[1])  # 1
        except LawUnavailableError:
            registers = frozenset()
        raised: dict[str, set[str]] = {}
        for one in world.journal.periodic_duties(owner.id):  # 2
            if one.duty.rule == RULE:
                raised.setdefault(one.duty.report, set()).add(one.duty.period)
        new = tuple(
            periodic_duty(owner.id, duty, now_ms)
            for kind in owed_by(owner)
            if described(kind).register not in registers
            for duty in _owed(owner, kind, owner_day(owner, now_ms), raised.get(kind, set()))  # 3
        )
        if new:
            append_entry(world, _unit(owner, new, now_ms))  # 4
            found += new
    return tuple(found)


def owed_by(owner: Agency) -> tuple[str, ...]:
    """The kinds of report that a statute of an agency's state demands of it."""
    return tuple(kind for kind in report_kinds() if owner.state in described(kind).states)


def _registers(law: Law) -> frozenset[str]:
    """The registers for which a rule in force demands a report each period."""
    return frozenset(
        str(spec.report)
        for code in law.codes
        for spec in code.rule.duties
        if str(spec.kind) == "report" and spec.report is not None and spec.every is not None
    )


def _owed(owner: Agency, kind: str, today: date, raised: set[str]) -> Iterator[Duty]:
    """The running period, and those before it back to the last that was raised; where none was, the one before if not due."""
    asked, day = described(kind), today
    for number in range(MOST_PERIODS):
        last = end_of_period(day, asked.every)
        due = due_on(last, asked.every, asked.due)
        if period_of(day, asked.every) in raised or (number and not raised and (number > 1 or due < today)):
            return
        yield _duty(owner, kind, asked, last, due)
        day = start_of_period(day, asked.every) - timedelta(days=1)


def _duty(owner: Agency, kind: str, asked: Described, last: date, due: date) -> Duty:
    return Duty(
        kind="report",
        rule=builtin_reason(RULE).rule,
        citation=f"{asked.citation} ({asked.status})",
        to=asked.to,
        report=kind,
        due_ms=end_of_day_ms(due, owner.zone),
        text=f"file `{kind}`{'; a period in which nothing happened is reported too' if asked.nil != 'none-owed' else ''}",
        period=period_of(last, asked.every),
    )


def _unit(owner: Agency, new: tuple[StoredDuty, ...], now_ms: int) -> Unit:
    return Unit(
        facts=owner_facts(EntryKind.DUTY_RAISED, owner, now_ms),
        content=canonical_bytes({"event": "period-end", "duties": [one.id for one in new]}),
        record=canonical_bytes(new),
        duties=new,
    )
