"""`comity requests`: detainers, notification requests and their like, at their owner; and taking one back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import duty_value, print_duty, utc_text
from comity.cli.table import object_of
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.law.explain import reason_sentence
from comity.model.action_request import ActionRequest, RequestAct, RequestAnswer, RequestStanding, WithdrawnTold
from comity.node.action_requests import ActOnRequest, ListRequests, WithdrawRequest
from comity.node.local import at_node

TOLD = {
    RequestStanding.DECLINED_BY_LAW: "declined by law",
    RequestStanding.WAITS: "waits for a named role: comity held list",
    RequestStanding.NOBODY: "nobody of that description here",
    RequestStanding.OPEN: "open: do it or decline it",
    RequestStanding.DONE: "done",
    RequestStanding.DECLINED: "declined",
    RequestStanding.WITHDRAWN: "withdrawn by whoever asked",
}
COLOURS = {RequestStanding.OPEN: "yellow", RequestStanding.WAITS: "yellow"}
act_options = (
    click.option("--as", "member", required=True, help="Member of the owner's desk."),
    click.option("--rule", required=True, help="The rule of the law in force under which it is so."),
    click.option("--reason", required=True, help="What was done or why not, in at least three words; it is kept."),
)


@click.group()
def requests() -> None:
    """Requests for action: to hold, hand over, interview, or tell of a release."""


@requests.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner's desk, or an auditor.")
@with_options(json_options)
def list_all(folder: Path, member: str, as_json: bool) -> int:
    """List what was requested, how the law decided it and what it demands; exit status 1 when a duty of one is overdue.

    \b
    Example:
      comity requests list --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[ActionRequest, ...] = verbs(
            ListRequests(member=member), tuple[ActionRequest, ...], lambda *_: None
        )
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json([_value(one, now_ms) for one in found])
    elif not found:
        click.echo("nothing was requested; questions for records are not listed here")
    else:
        for one in found:
            _print(one, now_ms)
    late = any(state_of(duty, now_ms) is DutyState.OVERDUE for one in found for duty in one.duties)
    return 1 if late else 0


@requests.command("done")
@with_options(node_options, act_options)
@click.argument("query_id")
@with_options(json_options)
def done(folder: Path, query_id: str, as_json: bool, **given: str) -> int:
    """Say that a request was honoured; refused where the law of now does not leave it open.

    \b
    Example:
      comity requests done --node region/wa-node --as wa-police-custodian --rule cascade-police/CCPD-01 \\
        --reason "told the officer the date" QUERY_ID
    """
    return _act(folder, query_id, as_json, RequestAct.DONE, given)


@requests.command("decline")
@with_options(node_options, act_options)
@click.argument("query_id")
@with_options(json_options)
def decline(folder: Path, query_id: str, as_json: bool, **given: str) -> int:
    """Decline a request, and document why.

    \b
    Example:
      comity requests decline --node region/wa-node --as wa-police-custodian --rule us-wa/WA-01 \\
        --reason "nobody is held for this" QUERY_ID
    """
    return _act(folder, query_id, as_json, RequestAct.DECLINED, given)


@requests.command("withdraw")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency that asked.")
@click.option("--reason", required=True, help="Why, in at least three words; it stays here.")
@click.argument("query_id")
@with_options(json_options)
def withdraw(folder: Path, member: str, reason: str, query_id: str, as_json: bool) -> int:
    """Take back a request that this agency made; every owner asked is told.

    \b
    Example:
      comity requests withdraw --node region/wa-node --as wa-police-detective \\
        --reason "the detainer was lifted" QUERY_ID
    """
    request = WithdrawRequest(member=member, query_id=query_id, reason=reason)
    with at_node(folder) as verbs:
        told: WithdrawnTold = verbs(request, WithdrawnTold, lambda *_: None)
    if as_json:
        print_json({**object_of(told, "query_id", "owners", "entry"), "withdrawn": utc_text(told.withdrawn_ms)})
        return 0
    again = "" if told.entry is not None else " already"
    click.echo(f"withdrawn{again} {utc_text(told.withdrawn_ms)}; told: {', '.join(told.owners)}")
    return 0


def _act(folder: Path, query_id: str, as_json: bool, act: RequestAct, given: dict[str, str]) -> int:
    answer = RequestAnswer(query_id=query_id, act=act, rule=given["rule"], reason=given["reason"])
    with at_node(folder) as verbs:
        one: ActionRequest = verbs(
            ActOnRequest(member=given["member"], given=answer), ActionRequest, lambda *_: None
        )
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json(_value(one, now_ms))
    else:
        _print(one, now_ms)
    return 0


def _value(one: ActionRequest, now_ms: int) -> dict[str, Any]:
    words = ("query_id", "asker", "member", "beneficiary", "message", "instrument", "purpose", "case_number")
    return {
        **object_of(one, *words),
        "subject": msgspec.to_builtins(one.subject),
        "received": utc_text(one.received_ms),
        **object_of(one, "status", "standing"),
        "rules": [object_of(reason, "rule", "title", "citation", "effect") for reason in one.rules],
        "records": list(one.records),
        "duties": [duty_value(duty, now_ms) for duty in one.duties],
        "acted": None
        if one.acted is None
        else {**object_of(one.acted, "act", "rule", "reason", "by"), "at": utc_text(one.acted.at_ms)},
        "withdrawn": utc_text(one.withdrawn_ms),
    }


def _print(one: ActionRequest, now_ms: int) -> None:
    state = click.style(f"[{TOLD[one.standing]}]", fg=COLOURS.get(one.standing))
    paper = f" on {one.instrument}" if one.instrument != "nothing" else ""
    click.echo(
        f"{utc_text(one.received_ms)}  {one.message}{paper} of {one.asker}: {one.purpose}, case {one.case_number} {state}"
    )
    for reason in one.rules:
        click.echo(f"    {reason_sentence(reason)}")
    if one.records:
        click.echo(f"    records   {', '.join(one.records)}")
    if one.acted is not None:
        click.echo(
            f"    {one.acted.act} by {one.acted.by}, {utc_text(one.acted.at_ms)}: {one.acted.reason} ({one.acted.rule})"
        )
    if one.withdrawn_ms is not None:
        click.echo(f"    withdrawn {utc_text(one.withdrawn_ms)}")
    for duty in one.duties:
        print_duty(duty, now_ms)
    click.echo(click.style(f"    request {one.query_id}, by {one.member}", dim=True))
