"""Petitions as JSON and as text."""

from __future__ import annotations

from typing import Any

import click
import msgspec

from comity.cli.show_duties import utc_text
from comity.cli.table import object_of
from comity.model.petition import AccountRow, Petition
from comity.oversight.audit.finding import counted
from comity.oversight.redress.grounds import ground_words
from comity.oversight.redress.outward import HOW, OutwardPetition
from comity.oversight.redress.read_petitions import PetitionList, PetitionShown, ToldInPerson, ToldRow
from comity.oversight.redress.state import is_opened, next_step, status_of


def petition_value(petition: Petition) -> dict[str, Any]:
    """A petition as it stands; it names nobody."""
    decided = petition.decided
    return {
        "reference": petition.id,
        **object_of(petition, "owner", "kind", "capacity", "residence", "about", "rows"),
        "status": status_of(petition),
        "opened": utc_text(petition.opened_ms),
        "clocks": [
            {**object_of(one, "step", "statute", "citation", "status"), "due": utc_text(one.due_ms)}
            for one in petition.clocks
        ],
        "identified": petition.check is not None and petition.check.shown,
        "log_opened": petition.opening is not None and petition.opening.agreed is not None,
        "log_opening_asked": petition.opening is not None,
        "reviewed": petition.reviewed is not None,
        "withheld": [
            {**object_of(one, "row", "ground"), "last_day": one.last_day.isoformat(), "reviewer": one.said.by}
            for one in petition.withheld
        ],
        "disputed": [list(one) for one in petition.disputed],
        "stated": [list(one) for one in petition.stated],
        "decided": None
        if decided is None
        else {
            **object_of(decided, "outcome", "appeal", "told"),
            "entries": list(decided.entries),
            "by": decided.said.by,
            "reason": decided.said.words,
        },
        "told_in_person": len(petition.told_in_person),
    }


def shown_value(shown: PetitionShown) -> dict[str, Any]:
    """A petition with who asks and what was opened, for the desk."""
    account = shown.account
    return {
        **petition_value(shown.petition),
        "overdue": shown.overdue,
        "statutes": [object_of(one, "id", "citation", "status", "says") for one in shown.statutes],
        "particulars": msgspec.to_builtins(shown.particulars),
        "withheld_now": list(shown.withheld),
        "account": None
        if account is None
        else {
            "records": [
                object_of(one, "record_id", "person_key", "reference", "data_class", "in_person")
                for one in account.records
            ],
            "rows": [row_value(one) for one in account.rows],
            "undecided": account.undecided,
        },
    }


def row_value(row: AccountRow) -> dict[str, Any]:
    """One look-up."""
    return {
        **object_of(row, "number", "entry", "channel", "asker", "kept", "in_person"),
        "purpose": row.purpose.value if row.purpose is not None else "",
        "fields": list(row.fields),
        "records": list(row.records),
        "at": utc_text(row.at_ms) if row.at_ms else "",
    }


def told_value(told: ToldInPerson) -> dict[str, Any]:
    """What is told in person."""
    return {
        "reference": told.reference,
        "rows": [
            {
                **object_of(one, "number", "agency", "channel", "kept"),
                "purpose": one.purpose.value if one.purpose is not None else "",
                "fields": list(one.fields),
                "records": list(one.records),
                "at": utc_text(one.at_ms) if one.at_ms is not None else "",
            }
            for one in told.rows
        ],
        "records": [object_of(one, "reference", "data_class") for one in told.records],
    }


def list_value(found: PetitionList) -> dict[str, Any]:
    """The desk's list."""
    return {
        "petitions": [
            {**object_of(one, "id", "kind", "status", "overdue", "unacknowledged"), "due_ms": one.due_ms}
            for one in found.petitions
        ],
        "unlisted": found.unlisted,
        "demands": [object_of(one, "month", "came", "decided") for one in found.demands],
        "entered": found.entered,
    }


def online_value(seen: OutwardPetition) -> dict[str, Any]:
    """What stands online, as it stands there."""
    value: dict[str, Any] = msgspec.to_builtins(seen)
    return value


def print_petition(petition: Petition) -> None:
    """The reference, where it stands, and what is due by when."""
    click.echo(f"{petition.id}  {petition.kind}, {petition.capacity}: {status_of(petition)}")
    if petition.decided is None:
        for clock in petition.clocks:
            click.echo(
                f"    {clock.step} by {utc_text(clock.due_ms)}  {clock.statute}, {clock.citation} ({clock.status})"
            )
    opening = petition.opening
    if opening is not None and opening.agreed is None:
        click.echo(f"    the log waits for a second person; {opening.asked.by} asked as {opening.asked_as}")
    elif opening is not None:
        click.echo(f"    the log was opened by two: {counted(petition.rows, 'look-up')}")
    for one in petition.withheld:
        click.echo(
            f"    look-up {one.row} is kept back until the end of {one.last_day} by {one.said.by}: {ground_words(one.ground)}"
        )
    for record, _ in petition.disputed:
        click.echo(f"    disputed: {record}")
    if petition.decided is not None:
        click.echo(f"    {petition.decided.outcome} by {petition.decided.said.by}: {petition.decided.said.words}")
        if petition.decided.appeal:
            click.echo(f"    may be taken to {petition.decided.appeal}")
    step = next_step(petition)
    if step:
        click.echo(f"    next: {step}")


def print_shown(shown: PetitionShown) -> None:
    """A petition for the desk."""
    print_petition(shown.petition)
    for statute in shown.statutes:
        click.echo(f"    {statute.id} ({statute.status}): {statute.says}; {statute.citation}")
    if shown.particulars is None:
        click.echo("    who asked is no longer kept")
    else:
        asks = shown.particulars
        click.echo(f"    asked by {asks.petitioner}, {asks.contact}: {asks.words}")
    account = shown.account
    if account is None:
        if is_opened(shown.petition) and shown.petition.decided is not None:
            click.echo("    the look-ups are read by telling now: comity oversight access tell")
        return
    for record in account.records:
        where = ", told in person only" if record.in_person else ""
        click.echo(f"    record {record.reference}: {record.data_class}{where}")
    for row in account.rows:
        kept = "  KEPT BACK" if row.number in shown.withheld else ""
        click.echo(f"    {_row_text(row)}{kept}")
    if account.undecided:
        click.echo(
            f"    {account.undecided} records may be the person's and nothing but a name or an address says so"
        )


def print_told(told: ToldInPerson) -> None:
    """What to say face to face."""
    for row in told.rows:
        day = utc_text(row.at_ms) if row.at_ms is not None else "time not kept"
        purpose = row.purpose.value if row.purpose is not None else "purpose not kept"
        where = f" of {', '.join(row.records)}" if row.records else ""
        click.echo(f"{row.number}. {day}  {row.agency} {HOW[row.channel]}: {purpose}; {_saw(row)}{where}")
    for record in told.records:
        click.echo(f"record {record.reference}: {record.data_class}")
    if not told.rows and not told.records:
        click.echo("there is nothing to tell")


def print_list(found: PetitionList) -> None:
    """The desk's list, then what is counted."""
    for one in found.petitions:
        late = click.style("  OVERDUE", fg="red") if one.overdue else ""
        heard = "  not acknowledged yet" if one.unacknowledged else ""
        due = f"  due {utc_text(one.due_ms)}" if one.due_ms is not None else ""
        click.echo(f"{one.id}  {one.kind}  {one.status}{due}{late}{heard}")
    for count in found.demands:
        came = counted(count.came, "demand")
        click.echo(f"{count.month}: {came} for the log from outside, {count.decided} decided by counsel")
    listed = len(found.petitions) + found.unlisted
    more = f", of which {found.unlisted} that are decided are not shown" if found.unlisted else ""
    click.echo(f"{counted(found.entered, 'petition')} came, says the log; {listed} are at the desk{more}")
    if found.entered != listed:
        click.echo(
            click.style(
                "    the two differ: a petition is missing from the desk, or one is there that never came",
                fg="red",
            )
        )


def print_online(seen: OutwardPetition) -> None:
    """What stands online."""
    click.echo(f"{seen.reference}  {seen.status}")
    dates = (
        ("received", seen.received),
        ("identity checked", seen.identity_checked),
        ("answer due", seen.answer_due),
    )
    if seen.received:
        click.echo("    " + ", ".join(f"{word} {day}" for word, day in dates if day))
    for row in seen.rows:
        click.echo(
            f"{row.month}  {row.agency} {row.how}  {row.purpose}  {row.result}: {', '.join(row.saw) or 'nothing'}"
        )
    for sentence in seen.sentences:
        click.echo(sentence)


def _row_text(row: AccountRow) -> str:
    day = utc_text(row.at_ms) if row.at_ms else "time not kept"
    purpose = row.purpose.value if row.purpose is not None else "purpose not kept"
    return f"{row.number}. {day}  {row.asker} ({row.channel})  {purpose}  {_saw(row)}  (entry {row.entry})"


def _saw(row: AccountRow | ToldRow) -> str:
    return "saw " + (", ".join(row.fields) or ("nothing" if row.kept else "what is not kept any more"))
