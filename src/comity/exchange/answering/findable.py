"""Step 5, second half: a data class in which this question may match on nothing it offers is not searched."""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import LawInForce
from comity.exchange.builtin import builtin_reason
from comity.law.decide import closing_reasons, match_fields
from comity.match.compare import Preparing
from comity.match.finding import can_find
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.codes import DataClass
from comity.model.decision import QueryDecision, Reason
from comity.model.query import Query

FOUND_BY = frozenset({"name", "birth-date"})  # what almost every question offers; its closing rules explain most


def keep_findable(law: LawInForce, query: Query, asked: QueryDecision) -> QueryDecision:
    """Take out classes without a permitted look-up key, with the rules that close them.

    Follows from the question alone. When no class is left the question is refused.
    """
    matched_on = {data_class: match_fields(law.folded, data_class) for data_class in asked.allowed}
    preparing = Preparing(query.subject)
    finding = {fields for fields in set(matched_on.values()) if can_find(preparing.question(fields))}
    shut = [name for name, fields in matched_on.items() if fields not in finding]
    if not shut:
        return asked
    offered = can_find(preparing.question(MATCHABLE_FIELDS))
    closed = {name: _closed_by(law, name, offered) for name in shut}
    allowed = tuple(data_class for data_class in asked.allowed if data_class not in closed)
    every_reason = tuple(dict.fromkeys(reason for reasons in closed.values() for reason in reasons))
    return replace(
        asked,
        allowed=allowed,
        removed=(*asked.removed, *closed.items()),
        refused=asked.refused if allowed else (*asked.refused, *every_reason),
    )


def _closed_by(law: LawInForce, data_class: DataClass, offered: bool) -> tuple[Reason, ...]:
    if not offered:
        return (builtin_reason("comity/IDENTIFY"),)
    return closing_reasons(law.folded, data_class, FOUND_BY) or (builtin_reason("comity/NOT-FINDABLE"),)
