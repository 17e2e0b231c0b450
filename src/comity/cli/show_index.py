"""The state of an owner's index as JSON and as text."""

from __future__ import annotations

from typing import Any

import click

from comity.model.index_state import IndexState


def index_value(state: IndexState) -> dict[str, Any]:
    """The state of an index as a JSON object."""
    return {
        "owner": state.owner,
        "people": state.people,
        "files": state.files,
        "bytes": state.bytes,
        "faults": list(state.faults),
    }


def print_index(state: IndexState) -> None:
    """One line on an index, or a line for each fault with its remedy."""
    for fault in state.faults:
        click.echo(f"{state.owner}: {fault}; make it anew with `comity records reindex`")
    if not state.faults:
        click.echo(f"{state.owner}: {state.people} people are found as their records say")
