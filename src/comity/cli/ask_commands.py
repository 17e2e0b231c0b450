"""`comity ask`, `comity fetch`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from comity.cli.files import print_json
from comity.cli.question import (
    PURPOSE_NAMES,
    make_request,
    member_options,
    one_node,
    person_options,
    purpose_options,
    read_classes,
    subject_of,
    with_options,
)
from comity.cli.show import outcome_value, print_outcome, print_source, source_value
from comity.cli.show_feeds import mark_text, mark_value
from comity.errors import WrongUseError
from comity.model.agency import Member
from comity.model.codes import DataClass, Status
from comity.model.feed import CopyMark
from comity.model.outcome import AskedByCopies, FetchRequest, Outcome, SourceResult
from comity.model.query import PersonSubject
from comity.node.adopted import read_newest
from comity.node.local import Ask, AskByCopies, Fetch, OpenAgain, Progress, at_node
from comity.settings import get_member, read_members, read_settings

USEFUL = frozenset({Status.ANSWERED, Status.NOTHING_RELEASABLE, Status.HELD})  # a source that took the question

node_options = (
    click.option(
        "--node",
        "folder",
        required=True,
        multiple=True,
        callback=one_node,
        type=click.Path(path_type=Path),
        help="Folder of the agency's node.",
    ),
)
json_options = (click.option("--json", "as_json", is_flag=True, help="Print one JSON value."),)


@click.command()
@with_options(node_options, member_options, purpose_options, person_options)
@click.option("--class", "classes", multiple=True, help="Data class asked for; repeat for several.")
@click.option("--copies", is_flag=True, help="Ask the owners that copies brought by feeds lead to.")
@with_options(json_options)
def ask(folder: Path, classes: tuple[str, ...], as_json: bool, copies: bool, **given: Any) -> int:
    """Ask several owners one question about one person.

    \b
    Example:
      comity ask --node region/wa-node --as wa-police-detective --purpose criminal-investigation \\
        --case 26-01417 --class case --class booking --family Cahoon --given Thomas --born 1987-04-19
    """
    member = _member(folder, given["member"])
    request = make_request(member, given, subject_of(given), read_classes(classes))
    with at_node(folder) as verbs:
        if copies:
            asked: AskedByCopies = verbs(AskByCopies(request=request), AskedByCopies, progress_lines(as_json))
            return print_asked(asked.outcome, folder, as_json, asked.marks)
        outcome: Outcome = verbs(Ask(request=request), Outcome, progress_lines(as_json))
    return print_asked(outcome, folder, as_json)


@click.command()
@with_options(node_options, member_options, purpose_options)
@click.argument("query_id")
@click.argument("item_id", required=False)
@click.option("--identified-by", default="", help="Why this is the person, where no second identifier agrees.")
@click.option(
    "--first-asker",
    default="",
    help="Whose answer is opened: a new request to every owner.",
)
@with_options(json_options)
def fetch(folder: Path, query_id: str, item_id: str | None, as_json: bool, **given: Any) -> int:
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
    if given["first_asker"]:
        if item_id or given["identified_by"]:
            raise WrongUseError("an answer is opened whole; ask for an item of the new answer afterwards")
        return _open_again(folder, member, query_id, as_json, given)
    _refuse_purpose()
    if not item_id:
        raise WrongUseError(
            "name the item whose detail is wanted, or --first-asker to open an answer that is not your own"
        )
    return _fetch_item(folder, member, (query_id, item_id), as_json, given)


def _open_again(folder: Path, member: Member, query_id: str, as_json: bool, given: dict[str, Any]) -> int:
    # The node puts the first question's subject and data classes in place of these; they never leave it.
    request = make_request(member, given, PersonSubject(family="Unread"), (DataClass.CASE,))
    again = OpenAgain(first_asker=given["first_asker"], query_id=query_id, request=request)
    with at_node(folder) as verbs:
        outcome: Outcome = verbs(again, Outcome, progress_lines(as_json))
    return print_asked(outcome, folder, as_json)


def _fetch_item(
    folder: Path, member: Member, wanted: tuple[str, str], as_json: bool, given: dict[str, Any]
) -> int:
    query_id, item_id = wanted
    request = FetchRequest(
        query_id=query_id,
        item_id=item_id,
        asker=member.agency,
        member=member.id,
        identified_by=given["identified_by"],
        wait_ms=given["wait_ms"],
    )
    with at_node(folder) as verbs:
        result: SourceResult = verbs(Fetch(request=request), SourceResult, progress_lines(as_json))
    directory = read_newest(folder, read_settings(folder))
    if as_json:
        print_json(source_value(result, directory))
    else:
        print_source(result, directory)
    return 0 if result.status in (Status.ANSWERED, Status.NOTHING_RELEASABLE) else 1


def print_asked(outcome: Outcome, folder: Path, as_json: bool, marks: tuple[CopyMark, ...] = ()) -> int:
    """Print an outcome, and which copies led to its sources; exit status 1 when no source took the question."""
    directory = read_newest(folder, read_settings(folder))
    if as_json:
        copies = {"copies": [mark_value(mark) for mark in marks]} if marks else {}
        print_json({**outcome_value(outcome, directory), **copies})
    else:
        print_outcome(outcome, directory)
        for mark in marks:
            click.echo(mark_text(mark))
    return 0 if any(source.status in USEFUL for source in outcome.sources) else 1


def _refuse_purpose() -> None:
    """The detail of one's own item keeps the purpose of its question: an option that would be ignored is refused."""
    context = click.get_current_context()
    for parameter in context.command.params:
        name = parameter.name or ""
        if name in PURPOSE_NAMES and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise WrongUseError(
                f"{parameter.opts[0]} goes with --first-asker; the detail of your own item keeps that of its question"
            )


def _member(folder: Path, member_id: str) -> Member:
    read_settings(folder)
    return get_member(read_members(folder), member_id)


def progress_lines(as_json: bool) -> Progress:
    """A line for each source, or step of long work, on a terminal; silence in a pipe."""
    if as_json or not sys.stderr.isatty():
        return lambda _agency, _status: None
    return lambda agency, status: click.echo(click.style(f"  {agency}: {status}", dim=True), err=True)
