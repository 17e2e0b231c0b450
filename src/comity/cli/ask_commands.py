"""`comity ask`, `comity fetch`, `comity duties`."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.show import outcome_value, print_outcome, print_source, source_value
from comity.errors import NounError, WrongUseError
from comity.model.codes import (
    DataClass,
    IdentifierKind,
    Instrument,
    Issuer,
    MessageKind,
    Purpose,
    Sex,
    Status,
)
from comity.model.disclosure import StoredDuty
from comity.model.outcome import AskRequest, FetchRequest, Outcome, SourceResult
from comity.model.query import (
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    LegalBasis,
    PersonSubject,
    PlateSubject,
    Subject,
    VehicleSubject,
)
from comity.node.local import Ask, Duties, Fetch, OpenAgain, at_node
from comity.settings import read_directory, read_members, read_settings

LARGEST_PAPER = 50_000_000  # bytes of an uploaded legal paper; a long court order with annexes has a tenth of it

node_option = click.option(
    "--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node that asks."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


def person_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that describe the one subject of a question."""
    for option in reversed(
        (
            click.option(
                "--family", help="Family name; a trailing * after three letters with a birth date or --id."
            ),
            click.option("--given", default="", help="Given name."),
            click.option("--middle", default="", help="Middle name."),
            click.option("--suffix", default="", help="Jr, Sr, III."),
            click.option("--other-name", multiple=True, help="Another name of the same person."),
            click.option("--born", default="", help="Birth date: YYYY-MM-DD, YYYY-MM or YYYY."),
            click.option("--sex", type=click.Choice([sex.value for sex in Sex]), help="Sex as recorded."),
            click.option("--address", default="", help="Address: number, street, town."),
            click.option(
                "--id", "identifiers", multiple=True, metavar="KIND=NUMBER", help="An identifying number."
            ),
            click.option("--plate", metavar="STATE=PLATE", help="A whole plate instead of a person."),
            click.option("--vin", help="A vehicle identification number instead of a person."),
            click.option("--firearm", metavar="MAKE=SERIAL", help="A firearm instead of a person."),
        )
    ):
        command = option(command)
    return command


def purpose_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say who asks, for whom, why and on what basis."""
    for option in reversed(
        (
            click.option("--as", "member", required=True, help="Member who asks."),
            click.option(
                "--for", "beneficiary", default="", help="Agency the answer is for; your own when left out."
            ),
            click.option("--purpose", type=click.Choice([code.value for code in Purpose]), help="Purpose code."),
            click.option("--case", "case_number", default="", help="Case or incident number."),
            click.option(
                "--basis",
                default="nothing",
                metavar="INSTRUMENT[:ISSUER]",
                help="Legal paper, for instance judicial-warrant:article-three-judge.",
            ),
            click.option("--paper", type=click.Path(path_type=Path), help="The paper's file; its hash is kept."),
            click.option("--paper-expires", metavar="DATE", help="Last day the paper is in force."),
            click.option("--dppa-use", default="", help="Motor-vehicle use code, b1 to b14."),
            click.option(
                "--message",
                default=MessageKind.RECORDS_QUERY.value,
                type=click.Choice([kind.value for kind in MessageKind]),
                help="What the owner is asked for.",
            ),
            click.option(
                "--source", "sources", multiple=True, help="Owner to ask; all under agreement when left out."
            ),
            click.option("--note", default="", help="Free text for the owner; never the purpose."),
            click.option("--wait", "wait_ms", default=5_000, show_default=True, help="Milliseconds to wait."),
        )
    ):
        command = option(command)
    return command


@click.command()
@node_option
@purpose_options
@person_options
@click.option("--class", "classes", multiple=True, help="Data class asked for; repeat for several.")
@json_option
def ask(folder: Path, classes: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Ask several owners one question about one person.

    \b
    Example:
      comity ask --node region/wa-node --as wa-police-detective --purpose criminal-investigation \\
        --case 26-01417 --class case --class booking --family Ortiz --given Maria --born 1984-03-12
    """
    request = make_request(folder, given, subject_of(given), tuple(DataClass(name) for name in _classes(classes)))
    with at_node(folder) as verbs:
        outcome: Outcome = verbs(Ask(request=request), Outcome, _progress(as_json))
    return print_result(outcome, folder, as_json)


@click.command()
@node_option
@purpose_options
@click.argument("query_id")
@click.argument("item_id", required=False)
@click.option("--identified-by", default="", help="Why this is the person, where no second identifier agrees.")
@click.option("--first-asker", default="", help="Open another agency's answer: a new request to every owner.")
@json_option
def fetch(
    folder: Path,
    query_id: str,
    item_id: str | None,
    identified_by: str,
    first_asker: str,
    as_json: bool,
    **given: Any,
) -> int:
    """Ask for the detail of one item; its owner decides again.

    With --first-asker another agency opens an answer: that is a new request to every owner, under the opener's own
    member, purpose, basis and case.

    \b
    Examples:
      comity fetch --node region/wa-node --as wa-police-detective QUERY_ID ITEM_ID
      comity fetch --node region/fed-node --as removal-operations-officer --first-asker federal-investigations \\
        --purpose civil-immigration --case A-26-0031 QUERY_ID
    """
    member = _member(folder, given["member"])
    if first_asker:
        placeholder = PersonSubject(family="Unread")  # replaced by the first question's subject at the node
        request = make_request(folder, given, placeholder, (DataClass.CASE,))
        with at_node(folder) as verbs:
            again = OpenAgain(first_asker=first_asker, query_id=query_id, request=request)
            outcome: Outcome = verbs(again, Outcome, _progress(as_json))
        return print_result(outcome, folder, as_json)
    if not item_id:
        raise WrongUseError(
            "name the item whose detail is wanted, or --first-asker to open another agency's answer"
        )
    wanted = FetchRequest(
        query_id=query_id,
        item_id=item_id,
        asker=member.agency,
        member=member.id,
        identified_by=identified_by,
        wait_ms=given["wait_ms"],
    )
    with at_node(folder) as verbs:
        result: SourceResult = verbs(Fetch(request=wanted), SourceResult, _progress(as_json))
    directory = read_directory(folder, read_settings(folder))
    if as_json:
        click.echo(json.dumps(source_value(result, directory), indent=2))
    else:
        print_source(result, directory)
    return 0 if result.status in (Status.ANSWERED, Status.NOTHING_RELEASABLE) else 1


@click.command()
@node_option
@click.argument("owner")
@json_option
def duties(folder: Path, owner: str, as_json: bool) -> int:
    """List an owner's duties, soonest due first. Exit status 1 when one is overdue.

    \b
    Example:
      comity duties --node region/ny-node ny-dmv
    """
    with at_node(folder) as verbs:
        stored: tuple[StoredDuty, ...] = verbs(Duties(owner=owner), tuple[StoredDuty, ...], _progress(as_json))
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    ordered = sorted(stored, key=lambda one: (one.duty.due_ms is None, one.duty.due_ms or 0, one.id))
    overdue = [one for one in ordered if one.done_ms is None and one.duty.due_ms and one.duty.due_ms < now_ms]
    if as_json:
        click.echo(json.dumps([_duty_value(one) for one in ordered], indent=2))
    for one in () if as_json else ordered:
        due = _time(one.duty.due_ms) if one.duty.due_ms else "no time set"
        addressee = f" {one.duty.to}" if one.duty.to else ""
        confirm = " [a person confirms first]" if one.duty.confirm else ""
        click.echo(
            f"due {due}  {one.duty.kind}{addressee}: {one.duty.text} ({one.duty.rule}, {one.duty.citation}){confirm}"
        )
    return 1 if overdue else 0


def make_request(
    folder: Path, given: dict[str, Any], subject: Subject, classes: tuple[DataClass, ...]
) -> AskRequest:
    """The request the options describe. Raises WrongUseError for what is missing."""
    member = _member(folder, given["member"])
    for name, flag in (("purpose", "--purpose"), ("case_number", "--case")):
        if not given[name]:
            raise WrongUseError(f"a question is not opened without {flag}; give it")
    return AskRequest(
        asker=member.agency,
        member=member.id,
        beneficiary=given["beneficiary"] or member.agency,
        purpose=Purpose(given["purpose"]),
        basis=_basis(given),
        case_number=given["case_number"],
        data_classes=classes,
        subject=subject,
        sources=given["sources"],
        wait_ms=given["wait_ms"],
        message=MessageKind(given["message"]),
        dppa_use=given["dppa_use"],
        note=given["note"],
    )


def subject_of(given: dict[str, Any]) -> Subject:
    """The one subject the options describe. Raises WrongUseError for none or for two."""
    identifiers = tuple(_identifier(text) for text in given["identifiers"])
    objects = [name for name in ("plate", "vin", "firearm") if given[name]]
    if len(objects) + bool(given["family"]) > 1:
        raise WrongUseError("a question names exactly one subject; ask about one at a time")
    if given["family"]:
        return PersonSubject(
            family=given["family"],
            given=given["given"],
            middle=given["middle"],
            suffix=given["suffix"],
            other_names=given["other_name"],
            birth_date=given["born"],
            sex=Sex(given["sex"]) if given["sex"] else None,
            address=given["address"],
            identifiers=identifiers,
        )
    if objects:
        return _object_subject(objects[0], given[objects[0]])
    if len(identifiers) == 1:
        return IdentifierSubject(identifier=identifiers[0])
    raise WrongUseError(
        "name the subject: --family with --given and --born, one --id, --plate, --vin or --firearm"
    )


def print_result(outcome: Outcome, folder: Path, as_json: bool) -> int:
    """Print an outcome; exit status 1 when no source answered anything."""
    directory = read_directory(folder, read_settings(folder))
    if as_json:
        click.echo(json.dumps(outcome_value(outcome, directory), indent=2))
    else:
        print_outcome(outcome, directory)
    useful = {Status.ANSWERED, Status.NOTHING_RELEASABLE, Status.HELD}
    return 0 if any(source.status in useful for source in outcome.sources) else 1


def _object_subject(kind: str, text: str) -> Subject:
    if kind == "vin":
        return VehicleSubject(vin=text)
    first, equals, second = text.partition("=")
    if not equals:
        raise WrongUseError(
            f"`{text}` names no {kind}; write {'STATE=PLATE' if kind == 'plate' else 'MAKE=SERIAL'}"
        )
    return (
        PlateSubject(state=first, plate=second) if kind == "plate" else FirearmSubject(make=first, serial=second)
    )


def _identifier(text: str) -> Identifier:
    kind, equals, value = text.partition("=")
    if not equals or kind not in set(IdentifierKind):
        known = ", ".join(IdentifierKind)
        raise WrongUseError(f"`{kind}` is no kind of identifying number; write KIND=NUMBER with one of {known}")
    return Identifier(kind=IdentifierKind(kind), value=value)


def _basis(given: dict[str, Any]) -> LegalBasis:
    instrument, _, issuer = given["basis"].partition(":")
    if instrument not in set(Instrument) or (issuer and issuer not in set(Issuer)):
        known = ", ".join(Instrument)
        raise WrongUseError(
            f"`{given['basis']}` is no legal basis; write one of {known}, then `:` and who issued it"
        )
    expires = given["paper_expires"]
    try:
        return LegalBasis(
            instrument=Instrument(instrument),
            issuer=Issuer(issuer or Issuer.NOBODY),
            document=_paper_hash(given["paper"]) if given["paper"] else None,
            expires=datetime.strptime(expires, "%Y-%m-%d").date() if expires else None,
        )
    except ValueError as error:
        if isinstance(error, NounError):
            raise
        raise WrongUseError(f"`{expires}` is not a day; write YYYY-MM-DD") from error


def _paper_hash(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_PAPER:
            raise WrongUseError(f"`{path}` is larger than {LARGEST_PAPER} bytes; show the paper itself")
        return "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WrongUseError(f"`{path}` cannot be read: {error.strerror}") from error


def _classes(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        if name not in set(DataClass):
            raise WrongUseError(f"`{name}` is no data class; write one of {', '.join(DataClass)}")
    if not names:
        raise WrongUseError("a question is not opened without --class; name each data class asked for")
    return names


def _member(folder: Path, member_id: str) -> Any:
    read_settings(folder)
    for member in read_members(folder):
        if member.id == member_id:
            return member
    raise WrongUseError(f"`{member_id}` is not a member at this node; ask as one of its members")


def _progress(as_json: bool) -> Callable[[str, str], None]:
    """A line for each source on a terminal; silence in a pipe."""
    if as_json or not sys.stderr.isatty():
        return lambda _agency, _status: None
    return lambda agency, status: click.echo(click.style(f"  {agency}: {status}", dim=True), err=True)


def _duty_value(one: StoredDuty) -> dict[str, Any]:
    return {
        "id": one.id,
        "query_id": one.query_id,
        "kind": one.duty.kind,
        "to": one.duty.to,
        "rule": one.duty.rule,
        "citation": one.duty.citation,
        "text": one.duty.text,
        "report": one.duty.report,
        "due": _time(one.duty.due_ms) if one.duty.due_ms else None,
        "confirm": one.duty.confirm,
        "raised": _time(one.raised_ms),
        "done": _time(one.done_ms) if one.done_ms else None,
    }


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")
