"""O4: the log by its codes, with what occurs counted; the same as a file. Nothing is opened."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import msgspec

from comity.errors import WrongUseError
from comity.exchange.log.entry_says import classes_in
from comity.ledger.columns import NUMBERS
from comity.ledger.receipt_file import check_head
from comity.model.agency import Directory
from comity.model.base import check_ori
from comity.model.log_view import MOST_ROWS, LogBrowsed, LogFilter, LogRow
from comity.node.log_requests import BrowseLog
from comity.oversight.map.month import read_month
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.chosen import NotOfferedError, chosen, chosen_number
from comity.web.oversight.days import own_agency

ROWS = 50  # of one page
PATH = "/oversight/log"
NAMES = ("purpose", "decision", "kind", "month", "asker")
HEAD = ("entry", "minute", "kind", "owner", "asker", "purpose", "instrument", "decision", "classes", "released")
LONGEST_INDEX = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a facet with its count; `href` chooses it, or takes it back where it is `chosen`."""

    word: str
    count: int
    href: str
    chosen: bool


def show(call: Call) -> Reply:
    """The newest entries that are wanted, and what else there is to want."""
    wanted = _wanted(call)
    below = chosen_number(call.query, "below")
    browsed = _browse(call, wanted, ROWS, below)
    chosen = {name: word for name, word in wanted.chosen().items() if word}
    directory = directory_here(call)
    return Page(
        "oversight/log.html",
        {
            "browsed": browsed,
            "agency": own_agency(call).name,
            "rows": browsed.rows,
            "facets": [(name, _choices(name, browsed, chosen)) for name in NAMES],
            "chosen": chosen,
            "query": urlencode(chosen),
            "older": _page(chosen, browsed.older),
            "newer": _page(chosen, browsed.newer),
            "head": check_head(browsed.note, directory),
            "names": ori_names(directory),
            "most": MOST_ROWS,
        },
    )


def whole(call: Call) -> Reply:
    """The codes of what is wanted, for a spreadsheet or for programs: the newest five thousand at most."""
    wanted = _wanted(call)
    if call.path["form"] == "csv":
        rows = [HEAD, *(_line(row) for row in _browse(call, wanted, MOST_ROWS, None).rows)]
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return File(f"log-codes-{call.who().agency}.csv", "text/csv; charset=utf-8", text.getvalue().encode())
    if call.path["form"] == "json":
        found = _browse(call, wanted, MOST_ROWS, None)
        value = {"owner": found.owner, "size": found.size, "found": found.found, "wanted": wanted.chosen()}
        entries = [dict(zip(HEAD, _line(row), strict=True)) for row in found.rows]
        return File(
            f"log-codes-{call.who().agency}.json",
            "application/json",
            msgspec.json.encode({**value, "entries": entries}),
        )
    return NOT_FOUND


def _wanted(call: Call) -> LogFilter:
    """What the address wants. Raises NotOfferedError for what no entry of any log could have."""
    codes = {
        name: chosen(call, name, NUMBERS[name], lambda one, of=name: code_word(call, of, one))  # type: ignore[misc]
        for name in ("purpose", "decision", "kind")
    }
    return LogFilter(**codes, month=_of_form(call, "month", read_month), asker=_of_form(call, "asker", check_ori))


def code_word(call: Call, facet: str, code: str) -> str:
    """What a code of the log is called."""
    said = {"purpose": f"purpose.{code}", "decision": f"status.{code}.label", "kind": f"entry-kind.{code}"}[facet]
    also = f"oversight.{said}"
    return next((call.words(one) for one in (said, also) if call.words.has(one)), code)


def _of_form(call: Call, name: str, read: Callable[[str], object]) -> str:
    """A month or an agency of the address, which need not occur."""
    asked = call.query.one(name)
    try:
        return str(read(asked)) if asked else ""
    except WrongUseError as error:
        raise NotOfferedError(name, form="ori" if name == "asker" else name) from error


def _browse(call: Call, wanted: LogFilter, limit: int, below: int | None) -> LogBrowsed:
    request = BrowseLog(member=call.who().id, wanted=wanted, limit=limit, below=below)
    found: LogBrowsed = call.site.door.ask(request, LogBrowsed)
    return found


def read_number(text: str) -> int | None:
    """A number of an address; None for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_INDEX else None


def _choices(name: str, browsed: LogBrowsed, chosen: Mapping[str, str]) -> tuple[Choice, ...]:
    """The words of one facet. One that was chosen is there too where nothing has it, so that it can be taken back."""
    counts = dict(browsed.facets.get(name, ()))
    if name in chosen:
        counts.setdefault(chosen[name], 0)
    rest = {other: word for other, word in chosen.items() if other != name}
    return tuple(
        Choice(
            word,
            count,
            _address(rest if chosen.get(name) == word else {**rest, name: word}),
            chosen.get(name) == word,
        )
        for word, count in counts.items()
    )


def _address(chosen: Mapping[str, str]) -> str:
    return f"{PATH}?{urlencode(chosen)}" if chosen else PATH


def _page(chosen: Mapping[str, str], below: int | None) -> str:
    return "" if below is None else f"{PATH}?{urlencode({**chosen, 'below': below})}"


def _line(row: LogRow) -> tuple[Any, ...]:
    facts = row.facts
    return (
        row.index,
        datetime.fromtimestamp(facts.at_ms / 1_000, UTC).isoformat(timespec="minutes"),
        facts.kind.value,
        facts.owner_ori,
        facts.asker_ori,
        facts.purpose.value if facts.purpose else "",
        facts.instrument,
        facts.decision,
        " ".join(classes_in(facts)),
        facts.released,
    )


def directory_here(call: Call) -> Directory:
    """The directory whose keys are trusted here."""
    return call.site.door.directory()


def ori_names(directory: Directory) -> Mapping[str, str]:
    """The name of each listed agency, by each of its ORIs."""
    return {dated.ori: one.name for one in directory.agencies for dated in one.oris}
