"""Ways that an agreement opens, and those that an owner forbids, whether an agreement would open them or they are open."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.decision import Reason


class WayStep(Noun, frozen=True, kw_only=True):
    """One step of a way: who hands the data to whom, by which door, on whose authority, and how that is known."""

    giver: str
    taker: str
    door: str
    authority: str
    known: str


class ForbiddenWay(Noun, frozen=True, kw_only=True):
    """A way for data of `owner` to `recipient`, and the owner's rule that forbids it.

    `agencies` have the data on the way, the owner first and the recipient last; `steps` say by which door and on whose
    authority each hands it to the next, and `hops` the same in parts. Of a way that is open, `closing` is a smallest set of
    things that must end for no way to be left, `alone` what the owner itself can end for that; each empty where there is
    none, or the way is only foreseen.
    """

    owner: str
    recipient: str
    agencies: tuple[str, ...]
    steps: tuple[str, ...]
    reason: Reason
    closing: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    hops: tuple[WayStep, ...] = ()


class OpenedWay(Noun, frozen=True, kw_only=True):
    """A way for data of `owner` to `recipient` that an agreement opens, the shortest; `door` is that of the whole way."""

    owner: str
    recipient: str
    door: str
    hops: tuple[WayStep, ...]
