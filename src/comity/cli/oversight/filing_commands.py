"""`comity oversight filing`: a report handed over, entered in the log, and held against any copy of it later."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.oversight.report_commands import SLOWEST_S, agency_options, days_given, days_options, write_new
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.errors import ComityError, WrongUseError
from comity.model.filing import FORMS, MOST_BYTES, FilingChecked, FilingTold, ToFile
from comity.model.report import Report
from comity.node.local import at_node
from comity.node.report_requests import FileReport, ListFilings, MakeReport, VerifyFiling
from comity.oversight.reports.described import described
from comity.oversight.reports.written.forms import written_as

FILINGS = tuple[FilingTold, ...]
DIFFERS = 1


@click.group()
def filing() -> None:
    """Reports that were filed: file one, list them, hold a copy against the log."""


@filing.command("make")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency's desk who signs it.")
@click.option("--agency", required=True, help="Agency of this node that the report is of.")
@click.argument("kind")
@with_options(days_options)
@click.option("--form", default="pdf", type=click.Choice(FORMS), help="The form that is handed over.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="File it is written to; must be new.")
@click.option("--corrects", type=click.IntRange(min=0), help="Entry of the filing that this one replaces.")
@with_options(json_options)
def make(folder: Path, as_json: bool, member: str, agency: str, kind: str, out: Path, **given: Any) -> int:
    """Make a report of a whole period, write it to a file, and enter in the log that it was filed.

    The duty of the period is done by it. Nothing is entered where the figures are others when they are counted again.

    \b
    Example:
      comity oversight filing make --node region/wa-node --agency wa-police --as wa-police-custodian public \\
        --form html --out filed.html
    """
    described(kind)
    first, last = days_given(given["first"], given["last"])
    with at_node(folder, SLOWEST_S) as verbs:
        wanted = MakeReport(kind=kind, agency=agency, first=first, last=last)
        made: Report = verbs(wanted, Report, _silent)
        written = written_as(given["form"], made)
        write_new(out, written)
        try:
            to_file = ToFile(
                report=made, form=given["form"], bytes_hash=_hash(written), corrects=given["corrects"]
            )
            told: FilingTold = verbs(FileReport(member=member, given=to_file), FilingTold, _silent)
        except ComityError:
            out.unlink()  # what was not filed is not left lying as if it had been
            raise
    if as_json:
        print_json(msgspec.to_builtins(told))
    else:
        click.echo(f"{given['form']} written to {out}")
        _print(told)
    return 0


@filing.command("list")
@with_options(node_options, agency_options)
@with_options(json_options)
def list_filings(folder: Path, agency: str, as_json: bool) -> int:
    """List what an agency filed, oldest first, each with who signed it and the entry that holds it.

    \b
    Example:
      comity oversight filing list --node region/wa-node --agency wa-police
    """
    with at_node(folder, SLOWEST_S) as verbs:
        found: FILINGS = verbs(ListFilings(agency=agency), FILINGS, _silent)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return 0
    for told in found:
        _print(told)
    if not found:
        click.echo("nothing was filed; `comity duties list` says what is owed")
    return 0


@filing.command("verify")
@with_options(node_options, agency_options)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_options(json_options)
def verify(folder: Path, agency: str, file: Path, as_json: bool) -> int:
    """Hold a copy of a report against the log: the same bytes, the entry proved, and its days counted again.

    Exit status 1 where it was replaced, or where something counts otherwise now; status 2 where these bytes were never filed.

    \b
    Example:
      comity oversight filing verify --node region/wa-node --agency wa-police filed.html
    """
    request = VerifyFiling(agency=agency, bytes_hash=_hash(_read(file)))
    with at_node(folder, SLOWEST_S) as verbs:
        checked: FilingChecked = verbs(request, FilingChecked, _silent)
    if as_json:
        print_json(msgspec.to_builtins(checked))
    else:
        _print(checked.told)
        click.echo("the log holds it; its proof:")
        for line in checked.proof.splitlines():
            click.echo(click.style(f"    {line}", dim=True))
        for one in checked.differs:
            click.echo(f"{one.key}: filed as {one.filed}, counted now as {one.now}")
        if not checked.differs:
            click.echo("counted again, every figure is the same")
    return DIFFERS if checked.differs or checked.told.replaced_by is not None else 0


def _print(told: FilingTold) -> None:
    one = told.filing
    click.echo(f"entry {told.entry}: {one.kind} of {one.agency}, {one.first} to {one.last}, as {one.form}")
    late = f", {one.days_late} days late" if one.days_late else ""
    click.echo(f"    filed {utc_text(one.at_ms)} by {one.by}, due {one.due or 'on no day'}{late}")
    click.echo(f"    bytes {one.bytes_hash}")
    if one.nil:
        click.echo("    a nil report")
    if one.unproved:
        click.echo(f"    says that it cannot prove {', '.join(one.unproved)}")
    if one.corrects is not None:
        click.echo(f"    replaces entry {one.corrects}")
    if told.replaced_by is not None:
        click.echo(f"    replaced by entry {told.replaced_by}")


def _read(file: Path) -> bytes:
    if file.stat().st_size > MOST_BYTES:
        raise WrongUseError(f"`{file}` is longer than any report")
    return file.read_bytes()


def _hash(written: bytes) -> str:
    return "sha256:" + hashlib.sha256(written).hexdigest()


def _silent(_agency: str, _status: str) -> None:
    """Filing asks nobody else."""
