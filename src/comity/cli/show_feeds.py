"""Feeds, and the marks of copies, as text and as JSON."""

from __future__ import annotations

from typing import Any

import click

from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.feed import CopyMark, FeedShown, FeedState

COLOURS = {FeedState.RUNNING: "green", FeedState.PROPOSED: "yellow", FeedState.SUSPENDED: "yellow"}


def mark_text(mark: CopyMark) -> str:
    """Which copy led to an owner: a way there, and no part of the answer."""
    return (
        f"led to {mark.owner} by a copy as of {utc_text(mark.as_of_ms)}, {age(mark.lag_ms)} old (feed {mark.feed})"
    )


def mark_value(mark: CopyMark) -> dict[str, Any]:
    """The same as JSON; the lag in seconds."""
    return {
        "owner": mark.owner,
        "feed": mark.feed,
        "as_of": utc_text(mark.as_of_ms),
        "lag_s": mark.lag_ms // 1000,
    }


def age(lag_ms: int) -> str:
    """How old, in the largest unit that fits."""
    if lag_ms < 0:
        return "never whole"
    for unit, size in (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1_000)):
        if lag_ms >= size:
            count = lag_ms // size
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return "0 seconds"


def feed_value(one: FeedShown) -> dict[str, Any]:
    """A feed as JSON; the lag in seconds, null before the recipient had anything whole."""
    terms = one.terms
    return {
        **object_of(one, "id", "owner", "state"),
        "direction": "in" if one.incoming else "out",
        **object_of(terms, "recipient", "beneficiary", "agreement", "purpose", "case_number", "cadence"),
        "basis": terms.basis.instrument,
        "data_classes": list(terms.data_classes),
        "signed": [
            {**object_of(each, "member", "role", "words"), "at": utc_text(each.at_ms)} for each in one.signed
        ],
        **object_of(one, "epoch", "number"),
        "as_of": utc_text(one.as_of_ms) if one.as_of_ms else None,
        "lag_s": one.lag_ms // 1000 if one.lag_ms >= 0 else None,
        **object_of(one, "waits", "trouble", "entry"),
    }


def print_feed(one: FeedShown) -> None:
    """A feed in a few lines: between whom, for what, who signed, how far it is."""
    terms = one.terms
    state = click.style(one.state, fg=COLOURS.get(one.state, "red"))
    click.echo(f"{one.id}  {state}  {one.owner} to {terms.recipient}, {terms.cadence}")
    for_whom = "" if terms.beneficiary == terms.recipient else f" for {terms.beneficiary}"
    click.echo(f"    {', '.join(terms.data_classes)}: {terms.purpose}{for_whom}, case {terms.case_number}")
    click.echo(f"    under {terms.agreement}")
    for each in one.signed:
        click.echo(f"    signed by {each.member} ({each.role}) {utc_text(each.at_ms)}: {each.words}")
    whole = f"as of {utc_text(one.as_of_ms)}, {age(one.lag_ms)} old" if one.as_of_ms else "nothing whole yet"
    click.echo(f"    epoch {one.epoch}, batch {one.number}, {whole}" + (", something waits" if one.waits else ""))
    if one.trouble:
        click.echo(click.style(f"    {one.trouble}", fg="red"))
