"""A petition taken in and led through its steps by pages, as the desk does it."""

from __future__ import annotations

import re

from desk_stage import Desk, send

KEEPER, COUNSEL = "ca-sheriff-custodian", "ca-sheriff-counsel"
REASON = "came to the desk today"
FORM = {
    "capacity": "self",
    "petitioner": "Ondine Quillfeather",
    "contact": "PO Box 12",
    "message": "no",
    "words": "who looked at what you hold about me",
    "given": "Ondine",
    "family": "Quillfeather",
    "year": "1988",
    "month": "3",
    "day": "9",
}


def take_in(desk: Desk, kind: str = "accounting", **given: str) -> str:
    with desk.browser(KEEPER) as browser:
        following = send(browser, "/desk/new-petition", **{**FORM, "kind": kind, **given})
    found = re.fullmatch(r"(/desk/petitions/R-[-0-9A-Z]+)\?done=taken", following)
    assert found is not None, following
    return found[1]


def step(desk: Desk, member: str, address: str, name: str, **fields: str) -> None:
    way = "show" if name in ("open-log", "decide", "tell") else "step"
    with desk.browser(member) as browser:
        assert send(browser, f"{address}/{way}/{name}", **{"reason": REASON, **fields}) == address
