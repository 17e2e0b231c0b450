"""A reason or evidence that is kept: what is wrong with it, before the node says so."""

from __future__ import annotations

from comity.model.query import FEWEST_REASON_WORDS, LONGEST_NOTE
from comity.web.call import Call


def reason_fault(call: Call, name: str, otherwise: str = "") -> tuple[tuple[str, str], ...]:
    """The fault beside the field `name`: too few words to be a reason, or too many letters; nothing where it may be kept.

    `otherwise` is the sentence about too few words where the form asks for something else than why.
    """
    said = call.form.one(name)
    if len(said.split()) < FEWEST_REASON_WORDS:
        return ((name, otherwise or call.words("desk.fault.reason", count=FEWEST_REASON_WORDS)),)
    if len(said) > LONGEST_NOTE:
        return ((name, call.words("desk.fault.long", count=LONGEST_NOTE)),)
    return ()
