"""Alterations of the demonstration's agreements that together let a Washington address pass on; none does alone.

Each is a pair: the words of the agreement, and what stands there instead.
"""

from __future__ import annotations

from comity.demo.laws import agreements

ADDRESSES = (
    "  permit fields labelled address\n  when   query's purpose is emergency-life\n",
    "  permit fields labelled address\n"
    "  when   query's purpose is one of emergency-life, criminal-investigation, federal-crime\n",
)
NO_ONWARD = (
    'clause O-02 "Never passed on to immigration enforcement, consent or not"\n'
    "  gives  wa-police to federal-investigations\n  at     onward\n  forbid onward\n"
    "  when   recipient's component is not none\n",
    'clause O-02 "Passed on to another component with consent for each item"\n'
    "  gives  wa-police to federal-investigations\n  at     onward\n  forbid onward\n"
    "  when   recipient's component is not none\n  unless record is consented-onward\n",
)
PASSED_ON = (
    "  permit fields labelled identity, event, offence\n",
    "  permit fields labelled identity, event, offence, address\n",
)
NOT_KEPT = (
    "  forbid fields labelled narrative, contact, disposition, vehicle\n",
    "  forbid fields labelled narrative, disposition, vehicle\n",
)


def altered_text(name: str, *changes: tuple[str, str]) -> str:
    """An agreement of the demonstration with some of its words exchanged; each must be there."""
    text = next(one.law.text for one in agreements() if one.law.name == name)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text
