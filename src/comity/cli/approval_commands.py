"""`comity approval`: questions that a second person of the agency has to see, the decision, and taking one back."""

from __future__ import annotations

from collections.abc import Iterator
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
from comity.model.codes import DataClass, Instrument, MessageKind
from comity.model.finding import Relation
from comity.model.query import LegalBasis, Subject
from comity.model.waiting import ApprovalShown
from comity.node.approval_requests import DecideApproval, ListApprovals, WithdrawWaiting
from comity.node.local import at_node

DECISIONS = ("approve", "refuse")
WORDS = {
    Relation.SELF: "the own person of {member}",
    Relation.HOUSEHOLD: "somebody of the household of {member}",
    Relation.STAFF: "one of the staff",
}


@click.group()
def approval() -> None:
    """Questions about people close to a member: what waits for a second person, the decision, and taking one back."""


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


@approval.command("withdraw")
@with_options(node_options)
@click.option("--as", "member", required=True, help="The member who asked.")
@click.option("--reason", required=True, help="Why, in at least three words. Who decides such questions reads it.")
@click.argument("query_id")
@with_options(json_options)
def withdraw(folder: Path, member: str, reason: str, query_id: str, as_json: bool) -> int:
    """Take back your own question while it waits for a second person.

    Nobody is asked it then. That it was put and taken back stays in the log.

    \b
    Example:
      comity approval withdraw --node region/wa-node --as wa-police-detective --reason "asked under the wrong case" QUERY_ID
    """
    request = WithdrawWaiting(member=member, query_id=query_id, reason=reason)
    with at_node(folder) as verbs:
        done: Approval = verbs(request, Approval, lambda *_: None)
    if as_json:
        print_json({**object_of(done, "id", "member", "by", "reason"), "state": done.state(_now_ms())})
    else:
        click.echo(f"{done.id}: taken back; nobody was asked")
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
        **object_of(request, "beneficiary", "purpose", "case_number", "message", "dppa_use", "note", "go_on"),
        "basis": msgspec.to_builtins(request.basis),
        "data_classes": list(request.data_classes),
        "sources": list(request.sources),
        "stands": msgspec.to_builtins(one.question.stands),
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
    click.echo(f"    asked     {utc_text(approval.asked_ms)}")
    click.echo(f"    right     {_basis_text(request.basis)}")
    for line in _asked_for(one):
        click.echo(line)
    click.echo(f"    about     {_subject_text(request.subject)}")
    if one.close:
        click.echo(f"    listed as {'; '.join(map(_close_text, one.close))}")
    for before in one.changed:
        told = f"{utc_text(before.at_ms)}, {before.purpose} for {before.beneficiary}"
        click.echo(f"    asked before {told}: refused or held, not answered yet, or partly withheld")
    if request.note:
        click.echo(f"    note      {request.note}")
    if request.go_on:
        click.echo(f"    again     {request.go_on}")
    if approval.by:
        click.echo(
            f"    {'taken back' if approval.is_withdrawn else 'decided  '} by {approval.by}: {approval.reason}"
        )


def _asked_for(one: ApprovalShown) -> Iterator[str]:
    """What it asks for and of whom: a line each."""
    request, stands = one.question.request, one.question.stands
    if request.message is not MessageKind.RECORDS_QUERY:
        until = f", until {stands.until}, reviewed by {stands.review_by}" if stands is not None else ""
        yield f"    what      {request.message}{until}"
    yield f"    records   {', '.join(request.data_classes)}"
    if request.dppa_use or DataClass.DMV in request.data_classes:
        yield f"    vehicles  use {request.dppa_use or 'not stated'} of 18 USC 2721(b)"
    yield f"    of        {', '.join(request.sources) or 'every agency that an agreement opens when it is sent'}"


def _basis_text(basis: LegalBasis) -> str:
    """The legal paper in a line: its kind, who signed it, what it is for, its last day, and whether it is attached."""
    if basis.instrument is Instrument.NOTHING:
        return "an agreement alone"
    signed = "" if basis.instrument is Instrument.STATUTE else f"signed by {basis.issuer}"
    parts = (
        basis.instrument,
        signed,
        basis.activity,
        basis.portion,
        f"until {basis.expires}" if basis.expires else "",
    )
    there = () if basis.instrument is Instrument.STATUTE else ("attached" if basis.document else "not attached",)
    sealed = ("sealed by the court",) if basis.sealed else ()
    return ", ".join(one for one in (*parts, *there, *sealed) if one)


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
