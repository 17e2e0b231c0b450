"""The live list of what leaves us: newest first, filtered by codes in the address; the same as a file; how many are new."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from urllib.parse import urlencode

import msgspec

from comity.exchange.desk.leaving import result_of
from comity.model.codes import Purpose
from comity.model.leaving import RESULTS, Leaving, LeavingRow, LeavingWanted
from comity.node.told_requests import ListLeaving
from comity.web.call import NOT_FOUND, Call, File, Page, Reply

COLUMNS = ("entry", "at", "way", "agency", "purpose", "result", "classes", "released")


def show(call: Call) -> Reply:
    """The rows of the filters in the address; a filter that is none finds no page."""
    wanted = _wanted(call)
    if wanted is None:
        return NOT_FOUND
    found = _ask(call, wanted)
    names = call.site.agency_names()
    values = {
        "rows": tuple((row, result_of(row)) for row in found.rows),
        "names": names,
        "wanted": wanted,
        "filter": _filter(wanted),
        "older": found.rows[-1].entry if found.more and found.rows else -1,
        "newest": _newest(found, wanted),
        "agencies": sorted(names.items(), key=lambda one: one[1]),
        "purposes": tuple(one.value for one in Purpose),
        "results": RESULTS,
    }
    return Page("leaving.html", values)


def file(call: Call) -> Reply:
    """The same rows for a spreadsheet, or for programs. Codes alone, so it is no copy of anybody's data."""
    wanted = _wanted(call)
    if wanted is None or call.path["form"] not in ("csv", "json"):
        return NOT_FOUND
    found = _ask(call, wanted).rows
    rows = [_value(row) for row in found]
    name = f"leaving-{call.who().agency}.{call.path['form']}"
    if call.path["form"] == "json":
        return File(name, "application/json", msgspec.json.encode(rows))
    made = io.StringIO()
    writer = csv.DictWriter(made, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row, told in zip(found, rows, strict=True):
        writer.writerow({**told, "classes": " ".join(row.classes)})
    return File(name, "text/csv; charset=utf-8", made.getvalue().encode())


def count(call: Call) -> Reply:
    """How many rows came since the newest that the page shows, in words."""
    wanted = _wanted(call)
    if wanted is None or wanted.after < 0:
        return NOT_FOUND
    found = len(_ask(call, wanted).rows)
    said = call.words("leaving.new", count=found) if found else ""
    return File("count.json", "application/json", msgspec.json.encode({"news": said}))


def _wanted(call: Call) -> LeavingWanted | None:
    query = call.query
    before, after = (query.one(name) or "-1" for name in ("before", "after"))
    agency, purpose, result = (query.one(name) for name in ("agency", "purpose", "result"))
    known = (
        (not agency or agency in call.site.agency_names())
        and (not purpose or purpose in {one.value for one in Purpose})
        and (not result or result in RESULTS)
    )
    if not known or not all(
        one == "-1" or (one.isascii() and one.isdigit() and len(one) < 16) for one in (before, after)
    ):
        return None
    return LeavingWanted(agency=agency, purpose=purpose, result=result, before=int(before), after=int(after))


def _ask(call: Call, wanted: LeavingWanted) -> Leaving:
    found: Leaving = call.site.door.ask(ListLeaving(member=call.who().id, wanted=wanted), Leaving)
    return found


def _newest(found: Leaving, wanted: LeavingWanted) -> int:
    """The entry after which a row is new; -1 on a page of older rows, which has no news."""
    return -1 if wanted.before >= 0 or not found.rows else found.rows[0].entry


def _filter(wanted: LeavingWanted) -> str:
    """The filters as an address has them; empty for none."""
    said = {"agency": wanted.agency, "purpose": wanted.purpose, "result": wanted.result}
    return urlencode({name: value for name, value in said.items() if value})


def _value(row: LeavingRow) -> dict[str, object]:
    return {
        "entry": row.entry,
        "at": datetime.fromtimestamp(row.at_ms / 1000, UTC).isoformat(timespec="seconds"),
        "way": row.way,
        "agency": row.agency,
        "purpose": row.purpose,
        "result": result_of(row),
        "classes": [one.value for one in row.classes],
        "released": row.released,
    }
