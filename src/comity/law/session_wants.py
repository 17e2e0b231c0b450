"""What would have to be otherwise for a session that a rule refuses: said by name, so that a page says it in words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from msgspec.structs import replace

from comity.law.atoms import FactValue
from comity.law.code import atoms_of
from comity.law.compiled import Law
from comity.law.decide_point import decide_point
from comity.law.facts import Facts
from comity.model.decision import Reason
from comity.model.session_act import SessionRefusal

# What a member or an administrator can bring about, the fact that would then hold, and how. Of everything else, such as whom a
# member acts for, a refusal says its rule and nothing that would help.
WANTED: Mapping[str, tuple[FactValue, str]] = MappingProxyType(
    {
        "session's factors": (
            2,
            "sign in with two factors: a passkey, or an agency's sign-in that says it asked for two",
        ),
        "session's idle": (0, "sign in again"),
        "session's age": (0, "sign in again"),
        "session's failures": (0, "have an administrator end the lockout"),
        "member's inactive-days": (0, "have an administrator restore the access"),
        "member is account-expired": (False, "have an administrator restore the access"),
        "member is in-violation": (False, "have an administrator restore the access"),
        "member is direct-threat": (False, "have an administrator restore the access"),
        "member is fingerprint-checked": (
            True,
            "have an administrator record the day of the fingerprint-based check",
        ),
        "member is felony-found": (False, "have an administrator record what the fingerprint-based check found"),
    }
)


def refusal_of(law: Law, facts: Facts, reason: Reason) -> SessionRefusal:
    """A rule's refusal with what would help: each fact that alone would lift it, or all that differ where no one does."""
    codes = [code for code in law.at_point.get("session", ()) if code.id == reason.rule]
    reads = {path for code in codes for index in atoms_of(code.hit) for path in law.atoms[index].reads()}
    differ = [path for path in WANTED if path in reads and facts.get(path) != WANTED[path][0]]
    alone = [path for path in differ if not _stands(law, facts.having({path: WANTED[path][0]}), reason.rule)]
    wants = alone or differ
    told = dict.fromkeys(WANTED[path][1] for path in wants)
    remedy = ", or ".join(told) if alone else ", and ".join(told)
    return SessionRefusal(
        reason=replace(reason, remedy=remedy or reason.remedy), wants=tuple(path.split(" ")[-1] for path in wants)
    )


def _stands(law: Law, facts: Facts, rule: str) -> bool:
    return any(one.rule == rule for one in decide_point(law, "session", facts).forbidden)
