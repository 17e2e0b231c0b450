"""`comity notice`: of which events an agency is told, what was told, and what was taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.law.explain import reason_sentence
from comity.model.codes import Level, Purpose
from comity.model.notice import EventKind, FlowSet, NoticeFlow, NoticeShown, NoticeState, RetractReason
from comity.node.local import at_node
from comity.node.standing_requests import EndNotices, ListFlows, ListNotices, OpenNotices, RetractNotice

as_option = (click.option("--as", "member", required=True, help="Member of the agency's desk."),)


@click.group()
def notice() -> None:
    """Notices of arrests, bookings, releases and warrants: to one agency, for one purpose, under an agreement."""


@notice.command("open")
@with_options(node_options, as_option)
@click.option("--to", "recipient", required=True, help="Agency that is told.")
@click.option("--event", required=True, type=click.Choice([one.value for one in EventKind]), help="What happens.")
@click.option(
    "--purpose", required=True, type=click.Choice([code.value for code in Purpose]), help="The one purpose of it."
)
@click.option("--case", "case_number", required=True, help="The recipient's file or programme.")
@click.option("--contact", required=True, help="Whom to call to challenge a notice.")
@with_options(json_options)
def open_(folder: Path, member: str, as_json: bool, **given: Any) -> int:
    """Declare that an agency is told of events from now on; exit status 1 when the law refuses it.

    \b
    Example:
      comity notice open --node region/ca-node --as ca-sheriff-custodian --to wa-police --event warrant \\
        --purpose criminal-investigation --case 26-01417 --contact "records desk, +1 555 0100"
    """
    request = OpenNotices(
        member=member,
        recipient=given["recipient"],
        event=EventKind(given["event"]),
        purpose=Purpose(given["purpose"]),
        case_number=given["case_number"],
        contact=given["contact"],
    )
    with at_node(folder) as verbs:
        done: FlowSet = verbs(request, FlowSet, lambda *_: None)
    if as_json:
        print_json(
            {
                "flow": _flow_value(done.flow) if done.flow is not None else None,
                "refused": [reason.rule for reason in done.refused],
            }
        )
    elif done.flow is not None:
        _print_flow(done.flow)
    else:
        click.echo("refused; nothing of it is told:")
        for reason in done.refused:
            click.echo(f"    {reason_sentence(reason)}")
    return 0 if done.flow is not None else 1


@notice.command("end")
@with_options(node_options, as_option)
@click.option("--words", required=True, help="Why it ends.")
@click.argument("flow")
@with_options(json_options)
def end(folder: Path, member: str, words: str, flow: str, as_json: bool) -> int:
    """End a flow of notices; what was told stays told.

    \b
    Example:
      comity notice end --node region/ca-node --as ca-sheriff-custodian --words "the task force ended" FLOW_ID
    """
    with at_node(folder) as verbs:
        done: NoticeFlow = verbs(EndNotices(member=member, flow=flow, words=words), NoticeFlow, lambda *_: None)
    if as_json:
        print_json(_flow_value(done))
    else:
        _print_flow(done)
    return 0


@notice.command("flows")
@with_options(node_options, as_option, json_options)
def flows(folder: Path, member: str, as_json: bool) -> int:
    """List of which events the agency gives notice to whom.

    \b
    Example:
      comity notice flows --node region/ca-node --as ca-sheriff-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[NoticeFlow, ...] = verbs(ListFlows(member=member), tuple[NoticeFlow, ...], lambda *_: None)
    if as_json:
        print_json([_flow_value(one) for one in found])
    elif not found:
        click.echo("nobody is told of anything that happens")
    else:
        for one in found:
            _print_flow(one)
    return 0


@notice.command("list")
@with_options(node_options, as_option, json_options)
def list_(folder: Path, member: str, as_json: bool) -> int:
    """List the notices that the agency gave and got; exit status 1 while a notice to a person is still owed.

    \b
    Example:
      comity notice list --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[NoticeShown, ...] = verbs(
            ListNotices(member=member), tuple[NoticeShown, ...], lambda *_: None
        )
    if as_json:
        print_json([_value(one) for one in found])
    elif not found:
        click.echo("no notice was given or got")
    else:
        for one in found:
            _print(one)
    return 1 if any(one.owed for one in found) else 0


@notice.command("retract")
@with_options(node_options, as_option)
@click.option(
    "--because", "why", required=True, type=click.Choice([one.value for one in RetractReason]), help="Why."
)
@click.option("--words", required=True, help="What was found; it stays here.")
@click.argument("notice_id")
@with_options(json_options)
def retract(folder: Path, member: str, why: str, words: str, notice_id: str, as_json: bool) -> int:
    """Take a notice back: its recipient forgets it, and confirms that it is not used.

    \b
    Example:
      comity notice retract --node region/ca-node --as ca-sheriff-custodian --because wrong-person \\
        --words "another man of the same name" NOTICE_ID
    """
    request = RetractNotice(member=member, notice=notice_id, why=RetractReason(why), words=words)
    with at_node(folder) as verbs:
        done: NoticeShown = verbs(request, NoticeShown, lambda *_: None)
    if as_json:
        print_json(_value(done))
    else:
        _print(done)
    return 0


def _flow_value(one: NoticeFlow) -> dict[str, Any]:
    return {
        "id": one.id,
        "to": one.recipient,
        "event": one.event,
        "purpose": one.purpose,
        "case_number": one.case_number,
        "contact": one.contact,
        "opened": utc_text(one.opened_ms),
        "opened_by": one.opened_by,
        "ended": utc_text(one.ended_ms) if one.ended_ms is not None else None,
        "why": one.why,
    }


def _print_flow(one: NoticeFlow) -> None:
    state = f"ended {utc_text(one.ended_ms)}: {one.why}" if one.ended_ms is not None else "open"
    click.echo(f"{one.id}  {one.event} to {one.recipient} for {one.purpose}, case {one.case_number}: {state}")


def _value(one: NoticeShown) -> dict[str, Any]:
    told = one.notice
    found: dict[str, Any] = {
        "id": one.id,
        "side": "recipient" if one.incoming else "owner",
        "owner": one.owner,
        "recipient": one.recipient,
        "state": one.state,
        "markers": list(one.markers),
        "owed": one.owed,
    }
    if told is None:
        return found
    return {
        **found,
        "event": told.event,
        "purpose": told.purpose,
        "case_number": told.case_number,
        "reference": told.item.reference,
        "as_of": told.item.as_of.isoformat(),
        "labels": list(told.item.labels),
        "certified": told.item.certified,
        "fields": {field.field: list(field.values) for field in told.item.fields},
        "contact": told.contact,
        "made": utc_text(told.made_ms),
    }


def _print(one: NoticeShown) -> None:
    way = f"from {one.owner}" if one.incoming else f"to {one.recipient}"
    told = one.notice
    if told is None:
        click.echo(f"a notice {way} was withdrawn; nothing of it is kept")
        return
    click.echo(f"{one.id}  {told.event} {way}: {told.item.reference}, as of {told.item.as_of}")
    withdrawn = one.state is NoticeState.WITHDRAWN
    click.echo(
        "    " + click.style(", ".join((one.state, *one.markers)), fg="red" if withdrawn or one.markers else None)
    )
    click.echo(f"    for {told.purpose}, case {told.case_number}; {', '.join(told.item.labels)}")
    for field in told.item.fields:
        values = ", ".join(field.values) if field.level is not Level.POINTER else "ask the owner"
        click.echo(f"    {field.field}: {values}")
    click.echo(f"    to challenge it call {told.contact}")
    if one.owed:
        click.echo(click.style("    the person has not been told yet, and the law demands it", fg="red"))
