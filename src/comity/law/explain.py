from __future__ import annotations

from comity.law.compile import Law, RuleCode
from comity.law.duty import citation_of
from comity.law.facts import Facts
from comity.model.decision import Reason

EFFECT_WORDS = ("", "permit", "permit", "forbid", "cap", "hold", "conflict", "forbid", "forbid")


def asker_reason(code: RuleCode, facts: Facts, law: Law) -> Reason:
    return Reason(
        rule=code.id,
        title=str(code.rule.title),
        citation=citation_of(code),
        status="verified" if code.verified else "unverified",
        effect=EFFECT_WORDS[code.deed],
    )
