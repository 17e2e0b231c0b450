"""`comity person`: which of an owner's records are one person, by its records custodian's word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import refuse_empty, with_options
from comity.cli.show_persons import (
    act_value,
    changed_value,
    listed_value,
    print_act,
    print_listed,
    print_person,
    print_shown,
    shown_value,
)
from comity.model.person_act import ActListed, PersonAct, PersonsChanged, Proposals, ShownPerson
from comity.node.local import at_node
from comity.node.person_requests import (
    ListPersonActs,
    MergePersons,
    PersonRequest,
    ProposePersons,
    ShowPerson,
    SplitPerson,
    UndoPersonAct,
)

member_option = (click.option("--as", "member", required=True, help="Member of the owner who acts."),)
reason_option = (click.option("--reason", required=True, help="Why, in at least three words; it is kept."),)


@click.group()
def person() -> None:
    """Declare which of an owner's records are one person; every act can be undone."""


@person.command()
@with_options(node_options, member_option)
@click.option("--after", default="", metavar="RECORD", help="Begin behind this record's id.")
@click.option("--dry-run", is_flag=True, help="Say what would be proposed, enter nothing.")
@with_options(json_options)
def propose(folder: Path, member: str, after: str, dry_run: bool, as_json: bool) -> int:
    """Propose persons: records whose names fit, with a second identifier that agrees and nothing that conflicts.

    \b
    Example:
      comity person propose --node region/wa-node --as wa-police-custodian --dry-run
    """
    acts: list[PersonAct] = []
    looked_at, crowded, more = 0, 0, True
    with at_node(folder) as verbs:
        while more:  # ends: each page begins behind the last record of the one before
            page: Proposals = verbs(ProposePersons(member=member, after=after, trial=dry_run), Proposals, _silent)
            acts += page.acts
            looked_at, crowded = looked_at + page.looked_at, crowded + page.crowded
            after, more = page.after, bool(page.after)
    if as_json:
        print_json({"records": looked_at, "crowded": crowded, "proposals": [act_value(act) for act in acts]})
        return 0
    for act in acts:
        print_act(act)
    click.echo(f"{looked_at} records looked at, {len(acts)} persons {'would be ' if dry_run else ''}proposed")
    if crowded:
        click.echo(f"of {crowded} not every record that shares a birth date or number was compared")
    return 0


@person.command()
@with_options(node_options, member_option)
@click.argument("who", callback=refuse_empty)
@with_options(json_options)
def show(folder: Path, member: str, who: str, as_json: bool) -> int:
    """Show one person: its records, who was declared somebody else, and every act on them.

    \b
    Example:
      comity person show --node region/wa-node --as wa-police-custodian RECORD
    """
    with at_node(folder) as verbs:
        shown: ShownPerson = verbs(ShowPerson(member=member, name=who), ShownPerson, _silent)
    if as_json:
        print_json(shown_value(shown))
    else:
        print_shown(shown)
    return 0


@person.command()
@with_options(node_options, member_option, reason_option)
@click.option("--second", default="", help="Second member, who confirms a merge that the rule speaks against.")
@click.option("--confirm", "confirmation", default="", help="That member's own reason, in at least three words.")
@click.argument("who", nargs=-1, required=True)
@with_options(json_options)
def merge(folder: Path, who: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Declare records to be one person: by proposal, person or record. Refused where the rule speaks against it.

    \b
    Example:
      comity person merge --node region/wa-node --as wa-police-custodian --reason "same fingerprint card" PROPOSAL
    """
    request = MergePersons(
        member=given["member"],
        names=who,
        reason=given["reason"],
        second=given["second"],
        confirmation=given["confirmation"],
    )
    return _act(folder, request, as_json)


@person.command()
@with_options(node_options, member_option, reason_option)
@click.option("--from", "others", multiple=True, metavar="WHO", help="Who they are not; the rest of their person.")
@click.argument("who", nargs=-1, required=True)
@with_options(json_options)
def split(folder: Path, who: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Declare records to be somebody else. They are never called one person again, unless that is overruled.

    \b
    Example:
      comity person split --node region/wa-node --as wa-police-custodian --reason "the twin brother" RECORD
    """
    request = SplitPerson(member=given["member"], names=who, reason=given["reason"], others=tuple(given["others"]))
    return _act(folder, request, as_json)


@person.command()
@with_options(node_options, member_option, reason_option)
@click.argument("act", callback=refuse_empty)
@with_options(json_options)
def undo(folder: Path, member: str, reason: str, act: str, as_json: bool) -> int:
    """Undo an act, an undoing too: everything is as if it had never been made. A proposal is dismissed by it.

    \b
    Example:
      comity person undo --node region/wa-node --as wa-police-custodian --reason "wrong booking was merged" ACT
    """
    return _act(folder, UndoPersonAct(member=member, act=act, reason=reason), as_json)


@person.command()
@with_options(node_options, member_option)
@click.option("--about", default="", metavar="WHO", help="Only acts on the records of this person.")
@click.option("--open", "only_open", is_flag=True, help="Only proposals that nobody has decided.")
@with_options(json_options)
def history(folder: Path, member: str, about: str, only_open: bool, as_json: bool) -> int:
    """List the acts of an owner in their order, undone ones too.

    \b
    Example:
      comity person history --node region/wa-node --as wa-police-custodian --open
    """
    with at_node(folder) as verbs:
        request = ListPersonActs(member=member, about=about)
        listed: tuple[ActListed, ...] = verbs(request, tuple[ActListed, ...], _silent)
    chosen = [one for one in listed if one.open or not only_open]
    if as_json:
        print_json([listed_value(one) for one in chosen])
        return 0
    for one in chosen:
        print_listed(one)
    if not chosen:
        click.echo("no such act")
    return 0


def _act(folder: Path, request: PersonRequest, as_json: bool) -> int:
    """Put one act to the node and print it with the persons as they stand then."""
    with at_node(folder) as verbs:
        changed: PersonsChanged = verbs(request, PersonsChanged, _silent)
    if as_json:
        print_json(changed_value(changed))
        return 0
    if changed.act:
        print_act(changed.act)
    else:
        click.echo("nothing to do: it was said already")
    for one in changed.persons:
        print_person(one)
    return 0


def _silent(_agency: str, _status: str) -> None:
    """Acts on persons ask nobody else."""
