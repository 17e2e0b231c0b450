"""I1: the questions of the member who looks."""

from __future__ import annotations

from comity.web.call import Call, Page, Reply


def show(call: Call) -> Reply:
    """The member's questions, the newest first; never the name of whom they are about."""
    return Page("my_questions.html")
