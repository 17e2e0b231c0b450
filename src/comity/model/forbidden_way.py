"""A way to an agency that an owner forbids: one that an agreement would open, or that is open already."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.decision import Reason


class ForbiddenWay(Noun, frozen=True, kw_only=True):
    """A way for data of `owner` to `recipient`, and the owner's rule that forbids it.

    `agencies` have the data on the way, the owner first and the recipient last; `steps` say by which door and on whose
    authority each hands it to the next. Of a way that is open, `closing` is a smallest set of things that must end for no way
    to be left, `alone` what the owner itself can end for that; each empty where there is none, or the way is only foreseen.
    """

    owner: str
    recipient: str
    agencies: tuple[str, ...]
    steps: tuple[str, ...]
    reason: Reason
    closing: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
