"""`comity oversight retain`: what is due to be purged, done with proof, and how long the log is kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.errors import WrongUseError
from comity.model.disclosure import Purged
from comity.model.retention import LogLife, PurgeProof, Schedule
from comity.node.local import at_node
from comity.node.retain_requests import PlanRetention, ProvePurge, PurgeDue
from comity.oversight.audit.finding import counted

as_option = (click.option("--as", "member", required=True, help="Member of the owner's desk, or an auditor."),)


@click.group()
def retain() -> None:
    """What is due to be purged, by rule and date; what holds keep; what a purge can prove."""


@retain.command("due")
@with_options(node_options, as_option)
@click.option("--by", default="", metavar="DATE", help="What will be due by this day; today when left out.")
@with_options(json_options)
def due(folder: Path, member: str, by: str, as_json: bool) -> int:
    """Say what is due by rule and day, what legal holds keep, what nothing ever ends, and when months of the log may go.

    \b
    Example:
      comity oversight retain due --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        request = PlanRetention(member=member, by=_day(by) if by else None)
        found: Schedule = verbs(request, Schedule, lambda *_: None)
    if as_json:
        print_json(msgspec.to_builtins(found))
    else:
        _print_schedule(found)
    return 0


@retain.command("purge")
@with_options(node_options, as_option)
@click.option(
    "--rule", "rules", multiple=True, help="A rule by which it goes; repeat for several; every rule when left out."
)
@click.option("--reason", required=True, help="In words, and kept with the entries.")
@with_options(json_options)
def purge(folder: Path, member: str, rules: tuple[str, ...], reason: str, as_json: bool) -> int:
    """Purge what is due now, with entries that prove how many went; a records custodian's act.

    \b
    Example:
      comity oversight retain purge --node region/wa-node --as wa-police-custodian --rule us/P23-09a \\
        --reason "the yearly review is over"
    """
    with at_node(folder) as verbs:
        request = PurgeDue(member=member, rules=rules, reason=reason)
        done: Purged = verbs(request, Purged, lambda *_: None)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return 0
    click.echo(f"looked at {counted(done.looked_at, 'record')} of {done.owner}")
    if not (done.removed or done.restricted or done.custodian):
        click.echo("nothing was due, and nothing is entered")
    for word, told in (("removed", done.removed), ("kept by a hold", done.restricted), ("waits", done.custodian)):
        for reference, by_rules in told:
            click.echo(f"    {reference}: {word} ({', '.join(by_rules)})")
    for entry in done.entries:
        click.echo(f"entry {entry}; show what it proves with `comity oversight retain prove {entry}`")
    return 0


@retain.command("prove")
@with_options(node_options, as_option)
@click.argument("entry", type=int)
@with_options(json_options)
def prove(folder: Path, member: str, entry: int, as_json: bool) -> int:
    """Say what can be shown of a purge, or of a pruning of the log; exit status 1 where something speaks against it.

    \b
    Example:
      comity oversight retain prove --node region/wa-node --as wa-police-custodian 4417
    """
    with at_node(folder) as verbs:
        proof: PurgeProof = verbs(ProvePurge(member=member, entry=entry), PurgeProof, lambda *_: None)
    if as_json:
        print_json({**msgspec.to_builtins(proof), "holds": proof.holds})
    else:
        _print_proof(proof)
    return 0 if proof.holds else 1


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"`{text[:40]}` is not a day; write for instance 2027-02-01") from error


def _print_schedule(found: Schedule) -> None:
    click.echo(f"{found.owner}, by {found.by}: {counted(found.looked_at, 'record')} looked at")
    if not found.rules:
        click.echo("nothing is due by then")
    for rule in found.rules:
        click.echo(
            f"{rule.rule} ({rule.citation}): {rule.goes} go, {rule.held} held, {rule.custodian} wait for a custodian; "
            f"the first on {rule.first_day}"
        )
    for one in found.records:
        click.echo(f"    {one.first_day}  {one.reference}  {one.data_class}  {one.state} ({', '.join(one.rules)})")
    if found.unlisted:
        click.echo(f"    and {found.unlisted} more")
    for hold in found.holds:
        without = f"would go by {', '.join(hold.rules)}" if hold.rules else "nothing would end it"
        click.echo(f"legal hold: {hold.reference}  {hold.data_class}; {without}")
    if found.unlisted_holds:
        click.echo(f"and {counted(found.unlisted_holds, 'legal hold')} more")
    for data_class, count in found.endless.items():
        click.echo(f"no end: {counted(count, 'record')} of {data_class}, which no rule ever ends")
    _print_log(found.log)


def _print_log(log: LogLife) -> None:
    click.echo(f"the log is kept {log.days} days (the node's setting: {log.log_days})")
    for one in log.obligations:
        word = "at least" if one.floor else "at most"
        click.echo(f"    {word} {one.days} days: {one.rule}, {one.citation} ({one.status}); {one.says}")
    if log.conflict:
        click.echo(click.style(f"    {log.conflict}", fg="yellow"))
    for month in log.months:
        told = (
            "may be forgotten now, with `comity ledger prune`" if month.ready else f"stays until {month.from_day}"
        )
        click.echo(f"    {month.month}: {told}")


def _print_proof(proof: PurgeProof) -> None:
    click.echo(f"entry {proof.entry}, {proof.kind}, {utc_text(proof.at_ms)}: stands in the log as it was made")
    told: tuple[tuple[str, Any], ...] = (
        ("records it counts", proof.counted),
        ("records it names", proof.named),
        ("records kept by a hold", proof.restricted or None),
        ("keys it destroyed", ", ".join(proof.keys) or None),
    )
    for word, value in told:
        if value is not None:
            click.echo(f"    {word}: {value}")
    for left in proof.left:
        click.echo(click.style(f"    {left}", fg="red"))
    for sentence in proof.unproved:
        click.echo(f"    not shown: {sentence}")
