"""How long laws want the disclosure log kept, as data: the longest obligation counts, and a shorter most is shown beside it.

Source: law.md section 4, C-07, C-17; harms H30: a trail shorter than the longest obligation on the data it describes is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from comity.law.calendar import last_day_of
from comity.model.agency import Agency
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.retention import LogLife, LogMonth, LogObligation

YEAR_DAYS = 366  # a year of days that is never short of one
NOT_CRIMINAL_JUSTICE = frozenset(
    {AgencyKind.MOTOR_VEHICLES, AgencyKind.LICENSING, AgencyKind.VICTIM_SERVICE, AgencyKind.OTHER}
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """An obligation and whom it binds: levels, states and kinds, empty for all."""

    told: LogObligation
    levels: frozenset[GovernmentLevel] = frozenset()
    states: frozenset[str] = frozenset()
    kinds: frozenset[AgencyKind] = frozenset()
    except_kinds: frozenset[AgencyKind] = frozenset()


def _rule(rule: str, citation: str, status: str, years: int, says: str, *, floor: bool = True) -> LogObligation:
    return LogObligation(
        rule=rule, citation=citation, status=status, days=years * YEAR_DAYS, floor=floor, says=says
    )


OBLIGATIONS: tuple[_Rule, ...] = (
    _Rule(
        _rule(
            "us/PA-07",
            "5 USC 552a(c)(2)",
            "verified",
            5,
            "the accounting is kept for five years or the life of the record, whichever is longer",
        ),
        levels=frozenset({GovernmentLevel.FEDERAL}),
    ),
    _Rule(
        _rule("us/DP-04", "18 USC 2721(c)", "verified", 5, "who was given motor-vehicle data is kept five years"),
        kinds=frozenset({AgencyKind.MOTOR_VEHICLES}),
    ),
    _Rule(
        _rule("us/CJ-04", "CJIS Security Policy, AU-11", "verified", 1, "audit records are kept at least a year"),
        except_kinds=NOT_CRIMINAL_JUSTICE,
    ),
    _Rule(
        _rule(
            "comity/LOG-LIFE",
            "docs/retention.md",
            "house rule",
            5,
            "five years, so that whoever received what is corrected later is still known; the record's own life is added only "
            "where a register of the owner's law asks for it",
        ),
    ),
    _Rule(
        _rule(
            "us-va/VA-04",
            "Va. Code 2.2-5517(I)-(K)",
            "unverified",
            2,
            "the contributor's own trail of plate data is purged at two years; the exchange keeps its own log (C-07)",
            floor=False,
        ),
        states=frozenset({"VA"}),
    ),
    _Rule(
        _rule(
            "eu/EU-03b",
            "BDSG 76(4); Regulation 2018/1725 Art. 88(2)",
            "verified",
            1,
            "logs are deleted at the end of the year after the year they were made",
            floor=False,
        ),
        levels=frozenset({GovernmentLevel.FOREIGN}),
    ),
)


def obligations_on(owner: Agency) -> tuple[LogObligation, ...]:
    """What binds an owner's log, in the order of the table."""
    return tuple(one.told for one in OBLIGATIONS if _binds(one, owner))


def log_life(owner: Agency, log_days: int, months: tuple[str, ...], today: date) -> LogLife:
    """How long an owner's log is kept, and from which day on each month may be forgotten: never before the longest floor."""
    binding = obligations_on(owner)
    floor = max((one.days for one in binding if one.floor), default=0)
    most = min((one for one in binding if not one.floor), key=lambda one: one.days, default=None)
    days = max(log_days, floor)
    clash = ""
    if most is not None and most.days < days:
        clash = (
            f"{most.rule} wants at most {most.days} days ({most.citation}) where {days} are kept; each row follows "
            "its contributor, and what goes at the most keeps its place in the tree: counsel decides "
            "(docs/conflicts.md, C-07, C-17)"
        )
    return LogLife(
        log_days=log_days,
        obligations=binding,
        days=days,
        conflict=clash,
        months=tuple(_month(month, days, today) for month in months),
    )


def _month(month: str, days: int, today: date) -> LogMonth:
    ended = last_day_of(month)
    from_day = date.max if (date.max - ended).days <= days else ended + timedelta(days=days + 1)
    return LogMonth(month=month, from_day=from_day, ready=from_day <= today)


def _binds(one: _Rule, owner: Agency) -> bool:
    return (
        (not one.levels or owner.level in one.levels)
        and (not one.states or owner.state in one.states)
        and (not one.kinds or owner.kind in one.kinds)
        and owner.kind not in one.except_kinds
    )
