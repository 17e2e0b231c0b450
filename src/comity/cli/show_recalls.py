"""Recalls as text and as JSON objects, with the time until which each confirmation is owed."""

from __future__ import annotations

import click

from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.exchange.recalls.recall import WORDS
from comity.model.delivery import Recall
from comity.model.recalled import RecallShown

OF_SEVERAL = {"was": "were", "is": "are", "has": "have"}  # the verbs that `recall.WORDS` begin with


def recall_state(shown: RecallShown, now_ms: int) -> str:
    """Where a recall stands: `confirmed`, `overdue` by the earliest of its clocks, `to confirm`, or `on its way`."""
    if shown.stored.confirmed_ms is not None:
        return "confirmed"
    if shown.due_ms is not None and shown.due_ms < now_ms:
        return "overdue"
    return "to confirm" if shown.stored.arrived_ms is not None else "on its way"


def recall_value(shown: RecallShown, now_ms: int) -> dict[str, object]:
    """A recall as a JSON object; `confirm_by` is none where no clock runs any more."""
    stored, recall = shown.stored, _recall(shown)
    return {
        **object_of(stored, "id", "sender", "recipient", "incoming", "tried", "trouble"),
        "kind": recall.kind,
        "statement": recall.statement,
        "items": [object_of(item, "query_id", "item_id", "told") for item in recall.items],
        "made": utc_text(stored.made_ms),
        "arrived": utc_text(stored.arrived_ms),
        "confirm_by": utc_text(shown.due_ms),
        "confirmed": utc_text(stored.confirmed_ms),
        "state": recall_state(shown, now_ms),
    }


def print_recall(shown: RecallShown, now_ms: int) -> None:
    """A recall as a line, with what else is known of it below."""
    stored, recall = shown.stored, _recall(shown)
    state = recall_state(shown, now_ms)
    colour = {"confirmed": "green", "overdue": "red"}.get(state, "yellow")
    click.echo(f"{utc_text(stored.made_ms)}  {_what(shown)} " + click.style(f"[{state}]", fg=colour))
    if state == "confirmed":
        click.echo(f"    confirmed {utc_text(stored.confirmed_ms)}")
    elif shown.due_ms is not None:
        click.echo(f"    to be confirmed by {utc_text(shown.due_ms)}")
    if recall.statement:
        click.echo(f"    the person concerned says: {recall.statement}")
    for told in dict.fromkeys(item.told for item in recall.items if item.told):
        click.echo(f"    told by {told}")
    if stored.trouble:
        click.echo(f"    tried {stored.tried} times: {stored.trouble}")
    click.echo(click.style(f"    recall {stored.id}", dim=True))


def _what(shown: RecallShown) -> str:
    """What became of how many items, and who was shown them."""
    stored, recall = shown.stored, _recall(shown)
    whose = f"{stored.sender} showed us" if stored.incoming else f"{stored.recipient} was shown"
    items = f"{len(recall.items)} items" if len(recall.items) != 1 else "1 item"
    verb, _, rest = WORDS[recall.kind].partition(" ")
    said = f"{OF_SEVERAL[verb] if len(recall.items) > 1 else verb} {rest}"
    return f"{items if recall.items else 'what'} {whose} {said}"


def _recall(shown: RecallShown) -> Recall:
    assert isinstance(shown.stored.due, Recall), "only recalls are listed"
    return shown.stored.due
