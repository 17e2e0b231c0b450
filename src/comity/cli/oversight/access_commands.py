"""`comity oversight access`: whoever asks about records, from the first word to the last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.oversight.show_access import (
    list_value,
    online_value,
    petition_value,
    print_list,
    print_online,
    print_petition,
    print_shown,
    print_told,
    shown_value,
    told_value,
)
from comity.cli.question import subject_of, with_options
from comity.errors import WrongUseError
from comity.model.codes import Sex
from comity.model.petition import (
    Capacity,
    Outcome,
    Particulars,
    Petition,
    PetitionKind,
    PetitionWanted,
    Residence,
    Seen,
    ShownBy,
)
from comity.model.query import PersonSubject
from comity.node.local import at_node
from comity.node.redress_requests import (
    DecidePetition,
    DisputeRecord,
    IdentifyPetitioner,
    ListPetitions,
    LookUpPetition,
    OpenLog,
    OpenPetition,
    RedressRequest,
    ShowPetition,
    TellInPerson,
    WithholdRows,
)
from comity.oversight.redress.decide_petition import ToDecide
from comity.oversight.redress.dispute import ToDispute
from comity.oversight.redress.identify import IdentityShown
from comity.oversight.redress.outward import OutwardPetition
from comity.oversight.redress.read_petitions import PetitionList, PetitionShown, SawInPerson, ToldInPerson
from comity.oversight.redress.withhold import ToWithhold

Told = TypeVar("Told")

desk_options = (*node_options, click.option("--as", "member", required=True, help="Member of the owner's desk."))
reason_options = (click.option("--reason", required=True, help="In words, and kept."),)
seen_options = (
    click.option(
        "--seen",
        multiple=True,
        type=click.Choice([one.value for one in Seen]),
        help="A kind of paper that was looked at; repeat for several. No copy and no number is kept.",
    ),
)
person_options = (
    click.option("--family", default="", help="Family name of whom it is about."),
    click.option("--given", default="", help="Given name."),
    click.option("--middle", default="", help="Middle name."),
    click.option("--suffix", default="", help="Jr, Sr, III."),
    click.option("--other-name", multiple=True, help="Another name of the same person."),
    click.option("--born", default="", help="Birth date: YYYY-MM-DD."),
    click.option("--sex", type=click.Choice([sex.value for sex in Sex]), help="Sex as recorded."),
    click.option("--address", default="", help="Address: number, street, town."),
    click.option("--id", "identifiers", multiple=True, metavar="KIND=NUMBER", help="An identifying number."),
)
petitioner_options = (
    click.option("--name", required=True, help="Who asks, by name."),
    click.option("--contact", required=True, help="How they are reached."),
    click.option("--message", is_flag=True, help="A message may be left."),
    click.option("--words", required=True, help="What they ask, in their words."),
    click.option(
        "--capacity",
        default=Capacity.SELF.value,
        type=click.Choice([one.value for one in Capacity]),
        help="For whom they ask; `anybody` for what anybody may ask.",
    ),
    click.option(
        "--residence",
        default=Residence.NOT_SAID.value,
        type=click.Choice([one.value for one in Residence]),
        help="What the person says of it; a remedy may turn on it, the desk never does.",
    ),
    click.option(
        "--about", default="", metavar="REFERENCE", help="The petition whose decision is to be reviewed."
    ),
)


@click.group()
def access() -> None:
    """Who looked at what is held about a person, disputes and corrections: one desk for whoever asks."""


@access.command("open")
@with_options(desk_options, petitioner_options, person_options)
@click.argument("kind", type=click.Choice([one.value for one in PetitionKind]))
@with_options(json_options)
def open_one(folder: Path, member: str, kind: str, as_json: bool, **given: Any) -> int:
    """Take in what somebody asks: the clocks run from now, and no record is looked at.

    \b
    Example:
      comity oversight access open --node region/wa-node --as wa-police-custodian accounting \\
        --name "Thomas Cahoon" --contact "PO Box 12" --words "who looked at what you hold about me" \\
        --family Cahoon --given Thomas --born 1987-04-19
    """
    particulars = Particulars(
        petitioner=given["name"],
        contact=given["contact"],
        words=given["words"],
        subject=_subject(given),
        message=given["message"],
    )
    wanted = PetitionWanted(
        kind=PetitionKind(kind),
        capacity=Capacity(given["capacity"]),
        residence=Residence(given["residence"]),
        particulars=particulars,
        about=given["about"],
    )
    return _step(folder, OpenPetition(member=member, wanted=wanted), as_json)


@access.command("identify")
@with_options(desk_options, seen_options)
@click.option(
    "--how",
    default=ShownBy.IN_PERSON.value,
    type=click.Choice([one.value for one in ShownBy]),
    help="How it was shown.",
)
@click.option("--not-shown", is_flag=True, help="It did not suffice.")
@with_options(reason_options)
@click.argument("reference")
@with_options(json_options)
def identify_one(folder: Path, member: str, reference: str, as_json: bool, **given: Any) -> int:
    """Say who asks: how it was shown and what was looked at. A records custodian's word.

    \b
    Example:
      comity oversight access identify --node region/wa-node --as wa-police-custodian --seen passport \\
        --reason "stood at the desk" R-7K2M-9QTD-4XWB
    """
    told = IdentityShown(
        shown=not given["not_shown"],
        how=ShownBy(given["how"]),
        seen=tuple(Seen(one) for one in given["seen"]),
        reason=given["reason"],
    )
    return _step(folder, IdentifyPetitioner(member=member, reference=reference, told=told), as_json)


@access.command("account")
@with_options(desk_options, reason_options)
@click.argument("reference")
@with_options(json_options)
def account_one(folder: Path, member: str, reference: str, reason: str, as_json: bool) -> int:
    """Open the log by subject: a records custodian and a privacy officer, one after the other; the second reads it.

    \b
    Example:
      comity oversight access account --node region/wa-node --as wa-police-privacy \\
        --reason "agreed and looked at" R-7K2M-9QTD-4XWB
    """
    return _step(folder, OpenLog(member=member, reference=reference, reason=reason), as_json)


@access.command("withhold")
@with_options(desk_options, reason_options)
@click.option("--row", "rows", multiple=True, type=int, help="A look-up to keep back; none: nothing is kept back.")
@click.option("--ground", default="", help="The ground that the law gives; `docs/redress.md` lists them.")
@click.option(
    "--until", default="", metavar="DATE", help="The last day it is kept back; it comes out by itself then."
)
@click.argument("reference")
@with_options(json_options)
def withhold_some(folder: Path, member: str, reference: str, as_json: bool, **given: Any) -> int:
    """Look through the look-ups, and keep some back for a time. A privacy officer's or counsel's word.

    \b
    Example:
      comity oversight access withhold --node region/wa-node --as wa-police-privacy --row 2 \\
        --ground active-investigation --until 2027-02-01 --reason "an arrest is near" R-7K2M-9QTD-4XWB
    """
    wanted = ToWithhold(
        rows=given["rows"],
        reason=given["reason"],
        ground=given["ground"],
        last_day=_day(given["until"]) if given["until"] else None,
    )
    return _step(folder, WithholdRows(member=member, reference=reference, wanted=wanted), as_json)


@access.command("dispute")
@with_options(desk_options, reason_options)
@click.option("--statement", default="", help="What the person says beside the record; it travels with it.")
@click.argument("reference")
@click.argument("record")
@with_options(json_options)
def dispute_one(folder: Path, member: str, reference: str, record: str, as_json: bool, **given: Any) -> int:
    """Mark a record of the person's as disputed, with a statement; whoever was shown it hears of both.

    \b
    Example:
      comity oversight access dispute --node region/wa-node --as wa-police-custodian --reason "says it was his brother" \\
        --statement "It was not me who was arrested that night." R-7K2M-9QTD-4XWB WA-2026-00417
    """
    wanted = ToDispute(record=record, reason=given["reason"], statement=given["statement"])
    return _step(folder, DisputeRecord(member=member, reference=reference, wanted=wanted), as_json)


@access.command("decide")
@with_options(desk_options, reason_options)
@click.option(
    "--entry",
    "entries",
    multiple=True,
    type=int,
    help="The log's entry of a correction it rests on; repeat for several.",
)
@click.argument("reference")
@click.argument("outcome", type=click.Choice([one.value for one in Outcome]))
@with_options(json_options)
def decide_one(folder: Path, member: str, reference: str, outcome: str, as_json: bool, **given: Any) -> int:
    """Decide what was asked; exit status 1 where something must come before.

    \b
    Example:
      comity oversight access decide --node region/wa-node --as wa-police-custodian \\
        --reason "every look-up is shown" R-7K2M-9QTD-4XWB answered
    """
    wanted = ToDecide(outcome=Outcome(outcome), reason=given["reason"], entries=given["entries"])
    return _step(folder, DecidePetition(member=member, reference=reference, wanted=wanted), as_json)


@access.command("tell")
@with_options(desk_options, seen_options, reason_options)
@click.argument("reference")
@with_options(json_options)
def tell_one(folder: Path, member: str, reference: str, as_json: bool, **given: Any) -> int:
    """What the custodian tells whoever asked, face to face: which agencies and records. The telling is entered.

    \b
    Example:
      comity oversight access tell --node region/wa-node --as wa-police-custodian --seen passport \\
        --reason "came to the desk" R-7K2M-9QTD-4XWB
    """
    saw = SawInPerson(seen=tuple(Seen(one) for one in given["seen"]), reason=given["reason"])
    request = TellInPerson(member=member, reference=reference, saw=saw)
    _show(_at(folder, request, ToldInPerson), as_json, told_value, print_told)
    return 0


@access.command("show")
@with_options(desk_options)
@click.argument("reference")
@with_options(json_options)
def show_one(folder: Path, member: str, reference: str, as_json: bool) -> int:
    """Show one petition to the desk, with its look-ups for those who may open them.

    \b
    Example:
      comity oversight access show --node region/wa-node --as wa-police-custodian R-7K2M-9QTD-4XWB
    """
    request = ShowPetition(member=member, reference=reference)
    _show(_at(folder, request, PetitionShown), as_json, shown_value, print_shown)
    return 0


@access.command("list")
@with_options(desk_options, json_options)
def list_all(folder: Path, member: str, as_json: bool) -> int:
    """List what was asked, the soonest due first, and count demands; exit status 1 when anything is overdue.

    \b
    Example:
      comity oversight access list --node region/wa-node --as wa-police-custodian
    """
    found = _at(folder, ListPetitions(member=member), PetitionList)
    _show(found, as_json, list_value, print_list)
    return 1 if any(one.overdue for one in found.petitions) else 0


@access.command("status")
@with_options(node_options)
@click.option("--agency", required=True, help="Agency that was asked.")
@click.argument("reference")
@with_options(json_options)
def status_of_one(folder: Path, agency: str, reference: str, as_json: bool) -> int:
    """What whoever has a reference sees online: no agency, no place, no record.

    \b
    Example:
      comity oversight access status --node region/wa-node --agency wa-police R-7K2M-9QTD-4XWB
    """
    request = LookUpPetition(agency=agency, reference=reference)
    _show(_at(folder, request, OutwardPetition), as_json, online_value, print_online)
    return 0


def _step(folder: Path, request: RedressRequest, as_json: bool) -> int:
    _show(_at(folder, request, Petition), as_json, petition_value, print_petition)
    return 0


def _at(folder: Path, request: RedressRequest, kind: type[Told]) -> Told:
    """What the node answers to a request, of the kind that such a request has."""
    with at_node(folder) as verbs:
        found: Told = verbs(request, kind, lambda *_: None)
    return found


def _show(found: Told, as_json: bool, value: Callable[[Told], object], show: Callable[[Told], None]) -> None:
    if as_json:
        print_json(value(found))
    else:
        show(found)


def _subject(given: dict[str, Any]) -> PersonSubject | None:
    """Whom it is about; None where nobody is named."""
    if not given["family"]:
        return None
    subject = subject_of({**given, "plate": "", "vin": "", "firearm": ""})
    if not isinstance(subject, PersonSubject):
        raise WrongUseError("a petition is about a person; give a family name")
    return subject


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"`{text[:40]}` is not a day; write for instance 2027-02-01") from error
