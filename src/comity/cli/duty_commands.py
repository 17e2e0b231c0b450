"""`comity duties`: what an owner must do, what was done about it, and what it counts."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import day_of, paper_hash, with_options
from comity.cli.show_duties import act_value, duty_value, print_act, print_duty
from comity.errors import WrongUseError
from comity.exchange.duty.duties import SealedOrder
from comity.exchange.duty.duty_clocks import Happening
from comity.exchange.duty.duty_counts import PERIODS, count_duties, unattested
from comity.exchange.duty.duty_state import DutyState, overdue_since_ms
from comity.exchange.duty.owed_acts import owed_acts
from comity.model.disclosure import StoredDuty
from comity.node.duty_requests import (
    ConfirmDuty,
    DeferDuty,
    Duties,
    DutyRequest,
    FinishDuty,
    Happened,
    LiftDeferral,
)
from comity.node.local import at_node
from comity.settings import get_member, read_directory, read_members, read_settings

STORED = tuple[StoredDuty, ...]

act_options = (
    click.option("--as", "member", required=True, help="Member of the owner who acts."),
    click.argument("duty"),
)
reason_options = (click.option("--reason", required=True, help="Why, in at least three words; it is kept."),)


class DutiesGroup(click.Group):
    """A group that lists where no other of its commands is named: `comity duties --node DIR OWNER`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=DutiesGroup)
def duties() -> None:
    """Duties of an owner: list them, say what was done, report events, count.

    \b
    Example:
      comity duties --node region/ny-node ny-dmv
    """


@duties.command("list")
@with_options(node_options)
@click.argument("owner")
@click.option("--overdue", is_flag=True, help="Only what is overdue; exit status 1 when something is.")
@click.option(
    "--state", type=click.Choice([state.value for state in DutyState]), help="Only duties in this state."
)
@click.option("--to", "role", default="", help="Only duties to this role.")
@with_options(json_options)
def list_duties(folder: Path, owner: str, overdue: bool, state: str | None, role: str, as_json: bool) -> int:
    """List an owner's duties, soonest due first; what one act fulfils is one of them.

    \b
    Example:
      comity duties list --node region/ny-node --overdue ny-dmv
    """
    acts, now_ms = owed_acts(_stored(folder, owner)), _now_ms()
    chosen = [
        act
        for act in acts
        if (not overdue or overdue_since_ms(act.first, now_ms) is not None)
        and (state is None or act.state(now_ms) == state)
        and (not role or act.recipient == role)
    ]
    if as_json:
        print_json([act_value(act, now_ms) for act in chosen])
    else:
        for act in chosen:
            print_act(act, now_ms)
    return 1 if overdue and chosen else 0


@duties.command("done")
@with_options(node_options, act_options)
@click.option("--evidence", required=True, help="What was done, in at least three words; it is kept.")
@with_options(json_options)
def done(folder: Path, member: str, duty: str, evidence: str, as_json: bool) -> int:
    """Say that a duty is done, with evidence. Refused while the law holds a notice back.

    \b
    Example:
      comity duties done --node region/ny-node --as ny-dmv-custodian --evidence "letter of 23 November sent" DUTY
    """
    return _act(folder, FinishDuty(member=member, duty=duty, evidence=evidence), as_json)


@duties.command("confirm")
@with_options(node_options, act_options, reason_options, json_options)
def confirm(folder: Path, member: str, duty: str, reason: str, as_json: bool) -> int:
    """Let a notice go out that rests on an unread rule or an unknown fact.

    \b
    Example:
      comity duties confirm --node region/ny-node --as ny-dmv-counsel --reason "counsel read the rule" DUTY
    """
    return _act(folder, ConfirmDuty(member=member, duty=duty, reason=reason), as_json)


@duties.command("lift")
@with_options(node_options, act_options, reason_options, json_options)
def lift(folder: Path, member: str, duty: str, reason: str, as_json: bool) -> int:
    """End the deferral of a notice; counsel's word.

    \b
    Example:
      comity duties lift --node region/ny-node --as ny-dmv-counsel --reason "the court knows no such order" DUTY
    """
    return _act(folder, LiftDeferral(member=member, duty=duty, reason=reason), as_json)


@duties.command("defer")
@with_options(node_options, act_options)
@click.option(
    "--order", required=True, type=click.Path(path_type=Path), help="The sealed order; its hash is kept."
)
@click.option("--until", required=True, metavar="DATE", help="Its last day.")
@with_options(reason_options, json_options)
def defer(folder: Path, as_json: bool, **given: Any) -> int:
    """Defer a notice by a sealed order that counsel has seen.

    \b
    Example:
      comity duties defer --node region/ny-node --as ny-dmv-counsel --order order.pdf --until 2029-12-31 \\
        --reason "the court confirmed the order" DUTY
    """
    order = SealedOrder(document=paper_hash(given["order"]), last_day=day_of(given["until"]))
    request = DeferDuty(member=given["member"], duty=given["duty"], order=order, reason=given["reason"])
    return _act(folder, request, as_json)


@duties.command("happened")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner who reports it.")
@click.argument("event")
@click.option("--question", "query_id", default="", help="The question it happened on.")
@click.option("--record", "record_id", default="", help="The record it happened on, by reference or id.")
@click.option("--reference", default="", help="Number of the request or incident; tells two of one day apart.")
@click.option(
    "--at", "at", default="", metavar="TIME", help="When, for instance 2026-11-20T09:30-05:00; now if left out."
)
@with_options(json_options)
def happened(folder: Path, member: str, event: str, as_json: bool, **given: str) -> int:
    """Report an event: clocks that waited for it start, and duties that rules bring at it are raised.

    \b
    Example:
      comity duties happened --node region/ny-node --as ny-dmv-custodian --record R-1 record-changed
    """
    read_settings(folder)
    happening = Happening(
        owner=get_member(read_members(folder), member).agency,
        event=event,
        query_id=given["query_id"],
        record_id=given["record_id"],
        reference=given["reference"],
        at_ms=_instant(given["at"]) if given["at"] else None,
        by=member,
    )
    with at_node(folder) as verbs:
        touched: tuple[StoredDuty, ...] = verbs(Happened(happening=happening), STORED, _silent)
    now_ms = _now_ms()
    if as_json:
        print_json([duty_value(one, now_ms) for one in touched])
    elif not touched:
        where = f" on `{given['record_id']}` (ids of records stand in `comity duties list --json`)"
        click.echo(
            f"no clock waited for this event{where if given['record_id'] else ''}, and no rule brings a duty at it"
        )
    else:
        for one in touched:
            print_duty(one, now_ms)
    return 0


@duties.command("counts")
@with_options(node_options)
@click.argument("owner")
@click.option(
    "--every", default="year", show_default=True, type=click.Choice(PERIODS), help="The period counted by."
)
@with_options(json_options)
def counts(folder: Path, owner: str, every: str, as_json: bool) -> int:
    """Count an owner's acts by register and period; emergency uses that no supervisor attested in time.

    \b
    Example:
      comity duties counts --node region/ny-node --every month ny-dmv
    """
    stored = _stored(folder, owner)
    zone = read_directory(folder, read_settings(folder)).get_agency(owner).zone
    counted, late = count_duties(stored, zone, every), unattested(stored, zone, _now_ms())
    if as_json:
        print_json({"counts": msgspec.to_builtins(counted), "emergency_unattested": msgspec.to_builtins(late)})
        return 0
    for one in counted:
        asker = f" {one.asker}" if one.asker else ""
        click.echo(f"{one.report} {one.period}{asker}: {one.number} {one.kind} ({one.rule})")
    for use in late:
        click.echo(f"emergency use not attested: {use.owner} {use.hour} ({use.rule})")
    return 0


def _stored(folder: Path, owner: str) -> tuple[StoredDuty, ...]:
    with at_node(folder) as verbs:
        stored: tuple[StoredDuty, ...] = verbs(Duties(owner=owner), STORED, _silent)
    return stored


def _act(folder: Path, request: DutyRequest, as_json: bool) -> int:
    """Put one act to the node and print the duty as it stands then."""
    with at_node(folder) as verbs:
        one: StoredDuty = verbs(request, StoredDuty, _silent)
    if as_json:
        print_json(duty_value(one, _now_ms()))
    else:
        print_duty(one, _now_ms())
    return 0


def _instant(text: str) -> int:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"`{text}` is not a time; write for instance 2026-11-20T09:30-05:00") from error
    if at.tzinfo is None:
        raise WrongUseError(f"`{text}` has no offset from UTC; write for instance {text}-05:00 or {text}Z")
    return int(at.timestamp() * 1000)


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def _silent(_agency: str, _status: str) -> None:
    """Acts on duties ask nobody else."""
