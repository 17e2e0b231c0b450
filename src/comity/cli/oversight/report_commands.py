"""`comity oversight report`, `enter` and `register`: what a law or the public is owed, each figure proved."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import day_of, with_options
from comity.errors import WrongUseError
from comity.model.filing import FORMS
from comity.model.report import FigureTold, Register, RegisteredAgreement, Report, Traced
from comity.node.local import at_node
from comity.node.report_requests import EnterFigure, MakeReport, ShowRegister, TraceFigure
from comity.oversight.reports.count import before_words
from comity.oversight.reports.described import described, report_kinds, words_entered
from comity.oversight.reports.sentences import say_report
from comity.oversight.reports.written.forms import written_as

SLOWEST_S = 600.0  # a log of some millions of entries is read and hashed whole
UNPROVED = 1

agency_options = (click.option("--agency", required=True, help="Agency of this node that the report is of."),)
days_options = (
    click.option(
        "--from", "first", default="", metavar="DAY", help="First day; with --to, else the last whole period."
    ),
    click.option("--to", "last", default="", metavar="DAY", help="Last day."),
)


@click.command()
@with_options(node_options)
@click.argument("kind", required=False)
@with_options(agency_options, days_options)
@click.option("--as", "form", default="text", type=click.Choice(FORMS), help="How it is written.")
@click.option("--out", type=click.Path(path_type=Path), help="File it is written to; must be new.")
@click.option(
    "--trace", "figure", default="", metavar="FIGURE", help="The entries behind one figure, with proofs."
)
@with_options(json_options)
def report(folder: Path, kind: str | None, as_json: bool, **given: Any) -> int:
    """Make a report that a law or the public is owed; without KIND, list the kinds.

    Every entry is verified first: where one does not match its proof there is no report. Exit status 1 where a figure cannot
    be proved, or where the log does not verify.

    \b
    Examples:
      comity oversight report public --node region/wa-node --agency wa-police
      comity oversight report public --node region/wa-node --agency wa-police --from 2026-11-01 --to 2026-11-30 --as html \\
        --out november.html
      comity oversight report public --node region/wa-node --agency wa-police --trace answers
    """
    if kind is None:
        return _list_kinds(as_json)
    described(kind)
    first, last = days_given(given["first"], given["last"])
    if given["figure"]:
        wanted = TraceFigure(kind=kind, agency=given["agency"], figure=given["figure"], first=first, last=last)
        with at_node(folder, SLOWEST_S) as verbs:
            traced: Traced = verbs(wanted, Traced, _silent)
        _print_traced(traced, as_json or given["form"] == "json")
        return 0 if traced.figure.number is not None else 1
    form = "json" if as_json else given["form"]
    with at_node(folder, SLOWEST_S) as verbs:
        made: Report = verbs(
            MakeReport(kind=kind, agency=given["agency"], first=first, last=last), Report, _silent
        )
    _write(written_as(form, made), form, given["out"])
    return UNPROVED if any(table.unproved for table in made.tables) else 0


@click.command()
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency's desk who enters it.")
@click.argument("what")
@click.argument("number", type=click.IntRange(min=0))
@with_options(days_options)
@click.option("--evidence", required=True, help="The file and page it was counted from; kept, and never a person.")
@click.option("--label", default="", help="What it is broken down by: an offence, a technology, a task force.")
@click.option("--group", default="", help="The group the agency's own file names, for a table of disparities.")
@click.option("--corrects", type=click.IntRange(min=0), help="Entry of the figure that this one replaces.")
@with_options(json_options)
def enter(folder: Path, as_json: bool, **given: Any) -> int:
    """Enter a figure that no question shows: an arrest count, an audit, a complaint, a breach. 0 is a figure too.

    \b
    Example:
      comity oversight enter --node region/ca-node --as ca-sheriff-custodian transfer 0 --from 2026-01-01 \\
        --to 2026-10-31 --evidence "jail file, monthly sheets 1 to 10"
    """
    first, last = days_given(given["first"], given["last"])
    if first is None or last is None:
        raise WrongUseError("a figure is of some days; give --from and --to")
    if given["what"] not in words_entered():
        raise WrongUseError(
            f"`{given['what'][:80]}` is no figure that a report asks for; write one of {', '.join(words_entered())}"
        )
    request = EnterFigure(
        member=given["member"],
        what=given["what"],
        number=given["number"],
        first=first,
        last=last,
        evidence=given["evidence"],
        label=given["label"],
        group=given["group"],
        corrects=given["corrects"],
    )
    with at_node(folder) as verbs:
        told: FigureTold = verbs(request, FigureTold, _silent)
    if as_json:
        print_json(msgspec.to_builtins(told))
    else:
        one = told.entered
        label = f" ({one.label})" if one.label else ""
        click.echo(f"entry {told.entry}: {one.what}{label} of {one.first} to {one.last} is {one.number}")
    return 0


@click.command()
@with_options(node_options, agency_options, days_options)
@with_options(json_options)
def register(folder: Path, as_json: bool, agency: str, first: str, last: str) -> int:
    """The public register of an agency's agreements: parties, days, purposes, and how often each was used.

    \b
    Example:
      comity oversight register --node region/wa-node --agency wa-police
    """
    days = days_given(first, last)
    with at_node(folder, SLOWEST_S) as verbs:
        found: Register = verbs(ShowRegister(agency=agency, first=days[0], last=days[1]), Register, _silent)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return 0
    click.echo(f"Agreements of {found.agency_name} ({found.agency}); counts of {found.first} to {found.last}")
    for one in found.agreements:
        click.echo(f"{one.agreement}: {one.title}")
        click.echo(f"    between {' and '.join(one.parties)}")
        ends = f" to {one.last}" if one.last else ", without an end"
        click.echo(
            f"    from {one.first or 'a day not named'}{ends}" + ("; waits for its first day" if one.waits else "")
        )
        click.echo(f"    gives for {', '.join(one.purposes) or 'nothing: this agency only receives'}")
        click.echo(f"    gives of {', '.join(one.classes) or 'nothing'}")
        click.echo(f"    used: {_use_of(found, one)}")
    if not found.agreements:
        click.echo("no agreement is in force")
    return 0


def _use_of(found: Register, one: RegisteredAgreement) -> str:
    if one.answers is None:
        return before_words(found.begun)
    late = found.begun is not None and found.begun > found.first
    since = f", {say_report('since.log', first=str(found.begun))}" if late else ""
    return f"{one.answers} answers, {one.items} records{since}"


def _list_kinds(as_json: bool) -> int:
    kinds = [(kind, described(kind)) for kind in report_kinds()]
    if as_json:
        print_json(
            [
                {"kind": kind, "title": one.title, "to": one.to, "citation": one.citation, "status": one.status}
                | {"states": list(one.states), "every": one.every, "due": one.due}
                for kind, one in kinds
            ]
        )
        return 0
    for kind, one in kinds:
        where = ", ".join(one.states) or "any"
        click.echo(f"{kind:<18}{where:<5}{one.every:<9}{one.title} ({one.citation})")
    return 0


def days_given(first: str, last: str) -> tuple[date | None, date | None]:
    """Both days, or neither. Raises WrongUseError for one alone."""
    if bool(first) != bool(last):
        raise WrongUseError("give both --from and --to, or neither")
    return (day_of(first), day_of(last)) if first else (None, None)


def _write(written: bytes, form: str, out: Path | None) -> None:
    if out is None:
        if form == "pdf":
            raise WrongUseError("a PDF goes to a file; name a new one with --out")
        click.echo(written.decode(), nl=False)
        return
    write_new(out, written)
    click.echo(f"{form} written to {out}")


def write_new(out: Path, written: bytes) -> None:
    """Write a file that must be new. Raises WrongUseError where it is there, or none can be written."""
    try:
        with out.open("xb") as file:
            file.write(written)
    except FileExistsError as error:
        raise WrongUseError(f"`{out}` is there already; name a new file") from error
    except OSError as error:
        raise WrongUseError(f"`{out}` cannot be written ({(error.strerror or 'trouble').lower()})") from error


def _print_traced(traced: Traced, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(traced))
        return
    if traced.figure.number is None:
        click.echo(f"{traced.figure.key}: {traced.figure.said}")
        return
    click.echo(f"{traced.figure.key}: {traced.figure.number} ({traced.adds_up})")
    for one in traced.entries:
        click.echo(f"entry {one.index}, {one.kind}, counts {one.counts}")
        for line in one.proof.splitlines():
            click.echo(click.style(f"    {line}", dim=True))
    if traced.more:
        click.echo(f"and {traced.more} more entries; make the report of fewer days to see them")


def _silent(_agency: str, _status: str) -> None:
    """A report asks nobody else."""
