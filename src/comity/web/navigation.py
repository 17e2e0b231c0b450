"""The pages in the head of every page: those of the member's own roles, by the one table of routes."""

from __future__ import annotations

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
    ("/admin/members", "members"),
    ("/admin/health", "health"),
    ("/desk/petitions", "petitions"),
    ("/oversight/findings", "findings"),
    ("/oversight/sample", "sample"),
    ("/oversight/log", "log"),
    ("/oversight/reports", "reports"),
    ("/oversight/reach", "reach"),
    ("/oversight/audits", "audits"),
)


def pages_of(roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The addresses these roles reach, in the order of the head, each with its word's name."""
    reached = {route.path for route in ROUTES if route.method == "GET" and may_reach(route, roles)}
    return tuple((path, word) for path, word in IN_ORDER if path in reached)
