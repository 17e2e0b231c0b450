"""The options that describe a question, and the question they make."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from comity.cli.files import read_bytes
from comity.errors import WrongUseError
from comity.model.agency import Member
from comity.model.codes import (
    MADE_BY_VERBS,
    DataClass,
    IdentifierKind,
    Instrument,
    Issuer,
    MessageKind,
    Purpose,
    Sex,
)
from comity.model.outcome import LONGEST_DEADLINE_MS, AskRequest
from comity.model.query import (
    DPPA_USES,
    FirearmSubject,
    Identifier,
    IdentifierSubject,
    LegalBasis,
    PersonSubject,
    PlateSubject,
    Subject,
    VehicleSubject,
    lacks_dppa_use,
)

LARGEST_PAPER = 50_000_000  # bytes of an uploaded legal paper; a long court order with annexes has a tenth of it
WRITTEN_MESSAGES = [kind.value for kind in MessageKind if kind not in MADE_BY_VERBS]
OBJECTS = {"plate": "STATE=PLATE", "vin": "VIN", "firearm": "MAKE=SERIAL"}

Command = Callable[..., Any]

person_options = (
    click.option(
        "--family", default="", help="Family name; a trailing * after three letters, with --born or --id."
    ),
    click.option("--given", default="", help="Given name."),
    click.option("--middle", default="", help="Middle name."),
    click.option("--suffix", default="", help="Jr, Sr, III."),
    click.option("--other-name", multiple=True, help="Another name of the same person."),
    click.option("--born", default="", help="Birth date: YYYY-MM-DD, YYYY-MM or YYYY."),
    click.option("--sex", type=click.Choice([sex.value for sex in Sex]), help="Sex as recorded."),
    click.option("--address", default="", help="Address: number, street, town."),
    click.option("--id", "identifiers", multiple=True, metavar="KIND=NUMBER", help="An identifying number."),
    click.option("--plate", default="", metavar="STATE=PLATE", help="A whole plate instead of a person."),
    click.option("--vin", default="", help="A vehicle identification number instead of a person."),
    click.option("--firearm", default="", metavar="MAKE=SERIAL", help="A firearm instead of a person."),
)
member_options = (
    click.option("--as", "member", required=True, help="Member who asks."),
    click.option(
        "--wait",
        "wait_ms",
        default=5_000,
        show_default=True,
        type=click.IntRange(1, LONGEST_DEADLINE_MS),
        help="Milliseconds to wait.",
    ),
)
basis_options = (
    click.option(
        "--basis",
        default=Instrument.NOTHING.value,
        metavar="INSTRUMENT[:ISSUER]",
        help="Legal paper, for instance judicial-warrant:article-three-judge.",
    ),
    click.option("--paper", type=click.Path(path_type=Path), help="The paper's file; its hash is kept."),
    click.option("--paper-expires", default="", metavar="DATE", help="Last day the paper is in force."),
    click.option(
        "--sealed-order", is_flag=True, help="The paper is a court's order that is sealed: nobody is told of it."
    ),
)
file_options = (
    click.option("--for", "beneficiary", default="", help="Agency the answer is for; your own when left out."),
    click.option("--purpose", type=click.Choice([code.value for code in Purpose]), help="Purpose code."),
    click.option("--case", "case_number", default="", help="Case or incident number."),
)
go_on_options = (
    click.option(
        "--go-on",
        default="",
        metavar="REASON",
        help="Why you ask about somebody again whom you asked about for other cases.",
    ),
)
dppa_options = (
    click.option("--dppa-use", type=click.Choice(DPPA_USES), metavar="b1..b14", help="Motor-vehicle use code."),
)
purpose_options = (
    *file_options,
    *basis_options,
    *dppa_options,
    click.option(
        "--message",
        default=MessageKind.RECORDS_QUERY.value,
        type=click.Choice(WRITTEN_MESSAGES),
        help="What the owner is asked for.",
    ),
    click.option("--source", "sources", multiple=True, help="Owner to ask; all under agreement when left out."),
    click.option("--note", default="", help="Free text for the owner; never the purpose."),
    *go_on_options,
)
PURPOSE_NAMES = frozenset(
    {"beneficiary", "purpose", "case_number", "basis", "paper", "paper_expires", "dppa_use", "message", "sources"}
    | {"note", "sealed_order", "go_on"}
)  # parameters that `purpose_options` make


def refuse_empty(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A name that was given and is empty, as by a variable nobody set, is refused before anything is opened."""
    if value == "" and context.get_parameter_source(parameter.name or "") is not ParameterSource.DEFAULT:
        name = parameter.human_readable_name if isinstance(parameter, click.Argument) else parameter.opts[0]
        raise WrongUseError(f"{name} is empty; name one")
    return value


def one_node(_context: click.Context, _parameter: click.Parameter, folders: tuple[Path, ...]) -> Path:
    """The one node of a command: of two, one would be left out without a word."""
    if len(folders) > 1:
        raise WrongUseError("--node is given twice; a command goes to one node, so give it once for each")
    return folders[0]


def with_options(*groups: tuple[Callable[[Command], Command], ...]) -> Callable[[Command], Command]:
    """A decorator that adds groups of options to a command, in the order they stand."""

    def add(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return add


def make_request(
    member: Member, given: dict[str, Any], subject: Subject, classes: tuple[DataClass, ...]
) -> AskRequest:
    """The request the options describe. Raises WrongUseError for what is missing."""
    for name, flag in (("purpose", "--purpose"), ("case_number", "--case")):
        if not given[name]:
            raise WrongUseError(f"a question is not opened without {flag}; give it")
    if lacks_dppa_use(classes, given["dppa_use"] or ""):
        raise WrongUseError(
            "driver and vehicle records are not asked for without the use that the law names for them; "
            f"give --dppa-use {DPPA_USES[0]} to {DPPA_USES[-1]} (18 USC 2721(b)), or leave --class dmv out"
        )
    return AskRequest(
        asker=member.agency,
        member=member.id,
        beneficiary=given["beneficiary"] or member.agency,
        purpose=Purpose(given["purpose"]),
        basis=basis_of(given),
        case_number=_composed(given["case_number"]),
        data_classes=classes,
        subject=subject,
        sources=given["sources"],
        wait_ms=given["wait_ms"],
        message=MessageKind(given["message"]),
        dppa_use=given["dppa_use"] or "",
        note=_composed(given["note"]),
        go_on=_composed(given["go_on"]),
    )


def subject_of(given: dict[str, Any]) -> Subject:
    """The one subject the options describe. Raises WrongUseError for none, for two, or for part of another."""
    objects = [name for name in OBJECTS if given[name]]
    identifiers = tuple(_identifier(text) for text in given["identifiers"])
    names = ("given", "middle", "suffix", "other_name", "born", "sex", "address")
    described = [name for name in names if given[name]]
    if len(objects) + bool(given["family"] or identifiers) > 1:
        raise WrongUseError("a question names exactly one subject; ask about one at a time")
    if described and not given["family"]:
        flag = described[0].replace("_", "-")
        raise WrongUseError(f"--{flag} describes a person by name; give --family too, or leave it out")
    if given["family"]:
        return _person(given, identifiers)
    if objects:
        return _object(objects[0], given[objects[0]])
    if len(identifiers) == 1:
        return IdentifierSubject(identifier=identifiers[0])
    raise WrongUseError(
        "name the subject: --family with --given and --born, one --id, --plate, --vin or --firearm"
    )


def read_classes(names: tuple[str, ...]) -> tuple[DataClass, ...]:
    """The data classes asked for. Raises WrongUseError for an unknown one, and for none."""
    for name in names:
        if name not in set(DataClass):
            raise WrongUseError(f"`{name}` is no data class; write one of {', '.join(DataClass)}")
    if not names:
        raise WrongUseError("a question is not opened without --class; name each data class asked for")
    return tuple(DataClass(name) for name in names)


def _person(given: dict[str, Any], identifiers: tuple[Identifier, ...]) -> PersonSubject:
    return PersonSubject(
        family=_composed(given["family"]),
        given=_composed(given["given"]),
        middle=_composed(given["middle"]),
        suffix=_composed(given["suffix"]),
        other_names=tuple(_composed(name) for name in given["other_name"]),
        birth_date=given["born"],
        sex=Sex(given["sex"]) if given["sex"] else None,
        address=_composed(given["address"]),
        identifiers=identifiers,
    )


def _object(kind: str, text: str) -> Subject:
    if kind == "vin":
        return VehicleSubject(vin=text)
    first, equals, second = _composed(text).partition("=")
    if not equals:
        raise WrongUseError(f"`{text}` names no {kind}; write {OBJECTS[kind]}")
    if kind == "plate":
        return PlateSubject(state=first, plate=second)
    return FirearmSubject(make=first, serial=second)


def _identifier(text: str) -> Identifier:
    kind, equals, value = text.partition("=")
    if not equals or kind not in set(IdentifierKind):
        known = ", ".join(IdentifierKind)
        raise WrongUseError(f"`{text}` is no identifying number; write KIND=NUMBER with one of {known}")
    return Identifier(kind=IdentifierKind(kind), value=value)


def basis_of(given: dict[str, Any]) -> LegalBasis:
    """The legal paper that `basis_options` describe. Raises WrongUseError for one that cannot be."""
    instrument, _, issuer = given["basis"].partition(":")
    if instrument not in set(Instrument):
        raise WrongUseError(
            f"`{given['basis']}` is no legal basis; write one of {', '.join(Instrument)}, then `:` and who issued it"
        )
    if issuer and issuer not in set(Issuer):
        raise WrongUseError(f"`{issuer}` issues no legal paper; write one of {', '.join(Issuer)}")
    if given["sealed_order"] and not (given["paper"] and given["paper_expires"] and issuer):
        raise WrongUseError(
            "--sealed-order keeps nothing from the person without the order itself; give --basis with its judge, "
            "--paper and --paper-expires"
        )
    return LegalBasis(
        instrument=Instrument(instrument),
        issuer=Issuer(issuer or Issuer.NOBODY),
        document=paper_hash(given["paper"]) if given["paper"] else None,
        expires=day_of(given["paper_expires"]) if given["paper_expires"] else None,
        sealed=given["sealed_order"],
    )


def paper_hash(path: Path) -> str:
    """The hash of a legal paper's file: what goes along in place of the paper."""
    return "sha256:" + hashlib.sha256(read_bytes(path, LARGEST_PAPER)).hexdigest()


def day_of(text: str) -> date:
    """A day as YYYY-MM-DD. Raises WrongUseError for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise WrongUseError(f"`{text}` is not a day; write YYYY-MM-DD") from error
    if day.isoformat() != text:
        raise WrongUseError(f"`{text}` is not written as a day; write {day.isoformat()}")
    return day


def _composed(text: str) -> str:
    """Text in Unicode normal form C, as everything that is signed; nothing else about it is changed."""
    return unicodedata.normalize("NFC", text)
