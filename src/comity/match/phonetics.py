"""How a name sounds: a consonant skeleton over several languages, and Metaphone for English.

The skeleton treats as one what clerks, romanisations and Spanish spelling interchange: b/p, d/t/th/dh,
c/k/q/g/kh/gh, s/z/soft c/ts, v/f/ph, j/soft g/ch/sh/zh; vowels count only at the start, h and w only there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import jellyfish

from comity.match.variants import formal_of

LONGEST_CODE = 6  # later consonants are mostly endings
MOST_CODES = 5  # own, and the formal names it may stand for

_HEADS = re.compile(r"^(?:X|HS)([AEIOUY])", re.MULTILINE)  # Xu and Hsu, Ximenez
_ENDS = re.compile(r"OW$", re.MULTILINE)  # Ivanow, Ivanoff and Ivanov
_OPEN = re.compile(r"^(?:[AEIOU]|Y(?=[AEIOU]))", re.MULTILINE)
_OPEN_W = re.compile(r"^W", re.MULTILINE)
_SOFT = re.compile(r"C(?=[EIY])")
_SOFT_G = re.compile(r"G(?=[EIY])")
_PAIRS = re.compile(r"TSCH|SHCH|SCH|TCH|CH|SH|ZH|DJ|DZ|TS|TZ|PH|TH|DH|KH|GH|CK|OU")
_PAIR_CODES = {
    "TSCH": "J", "SHCH": "J", "SCH": "J", "TCH": "J", "CH": "J", "SH": "J", "ZH": "J", "DJ": "J", "DZ": "D",
    "TS": "S", "TZ": "S", "PH": "F", "TH": "T", "DH": "T", "KH": "K", "GH": "K", "CK": "K", "OU": "U",
}  # fmt: skip
_SINGLE = str.maketrans("BCDGQVXZJ", "PKTKKFKSJ")
_DROPPED = re.compile(r"(?<=.)[AEIOUYHW]+")
_DOUBLED = re.compile(r"(.)\1+")
_SHORT = ((re.compile("EE|IE|EI|Y"), "I"), (re.compile("OO|OU"), "U"), (re.compile("(?<=.)H"), ""))


def skeleton(token: str) -> str:
    """The consonant skeleton of a folded token, at most six letters; very short names keep their vowels."""
    return _plain_skeletons(token)[0] if token.isascii() else token[:LONGEST_CODE]


def skeletons(tokens: Sequence[str]) -> list[str]:
    """`skeleton` of each of many tokens, none with a line break: all go through each rule at once, one a line."""
    plain = [token for token in tokens if token.isascii()]
    codes = iter(_plain_skeletons("\n".join(plain)) if plain else ())
    return [next(codes) if token.isascii() else token[:LONGEST_CODE] for token in tokens]


def _plain_skeletons(lines: str) -> list[str]:
    lines = _ENDS.sub("OF", _HEADS.sub(r"J\1", lines))
    text = _PAIRS.sub(lambda found: _PAIR_CODES[found[0]], lines)
    text = _SOFT_G.sub("J", _SOFT.sub("S", text)).translate(_SINGLE)
    text = _OPEN_W.sub("F", _OPEN.sub("A", text))
    codes = _DOUBLED.sub(r"\1", _DROPPED.sub("", text)).split("\n")
    return [
        code[:LONGEST_CODE] if len(code) > 1 else _short_code(token)
        for code, token in zip(codes, lines.split("\n"), strict=True)
    ]


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
