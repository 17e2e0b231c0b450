"""P2: who can see what about people here, for anybody; each sentence and figure as the node computed it."""

from __future__ import annotations

import msgspec

from comity.oversight.texts.document import MOST_ROWS
from comity.web.call import Call, File, Page, Reply
from comity.web.public.published import find_here, statement_of

NO_AGENCY = Page("not_found.html", status=404)


def show(call: Call) -> Reply:
    """The statement of an agency of this node by its ORI; with `.json` or `.csv` behind it, the same for programs."""
    ori, _, form = call.path["ori"].partition(".")
    here = find_here(call, ori) if ori else None
    if here is None or form not in ("", "json", "csv"):
        return NO_AGENCY
    page = statement_of(call, here)
    name = f"exposure-{here.ori}-{page.day}.{form}"
    if form == "json":
        return File(name, "application/json", msgspec.json.encode(page.value))
    if form == "csv":
        return File(name, "text/csv; charset=utf-8", page.spreadsheet.encode())
    document = page.in_language(call.words.language)
    values = {"document": document, "here": here, "used": page.value["used"], "most": MOST_ROWS}
    return Page("public_statement.html", values)
