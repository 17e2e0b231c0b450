"""How many factors an agency's sign-in proved, by what its token says of itself (`amr` as RFC 8176 names methods, and `acr`).

Something somebody knows, has, and is are three; two of one kind are one. What a token does not say is not known, and what
is not known is never taken for two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.errors import ClosedError

KINDS = (  # RFC 8176, section 2; methods that prove no factor by themselves (geo, rba, user, wia, mca) count for none
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"otp", "hwk", "swk", "sms", "tel", "sc", "pop"}),
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),
)
SEVERAL = "mfa"
TWO = 2
MOST_METHODS = 50  # of one sign-in; providers name two to four


class UnreadableFactorsError(ClosedError):
    """Claims about factors that are not as the standards write them."""


def factors_of(claims: Mapping[str, Any], two_factor_acrs: tuple[str, ...]) -> int | None:
    """How many factors claims prove; None where they say nothing of it. `two_factor_acrs` are the values of `acr` that the
    agency has told to stand for two.

    Raises UnreadableFactorsError for a claim that is there and cannot be read.
    """
    methods, level = claims.get("amr"), claims.get("acr")
    if methods is not None and not _is_list_of_words(methods):
        raise UnreadableFactorsError("`amr` is not a list of methods")
    if level is not None and not isinstance(level, str):
        raise UnreadableFactorsError("`acr` is not a text")
    if level in two_factor_acrs and level is not None:
        return max(TWO, _kinds(methods or ()))
    return None if methods is None else _kinds(methods)


def _kinds(methods: Any) -> int:
    proved = sum(bool(kind & set(methods)) for kind in KINDS)
    return max(TWO, proved) if SEVERAL in methods else proved


def _is_list_of_words(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MOST_METHODS and all(isinstance(one, str) for one in value)
