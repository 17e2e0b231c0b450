"""Persons and acts as JSON values and as text: where somebody stands, never what stands there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from comity.cli.show_duties import utc_text
from comity.model.person_act import ActKind, ActListed, PersonAct, PersonsChanged, ShownAppearance, ShownPerson

SHOWN_REASONS = 12  # of one act on a terminal; --json lists all


def act_value(act: PersonAct) -> dict[str, Any]:
    """One act as a JSON object; times are ISO 8601 in UTC."""
    return {
        "act": act.id,
        "number": act.number,
        "kind": act.kind.value,
        "at": utc_text(act.at_ms),
        "by": act.by,
        "reason": act.words,
        "people": [str(one) for one in act.people],
        "others": [str(one) for one in act.others],
        "undoes": act.undoes or None,
        "overrules": list(act.overrules),
        "confirmed_by": act.confirmed.by if act.confirmed else None,
        "confirmation": act.confirmed.words if act.confirmed else None,
        "reasons": [
            {
                "one": str(one.one),
                "other": str(one.other),
                "speaks_for": one.speaks_for,
                "sentences": list(one.sentences),
            }
            for one in act.reasons
        ],
    }


def listed_value(listed: ActListed) -> dict[str, Any]:
    """One act of the history as a JSON object."""
    return {**act_value(listed.act), "stands": listed.stands, "open": listed.open}


def person_value(shown: ShownPerson) -> dict[str, Any]:
    """One person as a JSON object, without acts."""
    return {
        "person": shown.person,
        "records": [_appearance_value(one) for one in shown.appearances],
        "declared_other": [_appearance_value(one) for one in shown.apart],
    }


def shown_value(shown: ShownPerson) -> dict[str, Any]:
    """One person with the acts that name any of its records."""
    acts = [
        {**act_value(act), "stands": act.id in shown.standing, "idle": act.id in shown.idle} for act in shown.acts
    ]
    return {**person_value(shown), "acts": acts}


def changed_value(changed: PersonsChanged) -> dict[str, Any]:
    """What an act did as a JSON object."""
    return {
        "act": act_value(changed.act) if changed.act else None,
        "persons": [person_value(one) for one in changed.persons],
    }


def print_act(act: PersonAct, standing: str = "") -> None:
    """One act as text: who did what and why, then what speaks for it and against."""
    click.echo(f"{act.number}  {act.kind}  {utc_text(act.at_ms)} by {act.by}: {act.words or 'purged'}{standing}")
    click.echo(click.style(f"    act {act.id}" + (f", undoes {act.undoes}" if act.undoes else ""), dim=True))
    if act.people:
        click.echo(f"    {', '.join(str(one) for one in act.people)}")
    if act.others:
        click.echo(f"    not {', '.join(str(one) for one in act.others)}")
    for one in act.reasons[:SHOWN_REASONS]:
        sign = "for    " if one.speaks_for else "against"
        told = f"    {sign} {one.one} and {one.other}: {'; '.join(one.sentences)}"
        click.echo(told if one.speaks_for else click.style(told, fg="yellow"))
    if len(act.reasons) > SHOWN_REASONS:
        click.echo(f"    and {len(act.reasons) - SHOWN_REASONS} more; --json lists all")
    if act.confirmed:
        click.echo(f"    confirmed by {act.confirmed.by}: {act.confirmed.words or 'purged'}")


def print_listed(listed: ActListed) -> None:
    """One act of the history as text."""
    standing = "" if listed.stands else " [undone]"
    if listed.act.kind is ActKind.PROPOSED and listed.stands:
        standing = " [open]" if listed.open else " [decided]"
    print_act(listed.act, standing)


def print_person(shown: ShownPerson) -> None:
    """One person as text."""
    click.echo(f"person {shown.person}: {_records(shown.appearances)}")
    if shown.apart:
        click.echo(f"    declared somebody else: {_records(shown.apart)}")


def print_shown(shown: ShownPerson) -> None:
    """One person with its acts as text."""
    print_person(shown)
    for act in shown.acts:
        idle = " [no effect: a standing split speaks against it]" if act.id in shown.idle else ""
        print_act(act, idle if act.id in shown.standing else " [undone]")


def _records(appearances: Sequence[ShownAppearance]) -> str:
    return ", ".join(f"{one.data_class} {one.reference} ({one.appearance})" for one in appearances)


def _appearance_value(one: ShownAppearance) -> dict[str, Any]:
    return {
        "record_id": one.appearance.record_id,
        "person_key": one.appearance.person_key,
        "reference": one.reference,
        "data_class": one.data_class.value,
    }
