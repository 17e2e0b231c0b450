"""`comity approval`: questions that a second person of the agency has to see, and the decision."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.approval import Approval, ApprovalState, CloseTo
from comity.model.finding import Relation
from comity.model.query import Subject
from comity.model.waiting import ApprovalShown
from comity.node.approval_requests import DecideApproval, ListApprovals
from comity.node.local import at_node

DECISIONS = ("approve", "refuse")
WORDS = {
    Relation.SELF: "the own person of {member}",
    Relation.HOUSEHOLD: "somebody of the household of {member}",
    Relation.STAFF: "one of the staff",
}


@click.group()
def approval() -> None:
    """Questions about people close to a member: what waits for a second person, and the decision."""


@approval.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Supervisor, agency head or privacy officer of the agency.")
@click.option("--all", "decided", is_flag=True, help="Also what was decided, and what lapsed.")
@with_options(json_options)
def list_waiting(folder: Path, member: str, decided: bool, as_json: bool) -> int:
    """List the questions that wait for a second person; exit status 1 while one does.

    Questions of your own are not in it, nor those about your own person or household.

    \b
    Example:
      comity approval list --node region/wa-node --as wa-police-sergeant
    """
    with at_node(folder) as verbs:
        shown: tuple[ApprovalShown, ...] = verbs(
            ListApprovals(member=member, decided=decided), tuple[ApprovalShown, ...], lambda *_: None
        )
    if as_json:
        print_json([_value(one) for one in shown])
    elif not shown:
        click.echo("nothing waits; questions about people close to a member come here before anybody is asked")
    else:
        for one in shown:
            _print(one)
    return 1 if any(one.approval.is_open(_now_ms()) for one in shown) else 0


@approval.command("decide")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Supervisor, agency head or privacy officer who did not ask.")
@click.option(
    "--reason", required=True, help="Why, in at least three words. The asker reads it: name nobody in it."
)
@click.argument("query_id")
@click.argument("decision", type=click.Choice(DECISIONS))
@with_options(json_options)
def decide(folder: Path, member: str, reason: str, query_id: str, decision: str, as_json: bool) -> int:
    """Approve a question, which sends it, or refuse it. Of one sent in an emergency, say whether it was right.

    \b
    Example:
      comity approval decide --node region/wa-node --as wa-police-sergeant --reason "the case is assigned to him" \\
        QUERY_ID approve
    """
    request = DecideApproval(member=member, query_id=query_id, grant=decision == DECISIONS[0], reason=reason)
    with at_node(folder) as verbs:
        decided: Approval = verbs(request, Approval, lambda *_: None)
    state = decided.state(_now_ms())
    if as_json:
        print_json({**object_of(decided, "id", "member", "by", "reason"), "state": state})
        return 0
    told = {
        ApprovalState.APPROVED: f"approved and sent; {decided.member} reads the answers with `comity answer show`",
        ApprovalState.REFUSED: "refused; nobody was asked",
    }
    click.echo(f"{decided.id}: {told.get(state, f'sent in an emergency; {state}')}")
    return 0


def _now_ms() -> int:
    return int(datetime.now(UTC).timestamp() * 1_000)


def _value(one: ApprovalShown) -> dict[str, Any]:
    approval, request = one.approval, one.question.request
    return {
        **object_of(approval, "id", "member", "emergency", "by", "reason"),
        "state": approval.state(_now_ms()),
        "asked": utc_text(approval.asked_ms),
        "until": None if approval.emergency else utc_text(approval.until_ms),
        **object_of(request, "beneficiary", "purpose", "case_number", "note", "go_on"),
        "data_classes": list(request.data_classes),
        "subject": _subject(request.subject),
        "close": [object_of(close, "relation", "member") for close in one.close],
        "changed": [
            {**object_of(before, "query_id", "purpose", "beneficiary"), "asked": utc_text(before.at_ms)}
            for before in one.changed
        ],
    }


def _print(one: ApprovalShown) -> None:
    approval, request = one.approval, one.question.request
    state = approval.state(_now_ms())
    when = "sent at once, an emergency" if approval.emergency else f"until {utc_text(approval.until_ms)}"
    click.echo(f"{approval.id}  {state}, {when}")
    click.echo(
        f"    asked by  {approval.member}, for {request.beneficiary}: {request.purpose}, case {request.case_number}"
    )
    click.echo(f"    about     {_subject_text(request.subject)}")
    if one.close:
        click.echo(f"    listed as {'; '.join(map(_close_text, one.close))}")
    for before in one.changed:
        told = f"{utc_text(before.at_ms)}, {before.purpose} for {before.beneficiary}"
        click.echo(f"    asked before {told}: refused or held, not answered yet, or partly withheld")
    if request.note:
        click.echo(f"    note      {request.note}")
    if approval.by:
        click.echo(f"    decided   by {approval.by}: {approval.reason}")


def _close_text(close: CloseTo) -> str:
    return WORDS[close.relation].format(member=close.member)


def _subject(subject: Subject) -> dict[str, Any]:
    """What a question says of its subject, field by field, without what was left out."""
    return {name: value for name, value in msgspec.to_builtins(subject).items() if value}


def _subject_text(subject: Subject) -> str:
    numbers = [f"{one['kind']} {one['value']}" for one in _subject(subject).get("identifiers", ())]
    fields = [
        f"{name.replace('_', ' ')} {value}" for name, value in _subject(subject).items() if isinstance(value, str)
    ]
    return ", ".join([*fields, *numbers])
