"""`comity disclosure`: what was told by a call, an e-mail or a portal view, without a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import WRITTEN_MESSAGES, basis_of, basis_options, with_options
from comity.cli.show_duties import instant_of, utc_text
from comity.cli.table import object_of
from comity.law.explain import reason_sentence
from comity.model.codes import MessageKind, Purpose
from comity.model.query import DPPA_USES
from comity.model.told import Channel, Disclosed, DisclosedEntry, FieldVerdict, Told, ToldField
from comity.node.local import at_node
from comity.node.told_requests import ListDisclosures, RecordDisclosure

VERDICTS = {
    FieldVerdict.GIVEN: "an answer would have given it",
    FieldVerdict.POINTER: "an answer would have said: ask the owner",
    FieldVerdict.AGAINST: "AGAINST THE LAW",
}
told_options = (
    click.option("--to", "recipient", required=True, help="Agency that was told."),
    click.option("--person", required=True, help="Who was told, by name."),
    click.option(
        "--by",
        "channel",
        required=True,
        type=click.Choice([one.value for one in Channel]),
        help="How it was told.",
    ),
    click.option(
        "--purpose", required=True, type=click.Choice([code.value for code in Purpose]), help="Purpose code."
    ),
    click.option("--case", "case_number", required=True, help="Case or incident number of whoever was told."),
    click.option("--for", "beneficiary", default="", help="Agency it is for; the one told when left out."),
    click.option("--dppa-use", type=click.Choice(DPPA_USES), metavar="b1..b14", help="Motor-vehicle use code."),
    click.option(
        "--message",
        default=MessageKind.RECORDS_QUERY.value,
        type=click.Choice(WRITTEN_MESSAGES),
        help="What they asked for.",
    ),
    click.option(
        "--field", "fields", multiple=True, required=True, help="A field that was told; repeat for several."
    ),
    click.option("--whom", default="", help="Key of the person in the record, where it has several."),
    click.option(
        "--at", "told_at", default="", metavar="TIME", help="When, as ISO 8601 with offset; now when left out."
    ),
    click.option("--note", default="", help="What else the desk should know."),
)


@click.group()
def disclosure() -> None:
    """Disclosures that nobody queried: recorded, decided and logged like an answer."""


@disclosure.command("record")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner who told it.")
@with_options(told_options, basis_options)
@click.argument("records", nargs=-1, required=True)
@with_options(json_options)
def record(folder: Path, member: str, records: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Record what was told; exit status 1 when the law was against it. It is recorded all the same.

    \b
    Example:
      comity disclosure record --node region/wa-node --as wa-police-detective --to ca-sheriff \\
        --person "Det. Idris Vale" --by call --purpose criminal-investigation --case 26-01417 --field charge BOOKING
    """
    told = Told(
        recipient=given["recipient"],
        person=given["person"],
        channel=Channel(given["channel"]),
        purpose=Purpose(given["purpose"]),
        basis=basis_of(given),
        case_number=given["case_number"],
        records=records,
        fields=given["fields"],
        whom=given["whom"],
        beneficiary=given["beneficiary"],
        told_ms=instant_of(given["told_at"]) if given["told_at"] else None,
        message=MessageKind(given["message"]),
        dppa_use=given["dppa_use"] or "",
        note=given["note"],
    )
    with at_node(folder) as verbs:
        done: DisclosedEntry = verbs(RecordDisclosure(member=member, told=told), DisclosedEntry, lambda *_: None)
    if as_json:
        print_json(_value(done))
    else:
        _print(done)
    return 1 if done.open_finding else 0


@disclosure.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner's desk, or an auditor.")
@with_options(json_options)
def list_told(folder: Path, member: str, as_json: bool) -> int:
    """List what was told and recorded, the newest first; exit status 1 when nobody looked yet into one against the law.

    \b
    Example:
      comity disclosure list --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[DisclosedEntry, ...] = verbs(
            ListDisclosures(member=member), tuple[DisclosedEntry, ...], lambda *_: None
        )
    if as_json:
        print_json([_value(one) for one in found])
    elif not found:
        click.echo("nothing was told without a question, or nobody recorded it")
    else:
        for one in found:
            _print(one)
    return 1 if any(one.open_finding for one in found) else 0


def _value(one: DisclosedEntry) -> dict[str, Any]:
    told = {"entry": one.entry, "recorded": utc_text(one.at_ms), "open_finding": one.open_finding}
    disclosed = one.disclosed
    if disclosed is None:
        return {**told, "disclosed": None}
    words = ("recipient", "person", "channel", "purpose", "case_number", "beneficiary", "message", "note")
    return {
        **told,
        "disclosed": {
            **object_of(disclosed, "owner", "query_id", "record_id", "reference", "data_class", "by"),
            **object_of(disclosed.told, *words),
            "basis": disclosed.told.basis.instrument,
            "told": utc_text(disclosed.told_ms),
            "fields": [_field_value(field) for field in disclosed.fields],
            **object_of(disclosed, "finding", "duties"),
        },
    }


def _field_value(field: ToldField) -> dict[str, Any]:
    rules = [reason.rule for reason in field.reasons]
    return {**object_of(field, "field", "verdict", "level"), "rules": rules}


def _print(one: DisclosedEntry) -> None:
    disclosed = one.disclosed
    if disclosed is None:
        click.echo(f"entry {one.entry}: what was told is no longer kept; its record was expunged")
        return
    told = disclosed.told
    click.echo(
        f"{utc_text(disclosed.told_ms)}  {told.channel} to {told.person} of {told.recipient}: "
        f"{told.purpose}, case {told.case_number}, about {disclosed.reference} (entry {one.entry})"
    )
    for field in disclosed.fields:
        _print_field(field)
    if disclosed.finding:
        _print_finding(disclosed, one.open_finding)
    click.echo(click.style(f"    recorded {utc_text(disclosed.recorded_ms)} by {disclosed.by}", dim=True))


def _print_field(field: ToldField) -> None:
    against = field.verdict is FieldVerdict.AGAINST
    click.echo(f"    {field.field}: " + click.style(VERDICTS[field.verdict], fg="red" if against else None))
    for reason in field.reasons if against else ():
        click.echo(f"        {reason_sentence(reason)}")


def _print_finding(disclosed: Disclosed, still_open: bool) -> None:
    told = "the privacy officer looks into it" if still_open else "it was looked into"
    click.echo(click.style(f"    a disclosure against the law; {told} (duty {disclosed.finding})", fg="red"))
