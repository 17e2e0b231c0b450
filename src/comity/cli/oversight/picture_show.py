"""A picture of sharing lists as text and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from comity.cli.oversight.reach_show import ruling_value
from comity.cli.table import Column, table_lines
from comity.oversight.reach.party import Party
from comity.oversight.reach.picture import Picture, Row
from comity.oversight.reach.tally import by_rule, by_state, sentences

MOST_ROWS = 40  # on a terminal; `--json` and `--page` have every one
STATES = (
    Column("STATE", 12, left=True),
    Column("LINES", 8),
    Column("AGENCIES", 10),
    Column("BY A THIRD ONLY", 17),
)
OWNERS = (
    Column("AGENCY", 48, left=True),
    Column("DIRECTLY", 10),
    Column("BY A THIRD ONLY", 17),
    Column("IN THE END", 12),
)


def picture_value(picture: Picture, parties: Mapping[str, Party]) -> dict[str, Any]:
    """The whole picture as a JSON object."""
    return {
        "from": picture.owners.written,
        "to": picture.requesters.written,
        "owners": picture.owners_looked_at,
        "requesters": picture.requesters_looked_at,
        "parties": picture.parties,
        "hops": picture.lines,
        "direct": len(picture.direct),
        "forbidden": len(picture.forbidden),
        "rules": [
            {"rule": rule.rule, "title": rule.title, "citation": rule.citation, "status": rule.status}
            | {"lines": lines, "agencies": owners}
            for rule, lines, owners in by_rule(picture)
        ],
        "by_state": [
            {"state": one.state, "lines": one.lines, "agencies": one.owners, "through_a_third": one.owners_through}
            for one in by_state(picture)
        ],
        "rows": [_row_value(row, parties) for row in picture.rows],
        "not_known": [one.name for one in (*picture.unsure_owners, *picture.unsure_requesters)],
        "closed": picture.closed,
        "sentences": list(sentences(picture)),
    }


def _row_value(row: Row, parties: Mapping[str, Party]) -> dict[str, Any]:
    return {
        "agency": party_value(row.owner),
        "direct": [
            {
                "agency": party_value(parties[one.hop.taker]),
                "authority": one.hop.authority,
                "known": str(one.hop.known),
                "sources": list(one.hop.sources),
                "law": ruling_value(one.ruling),
            }
            for one in row.direct
        ],
        "through": [
            {"agency": one.requester, "thirds": one.thirds, "some": [parties[third].name for third in one.some]}
            for one in row.through
        ],
        "in_the_end": row.in_the_end,
    }


def party_value(party: Party) -> dict[str, Any]:
    """A party as a JSON object."""
    traits = {"state": party.state, "level": party.level, "kind": party.kind}
    return {"id": party.id, "name": party.name, **traits, "sure": party.sure}


def print_picture(picture: Picture) -> None:
    """The sentences, the states and the agencies with most lines."""
    for sentence in sentences(picture):
        click.echo(sentence)
    rows = [(one.state, str(one.lines), str(one.owners), str(one.owners_through)) for one in by_state(picture)]
    click.echo()
    for line in table_lines(STATES, rows):
        click.echo(line)
    click.echo()
    shown = sorted(picture.rows, key=lambda row: (-len(row.direct), -len(row.through), row.owner.name))[:MOST_ROWS]
    counted = [(r.owner.name, str(len(r.direct)), str(len(r.through)), str(r.in_the_end)) for r in shown]
    for line in table_lines(OWNERS, counted):
        click.echo(line)
    if len(picture.rows) > MOST_ROWS:
        click.echo(f"and {len(picture.rows) - MOST_ROWS} more; `--json` and `--page` have every one")
