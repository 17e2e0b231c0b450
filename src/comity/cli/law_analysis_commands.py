"""`comity law reach`, `comity law diff`, `comity law dead`: answers about every possible question."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.files import print_json
from comity.cli.given_facts import owner_part, read_facts
from comity.cli.law_sets import node_folders, read_node_law, read_set, read_sets, with_used_packs
from comity.cli.question import with_options
from comity.cli.show_analysis import (
    change_value,
    dead_value,
    reach_value,
    region_value,
    say_change,
    say_dead,
    say_reach,
    say_region,
    say_table,
    table_value,
)
from comity.errors import WrongUseError
from comity.law.analyse.dead import find_dead
from comity.law.analyse.diff import Diff, diff
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.hops import reach_region, region_of
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Sampling, Wanted, fields_wanted, reach
from comity.law.analyse.table import reach_table
from comity.law.analyse.texts import as_signed, ground_of, listed_ground
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Level
from comity.model.law_text import LawText

FOUND = 1
LEVELS = ("pointer", "masked", "full")

given_options = (
    click.option("--fact", "facts", multiple=True, metavar="PATH=VALUE", help="Settle an attribute; repeat."),
    click.option("--on", "day", default="", metavar="DATE", help="The day of the questions; today when left out."),
    click.option("--any-day", is_flag=True, help="Leave the day open."),
    click.option("--any-election", is_flag=True, help="Leave every election open."),
    click.option("--owner", default="", help="Whose law it is, where the texts do not say."),
    click.option("--samples", default=300, show_default=True, type=click.IntRange(0, 100_000),
                 help="Random questions beside a proof."),
    click.option("--seed", default=1, show_default=True, help="Seed of the random questions."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)  # fmt: skip
field_options = (
    click.option("--class", "classes", multiple=True, help="Data class; all when left out."),
    click.option("--field", "names", multiple=True, help="Field by name."),
    click.option("--label", default="", help="All fields under a label."),
    click.option(
        "--level", default="pointer", show_default=True, type=click.Choice(LEVELS), help="At least so much."
    ),
    click.option("--table", is_flag=True, help="The whole table of purposes and labels."),
    click.option(
        "--by", "split", multiple=True, metavar="PATH", help="Split the table, by asker's level for one."
    ),
    click.option(
        "--node", "nodes", multiple=True, type=click.Path(path_type=Path), help="The law in force on a node."
    ),
    click.option("--region", type=click.Path(path_type=Path), help="The law in force on all nodes of a region."),
    click.option("--onward", is_flag=True, help="Follow the data over several hops."),
)


@click.command("reach")
@click.argument("texts", nargs=-1)
@with_options(field_options, given_options)
def reach_command(texts: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """Whether any question at all can see a field: a question that does, or the proof that none can.

    TEXTS are shipped packs by name, files or folders of law; agreements count as signed. Packs alone stand under an
    agreement that permits everything. With --node or --region they are drafts that take the places of the texts of
    their names in force there. Facts that --fact does not settle are open. Status 1 when something is reached.

    \b
    Examples:
      comity law reach us-wa --field home-address --fact "query's purpose=civil-immigration" \\
        --fact "owner's state=WA" --fact "owner's kind=police" --fact "order's instrument=nothing" \\
        --fact "field is public=no" --fact "subject's custodian=local-jail"
      comity law reach --region region --owner wa-police --onward --field home-address \\
        --fact "query's purpose=civil-immigration"
    """
    given = _given(options)
    sampling = Sampling(options["samples"], options["seed"])
    folders = (*options["nodes"], *(node_folders(options["region"]) if options["region"] is not None else ()))
    if not folders and not texts:
        raise WrongUseError("name texts of law, or the nodes whose law is meant with --node or --region")
    drafts = tuple(text for name in texts for text in read_set(name)) if folders else ()
    grounds = node_grounds(folders, drafts, given) if folders else {}
    owner = options["owner"]
    if folders and owner not in grounds:
        raise WrongUseError(f"name the owner with --owner: one of {', '.join(sorted(grounds))}")
    ground = grounds[owner] if folders else ground_of(read_sets(texts), owner, owner_part(given))
    if options["onward"]:
        if not folders:
            raise WrongUseError("--onward follows data between agencies; name their nodes with --node or --region")
        return _onward(grounds, owner, given, options, as_json)
    if options["table"]:
        return _table(ground, given, options, sampling, as_json)
    return _reach(ground, given, options, sampling, as_json)


def _reach(ground: Ground, given: Given, options: dict[str, Any], sampling: Sampling, as_json: bool) -> int:
    """At once, and, where that is closed, after a person's decision."""
    wanted = _wanted(ground, options, held=False)
    found = reach(ground, given, wanted, sampling)
    later = reach(ground, given, _wanted(ground, options, held=True), sampling) if found.reached is None else None
    if as_json:
        after = reach_value(later) if later is not None else None
        print_json({"owner": ground.owner, **reach_value(found), "after_a_decision": after})
    else:
        say_reach(found, "At once")
        if later is not None:
            say_reach(later, "After a person's decision")
    return 0 if later is not None and later.verdict is found.verdict is Verdict.NONE else FOUND


def _table(ground: Ground, given: Given, options: dict[str, Any], sampling: Sampling, as_json: bool) -> int:
    table = reach_table(ground, given, options["classes"], options["split"], sampling=sampling)
    if as_json:
        print_json({"owner": ground.owner, **table_value(table)})
    else:
        say_table(table)
    return FOUND if any(word != "closed" for word in table.cells.values()) or table.undecided else 0


def _onward(grounds: dict[str, Ground], owner: str, given: Given, options: dict[str, Any], as_json: bool) -> int:
    if not options["names"] and not options["label"]:
        raise WrongUseError("--onward follows fields one by one; name them with --field or --label")
    region = region_of(grounds, given)
    # Held answers count as open: closed means closed whatever a person decides. A way without a hold is shown first.
    after = reach_region(region, owner, given, _wanted(grounds[owner], options, held=True))
    at_once = (
        ()
        if not any(one.route for one in after)
        else reach_region(region, owner, given, _wanted(grounds[owner], options, held=False))
    )
    open_now = {(one.data_class, one.field): one for one in at_once if one.route}
    found = tuple(open_now.get((one.data_class, one.field), one) for one in after)
    met = [one for one in found if one.route or one.holders or one.stopped or one.verdict is not Verdict.NONE]
    if as_json:
        told = [{**region_value(one), "at_once": (one.data_class, one.field) in open_now} for one in met]
        print_json({"owner": owner, "answers": told, "asked": len(found)})
    else:
        for one in met:
            say_region(one, at_once=(one.data_class, one.field) in open_now)
        click.echo(f"{sum(1 for one in found if one.route)} of {len(found)} fields reach such a question")
    return 0 if all(one.verdict is Verdict.NONE for one in found) else FOUND


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option(
    "--with", "beside", multiple=True, metavar="TEXT", help="A text, folder or pack in force beside both."
)
@with_options(given_options)
def diff_command(old: str, new: str, beside: tuple[str, ...], as_json: bool, **options: Any) -> int:
    """Exactly what a change of law opens and closes, each with a question that shows it; or that nothing changes.

    OLD and NEW are shipped packs by name, files or folders. One text as NEW takes the place of the text of its name
    in OLD. Status 1 when something changes.

    \b
    Example:
      comity law diff us-wa drafts/us-wa/rules.law --fact "owner's state=WA" --fact "owner's kind=police"
    """
    given = _given(options)
    sampling = Sampling(options["samples"], options["seed"])
    around = tuple(text for name in beside for text in read_set(name))
    before, after = read_set(old), read_set(new)
    whole = after if len(after) > 1 or len(before) == 1 else tuple(_replaced(before, after[0]))
    grounds = [
        ground_of(with_used_packs((*side, *around)), options["owner"], owner_part(given))
        for side in (before, whole)
    ]
    found = diff(grounds[0], grounds[1], given, sampling=sampling)
    if as_json:
        print_json(_diff_value(found))
    else:
        _say_diff(found)
    return FOUND if found.changes or found.undecided else 0


def _replaced(before: tuple[LawText, ...], draft: LawText) -> list[LawText]:
    """A set of texts with a draft in the place of the text of its kind and name."""
    names = [(text.kind, text.name) for text in before]
    if (draft.kind, draft.name) not in names:
        known = ", ".join(name for kind, name in names if kind is draft.kind)
        raise WrongUseError(f"`{draft.name}` stands in for no text of the set; it holds {known}")
    return [draft if (text.kind, text.name) == (draft.kind, draft.name) else text for text in before]


def _diff_value(found: Diff) -> dict[str, Any]:
    return {
        "changes": [change_value(one) for one in found.changes],
        "changed_rules": list(found.changed_rules),
        "opened": _count_cells(found, wider=True),
        "closed": _count_cells(found, wider=False),
        "undecided": [{"class": data_class, "field": name} for data_class, name in found.undecided],
        "sampled": found.sampled,
    }


def _say_diff(found: Diff) -> None:
    for one in sorted(found.changes, key=lambda change: (change.rules, change.wider)):
        say_change(one)
    opened, closed = _count_cells(found, wider=True), _count_cells(found, wider=False)
    if found.changes:
        click.echo(f"{opened} cells opened, {closed} closed, by {', '.join(found.changed_rules) or 'an election'}")
    elif not found.undecided:
        click.echo(f"no question is answered otherwise. Proved, and {found.sampled} random questions agree")
    if found.undecided:
        click.echo(f"undecided: {', '.join(f'{name} of {data_class}' for data_class, name in found.undecided)}")


def _count_cells(found: Diff, *, wider: bool) -> int:
    """Cells of purpose, level, kind, component, class and label that a change opens, or closes."""
    labels = {
        (data_class, name): fields.labels[name]
        for data_class, fields in load_vocabulary().classes.items()
        for name in fields.names
    }
    cells: set[tuple[str, ...]] = set()
    for one in found.changes:
        if one.wider is wider:
            cells |= one.cells(labels)
    return len(cells)


@click.command("dead")
@click.argument("texts", nargs=-1, required=True)
@click.option("--owner", default="", help="Whose law it is, where the texts do not say.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def dead_command(texts: tuple[str, ...], owner: str, as_json: bool) -> int:
    """Rules that can never matter, whatever is asked: contradictory, shadowed by others, or never given a question.

    Status 1 when there are any.

    \b
    Example:
      comity law dead us-or us-wa
    """
    named = tuple(text for name in texts for text in read_set(name))
    every = with_used_packs(named)
    found = find_dead(ground_of(every, owner), every, frozenset(text.name for text in named))
    if as_json:
        told = [dead_value(one) for one in found.dead]
        print_json({"rules": found.rules, "dead": told, "undecided": list(found.undecided)})
    else:
        for one in found.dead:
            say_dead(one)
        undecided = f"; undecided: {', '.join(found.undecided)}" if found.undecided else ""
        click.echo(f"{found.rules} rules, {len(found.dead)} findings{undecided}")
    return FOUND if found.dead or found.undecided else 0


def _given(options: dict[str, Any]) -> Given:
    if options["any_day"] and options["day"]:
        raise WrongUseError("--on and --any-day say two things; give one")
    day = None if options["any_day"] else _day(options["day"])
    return read_facts(options["facts"], day, any_election=options["any_election"])


def _day(written: str) -> date:
    if not written:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise WrongUseError(f"`{written}` is not a day; write YYYY-MM-DD") from error


def _wanted(ground: Ground, options: dict[str, Any], *, held: bool) -> Wanted:
    fields = fields_wanted(ground, options["classes"], options["names"], options["label"])
    if not fields:
        raise WrongUseError("no class has such a field; see `--field`, `--label` and `--class` in the vocabulary")
    return Wanted(fields, Level[options["level"].upper()], held)


def node_grounds(folders: tuple[Path, ...], drafts: tuple[LawText, ...], given: Given) -> dict[str, Ground]:
    """The ground of every owner on some nodes, drafts in the places of the texts they are drafts of."""
    law = read_node_law(folders)
    listed = {agency.id: agency for agency in law.agencies}
    by_name = {(draft.kind, draft.name): as_signed(draft) for draft in drafts}
    in_force = {(text.kind, text.name) for texts in law.texts.values() for text in texts}
    for kind, name in by_name:
        if (kind, name) not in in_force:
            known = ", ".join(sorted({other for one, other in in_force if one is kind}))
            raise WrongUseError(f"`{name}` stands in for no text in force there; they are {known}")
    return {
        owner: listed_ground(
            tuple(by_name.get((text.kind, text.name), text) for text in texts),
            listed[owner],
            law.agencies,
            given.today,
            law.elections[owner],
        )
        for owner, texts in law.texts.items()
        if owner in listed
    }
