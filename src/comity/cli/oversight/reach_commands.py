"""`comity oversight reach`: every way data of one agency can come to another, and what would close it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.files import check_new, print_json, write_new
from comity.cli.given_facts import read_facts
from comity.cli.law_analysis_commands import node_grounds
from comity.cli.law_sets import node_folders
from comity.cli.oversight.picture_show import picture_value, print_picture
from comity.cli.oversight.reach_show import answer_value, print_answer
from comity.cli.oversight.reach_sources import (
    ListFiles,
    Recorded,
    Sources,
    read_acting,
    read_sources,
    read_told,
)
from comity.cli.question import with_options
from comity.errors import WrongUseError
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted, fields_named
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Purpose
from comity.oversight.reach.beside import LawBeside, shipped_ground
from comity.oversight.reach.hop import By, Hop, Ruling
from comity.oversight.reach.page import page_of
from comity.oversight.reach.party import read_group
from comity.oversight.reach.picture import picture_of
from comity.oversight.reach.question import (
    Federation,
    ReachAnswer,
    ReachQuestion,
    answer_reach,
    with_law_beside,
)
from comity.oversight.reach.ways import LONGEST_WAY, MOST_WAYS, Limits

FOUND = 1
LIST_CLASS = "plate-read"  # every sharing list that is read here is one of a plate-reader network
LEFT_OUT = tuple(str(one) for one in By)

asked_options = (
    click.option("--from", "owner", required=True, help="Whose data: an agency, or a group."),
    click.option("--to", "requesters", required=True, multiple=True, help="To whom: an agency or a group; repeat."),
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
    click.option("--flows", multiple=True, type=click.Path(path_type=Path), help="File of declared flows; repeat."),
    click.option("--as", "member", default="", help="Member of the desk or auditor: count what its agency recorded as told."),
    click.option("--without", multiple=True, type=click.Choice(LEFT_OUT), help="Leave hops of a kind out; repeat."),
    click.option("--ways", default=100, show_default=True, type=click.IntRange(1, MOST_WAYS), help="At most so many ways."),
    click.option("--hops", default=LONGEST_WAY, show_default=True, type=click.IntRange(1, LONGEST_WAY),
                 help="At most so many hops each."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)  # fmt: skip


list_options = (
    click.option("--list", "lists", multiple=True, type=click.Path(path_type=Path), help="A sharing list; repeat."),
    click.option("--directory", "directories", multiple=True, type=click.Path(path_type=Path),
                 help="ORI directory that says who the names of lists are; repeat for editions."),
    click.option("--decisions", type=click.Path(path_type=Path), help="Remembered decisions about names."),
    click.option("--page", type=click.Path(path_type=Path), help="Write the picture of groups to this HTML file."),
)  # fmt: skip


@click.command("reach")
@with_options(asked_options, source_options, list_options)
def reach(as_json: bool, **options: Any) -> int:
    """Every way data of one agency can come to another: by which doors, on whose authority, and what would close it.

    Front door: an agreement. Side door: by somebody who acts for it, a delegated signature, what was told. Back door: a
    broker, a shared node, passing on, a copy, a system that Comity does not run. Hops of agreements are decided by the law
    in force on the nodes named; the others are told as declared or listed, with what law says beside. --from and --to may be
    groups of the agencies in sharing lists (`state=CA`, `state!=CA`, `level=federal`): then the picture between the two.
    Status 1 when there is a way, or none could be ruled out.

    \b
    Examples:
      comity oversight reach --region region --from ca-sheriff --to removal-operations --class booking
      comity oversight reach --list sharing.csv --directory agencies.csv --from state=CA --to "state!=CA" --page map.html
    """
    folders = (*options["nodes"], *(node_folders(options["region"]) if options["region"] is not None else ()))
    if not folders and not options["lists"]:
        raise WrongUseError(
            "name the nodes whose law and agreements are meant with --node or --region, or lists with --list"
        )
    given = _given(options)
    if options["page"] is not None:
        check_new(options["page"])
    if options["directories"] and not options["lists"]:
        raise WrongUseError("--directory says who the names of sharing lists are; name the lists with --list")
    told = read_told(folders, options["member"]) if options["member"] else ()
    files = ListFiles(options["lists"], options["directories"], options["decisions"])
    sources = read_sources(folders, files, options["flows"], Recorded(read_acting(folders), told))
    if any("=" in name for name in (options["owner"], *options["requesters"])):
        return _picture(sources, given, options, as_json)
    if options["page"] is not None:
        raise WrongUseError(
            "--page draws the picture between two groups; write --from and --to as state=CA, for instance"
        )
    grounds = node_grounds(folders, (), given) if folders else {}
    answer = _answer(sources, grounds, given, options)
    if as_json:
        print_json(answer_value(answer))
    else:
        print_answer(answer)
    return 0 if answer.verdict is Verdict.NONE else FOUND


def _answer(sources: Sources, grounds: Mapping[str, Ground], given: Given, options: dict[str, Any]) -> ReachAnswer:
    """One question between agencies."""
    wanted = _wanted(options, only_lists=not grounds)
    classes = frozenset(wanted.fields)
    assert given.today is not None
    hops = sources.hops(classes, LIST_CLASS, options["purpose"], given.today)
    question = ReachQuestion(
        owner=sources.named(options["owner"]),
        requesters=frozenset(map(sources.named, options["requesters"])),
        wanted=wanted,
        given=given,
        without=frozenset(map(By, options["without"])),
        limits=Limits(ways=options["ways"], hops=options["hops"]),
    )
    answer = answer_reach(Federation(grounds, sources.directory, hops), question)
    law = LawBeside(shipped_ground, wanted, given.facts, given.today)
    parties = sources.lists.parties

    def beside(hop: Hop) -> Ruling | None:
        known = hop.giver in parties and hop.taker in parties
        return law.judge(parties[hop.giver], parties[hop.taker]) if known else None

    return with_law_beside(answer, beside)


def _picture(sources: Sources, given: Given, options: dict[str, Any], as_json: bool) -> int:
    """The picture between two groups of the agencies in lists."""
    if not sources.files:
        raise WrongUseError("groups are of the agencies in sharing lists; name the lists with --list")
    if len(options["requesters"]) > 1:
        raise WrongUseError("a picture is between two groups; join what --to must meet by `+`, or ask twice")
    wanted = _wanted(options, only_lists=True)
    if set(wanted.fields) != {LIST_CLASS}:
        raise WrongUseError(f"sharing lists are of {LIST_CLASS}; ask about that class, or leave --class out")
    groups = (read_group(options["owner"]), read_group(options["requesters"][0]))
    assert given.today is not None
    law = LawBeside(shipped_ground, wanted, given.facts, given.today)
    parties = sources.lists.parties
    picture = picture_of(sources.lists.hops, parties, groups, law.judge)
    if options["page"] is not None:
        write_new(options["page"], page_of(picture, parties, sources.files))
    if as_json:
        print_json({**picture_value(picture, parties), "files": list(sources.files)})
    else:
        print_picture(picture)
    return FOUND if picture.rows else 0


def _given(options: dict[str, Any]) -> Given:
    facts = tuple(options["facts"])
    if options["purpose"]:
        facts = (*facts, f"query's purpose={options['purpose']}")
    return read_facts(facts, _day(options["day"]))


def _day(written: str) -> date:
    if not written:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise WrongUseError(f"`{written}` is not a day; write YYYY-MM-DD") from error


def _wanted(options: dict[str, Any], *, only_lists: bool) -> Wanted:
    """Fields of the vocabulary, by class. Held answers count as open: closed means closed whatever a person decides."""
    vocabulary = load_vocabulary()
    for name in options["classes"]:
        if name not in vocabulary.classes:
            raise WrongUseError(f"`{name}` is no data class; use one of {', '.join(vocabulary.classes)}")
    classes = options["classes"] or ((LIST_CLASS,) if only_lists else ())
    fields = fields_named(vocabulary, classes, options["names"], options["label"])
    if not fields:
        raise WrongUseError("no class has such a field; see `--field`, `--label` and `--class` in the vocabulary")
    return Wanted(fields, held=True)
