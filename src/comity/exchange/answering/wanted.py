"""How long an agreement counts without its owner's word: a year from the day it was switched on or kept (harms H10).

Whoever once opened a door says every year that it is to stay open. Where nobody does, it closes by itself, on every path a
decision takes: the day is part of the law that texts are compiled to, as the last day of the agreement's own term is.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from comity.exchange.owners import owner_day
from comity.law import ast
from comity.law.calendar import add_span
from comity.model.agency import Agency
from comity.model.law_text import LawKind, LawText, OwnerLaw

KEPT_FOR = ast.Span(1, "year")


def wanted_until(own: OwnerLaw, owner: Agency, text: LawText) -> date | None:
    """The last day on which an agreement counts unless its owner keeps it; None for one that is no agreement, or new."""
    wanted_ms = own.wanted_ms(text.hash)
    if text.kind is not LawKind.AGREEMENT or wanted_ms is None:
        return None
    return add_span(owner_day(owner, wanted_ms), KEPT_FOR)


def has_lapsed(own: OwnerLaw, owner: Agency, text: LawText, now_ms: int) -> bool:
    """Whether an agreement closed by itself, because nobody kept it."""
    until = wanted_until(own, owner, text)
    return until is not None and owner_day(owner, now_ms) > until


def while_wanted(own: OwnerLaw, owner: Agency) -> OwnerLaw:
    """The same law, every agreement with the last day on which it counts unless it is kept."""
    days = {text.hash: wanted_until(own, owner, text) for text in own.texts}
    texts = tuple(replace(text, ends=day) if (day := days[text.hash]) is not None else text for text in own.texts)
    return replace(own, texts=texts)
