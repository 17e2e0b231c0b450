"""Findings as JSON values and as text: figures, entries and innocent reasons; never a subject or a member's name."""

from __future__ import annotations

from typing import Any

import click

from comity.cli.files import print_json
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of, objects_of
from comity.model.finding import Finding, FindingKind, FindingShown, FindingState, FindingsTold
from comity.model.sample import Sampled, SampleTold

COLOURS = {FindingState.OPEN: "yellow", FindingState.TAKEN: "yellow", FindingState.UPHELD: "red"}
MOST_ENTRIES_A_LINE = 12
# What else it may be; a reviewer reads this before any name.
INNOCENT = {
    FindingKind.FISHING: "an operation, a large accident, a validation of warrants under one number",
    FindingKind.REPEATED: "one person in linked cases; mistyped case numbers; a supervisor's check",
    FindingKind.OWN_CIRCLE: "an inquiry into the member itself; a namesake with the same birth date; a crime at home",
    FindingKind.LAUNDERING: "two agencies that met the same person; a joint operation that names both",
    FindingKind.DRIFT: "a paper that came in meanwhile; a task force with its own reason for this person",
    FindingKind.REASONS: "a system that fills the field by itself; one very large case",
    FindingKind.POINTERS: "answers that needed no follow-up; calls that nobody knew could be recorded",
    FindingKind.HOURS: "a call in the night whose case number came later; a shift swapped for one night",
    FindingKind.SHARED: "a script that an administrator knows of; a clock that was wrong; a move of the node",
    FindingKind.UNOPENED: "a damaged disk; a database restored in part",
}


def told_value(told: FindingsTold) -> dict[str, Any]:
    """A look as a JSON object."""
    return {
        "owner": told.owner,
        "since": utc_text(told.since_ms),
        **object_of(told, "questions", "forgotten", "pointers", "followed", "closed", "dismissed"),
        "findings": [finding_value(one) for one in told.findings],
    }


def finding_value(one: Finding) -> dict[str, Any]:
    """One finding as a JSON object; times are ISO 8601 in UTC."""
    return {
        **object_of(one, "id", "owner", "kind", "asker", "sentence", "counts", "state", "reviewer", "words"),
        "entries": list(one.entries),
        "first": utc_text(one.first_ms),
        "last": utc_text(one.last_ms),
        "opened": utc_text(one.opened_ms),
        "taken": utc_text(one.taken_ms) if one.taken_ms is not None else None,
        "closed": utc_text(one.closed_ms) if one.closed_ms is not None else None,
    }


def print_told(told: FindingsTold) -> None:
    """A look as text: what is open first, then the figures."""
    still_open = sum(1 for one in told.findings if one.is_open)
    if still_open:
        click.echo(f"{still_open} open. These are questions, not conclusions.")
    else:
        click.echo("No open patterns.")
    for one in told.findings:
        print_finding(one)
    click.echo(
        f"{told.questions} questions of {told.owner}'s records were opened, since {utc_text(told.since_ms)}"
    )
    if told.forgotten:
        click.echo(f"{told.forgotten} more entries keep nothing any more that could be opened")
    if told.pointers:
        click.echo(
            f"{told.followed} of {told.pointers} answers that said `ask the owner` have a recorded follow-up"
        )
    for kind, closed in told.closed.items():
        click.echo(f"{kind}: {told.dismissed.get(kind, 0)} of {closed} reviewed were no misuse")


def print_finding(one: Finding) -> None:
    """One finding in three lines."""
    state = click.style(one.state.upper(), fg=COLOURS.get(one.state))
    click.echo(f"{one.id}  {one.kind}: {one.sentence}  {state}")
    asker = f"{one.asker}, " if one.asker else ""
    entries = ", ".join(map(str, one.entries[:MOST_ENTRIES_A_LINE]))
    more = f" and {len(one.entries) - MOST_ENTRIES_A_LINE} more" if len(one.entries) > MOST_ENTRIES_A_LINE else ""
    click.echo(f"    {asker}{utc_text(one.first_ms)} to {utc_text(one.last_ms)}; entries {entries}{more}")
    if one.reviewer:
        said = f": {one.words}" if one.words else ""
        click.echo(click.style(f"    {one.state} by {one.reviewer}{said}", dim=True))


def print_shown(shown: FindingShown, as_json: bool) -> None:
    """One finding with its evidence."""
    one = shown.finding
    if as_json:
        proofs = objects_of(shown.proofs, "number", "entry", "proof")
        print_json({**finding_value(one), "innocent_reasons": INNOCENT[one.kind], "proofs": proofs})
    else:
        print_finding(one)
        click.echo(f"    innocent reasons: {INNOCENT[one.kind]}")
        click.echo(
            f"    {len(shown.proofs)} of {len(one.entries)} entries with their proofs: print them with --json"
        )


def print_sample(told: SampleTold, as_json: bool) -> None:
    """A month's sample: what each question states, and what was said of it."""
    if as_json:
        print_json(
            {
                **object_of(told, "owner", "month", "size", "seed", "questions", "own", "reviewed"),
                "drawn": [_sampled_value(one) for one in told.drawn],
            }
        )
        return
    of = ", ".join(f"{count} of {agency}" for agency, count in told.questions.items()) or "none"
    click.echo(
        f"{told.month}: answers given: {of}; {len(told.drawn) + told.own} drawn under {told.seed[:16]} at {told.size}"
    )
    for one in told.drawn:
        said = f"{one.review.result} ({one.review.by}: {one.review.words})" if one.review is not None else "waits"
        click.echo(f"  entry {one.entry}  {one.agency}  {said}")
        if one.stated is None:
            click.echo("      nothing is kept of what it stated")
        else:
            stated = one.stated
            click.echo(
                f"      {stated.purpose}, case {stated.case_number}, for {stated.beneficiary}, {stated.instrument}"
            )
            if stated.note:
                click.echo(f"      note: {stated.note}")
    if told.own:
        click.echo(f"  {told.own} more are your own questions; somebody else reviews them")


def _sampled_value(one: Sampled) -> dict[str, Any]:
    names = ("purpose", "instrument", "case_number", "beneficiary", "note")
    return {
        **object_of(one, "entry", "agency"),
        "stated": object_of(one.stated, *names) if one.stated is not None else None,
        "review": object_of(one.review, "result", "by", "words") if one.review is not None else None,
    }
