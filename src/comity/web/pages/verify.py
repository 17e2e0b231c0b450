"""I6: check a receipt, for anybody who holds one. Nothing that is given is kept, and nobody is asked who they are."""

from __future__ import annotations

from comity.errors import ProofError
from comity.ledger.receipt_file import LONGEST_RECEIPT, check_receipt_file
from comity.web.call import Call, Page, Reply


def show(call: Call) -> Reply:
    """The form."""
    return Page("verify.html", {"checked": None, "typed": ""})


def check(call: Call) -> Reply:
    """What checking found, shown at once: to lead elsewhere first, it would have to be kept."""
    given = [text for name in ("file", "receipt") for text in call.form.values.get(name, ()) if text.strip()]
    text = given[0].replace("\r\n", "\n").lstrip() if given else ""
    if len(text) > LONGEST_RECEIPT:
        return _again("", call.words("verify.fault.long"))
    try:
        directory = call.site.door.directory()
        checked = check_receipt_file(text, directory)
    except ProofError:
        fault = call.words("verify.fault.none") if text else call.words("verify.fault.empty")
        return _again(text, fault)
    return Page("verify.html", {"checked": checked, "typed": ""})


def _again(typed: str, fault: str) -> Page:
    """The form again; a file has to be chosen again, since a browser gives none back."""
    return Page("verify.html", {"checked": None, "typed": typed}, status=422, faults=(("receipt", fault),))
