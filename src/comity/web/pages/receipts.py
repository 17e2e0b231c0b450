"""I6: the receipt of one owner's answer, and the file of it that anybody can check."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.ledger.receipt_file import Checked, check_receipt_file, write_receipt_file
from comity.ledger.witnessed import GRACE_MS
from comity.model.agency import Agency
from comity.model.asked import ShownReceipt
from comity.node.receipt_requests import ShowReceipt
from comity.web.call import NOT_FOUND, Call, File, Page, Reply

CHECKED, FAILED, NOT_KEPT = "checked", "failed", "not-kept"
WAITING, UNSIGNED, UNWITNESSED = "waiting", "unsigned", "unwitnessed"  # what is checked, with no outside signature
HOLDS = frozenset({CHECKED, WAITING, UNSIGNED, UNWITNESSED})
SHOWN_OF_QUESTION = 8  # the last digits; the first ones are a time, alike for a whole morning


def show(call: Call) -> Reply:
    """What the receipt proves and what it does not, checked anew for this opening."""
    found = _found(call)
    if found is None:
        return NOT_FOUND
    owner, shown = found
    if shown.receipt is None:
        return _page(call, owner, NOT_KEPT, None, "")
    text = write_receipt_file(shown.receipt)
    directory = call.site.door.directory()
    checked = check_receipt_file(text, directory)
    return _page(call, owner, _state(checked, shown, call.now_ms), checked, text)


def _state(checked: Checked, shown: ShownReceipt, now_ms: int) -> str:
    """What is checked and signed by nobody outside waits for it, is late, or never gets it."""
    if checked.state != CHECKED or checked.witnesses:
        return checked.state
    if shown.unwitnessed:
        return UNWITNESSED
    if not checked.known:
        return CHECKED
    return WAITING if now_ms <= checked.at_ms + GRACE_MS else UNSIGNED


def save(call: Call) -> Reply:
    """The file that `/verify` and `comity ledger verify` read."""
    found = _found(call)
    if found is None or found[1].receipt is None:
        return NOT_FOUND
    return File(_file_name(call), "text/plain; charset=utf-8", write_receipt_file(found[1].receipt).encode())


def _file_name(call: Call) -> str:
    """As which the file is saved, and the command on the page names it."""
    return f"receipt-{call.path['ori']}-{call.path['question'][-SHOWN_OF_QUESTION:]}.txt"


def _found(call: Call) -> tuple[Agency, ShownReceipt] | None:
    """The owner of an ORI, now or before, and what is kept of its answer; None for a question that is not the member's own."""
    ori = call.path["ori"]
    owner = next((one for one in call.site.agencies() if any(dated.ori == ori for dated in one.oris)), None)
    if owner is None:
        return None
    wanted = ShowReceipt(member=call.who().id, query_id=call.path["question"], owner=owner.id)
    try:
        return owner, call.site.door.ask(wanted, ShownReceipt)
    except WrongUseError:
        return None


def _page(call: Call, owner: Agency, state: str, checked: Checked | None, text: str) -> Page:
    values = {
        "owner": owner,
        "ori": call.path["ori"],
        "question": call.path["question"],
        "number": call.path["question"][-SHOWN_OF_QUESTION:],
        "state": state,
        "holds": state in HOLDS,
        "checked": checked,
        "due_ms": checked.at_ms + GRACE_MS if checked is not None else 0,
        "text": text,
        "file_name": _file_name(call),
    }
    return Page("receipt.html", values)
