"""What an owner's people are found by, and whether it is what the records say."""

from __future__ import annotations

from comity.model.base import Noun


class IndexState(Noun, frozen=True, kw_only=True):
    """An owner's index: people who can be found, files and their bytes; `faults` are sentences on what differs."""

    owner: str
    people: int = 0
    files: int = 0
    bytes: int = 0
    faults: tuple[str, ...] = ()
