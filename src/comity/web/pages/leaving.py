"""The live list of what leaves us, by time, filtered by codes in the address; the same as a file; how many are new."""

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
from comity.web.chosen import chosen, chosen_number
from comity.web.sorting import Table, by_time, read_order, shown_over
from comity.web.term_words import purpose_word

TABLE: Table[LeavingRow] = Table(  # read page by page: only the order of its entries is one of all of them
    {"when": by_time(lambda one: one.at_ms)}, default="-when", keeps=("agency", "purpose", "result")
)
PURPOSES = tuple(one.value for one in Purpose)
COLUMNS = ("entry", "at", "way", "agency", "purpose", "result", "classes", "released")


def show(call: Call) -> Reply:
    """The rows of the filters in the address."""
    wanted = _wanted(call)
    found = _ask(call, wanted)
    names, order = call.site.agency_names(), read_order(TABLE, call.query)
    last = found.rows[-1].entry if found.more and found.rows else -1
    values = {
        "order": shown_over(order, len(found.rows)),
        "rows": tuple((row, result_of(row)) for row in found.rows),
        "names": names,
        "wanted": wanted,
        "filter": _filter(wanted),
        "query": f"?{_filter(wanted)}{order.beside}" if _filter(wanted) else order.first,
        "older": -1 if wanted.oldest else last,
        "newer": last if wanted.oldest else -1,
        "newest": _newest(found, wanted),
        "agencies": sorted(names.items(), key=lambda one: one[1]),
        "purposes": PURPOSES,
        "results": RESULTS,
    }
    return Page("leaving.html", values)


def file(call: Call) -> Reply:
    """The same rows for a spreadsheet, or for programs. Codes alone, so it is no copy of anybody's data."""
    wanted = _wanted(call)
    if call.path["form"] not in ("csv", "json"):
        return NOT_FOUND
    found = _ask(call, wanted).rows
    rows = [_value(row) for row in found]
    name = f"what-leaves-{call.who().agency}.{call.path['form']}"
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
    if wanted.after < 0:
        return NOT_FOUND
    found = len(_ask(call, wanted).rows)
    said = call.words("leaving.new", count=found) if found else ""
    return File("count.json", "application/json", msgspec.json.encode({"news": said}))


def _wanted(call: Call) -> LeavingWanted:
    words, names = call.words, call.site.agency_names()
    before, after = chosen_number(call.query, "before"), chosen_number(call.query, "after")
    return LeavingWanted(
        agency=chosen(call, "agency", names, lambda one: names[one]),
        purpose=chosen(call, "purpose", PURPOSES, lambda one: purpose_word(words, one)),
        result=chosen(call, "result", RESULTS, lambda one: words(f"leaving.result.{one}")),
        before=-1 if before is None else before,
        after=-1 if after is None else after,
        oldest=not read_order(TABLE, call.query).down,
    )


def _ask(call: Call, wanted: LeavingWanted) -> Leaving:
    found: Leaving = call.site.door.ask(ListLeaving(member=call.who().id, wanted=wanted), Leaving)
    return found


def _newest(found: Leaving, wanted: LeavingWanted) -> int:
    """The entry after which a row is new; -1 on a page of older rows, which has no news."""
    return -1 if wanted.before >= 0 or wanted.oldest or not found.rows else found.rows[0].entry


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
