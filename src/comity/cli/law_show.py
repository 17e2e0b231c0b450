"""An owner's law as JSON values and as text: what is in force, what was refused, conflicts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click

from comity.cli.show_ways import open_way_value
from comity.cli.table import object_of, objects_of
from comity.model.law_state import (
    ActivationResult,
    ConflictInForce,
    LawState,
    RefusedActivation,
    RuleChange,
    TextInForce,
)
from comity.model.replay import ReplayReport, SweepReport
from comity.node.forbidden_open import say_open

SHOWN_CELLS = 6  # classes and purposes of one line; --json lists all
SHOWN_HASH = 19  # `sha256:` and twelve digits


def activation_value(result: ActivationResult) -> dict[str, Any]:
    """An activation as one JSON object."""
    return {
        "owner": result.owner,
        "activated": not result.findings,
        "findings": list(result.findings),
        "entries": list(result.entries),
        "changes": [_change_value(one) for one in result.changes],
        "swept": sweep_value(result.swept) if result.swept is not None else None,
        "in_force": [_text_value(one) for one in result.in_force],
    }


def print_activation(result: ActivationResult) -> None:
    """An activation as text: rules told by id before they bite; findings, and what stays, on standard error."""
    for finding in result.findings:
        click.echo(f"comity: {finding}", err=True)
    if result.findings:
        stays = ", ".join(f"{one.name} {one.version}" for one in result.in_force)
        say_unchanged(result.entries, f"still in force: {stays or 'nothing that can be read'}")
        return
    for change in result.changes:
        click.echo(f"{change.change:<8}{change.rule}: {change.title}{_days(change)}")
    if result.swept is not None and result.entries:
        print_sweep(result.swept)
    if not result.changes and not result.entries:
        click.echo("in force already; nothing was changed")
    for one in result.in_force:
        if one.entry in result.entries:
            click.echo(f"in force: {_text_line(one)}")


def say_unchanged(entries: tuple[int, ...], more: str = "") -> None:
    """The last line of a refusal, on standard error: nothing was changed, and where that is entered."""
    told = f"entr{'y' if len(entries) == 1 else 'ies'} {', '.join(str(entry) for entry in entries)}"
    click.echo(f"comity: nothing was changed ({told})" + (f"; {more}" if more else ""), err=True)


def sweep_value(swept: SweepReport) -> dict[str, Any]:
    """A sweep as one JSON object."""
    return {
        "owner": swept.owner,
        "askers": swept.askers,
        "changes": [
            {
                "asker": one.asker,
                "member": one.member or None,
                **object_of(one, "purpose", "data_class", "gained", "lost"),
            }
            for one in swept.changes
        ],
        "barred": list(swept.barred),
        "freed": list(swept.freed),
        "ways": [open_way_value(one) for one in swept.ways],
        "entry": swept.entry if swept.entry >= 0 else None,
    }


def print_sweep(swept: SweepReport) -> None:
    """A sweep as text: links first, then for each agency and account what it gains and loses, by field and class."""
    for barred in swept.barred:
        click.echo(f"no longer stands: {barred}")
    for freed in swept.freed:
        click.echo(f"stands again: {freed}")
    for way in swept.ways:
        click.echo(f"a way is {say_open(way)}")
    lines: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for one in swept.changes:
        who = f"{one.asker} ({one.member})" if one.member else one.asker
        for word, fields in (("gains", one.gained), ("loses", one.lost)):
            if fields:
                lines.setdefault((who, word, fields), []).append(f"{one.data_class} for {one.purpose}")
    for (who, word, fields), where in lines.items():
        more = f" and {len(where) - SHOWN_CELLS} more" if len(where) > SHOWN_CELLS else ""
        click.echo(f"{who} {word} {', '.join(fields)} of {'; '.join(where[:SHOWN_CELLS])}{more}")
    if not (lines or swept.barred or swept.freed or swept.ways):
        click.echo(f"nobody of {swept.askers} agencies and accounts gains or loses anything")


def replay_value(report: ReplayReport) -> dict[str, Any]:
    """A replay as one JSON object."""
    counts = ("decisions", "wider", "narrower")
    return {
        **object_of(report, "owner", "decisions", "exact", "differing", "unread", "changed"),
        "by_rule": objects_of(report.by_rule, "rule", "citation", "title", *counts, "opened", "closed"),
        "by_asker": objects_of(report.by_asker, "asker", "purpose", *counts),
    }


def print_replay(report: ReplayReport) -> None:
    """A replay as text: how much of the past comes out as it did, then what the draft would change, by rule."""
    click.echo(
        f"{report.decisions} past decisions of {report.owner}: {report.exact} replay bit for bit under the law of "
        f"then, {len(report.differing)} differ because a record went or changed, {len(report.unread)} are no longer kept"
    )
    click.echo(f"under the draft {len(report.changed)} come out otherwise")
    for one in report.by_rule:
        click.echo(f"  {one.rule}: {one.title} ({one.citation})")
        click.echo(
            f"    {one.decisions} decisions: {one.narrower} fields narrower, {one.wider} wider, "
            f"{one.closed} classes closed, {one.opened} opened"
        )
    for asker in report.by_asker:
        click.echo(
            f"  {asker.asker}, {asker.purpose}: {asker.decisions} decisions, {asker.narrower} fields narrower, "
            f"{asker.wider} wider"
        )


def state_value(state: LawState) -> dict[str, Any]:
    """An owner's law as one JSON object."""
    return {
        "owner": state.owner,
        "hash": state.hash,
        "texts": [_text_value(one) for one in state.texts],
        "elections": [
            {"conflict": one.conflict, "choice": one.choice, "from": one.day.isoformat(), "entry": one.entry}
            for one in state.elections
        ],
        "trouble": state.trouble,
        "refused": [_refused_value(one) for one in state.refused],
    }


def print_state(state: LawState) -> None:
    """An owner's law as text."""
    click.echo(f"{state.owner}: law {state.hash[:SHOWN_HASH]}")
    for one in state.texts:
        click.echo(f"  {_text_line(one)}")
    for election in state.elections:
        click.echo(
            f"  election {election.conflict}: {election.choice} from {election.day}, entry {election.entry}"
        )
    if state.trouble:
        click.echo(f"trouble: {state.trouble}")
    for refused in state.refused:
        click.echo(f"refused {_time(refused.at_ms)}, entry {refused.entry}: {', '.join(refused.offered)}")
        for finding in refused.findings:
            click.echo(f"  {finding}")


def conflict_value(one: ConflictInForce) -> dict[str, Any]:
    """A conflict as one JSON object."""
    return {
        **object_of(one, "rule", "conflict", "title", "citation", "status"),
        "between": objects_of((one.first, one.second), "rule", "title", "citation", "status"),
        **object_of(one, "fields", "choices", "valid", "standing"),
        "signed_by": one.election,
        "from": _day(one.signed),
        "to": _day(one.until),
        **object_of(one, "lapsed", "released", "withheld", "role", "deadline", "waited"),
    }


def print_conflict(one: ConflictInForce) -> None:
    """A conflict as text, for the owner's head and counsel."""
    click.echo(f"{one.conflict}  {one.rule}: {one.title} ({one.citation})")
    click.echo(f"  {one.first.rule}: {one.first.title} ({one.first.citation})")
    click.echo(f"  against {one.second.rule}: {one.second.title} ({one.second.citation})")
    click.echo(f"  in dispute: {one.fields}")
    click.echo(f"  {_standing(one)}")
    click.echo(f"  released meanwhile: {one.released}")
    click.echo(f"  withheld meanwhile: {', '.join(one.withheld) or 'nothing on this account'}")
    if one.waited is not None:
        click.echo(f"  questions that waited for a choice: {one.waited}")


def _standing(one: ConflictInForce) -> str:
    signed = f"signed by the {one.election} on {one.signed}" if one.election else f"signed on {one.signed}"
    match one.standing:
        case "open":
            return (
                f"no election; the {one.role} may choose {' or '.join(one.choices)} for {one.valid}, "
                f"a held answer waits {one.deadline}"
            )
        case "lapsed":
            return f"election lapsed: {one.lapsed}; it was {signed}"
        case _:
            return f"election: {one.standing}, {signed}, until {one.until}"


def _text_value(one: TextInForce) -> dict[str, Any]:
    return {**object_of(one, "kind", "name", "version", "hash", "entry"), "since": _time(one.at_ms)}


def _text_line(one: TextInForce) -> str:
    where = (
        f"entry {one.entry}, {_time(one.at_ms)}" if one.entry >= 0 else "its entry cannot be read from the list"
    )
    return f"{one.kind} {one.name} version {one.version}, {one.hash[:SHOWN_HASH]}, {where}"


def _change_value(change: RuleChange) -> dict[str, Any]:
    return {**object_of(change, "rule", "change", "title"), "from": _day(change.first), "to": _day(change.last)}


def _refused_value(refused: RefusedActivation) -> dict[str, Any]:
    return {"at": _time(refused.at_ms), **object_of(refused, "entry", "offered", "findings")}


def _days(change: RuleChange) -> str:
    first = f", from {change.first}" if change.first else ""
    last = f", to {change.last}" if change.last else ""
    return first + last


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="minutes")
