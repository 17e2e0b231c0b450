"""Names as people and clerks write them: order, particles, hyphens, double surnames, suffixes, Arabic compounds.

A record's name is written `Family, Given Middle, Suffix` or `Given Middle Family Suffix`; both are read.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from comity.match.fillers import without_family_filler, without_given_filler
from comity.match.fold import listed, words
from comity.match.frequencies import given_shares, surname_shares
from comity.model.query import PersonSubject

MOST_TOKENS = 8  # of one part; longer names are titles or two people
GLUED_ARTICLES = ("AL", "EL")  # as they are written together with a name
_PARTICLES = listed(
    "DE LA LAS LOS DEL Y E DA DO DOS DAS DI DU D VAN VON DER DEN TEN TER LE EL AL BIN IBN BEN BINT"
)
_ARTICLES = frozenset({"AL", "EL", "UL", "AR", "AS", "AN", "AD", "ED", "UD", "AZ"})
_SUFFIXES = {
    "JR": "2", "JNR": "2", "JUNIOR": "2", "II": "2", "2ND": "2", "SR": "1", "SNR": "1", "SENIOR": "1",
    "III": "3", "3RD": "3", "IV": "4", "4TH": "4",
}  # fmt: skip
_SHORT_SUFFIXES = frozenset(_SUFFIXES) - {"JUNIOR", "SENIOR"}  # which are given names where they stand alone
FAR_MORE = 4  # times
LONGEST_SUFFIX = 8  # characters behind a comma, its blank and its point
_ABD = frozenset({"ABD", "ABDUL", "ABDEL", "ABDAL", "ABDOL", "ABDU", "ABDIL"})
_GOD = frozenset({"ALLAH", "ALLA", "ULLAH", "ELLAH", "ULLA"})
_FAITH = frozenset({"DIN", "DEEN", "DINE", "EDDIN", "EDDINE", "UDDIN", "ALDIN", "ELDIN", "ADDIN"})
_JOINING = _PARTICLES | _ARTICLES | _ABD | _GOD | _FAITH  # words that do not stand for themselves
_COMPOUND_ENDS = frozenset({"LLA", "LAH", "DIN", "EEN", "INE"})
_ABD_GOD = re.compile(r"ABD[UAEIO]L+AH?")
_ABD_GLUED = re.compile(r"ABD(?:[UAEIO]L(?!L)|[UAEIO]R(?=R)|[UAEIO]S(?=S)|[UAEIO])?([A-Z]{4,})")
_GOD_GLUED = re.compile(r"([A-Z]{3,}?)[AUE]LLA?H?")
_FAITH_GLUED = re.compile(r"([A-Z]{3,}?)(?:[AEU]L|[AEU]D|E)?D(?:IN|EEN|INE)")
_ARTICLE_GLUED = re.compile(r"[AE]L([B-DF-HJ-NP-TV-XZ][A-Z]{3,})")
_VOWELS = "AEIOUY"
# Digits that stand for the letter of their shape where a scanner read a name.
_MISREAD = str.maketrans("012568", "OLZSGB")


class Name(NamedTuple):
    """One name, read. Tokens are folded; `joined` forms keep particles; `wild` marks a trailing-`*` prefix."""

    surnames: tuple[str, ...]
    givens: tuple[str, ...]
    suffix: str
    joined_surname: str
    joined_given: str
    wild_surname: str = ""
    wild_given: str = ""


def read_name(text: str) -> Name:
    """Read a record's name. A comma ends the family name; without one the last word is the family name."""
    family, comma, rest = text.partition(",")
    if comma and not is_generation(family, rest):
        given = words(rest)
        return build_name(words(family), given)
    tokens = words(text)
    suffix = [tokens.pop()] if len(tokens) > 1 and tokens[-1] in _SUFFIXES else []
    cut = len(tokens) - 1
    while cut > 1 and tokens[cut - 1] in _PARTICLES:
        cut -= 1
    cut = max(cut, 0)
    return build_name(tokens[cut:] + suffix, tokens[:cut])


def is_generation(before: str, after: str) -> bool:
    """Whether what follows a comma is a generation behind a whole name, as in `John Smith, Jr.`; not in `De la Cruz, Jr.`"""
    if len(after) > LONGEST_SUFFIX or after.strip(" .").upper() not in _SHORT_SUFFIXES:
        return False
    tokens = words(before)
    return len(tokens) > 1 and tokens[0] not in _JOINING


def read_family(text: str) -> Name:
    """What stands before the comma of a record's name, as a name without given names."""
    return build_name(words(text), [])


def read_given(text: str) -> Name:
    """What stands after the comma, as a name without a family name."""
    return build_name([], words(text))


def build_name(family: list[str], given: list[str]) -> Name:
    """A name from the folded words of its two parts, each empty where it is a filler; a suffix is found in either."""
    suffix = ""
    if given and given[-1] in _SUFFIXES and (len(given) > 1 or given[-1] in _SHORT_SUFFIXES):
        suffix = _SUFFIXES[given.pop()]
    if len(given) > 1 and given[0] in _SHORT_SUFFIXES:  # Smith, Jr., John
        suffix = suffix or _SUFFIXES[given.pop(0)]
    if len(family) > 1 and family[-1] in _SUFFIXES:
        suffix = suffix or _SUFFIXES[family[-1]]
        family.pop()
    family, given = _in_letters(without_family_filler(family)), _in_letters(without_given_filler(given))
    return Name(clean_tokens(family), _clean_given(given), suffix, "".join(family), "".join(given))


def _clean_given(part: list[str]) -> tuple[str, ...]:
    """`clean_tokens` of given names. A particle before a given name is one that begins them: Al James, De Shawn."""
    if len(part) > 1 and (part[0] in _PARTICLES or part[0] in _ARTICLES) and _is_given(part[1]):
        return (part[0], *clean_tokens(part[1:]))[:MOST_TOKENS]
    return clean_tokens(part)


def _is_given(word: str) -> bool:
    """Whether a word is a given name far more often than a family name: Al Masri Omar may be in the other order."""
    return given_shares().get(word, 0.0) > FAR_MORE * surname_shares().get(word, 0.0)


def _in_letters(part: list[str]) -> list[str]:
    """Words with the letters that a scanner took for digits: no name has digits beside letters (`Lay1a`, `M0RALES`)."""
    if "".join(part).isalpha():
        return part
    return [word if word.isalpha() or word.isdigit() else word.translate(_MISREAD) for word in part]


def clean_tokens(part: list[str]) -> tuple[str, ...]:
    """Words of one part without particles, Arabic compounds joined: `abd al aziz` is one token, as `Abdelaziz`."""
    if len(part) == 1:
        return (canonical_token(part[0]),)
    if not part:
        return ()
    if _JOINING.isdisjoint(part):
        return tuple(map(canonical_token, part[:MOST_TOKENS]))
    tokens: list[str] = []
    last = len(part) - 1
    for place, word in enumerate(part[:MOST_TOKENS]):
        before = tokens[-1] if tokens else ""
        if before in _ABD and (word in _ARTICLES or word in _PARTICLES):
            continue
        if before in _ABD:
            tokens[-1] = canonical_token("ABD" + (word if len(word) > 3 else "UL" + word))
        elif before and (word in _GOD or word in _FAITH):
            tokens[-1] = canonical_token(before + ("ALLAH" if word in _GOD else "DIN"))
        elif (word in _PARTICLES or word in _ARTICLES) and place < last:
            continue
        else:
            tokens.append(canonical_token(word))
    return tuple(tokens)


def canonical_token(word: str) -> str:
    """One spelling for Arabic compounds written together; every other word is unchanged."""
    if word[:3] != "ABD" and word[-3:] not in _COMPOUND_ENDS:
        return word
    if word.startswith("ABD") and len(word) > 4:
        if _ABD_GOD.fullmatch(word):
            return "ABDULLAH"
        found = _ABD_GLUED.fullmatch(word)
        return "ABD" + found[1] if found else word
    if word.endswith(("LLAH", "LLA", "LAH")):
        found = _GOD_GLUED.fullmatch(word)
        return found[1] + "ALLAH" if found and word not in surname_shares() else word
    if word.endswith(("DIN", "DEEN", "DINE")) and len(word) > 6:
        found = _FAITH_GLUED.fullmatch(word)
        return found[1] + "DIN" if found and word not in surname_shares() else word
    return word


def without_article(token: str) -> str:
    """`ALMASRI` as `MASRI`; empty where there is no article or the whole is a common surname (Alvarez)."""
    if token[:2] not in GLUED_ARTICLES or token in surname_shares():
        return ""
    found = _ARTICLE_GLUED.fullmatch(token)
    return found[1] if found else ""


def asked_names(subject: PersonSubject) -> tuple[Name, ...]:
    """The names a question gives: the main name first, then every other name.

    An initial where the family name goes is that of the given name; but a vowel may be a family name (O, U, E).
    """
    family, given = subject.family, subject.given
    if _is_initial(family) and len("".join(words(given))) > 1:
        family, given = given, family
    main = build_name(words(family), words(f"{given} {subject.middle}"))
    suffix = _SUFFIXES.get("".join(words(subject.suffix)), "")
    main = main._replace(
        suffix=suffix or main.suffix,
        wild_surname=_prefix(family),
        wild_given=_prefix(given),
    )
    return (main, *(read_name(other) for other in subject.other_names))


def _is_initial(family: str) -> bool:
    letters = words(family)
    return len(letters) == 1 and len(letters[0]) == 1 and letters[0] not in _VOWELS


def bears_the_name(subject: PersonSubject, held: tuple[str, ...]) -> bool:
    """Whether one of the held names is the asked one: same family name and same first given name, after folding.

    Forms of a name and names that sound alike do not count: they belong to other people.
    """
    asked = [name for name in asked_names(subject) if name.givens]
    return any(
        one.joined_surname == other.joined_surname and one.givens[:1] == other.givens[:1]
        for one in asked
        for other in map(read_name, held)
    )


def _prefix(part: str) -> str:
    return "".join(words(part)) if part.endswith("*") else ""
