"""What a draft of the law would have changed: past decisions decided again, and who gains or loses on the change."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.codes import DataClass, Purpose
from comity.model.forbidden_way import ForbiddenWay


class RuleEffect(Noun, frozen=True, kw_only=True):
    """What one rule changed over past decisions: how many, fields that are wider or narrower, classes that open or close.

    A field or class that narrows is laid to the draft's rule that closes it, one that widens to the rule that no longer
    does.
    """

    rule: str
    citation: str
    title: str
    decisions: int
    wider: int
    narrower: int
    opened: int
    closed: int


class AskerEffect(Noun, frozen=True, kw_only=True):
    """The same changes by who asked, and why."""

    asker: str
    purpose: Purpose
    decisions: int
    wider: int
    narrower: int


class ReplayReport(Noun, frozen=True, kw_only=True):
    """Past decisions of an owner under a draft.

    `decisions` were looked at; `exact` of them were decided again bit for bit under the law of then; `differing` are
    the entries that were not, because a record has gone or changed since; `unread` those whose question, explanation
    or law is no longer kept. `changed` would come out otherwise under the draft.
    """

    owner: str
    decisions: int
    exact: int
    differing: tuple[int, ...]
    unread: tuple[int, ...]
    changed: tuple[int, ...]
    by_rule: tuple[RuleEffect, ...]
    by_asker: tuple[AskerEffect, ...]


class AccessChange(Noun, frozen=True, kw_only=True):
    """What an agency, or one member's account, could see at most of a class for a purpose: fields gained and lost."""

    asker: str
    member: str
    purpose: Purpose
    data_class: DataClass
    gained: tuple[str, ...]
    lost: tuple[str, ...]


class SweepReport(Noun, frozen=True, kw_only=True):
    """Who gains or loses what when the law changes from one to another.

    `barred` are links, agreements with one party each, that the new law no longer lets stand, with the rule;
    `freed` those it lets stand again. `ways` are open and forbidden by the new law. `entry` is the log's, -1 for a trial.
    """

    owner: str
    changes: tuple[AccessChange, ...]
    barred: tuple[str, ...]
    freed: tuple[str, ...]
    askers: int
    entry: int = -1
    ways: tuple[ForbiddenWay, ...] = ()
