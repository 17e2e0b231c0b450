"""O4: one entry of the log with its proof, and what lies behind it, in a step that is entered first."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.log.entry_says import classes_in
from comity.ledger.proof import parse_proof
from comity.ledger.receipt_file import check_receipt_file, write_receipt_file
from comity.model.disclosure import Receipt
from comity.model.log_view import EntryOpened, EntryShown
from comity.model.query import LONGEST_NOTE
from comity.node.log_requests import OpenLogEntry, ShowLogEntry
from comity.web.call import NOT_FOUND, Call, File, Page, Reply
from comity.web.oversight.days import own_agency
from comity.web.oversight.entry_words import Reader
from comity.web.oversight.flat import flat
from comity.web.oversight.log import directory_here, ori_names, read_number
from comity.web.reason import reason_fault


def one(call: Call) -> Reply:
    """One entry: its codes, and its proof, checked here by the keys that the directory lists."""
    shown = _find(call)
    if shown is None:
        return NOT_FOUND
    parsed, directory = parse_proof(shown.proof), directory_here(call)
    values = {
        "shown": shown,
        "facts": shown.facts,
        "classes": tuple(one.value for one in classes_in(shown.facts)),
        "checked": check_receipt_file(_file(shown), directory),
        "path": [one.hex() for one in parsed.path],
        "note": parsed.note,
        "names": ori_names(directory),
    }
    return Page("oversight/entry.html", values)


def proof(call: Call) -> Reply:
    """The proof of an entry as the file that `/verify` and the command line check."""
    shown = _find(call)
    if shown is None:
        return NOT_FOUND
    return File(f"log-entry-{shown.index}-proof.txt", "text/plain; charset=utf-8", _file(shown).encode())


def ask_open(call: Call) -> Reply:
    """The step before anything behind an entry is shown: why."""
    shown = _find(call)
    return _open(call, shown, None, ()) if shown is not None and shown.opens else NOT_FOUND


def open_behind(call: Call) -> Reply:
    """What lies behind, shown at once and nowhere kept; that it was opened, and why, stands in the log before."""
    shown = _find(call)
    if shown is None or not shown.opens:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if faults:
        return _open(call, shown, None, faults)
    request = OpenLogEntry(member=call.who().id, entry=shown.index, reason=call.form.one("reason"))
    opened: EntryOpened = call.site.door.ask(request, EntryOpened)
    return _open(call, shown, opened, ())


def _open(call: Call, shown: EntryShown, opened: EntryOpened | None, faults: tuple[tuple[str, str], ...]) -> Reply:
    reader = Reader(call.words, call.site.agency_names(), own_agency(call).zone)
    values = {
        "shown": shown,
        "opened": opened,
        "lines": [reader.line(line) for part in opened.parts for line in flat(part)] if opened else (),
        "typed": {"reason": call.form.one("reason")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("oversight/entry_open.html", values, status=422 if faults else 200, faults=faults)


def _find(call: Call) -> EntryShown | None:
    """The entry of the address; None for one that is not there for this reader, which the node says alike."""
    index = read_number(call.path["index"])
    if index is None:
        return None
    try:
        shown: EntryShown = call.site.door.ask(ShowLogEntry(member=call.who().id, entry=index), EntryShown)
    except WrongUseError:
        return None
    return shown


def _file(shown: EntryShown) -> str:
    return write_receipt_file(Receipt(node="", entry=shown.entry, proof=shown.proof, content_key=""))
