"""The engine's verdicts, gathered: a question, its match fields, a record, and every other door."""

from comity.law.decide_point import PointDecision, decide_point
from comity.law.decide_question import closing_reasons, decide_query, match_fields, open_fields, refusals_of
from comity.law.decide_record import decide_record, decide_values
from comity.law.reasons import SEALED, no_agreement

__all__ = (
    "SEALED",
    "PointDecision",
    "closing_reasons",
    "decide_point",
    "decide_query",
    "decide_record",
    "decide_values",
    "match_fields",
    "no_agreement",
    "open_fields",
    "refusals_of",
)
