"""A reach question as it is put to a node, and the answer: one of three outcomes, ways in parts, what would close them."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id
from comity.model.forbidden_way import WayStep

MOST_CLOSED = 20  # agreements that are thought away at once
NO_WAY, YES, NOT_DECIDED = "no-way", "yes", "not-decided"


class ReachAsked(Noun, frozen=True, kw_only=True):
    """Whether data of the member's own agency can come to one of `requesters`. `data_class`, `label` and `purpose` are words
    of the vocabulary, empty for any; `without` are agreements that are thought away."""

    requesters: tuple[str, ...]
    data_class: str = ""
    label: str = ""
    purpose: str = ""
    without: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for one in self.requesters:
            check_agency_id(one)
        if not self.requesters:
            raise NounError("a reach question names to whom; name one agency or more")
        if len(self.without) > MOST_CLOSED:
            raise NounError(f"at most {MOST_CLOSED} agreements are thought away at once")


class ReachWay(Noun, frozen=True, kw_only=True):
    """One way, step by step; `sure` is false where it was not decided, which is to be treated as a way."""

    steps: tuple[WayStep, ...]
    sure: bool


class ReachClosing(Noun, frozen=True, kw_only=True):
    """Everything that must end for no way to be left. `agreements` are what ends, where that is agreements alone; `alone`
    says whether the owner can do it by itself."""

    ends: tuple[str, ...]
    agreements: tuple[str, ...]
    alone: bool


class ReachExample(Noun, frozen=True, kw_only=True):
    """A question that passes: who asks for which class, and every fact it has."""

    requester: str
    data_class: str
    facts: tuple[tuple[str, str], ...]


class ReachTold(Noun, frozen=True, kw_only=True):
    """The answer. `outcome` is `no-way`, which is proved, `yes` or `not-decided`. `more` says why there may be more ways,
    empty where these are all; `refuted` ways are none for any record as a whole; `past` happened already."""

    owner: str
    asked: ReachAsked
    outcome: str
    ways: tuple[ReachWay, ...]
    more: str
    refuted: int
    past: int
    closings: tuple[ReachClosing, ...]
    exact: bool
    assumed: tuple[str, ...]
    example: ReachExample | None = None
