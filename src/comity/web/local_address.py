"""Addresses that a page may be told to go to next: of this site alone (open redirect: CWE-601); and each role's first page."""

from __future__ import annotations

import re

FIRST_PAGES = (  # of a member of several roles, the first that fits: whoever keeps records has work waiting
    ("records-custodian", "/desk/held"),
    ("member", "/questions"),
    ("supervisor", "/desk/approvals"),
    ("agency-head", "/desk/held"),
    ("counsel", "/desk/held"),
    ("privacy-officer", "/desk/duties"),
    ("agency-administrator", "/admin/members"),
    ("node-administrator", "/admin/health"),
    ("auditor", "/oversight/findings"),
)
HOME = "/"  # of everybody else, and of somebody who is not signed in
OWN = re.compile(r"/(?![/\\])[A-Za-z0-9_~./?&=%+:,-]*")
LONGEST = 1_000


def home_of(roles: frozenset[str]) -> str:
    """The page a member of these roles begins at."""
    return next((page for role, page in FIRST_PAGES if role in roles), HOME)


def own_address(given: str, otherwise: str = HOME) -> str:
    """The address, where it is a path of this site; otherwise the page it would be without."""
    return given if len(given) <= LONGEST and OWN.fullmatch(given) else otherwise
