"""`comity oversight flow map`: who shares what with whom in a month, what changed, rolled up and over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from comity.cli.files import check_new, print_json, write_new
from comity.cli.law_sets import node_folders
from comity.cli.oversight.map_sources import ReadFlows, read_flows, with_private
from comity.cli.oversight.reach_sources import ListFiles, read_sources
from comity.cli.question import with_options
from comity.errors import WrongUseError
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Purpose
from comity.node.adopted import read_newest
from comity.oversight.map.document import map_document
from comity.oversight.map.flow_map import MOST_MONTHS
from comity.oversight.map.month import Month, month_of_day, read_month
from comity.oversight.map.rolled import Filter, Roll
from comity.oversight.map.values import map_spreadsheet, map_value
from comity.oversight.map.view import USUAL_ROLLS, Asked, View, view_of
from comity.oversight.reach.party import read_group
from comity.oversight.texts.document import Document, page_text, text_lines
from comity.oversight.texts.say import LANGUAGES, Language
from comity.settings import read_settings

flow_source_options = (
    click.option("--region", type=click.Path(path_type=Path), help="The nodes of a region."),
    click.option("--node", "nodes", multiple=True, type=click.Path(path_type=Path), help="A node; repeat."),
    click.option("--flows", multiple=True, type=click.Path(path_type=Path), help="File of declared flows; repeat."),
    click.option("--list", "lists", multiple=True, type=click.Path(path_type=Path), help="A sharing list; repeat."),
    click.option("--directory", "directories", multiple=True, type=click.Path(path_type=Path),
                 help="ORI directory that says who names are, and in which county; repeat for editions."),
    click.option("--decisions", type=click.Path(path_type=Path), help="Remembered decisions about names."),
    click.option("--counties", type=click.Path(path_type=Path), help="Gazetteer of counties, for their FIPS codes."),
    click.option("--as", "member", default="", help="Member of the desk or auditor: the private version of its agency."),
)  # fmt: skip
form_options = (
    click.option("--language", default="en", show_default=True, type=click.Choice(LANGUAGES), help="en or es."),
    click.option("--page", type=click.Path(path_type=Path), help="Write a page of HTML to this new file."),
    click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)


@click.command("map")
@with_options(flow_source_options)
@click.option("--month", default="", metavar="YYYY-MM", help="The month; this one when left out.")
@click.option(
    "--months", default=1, show_default=True, type=click.IntRange(1, MOST_MONTHS), help="A series up to it."
)
@click.option(
    "--by", "rolls", multiple=True, type=click.Choice([str(one) for one in Roll]), help="Roll up by; repeat."
)
@click.option(
    "--from", "givers", default="", help="Only flows from an agency or a group, `state=CA` for instance."
)
@click.option("--to", "takers", default="", help="Only flows to an agency or a group.")
@click.option("--class", "data_class", default="", help="Only flows that may be of a data class.")
@click.option("--purpose", default="", help="Only flows that may be for a purpose.")
@with_options(form_options)
def flow_map(as_json: bool, as_csv: bool, **options: Any) -> int:
    """Who shares what with whom, for what, by which door, until when, and on whose word; what changed since the month before.

    Agreements are those of the nodes named, by the entries of their logs; lists and declared flows are what others say.
    A month is told as it stood on its last day, or today. The public map holds public values alone; with --as the desk or
    auditor of an agency sees beside them who acts for whom, what was told, and what law says of its lines.

    \b
    Examples:
      comity oversight flow map --region region --months 3 --by agency --by purpose
      comity oversight flow map --list list.csv --directory agencies.csv --from state=CA --by county --page map.html
    """
    today = day_today(folders_of(options))
    asked = _asked(options, today)
    found = read_known(options, (asked.month.back(asked.months - 1), asked.month), today)
    view = view_of(found.known, asked, today)
    write_forms(options, as_json, as_csv, lambda form: _written(view, form, options["language"]))
    return 0


def read_known(options: dict[str, Any], months: tuple[Month, Month], today: date) -> ReadFlows:
    """What the options name, read. Raises WrongUseError where they name nothing."""
    folders = folders_of(options)
    if not (folders or options["lists"] or options["flows"]):
        raise WrongUseError(
            "name nodes with --node or --region, lists with --list, or declared flows with --flows"
        )
    if options["page"] is not None:
        check_new(options["page"])
    if months[1].first > today:
        raise WrongUseError(f"{months[1]} has not begun; name this month or one before it")
    files = ListFiles(options["lists"], options["directories"], options["decisions"])
    sources = read_sources(folders, files, options["flows"])
    found = read_flows(folders, sources, months, options["counties"])
    return with_private(found, folders, options["member"], today) if options["member"] else found


def folders_of(options: dict[str, Any]) -> Sequence[Path]:
    """The nodes that options name."""
    return (*options["nodes"], *(node_folders(options["region"]) if options["region"] is not None else ()))


def month_asked(options: dict[str, Any], today: date) -> Month:
    """The month that is asked for; this one when none is named."""
    return read_month(options["month"]) if options["month"] else month_of_day(today)


def day_today(folders: Sequence[Path]) -> date:
    """Today where the first agency of the first node is, by whose days its agreements begin; without nodes, where one is."""
    if not folders:
        return datetime.now().astimezone().date()
    settings = read_settings(folders[0])
    owner = read_newest(folders[0], settings).get_agency(settings.agencies[0])
    return datetime.now(ZoneInfo(owner.zone)).date()


def write_forms(options: dict[str, Any], as_json: bool, as_csv: bool, written: Any) -> None:
    """Print one form, and write the page where one is named. `written` makes a form by its name."""
    if as_json and as_csv:
        raise WrongUseError("--json and --csv print two different things; give one of them")
    if options["page"] is not None:
        write_new(options["page"], page_text(written("document")))
    if as_json:
        print_json(written("json"))
    elif as_csv:
        click.echo(written("csv"), nl=False)
    else:
        document: Document = written("document")
        for line in text_lines(document):
            click.echo(line)


def _written(view: View, form: str, language: str) -> Any:
    if form == "json":
        return map_value(view)
    return map_spreadsheet(view) if form == "csv" else map_document(view, Language(language))


def _asked(options: dict[str, Any], today: date) -> Asked:
    if options["data_class"] and options["data_class"] not in load_vocabulary().classes:
        known = ", ".join(load_vocabulary().classes)
        raise WrongUseError(f"`{options['data_class']}` is no data class; use one of {known}")
    if options["purpose"] and options["purpose"] not in {str(one) for one in Purpose}:
        raise WrongUseError(f"`{options['purpose']}` is no purpose; use one of {', '.join(Purpose)}")
    return Asked(
        month=month_asked(options, today),
        months=options["months"],
        rolls=tuple(map(Roll, options["rolls"])) or USUAL_ROLLS,
        chosen=Filter(
            givers=read_group(options["givers"]) if options["givers"] else None,
            takers=read_group(options["takers"]) if options["takers"] else None,
            data_class=options["data_class"],
            purpose=options["purpose"],
        ),
    )
