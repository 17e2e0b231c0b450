"""`comity oversight flow exposure`: who can see what about people here, by which door, in plain words."""

from __future__ import annotations

from typing import Any

import click

from comity.cli.law_analysis_commands import node_grounds
from comity.cli.oversight.map_commands import (
    day_today,
    flow_source_options,
    folders_of,
    form_options,
    read_known,
    write_forms,
)
from comity.cli.oversight.map_sources import LIST_CLASS, ReadFlows
from comity.cli.question import with_options
from comity.errors import WrongUseError
from comity.law.analyse.ground import Given
from comity.model.flow import Onward
from comity.model.flow_map import PrivateFlows
from comity.oversight.exposure.compute import Material, compute_statement
from comity.oversight.exposure.statement import Statement
from comity.oversight.exposure.values import statement_spreadsheet, statement_value
from comity.oversight.exposure.written import statement_document
from comity.oversight.map.month import month_of_day
from comity.oversight.map.view import Asked, view_of
from comity.oversight.texts.say import Language


@click.command()
@click.argument("agency")
@with_options(flow_source_options, form_options)
def exposure(agency: str, as_json: bool, as_csv: bool, **options: Any) -> int:
    """Who can see what about people here, in plain words for anybody, each figure computed today.

    Who may ask AGENCY, who gets it from whom, what is closed to immigration enforcement, what changed since last month, and
    how sure that is.

    Front door: they ask in their own name. Side door: somebody asks or signs for them. Back door: they get it from somebody it
    was given to. What the law engine did not decide counts as not closed.

    \b
    Examples:
      comity oversight flow exposure ca-sheriff --region region
      comity oversight flow exposure "Adams County WI SO" --list list.csv --directory agencies.csv --language es
    """
    folders = folders_of(options)
    today = day_today(folders)
    month = month_of_day(today)
    found = read_known(options, (month.back(), month), today)
    owner = found.names.named(agency)
    material = Material(
        view=view_of(found.known, Asked(month, months=2), today),
        grounds=node_grounds(tuple(folders), (), Given(today=today)) if folders else {},
        directory=found.sources.directory,
        ending=frozenset(flow.id for flow in found.sources.flows if flow.onward is Onward.FORBIDDEN),
        list_days=frozenset(edge.as_of for one in found.sources.read for edge in one.edges),
        list_class=LIST_CLASS,
    )
    statement = compute_statement(material, owner, _private(found, owner))
    write_forms(options, as_json, as_csv, lambda form: _written(statement, form, Language(options["language"])))
    return 0


def _private(found: ReadFlows, owner: str) -> PrivateFlows | None:
    if found.private is not None and found.private.agency != owner:
        raise WrongUseError(
            f"--as names somebody of `{found.private.agency}`; its desk sees its own statement alone"
        )
    return found.private


def _written(statement: Statement, form: str, language: Language) -> Any:
    if form == "json":
        return statement_value(statement, language)
    return statement_spreadsheet(statement) if form == "csv" else statement_document(statement, language)
