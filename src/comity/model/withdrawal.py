"""A request for action taken back by whoever made it."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_instant
from comity.model.query import QUERY_ID_PATTERN


class RequestWithdrawn(Noun, frozen=True, kw_only=True, tag="request-withdrawn"):
    """A request that is made no more, by the id of its question: a detainer withdrawn, say. `withdrawn_ms` is when."""

    query_id: str
    withdrawn_ms: int

    def __post_init__(self) -> None:
        if not QUERY_ID_PATTERN.fullmatch(self.query_id):
            raise NounError("a query id has 32 hexadecimal digits")
        check_instant("the time of the withdrawal", self.withdrawn_ms)
