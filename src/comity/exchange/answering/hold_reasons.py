"""What the asker of a held answer is told: who decides, and for a conflict both rules in plain words with citations.

Only holds of records that may be spoken of come here; what is concealed waits without a word.
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.exchange.builtin import builtin_reason
from comity.law.compiled import Law, RuleCode
from comity.law.conflicts import names_between
from comity.model.decision import Hold, Reason

CONFLICT = "conflict"


def hold_reasons(law: Law, holds: tuple[Hold, ...]) -> tuple[Reason, ...]:
    """One reason for each open hold."""
    codes = {code.id: code for code in law.codes}
    return tuple(_reason(codes, hold) for hold in holds)


def refused_reasons(law: Law, holds: tuple[Hold, ...]) -> tuple[Reason, ...]:
    """What the asker is told of holds that somebody decided against: that it was refused, and under which rule."""
    return (
        builtin_reason("comity/HELD-REFUSED"),
        *(replace(one, effect="refuse", because="decided by a person") for one in hold_reasons(law, holds)),
    )


def _reason(codes: dict[str, RuleCode], hold: Hold) -> Reason:
    code = codes.get(hold.rule)  # none for a hold of the exchange's own
    conflict = code is not None and hold.kind == CONFLICT
    return Reason(
        rule=hold.rule,
        title=_both(codes, code) if code is not None and conflict else hold.what,
        citation=hold.citation,
        status="verified" if code is None or code.verified else "unverified",
        effect=CONFLICT if conflict else "hold",
        because=f"waits for an election by the {hold.role}"
        if conflict
        else f"waits for {hold.kind} by {hold.role}",
    )


def _both(codes: dict[str, RuleCode], code: RuleCode) -> str:
    """Two laws point two ways: each rule's own words, as an asker may read them."""
    told = [
        f"{codes[name].rule.told or codes[name].rule.title} ({name})"
        for name in names_between(code)
        if name in codes
    ]
    return "Two laws point two ways: " + ", against: ".join(told)
