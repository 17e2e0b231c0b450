"""The page of a wrong address, of a wrong id, and of a role that may not: one and the same."""

from __future__ import annotations

from comity.web.call import Page

NOT_FOUND = Page("not_found.html", status=404)
