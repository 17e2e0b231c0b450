"""P1: who shares with whom in a month, as a table and as a map that the server draws: of the states, or of one's counties."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from comity.model.codes import AgencyKind
from comity.oversight.map.month import Month
from comity.oversight.map.places import STATE_FIPS
from comity.oversight.texts.document import MOST_ROWS
from comity.oversight.texts.public_page import PublicPage
from comity.oversight.texts.say import Language
from comity.oversight.texts.spreadsheet import spreadsheet
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.chosen import chosen
from comity.web.public.drawing import FROM, County, county_shapes, draw_counties, draw_states, state_shapes
from comity.web.public.published import map_of, months_now
from comity.web.sorting import Column, Table, by_time, by_word, in_order, ordered, read_order
from comity.web.way_words import way_said
from comity.web.words import Words

KINDS = tuple(one.value for one in AgencyKind)
HEADS = ("from", "to", "what", "for", "door", "until", "source")
Row = Mapping[str, Any]


def show(call: Call) -> Reply:
    """The map of a month, this one where none is named; only the flows of a state or a kind of agency, where one is."""
    month = _month(call)
    page, say = map_of(call, month), Language(call.words.language)
    places, rows = _places(page), page.value["rows"]
    state = chosen(call, "state", sorted({*STATE_FIPS, *_found(rows, places, "state")}))
    kind = chosen(call, "kind", KINDS, lambda one: call.words(f"public.kind.{one}"))
    flows = [row for row in rows if _has(row, places, "state", state) and _has(row, places, "kind", kind)]
    sorted_rows, order = ordered(call, _table(call, places, page.day), flows)
    document = page.in_language(call.words.language)
    values = {
        "document": document,
        "parts": [one for one in document.parts[:-1] if one.sentences or (one.table and one.table.rows)],
        "notes": document.parts[-1].sentences,
        "heads": [say.say("head." + one) for one in HEADS],
        "rows": [_cells(row, places, page.day, call.words) for row in sorted_rows[:MOST_ROWS]],
        "order": order,
        "codes": HEADS,
        "chosen": len(flows),
        "all": len(rows),
        "most": MOST_ROWS,
        "states": _found(rows, places, "state"),
        "kinds": _found(rows, places, "kind"),
        "asked": {"state": state, "kind": kind, "month": str(month)},
        "months": [(str(one), say.month(one.first)) for one in months_now(call)],
        "steps": ", ".join(f"{least}+" for least in FROM),
        "of_counties": bool(_shapes_of(state)),
        "counties": counties_of(flows, places, state),
        "elsewhere": elsewhere_of(flows, places, state),
    }
    return Page("public_map.html", values)


def whole(call: Call) -> Reply:
    """The map as a drawing, a spreadsheet, or for programs."""
    month, form = _month(call), call.path["form"]
    if form not in ("svg", "csv", "json"):
        return NOT_FOUND
    page = map_of(call, month)
    places, rows = _places(page), page.value["rows"]
    state = chosen(call, "state", sorted({*STATE_FIPS, *_found(rows, places, "state")}))
    table = _table(call, places, page.day)
    if form == "json":
        value = {**page.value, "rows": ordered(call, table, rows)[0]}
        return File(f"flow-map-{month}.json", "application/json", msgspec.json.encode(value))
    if form == "csv":
        text = page.spreadsheet if not read_order(table, call.query).chosen else _sorted_csv(call, page, table)
        return File(f"flow-map-{month}.csv", "text/csv; charset=utf-8", text.encode())
    if _shapes_of(state):
        drawn = draw_counties(STATE_FIPS[state], _counted(rows, places, "county_fips"))
    else:
        drawn = draw_states(_counted(rows, places, "state_fips"))
    return File(f"flow-map-{month}.svg", "image/svg+xml", drawn.encode())


def _table(call: Call, places: Mapping[str, Row], day: date) -> Table[Row]:
    """Each column of the table, by what it shows."""
    say, names = Language(call.words.language), {one: place["name"] for one, place in places.items()}
    columns: dict[str, Column[Row]] = {
        "from": by_word(lambda row: names[row["from"]]),
        "to": by_word(lambda row: names[row["to"]]),
        "what": by_word(lambda row: say.classes(row["classes"])),
        "for": by_word(lambda row: say.purposes(row["purposes"])),
        "door": by_word(lambda row: say.say(f"door.{row['door']}")),
        "until": by_time(lambda row: _until(row, day)),
        "source": by_word(lambda row: way_said(call.words, names, row["source"]) or row["source"]),
    }
    return Table(columns, keeps=("state", "kind", "month"))


def _sorted_csv(call: Call, page: PublicPage, table: Table[Row]) -> str:
    """The spreadsheet with the flows in force in an order: they are its first lines, as `rows` are; what closed follows."""
    heads, *lines = csv.reader(io.StringIO(page.spreadsheet))
    rows = page.value["rows"]
    order = read_order(table, call.query)
    key = table.columns[order.chosen].key
    numbers = in_order(range(len(rows)), lambda at: key(rows[at]), down=order.down)
    return spreadsheet(heads, (*(lines[at] for at in numbers), *lines[len(rows) :]))


def _month(call: Call) -> Month:
    months = {str(one): one for one in months_now(call)}
    return months[chosen(call, "month", months, default=next(iter(months)))]


def _places(page: PublicPage) -> dict[str, Row]:
    return {one["id"]: one for one in page.value["places"]}


def _has(row: Row, places: Mapping[str, Row], trait: str, word: str) -> bool:
    return not word or word in (places[row["from"]][trait], places[row["to"]][trait])


def _found(rows: Iterable[Row], places: Mapping[str, Row], trait: str) -> list[str]:
    return sorted({places[row[end]][trait] for row in rows for end in ("from", "to")} - {""})


def _shapes_of(state: str) -> Mapping[str, County]:
    """The counties of a state by its two letters; none where the drawing is of all states."""
    code = STATE_FIPS.get(state, "")
    return county_shapes(code) if code in state_shapes() else {}


def _counted(rows: Iterable[Row], places: Mapping[str, Row], trait: str) -> Counter[str]:
    """Flows by the code of where they come from or go to, each once a place."""
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update({places[row[end]][trait] or "" for end in ("from", "to")})
    del counts[""]
    return counts


def counties_of(rows: Iterable[Row], places: Mapping[str, Row], state: str) -> list[tuple[str, int]]:
    """The counties of the chosen state that have flows, by name."""
    counts = _counted(rows, places, "county_fips")
    return sorted((one.name, counts[code]) for code, one in _shapes_of(state).items() if counts[code])


def elsewhere_of(rows: Iterable[Row], places: Mapping[str, Row], state: str) -> list[tuple[str, int]]:
    """Parties that nothing of the drawing is shaded for, with their flows: federal ones, territories, places not known.

    Where it is of a state's counties, that is whoever of that state is of no county of it.
    """
    shapes = _shapes_of(state)
    found: Counter[str] = Counter()
    for row in rows:
        ends = [places[row[end]] for end in ("from", "to")]
        if shapes:
            found.update(
                {one["name"] for one in ends if one["state"] == state and one["county_fips"] not in shapes}
            )
        else:
            found.update({one["name"] for one in ends if one["state_fips"] not in state_shapes()})
    return sorted(found.items())


def _cells(row: Row, places: Mapping[str, Row], day: date, words: Words) -> tuple[str, ...]:
    say, until = Language(words.language), _until(row, day)
    return (
        places[row["from"]]["name"],
        places[row["to"]]["name"],
        say.classes(row["classes"]),
        say.purposes(row["purposes"]),
        say.say(f"door.{row['door']}"),
        say.day(until) if until else say.say("no-end"),
        way_said(words, {one: place["name"] for one, place in places.items()}, row["source"]) or row["source"],
    )


def _until(row: Row, day: date) -> date | None:
    """The last day of the spell in force; None where it has no end."""
    ends = (last for first, last in row["spells"] if (first or "") <= str(day) <= (last or "9999"))
    until = next(ends, None)
    return date.fromisoformat(until) if until else None
