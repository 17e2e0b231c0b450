"""The map as values for programs: one JSON object with what a drawing needs, and one line a flow for a spreadsheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from comity.oversight.map.flow_map import MonthCount
from comity.oversight.map.places import STATE_FIPS
from comity.oversight.map.rolled import rolled
from comity.oversight.map.row import MapRow
from comity.oversight.map.view import View
from comity.oversight.reach.hop import Ruling
from comity.oversight.reach.party import Party
from comity.oversight.texts.spreadsheet import spreadsheet

LINE_HEADS = (
    "change", "from", "from_state", "from_county", "to", "to_state", "to_county", "classes", "purposes", "door", "by",
    "known", "paper", "first", "until", "source", "law",
)  # fmt: skip


def map_value(view: View) -> dict[str, Any]:
    """The whole map. Parties stand once, in `places`, with the codes of state and county; rows name them by id."""
    flow_map, known = view.flow_map, view.known
    gives, gets = (Counter(getattr(row, end) for row in flow_map.rows) for end in ("giver", "taker"))
    changes = flow_map.changes
    shown = (*flow_map.rows, *changes.closed, *changes.brief)
    ids = dict.fromkeys(name for row in shown for name in (row.giver, row.taker))
    return {
        "month": str(flow_map.month),
        "day": flow_map.day.isoformat(),
        "public": known.beside is None,
        "agency": known.beside.agency if known.beside is not None else None,
        "counts": month_value(flow_map.count),
        "months": [month_value(one) for one in flow_map.series],
        "use": [
            {"agency": one.agency, "month": one.month, "purpose": one.purpose}
            | {"asked": one.asked, "released": one.released, "refused": one.refused}
            for one in flow_map.use
        ],
        "changes": {
            "opened": [_row(view, row) for row in changes.opened],
            "closed": [_row(view, row) for row in changes.closed],
            "brief": [_row(view, row) for row in changes.brief],
            "stays": changes.stays,
        },
        "by": {
            str(roll): [
                {"from": one.start, "to": one.end, "flows": one.flows, "agreements": one.agreements}
                | {"givers": one.givers, "takers": one.takers}
                for one in rolled(flow_map.rows, known.places, roll)
            ]
            for roll in view.rolls
        },
        "places": [place_value(view, known.places[name], gives[name], gets[name]) for name in ids],
        "rows": [_row(view, row) for row in flow_map.rows],
        "read": {"agencies": list(known.nodes), "lost": list(known.lost), "closed_accounts": known.closed},
    }


def place_value(view: View, party: Party, gives: int, gets: int) -> dict[str, Any]:
    """A party with its codes (None where not known) and how many flows of the map it gives and gets."""
    return {
        "id": party.id,
        "name": party.name,
        "state": party.state,
        "state_fips": STATE_FIPS.get(party.state),
        "county": party.county,
        "county_fips": view.known.codes.code(party) or None,
        "level": party.level,
        "kind": party.kind,
        "sure": party.sure,
        "gives": gives,
        "gets": gets,
    }


def month_value(one: MonthCount) -> dict[str, Any]:
    """The counts of a month; `asked`, `released` and `refused` are None where no log was read."""
    counted = {
        name: getattr(one, name)
        for name in ("agreements", "began", "ended", "declared", "listed", "other", "asked", "released", "refused")
    }
    return {"month": str(one.month), "day": one.day.isoformat(), **counted}


def _row(view: View, row: MapRow) -> dict[str, Any]:
    beside = view.known.beside
    value: dict[str, Any] = {
        "from": row.giver,
        "to": row.taker,
        "classes": list(row.classes),
        "purposes": list(row.purposes),
        "door": str(row.door),
        "by": str(row.by),
        "known": str(row.known),
        "paper": row.paper,
        "source": row.source,
        "spells": [[str(day) if day else None for day in (spell.first, spell.last)] for spell in row.spells],
        "within": [day.isoformat() for day in row.within],
    }
    if beside is not None:
        ruling = beside.rulings.get(row.key)
        value["law"] = _ruling(ruling) if ruling is not None else None
    return value


def _ruling(ruling: Ruling) -> dict[str, Any]:
    rules = [
        {"rule": one.rule, "title": one.title, "citation": one.citation, "status": one.status}
        for one in ruling.rules
    ]
    return {"says": str(ruling.says), "rules": rules}


def map_spreadsheet(view: View) -> str:
    """Every flow in force, then every one that closed or was brief; empty classes are all, empty purposes any."""
    changes = view.flow_map.changes
    opened = {row.key for row in changes.opened}

    def lines() -> Iterable[tuple[str, ...]]:
        for row in view.flow_map.rows:
            yield "opened" if row.key in opened else "stays", *_line(view, row)
        for word, rows in (("closed", changes.closed), ("brief", changes.brief)):
            for row in rows:
                yield word, *_line(view, row)

    return spreadsheet(LINE_HEADS, lines())


def _line(view: View, row: MapRow) -> tuple[str, ...]:
    giver, taker = (view.known.places[name] for name in (row.giver, row.taker))
    beside = view.known.beside
    ruling = beside.rulings.get(row.key) if beside is not None else None
    spell = next((one for one in row.spells if one.covers(view.flow_map.day)), None)
    first, last = (spell.first, spell.last) if spell is not None else (None, None)
    return (
        giver.name,
        giver.state,
        giver.county,
        taker.name,
        taker.state,
        taker.county,
        "; ".join(row.classes),
        "; ".join(row.purposes),
        str(row.door),
        str(row.by),
        str(row.known),
        row.paper,
        str(first or ""),
        str(last or ""),
        row.source,
        str(ruling.says) if ruling is not None else "",
    )
