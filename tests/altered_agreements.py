"""Alterations of the demonstration's agreements: some together let an address pass on, none alone; some open a feed.

Each is a pair: the words of the agreement, and what stands there instead.
"""

from __future__ import annotations

from comity.demo.laws import agreements

FEED_AGREEMENT = "ACSO-CCPD-FEED-2026"
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


FEED_CHANGES = (
    ('agreement ACSO-CCPD-2026 "Jail,', f'agreement {FEED_AGREEMENT} "A feed of jail,'),
    ("  access     query\n", "  access     feed\n"),
    (
        "  data   case, booking, custody, warrant, criminal-history\n  at     release\n  permit fields",
        "  data   case, booking, custody, criminal-history\n  at     release\n  permit fields",
    ),
    (
        "  data   booking, custody, warrant\n  at     release\n  permit fields labelled address",
        "  data   booking, custody\n  at     release\n  permit fields labelled address",
    ),
    (
        "  data   case, booking, custody, warrant, criminal-history\n  at     release\n  permit match",
        "  data   case, booking, custody, criminal-history\n  at     release\n  permit match",
    ),
    (
        "  data   warrant, protection-order, dmv, licence\n  at     release\n  permit fields",
        "  data   dmv, licence\n  at     release\n  permit fields",
    ),
    (
        "  data   warrant, protection-order, dmv, licence\n  at     release\n  permit match",
        "  data   dmv, licence\n  at     release\n  permit match",
    ),
    (
        "  data   case, booking, warrant\n  at     release\n  permit fields labelled identity, description",
        "  data   case, booking\n  at     release\n  permit fields labelled identity, description",
    ),
    (
        "  data   case, booking, warrant\n  at     release\n  permit fields labelled identity, address",
        "  data   case, booking\n  at     release\n  permit fields labelled identity, address",
    ),
    (
        "  delegation none\n",
        '  paper      matching-agreement "The written matching agreement of 2026"\n  delegation none\n',
    ),
)


def altered_text(name: str, *changes: tuple[str, str]) -> str:
    """An agreement of the demonstration with some of its words exchanged; each must be there."""
    text = next(one.law.text for one in agreements() if one.law.name == name)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def feed_law() -> str:
    """The text of an agreement like the demonstration's, that opens a feed and gives no warrants."""
    return altered_text("ACSO-CCPD-2026", *FEED_CHANGES)
