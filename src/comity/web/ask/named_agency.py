"""Whether the free words of a question name an agency that it does not say it is for (harms H13: asking for others unsaid).

Words are held against the directory's names, with and without what they end in, its ids, and the acronyms in daily use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from comity.model.agency import Agency

# Federal bodies that somebody may be asked for; the directory's own agencies are known by name.
ACRONYMS = frozenset(
    (
        *(
            "ATF",
            "BIA",
            "BOP",
            "CBP",
            "CIA",
            "CIS",
            "DEA",
            "DHS",
            "DIA",
            "DOD",
            "DOJ",
            "ERO",
            "FBI",
            "FPS",
            "HSI",
            "ICE",
        ),
        *("INS", "IRS", "NSA", "TSA", "USBP", "USCG", "USCIS", "USMS", "USPIS", "USSS"),
    )
)
LIKE_WORDS = frozenset({"CIS", "ICE", "INS"})  # in small letters these are words, unless `for` stands before them
ENDINGS = re.compile(
    r"('s)? (office|department|dept|police department|bureau|agency|authority|administration)$", re.IGNORECASE
)
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
SHORTEST_NAME = 6  # letters of a name that is looked for: a shorter one stands in too many other words


def names_agency(text: str, agencies: Iterable[Agency], but: frozenset[str]) -> str:
    """The first name in a text of an agency other than those in `but` (ids), as it was written; empty where there is none."""
    found = _acronym(text)
    folded = f" {_plain(text)} "
    for agency in agencies:
        if agency.id in but:
            continue
        for name in _names_of(agency):
            at = folded.find(f" {name} ")
            if at >= 0:
                return _as_written(text, name)
    return found


def _acronym(text: str) -> str:
    before = ""
    for word in WORD.findall(text):
        plain = word.replace(".", "")
        known = plain.upper() in ACRONYMS
        if known and (plain.isupper() or before == "for" or plain.upper() not in LIKE_WORDS):
            return str(word)
        before = plain.lower()
    return ""


def _names_of(agency: Agency) -> tuple[str, ...]:
    whole = agency.name
    short = ENDINGS.sub("", whole)
    names = (_plain(one) for one in (whole, short, agency.id))
    return tuple(dict.fromkeys(one for one in names if len(one) >= SHORTEST_NAME))


def _plain(text: str) -> str:
    return " ".join(re.sub(r"['’]s\b|[^\w\s]", " ", text.casefold()).split())


def _as_written(text: str, name: str) -> str:
    words = [re.escape(one) for one in name.split()]
    found = re.search(r"\W+(?:s\W+)?".join(words), text, re.IGNORECASE)
    return found[0] if found else name
