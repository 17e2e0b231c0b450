"""Confirmations of hits as JSON values and as text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from comity.cli.show_duties import length_text, utc_text
from comity.cli.table import object_of
from comity.model.confirmation import Confirmation, ConfirmationState

STATE_COLOURS = {ConfirmationState.CONFIRMED: "green", ConfirmationState.NOT_CONFIRMED: "red"}
TOLD = {
    ConfirmationState.ON_ITS_WAY: "on its way to the owner's node",
    ConfirmationState.WAITING: "waits for the owner",
    ConfirmationState.MORE_TIME: "the owner needs more time",
    ConfirmationState.CONFIRMED: "confirmed",
    ConfirmationState.NOT_CONFIRMED: "not confirmed",
    ConfirmationState.RECALLED: "was confirmed, and recalled since: ask the question anew",
}


def confirmation_value(one: Confirmation) -> dict[str, Any]:
    """One confirmation as a JSON object; times are ISO 8601 in UTC."""
    return {
        **object_of(one, "id", "asker", "owner", "incoming", "query_id", "item_id", "urgency", "by"),
        "asked": utc_text(one.asked_ms),
        "arrived": utc_text(one.arrived_ms),
        "due": utc_text(one.due_ms),
        **object_of(one, "state", "overdue"),
        "said": utc_text(one.said_ms),
        **object_of(one, "reference", "contact", "trouble"),
        "subject": msgspec.to_builtins(one.subject),
    }


def print_confirmation(one: Confirmation) -> None:
    """One confirmation in a few lines: who asked whom, where it stands, what the desk compares."""
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    who = f"{one.asker} asks" if one.incoming else f"asked of {one.owner}"
    state = click.style(f"[{TOLD[one.state]}]", fg=STATE_COLOURS.get(one.state, "yellow"))
    click.echo(f"{utc_text(one.asked_ms)}  {one.urgency}, {who}, by {one.by} {state}")
    if one.overdue:
        late = length_text(now_ms - one.due_ms)
        click.echo(click.style(f"    overdue by {late}; call {one.contact or 'them'}, or ask again", fg="red"))
    elif one.said_ms is not None and one.state is not ConfirmationState.MORE_TIME:
        click.echo(f"    said {utc_text(one.said_ms)}")
    else:
        click.echo(f"    due {utc_text(one.due_ms)}")
    if one.incoming:
        click.echo(f"    record    {one.reference or 'none that is there any more'}")
        click.echo(f"    asked for {_subject_text(one)}")
    if one.trouble:
        click.echo(f"    {one.trouble}")
    click.echo(click.style(f"    request {one.id}, item {one.item_id}", dim=True))


def _subject_text(one: Confirmation) -> str:
    """What the question named, field by field; the question is the owner's to keep with its answer."""
    if one.subject is None:
        return "a question that is no longer kept"
    value = msgspec.to_builtins(one.subject)
    parts = (f"{name.replace('_', ' ')} {_text(held)}" for name, held in value.items() if held and name != "type")
    return ", ".join(parts)


def _text(held: Any) -> str:
    if isinstance(held, dict):
        return " ".join(str(part) for part in held.values())
    return " and ".join(_text(part) for part in held) if isinstance(held, list | tuple) else str(held)
