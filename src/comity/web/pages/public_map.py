"""P1: who shares with whom in a month, as a table and as a map that the server draws: of the states, or of one's counties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from comity.errors import WrongUseError
from comity.oversight.map.month import Month, read_month
from comity.oversight.map.places import STATE_FIPS
from comity.oversight.texts.document import MOST_ROWS
from comity.oversight.texts.public_page import PublicPage
from comity.oversight.texts.say import Language
from comity.web.call import Call, File, Page, Reply
from comity.web.public.drawing import FROM, County, county_shapes, draw_counties, draw_states, state_shapes
from comity.web.public.published import map_of, months_now
from comity.web.way_words import way_said
from comity.web.words import Words

NO_MONTH = Page("not_found.html", status=404)
HEADS = ("from", "to", "what", "for", "door", "until", "source")
Row = Mapping[str, Any]


def show(call: Call) -> Reply:
    """The map of a month, this one where none is named; only the flows of a state or a kind of agency, where one is."""
    month = _month(call)
    if month is None:
        return NO_MONTH
    page, say = map_of(call, month), Language(call.words.language)
    places, rows = _places(page), page.value["rows"]
    state, kind = call.query.one("state"), call.query.one("kind")
    chosen = [row for row in rows if _has(row, places, "state", state) and _has(row, places, "kind", kind)]
    document = page.in_language(call.words.language)
    values = {
        "document": document,
        "parts": [one for one in document.parts[:-1] if one.sentences or (one.table and one.table.rows)],
        "notes": document.parts[-1].sentences,
        "heads": [say.say("head." + one) for one in HEADS],
        "rows": [_cells(row, places, page.day, call.words) for row in chosen[:MOST_ROWS]],
        "chosen": len(chosen),
        "all": len(rows),
        "most": MOST_ROWS,
        "states": _found(rows, places, "state"),
        "kinds": _found(rows, places, "kind"),
        "asked": {"state": state, "kind": kind, "month": str(month)},
        "months": [(str(one), say.month(one.first)) for one in months_now(call)],
        "steps": ", ".join(f"{least}+" for least in FROM),
        "of_counties": bool(_shapes_of(state)),
        "counties": counties_of(chosen, places, state),
        "elsewhere": elsewhere_of(chosen, places, state),
    }
    return Page("public_map.html", values)


def whole(call: Call) -> Reply:
    """The map as a drawing, a spreadsheet, or for programs."""
    month, form = _month(call), call.path["form"]
    if month is None or form not in ("svg", "csv", "json"):
        return NO_MONTH
    page = map_of(call, month)
    if form == "json":
        return File(f"map-{month}.json", "application/json", msgspec.json.encode(page.value))
    if form == "csv":
        return File(f"map-{month}.csv", "text/csv; charset=utf-8", page.spreadsheet.encode())
    places, rows, state = _places(page), page.value["rows"], call.query.one("state")
    if _shapes_of(state):
        drawn = draw_counties(STATE_FIPS[state], _counted(rows, places, "county_fips"))
    else:
        drawn = draw_states(_counted(rows, places, "state_fips"))
    return File(f"map-{month}.svg", "image/svg+xml", drawn.encode())


def _month(call: Call) -> Month | None:
    months = months_now(call)
    try:
        month = read_month(call.query.one("month")) if call.query.one("month") else months[0]
    except WrongUseError:
        return None
    return month if month in months else None


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
    say = Language(words.language)
    ends = (last for first, last in row["spells"] if (first or "") <= str(day) <= (last or "9999"))
    until = next(ends, None)
    return (
        places[row["from"]]["name"],
        places[row["to"]]["name"],
        say.classes(row["classes"]),
        say.purposes(row["purposes"]),
        say.say(f"door.{row['door']}"),
        say.day(date.fromisoformat(until)) if until else say.say("no-end"),
        way_said(words, {one: place["name"] for one, place in places.items()}, row["source"]) or row["source"],
    )
