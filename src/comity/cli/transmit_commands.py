"""`comity transmit`: criminal histories of removed persons to one foreign partner, on two channels."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.exchange.transmission.mail_receipt import LARGEST_RECEIPT
from comity.model.codes import Status
from comity.model.transmission import (
    ChannelState,
    OnChannel,
    ShownTransmission,
    Suspension,
    TakenTransmission,
    Transmission,
    TransmissionWanted,
)
from comity.node.local import at_node
from comity.node.transmit_requests import (
    ListTaken,
    ListTransmissions,
    PrepareTransmission,
    ReleaseTransmission,
    SuspendPartner,
    TakeMailReceipt,
)

TOLD = {
    Status.HELD: "waits for a second person",
    Status.ANSWERED: "released",
    Status.NOTHING_RELEASABLE: "nothing to transmit",
}
COLOURS = {ChannelState.RECEIVED: "green", ChannelState.SUSPENDED: "red", ChannelState.STOPPED: "red"}
to_option = click.option("--to", "partner", required=True, help="The foreign partner.")
reason_option = click.option("--reason", required=True, help="Why, in at least three words.")


@click.group()
def transmit() -> None:
    """Transmissions to a foreign partner: released by two people, one document on two channels."""


@transmit.command("prepare")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Trained member of the owner.")
@to_option
@click.option("--case", "case_number", required=True, help="Case number of the removal.")
@click.option("--whom", default="", help="Key of the person in the record, where it has several.")
@click.argument("record")
@with_options(json_options)
def prepare(folder: Path, member: str, record: str, as_json: bool, **given: str) -> int:
    """Prepare a transmission; exit status 1 when there is nothing to transmit, whatever the reason.

    \b
    Example:
      comity transmit prepare --node abroad/fed-node --as removal-operations-officer --to xa-repatriation \\
        --case HDR-26-1182 --whom p HISTORY
    """
    wanted = TransmissionWanted(record_id=record, **given)
    with at_node(folder) as verbs:
        done: Transmission = verbs(
            PrepareTransmission(member=member, wanted=wanted), Transmission, lambda *_: None
        )
    return _tell(done, as_json)


@transmit.command("release")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Another trained member, of the role the law names.")
@click.argument("transmission")
@with_options(json_options)
def release(folder: Path, member: str, transmission: str, as_json: bool) -> int:
    """Release a transmission as the second person; exit status 1 when there is nothing to transmit any more.

    \b
    Example:
      comity transmit release --node abroad/fed-node --as removal-operations-supervisor PREPARED
    """
    with at_node(folder) as verbs:
        request = ReleaseTransmission(member=member, transmission=transmission)
        done: Transmission = verbs(request, Transmission, lambda *_: None)
    return _tell(done, as_json)


@transmit.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner; desk and supervisors see all.")
@with_options(json_options)
def list_sent(folder: Path, member: str, as_json: bool) -> int:
    """List transmissions and how each channel stands, the newest first.

    \b
    Example:
      comity transmit list --node abroad/fed-node --as removal-operations-supervisor
    """
    with at_node(folder) as verbs:
        found: tuple[ShownTransmission, ...] = verbs(
            ListTransmissions(member=member), tuple[ShownTransmission, ...], lambda *_: None
        )
    if as_json:
        print_json([_shown_value(one) for one in found])
    elif not found:
        click.echo("nothing was prepared")
    else:
        for one in found:
            _print_shown(one)
    return 0


@transmit.command("taken")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the partner's desk.")
@with_options(json_options)
def taken(folder: Path, member: str, as_json: bool) -> int:
    """List what was transmitted to this agency, with the terms it came under.

    \b
    Example:
      comity transmit taken --node abroad/xa-node --as xa-repatriation-clerk
    """
    with at_node(folder) as verbs:
        found: tuple[TakenTransmission, ...] = verbs(
            ListTaken(member=member), tuple[TakenTransmission, ...], lambda *_: None
        )
    if as_json:
        print_json([_taken_value(one) for one in found])
    elif not found:
        click.echo("nothing was transmitted to this agency")
    else:
        for one in found:
            _print_taken(one)
    return 0


@transmit.command("suspend")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner's desk, or a supervisor.")
@to_option
@reason_option
@with_options(json_options)
def suspend(folder: Path, as_json: bool, **given: str) -> int:
    """Stop both channels to a partner at once, with everything that is queued.

    \b
    Example:
      comity transmit suspend --node abroad/fed-node --as removal-operations-supervisor --to xa-repatriation \\
        --reason "detained without a charge"
    """
    return _suspended(folder, SuspendPartner(suspend=True, **given), as_json=as_json)


@transmit.command("resume")
@with_options(node_options)
@click.option("--as", "member", required=True, help="The owner's head.")
@to_option
@reason_option
@with_options(json_options)
def resume(folder: Path, as_json: bool, **given: str) -> int:
    """End a suspension; what waits is decided again before it leaves.

    \b
    Example:
      comity transmit resume --node abroad/fed-node --as removal-operations-director --to xa-repatriation \\
        --reason "assurances given in writing"
    """
    return _suspended(folder, SuspendPartner(suspend=False, **given), as_json=as_json)


@transmit.command("receipt")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner.")
@to_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@with_options(json_options)
def receipt(folder: Path, member: str, partner: str, file: Path, as_json: bool) -> int:
    """Take in a partner's signed receipt for an e-mail (CMS, DER or PEM).

    \b
    Example:
      comity transmit receipt --node abroad/fed-node --as removal-operations-officer --to xa-repatriation receipt.p7m
    """
    with file.open("rb") as opened:
        signed = b64encode(opened.read(LARGEST_RECEIPT + 1)).decode()
    with at_node(folder) as verbs:
        request = TakeMailReceipt(member=member, partner=partner, signed=signed)
        done: OnChannel = verbs(request, OnChannel, lambda *_: None)
    if as_json:
        print_json(_channel_value(done))
    else:
        _print_channel(done)
    return 0


def _tell(done: Transmission, as_json: bool) -> int:
    if as_json:
        print_json(_value(done))
    else:
        _print(done)
    return 1 if done.status is Status.NOTHING_RELEASABLE else 0


def _suspended(folder: Path, request: SuspendPartner, *, as_json: bool) -> int:
    with at_node(folder) as verbs:
        done: Suspension = verbs(request, Suspension, lambda *_: None)
    if as_json:
        words = object_of(done, "owner", "partner", "suspended", "by", "reason")
        print_json({**words, "at": utc_text(done.at_ms)})
    else:
        how = "suspended" if done.suspended else "resumed"
        click.echo(
            f"transmissions to {done.partner} {how} since {utc_text(done.at_ms)} by {done.by}: {done.reason}"
        )
    return 0


def _value(one: Transmission) -> dict[str, Any]:
    return {
        **object_of(
            one, "id", "owner", "partner", "record_id", "agreement", "case_number", "status", "prepared_by"
        ),
        "prepared": utc_text(one.prepared_ms),
        "released_by": one.released_by,
        "released": utc_text(one.released_ms),
        "hash": one.hash,
    }


def _shown_value(one: ShownTransmission) -> dict[str, Any]:
    return {**_value(one.transmission), "channels": [_channel_value(each) for each in one.channels]}


def _channel_value(one: OnChannel) -> dict[str, Any]:
    return {**object_of(one, "channel", "state", "tried", "trouble"), "at": utc_text(one.at_ms)}


def _taken_value(one: TakenTransmission) -> dict[str, Any]:
    return {
        **object_of(one, "transmission", "owner", "hash"),
        "taken": utc_text(one.taken_ms),
        "document": msgspec.to_builtins(one.document),
    }


def _print(one: Transmission) -> None:
    click.echo(
        f"{one.id}  {TOLD[one.status]}: to {one.partner} under {one.agreement}, case {one.case_number}, "
        f"record {one.record_id}"
    )
    if one.hash:
        click.echo(f"    {one.hash}")


def _print_shown(one: ShownTransmission) -> None:
    _print(one.transmission)
    for each in one.channels:
        _print_channel(each)


def _print_channel(one: OnChannel) -> None:
    at = f" {utc_text(one.at_ms)}" if one.at_ms is not None else ""
    why = f" ({one.trouble})" if one.trouble else ""
    click.echo(f"    {one.channel}: " + click.style(one.state, fg=COLOURS.get(one.state)) + at + why)


def _print_taken(one: TakenTransmission) -> None:
    click.echo(f"{one.transmission}  from {one.owner}, taken {utc_text(one.taken_ms)}")
    click.echo(f"    {one.hash}")
    if one.document is None:
        click.echo("    recalled: it is gone here; destroy every copy")
        return
    for field in one.document.fields:
        click.echo(f"    {field.field}: {'; '.join(field.values)}")
    for words in one.document.beside:
        click.echo(click.style(f"    beside it: {words}", fg="yellow"))
    for term in one.document.terms:
        click.echo(click.style(f"    term: {term}", fg="yellow"))
