"""The reference of the API, from its own description; and a token for a system of the member's, shown once."""

from __future__ import annotations

from comity.api.problem import KINDS
from comity.api.reference import reference
from comity.web.api_token import make_token
from comity.web.call import Call, Page, Reply


def show(call: Call) -> Reply:
    """Every verb, every kind of value, and every way it can go wrong."""
    return _page(call, "")


def make(call: Call) -> Reply:
    """A token of this member's. It is kept nowhere but by whoever reads this page."""
    return _page(call, make_token(call.site, call.who(), call.signed(), call.now_ms))


def _page(call: Call, token: str) -> Reply:
    verbs, kinds = reference()
    values = {
        "verbs": verbs,
        "kinds": kinds,
        "problems": KINDS,
        "token": token,
        "address": call.site.settings.address,
    }
    return Page("api.html", values)
