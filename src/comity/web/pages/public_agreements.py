"""The register of agreements in force, for anybody: parties, days, what they give for what, and how often they were used."""

from __future__ import annotations

from comity.oversight.reports.register import ANY
from comity.oversight.texts.say import Language
from comity.web.call import Call, Page, Reply
from comity.web.public.published import agencies_here, find_here, register_of

NO_AGENCY = Page("not_found.html", status=404)
EVERY_CLASS = "all"


def show(call: Call) -> Reply:
    """The register of one agency of this node, the first where none is named."""
    here = find_here(call, call.query.one("agency"))
    if here is None:
        return NO_AGENCY
    register = register_of(call, here)
    say = Language(call.words.language)
    rows = [
        {
            "told": one,
            "parties": one.parties,
            "purposes": say.purposes(() if ANY in one.purposes else one.purposes),
            "classes": say.classes(() if EVERY_CLASS in one.classes else one.classes),
        }
        for one in register.agreements
    ]
    values = {"register": register, "rows": rows, "here": here, "agencies": agencies_here(call)}
    return Page("public_agreements.html", values)
