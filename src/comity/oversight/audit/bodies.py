"""Which body a name in a foreign list means, as far as the law asks: its state, level and kind, and how sure that is.

`Resolve` is the seam to `comity.oversight.names`; `body_by_words` reads the name alone and is sure of little.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from comity.model.codes import AgencyKind, GovernmentLevel
from comity.oversight.audit.finding import Sure

STATES = frozenset(
    {
        "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL", "IN", "IA", "KS", "KY", "LA", "ME",
        "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE", "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI",
        "SC", "SD", "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "PR", "GU", "VI",
    }
)  # fmt: skip
STATE_NAMES = {
    "california": "CA",
    "arizona": "AZ",
    "colorado": "CO",
    "florida": "FL",
    "illinois": "IL",
    "missouri": "MO",
    "nebraska": "NE",
    "nevada": "NV",
    "nys": "NY",
    "ohio": "OH",
    "oregon": "OR",
    "texas": "TX",
    "virginia": "VA",
    "washington": "WA",
}
FEDERAL = re.compile(
    r"\b(?:u\.?s\.? (?:marshals?|border patrol|customs|postal|forest service|park police|secret service|attorney)|usms|usbp|"
    r"hsi|ice|cbp|dhs|fbi|dea|atf|ncis|homeland security investigations|naval|air force|army|veterans affairs|amtrak)\b"
)
TRIBAL = re.compile(r"\b(?:tribal|tribe|rancheria|nation|band of)\b")
NOBODY = re.compile(r"\b(?:test|demo|dnu|do not use|decommissioned|delete|duplicate|training|old|inactive)\b")
PRIVATE = re.compile(r"\b(?:hoa|homeowners|association|mall|llc|inc|apartments|raven)\b")
STATE_BODY = re.compile(
    r"\b(?:highway patrol|state patrol|state police|department of (?:public safety|corrections|insurance|motor)|state parks|"
    r"cal fire|california state university|university of california)\b"
)
KINDS = (
    (re.compile(r"\b(?:sheriff\w*|so|soca|sd)\b"), AgencyKind.SHERIFF),
    (re.compile(r"\b(?:district attorney\w*|da|prosecutor\w*)\b"), AgencyKind.PROSECUTOR),
    (re.compile(r"\b(?:university|college|school|campus|usd)\b"), AgencyKind.SCHOOL_POLICE),
    (re.compile(r"\b(?:police|pd|patrol|public safety|marshal)\b"), AgencyKind.POLICE),
)


@dataclass(frozen=True, slots=True)
class Body:
    """A body as a list spells it. `state` is empty and `level` None where nothing says; `nobody` marks accounts of no body."""

    written: str
    state: str
    level: GovernmentLevel | None
    kind: AgencyKind
    sure: Sure
    why: str
    ori: str = ""
    nobody: bool = False


Resolve = Callable[[str], Body]


def body_by_words(written: str) -> Body:
    """What the words of a name say. Never more than likely: two towns may share a name, and lists hold mistakes."""
    words = re.findall(r"[A-Za-z]+", written)
    plain = " ".join(words).casefold()
    state, said = _state(words, plain)
    level = _level(plain)
    kind = next((kind for pattern, kind in KINDS if pattern.search(plain)), AgencyKind.OTHER)
    if level is GovernmentLevel.FEDERAL:
        state = "US"
    return Body(
        written=written,
        state=state,
        level=level if level is not None else (GovernmentLevel.LOCAL if kind is not AgencyKind.OTHER else None),
        kind=kind,
        sure=Sure.LIKELY if state else Sure.LEAD,
        why=f"the name says `{said}`" if said else "the name names no state",
        nobody=bool(NOBODY.search(plain)),
    )


def _state(words: list[str], plain: str) -> tuple[str, str]:
    """The code of a state among the words; `SD` after another code is a sheriff's department."""
    slug = plain.islower() and all(word.islower() for word in words)
    codes = [word.upper() for word in words if (word.isupper() or slug) and word.upper() in STATES]
    if len(codes) > 1 and codes[-1] == "SD":
        codes.pop()
    if codes and not (slug and codes == ["CO"]):
        return codes[-1], codes[-1]
    if plain.endswith("soca"):
        return "CA", "ca"
    found = next((name for name in STATE_NAMES if re.search(rf"\b{name}\b", plain)), "")
    return STATE_NAMES.get(found, ""), found


def _level(plain: str) -> GovernmentLevel | None:
    if FEDERAL.search(plain):
        return GovernmentLevel.FEDERAL
    if TRIBAL.search(plain):
        return GovernmentLevel.TRIBAL
    if PRIVATE.search(plain) or NOBODY.search(plain):
        return GovernmentLevel.PRIVATE
    return GovernmentLevel.STATE if STATE_BODY.search(plain) else None
