"""The register of agreements in force, for anybody: parties, days, what they give for what, and how often they were used."""

from __future__ import annotations

from comity.model.report import RegisteredAgreement
from comity.oversight.reports.register import ANY
from comity.oversight.texts.say import Language
from comity.web.call import Call, Page, Reply
from comity.web.public.published import agencies_here, chosen_here, register_of
from comity.web.sorting import Table, by_number, by_time, by_word, ordered

EVERY_CLASS = "all"
TABLE: Table[RegisteredAgreement] = Table(
    {
        "title": by_word(lambda one: one.title),
        "since": by_time(lambda one: one.first),
        "until": by_time(lambda one: one.last),
        "used": by_number(lambda one: one.answers),
    },
    keeps=("agency",),
)


def show(call: Call) -> Reply:
    """The register of one agency of this node, the first where none is named."""
    here = chosen_here(call)
    register = register_of(call, here)
    say = Language(call.words.language)
    agreements, order = ordered(call, TABLE, register.agreements)
    rows = [
        {
            "told": one,
            "parties": one.parties,
            "purposes": say.purposes(() if ANY in one.purposes else one.purposes),
            "classes": say.classes(() if EVERY_CLASS in one.classes else one.classes),
        }
        for one in agreements
    ]
    values = {
        "register": register,
        "rows": rows,
        "order": order,
        "here": here,
        "agencies": agencies_here(call),
        "since": register.begun if register.begun and register.begun > register.first else None,
    }
    return Page("public_agreements.html", values)
