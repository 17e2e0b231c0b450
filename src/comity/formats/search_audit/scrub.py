"""Taking what is specific out of free reasons: numbers, marks and every word that no list knows.

A reason that somebody typed may hold a plate, a name or a number of a case. Only words of `plain_words.txt` and sections of
penal and vehicle codes that carry the name of their code (`459PC`) stay; `[word]`, `[num]` and `[id]` say what stood there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9'()./_-]*|[^A-Za-z0-9\s]+|\s+")
SECTION = re.compile(r"\d{2,5}(?:\.\d{1,2})?(?:\([a-z0-9]\))*(?:pc|cvc|vc|hs|bp)", re.IGNORECASE)
WORD, NUMBER, ID = "[word]", "[num]", "[id]"
MARKS = frozenset({WORD, NUMBER, ID})


@dataclass(frozen=True, slots=True)
class Scrub:
    """A text without what is specific, and how many of each kind were taken out."""

    text: str
    words: int = 0
    numbers: int = 0
    ids: int = 0


@lru_cache(maxsize=1)
def plain_words() -> frozenset[str]:
    """Words that may stay in a reason: they name no person, place or thing."""
    text = (files("comity.formats.search_audit") / "plain_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def scrub_reason(text: str) -> Scrub:
    """The text with everything specific replaced by its mark."""
    kept: list[str] = []
    counts = dict.fromkeys(MARKS, 0)
    for token in TOKEN.findall(text):
        mark = _mark_of(token)
        kept.append(mark or token)
        if mark:
            counts[mark] += 1
    return Scrub("".join(kept).strip(), counts[WORD], counts[NUMBER], counts[ID])


def _mark_of(token: str) -> str:
    """What a token becomes; empty where it may stay."""
    if not token[0].isalnum():
        return ""
    if SECTION.fullmatch(token) or token.casefold() in plain_words():
        return ""
    if any(char.isdigit() for char in token):
        return ID if any(char.isalpha() for char in token) else NUMBER
    known = plain_words()
    parts = [part for part in re.split(r"[^a-z]+", token.casefold().replace("'", "")) if part]
    return "" if all(part in known for part in parts) else WORD


def is_covered(text: str, redacted: tuple[str, ...] = ()) -> bool:
    """Whether nothing readable is left: only marks of scrubbing, signs of blacking out, or a word that says so."""
    if text.strip().casefold() in redacted:
        return True
    for mark in MARKS:
        text = text.replace(mark, "")
    return not any(char.isalnum() for char in text)
