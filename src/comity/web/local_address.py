"""Addresses that a page may be told to go to next: of this site alone (open redirect: CWE-601)."""

from __future__ import annotations

import re

HOME = "/questions"
OWN = re.compile(r"/(?![/\\])[A-Za-z0-9_~./?&=%+:,-]*")
LONGEST = 1_000


def own_address(given: str, otherwise: str = HOME) -> str:
    """The address, where it is a path of this site; otherwise the page it would be without."""
    return given if len(given) <= LONGEST and OWN.fullmatch(given) else otherwise
