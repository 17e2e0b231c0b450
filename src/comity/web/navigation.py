"""The pages in the head of every page: those of the member's own roles, by the one table of routes."""

from __future__ import annotations

from comity.web.local_address import home_of
from comity.web.routes import ROUTES, may_reach

IN_ORDER = (  # address, name of its word under `nav`
    ("/questions", "questions"),
    ("/desk/held", "held"),
    ("/desk/duties", "duties"),
    ("/desk/recalls", "recalls"),
    ("/desk/agreements", "agreements"),
    ("/desk/rules", "rules"),
    ("/desk/records", "records"),
    ("/desk/leaving", "leaving"),
    ("/desk/approvals", "approvals"),
    ("/desk/petitions", "petitions"),
    ("/oversight/findings", "findings"),
    ("/oversight/sample", "sample"),
    ("/oversight/log", "log"),
    ("/oversight/reports", "reports"),
    ("/oversight/reach", "reach"),
    ("/oversight/audits", "audits"),
    ("/admin/members", "members"),
    ("/admin/health", "health"),
)

FEW = 7  # all of so few stand in the head; of more, those of the role's daily work, and the rest behind a press
IN_SIGHT = 6  # links that take two lines of a desk, four of a telephone
DAILY = {  # in order, by the page a member begins at (`FIRST_PAGES`): a custodian's and counsel's day, a privacy officer's
    "/desk/held": (
        "/desk/held",
        "/desk/duties",
        "/desk/recalls",
        "/desk/agreements",
        "/desk/records",
        "/desk/leaving",
        "/desk/rules",
    ),
    "/desk/duties": ("/desk/duties", "/desk/held", "/desk/petitions", "/desk/approvals", "/oversight/findings"),
}


def pages_of(roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The addresses these roles reach, in the order of the head, each with its word's name."""
    reached = {route.path for route in ROUTES if route.method == "GET" and may_reach(route, roles)}
    return tuple((path, word) for path, word in IN_ORDER if path in reached)


def head_of(roles: frozenset[str], at: str) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """The pages that stand in the head, and those behind "More" there. The page one is `at` always stands in sight."""
    pages = pages_of(roles)
    daily = DAILY.get(home_of(roles), tuple(path for path, _ in pages[:FEW]))
    if len(pages) <= FEW:
        return pages, ()
    seen = tuple(one for path in daily for one in pages if one[0] == path)[:IN_SIGHT]
    seen += tuple(one for one in pages if one not in seen and is_at(one[0], at))
    return seen, tuple(one for one in pages if one not in seen)


def is_at(path: str, at: str) -> bool:
    """Whether an address is this page of the head or one below it."""
    return (at.partition("?")[0] + "/").startswith(path + "/")
