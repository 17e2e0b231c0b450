"""How a name sounds: a consonant skeleton over several languages, and Metaphone for English.

The skeleton treats as one what clerks, romanisations and Spanish spelling interchange: b/p, d/t/th/dh,
c/k/q/g/kh/gh, s/z/soft c/ts, v/f/ph, j/soft g/ch/sh/zh; vowels count only at the start, h and w only there.
"""

from __future__ import annotations

import re

import jellyfish

from comity.match.variants import formal_of

LONGEST_CODE = 6  # later consonants are mostly endings
MOST_CODES = 5  # own, and the formal names it may stand for

_HEAD_LETTERS = frozenset({"X", "H"})
_HEADS = re.compile(r"^(?:X|HS)([AEIOUY])")  # Xu and Hsu, Ximenez
_SOFT = re.compile(r"C(?=[EIY])")
_SOFT_G = re.compile(r"G(?=[EIY])")
_PAIRS = re.compile(r"TSCH|SHCH|SCH|TCH|CH|SH|ZH|DJ|DZ|TS|TZ|PH|TH|DH|KH|GH|CK|OU")
_PAIR_CODES = {
    "TSCH": "J", "SHCH": "J", "SCH": "J", "TCH": "J", "CH": "J", "SH": "J", "ZH": "J", "DJ": "J", "DZ": "D",
    "TS": "S", "TZ": "S", "PH": "F", "TH": "T", "DH": "T", "KH": "K", "GH": "K", "CK": "K", "OU": "U",
}  # fmt: skip
_SINGLE = str.maketrans("BCDGQVXZJ", "PKTKKFKSJ")
_DROPPED = str.maketrans("", "", "AEIOUYHW")
_SHORT = ((re.compile("EE|IE|EI|Y"), "I"), (re.compile("OO|OU"), "U"), (re.compile("(?<=.)H"), ""))


def skeleton(token: str) -> str:
    """The consonant skeleton of a folded token, at most six letters; very short names keep their vowels."""
    if not token.isascii():
        return token[:LONGEST_CODE]
    if token[:1] in _HEAD_LETTERS:
        token = _HEADS.sub(_head_code, token)
    if token.endswith("OW"):
        token = token[:-1] + "F"  # Ivanow, Ivanoff and Ivanov
    text = _PAIRS.sub(_pair_code, token)
    if "C" in text:
        text = _SOFT.sub("S", text)
    if "G" in text:
        text = _SOFT_G.sub("J", text)
    text = text.translate(_SINGLE)
    first, rest = text[:1], text[1:]
    if first in "AEIOU" or (first == "Y" and rest[:1] in "AEIOU"):
        first = "A"
    elif first == "W":
        first = "F"
    code = _undouble(first + rest.translate(_DROPPED))
    return code[:LONGEST_CODE] if len(code) > 1 else _short_code(token)


def _head_code(found: re.Match[str]) -> str:
    return "J" + found[1]


def _pair_code(found: re.Match[str]) -> str:
    return _PAIR_CODES[found[0]]


def _undouble(code: str) -> str:
    """Every letter once where it stands several times in a row."""
    plain, last = [], ""
    for letter in code:
        if letter != last:
            plain.append(letter)
            last = letter
    return "".join(plain)


def _short_code(token: str) -> str:
    """Lee and Li sound alike, Lo and Lu do not: names of one consonant keep a plain vowel."""
    text = token
    for pattern, plain in _SHORT:
        text = pattern.sub(plain, text)
    return "." + text[:LONGEST_CODE]


def metaphone(token: str) -> str:
    """Metaphone (Philips 1990) of a folded token; empty for other scripts."""
    return str(jellyfish.metaphone(token))[:LONGEST_CODE] if token.isascii() else ""


def sound_codes(token: str) -> tuple[str, ...]:
    """Skeletons of a folded token and of the names it may stand for, its own first, no code twice."""
    codes = [skeleton(token)]
    for name in formal_of(token):
        code = skeleton(name)
        if code not in codes:
            codes.append(code)
    return tuple(codes[:MOST_CODES])
