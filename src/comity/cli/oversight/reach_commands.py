"""`comity oversight reach`: every way data of one agency can come to another, and what would close it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.files import print_json
from comity.cli.given_facts import read_facts
from comity.cli.law_analysis_commands import node_grounds
from comity.cli.law_sets import node_folders
from comity.cli.oversight.reach_show import answer_value, print_answer
from comity.cli.question import with_options
from comity.errors import WrongUseError
from comity.law.analyse.ground import Given
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Directory
from comity.model.codes import Purpose
from comity.model.flow import DeclaredFlow
from comity.node.adopted import read_newest
from comity.oversight.reach.hop import By, Hop
from comity.oversight.reach.outside_hops import acting_hops, declared_hops
from comity.oversight.reach.question import Federation, ReachQuestion, answer_reach
from comity.oversight.reach.ways import LONGEST_WAY, MOST_WAYS, Limits
from comity.settings import read_members, read_noun, read_settings

FOUND = 1
LEFT_OUT = tuple(str(one) for one in By)

asked_options = (
    click.option("--from", "owner", required=True, help="Whose data: an agency."),
    click.option("--to", "requesters", required=True, multiple=True, help="To whom: an agency; repeat for any of several."),
    click.option("--class", "classes", multiple=True, help="Data class; all when left out."),
    click.option("--field", "names", multiple=True, help="Field by name."),
    click.option("--label", default="", help="All fields under a label."),
    click.option("--purpose", default="", type=click.Choice(["", *(code.value for code in Purpose)]), show_choices=False,
                 help="Purpose of the last question; any when left out."),
    click.option("--fact", "facts", multiple=True, metavar="PATH=VALUE", help="Settle an attribute of the last question."),
    click.option("--on", "day", default="", metavar="DATE", help="The day; today when left out."),
)  # fmt: skip
source_options = (
    click.option("--region", type=click.Path(path_type=Path), help="The nodes of a region."),
    click.option("--node", "nodes", multiple=True, type=click.Path(path_type=Path), help="A node; repeat."),
    click.option("--flows", type=click.Path(path_type=Path), help="File of declared flows."),
    click.option("--without", multiple=True, type=click.Choice(LEFT_OUT), help="Leave hops of a kind out; repeat."),
    click.option("--ways", default=100, show_default=True, type=click.IntRange(1, MOST_WAYS), help="At most so many ways."),
    click.option("--hops", default=LONGEST_WAY, show_default=True, type=click.IntRange(1, LONGEST_WAY),
                 help="At most so many hops each."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)  # fmt: skip


@click.command("reach")
@with_options(asked_options, source_options)
def reach(as_json: bool, **options: Any) -> int:
    """Every way data of one agency can come to another: by which doors, on whose authority, and what would close it.

    Front door: an agreement. Side door: by somebody who acts for it, a delegated signature, what was told. Back door: a
    broker, a shared node, passing on, a copy, a system that Comity does not run. Hops of agreements are decided by the law
    in force on the nodes named; the others are told as declared. Status 1 when there is a way, or none could be ruled out.

    \b
    Example:
      comity oversight reach --region region --from ca-sheriff --to removal-operations --class booking
    """
    folders = (*options["nodes"], *(node_folders(options["region"]) if options["region"] is not None else ()))
    if not folders:
        raise WrongUseError("name the nodes whose law and agreements are meant with --node or --region")
    given = _given(options)
    grounds = node_grounds(folders, (), given)
    wanted = _wanted(options)
    federation = Federation(grounds, _directory(folders), _other_hops(options, folders, wanted, given))
    question = ReachQuestion(
        owner=options["owner"],
        requesters=frozenset(options["requesters"]),
        wanted=wanted,
        given=given,
        without=frozenset(map(By, options["without"])),
        limits=Limits(ways=options["ways"], hops=options["hops"]),
    )
    answer = answer_reach(federation, question)
    if as_json:
        print_json(answer_value(answer))
    else:
        print_answer(answer)
    return 0 if answer.verdict is Verdict.NONE else FOUND


def _given(options: dict[str, Any]) -> Given:
    facts = tuple(options["facts"])
    if options["purpose"]:
        facts = (*facts, f"query's purpose={_word(options['purpose'])}")
    return read_facts(facts, _day(options["day"]))


def _word(purpose: str) -> str:
    """A purpose as the law's vocabulary writes it; both are the same word in the model."""
    return str(Purpose(purpose))


def _day(written: str) -> date:
    if not written:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise WrongUseError(f"`{written}` is not a day; write YYYY-MM-DD") from error


def _wanted(options: dict[str, Any]) -> Wanted:
    """Fields of the vocabulary, by class. Held answers count as open: closed means closed whatever a person decides."""
    vocabulary = load_vocabulary()
    for name in options["classes"]:
        if name not in vocabulary.classes:
            raise WrongUseError(f"`{name}` is no data class; use one of {', '.join(vocabulary.classes)}")
    fields = fields_named(vocabulary, options["classes"], options["names"], options["label"])
    if not fields:
        raise WrongUseError("no class has such a field; see `--field`, `--label` and `--class` in the vocabulary")
    return Wanted(fields, held=True)


def _directory(folders: tuple[Path, ...]) -> Directory:
    """The newest directory among those of the nodes."""
    read = [read_newest(folder, read_settings(folder)) for folder in folders]
    return max(read, key=lambda one: one.version)


def _other_hops(
    options: dict[str, Any], folders: tuple[Path, ...], wanted: Wanted, given: Given
) -> tuple[Hop, ...]:
    members = dict.fromkeys(one for folder in folders for one in read_members(folder))
    flows = read_noun(options["flows"], tuple[DeclaredFlow, ...]) if options["flows"] is not None else ()
    assert given.today is not None
    declared = declared_hops(flows, lambda name: name, frozenset(wanted.fields), options["purpose"], given.today)
    return (*declared, *acting_hops(members))
