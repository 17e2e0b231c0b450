"""O3, signing and filing: a report is written down first, looked at, and then those very bytes are filed.

What was written is kept for thirty minutes in the memory of this process, and reached by its own member alone.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode

import msgspec

from comity.model.filing import FilingTold, ToFile
from comity.model.report import Report
from comity.node.report_requests import FileReport
from comity.oversight.reports.written.forms import written_as
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.drafts import Draft
from comity.web.oversight.log import read_number
from comity.web.oversight.reports import FORMS, address, file_of, filings, made


def prepare(call: Call) -> Reply:
    """Write the report down in the form that is to be handed over."""
    form = call.form.one("as")
    report = made(call) if form in FORMS else None
    if report is None:
        return NOT_FOUND
    typed = {
        "form": form,
        "report": msgspec.json.encode(report).decode(),
        "bytes": b64encode(written_as(form, report)).decode(),
    }
    draft = call.site.drafts.begin(call.who().id, call.now_ms, typed)
    return Go(f"{address(call)['here']}/file/{draft.id}")


def check(call: Call) -> Reply:
    """What is signed: the file, its hash, and what filing it does. Once it is filed, its entry."""
    draft = _draft(call)
    if draft is None:
        return NOT_FOUND
    report, raw = _kept(draft)
    before = filings(call, report)
    values = {
        **address(call),
        "draft": draft.id,
        "report": report,
        "form": draft.one("form"),
        "hash": _hash(raw),
        "size": len(raw),
        "replaces": before[-1].entry if before else None,
        "entry": draft.one("entry"),
    }
    return Page("oversight/report_file.html", values)


def whole(call: Call) -> Reply:
    """The very bytes that are signed."""
    draft = _draft(call)
    if draft is None:
        return NOT_FOUND
    report, raw = _kept(draft)
    return file_of(report, draft.one("form"), raw)


def sign(call: Call) -> Reply:
    """Enter that these bytes were filed. What the page named as replaced is replaced, and nothing else."""
    draft = _draft(call)
    if draft is None or draft.one("entry"):
        return NOT_FOUND
    report, raw = _kept(draft)
    given = ToFile(
        report=report,
        form=draft.one("form"),
        bytes_hash=_hash(raw),
        corrects=read_number(call.form.one("replaces")),  # as the page said; the node refuses another
    )
    told: FilingTold = call.site.door.ask(FileReport(member=call.who().id, given=given), FilingTold)
    call.site.drafts.write(draft, {"entry": str(told.entry)}, call.now_ms)
    return Go(f"{address(call)['here']}/file/{draft.id}")


def _draft(call: Call) -> Draft | None:
    """A report this member wrote down here; None for another's, one that is gone, and one of another address."""
    draft = call.site.drafts.find(call.path["draft"], call.who().id, call.now_ms)
    if draft is None or not draft.one("report"):
        return None
    return draft if _kept(draft)[0].kind == call.path["kind"] else None


def _kept(draft: Draft) -> tuple[Report, bytes]:
    return msgspec.json.decode(draft.one("report"), type=Report), b64decode(draft.one("bytes"))


def _hash(raw: bytes) -> str:
    return "sha256:" + hashlib.sha256(raw).hexdigest()
