"""Duties as JSON values and as text: the rule's words, states and times; nothing anybody wrote about a person."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from comity.errors import WrongUseError
from comity.exchange.duty.duty_state import (
    DutyState,
    deferred_by,
    deferred_until_ms,
    due_of,
    is_deferred,
    overdue_since_ms,
    state_of,
)
from comity.exchange.duty.owed_acts import OwedAct
from comity.model.disclosure import StoredDuty

STATE_COLOURS = {
    DutyState.OVERDUE: "red",
    DutyState.TO_CONFIRM: "yellow",
    DutyState.DEFERRED: "yellow",
    DutyState.DONE: "green",
}


def act_value(act: OwedAct, now_ms: int) -> dict[str, Any]:
    """The duties that one act fulfils as a JSON object: the one that says what is to be done, by the earliest clock."""
    first = duty_value(act.first, now_ms)
    clock = {name: first[name] for name in ("due", "own_due", "overdue_since", "state", "started")}
    demanded = [duty_value(one, now_ms) for one in act.duties]
    parts = ("id", "rule", "citation", "text", "query_id", "due", "state")
    return {
        **duty_value(act.lead, now_ms),
        **clock,
        "recipient": act.recipient,
        "demanded_by": [{part: one[part] for part in parts} for one in demanded],
    }


def duty_value(one: StoredDuty, now_ms: int) -> dict[str, Any]:
    """One duty as a JSON object; times are ISO 8601 in UTC."""
    until_ms = deferred_until_ms(one)
    return {
        "id": one.id,
        "query_id": one.query_id,
        "record_id": one.record_id,
        "kind": one.duty.kind,
        "to": one.duty.to,
        "rule": one.duty.rule,
        "citation": one.duty.citation,
        "text": one.duty.text,
        "report": one.duty.report,
        "period": one.duty.period,
        "state": state_of(one, now_ms).value,
        "due": utc_text(due_of(one)),
        "own_due": utc_text(one.duty.due_ms),
        "waits_for": one.duty.after if one.duty.due_ms is None else "",
        "deferred_until": utc_text(until_ms),
        "deferred_by": deferred_by(one),
        "overdue_since": utc_text(overdue_since_ms(one, now_ms)),
        "confirm": one.duty.confirm,
        "confirmed": utc_text(one.confirmed.at_ms if one.confirmed else None),
        "raised": utc_text(one.raised_ms),
        "started": utc_text(one.started_ms),
        "done": utc_text(one.done_ms),
    }


def print_duty(one: StoredDuty, now_ms: int) -> None:
    """One duty as a line, and its id with the question that raised it as a second."""
    print_act(OwedAct((one,)), now_ms)


def print_act(act: OwedAct, now_ms: int) -> None:
    """What one act fulfils as a line with the earliest clock and every rule that demands it; its id as a second."""
    one = act.lead
    due = utc_text(act.due_ms) or "no time set"
    addressee = f" {act.recipient}" if act.recipient else ""
    text = f": {one.duty.text}" if one.duty.text else ""
    rules = "; ".join(f"{each.duty.rule}, {each.duty.citation}" for each in act.by_rule)
    click.echo(f"due {due}  {one.duty.kind}{addressee}{text} ({rules}){_standing(act.first, now_ms)}")
    about = f", question {one.query_id}" if one.query_id else ""
    click.echo(click.style(f"    duty {one.id}{about}", dim=True))


def _standing(one: StoredDuty, now_ms: int) -> str:
    """What stands against a duty, or how long it is overdue, in brackets."""
    state, late_ms, until_ms = state_of(one, now_ms), overdue_since_ms(one, now_ms), deferred_until_ms(one)
    parts = []
    if late_ms is not None:
        parts.append(f"overdue by {length_text(now_ms - late_ms)}")
    if until_ms is not None and is_deferred(one, now_ms):
        parts.append(f"deferred until {utc_text(until_ms)} by {deferred_by(one)}")
    if state is DutyState.WAITING:
        parts.append(f"waits for {one.duty.after}")
    if state is DutyState.TO_CONFIRM:
        parts.append("a person confirms first")
    if state is DutyState.DONE:
        parts.append(f"done {utc_text(one.done_ms)}" if one.done_ms is not None else "done by its entry")
    return "".join(" " + click.style(f"[{part}]", fg=STATE_COLOURS.get(state)) for part in parts)


def length_text(ms: int) -> str:
    """A length of time in its two largest units: `3 days 4 hours`."""
    minutes = ms // 60_000
    parts = [(minutes // 1_440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute")]
    said = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(said[:2]) or "less than a minute"


def utc_text(ms: int | None) -> str | None:
    """UTC milliseconds as ISO 8601 to the second; None for none."""
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat() if ms is not None else None


def instant_of(text: str) -> int:
    """A time as it is written with its offset, in UTC milliseconds. Raises WrongUseError."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"`{text[:40]}` is not a time; write for instance 2026-11-18T10:15-08:00") from error
    if at.tzinfo is None:
        raise WrongUseError(f"`{text[:40]}` has no offset; write for instance 2026-11-18T10:15-08:00")
    return int(at.astimezone(UTC).timestamp() * 1000)
