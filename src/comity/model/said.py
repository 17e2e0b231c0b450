"""What a member of an owner said about something it acted on."""

from __future__ import annotations

from comity.model.base import Noun


class Said(Noun, frozen=True, kw_only=True):
    """What a member of the owner said about a duty or a petition, and when (UTC milliseconds)."""

    by: str
    at_ms: int
    words: str
